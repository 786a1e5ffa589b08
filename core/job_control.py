"""What is done to jobs from outside: offered to workers, looked at, cancelled, tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import InvalidState, NotFound
from core.identity.actor import OPERATOR, Actor
from core.job_runs import is_due
from core.jobs import FINISHED, MAX_ATTEMPTS, Job, JobState
from core.moment import moment
from core.retention import rows_of

# A job that just came is announced by whoever wrote it.
_YOUNG_SECONDS = 1.0
_HINT_LASTS_SECONDS = 10.0


class JobNotFound(NotFound):
    """No job has this id."""

    code = "job-not-found"
    title = "There is no such job"


class JobFinished(InvalidState):
    """The job has ended."""

    code = "job-finished"
    title = "The job has ended"


class JobNotParked(InvalidState):
    """Only a job that has stopped without being done can be tried again."""

    code = "job-not-parked"
    title = "The job cannot be tried again"


@dataclass(frozen=True, slots=True)
class JobTree:
    """A job with what it is made of.

    Attributes:
        states: how many of its parts are in each state, itself left out.
        done, total: its own progress and that of its parts together; `total` is None where
            nothing is known yet.
    """

    job: Job
    states: dict[str, int]
    done: int
    total: int | None

    @property
    def is_finished(self) -> bool:
        """Whether it and all its parts have ended, well or not."""
        return {self.job.state, *self.states} <= set(FINISHED)

    @property
    def is_done(self) -> bool:
        """Whether it and all its parts are done."""
        return {self.job.state, *self.states} <= {JobState.DONE}


@dataclass(frozen=True, slots=True)
class JobsAhead:
    """How the queue stands.

    Attributes:
        states: how many jobs are in each state.
        oldest_wait_seconds: how long the one that has waited longest has been due; 0 if none is.
    """

    states: dict[str, int]
    oldest_wait_seconds: float


def jobs_ahead(session: Session) -> JobsAhead:
    """Count the jobs, and see how long the oldest of those that are due has waited."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    due_since = case((Job.state == JobState.QUEUED, Job.run_after), else_=Job.lease_until)
    oldest, now = session.execute(select(func.min(due_since), moment()).where(is_due())).one()
    waited = 0.0 if oldest is None else (now - oldest).total_seconds()
    return JobsAhead({row[0]: row[1] for row in rows}, max(waited, 0.0))


def due_jobs(session: Session, *, limit: int) -> Sequence[UUID]:
    """Return jobs that may be claimed now, those that have waited longest first."""
    return session.scalars(
        select(Job.id).where(is_due()).order_by(Job.run_after, Job.created_at, Job.id).limit(limit)
    ).all()


def offer_jobs(session: Session, *, limit: int) -> Sequence[UUID]:
    """Return jobs of which workers should be told again, and note that they are.

    Any number of processes may ask: each job is given to one of them.
    """
    unheard = or_(Job.hinted_at.is_(None), Job.hinted_at < moment(-_HINT_LASTS_SECONDS))
    is_late: ColumnElement[bool] = or_(
        Job.state == JobState.RUNNING, Job.created_at < moment(-_YOUNG_SECONDS)
    )
    late = (
        select(Job.id)
        .where(is_due(), unheard, is_late)
        .order_by(Job.run_after, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(late).all()
    if ids:
        session.execute(
            update(Job)
            .where(Job.id.in_(ids))
            .values(hinted_at=moment())
            .execution_options(synchronize_session=False)
        )
    return ids


def expire_leases(session: Session) -> None:
    """Let every running job be taken at once; for who knows that no other worker is alive."""
    session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING)
        .values(lease_until=moment(-1))
        .execution_options(synchronize_session=False)
    )


def was_queued_lately(session: Session, kind: str, *, seconds: float) -> bool:
    """Tell whether a job of this kind waits or runs, or ended less than so long ago."""
    lately = or_(Job.finished_at.is_(None), Job.finished_at > moment(-seconds))
    return session.scalar(select(Job.id).where(Job.kind == kind, lately).limit(1)) is not None


def list_jobs(
    session: Session,
    *,
    limit: int,
    state: JobState | None = None,
    kind: str | None = None,
    before: tuple[datetime, UUID] | None = None,
) -> Sequence[Job]:
    """Return jobs, newest first; parts of others are left out unless their kind is asked for.

    A parked part is a thing to look at by itself, so parked jobs are shown with their parts.

    Args:
        session: any.
        limit: how many at most.
        state: only these.
        kind: only these.
        before: only those that come after the job with this moment and id in the list.
    """
    wanted = select(Job)
    if kind is not None:
        wanted = wanted.where(Job.kind == kind)
    elif state is not JobState.PARKED:
        wanted = wanted.where(Job.parent_id.is_(None))
    if state is not None:
        wanted = wanted.where(Job.state == state)
    if before is not None:
        wanted = wanted.where(tuple_(Job.created_at, Job.id) < before)
    newest_first = wanted.order_by(Job.created_at.desc(), Job.id.desc())
    return session.scalars(newest_first.limit(limit)).all()


