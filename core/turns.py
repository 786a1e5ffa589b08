"""Turns at something that only a few may do at once: first come, first served, within bounds."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Generic, ParamSpec, TypeVar, cast

from core.errors import Overloaded

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")


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


class _State(Enum):
    WAITING = auto()
    GIVEN = auto()
    LEFT = auto()


class _Ticket:
    """A place in the queue: how it stands, and whom to tell when the turn comes after a wait."""

    __slots__ = ("state", "tell")

    def __init__(self, tell: Callable[[], object]) -> None:
        self.state = _State.WAITING
        self.tell = tell


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
        self._lent = 0
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
        has_come = threading.Event()
        ticket = _Ticket(has_come.set)
        is_given = self.ask(ticket, is_patient=False)
        try:
            if not is_given:
                self._wait_in_thread(has_come)
            yield self.turn_until(ends_at)
        finally:
            self.give_back(ticket)

    def _wait_in_thread(self, has_come: threading.Event) -> None:
        if not self._waiting_threads.acquire(blocking=False):
            raise Overloaded(
                "too many requests of this kind wait already: try again in a few seconds"
            )
        try:
            if not has_come.wait(timeout=self._seconds):
                raise self.too_long()
        finally:
            self._waiting_threads.release()

    async def run(
        self,
        work: Callable[[Turn], T],
        threads: Executor,
        *,
        is_patient: bool = False,
        until: float | None = None,
    ) -> T:
        """Do work in a thread during a turn, and wait for its outcome in a coroutine.

        The thread gives the turn on as soon as the work is done, and so begins with the next one's
        without a detour by the event loop. Whoever stops waiting for work that has begun leaves it
        its turn until it ends.

        Args:
            work: what to do; what it raises is raised here.
            threads: gives threads, as many as there are turns.
            is_patient: wait however long it takes and however many wait; the time counts from
                when the turn is given. For work that may be late but is not to be refused.
            until: when waiting and turn must be over, on the clock, for who had a turn before and
                goes on; of no account to the patient.

        Raises:
            Overloaded: as `take` does, of those who are not patient.
        """
        ends_at = self._clock() + self._seconds if until is None else until
        asked = _Asked(self, work, threads, ends_at=None if is_patient else ends_at)
        timer: asyncio.TimerHandle | None = None
        if self.ask(asked.ticket, is_patient=is_patient):
            asked.begin()
        elif not is_patient:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(ends_at - self._clock(), asked.expire)
        try:
            return await asked.outcome
        finally:
            if timer is not None:
                timer.cancel()
            self.leave(asked.ticket)

    def turn_until(self, ends_at: float | None) -> Turn:
        """Return a turn that begins now; with None for the moment it ends at, it lasts in full."""
        return Turn(self._clock() + self._seconds if ends_at is None else ends_at, self._clock)

    def lend(self) -> bool:
        """Tell whether there is a turn that nobody holds, and count it as lent if there is.

        What is lent keeps nobody from a turn: it is for help that ends soon.
        """
        with self._lock:
            is_idle = self._free > self._lent
            self._lent += is_idle
            return is_idle

    def take_back(self) -> None:
        """Count as lent no longer what `lend` has lent."""
        with self._lock:
            self._lent -= 1

    def ask(self, ticket: _Ticket, *, is_patient: bool) -> bool:
        """Give a turn at once, without telling, or let wait."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                ticket.state = _State.GIVEN
                return True
            if not is_patient:
                # Who gave up leaves its ticket behind, which is no longer waiting.
                if len(self._queue) >= self._waiting:
                    self._queue = deque(one for one in self._queue if one.state is _State.WAITING)
                if len(self._queue) >= self._waiting:
                    raise Overloaded(
                        f"{len(self._queue):,} requests wait already: try again in a few seconds"
                    )
            self._queue.append(ticket)
            return False

    def leave(self, ticket: _Ticket) -> bool:
        """Stop waiting; False where the turn has been given."""
        with self._lock:
            is_waiting = ticket.state is _State.WAITING
            if is_waiting:
                ticket.state = _State.LEFT
            return is_waiting

    def give_back(self, ticket: _Ticket) -> None:
        """Give the turn on to whoever waits first, if it was given at all."""
        following: _Ticket | None = None
        with self._lock:
            if ticket.state is not _State.GIVEN:
                ticket.state = _State.LEFT
                return
            ticket.state = _State.LEFT
            while self._queue and following is None:
                following = self._queue.popleft()
                if following.state is not _State.WAITING:
                    following = None
            if following is None:
                self._free += 1
                return
            following.state = _State.GIVEN
        following.tell()

    def too_long(self) -> Overloaded:
        """Return what is said where a wait was too long."""
        return Overloaded(
            f"no turn came within {self._seconds:g} seconds: try again in a few seconds"
        )


class SpareThreads(Executor):
    """Threads that help those who hold a turn, while there are turns that nobody holds.

    With as many turns as processors, work that runs alone has a second thread at once, and work
    beside other work none: there it would only take the processor from that.

    Args:
        turns: those that may be lent.
        threads: gives the threads.
    """

    def __init__(self, turns: Turns, threads: Executor) -> None:
        self._turns = turns
        self._threads = threads
        self._refused: Future[object] = Future()
        self._refused.cancel()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begin at once in a thread; or return a future that is cancelled already."""
        if not self._turns.lend():
            return cast(Future[T], self._refused)
        begun = self._threads.submit(fn, *args, **kwargs)
        begun.add_done_callback(lambda _: self._turns.take_back())
        return begun


class _Asked(Generic[T]):
    """Work that a coroutine asked for: begun in a thread when its turn comes."""

    __slots__ = (
        "_context",
        "_ends_at",
        "_loop",
        "_threads",
        "_turns",
        "_work",
        "outcome",
        "ticket",
    )

    def __init__(
        self,
        turns: Turns,
        work: Callable[[Turn], T],
        threads: Executor,
        *,
        ends_at: float | None,
    ) -> None:
        self._turns, self._work, self._threads, self._ends_at = turns, work, threads, ends_at
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()
        self.outcome: asyncio.Future[T] = self._loop.create_future()
        self.ticket = _Ticket(self.begin)

    def begin(self) -> None:
        """Let a thread begin; called by whoever gives the turn."""
        self._threads.submit(self._context.run, self._do)

    def expire(self) -> None:
        """End the wait, unless the turn has come."""
        if self._turns.leave(self.ticket):
            self._tell(self.outcome.set_exception, self._turns.too_long())

    def _do(self) -> None:
        if self.outcome.cancelled():  # after the turn had come, or nearly
            self._turns.give_back(self.ticket)
            return
        try:
            value = self._work(self._turns.turn_until(self._ends_at))
        except BaseException as error:  # noqa: BLE001 whoever waits for the outcome raises it
            self._turns.give_back(self.ticket)
            self._loop.call_soon_threadsafe(self._tell, self.outcome.set_exception, error)
        else:
            self._turns.give_back(self.ticket)
            self._loop.call_soon_threadsafe(self._tell, self.outcome.set_result, value)

    def _tell(self, settle: Callable[[V], object], value: V) -> None:
        if not self.outcome.done():  # whoever waited may be gone
            settle(value)
