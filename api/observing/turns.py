"""Turns at matching that are counted."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter

from api.observing.metrics import Metrics
from core.errors import Overloaded
from core.turns import Turn, Turns


class WatchedTurns(Turns):
    """As `Turns`, and tells the metrics who waits, for how long, and who was turned away."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        at_once: int,
        waiting: int,
        seconds: float,
        clock: Callable[[], float],
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

    @asynccontextmanager
    async def take_async(
        self, *, is_patient: bool = False, until: float | None = None
    ) -> AsyncGenerator[Turn]:
        """Hold a turn, in a coroutine; arguments and errors are those of `Turns.take_async`."""
        with _Watch(self._metrics) as watch:
            async with super().take_async(is_patient=is_patient, until=until) as turn:
                watch.given()
                yield turn


class _Watch:
    """One who asks for a turn: waits, has it or is turned away, and gives it back."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._asked_at = perf_counter()
        self._given_at: float | None = None

    def __enter__(self) -> "_Watch":
        self._metrics.matches_waiting.inc()
        return self

    def given(self) -> None:
        self._given_at = perf_counter()
        self._metrics.matches_waiting.dec()
        self._metrics.matches_running.inc()
        self._metrics.match_wait_seconds.observe(self._given_at - self._asked_at)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._given_at is not None:
            self._metrics.matches_running.dec()
            self._metrics.match_seconds.observe(perf_counter() - self._given_at)
            return
        self._metrics.matches_waiting.dec()
        if isinstance(error, Overloaded):
            self._metrics.matches_turned_away.inc()