def get_job(session: Session, job_id: UUID) -> Job:
    """Return a job.

    Raises:
        JobNotFound: there is none with this id.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise JobNotFound(f"no job has the id {job_id}: `landbridge jobs list` shows them")
    return job


def get_job_tree(session: Session, job_id: UUID) -> JobTree:
    """Return a job and what became of its parts.

    Raises:
        JobNotFound: there is none with this id.
    """
    job = get_job(session, job_id)
    parts = session.execute(
        select(Job.state, func.count(), func.sum(Job.done), func.sum(Job.total))
        .where(Job.parent_id == job_id)
        .group_by(Job.state)
    ).all()
    totals = [total for total in (job.total, *(row[3] for row in parts)) if total is not None]
    return JobTree(
        job=job,
        states={row[0]: row[1] for row in parts},
        done=job.done + sum(row[2] or 0 for row in parts),
        total=sum(totals) if totals else None,
    )


def cancel_job(session: Session, job_id: UUID, actor: Actor = OPERATOR) -> Job:
    """Stop a job and its parts: at once where they wait, at their next report where they run.

    Whoever has no account, as on the command line, is the operator.
    What is parked is put away: nobody has to look at it any more.

    Raises:
        JobNotFound: there is none with this id.
        JobFinished: it and its parts have ended.
    """
    job = get_job(session, job_id)
    if not _cancel(session, or_(Job.id == job_id, Job.parent_id == job_id)):
        raise JobFinished(f"job {job_id} is {job.state}: there is nothing to stop")
    record(session, actor, Action.JOB_CANCELLED, _subject(job))
    session.refresh(job)
    return job


def _subject(job: Job) -> Subject:
    return Subject(SubjectKind.JOB, str(job.id))


def cancel_parts(session: Session, kind: str) -> int:
    """Stop every job of a kind that belongs to another; return how many are concerned."""
    return _cancel(session, and_(Job.kind == kind, Job.parent_id.is_not(None)))


def _cancel(session: Session, which: ColumnElement[bool]) -> int:
    is_waiting = Job.state.in_((JobState.QUEUED, JobState.PARKED))
    stopped = session.scalars(
        update(Job)
        .where(which, Job.state.not_in((JobState.DONE, JobState.CANCELLED)))
        .values(
            is_cancel_wanted=True,
            state=case((is_waiting, JobState.CANCELLED), else_=Job.state),
            finished_at=case((is_waiting, moment()), else_=None),
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(stopped)


def retry_job(session: Session, job_id: UUID, actor: Actor = OPERATOR) -> Job:
    """Let a parked or cancelled job, or the parked parts of a job, be tried again.

    Whoever has no account, as on the command line, is the operator.

    Raises:
        JobNotFound: there is none with this id.
        JobNotParked: neither it nor a part of it is parked or cancelled.
    """
    job = get_job(session, job_id)
    stopped = Job.state.in_((JobState.PARKED, JobState.CANCELLED))
    # Attempts are counted on: a worker of an earlier one may still be alive. One is counted
    # here, since a key belongs to a job that was never begun.
    again = session.scalars(
        update(Job)
        .where(or_(Job.id == job_id, Job.parent_id == job_id), stopped)
        .values(
            state=JobState.QUEUED,
            attempt=Job.attempt + 1,
            attempt_limit=Job.attempt + 1 + MAX_ATTEMPTS,
            is_cancel_wanted=False,
            run_after=moment(),
            hinted_at=None,
            finished_at=None,
        )
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not again:
        raise JobNotParked(f"job {job_id} is {job.state}: only what is parked can be tried again")
    record(session, actor, Action.JOB_RETRIED, _subject(job))
    session.refresh(job)
    return job


def _overdue(before: datetime) -> ColumnElement[bool]:
    """Say which jobs ended well, or at somebody's wish, before a moment; parked ones are seen to."""
    # Parts go with what they belong to, and not before it; one that is not old keeps the whole.
    part = aliased(Job)
    kept = exists().where(
        part.parent_id == Job.id,
        or_(part.finished_at.is_(None), part.state == JobState.PARKED),
    )
    ended = Job.state.in_((JobState.DONE, JobState.CANCELLED))
    return and_(Job.parent_id.is_(None), ended, Job.finished_at < before, ~kept)


RETENTION = (rows_of("finished jobs", days=30, key=Job.id, needless=_overdue),)


def count_parked(session: Session) -> int:
    """Return how many jobs, parts included, wait for somebody to look at them."""
    parked = select(func.count()).select_from(Job).where(Job.state == JobState.PARKED)
    return session.scalar(parked) or 0


def parked_by_kind(session: Session) -> dict[str, int]:
    """Return how many jobs of each kind are parked, for kinds of which any is."""
    rows = session.execute(
        select(Job.kind, func.count()).where(Job.state == JobState.PARKED).group_by(Job.kind)
    ).all()
    return {row[0]: row[1] for row in rows}


def find_broken_jobs(session: Session) -> list[str]:
    """Return what is wrong with the rows of jobs, by what every step of a job keeps to."""
    has_ended = Job.state.in_(FINISHED)
    part = aliased(Job)
    rules: list[tuple[str, ColumnElement[bool]]] = [
        ("have ended and do not say when", and_(has_ended, Job.finished_at.is_(None))),
        ("have not ended and say when", and_(~has_ended, Job.finished_at.is_not(None))),
        ("are running without an attempt", and_(Job.state == JobState.RUNNING, Job.attempt < 1)),
        ("have a progress below nothing", or_(Job.done < 0, Job.total < 0)),
        (
            "are parts of a job that is not there",
            and_(Job.parent_id.is_not(None), ~exists().where(part.id == Job.parent_id)),
        ),
    ]
    counted = [
        (session.scalar(select(func.count()).select_from(Job).where(rule)) or 0, said)
        for said, rule in rules
    ]
    return [f"{count} jobs {said}" for count, said in counted if count]
