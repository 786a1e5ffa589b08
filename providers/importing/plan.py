"""Reading a file before anything is written: its header, every row, what is wrong with it."""

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.tabular import Table, read_table
from providers.errors import ImportRefused
from providers.importing.spec import AnySpec, NumberedRow, RowProblem, read_row
from providers.models import ImportRun, ImportState

Progress = Callable[[int, int], None]
CHECK_ROWS = 1000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do.

    Attributes:
        spec: the kind of table that the header shows.
        path: the file; it is read again when the plan is run.
        source: whose data they are; rows keep their identity within a source.
        file_sha256: the content of the file, by which a second import recognises it.
        encoding: how the text was read; `is_guessed` where that was inferred.
        rows_total: rows below the header, blank ones left out.
        problems: everything wrong, in the order of the rows.
        is_done: this file was imported before, and none of its kind and source since; running the
            plan changes nothing.
    """

    spec: AnySpec
    path: Path
    source: str
    file_sha256: str
    encoding: str
    is_guessed: bool
    rows_total: int
    problems: tuple[RowProblem, ...]
    is_done: bool = False

    @property
    def bad_rows(self) -> frozenset[int]:
        """Numbers of the rows that cannot be imported."""
        return frozenset(problem.row_no for problem in self.problems)


def plan_import(
    session: Session, specs: Sequence[AnySpec], path: Path, *, source: str = "operator"
) -> ImportPlan:
    """Read and check a file as one of the given kinds of table. Nothing is written.

    Raises:
        TableUnreadable: the file is no table.
        ImportRefused: the header is that of none of these tables.
    """
    table = read_table(path)
    spec = choose_spec(specs, table.header)
    sha256 = file_sha256(path)
    earlier = find_run(session, spec.kind, source, sha256)
    if earlier is not None and not _is_last_word(session, earlier):
        earlier = None
    if earlier is not None and not earlier.rows_bad:
        problems: list[RowProblem] = []
        rows_total, is_done = earlier.rows_total, True
    else:
        rows_total, problems = _check_rows(session, spec, table, source)
        bad = len({problem.row_no for problem in problems})
        # Rows that were bad then may be good now: their providers came since.
        is_done = earlier is not None and earlier.rows_bad == bad
    return ImportPlan(
        spec,
        path,
        source,
        sha256,
        table.encoding,
        table.is_guessed,
        rows_total,
        tuple(problems),
        is_done,
    )


def _is_last_word(session: Session, run: ImportRun) -> bool:
    """Whether a run ended, and no other file of its kind and source has been imported since."""
    if run.state != ImportState.DONE:
        return False
    later = select(ImportRun.id).where(
        ImportRun.kind == run.kind,
        ImportRun.source == run.source,
        ImportRun.updated_at > run.updated_at,
    )
    return session.scalar(later.limit(1)) is None


def choose_spec(specs: Sequence[AnySpec], header: Sequence[str]) -> AnySpec:
    """Return the table whose columns the header names.

    Raises:
        ImportRefused: columns are missing or unknown; the error names them all.
    """
    names = set(header)
    nearest = max(specs, key=lambda spec: len(names & set(spec.columns)))
    missing = [name for name in nearest.columns if name not in names]
    unknown = [name for name in header if name not in nearest.columns + nearest.optional]
    if not missing and not unknown:
        return nearest
    parts: list[str] = []
    if missing:
        parts.append(f"the columns {', '.join(missing)} are missing")
    if unknown:
        parts.append(f"the columns {', '.join(unknown)} are not known")
    raise ImportRefused(
        f"the header is not that of {nearest.table}: {' and '.join(parts)}; "
        f"write {','.join(nearest.columns)}"
    )


def find_run(session: Session, kind: str, source: str, sha256: str) -> ImportRun | None:
    """Return the run of a file, if it was imported or begun before."""
    return session.scalar(
        select(ImportRun).where(
            ImportRun.kind == kind, ImportRun.source == source, ImportRun.file_sha256 == sha256
        )
    )


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_rows(
    session: Session, spec: AnySpec, table: Table, source: str
) -> tuple[int, list[RowProblem]]:
    check = spec.make_check(session, source)
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    batch: list[NumberedRow[Any]] = []  # Any: the rows of whichever kind is read
    total = 0
    for total, (row_no, cells) in enumerate(table.rows, start=1):  # noqa: B007 the last count
        row = read_row(spec, row_no, cells)
        if isinstance(row, list):
            problems += row
            continue
        key = spec.key(row)
        if key in seen:
            reason = f"stands in row {seen[key]} already"
            problems.append(RowProblem(row_no, spec.columns[0], key, reason, "keep one of them"))
            continue
        seen[key] = row_no
        batch.append(NumberedRow(row_no, row))
        if len(batch) >= CHECK_ROWS and not spec.is_whole:
            problems += check(batch)
            batch = []
    problems += check(batch)
    return total, sorted(problems, key=lambda problem: problem.row_no)


def good_rows(plan: ImportPlan) -> Iterator[Any]:  # Any: the row schema of the plan's kind
    """Read the file again: each row in order, None in the place of a bad one.

    Raises:
        ImportRefused: the file has changed since it was checked.
    """
    if file_sha256(plan.path) != plan.file_sha256:
        raise ImportRefused(f"{plan.path.name} changed while it was being imported: start again")
    bad = plan.bad_rows
    for row_no, cells in read_table(plan.path).rows:
        row = None if row_no in bad else read_row(plan.spec, row_no, cells)
        if isinstance(row, list):
            raise ImportRefused(f"{plan.path.name}, row {row_no}: {row[0].reason}")
        yield row


def write_error_report(plan: ImportPlan, path: Path) -> None:
    """Write what is wrong, a line a problem, as CSV that spreadsheet programs open as text.

    With a byte order mark, so that Excel reads UTF-8; cells that a program would take for a
    formula get an apostrophe in front (OWASP ASVS 1.2.10).
    """
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "column", "value", "reason", "suggestion"])
        for problem in plan.problems:
            cells = (problem.column, problem.value, problem.reason, problem.suggestion)
            writer.writerow([problem.row_no, *map(_as_plain_text, cells)])


def _as_plain_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
