"""Steps that tests of jobs share."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from core.job_control import (
    expire_leases,
    get_job,
)
from core.job_runs import Effects, Handler, Outcome, Run, Timing, execute_job
from core.jobs import Job, enqueue
from enterprises.models import Need
from tests.factories import make_need

NO_REST = Timing(retry_seconds=0.0)


def queue(sessions: SessionFactory, kind: str = "work", **options: object) -> UUID:
    with transaction(sessions) as session:
        return enqueue(session, kind, {}, **options).id  # type: ignore[arg-type]  # test's own


def run(sessions: SessionFactory, job_id: UUID, handler: Handler, **options: object) -> Outcome:
    return execute_job(
        sessions,
        {"work": handler},
        job_id,
        timing=cast(Timing, options.pop("timing", NO_REST)),
        should_stop=cast("Callable[[], bool]", options.pop("should_stop", lambda: False)),
    )


def job_of(sessions: SessionFactory, job_id: UUID) -> Job:
    with reading(sessions) as session:
        return get_job(session, job_id)


def change(sessions: SessionFactory, job_id: UUID, **values: object) -> None:
    with transaction(sessions) as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def let_leases_run_out(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        expire_leases(session)


def write_need(_run: Run) -> Effects:
    def write(session: Session) -> None:
        make_need(session)

    return write


def needs_written(sessions: SessionFactory) -> int:
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(Need)) or 0


class Killed(BaseException):
    """The worker is gone in the middle of its work: nothing more is written."""


def die(_run: Run) -> None:
    raise Killed
