"""Celery, which carries hints: `run_job` with the id of a row, and nothing else.

A message that is lost, doubled or late changes nothing but the time: the row is the record, workers
ask it, and the sweep of every worker tells of what nobody heard. So there are no results, no
chains, no countdowns and no beat here.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from celery import Celery, bootsteps
from celery.signals import worker_process_init, worker_process_shutdown
from sqlalchemy.exc import SQLAlchemyError

from core.db import SessionFactory, make_engine, make_session_factory, transaction
from core.job_control import offer_jobs
from core.job_runs import DEFAULT_TIMING, Outcome, Timing, describe, execute_job
from core.jobs import Hint
from core.session_limits import JOBS
from core.settings import Settings
from jobs.registry import Workshop
from jobs.schedules import queue_due

log = structlog.get_logger()

RUN_JOB = "run_job"
SWEEP_SECONDS = 1.0
SWEPT_AT_ONCE = 100
# A broker that did not answer is not waited for again at once: each time may take some seconds.
_PAUSE_SECONDS = 5.0
# Beyond any job that goes well: the index of a million providers is built within minutes.
_SOFT_LIMIT_SECONDS = 3600
_HARD_LIMIT_SECONDS = 3900


def make_celery(settings: Settings) -> Celery:
    """Return an application of Celery for the broker that the settings name.

    Its settings are those with which no accepted job was lost or done twice when workers, broker
    and database were killed at random.
    """
    app = Celery("landbridge", broker=_broker_url(settings), set_as_current=False)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        result_backend=None,
        task_publish_retry=False,
        task_soft_time_limit=_SOFT_LIMIT_SECONDS,
        task_time_limit=_HARD_LIMIT_SECONDS,
        worker_max_tasks_per_child=1000,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        worker_soft_shutdown_timeout=10,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        broker_transport_options={
            "visibility_timeout": 300,
            "socket_timeout": 5,
            "socket_connect_timeout": 1,
            "health_check_interval": 10,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
        },
    )
    return app


def _broker_url(settings: Settings) -> str:
    url = settings.redis_url.get_secret_value()
    # Redis' own client and Celery's write the address of a socket differently.
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


class Hints:
    """Tells workers of jobs, and never fails: what is not heard is swept up.

    With a broker that hangs it takes as long as the settings above let it, once in a while.
    """

    def __init__(self, app: Celery, clock: Callable[[], float] = monotonic) -> None:
        self._app = app
        self._clock = clock
        self._lock = Lock()
        self._silent_until = 0.0

    def __call__(self, job_id: UUID) -> None:
        """Send a hint, unless the broker failed a moment ago."""
        with self._lock:
            if self._clock() < self._silent_until:
                return
        try:
            self._app.send_task(RUN_JOB, args=[str(job_id)], retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 whatever a broker does, the row is there
            with self._lock:
                self._silent_until = self._clock() + _PAUSE_SECONDS
            log.warning("hint not sent", job=str(job_id), error=describe(error))


def make_worker_app(settings: Settings, *, timing: Timing = DEFAULT_TIMING) -> Celery:
    """Return the application of a worker: it runs jobs in its processes and sweeps in between.

    Each process opens the database and the engine for itself, after it was forked: a connection
    that two processes share gives one of them the answers of the other.
    """
    app = make_celery(settings)
    shops: list[Workshop] = []

    def open_shop(**_: Any) -> None:  # noqa: ANN401 the signal's own arguments
        shops.append(Workshop(settings, hint=Hints(app)))

    def close_shop(**_: Any) -> None:  # noqa: ANN401 as above
        while shops:
            shops.pop().close()

    # Weakly held receivers would be gone with this call.
    worker_process_init.connect(open_shop, weak=False)
    worker_process_shutdown.connect(close_shop, weak=False)

    def run_job(job_id: str) -> Outcome:
        if not shops:
            open_shop()  # a pool of threads or none: there is no process to prepare
        shop = shops[0]
        return execute_job(shop.sessions, shop.registry, UUID(job_id), timing=timing)

    app.task(name=RUN_JOB, ignore_result=True)(run_job)
    app.steps["worker"].add(_sweep_step(settings, Hints(app)))
    return app


def sweep(sessions: SessionFactory, hint: Hint) -> int:
    """Tell workers of due jobs of which none has heard lately; return how many."""
    with transaction(sessions, at="jobs.offered") as session:
        offered = offer_jobs(session, limit=SWEPT_AT_ONCE)
    for job_id in offered:
        hint(job_id)
    return len(offered)


def sweep_once(settings: Settings, hint: Hint) -> int:
    """Queue what is due by the clock, and sweep, with a connection that is closed again.

    What goes wrong is only logged.

    Worker processes are forked from the one that sweeps, and must not find it open.
    """
    engine = make_engine(settings.sqlalchemy_url, pool_size=1, limits=JOBS)
    try:
        sessions = make_session_factory(engine)
        for job in queue_due(sessions):
            hint(job.id)
        return sweep(sessions, hint)
    except SQLAlchemyError as error:
        log.warning("jobs not swept", error=describe(error))
        return 0
    finally:
        engine.dispose()


def _sweep_step(settings: Settings, hint: Hint) -> type[bootsteps.StartStopStep]:
    """Return a part of a worker that sweeps by the timer of its own loop.

    No thread: processes are forked from it at any time, and would inherit the locks it holds.
    """

    class Sweep(bootsteps.StartStopStep):
        requires = ("celery.worker.components:Timer",)

        def __init__(self, parent: Any, **options: Any) -> None:  # noqa: ANN401 Celery’s own
            super().__init__(parent, **options)
            self._entry: Any = None  # Any: an entry of kombu's timer, which has no types

        def start(self, parent: Any) -> None:  # noqa: ANN401 as above
            self._entry = parent.timer.call_repeatedly(SWEEP_SECONDS, sweep_once, (settings, hint))

        def stop(self, parent: Any) -> None:  # noqa: ANN401 as above
            if self._entry is not None:
                self._entry.cancel()

    return Sweep
