"""Days that go by in seconds: jobs run by a clock that jumps to when the next one is due."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.db import SessionFactory, reading
from core.job_runs import Outcome, Registry, Timing, execute_job
from core.jobs import Job, JobState


class Days(ABC):
    """The time of a drill, and the one worker there is in it.

    It lies a month back, so that whatever is due in it is due by the clock of the database too.
    """

    def __init__(self, sessions: SessionFactory) -> None:
        self._began = datetime.now(UTC)
        self.sessions = sessions
        self.start = self._began.replace(microsecond=0) - timedelta(days=30)
        self.now = self.start

    @abstractmethod
    def registry(self) -> Registry:
        """Return the handlers of the jobs."""

    def clock(self) -> datetime:
        """Return what time it is."""
        return self.now

    def run_until(self, end: datetime) -> None:
        """Let time go by, and every job of it be done.

        Raises:
            RuntimeError: one was not.
        """
        while (due := self._next_due()) is not None and due[1] <= end:
            job_id, at = due
            self.now = max(self.now, at)
            outcome = self.execute(job_id)
            if outcome not in {Outcome.DONE, Outcome.NOT_CLAIMED}:
                raise RuntimeError(f"job {job_id}: {outcome}")
        self.now = end

    def run_for(self, **duration: float) -> None:
        """Let so much time go by; see `timedelta`."""
        self.run_until(self.now + timedelta(**duration))

    def execute(self, job_id: UUID) -> Outcome:
        """Do one job, without a rest where it fails."""
        return execute_job(self.sessions, self.registry(), job_id, timing=Timing(retry_seconds=0))

    def _next_due(self) -> tuple[UUID, datetime] | None:
        left = Job.state.in_((JobState.QUEUED, JobState.RUNNING))
        with reading(self.sessions) as session:
            jobs = session.scalars(select(Job).where(left)).all()
        # What is due at once is so by the clock of the database.
        times = [(self.now if job.run_after >= self._began else job.run_after, job) for job in jobs]
        if not times:
            return None
        at, job = min(times, key=lambda pair: (pair[0], pair[1].created_at, pair[1].id))
        return job.id, at
