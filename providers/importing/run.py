"""Writing a planned import: chunk by chunk, each its own transaction, resumable after any of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, PayloadValue, Subject, SubjectKind
from core.db import SessionFactory, transaction
from core.identity.actor import OPERATOR
from providers.catalogue_state import LISTS, lock_catalogue, of_providers, touch_catalogue
from providers.errors import ImportRefused
from providers.importing.plan import ImportPlan, Progress, find_run, good_rows
from providers.importing.spec import WriteContext
from providers.models import ImportRun, ImportState

CHUNK_ROWS = 500


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        rows_total: rows of the file.
        rows_bad: rows left out.
        rows_resumed: rows that an earlier, interrupted run had already dealt with.
        rows_changed: rows of this run that were new or differed from what was stored.
        kept: by reference, the columns that stay because the firm wrote them itself.
        was_done: the same file had been imported before; nothing was done.
        is_refused: there are bad rows and the good ones were not to be kept; nothing was written.
    """

    rows_total: int
    rows_bad: int
    rows_resumed: int = 0
    rows_changed: int = 0
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    was_done: bool = False
    is_refused: bool = False


def run_import(
    sessions: SessionFactory,
    plan: ImportPlan,
    *,
    keep_good: bool,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Write the good rows of a plan.

    A run that is broken off goes on after its last committed chunk when the same file is planned
    and run again. The caller hands over no session: each chunk is a transaction.

    Raises:
        ImportRefused: the file changed after it was planned, or another process imports it now.
    """
    bad = len(plan.bad_rows)
    if plan.is_done:
        return ImportReport(plan.rows_total, bad, was_done=True)
    if bad and (plan.spec.is_whole or not keep_good):
        return ImportReport(plan.rows_total, bad, is_refused=True)
    with transaction(sessions) as session:
        done = resumed = _open_run(session, plan, now)
    rows = good_rows(plan)
    for _ in islice(rows, resumed):
        pass  # already written; the iterator must pass them by
    changed = 0
    kept: dict[str, tuple[str, ...]] = {}
    for chunk in _chunks(rows, None if plan.spec.is_whole else CHUNK_ROWS):
        with transaction(sessions) as session:
            # First, because it locks the run: another process that imports the same file waits
            # here and is refused, instead of storing the same rows at the same time.
            _advance(session, plan, done, done + len(chunk), now)
            if plan.spec.is_matched:
                # Two files may say what does not go together, each going well with what is stored.
                lock_catalogue(session)
            context = WriteContext(source=plan.source, now=now)
            written = plan.spec.write(session, _good(chunk), context)
            if written:
                _record(session, plan, rows=written)
            if written and plan.spec.is_matched:
                concerned = context.providers
                touch_catalogue(session, of_providers(concerned) if concerned else LISTS)
        changed += written
        kept |= context.kept
        done += len(chunk)
        if progress is not None:
            progress(done, plan.rows_total)
    return ImportReport(plan.rows_total, bad, rows_resumed=resumed, rows_changed=changed, kept=kept)


def _record(session: Session, plan: ImportPlan, *, rows: int) -> None:
    subject = Subject(SubjectKind.TABLE, plan.spec.table)
    said: dict[str, PayloadValue] = {
        "rows": rows,
        "source": plan.source,
        "file_sha256": plan.file_sha256,
    }
    record(session, OPERATOR, Action.TABLE_IMPORTED, subject, said)


def rehearse_import(sessions: SessionFactory, plan: ImportPlan, *, now: datetime) -> ImportReport:
    """Write a plan in a transaction that is rolled back; return what it would do.

    Raises:
        ImportRefused: the file changed after it was planned.
    """
    bad = len(plan.bad_rows)
    if plan.is_done or (bad and plan.spec.is_whole):
        return ImportReport(plan.rows_total, bad)
    context = WriteContext(source=plan.source, now=now)
    with sessions() as session:
        # In chunks as in earnest: no statement names more rows than a database takes.
        changed = sum(
            plan.spec.write(session, _good(chunk), context)
            for chunk in _chunks(good_rows(plan), None if plan.spec.is_whole else CHUNK_ROWS)
        )
        session.rollback()
    return ImportReport(plan.rows_total, bad, rows_changed=changed, kept=context.kept)


def _good(chunk: Sequence[object]) -> list[object]:
    return [row for row in chunk if row is not None]


def _chunks(rows: Iterator[object], size: int | None) -> Iterator[list[object]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _open_run(session: Session, plan: ImportPlan, now: datetime) -> int:
    """Begin or take up the run of this file; return how many of its rows are dealt with."""
    run = find_run(session, plan.spec.kind, plan.source, plan.file_sha256)
    bad = len(plan.bad_rows)
    if run is None:
        run = ImportRun(
            id=uuid4(),
            kind=plan.spec.kind,
            source=plan.source,
            file_name=plan.path.name[:300],
            file_sha256=plan.file_sha256,
            rows_done=0,
            started_at=now,
            rows_total=plan.rows_total,
            rows_bad=bad,
            updated_at=now,
            state=ImportState.RUNNING,
        )
        try:
            with session.begin_nested():
                session.add(run)
        except IntegrityError as error:
            raise _in_use(plan) from error
    elif run.state == ImportState.DONE or run.rows_bad != bad:
        # The plan found that it has to be done again, or other rows are bad than when it began.
        run.rows_done = 0
    run.rows_total = plan.rows_total
    run.rows_bad = bad
    run.updated_at = now
    run.state = ImportState.DONE if run.rows_done == plan.rows_total else ImportState.RUNNING
    return run.rows_done


def _advance(session: Session, plan: ImportPlan, before: int, after: int, now: datetime) -> None:
    state = ImportState.DONE if after == plan.rows_total else ImportState.RUNNING
    moved = session.scalar(
        update(ImportRun)
        .where(
            ImportRun.kind == plan.spec.kind,
            ImportRun.source == plan.source,
            ImportRun.file_sha256 == plan.file_sha256,
            ImportRun.rows_done == before,
        )
        .values(rows_done=after, state=state, updated_at=now)
        .returning(ImportRun.rows_done)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise _in_use(plan)


def _in_use(plan: ImportPlan) -> ImportRefused:
    return ImportRefused(f"another process is importing {plan.path.name}: let it finish")
