"""Hints that cost whoever gives them no time."""

from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from uuid import UUID

from core.jobs import Hint

_ROOM = 10_000
_LOOK_SECONDS = 0.5
_STOP_SECONDS = 2.0


class HintQueue:
    """Hands hints on from a thread of its own: a broker that hangs must not hold up a request.

    A client of Redis waits some seconds for one that does not answer. What finds no room, or is left
    over at the end, is swept up later like any hint that is lost.
    """

    def __init__(self, hint: Hint, *, room: int = _ROOM) -> None:
        """Prepare; `hint` may take its time, but must not raise."""
        self._hint = hint
        self._waiting: Queue[UUID] = Queue(room)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="job-hints", daemon=True)

    def __call__(self, job_id: UUID) -> None:
        """Leave a hint to be given."""
        with suppress(Full):
            self._waiting.put_nowait(job_id)

    def start(self) -> None:
        """Begin to hand on."""
        self._thread.start()

    def stop(self) -> None:
        """End soon, whatever the broker does."""
        self._stopping.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            with suppress(Empty):
                self._hint(self._waiting.get(timeout=_LOOK_SECONDS))
