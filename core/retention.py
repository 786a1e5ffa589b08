"""How long rows are kept: every class of rows with its period, and the deleting of what is overdue.

Each module that owns tables says what it keeps how long (`RETENTION`); `jobs.retention` has all of
them, and a job deletes each night what is overdue.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

Condition = Callable[[datetime], ColumnElement[bool]]
"""From a moment to the rows that were no longer needed then."""


@dataclass(frozen=True, slots=True)
class RowClass:
    """Rows that are kept for the same time.

    Attributes:
        name: what they are, in words.
        days: how long they are kept once they are no longer needed.
        tables: those that the rows are in; rows that go with them by a foreign key stay unnamed.
        count: how many were no longer needed before a moment.
        delete: deletes such rows, so many at most, and returns how many of what `count` counts.
    """

    name: str
    days: float
    tables: tuple[str, ...]
    count: Callable[[Session, datetime], int]
    delete: Callable[[Session, datetime, int], int]

    def before(self, now: datetime) -> datetime:
        """Return the moment before which rows must have become needless to be overdue."""
        return now - timedelta(days=self.days)


def rows_of(
    name: str,
    *,
    days: float,
    key: InstrumentedAttribute[Any],  # Any: of whatever type the key is
    needless: Condition,
) -> RowClass:
    """Return the class of the rows of one table that a condition holds of.

    Args:
        name: what they are, in words.
        days: how long they are kept.
        key: the one column of the table's primary key, or one by which rows may go together.
        needless: the condition.
    """
    model: Any = key.class_  # Any: SQLAlchemy's own type of it is as wide

    def count(session: Session, before: datetime) -> int:
        return session.scalar(select(func.count(key.distinct())).where(needless(before))) or 0

    def remove(session: Session, before: datetime, at_most: int) -> int:
        some = session.scalars(select(key).where(needless(before)).distinct().limit(at_most)).all()
        session.execute(
            delete(model)
            .where(key.in_(some), needless(before))
            .execution_options(synchronize_session=False)
        )
        return len(some)

    return RowClass(name, days, (model.__tablename__,), count, remove)


def count_overdue(
    session: Session, classes: Sequence[RowClass], now: datetime
) -> Mapping[str, int]:
    """Return how many rows of each class should have been deleted by now, by the class's name."""
    return {one.name: one.count(session, one.before(now)) for one in classes}
