"""The worker inside a process of its own making: threads that need no broker.

With SQLite, one process at a time works on jobs, guarded by a file lock beside the database. So
whatever is marked as running when the lock is got was left by a process that is gone, and is taken
up at once. With PostgreSQL workers may be on several hosts: what one leaves is taken up when its
lease has run out.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from core.db import SessionFactory, reading, transaction
from core.job_control import due_jobs, expire_leases
from core.job_runs import DEFAULT_TIMING, Outcome, Registry, Timing, describe, execute_job
from jobs.worker_lock import WorkerLock

log = structlog.get_logger()

POLL_SECONDS = 0.5
# A job ends itself at its next report once the worker is asked to stop.
STOP_SECONDS = 20.0
_OFFERED_AT_ONCE = 16


class EmbeddedWorker:
    """Threads that look for due jobs and run them, until they are asked to stop."""

    def __init__(
        self,
        sessions: SessionFactory,
        registry: Registry,
        *,
        lock: WorkerLock | None = None,
        threads: int = 1,
        timing: Timing = DEFAULT_TIMING,
        when_idle: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare a worker; nothing runs before `start`.

        Args:
            sessions: the database of the jobs.
            registry: handlers by kind.
            lock: what makes this the only worker of its database; None where others may work too.
            threads: how many jobs at a time.
            timing: lease and rest of jobs.
            when_idle: called by one of the threads between jobs, about twice a second.
        """
        self._sessions = sessions
        self._registry = registry
        self._lock = lock
        self._timing = timing
        self._when_idle = when_idle
        self._stopping = Event()
        self._woken = Event()
        # Set once this worker may work: it has the lock, or needs none.
        self.is_working = Event()
        # Set once another process was found to have the lock.
        self.has_waited = Event()
        self._threads = [
            Thread(target=self._lead if i == 0 else self._follow, name=f"jobs-{i}", daemon=True)
            for i in range(threads)
        ]

    def start(self) -> None:
        """Begin to work, or to wait for the lock."""
        for thread in self._threads:
            thread.start()

    def wake(self, _job_id: UUID | None = None) -> None:
        """Have the worker look for jobs now: one was just committed."""
        self._woken.set()

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Claim nothing more, let the jobs in hand end, and tell whether they did in time.

        A job that is still at work then is taken up again by whoever works next.
        """
        self._stopping.set()
        self._woken.set()
        for thread in self._threads:
            thread.join(timeout)
        is_over = not any(thread.is_alive() for thread in self._threads)
        if is_over and self._lock is not None:
            self._lock.release()
        return is_over

    def _lead(self) -> None:
        if self._lock is not None:
            while not self._try_to_begin(self._lock):
                if self._stopping.wait(POLL_SECONDS):
                    return
        self.is_working.set()
        self._work(self._when_idle)

    def _try_to_begin(self, lock: WorkerLock) -> bool:
        try:
            if not lock.try_to_take():
                self.has_waited.set()
                return False
        except OSError as error:
            log.warning("no lock for the worker of jobs", error=str(error))
            return False
        try:
            with transaction(self._sessions, at="jobs.taken_up") as session:
                expire_leases(session)
        except SQLAlchemyError:
            # No table yet, most likely: the loop says so, and leases run out by themselves.
            log.debug("nothing to take up")
        return True

    def _follow(self) -> None:
        while not self.is_working.wait(POLL_SECONDS):
            if self._stopping.is_set():
                return
        self._work(lambda: None)

    def _work(self, when_idle: Callable[[], None]) -> None:
        problem = ""
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                when_idle()
                is_idle = not self._run_due()
                problem = ""
            except Exception as error:  # noqa: BLE001 a worker outlives whatever its database does
                is_idle = True
                if problem != (problem := describe(error)):  # once, and not twice a second
                    log.warning("jobs wait", error=problem)
            if is_idle:
                self._woken.wait(POLL_SECONDS)

    def _run_due(self) -> bool:
        """Tell whether any was ours: what cannot be claimed is no reason to look again at once."""
        is_claimed = False
        with reading(self._sessions) as session:
            due = due_jobs(session, limit=_OFFERED_AT_ONCE)
        for job_id in due:
            if self._stopping.is_set():
                break
            outcome = execute_job(
                self._sessions,
                self._registry,
                job_id,
                timing=self._timing,
                should_stop=self._stopping.is_set,
            )
            is_claimed = is_claimed or outcome is not Outcome.NOT_CLAIMED
        return is_claimed


def lock_of(database_url: str) -> WorkerLock | None:
    """Return the lock that makes a worker the only one of an SQLite file; None for PostgreSQL."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return WorkerLock(Path(f"{url.database}.worker.lock"))


def is_in_memory(database_url: str) -> bool:
    """Tell whether no other connection could see the database, and so no worker."""
    url = make_url(database_url)
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}
