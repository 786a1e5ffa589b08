"""The job that looks at a file: what each row would do, and what is wrong with it.

Rows are stored chunk by chunk, each with the progress of the job; a job that was killed goes on after
the last one. Cutting the file into chunks is the same each time.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from core.db import reading
from core.errors import InvalidInput
from core.formulas import make_whole
from core.job_runs import Effects, Run
from core.limited_table import LimitedTable, read_in_child
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.notifying import notify
from core.own_folder import own_folder
from core.tabular import EXTRA
from providers.importing.plan import choose_spec
from providers.importing.spec import NumberedRow, RowProblem, read_row
from providers.imports.models import (
    MAX_PROBLEM_CHARACTERS,
    RowOutcome,
    State,
    SupplyImport,
    SupplyImportPart,
    SupplyImportRow,
    SupplyImportState,
)
from providers.imports.queries import count_outcomes, count_own, get_import, iterate_file
from providers.imports.states import SUBJECTS, Subject, say_changes

CHUNK_ROWS = 500
# Columns of the workbook of errors: it can be mended and sent as it is.
REPORT_COLUMNS = ("import_row", "import_problems", "import_suggestions")
_SHOWN_CHARACTERS = 300
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Reached = Callable[[str], None]
"""Called with the name of each point at which a crash would matter."""

CRASH_POINTS = ("check-file", "check-chunk", "check-committed", "check-end")

# A row that can be used, or what is wrong with it. Any: the row schema of the kind of table.
Parsed = tuple[int, dict[str, str], Any, list[RowProblem]]


def pass_by(_point: str) -> None:
    """Go on: what is done at every named point outside of tests."""


def check_import(
    run: Run, *, clock: Callable[[], datetime], reached: Reached = pass_by
) -> Effects | None:
    """Do an `import_check` job.

    Raises:
        LeaseLost, JobCancelled, JobReleased: the rows so far are kept for the next attempt.
    """
    import_id = UUID(run.payload["import_id"])
    with reading(run.sessions) as session:
        found = get_import(session, import_id)
        if found.state != SupplyImportState.WAITING:
            return None
        stored_to = session.scalar(
            select(func.max(SupplyImportRow.row_no)).where(SupplyImportRow.import_id == import_id)
        )
    with own_folder() as folder:
        path = folder / "table"
        with reading(run.sessions) as session, path.open("wb") as file:
            for part in iterate_file(session, import_id):
                file.write(part)
        reached("check-file")
        try:
            with read_in_child(path) as read:
                # Looked at before the rows: a header that fits no table refuses the file.
                columns = [name for name in read.table.header if name not in REPORT_COLUMNS]
                choose_spec([SUBJECTS[found.kind].spec], columns)
                _check_rows(run, found, read, stored_to or 0, reached)
        except InvalidInput as error:
            problem = error.detail

            def refuse(session: Session) -> None:
                _settle(session, import_id, SupplyImportState.REFUSED, clock()).problem = problem[
                    :MAX_PROBLEM_CHARACTERS
                ]

            return refuse

    table = read.table

    def settle(session: Session) -> None:
        reached("check-end")
        stored = _settle(session, import_id, SupplyImportState.CHECKED, clock())
        counts = count_outcomes(session, import_id)
        stored.rows_new = counts.get(RowOutcome.NEW, 0)
        stored.rows_changed = counts.get(RowOutcome.CHANGED, 0)
        stored.rows_same = counts.get(RowOutcome.SAME, 0)
        stored.rows_refused = counts.get(RowOutcome.REFUSED, 0)
        stored.rows_own = count_own(session, import_id)
        stored.encoding = table.encoding
        stored.is_guessed = table.is_guessed
        stored.columns = columns

    return settle


def _settle(
    session: Session, import_id: UUID, state: SupplyImportState, now: datetime
) -> SupplyImport:
    stored = get_import(session, import_id, is_locked=True)
    if stored.state == SupplyImportState.WAITING:  # it may have been discarded meanwhile
        stored.state = state
        tell_of_import(session, stored, now=now)
    stored.checked_at = now
    session.execute(delete(SupplyImportPart).where(SupplyImportPart.import_id == import_id))
    return stored


def tell_of_import(session: Session, stored: SupplyImport, *, now: datetime) -> None:
    """Tell those who run the platform that a step of an import has ended."""
    details = {"state": str(stored.state)}
    notify(session, PLATFORM_ID, EventType.IMPORT_FINISHED, str(stored.id), details, now=now)


def _check_rows(
    run: Run, found: SupplyImport, read: LimitedTable, stored_to: int, reached: Reached
) -> None:
    subject = SUBJECTS[found.kind]
    is_spreadsheet = read.table.file_format != "jsonl"
    seen: dict[str, int] = {}
    done = 0
    while chunk := list(islice(read.table.rows, CHUNK_ROWS)):
        done += len(chunk)
        parsed = [
            _parse(subject, row_no, _own_cells(cells, is_spreadsheet), seen)
            for row_no, cells in chunk
        ]
        if parsed[-1][0] <= stored_to:
            continue  # an earlier attempt came as far
        with run.chunk(done, read.count) as session:
            rows = _judge(session, subject, found.source, parsed)
            session.execute(
                insert(SupplyImportRow), [{"import_id": found.id, **row} for row in rows]
            )
            reached("check-chunk")
        reached("check-committed")


def _own_cells(cells: dict[str, str], is_spreadsheet: bool) -> dict[str, str]:
    return {
        name: make_whole(cell) if is_spreadsheet else cell
        for name, cell in cells.items()
        if name not in REPORT_COLUMNS
    }


def _parse(subject: Subject, row_no: int, cells: dict[str, str], seen: dict[str, int]) -> Parsed:
    unstorable = [name for name, cell in cells.items() if _UNSTORABLE.search(cell)]
    if unstorable:
        clean = {name: _UNSTORABLE.sub("\ufffd", cell) for name, cell in cells.items()}
        problems = [
            RowProblem(row_no, name, clean[name], "holds a character that no text has: retype it")
            for name in unstorable
        ]
        return row_no, clean, None, problems
    row = read_row(subject.spec, row_no, cells)
    if isinstance(row, list):
        return row_no, cells, None, row
    key = subject.spec.key(row)
    if key in seen:
        problem = RowProblem(
            row_no, subject.spec.columns[0], key, f"stands in row {seen[key]} already",
            "keep one of them",
        )  # fmt: skip
        return row_no, cells, None, [problem]
    seen[key] = row_no
    return row_no, cells, row, []


def _judge(
    session: Session, subject: Subject, source: str, parsed: Sequence[Parsed]
) -> list[dict[str, Any]]:  # Any: a column's value is of the column's type
    good = [NumberedRow(row_no, row) for row_no, _, row, _ in parsed if row is not None]
    found: dict[int, list[RowProblem]] = {}
    for problem in subject.spec.make_check(session, source)(good):
        found.setdefault(problem.row_no, []).append(problem)
    targets = {numbered.row_no: subject.target(numbered.row, source) for numbered in good}
    stored = subject.load(session, list(targets.values()))
    rows: list[dict[str, Any]] = []  # Any: as above
    for row_no, cells, row, wrong in parsed:
        problems = [*wrong, *found.get(row_no, [])]
        before = None if row is None or problems else stored.get(targets[row_no])
        outcome, changes, kept = RowOutcome.REFUSED, None, None
        if not problems:
            wanted = subject.want(row, before)
            outcome, changes = _compare(subject, before, wanted)
            kept = say_changes(subject, wanted, subject.say(row, before)) or None
        rows.append(
            {
                "row_no": row_no,
                "outcome": outcome.value,
                "cells": cells,
                "changes": changes,
                "kept": kept,
                "problems": [say_problem(problem) for problem in problems] or None,
                "target_id": None if problems else targets[row_no],
                "before": None if outcome is RowOutcome.SAME else before,
            }
        )
    return rows


def _compare(
    subject: Subject, before: State | None, wanted: State
) -> tuple[RowOutcome, dict[str, list[str]] | None]:
    if before is None:
        return RowOutcome.NEW, None
    if before == wanted:
        return RowOutcome.SAME, None
    return RowOutcome.CHANGED, say_changes(subject, before, wanted)


def say_problem(problem: RowProblem) -> dict[str, str]:
    """Return a problem as it is stored; what was written there is cut where it is long."""
    return {
        "column": "" if problem.column == EXTRA else problem.column,
        "value": problem.value[:_SHOWN_CHARACTERS],
        "reason": problem.reason[:_SHOWN_CHARACTERS],
        "suggestion": problem.suggestion[:_SHOWN_CHARACTERS],
    }
