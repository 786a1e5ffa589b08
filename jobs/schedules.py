"""What is done by the clock, and the looking at it."""

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from threading import Event, Thread
from typing import Final

import structlog

from core.db import SessionFactory, reading, transaction
from core.job_runs import describe
from core.jobs import Job
from core.schedules import Schedule, daily, find_due, meet
from jobs.audit import ANCHOR_CHAINS, VERIFY_CHAINS
from jobs.retention import RETENTION
from providers.credentials import CREDENTIAL_EXPIRY
from providers.imports.writing import ENCODE_TEXTS

log = structlog.get_logger()

LOOK_SECONDS: Final = 5.0

SCHEDULES: Final[tuple[Schedule, ...]] = (
    # After midnight UTC, when a qualification whose last day was yesterday has run out.
    daily("credential_expiry", CREDENTIAL_EXPIRY, time(0, 10)),
    daily("retention", RETENTION, time(2, 30)),
    # What no import has queued: texts that were stored one by one, or whose job was put away.
    daily("encode_texts", ENCODE_TEXTS, time(3, 30)),
    # Whatever is cut off the trail within the hour is not seen.
    Schedule("anchor_chains", ANCHOR_CHAINS, every=timedelta(hours=1)),
    daily("verify_chains", VERIFY_CHAINS, time(4, 30)),
)


def queue_due(sessions: SessionFactory, schedules: Sequence[Schedule] = SCHEDULES) -> list[Job]:
    """Queue a job for each due time for which nobody has; return those that this call queued.

    Where nothing is due, which is nearly always, it only reads.
    """
    with reading(sessions) as session:
        found = find_due(session, schedules)
    queued: list[Job] = []
    for schedule, moments in found:
        for due_at in moments:
            with transaction(sessions, at="schedules.met") as session:
                job = meet(session, schedule, due_at)
            if job is not None:
                log.info("schedule due", schedule=schedule.name, job=str(job.id))
                queued.append(job)
    return queued


class Repeater:
    """A thread that does something every so many seconds until it is stopped, whatever goes wrong."""

    def __init__(self, do: Callable[[], object], seconds: float, *, name: str) -> None:
        """Prepare.

        Args:
            do: what is done; an error is logged once, until it goes well or differently again.
            seconds: the pause before each time.
            name: of the thread.
        """
        self._do = do
        self._seconds = seconds
        self._name = name
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is being done."""
        self._stopping.set()
        self._thread.join(self._seconds + 10)

    def _run(self) -> None:
        problem = ""
        while not self._stopping.wait(self._seconds):
            try:
                self._do()
                problem = ""
            except Exception as error:  # noqa: BLE001 it outlives whatever its database does
                if problem != (problem := describe(error)):
                    log.warning("repeated work failed", thread=self._name, error=problem)


def watch_clock(sessions: SessionFactory) -> Repeater:
    """Return the thread that queues what is due; any number of processes may have one."""
    return Repeater(lambda: queue_due(sessions), LOOK_SECONDS, name="jobs-clock")
