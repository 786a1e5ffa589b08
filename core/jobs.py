"""Work that outlives the request: a row written with what asks for it, and run by whoever is free.

The row is the record. A message of a queue is only a hint to run it, and may be lost or come twice:
`core.job_runs` says how a job is done once all the same. Times are those of the database, since
machines differ.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, SessionFactory, UtcDateTime, after_commit
from core.log import current_request_id
from core.moment import moment

MAX_ATTEMPTS = 5
MAX_ERROR_CHARACTERS = 500
_HINT = "landbridge_job_hint"
_WAITING = text("state = 'queued' AND attempt = 0")

Hint = Callable[[UUID], None]
Payload = dict[str, Any]
"""Ids and names of versions, as JSON; never personal data or the text of a need."""


class JobState(StrEnum):
    """Where a job stands; a parked one failed too often and waits for somebody to look at it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"
    CANCELLED = "cancelled"


FINISHED = (JobState.DONE, JobState.PARKED, JobState.CANCELLED)


class Job(Base):
    """A piece of work.

    `attempt` only rises, and is what fences a worker that was thought dead. `attempt_limit` moves
    on with progress: what is parked are attempts that fail without getting any further.
    `request_id` is the request that asked for the work, itself or through another job.
    `hinted_at` is when a queue was last told, `run_after` when it may first run.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'done', 'parked', 'cancelled')", name="state"
        ),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        Index("ix_job_state_run_after", "state", "run_after"),
        # A key belongs to one job that nobody has begun. Once begun, it may have read what changes
        # now, so the next request of the same kind is a job of its own.
        Index(
            "uq_job_key_waiting",
            "key",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[Payload] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(200))
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("job.id", ondelete="CASCADE"), index=True
    )
    request_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(10))
    attempt: Mapped[int]
    attempt_limit: Mapped[int]
    run_after: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hinted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_cancel_wanted: Mapped[bool]
    done: Mapped[int]
    total: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(MAX_ERROR_CHARACTERS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def set_hint(sessions: SessionFactory, hint: Hint) -> None:
    """Have every job of these sessions announced after its commit; `hint` must not raise."""
    sessions.configure(info={_HINT: hint})


def enqueue(
    session: Session,
    kind: str,
    payload: Payload,
    *,
    key: str | None = None,
    run_after: datetime | None = None,
    parent_id: UUID | None = None,
) -> Job:
    """Write a job in the caller's transaction: it is accepted if, and only if, that commits.

    Args:
        session: the transaction of what asks for the work.
        kind: name of its handler.
        payload: what the handler is given.
        key: while a job with this key waits and was never begun, that one is returned instead; it
            is held until the caller's commit, so that it sees what the caller wrote.
        run_after: not before this moment; at once if None.
        parent_id: the job that this is a part of, cancelled with it.
    """
    hint: Hint | None = session.info.get(_HINT)
    if run_after is not None:
        hint = None
    for is_last in (False, False, True):
        if key is not None and (waiting := _waiting(session, key)) is not None:
            return waiting
        job = Job(
            id=uuid4(),
            kind=kind,
            payload=payload,
            key=key,
            parent_id=parent_id,
            request_id=current_request_id(),
            state=JobState.QUEUED,
            attempt=0,
            attempt_limit=MAX_ATTEMPTS,
            run_after=moment() if run_after is None else run_after,
            hinted_at=None if hint is None else moment(),
            is_cancel_wanted=False,
            done=0,
            created_at=moment(),
        )
        try:
            with session.begin_nested():
                session.add(job)
            break
        except IntegrityError:
            # Another transaction wrote the key at the same time; it has ended now.
            if key is None or is_last:
                raise
    if hint is not None:
        after_commit(session, partial(hint, job.id))
    return job


def _waiting(session: Session, key: str) -> Job | None:
    unbegun = select(Job).where(Job.key == key, Job.state == JobState.QUEUED, Job.attempt == 0)
    return session.scalar(unbegun.with_for_update())
