"""The jobs that write the rows of a confirmed import, and that take them back.

Each chunk of rows is one transaction with the progress of the job and with what became of each row:
a job that was killed goes on with the rows of which that is not known yet.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.audit.service import record
from core.audit.vocabulary import Action
from core.db import Base, reading
from core.identity.actor import SYSTEM
from core.job_runs import Effects, Run
from core.jobs import enqueue
from providers.catalogue_state import lock_catalogue, of_providers, touch_catalogue
from providers.importing.spec import NumberedRow, WriteContext, read_row
from providers.imports.checking import (
    CHUNK_ROWS,
    Reached,
    pass_by,
    say_problem,
    tell_of_import,
)
from providers.imports.models import (
    RowOutcome,
    RowResult,
    RowUndo,
    State,
    SupplyImportRow,
    SupplyImportState,
)
from providers.imports.queries import count_results, get_import
from providers.imports.service import import_subject
from providers.imports.states import SUBJECTS, Subject

CRASH_POINTS = (
    "apply-chunk", "apply-committed", "apply-end", "undo-chunk", "undo-committed", "undo-end",
)  # fmt: skip
ENCODE_TEXTS = "encode_texts"
_WRITES = (RowOutcome.NEW, RowOutcome.CHANGED)
_EVIDENCE = "evidence"

RowsWork = Callable[[Session, Sequence[SupplyImportRow]], None]


def apply_import(
    run: Run, *, clock: Callable[[], datetime], reached: Reached = pass_by
) -> Effects | None:
    """Do an `import_apply` job.

    Raises:
        LeaseLost, JobCancelled, JobReleased: the rows so far are written and stay.
    """
    import_id = UUID(run.payload["import_id"])
    with reading(run.sessions) as session:
        found = get_import(session, import_id)
    if found.state != SupplyImportState.APPLYING:
        return None
    subject = SUBJECTS[found.kind]

    def write(session: Session, rows: Sequence[SupplyImportRow]) -> None:
        _write_rows(session, subject, found.source, rows, clock())
        reached("apply-chunk")

    confirmed = SupplyImportRow.outcome.in_(_WRITES)
    _work_through(
        run,
        import_id,
        confirmed,
        mark=SupplyImportRow.result,
        work=write,
        after=lambda: reached("apply-committed"),
    )

    def settle(session: Session) -> None:
        reached("apply-end")
        stored = get_import(session, import_id, is_locked=True)
        counts = count_results(session, import_id)
        stored.rows_written = counts.get(RowResult.WRITTEN, 0)
        stored.rows_stale = counts.get(RowResult.STALE, 0)
        stored.state = SupplyImportState.APPLIED
        stored.applied_at = clock()
        _record(session, Action.IMPORT_APPLIED, import_id, rows=stored.rows_written)
        tell_of_import(session, stored, now=stored.applied_at)
        _encode_later(session, found.kind)

    return settle


def undo_import_rows(
    run: Run, *, clock: Callable[[], datetime], reached: Reached = pass_by
) -> Effects | None:
    """Do an `import_undo` job.

    Raises:
        LeaseLost, JobCancelled, JobReleased: the rows so far are taken back and stay so.
    """
    import_id = UUID(run.payload["import_id"])
    with reading(run.sessions) as session:
        found = get_import(session, import_id)
    if found.state != SupplyImportState.UNDOING:
        return None
    subject = SUBJECTS[found.kind]

    def take_back(session: Session, rows: Sequence[SupplyImportRow]) -> None:
        _take_back(session, subject, rows, clock())
        reached("undo-chunk")

    written = SupplyImportRow.result == RowResult.WRITTEN
    _work_through(
        run,
        import_id,
        written,
        mark=SupplyImportRow.undo,
        work=take_back,
        after=lambda: reached("undo-committed"),
    )

    def settle(session: Session) -> None:
        reached("undo-end")
        stored = get_import(session, import_id, is_locked=True)
        counts = count_results(session, import_id)
        stored.rows_restored = counts.get(RowUndo.RESTORED, 0)
        stored.rows_kept = counts.get(RowUndo.EDITED, 0) + counts.get(RowUndo.IN_USE, 0)
        stored.rows_written = counts.get(RowResult.WRITTEN, 0)
        stored.rows_stale = counts.get(RowResult.STALE, 0)
        stored.state = SupplyImportState.UNDONE
        stored.undone_at = clock()
        _record(session, Action.IMPORT_UNDONE, import_id, rows=stored.rows_restored)
        tell_of_import(session, stored, now=stored.undone_at)
        _encode_later(session, found.kind)

    return settle


def _record(session: Session, action: Action, import_id: UUID, *, rows: int) -> None:
    record(session, SYSTEM, action, import_subject(import_id), {"rows": rows})


def _encode_later(session: Session, kind: str) -> None:
    """Have new texts of evidence encoded; until then they are found by their words."""
    if kind == _EVIDENCE:
        enqueue(session, ENCODE_TEXTS, {}, key=ENCODE_TEXTS)


def _work_through(
    run: Run,
    import_id: UUID,
    concerned: ColumnElement[bool],
    *,
    mark: InstrumentedAttribute[Any],  # Any: the kind of mark
    work: RowsWork,
    after: Callable[[], None],
) -> None:
    """Do something once to each row concerned that has no mark yet; `work` sets the mark."""
    of_import = (SupplyImportRow.import_id == import_id, concerned)
    counting = select(func.count(), func.count(mark)).where(*of_import)
    pending = select(SupplyImportRow.row_no).where(*of_import, mark.is_(None))
    with reading(run.sessions) as session:
        total, done = session.execute(counting).one()
    last = 0
    while True:
        with reading(run.sessions) as session:
            # Not from the beginning each time: what is done would be passed by again.
            numbers = session.scalars(
                pending.where(SupplyImportRow.row_no > last)
                .order_by(SupplyImportRow.row_no)
                .limit(CHUNK_ROWS)
            ).all()
        if not numbers:
            return
        done += len(numbers)
        last = numbers[-1]
        with run.chunk(done, total) as session:
            # As every writer of supply: what is compared stays so until it is written.
            lock_catalogue(session)
            rows = session.scalars(
                select(SupplyImportRow)
                .where(SupplyImportRow.import_id == import_id, SupplyImportRow.row_no.in_(numbers))
                .order_by(SupplyImportRow.row_no)
            ).all()
            work(session, rows)
        after()


def _write_rows(
    session: Session,
    subject: Subject,
    source: str,
    rows: Sequence[SupplyImportRow],
    now: datetime,
) -> None:
    good = _still_good(session, subject, source, rows)
    targets = {
        row.row_no: subject.target(good[row.row_no], source) for row in rows if row.row_no in good
    }
    stored = subject.load(session, list(targets.values()))
    writing: list[SupplyImportRow] = []
    for row in rows:
        if row.row_no not in good:
            row.result = RowResult.STALE
            continue
        present = stored.get(targets[row.row_no])
        if present == subject.want(good[row.row_no], present):
            row.result = RowResult.SAME
        elif present != row.before:
            # Somebody changed it after the check: what was confirmed is not what would happen.
            row.result = RowResult.STALE
        else:
            row.result = RowResult.WRITTEN
            writing.append(row)
    if not writing:
        return
    context = WriteContext(source=source, now=now)
    subject.spec.write(session, [good[row.row_no] for row in writing], context)
    session.flush()
    after = subject.load(session, [targets[row.row_no] for row in writing])
    for row in writing:
        row.after = after[targets[row.row_no]]
    touch_catalogue(session, of_providers(context.providers))


def _still_good(
    session: Session, subject: Subject, source: str, rows: Sequence[SupplyImportRow]
) -> dict[int, Any]:  # Any: the row schema of the kind
    """Read the rows again; the lists or the providers they refer to may have changed since."""
    good: dict[int, Any] = {}  # Any: as above
    for row in rows:
        read = read_row(subject.spec, row.row_no, row.cells)
        if isinstance(read, list):
            row.problems = [say_problem(problem) for problem in read]
        else:
            good[row.row_no] = read
    by_number = {row.row_no: row for row in rows}
    numbered = [NumberedRow(row_no, row) for row_no, row in good.items()]
    for problem in subject.spec.make_check(session, source)(numbered):
        stored = by_number[problem.row_no]
        stored.problems = [*(stored.problems or []), say_problem(problem)]
        good.pop(problem.row_no, None)
    return good


def _take_back(
    session: Session, subject: Subject, rows: Sequence[SupplyImportRow], now: datetime
) -> None:
    targets = [row.target_id for row in rows if row.target_id is not None]
    stored = subject.load(session, targets)
    new = [row.target_id for row in rows if row.before is None and row.target_id is not None]
    in_use = _referred_to(session, subject.model.__tablename__, new)
    concerned: set[UUID] = set()
    # Held until the end, and written at the end: fetched and flushed one by one, they took four times
    # as long.
    held = session.scalars(select(subject.model).where(subject.model.id.in_(targets))).all()
    with session.no_autoflush:
        for row in rows:
            key = row.target_id
            if key is None:
                continue
            row.undo = _undoing(row, stored.get(key), is_in_use=key in in_use)
            if row.undo == RowUndo.RESTORED and key in stored:
                concerned.add(
                    subject.remove(session, key)
                    if row.before is None
                    else subject.restore(session, key, row.before, now)
                )
    session.flush()
    del held
    if concerned:
        touch_catalogue(session, of_providers(concerned))


def _undoing(row: SupplyImportRow, present: State | None, *, is_in_use: bool) -> RowUndo:
    if present is None and row.before is None:
        return RowUndo.RESTORED  # somebody has taken it out already
    if present != row.after:
        return RowUndo.EDITED
    return RowUndo.IN_USE if row.before is None and is_in_use else RowUndo.RESTORED


def _referred_to(session: Session, table: str, ids: Sequence[UUID]) -> set[UUID]:
    """Return which rows others refer to: evidence of a provider, or what was said of it.

    What belongs to the row itself has its id as part of the primary key and goes with it.
    """
    found: set[UUID] = set()
    for other in Base.metadata.tables.values() if ids else ():
        for key in other.foreign_keys:
            if key.column.table.name == table and not key.parent.primary_key:
                found.update(
                    session.scalars(select(key.parent).where(key.parent.in_(ids)).distinct())
                )
    return found
