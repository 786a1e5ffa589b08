"""How long the files and rows of imports are kept."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.jobs import Job, JobState
from core.retention import RowClass
from providers.imports.models import (
    SupplyImport,
    SupplyImportPart,
    SupplyImportRow,
    SupplyImportState,
)
from providers.imports.service import UNDO_DAYS

# Each may have a hundred thousand rows, which go in one transaction.
_AT_ONCE = 5


def _over(before: datetime) -> ColumnElement[bool]:
    """Say which imports with a file or rows can neither be confirmed nor undone any more."""
    with_rows = select(SupplyImportRow.import_id).union(select(SupplyImportPart.import_id))
    in_hand = select(Job.id).where(Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    return and_(
        or_(
            SupplyImport.confirmed_at < before,
            and_(SupplyImport.confirmed_at.is_(None), SupplyImport.created_at < before),
        ),
        or_(SupplyImport.job_id.is_(None), SupplyImport.job_id.not_in(in_hand)),
        SupplyImport.id.in_(with_rows),
    )


def _count(session: Session, before: datetime) -> int:
    return session.scalar(select(func.count(SupplyImport.id)).where(_over(before))) or 0


def forget_imports(session: Session, before: datetime, at_most: int) -> int:
    """Delete the files and rows of imports that were confirmed, or else sent, before a moment.

    What was imported when and by whom stays. Returns how many imports are concerned.
    """
    over = session.scalars(
        select(SupplyImport.id).where(_over(before)).limit(min(at_most, _AT_ONCE))
    ).all()
    for table in (SupplyImportPart, SupplyImportRow):
        session.execute(
            delete(table)
            .where(table.import_id.in_(over))
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(SupplyImport)
        .where(SupplyImport.id.in_(over), SupplyImport.confirmed_at.is_(None))
        .values(state=SupplyImportState.DISCARDED)
        .execution_options(synchronize_session=False)
    )
    return len(over)


RETENTION = (
    RowClass(
        "files and rows of imports",
        UNDO_DAYS,
        ("supply_import_part", "supply_import_row"),
        _count,
        forget_imports,
    ),
)
