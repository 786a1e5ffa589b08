"""Reads of imports and their rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from providers.imports.errors import ImportNotFound
from providers.imports.models import (
    RowOutcome,
    RowResult,
    RowUndo,
    SupplyImport,
    SupplyImportPart,
    SupplyImportRow,
    SupplyImportState,
)

_AT_ONCE = 500


def get_import(session: Session, import_id: UUID, *, is_locked: bool = False) -> SupplyImport:
    """Return an import; locked, nobody else changes it before the caller's transaction ends.

    Raises:
        ImportNotFound: there is none with this id.
    """
    found = session.get(SupplyImport, import_id, with_for_update=is_locked or None)
    if found is None:
        raise ImportNotFound(f"no import has the id {import_id}: `landbridge imports list`")
    return found


def list_imports(
    session: Session,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
    state: SupplyImportState | None = None,
    kind: str | None = None,
) -> Sequence[SupplyImport]:
    """Return imports, newest first: all of them, or those in a state or of a kind."""
    wanted = select(SupplyImport)
    if state is not None:
        wanted = wanted.where(SupplyImport.state == state)
    if kind is not None:
        wanted = wanted.where(SupplyImport.kind == kind)
    if before is not None:
        wanted = wanted.where(tuple_(SupplyImport.created_at, SupplyImport.id) < before)
    order = (SupplyImport.created_at.desc(), SupplyImport.id.desc())
    return session.scalars(wanted.order_by(*order).limit(limit)).all()


def list_rows(
    session: Session,
    import_id: UUID,
    *,
    limit: int,
    after: int = 0,
    outcome: RowOutcome | None = None,
    is_left: bool = False,
    is_own: bool = False,
) -> Sequence[SupplyImportRow]:
    """Return rows of an import in the order of the file.

    Args:
        session: a transaction.
        import_id: which import.
        limit: how many at most.
        after: the number of the last row seen.
        outcome: only rows of which the check found this.
        is_left: only rows that were not written although confirmed, or not taken back when undone.
        is_own: only rows of which something stays because the firm wrote it itself.
    """
    wanted = select(SupplyImportRow).where(
        SupplyImportRow.import_id == import_id, SupplyImportRow.row_no > after
    )
    if outcome is not None:
        wanted = wanted.where(SupplyImportRow.outcome == outcome)
    if is_left:
        wanted = wanted.where(
            or_(
                SupplyImportRow.result == RowResult.STALE,
                SupplyImportRow.undo.in_((RowUndo.EDITED, RowUndo.IN_USE)),
            )
        )
    if is_own:
        wanted = wanted.where(SupplyImportRow.kept.is_not(None))
    return session.scalars(wanted.order_by(SupplyImportRow.row_no).limit(limit)).all()


def iterate_bad_rows(session: Session, import_id: UUID) -> Iterator[SupplyImportRow]:
    """Give every row that was refused or not written, in the order of the file."""
    last = 0
    bad = select(SupplyImportRow).where(
        SupplyImportRow.import_id == import_id,
        or_(
            SupplyImportRow.outcome == RowOutcome.REFUSED,
            SupplyImportRow.result == RowResult.STALE,
        ),
    )
    while rows := session.scalars(
        bad.where(SupplyImportRow.row_no > last).order_by(SupplyImportRow.row_no).limit(_AT_ONCE)
    ).all():
        yield from rows
        last = rows[-1].row_no
        session.expunge_all()  # a file may have a hundred thousand bad rows


def count_outcomes(session: Session, import_id: UUID) -> dict[str, int]:
    """Return how many rows of an import the check found to be what."""
    counted = session.execute(
        select(SupplyImportRow.outcome, func.count())
        .where(SupplyImportRow.import_id == import_id)
        .group_by(SupplyImportRow.outcome)
    )
    return {str(outcome): count for outcome, count in counted}


def count_own(session: Session, import_id: UUID) -> int:
    """Return of how many rows something stays because the firm wrote it itself."""
    of_import = SupplyImportRow.import_id == import_id
    counted = select(func.count()).where(of_import, SupplyImportRow.kept.is_not(None))
    return session.scalar(counted) or 0


def count_results(session: Session, import_id: UUID) -> dict[str, int]:
    """Return what became of how many confirmed rows, and of how many when they were undone."""
    counts: dict[str, int] = {}
    for column in (SupplyImportRow.result, SupplyImportRow.undo):
        counted = session.execute(
            select(column, func.count())
            .where(SupplyImportRow.import_id == import_id, column.is_not(None))
            .group_by(column)
        )
        counts |= {str(value): count for value, count in counted}
    return counts


def iterate_file(session: Session, import_id: UUID) -> Iterator[bytes]:
    """Give the file of an import, part by part."""
    number = 0
    while (
        part := session.scalar(
            select(SupplyImportPart.content).where(
                SupplyImportPart.import_id == import_id, SupplyImportPart.number == number
            )
        )
    ) is not None:
        yield part
        number += 1
