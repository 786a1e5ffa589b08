"""Providers and evidence as tables that can be opened, changed and imported again."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core.errors import FieldError, InvalidInput
from core.formulas import for_workbook
from providers.imports.checking import REPORT_COLUMNS
from providers.imports.models import RowOutcome, SupplyImport
from providers.imports.queries import iterate_bad_rows
from providers.imports.states import SUBJECTS, state_of_evidence, state_of_provider
from providers.models import Evidence, Provider

# An import takes no more from a workbook.
MAX_WORKBOOK_ROWS = 100_000
MAX_CELL_CHARACTERS = 32_767
_AT_ONCE = 500
_WIDTHS = {"name": 36, "title": 44, "description": 60, "import_problems": 60}
_CHANGED_MEANWHILE = "what is stored has changed since the check: look at it, then import it again"


class ExportFormat(StrEnum):
    """What a table is written as."""

    CSV = "csv"
    XLSX = "xlsx"


Cells = list[str]


def require_kind(kind: str) -> None:
    """Let a kind of table pass that is exported.

    Raises:
        InvalidInput: there is no such kind of table.
    """
    if kind not in _ROWS:
        detail = f"{kind!r} is not exported: choose one of {', '.join(_ROWS)}"
        raise InvalidInput(detail, fields=[FieldError(detail, "#/kind")])


def iterate_table(session: Session, kind: str, source: str) -> Iterator[Cells]:
    """Give the header and every row of a source, with nothing a program would take for a formula.

    Args:
        session: a transaction that sees one state of the database.
        kind: one that `require_kind` lets pass.
        source: whose rows.
    """
    columns = SUBJECTS[kind].spec.columns
    yield list(columns)
    for cells in _ROWS[kind](session, source):
        yield [for_workbook(cells[column]) for column in columns]


def _provider_rows(session: Session, source: str) -> Iterator[dict[str, str]]:
    as_cells = SUBJECTS["providers"].as_cells
    last = ""
    of_source = select(Provider).where(Provider.source == source).order_by(Provider.source_ref)
    while found := session.scalars(
        of_source.where(Provider.source_ref > last).limit(_AT_ONCE)
    ).all():
        for provider in found:
            yield {"source_ref": provider.source_ref, **as_cells(state_of_provider(provider))}
        last = found[-1].source_ref
        session.expunge_all()


def _evidence_rows(session: Session, source: str) -> Iterator[dict[str, str]]:
    as_cells = SUBJECTS["evidence"].as_cells
    position: tuple[Any, ...] | None = None  # Any: the columns of the order
    order = (Evidence.matter_ref, Evidence.id)
    of_source = (
        select(Evidence, Provider.source_ref)
        .join(Provider, Provider.id == Evidence.provider_id)
        .where(Evidence.source == source)
        .order_by(*order)
        .limit(_AT_ONCE)
    )
    while True:
        after = of_source if position is None else of_source.where(tuple_(*order) > position)
        found = session.execute(after).all()
        if not found:
            return
        for evidence, provider_ref in found:
            yield {
                "provider_ref": provider_ref,
                "matter_ref": evidence.matter_ref,
                **as_cells(state_of_evidence(evidence)),
            }
        position = (found[-1][0].matter_ref, found[-1][0].id)
        session.expunge_all()


_ROWS: Mapping[str, Callable[[Session, str], Iterator[dict[str, str]]]] = {
    "providers": _provider_rows,
    "evidence": _evidence_rows,
}


def as_csv(rows: Iterator[Cells]) -> Iterator[bytes]:
    """Write rows as CSV in UTF-8, with the mark by which spreadsheet programs know it."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue().encode()


def write_workbook(rows: Iterator[Cells], path: Path) -> None:
    """Write rows as a workbook of text cells, the first of them as its header.

    Raises:
        InvalidInput: there are more rows than an import would take.
    """
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet("table")
    sheet.freeze_panes = "A2"
    header = next(rows)
    for number, name in enumerate(header, start=1):
        column = sheet.column_dimensions[get_column_letter(number)]  # type: ignore[attr-defined]  # missing in the stubs
        column.width = _WIDTHS.get(name, 16)
    sheet.append(header)
    for count, row in enumerate(rows, start=1):
        if count > MAX_WORKBOOK_ROWS:
            raise InvalidInput(
                f"there are more than {MAX_WORKBOOK_ROWS:,} rows: export them as CSV"
            )
        sheet.append([cell[:MAX_CELL_CHARACTERS] for cell in row])
    book.save(path)


def iterate_errors(session: Session, supply_import: SupplyImport) -> Iterator[Cells]:
    """Give the rows that were not imported, with what is wrong with each beside it.

    Mended, the table can be sent again as it is: the columns beside the rows are passed over.
    """
    columns = supply_import.columns or []
    yield [*(for_workbook(column) for column in columns), *REPORT_COLUMNS]
    for row in iterate_bad_rows(session, supply_import.id):
        problems = row.problems or []
        said = [_say(problem) for problem in problems]
        if row.outcome != RowOutcome.REFUSED and not problems:
            said = [_CHANGED_MEANWHILE]
        suggested = [
            f"{problem['column']}: {problem['suggestion']}" if problem["column"]
            else problem["suggestion"]
            for problem in problems
            if problem["suggestion"]
        ]  # fmt: skip
        cells = [*(row.cells.get(column, "") for column in columns), str(row.row_no)]
        yield [for_workbook(cell) for cell in (*cells, _lines(said), _lines(suggested))]


def _say(problem: Mapping[str, str]) -> str:
    where = f"{problem['column']}: " if problem["column"] else ""
    value = f"“{problem['value']}” " if problem["value"] else ""
    return f"{where}{value}{problem['reason']}"


def _lines(said: Sequence[str]) -> str:
    return "\n".join(said)
