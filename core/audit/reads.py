"""Writing down who read what, for many who read at the same time with one commit.

Nobody sees the text of a need before it stands in the audit trail that it was read, and a commit lasts
as long as a disk takes. So whoever comes while one is on its way is written with the next one,
together with all the others that wait by then.
"""

from collections import defaultdict
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.service import Entry, take_reads, write_entries
from core.db import SessionFactory, transaction

Chains = tuple[UUID, ...]


@dataclass(slots=True, eq=False)
class _Waiting:
    """What one reader has read, and what became of it."""

    entries: list[Entry]
    is_written: bool = False
    failed: BaseException | None = None


class _Queue:
    """Those who read what belongs to the same organisations."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.waiting: list[_Waiting] = []
        self.users = 0


class ReadsDesk:
    """Writes what was read in sessions that only read.

    Readers of different organisations wait for different chains, so that nobody's stuck transaction
    keeps others waiting.

    Args:
        sessions: of the database that was read.
    """

    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions
        self._lock = Lock()
        self._queues: defaultdict[Chains, _Queue] = defaultdict(_Queue)

    def write(self, session: Session) -> None:
        """Write what was recorded as read in a session, and come back once it is committed.

        The session gives its connection back first, so that nobody holds two.

        Args:
            session: one that only reads; it is closed.

        Raises:
            Exception: whatever kept it from being committed; nothing that was read may be shown.
        """
        entries = take_reads(session)
        if not entries:
            return
        session.close()
        chains = tuple(sorted({entry.subject.chain for entry in entries}))
        mine = _Waiting(entries)
        with self._lock:
            queue = self._queues[chains]
            queue.users += 1
            queue.waiting.append(mine)
        try:
            with queue.turn:
                if not mine.is_written:
                    self._write_all_of(queue)
        finally:
            with self._lock:
                queue.users -= 1
                if not queue.users:
                    del self._queues[chains]
        if mine.failed is not None:
            raise mine.failed

    def _write_all_of(self, queue: _Queue) -> None:
        with self._lock:
            batch, queue.waiting = queue.waiting, []
        try:
            with transaction(self._sessions, at="reads.noted") as writing:
                write_entries(writing, [entry for one in batch for entry in one.entries])
        except BaseException as error:
            for one in batch:
                one.failed = error
            raise
        finally:
            for one in batch:
                one.is_written = True
