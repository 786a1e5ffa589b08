"""Writers of one SQLite file in this process, one after the other.

SQLite lets one connection write, and whoever finds it taken sleeps and asks again, ever more seldom: with
sixteen writers some get no turn for seconds. So the writers of a process wait for a lock instead, and
only those of other processes are left to SQLite.
"""

import os
import sqlite3
from pathlib import Path
from threading import Lock
from typing import Any, Final
from weakref import WeakValueDictionary

WAIT_SECONDS: Final = 10.0
"""As long as SQLite itself is told to wait for the writers of other processes."""

_turns: WeakValueDictionary[str, "_Turn"] = WeakValueDictionary()
_making = Lock()


class _Turn:
    """The turn to write to one file."""

    def __init__(self) -> None:
        self.lock = Lock()


def _begin_anew() -> None:
    _turns.clear()
    _making.release()


def _turn_of(database: str) -> _Turn:
    if database in {"", ":memory:"}:
        return _Turn()  # nobody else's database
    with _making:
        return _turns.setdefault(str(Path(database).absolute()), _Turn())


# Who had the turn when a process was forked is not there to give it back.
os.register_at_fork(
    before=_making.acquire, after_in_parent=_making.release, after_in_child=_begin_anew
)


class WritersConnection(sqlite3.Connection):
    """A connection that takes its turn before it writes, and gives it back when it has."""

    def __init__(self, database: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 as they come
        super().__init__(database, *arguments, **options)
        self._turn = _turn_of(database)
        self._has_turn = False

    def begin_writing(self) -> None:
        """Begin a transaction that writes.

        Raises:
            sqlite3.OperationalError: it was always somebody else's turn.
        """
        if not self._turn.lock.acquire(timeout=WAIT_SECONDS):
            raise sqlite3.OperationalError("database is locked: no turn to write came in time")
        self._has_turn = True
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._give_back()
            raise

    def commit(self) -> None:
        """Commit; a commit that fails leaves the transaction, and the turn, to the rollback."""
        super().commit()
        self._give_back()

    def rollback(self) -> None:
        """Roll back."""
        try:
            super().rollback()
        finally:
            self._give_back()

    def close(self) -> None:
        """Close, whatever was begun."""
        try:
            super().close()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turn.lock.release()
