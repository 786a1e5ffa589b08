"""What the machinery has to know of a kind of table; each kind is a value of `KindSpec`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.orm import Session

from core.identity.actor import OPEN_ACCESS_ID
from core.tabular import EXTRA

RowT = TypeVar("RowT", bound=BaseModel)
_REASONS = {"missing": "is empty", "date_from_datetime_parsing": "is not a date"}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One wrong cell: where it stands, why it is wrong, and what would be right if that is known."""

    row_no: int
    column: str
    value: str
    reason: str
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class NumberedRow(Generic[RowT]):
    """A row that its schema accepts, with its number in the file."""

    row_no: int
    row: RowT


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What a writer is told beside the rows: whose data they are, and the time.

    A writer of providers or their evidence adds to `providers` whom its changes concern; changes
    of any other table concern everybody. In `kept` it names by their reference those of which columns
    stay, because the firm wrote them itself. New needs become those of the organisation `tenant_id`.
    """

    source: str
    now: datetime
    providers: set[UUID] = field(default_factory=set)
    kept: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    tenant_id: UUID = OPEN_ACCESS_ID


RowsCheck = Callable[[Sequence[NumberedRow[RowT]]], list[RowProblem]]


@dataclass(frozen=True, slots=True)
class KindSpec(Generic[RowT]):
    """A kind of table that can be imported.

    Attributes:
        kind: the word on the command line; several tables may share it and are told apart by
            their headers.
        table: what its rows are, in the plural, for messages.
        columns: every column the header must have.
        optional: columns the header may have.
        row_schema: validates a row; its fields, or their aliases, are the columns.
        key: what may stand in a file only once.
        make_check: given a session and the source, returns the check of rows against what is
            stored; it is asked for batches, and once for all rows where `is_whole`.
        write: stores rows in the caller's transaction and returns how many of them changed
            anything; storing a row twice changes nothing.
        is_matched: whether matching reads the rows, so that a change of them is a new catalogue.
        is_whole: the table means something only as a whole: it is written in one transaction, and
            a bad row refuses it.
    """

    kind: str
    table: str
    columns: tuple[str, ...]
    row_schema: type[RowT]
    key: Callable[[RowT], str]
    make_check: Callable[[Session, str], RowsCheck[RowT]]
    write: Callable[[Session, Sequence[RowT], WriteContext], int]
    optional: tuple[str, ...] = ()
    is_whole: bool = False
    is_matched: bool = True


AnySpec = KindSpec[Any]  # Any: a list of kinds mixes row schemas; each spec is typed in itself
KindTable = Mapping[str, Sequence[AnySpec]]


def read_row(
    spec: KindSpec[RowT], row_no: int, cells: Mapping[str, str]
) -> RowT | list[RowProblem]:
    """Validate one row: the row, or everything that is wrong with it."""
    if EXTRA in cells:
        reason = "there are more cells than the header has columns"
        return [RowProblem(row_no, "", cells[EXTRA], reason, "check the separators of this row")]
    try:
        return spec.row_schema.model_validate({name: cell for name, cell in cells.items() if cell})
    except ValidationError as error:
        return [
            _problem(row_no, cells, str(problem["loc"][0]) if problem["loc"] else "", problem)
            for problem in error.errors(include_url=False)
        ]


def _problem(
    row_no: int,
    cells: Mapping[str, str],
    column: str,
    problem: ErrorDetails,
) -> RowProblem:
    value = cells.get(column, "")
    reason = _REASONS.get(problem["type"], str(problem["msg"]).removeprefix("Value error, "))
    suggestion = ""
    if problem["type"] == "enum":
        allowed = [
            word.strip(" '") for word in problem["ctx"]["expected"].replace(" or ", ",").split(",")
        ]
        reason = f"is none of {', '.join(allowed)}"
        suggestion = next(iter(get_close_matches(value.lower(), allowed, n=1, cutoff=0.5)), "")
    return RowProblem(row_no, column, value, reason, suggestion)


def check_codes(
    row_no: int,
    column: str,
    codes: Sequence[str],
    known: Mapping[str, str],
    what: str,
) -> list[RowProblem]:
    """Report each code that is not known.

    Args:
        row_no: the row's number in the file.
        column: where the codes stand.
        codes: the codes of that cell.
        known: every code, and every other name by which people call it, to the code.
        what: what the codes are, for the message.
    """
    problems: list[RowProblem] = []
    for code in codes:
        if known.get(code) == code:
            continue
        suggestion = known.get(code.casefold()) or next(
            iter(get_close_matches(code, [key for key, to in known.items() if key == to], n=1)), ""
        )
        problems.append(RowProblem(row_no, column, code, f"is no {what}", suggestion))
    return problems
