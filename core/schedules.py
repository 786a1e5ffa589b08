"""Work that comes back by the clock: due times as rows, each of which queues one job.

A due time is a row that two schedulers cannot both write, and its job is queued in the same
transaction: any number of them may look, and any of them may die, at any moment. The clock is the
database's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core.db import Base, UtcDateTime
from core.jobs import Job, Payload, enqueue
from core.moment import moment
from core.retention import rows_of

# What came due while nobody looked is made up for so long; of what is older, the latest only.
MADE_UP: Final = timedelta(minutes=10)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


class DueTime(Base):
    """A moment at which a schedule was due, and the job that it queued.

    The first row of a schedule has no job: from then on it is known.
    """

    __tablename__ = "due_time"

    schedule: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    # No foreign key: jobs are forgotten, and the due time was met all the same.
    job_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A kind of job that is queued again and again.

    Attributes:
        name: unique among schedules; due times are kept under it.
        kind: of the jobs.
        every: from one due time to the next.
        after: how far the due times lie behind midnight of 1 January 1970, UTC.
        payload: what each job is given.
    """

    name: str
    kind: str
    every: timedelta
    after: timedelta = timedelta()
    payload: Payload = field(default_factory=dict[str, object])

    def __post_init__(self) -> None:
        """Refuse what would never come round.

        Raises:
            ValueError: the schedule has no interval, or begins before it.
        """
        if self.every < timedelta(seconds=1) or self.after < timedelta():
            raise ValueError(f"{self.name}: every {self.every}, after {self.after}: take more time")

    def latest(self, now: datetime) -> datetime:
        """Return the last due time that is not after `now`."""
        since = now - _EPOCH - self.after
        return _EPOCH + self.after + since // self.every * self.every


def daily(name: str, kind: str, at: time, payload: Payload | None = None) -> Schedule:
    """Return a schedule that is due each day at a time of UTC."""
    after = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return Schedule(name, kind, _DAY, after, {} if payload is None else payload)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a schedule stands.

    Attributes:
        next_at: when it is due next.
        last: its latest due time that was met; None before it is known.
    """

    schedule: Schedule
    next_at: datetime
    last: DueTime | None


def find_due(
    session: Session, schedules: Sequence[Schedule]
) -> list[tuple[Schedule, list[datetime]]]:
    """Return the due times that no row says anything of, earliest first, by schedule."""
    known = _latest_known(session, schedules)
    now = _now(session)
    found: list[tuple[Schedule, list[datetime]]] = []
    for schedule in schedules:
        latest = schedule.latest(now)
        last = known.get(schedule.name)
        due = [latest] if last is None or last < latest else []
        earlier = latest - schedule.every
        while last is not None and max(last, now - MADE_UP) < earlier:
            due.append(earlier)
            earlier -= schedule.every
        if due:
            found.append((schedule, due[::-1]))
    return found


def meet(session: Session, schedule: Schedule, due_at: datetime) -> Job | None:
    """Write down a due time in the caller's transaction, and queue its job.

    Returns None where another scheduler has met it, and for the first one of a schedule.
    """
    is_known = session.scalar(
        select(DueTime.schedule).where(DueTime.schedule == schedule.name).limit(1)
    )
    row = DueTime(schedule=schedule.name, due_at=due_at, job_id=None, recorded_at=moment())
    try:
        # Of two transactions that write the same row, the second waits for the end of the first.
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    if is_known is None:
        return None
    job = enqueue(session, schedule.kind, dict(schedule.payload))
    row.job_id = job.id
    return job


def standings(session: Session, schedules: Sequence[Schedule]) -> list[Standing]:
    """Return where schedules stand, in their order."""
    known = _latest_known(session, schedules)
    now = _now(session)
    return [
        Standing(
            schedule,
            schedule.latest(now) + schedule.every,
            None
            if (last := known.get(schedule.name)) is None
            else session.get(DueTime, (schedule.name, last)),
        )
        for schedule in schedules
    ]


def _latest_known(session: Session, schedules: Sequence[Schedule]) -> dict[str, datetime]:
    rows = session.execute(
        select(DueTime.schedule, func.max(DueTime.due_at))
        .where(DueTime.schedule.in_([schedule.name for schedule in schedules]))
        .group_by(DueTime.schedule)
    )
    return dict(rows.all())


def _now(session: Session) -> datetime:
    now: datetime = session.scalars(select(moment())).one()
    return now


def _overdue(before: datetime) -> ColumnElement[bool]:
    # The latest one of a schedule says that it is known.
    later = aliased(DueTime)
    is_past = exists().where(later.schedule == DueTime.schedule, later.due_at > DueTime.due_at)
    return (DueTime.due_at < before) & is_past


RETENTION = (rows_of("due times of schedules", days=30, key=DueTime.due_at, needless=_overdue),)
