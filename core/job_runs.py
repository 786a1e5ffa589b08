"""Doing a job: claimed by one worker, done once, however often workers are killed.

A claim counts the attempts, and the effects of a job commit together with its being done, only
while the attempt is still the one that claimed it. Work goes on outside a transaction. It may
commit parts of it on the way (`Run.chunk`), each fenced in the same manner, so that the next
attempt goes on after them.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Thread
from time import monotonic
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Update, and_, case, func, literal, or_, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from core.crash_points import crash_point
from core.db import SessionFactory, is_outage, transaction
from core.jobs import MAX_ATTEMPTS, MAX_ERROR_CHARACTERS, Job, JobState, Payload
from core.log import request_known
from core.moment import moment
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.kinds import OUTBOX_KINDS
from core.outbox.notifying import notify

log = structlog.get_logger()

# Progress is written at most this often: a job may report each of a million rows.
_REPORT_SECONDS = 0.5
# Between two looks whether a database that went away is back.
_HAND_BACK_SECONDS = 0.5
_pause = Event()  # never set: waiting for it is waiting


class Outcome(StrEnum):
    """How an attempt to run a job ended."""

    DONE = "done"
    NOT_CLAIMED = "not_claimed"
    FAILED = "failed"
    PARKED = "parked"
    CANCELLED = "cancelled"
    LOST = "lost"
    RELEASED = "released"


class LeaseLost(Exception):
    """Another worker has the job now: nothing that this one does counts any more."""


class JobCancelled(Exception):
    """Somebody asked to stop the job, and it came to a point where it can."""


class JobReleased(Exception):
    """The worker stops: the job goes back to the queue, and the attempt does not count."""


class JobImpossible(Exception):
    """The job cannot be done however often it is tried: it is parked at once, with these words."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a silent worker is believed, and how long a failed job rests at first."""

    lease_seconds: float = 60.0
    retry_seconds: float = 5.0


Effects = Callable[[Session], None]
"""What a job writes at its end, in the transaction that says that it is done."""

Handler = Callable[["Run"], Effects | None]
Registry = Mapping[str, Handler]
DEFAULT_TIMING = Timing()


