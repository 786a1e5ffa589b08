"""What a server runs beside its requests: the worker itself, or the sweeping for other workers."""

from typing import Protocol

from core.db import SessionFactory
from core.jobs import set_hint
from core.settings import Settings
from jobs.embedded import EmbeddedWorker, is_in_memory, lock_of
from jobs.hints import HintQueue
from jobs.registry import Holder, Workshop
from jobs.schedules import Repeater, watch_clock
from jobs.upkeep import Upkeep

# A supervisor gives a server twenty seconds, of which its last answers may take twelve.
_STOP_SECONDS = 5.0


class Running(Protocol):
    """Something that runs until it is stopped."""

    def stop(self) -> object:
        """Stop it; it may take as long as the job in hand."""
        ...


def start_embedded(settings: Settings, sessions: SessionFactory, holder: Holder) -> Running | None:
    """Start what does the jobs of a server, or sees to it that workers do them.

    Without a broker, a thread of this process works on the jobs. With one, hints go through it to
    the workers, and a thread tells them again of what none has heard.

    Args:
        settings: those of the server.
        sessions: of its requests; the jobs that they queue are announced from now on.
        holder: gives out the engine of its requests, which its jobs share.

    Returns:
        What to stop before the database is let go of; None for a database in memory, which no
        thread could reach.
    """
    if is_in_memory(settings.sqlalchemy_url):
        return None
    if settings.redis_url.get_secret_value():
        return _start_sweeper(settings, sessions, holder)
    shop = Workshop(settings, holder=holder)
    worker = EmbeddedWorker(
        shop.sessions,
        shop.registry,
        lock=lock_of(settings.sqlalchemy_url),
        when_idle=Upkeep(shop.sessions, holder),
    )
    set_hint(sessions, worker.wake)
    set_hint(shop.sessions, worker.wake)
    worker.start()
    clock = watch_clock(shop.sessions)
    clock.start()
    return _Embedded(worker, clock, shop)


class _Embedded:
    def __init__(self, worker: EmbeddedWorker, clock: Repeater, shop: Workshop) -> None:
        self._worker = worker
        self._clock = clock
        self._shop = shop

    def stop(self) -> bool:
        """Let the job in hand end, and close the connections if it did."""
        self._clock.stop()
        is_over = self._worker.stop(_STOP_SECONDS)
        if is_over:
            self._shop.close()
        return is_over


def _start_sweeper(settings: Settings, sessions: SessionFactory, holder: Holder) -> "_Sweeper":
    # A server without a broker never pays for loading Celery.
    from jobs.celery_app import SWEEP_SECONDS, Hints, make_celery, sweep  # noqa: PLC0415 see above

    hints = HintQueue(Hints(make_celery(settings)))
    set_hint(sessions, hints)
    upkeep = Upkeep(sessions, holder)

    def look_after() -> None:
        sweep(sessions, hints)
        upkeep()

    sweeper = _Sweeper(
        Repeater(look_after, SWEEP_SECONDS, name="jobs-sweeper"), watch_clock(sessions), hints
    )
    sweeper.start()
    return sweeper


class _Sweeper:
    """The threads of a server with a broker: one looks after jobs, one hands on hints."""

    def __init__(self, looking: Repeater, clock: Repeater, hints: HintQueue) -> None:
        self._threads = (looking, clock)
        self._hints = hints

    def start(self) -> None:
        """Begin."""
        self._hints.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after what is being done."""
        for thread in self._threads:
            thread.stop()
        self._hints.stop()
