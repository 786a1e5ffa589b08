"""Turns at matching that are counted."""

from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from threading import Lock
from time import monotonic, perf_counter
from typing import TypeVar

from api.observing.metrics import Metrics
from core.errors import Overloaded
from core.turns import Turn, Turns

T = TypeVar("T")


class WatchedTurns(Turns):
    """As `Turns`, and tells the metrics who waits, for how long, and who was turned away."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        at_once: int,
        waiting: int,
        seconds: float,
        clock: Callable[[], float] = monotonic,
        waiting_threads: int | None = None,
    ) -> None:
        super().__init__(
            at_once=at_once,
            waiting=waiting,
            seconds=seconds,
            clock=clock,
            waiting_threads=waiting_threads,
        )
        self._metrics = metrics

    @contextmanager
    def take(self) -> Generator[Turn]:
        """Hold a turn, in a thread; raises what `Turns.take` does."""
        with _Watch(self._metrics) as watch, super().take() as turn:
            watch.given()
            yield turn

    async def run(
        self,
        work: Callable[[Turn], T],
        threads: Executor,
        *,
        is_patient: bool = False,
        until: float | None = None,
    ) -> T:
        """Do work during a turn; arguments and errors are those of `Turns.run`."""
        with _Watch(self._metrics) as watch:

            def watched(turn: Turn) -> T:
                watch.given()
                return work(turn)

            return await super().run(watched, threads, is_patient=is_patient, until=until)


class _Watch:
    """One who asks for a turn: waits, has it or is turned away, and gives it back.

    Work may begin in a thread while the coroutine that asked for it stops waiting.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._lock = Lock()
        self._asked_at = perf_counter()
        self._given_at: float | None = None
        self._is_over = False

    def __enter__(self) -> "_Watch":
        self._metrics.matches_waiting.inc()
        return self

    def given(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self._given_at = perf_counter()
        self._metrics.matches_waiting.dec()
        self._metrics.matches_running.inc()
        self._metrics.match_wait_seconds.observe(self._given_at - self._asked_at)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        with self._lock:
            self._is_over = True
        if self._given_at is not None:
            self._metrics.matches_running.dec()
            self._metrics.match_seconds.observe(perf_counter() - self._given_at)
            return
        self._metrics.matches_waiting.dec()
        if isinstance(error, Overloaded):
            self._metrics.matches_turned_away.inc()
