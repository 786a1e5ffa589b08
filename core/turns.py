"""Turns at something that only a few may do at once: first come, first served, within bounds."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

from core.errors import Overloaded

_Ticket = Future[None]


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that was given, and the moment, on the clock it was made with, at which it is over."""

    ends_at: float
    clock: Callable[[], float]

    def is_over(self) -> bool:
        """Tell whether the time is up; who holds the turn looks from time to time and stops."""
        return self.clock() >= self.ends_at

    def extended(self, seconds: float) -> "Turn":
        """Return a turn that lasts longer."""
        return replace(self, ends_at=self.ends_at + seconds)


class Turns:
    """Gives turns to threads and to coroutines alike.

    Args:
        at_once: how many may hold a turn at the same time.
        waiting: how many may wait for one; more are sent away at once, so that a rush is answered
            with a clear no instead of a queue that nobody outlives.
        seconds: how long waiting and turn may take together.
        clock: seconds on a clock that never goes back.
        waiting_threads: how many of those who wait may be threads, which other work may need; all
            of them if None.
    """

    def __init__(
        self,
        *,
        at_once: int,
        waiting: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        waiting_threads: int | None = None,
    ) -> None:
        self._free = at_once
        self._waiting_threads = threading.Semaphore(
            waiting if waiting_threads is None else waiting_threads
        )
        self._waiting = waiting
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._queue: deque[_Ticket] = deque()

    @contextmanager
    def take(self) -> Generator[Turn]:
        """Hold a turn, in a thread.

        Raises:
            Overloaded: too many wait already, or the wait was too long.
        """
        ends_at = self._clock() + self._seconds
        ticket = self._ask(is_patient=False)
        try:
            if not ticket.done():
                self._wait_in_thread(ticket)
            yield Turn(ends_at, self._clock)
        finally:
            self._give_back(ticket)

    def _wait_in_thread(self, ticket: _Ticket) -> None:
        if not self._waiting_threads.acquire(blocking=False):
            raise Overloaded(
                "too many requests of this kind wait already: try again in a few seconds"
            )
        try:
            ticket.result(timeout=self._seconds)
        except TimeoutError as error:
            raise self._too_long() from error
        finally:
            self._waiting_threads.release()

    @asynccontextmanager
    async def take_async(
        self, *, is_patient: bool = False, until: float | None = None
    ) -> AsyncGenerator[Turn]:
        """Hold a turn, in a coroutine.

        Args:
            is_patient: wait however long it takes and however many wait; the time counts from
                when the turn is given. For work that may be late but is not to be refused.
            until: when waiting and turn must be over, on the clock, for who had a turn before and
                goes on; of no account to the patient.

        Raises:
            Overloaded: as `take` does, of those who are not patient.
        """
        ends_at = self._clock() + self._seconds if until is None else until
        ticket = self._ask(is_patient=is_patient)
        try:
            if not ticket.done():
                limit = None if is_patient else ends_at - self._clock()
                try:
                    await asyncio.wait_for(asyncio.wrap_future(ticket), limit)
                except TimeoutError as error:
                    raise self._too_long() from error
            if is_patient:
                ends_at = self._clock() + self._seconds
            yield Turn(ends_at, self._clock)
        finally:
            self._give_back(ticket)

    def _ask(self, *, is_patient: bool) -> _Ticket:
        ticket: _Ticket = Future()
        with self._lock:
            if self._free > 0:
                self._free -= 1
                ticket.set_running_or_notify_cancel()
                ticket.set_result(None)
                return ticket
            if not is_patient:
                # Who gave up leaves its ticket behind, which is no longer waiting.
                if len(self._queue) >= self._waiting:
                    self._queue = deque(one for one in self._queue if not one.cancelled())
                if len(self._queue) >= self._waiting:
                    raise Overloaded(
                        f"{len(self._queue):,} requests wait already: try again in a few seconds"
                    )
            self._queue.append(ticket)
        return ticket

    def _give_back(self, ticket: _Ticket) -> None:
        if ticket.cancel():
            return
        with self._lock:
            while self._queue:
                following = self._queue.popleft()
                if following.set_running_or_notify_cancel():
                    following.set_result(None)
                    return
            self._free += 1

    def _too_long(self) -> Overloaded:
        return Overloaded(
            f"no turn came within {self._seconds:g} seconds: try again in a few seconds"
        )