class Run:
    """One attempt at a job, as its handler sees it."""

    def __init__(
        self,
        sessions: SessionFactory,
        job: Job,
        timing: Timing,
        should_stop: Callable[[], bool],
    ) -> None:
        self.sessions = sessions
        self.job_id = job.id
        self.kind = job.kind
        self.payload: Payload = job.payload
        self.attempt = job.attempt
        self.lease_seconds = timing.lease_seconds
        self.should_stop = should_stop
        self._timing = timing
        self._reported_at = 0.0
        self._is_lost = False

    def progress(self, done: int, total: int) -> None:
        """Say how much is done. Long work calls it often: here it hears that it must stop.

        Raises:
            LeaseLost, JobCancelled, JobReleased: let them pass.
        """
        if self._is_lost:
            raise LeaseLost
        self._require_going_on()
        if done < total and monotonic() - self._reported_at < _REPORT_SECONDS:
            return
        with transaction(self.sessions, at="job.progress") as session:
            self._advance(session, done, total)

    @contextmanager
    def chunk(self, done: int, total: int) -> Generator[Session]:
        """Commit a part of the work together with the progress, if the job is still ours.

        Args:
            done: how much is done with this part.
            total: how much there is.

        Raises:
            LeaseLost, JobCancelled, JobReleased: let them pass; the part is not stored.
        """
        self._require_going_on()
        with transaction(self.sessions, at="job.chunk") as session:
            # First: it locks the row, so that nobody takes over or cancels before the commit.
            self._advance(session, done, total)
            yield session

    def _require_going_on(self) -> None:
        if self.should_stop():
            raise JobReleased

    def _advance(self, session: Session, done: int, total: int) -> None:
        got_further = Job.done < done
        is_cancel_wanted = session.scalar(
            self._fenced()
            .values(
                lease_until=moment(self._timing.lease_seconds),
                attempt_limit=case(
                    (got_further, Job.attempt + MAX_ATTEMPTS), else_=Job.attempt_limit
                ),
                done=case((got_further, done), else_=Job.done),
                total=total,
            )
            .returning(Job.is_cancel_wanted)
        )
        if is_cancel_wanted is None:
            raise LeaseLost
        if is_cancel_wanted:
            raise JobCancelled
        self._reported_at = monotonic()

    def _fenced(self) -> Update:
        return _update().where(
            Job.id == self.job_id, Job.attempt == self.attempt, Job.state == JobState.RUNNING
        )

    def finish(self, effects: Effects | None) -> None:
        """Write the effects and that the job is done, both or neither."""
        self._settle(
            effects,
            state=JobState.DONE,
            finished_at=moment(),
            done=func.coalesce(Job.total, Job.done),
            last_error=None,
        )

    def cancel(self) -> None:
        """Write that the job has stopped because somebody wished it."""
        self._settle(None, state=JobState.CANCELLED, finished_at=moment())

    def release(self) -> None:
        """Put the job back as if this attempt had not been; one whose end is wished ends."""
        self._settle(
            None,
            state=case((Job.is_cancel_wanted, JobState.CANCELLED), else_=JobState.QUEUED),
            finished_at=case((Job.is_cancel_wanted, moment()), else_=None),
            attempt_limit=Job.attempt_limit + 1,
        )

    def fail(self, reason: str, *, is_final: bool = False, has_rested: bool = False) -> Outcome:
        """Put the job back to be tried again later, or park it after too many attempts.

        One whose end is wished, or whose failure is final, is not tried again. One that had to wait
        until this could be written does not rest once more after its first attempt.
        """
        is_over = or_(Job.attempt >= Job.attempt_limit, Job.is_cancel_wanted, literal(is_final))
        rest = self._timing.retry_seconds * (2 ** min(self.attempt - 1, 6) - has_rested)
        with transaction(self.sessions, at="job.fail") as session:
            state = session.scalar(
                self._fenced()
                .values(
                    state=case(
                        (Job.is_cancel_wanted, JobState.CANCELLED),
                        (is_over, JobState.PARKED),
                        else_=JobState.QUEUED,
                    ),
                    finished_at=case((is_over, moment()), else_=None),
                    run_after=moment(rest),
                    lease_until=None,
                    hinted_at=None,
                    last_error=reason[:MAX_ERROR_CHARACTERS],
                )
                .returning(Job.state)
            )
            if state == JobState.PARKED:
                _tell_of_parked(session, self.job_id, self.kind)
        if state is None:
            raise LeaseLost
        ended = {JobState.PARKED: Outcome.PARKED, JobState.CANCELLED: Outcome.CANCELLED}
        return ended.get(JobState(state), Outcome.FAILED)

    def _settle(self, effects: Effects | None, **values: object) -> None:
        with transaction(self.sessions, at="job.end") as session:
            ended = self._fenced().values(lease_until=None, hinted_at=None, **values)
            if session.scalar(ended.returning(Job.id)) is None:
                raise LeaseLost
            if effects is not None:
                effects(session)

    @contextmanager
    def lease_kept(self) -> Generator[None]:
        """Renew the lease every third of it, for work that reports nothing for a long time."""
        is_over = Event()
        keeper = Thread(target=self._keep_lease, args=(is_over,), name="job-lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            is_over.set()
            keeper.join()

    def _keep_lease(self, is_over: Event) -> None:
        while not is_over.wait(self._timing.lease_seconds / 3):
            renewed = self._fenced().values(lease_until=moment(self._timing.lease_seconds))
            try:
                with transaction(self.sessions, at="job.lease") as session:
                    self._is_lost = session.scalar(renewed.returning(Job.id)) is None
            except SQLAlchemyError as error:
                log.warning("lease not renewed", job=str(self.job_id), error=describe(error))
            if self._is_lost:
                return


def execute_job(
    sessions: SessionFactory,
    registry: Registry,
    job_id: UUID,
    *,
    timing: Timing = DEFAULT_TIMING,
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Claim a job, do its work and finish it; any number may try at once, one gets it.

    Args:
        sessions: where the job is written; its handler works with them too.
        registry: the handlers by kind.
        job_id: which job; one that is not waiting, or not yet due, is left alone.
        timing: lease and rest.
        should_stop: whether this worker is about to end; long work is then given back.
    """
    job = _claim(sessions, job_id, timing)
    if job is None:
        return Outcome.NOT_CLAIMED
    run = Run(sessions, job, timing, should_stop)
    with request_known(job.request_id):
        try:
            outcome = _attempt(run, registry.get(job.kind), job.kind)
        except SQLAlchemyError as error:
            if not is_outage(error):
                raise
            outcome = _hand_back(run, error)
        log.info("job", job=str(job_id), kind=job.kind, attempt=job.attempt, outcome=outcome)
    return outcome


def _attempt(run: Run, handler: Handler | None, kind: str) -> Outcome:
    try:
        try:
            if handler is None:
                return run.fail(f"this release has no handler for {kind}: update the workers")
            with run.lease_kept():
                crash_point("job.begun")
                effects = handler(run)
            crash_point("job.worked")
            run.finish(effects)
        except JobCancelled:
            run.cancel()
            return Outcome.CANCELLED
        except JobReleased:
            run.release()
            return Outcome.RELEASED
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 whatever a handler raises is written in its row
            is_final = isinstance(error, JobImpossible)
            reason = str(error) if is_final else describe(error)
            log.warning("job failed", job=str(run.job_id), kind=kind, error=reason)
            return run.fail(reason, is_final=is_final)
    except LeaseLost:
        return Outcome.LOST
    return Outcome.DONE


def _hand_back(run: Run, error: SQLAlchemyError) -> Outcome:
    """Put a job back whose database went away with it, as soon as it answers.

    Nobody else may have the job before its lease ends: without this it would wait that long. What
    became of the last commit nobody knows; where it was done, the job is not ours any more.

    Raises:
        SQLAlchemyError: the worker stops, or the lease ends anyway.
    """
    log.warning("job waits for its database", job=str(run.job_id), error=describe(error))
    until = monotonic() + run.lease_seconds
    while True:
        try:
            return run.fail(describe(error), has_rested=True)
        except LeaseLost:
            return Outcome.LOST
        except SQLAlchemyError as failed:
            if not is_outage(failed) or monotonic() >= until or run.should_stop():
                raise
        _pause.wait(_HAND_BACK_SECONDS)


def describe(error: Exception) -> str:
    """Say what went wrong in one line, without the values that a statement was given."""
    told = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    first_line = next(iter(str(told).strip().splitlines()), "")
    return f"{type(error).__name__}: {first_line}"


def is_due() -> ColumnElement[bool]:
    """Return the condition under which a job may be claimed, or be settled in its stead."""
    return or_(
        and_(Job.state == JobState.QUEUED, Job.run_after <= moment()),
        and_(Job.state == JobState.RUNNING, Job.lease_until < moment()),
    )


def _claim(sessions: SessionFactory, job_id: UUID, timing: Timing) -> Job | None:
    due = _update().where(Job.id == job_id, is_due())
    claim = due.where(Job.attempt < Job.attempt_limit, Job.is_cancel_wanted.is_(False)).values(
        state=JobState.RUNNING,
        attempt=Job.attempt + 1,
        lease_until=moment(timing.lease_seconds),
    )
    # Its worker died and it may not be tried again, or it waits though its end is wished.
    give_up = due.where(or_(Job.state == JobState.RUNNING, Job.is_cancel_wanted)).values(
        state=case((Job.is_cancel_wanted, JobState.CANCELLED), else_=JobState.PARKED),
        last_error=case(
            (Job.is_cancel_wanted, Job.last_error), else_="its workers died, one after the other"
        ),
        lease_until=None,
        finished_at=moment(),
    )
    with transaction(sessions, at="job.claim") as session:
        if session.scalar(claim.returning(Job.id)) is None:
            gone = session.execute(give_up.returning(Job.kind, Job.state)).first()
            if gone is not None and gone.state == JobState.PARKED:
                _tell_of_parked(session, job_id, gone.kind)
            return None
        return session.get_one(Job, job_id)


def _tell_of_parked(session: Session, job_id: UUID, kind: str) -> None:
    if kind not in OUTBOX_KINDS:
        notify(session, PLATFORM_ID, EventType.JOB_PARKED, str(job_id), {"kind": kind})


def _update() -> Update:
    return update(Job).execution_options(synchronize_session=False)
