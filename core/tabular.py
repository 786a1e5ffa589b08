"""Tables people send: CSV, JSON Lines and XLSX, read as rows of named text cells.

What a file is decides its content, not its name. A cell is text without white space around it;
an empty cell means unknown. Rows are numbered as a spreadsheet shows them: the header is row 1
(in JSON Lines, a row is a line).
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from core.decoding import TextUndecodable, decode_text
from core.errors import InvalidInput
from core.limited_child import ChildDied, ChildTooSlow, output_of_child

MAX_FILE_BYTES = 100_000_000
MAX_TEXT_BYTES = 200_000_000
MAX_XLSX_BYTES = 20_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
XLSX_SECONDS = 30
# Cells to the right of the header's last column are kept under this name, so that the row can be
# reported instead of being cut.
EXTRA = ""

Row = tuple[int, dict[str, str]]
Line = tuple[int, list[str]]


class TableUnreadable(InvalidInput):
    """The file is no table that can be read; the text says what to change."""

    code = "table-unreadable"
    title = "The file cannot be read as a table"


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read.

    Attributes:
        header: names of the columns, in lower case, unique.
        file_format: `csv`, `jsonl` or `xlsx`.
        encoding: the encoding of the text, `utf-8`, `gb18030` or `big5hkscs`.
        is_guessed: whether that encoding was inferred; say so to whoever sent the file.
        rows: row number and cells by column, once; blank rows are left out.
    """

    header: tuple[str, ...]
    file_format: str
    encoding: str
    is_guessed: bool
    rows: Iterator[Row]


def read_table(path: Path, *, read_xlsx: Callable[[Path], Iterator[Line]] | None = None) -> Table:
    """Read a CSV, JSON Lines or XLSX file; the first two may be gzipped.

    Args:
        path: the file.
        read_xlsx: reads the lines of a spreadsheet, for a process that is limited itself; a
            process of its own does if None.

    Raises:
        TableUnreadable: no such file, too large, binary, damaged, without a header.
    """
    content = _read_file(path)
    if content.startswith(b"\x1f\x8b"):
        content = _unzip(content)
        if content.startswith(b"PK\x03\x04"):
            raise TableUnreadable("an XLSX file is not gzipped again: unpack it first")
    if content.startswith(b"PK\x03\x04"):
        if len(content) > MAX_XLSX_BYTES:
            raise TableUnreadable(
                f"an XLSX file may have {MAX_XLSX_BYTES // 1_000_000} MB at most: save it as CSV"
            )
        return _table("xlsx", "utf-8", False, (read_xlsx or _read_xlsx)(path))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableUnreadable("an XLS file, or one with a password, is not read: save it as XLSX")
    if content.startswith(b"%PDF"):
        raise TableUnreadable("a PDF is not read: export the table as CSV or XLSX")
    try:
        decoded = decode_text(content)
    except TextUndecodable as error:
        raise TableUnreadable(error.detail) from error
    if decoded.text.lstrip()[:1] in {"{", "["}:
        header, rows = _read_json_lines(decoded.text)
        return Table(header, "jsonl", decoded.encoding, decoded.is_guessed, iter(rows))
    return _table("csv", decoded.encoding, decoded.is_guessed, _read_csv(decoded.text))


def _read_file(path: Path) -> bytes:
    if path.is_dir():
        raise TableUnreadable(f"{path} is a folder: name a file in it")
    if not path.is_file():
        raise TableUnreadable(f"there is no file {path}")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise TableUnreadable(f"the file is larger than {MAX_FILE_BYTES // 1_000_000} MB: split it")
    try:
        return path.read_bytes()
    except OSError as error:
        raise TableUnreadable(f"the file cannot be opened: {error.strerror}") from error


def _unzip(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            text = packed.read(MAX_TEXT_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise TableUnreadable("the gzip file is damaged or cut short: pack it again") from error
    if len(text) > MAX_TEXT_BYTES:
        raise TableUnreadable(f"unpacked, the file has more than {MAX_TEXT_BYTES // 1_000_000} MB")
    return text


def _table(file_format: str, encoding: str, is_guessed: bool, lines: Iterator[Line]) -> Table:
    first = next(lines, None)
    if first is None:
        raise TableUnreadable("the file is empty: the first row names the columns")
    header = _check_header(first[1])
    return Table(header, file_format, encoding, is_guessed, _name_cells(header, lines))


def _check_header(cells: Sequence[str]) -> tuple[str, ...]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise TableUnreadable(f"the header names more than {MAX_COLUMNS} columns")
    if "" in names:
        raise TableUnreadable(f"column {names.index('') + 1} has no name in the header")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise TableUnreadable(f"the header names a column twice: {', '.join(repeated)}")
    if not names:
        raise TableUnreadable("the file is empty: the first row names the columns")
    return tuple(names)


def _name_cells(header: tuple[str, ...], lines: Iterator[Line]) -> Iterator[Row]:
    for count, (number, line) in enumerate(lines, start=1):
        if count > MAX_ROWS:
            raise TableUnreadable(f"the file has more than {MAX_ROWS:,} rows: split it")
        cells = dict.fromkeys(header, "")
        cells.update(zip(header, (cell.strip() for cell in line), strict=False))
        extra = "; ".join(cell.strip() for cell in line[len(header) :] if cell.strip())
        if extra:
            cells[EXTRA] = extra
        yield number, cells


def _read_csv(text: str) -> Iterator[Line]:
    first_line = text.lstrip("\r\n").partition("\n")[0].partition("\r")[0]
    # A separator stands in the header at least once for every column but one.
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise TableUnreadable(
            f"row {number + 1} (line {reader.line_num}): {error}; check its quotation marks"
        ) from error


def _read_json_lines(text: str) -> tuple[tuple[str, ...], list[Row]]:
    rows: list[Row] = []
    columns: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            # Numbers stay as they are written: 1e5 and 0.10 are not ours to change.
            parsed = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
            cells = _json_cells(parsed, number)
        except ValueError as error:
            raise TableUnreadable(f"line {number} is not JSON: one object a line") from error
        except RecursionError as error:
            raise TableUnreadable(
                f"line {number} is nested too deeply: a cell is a text"
            ) from error
        columns |= dict.fromkeys(cells)
        if len(columns) > MAX_COLUMNS:
            raise TableUnreadable(f"line {number}: more than {MAX_COLUMNS} columns")
        rows.append((number, cells))
    header = _check_header(list(columns))
    return header, [(number, dict.fromkeys(header, "") | cells) for number, cells in rows]


def _json_cells(parsed: object, number: int) -> dict[str, str]:
    if not isinstance(parsed, dict):
        raise TableUnreadable(f"line {number} is not an object: one object a line")
    return {
        name.strip().lower(): _json_cell(value, number, name)
        for name, value in cast(dict[str, object], parsed).items()
    }


def _json_cell(value: object, number: int, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise TableUnreadable(f"line {number}, {name}: half of a surrogate pair is no text")
        return value.strip()
    if isinstance(value, list):
        parts = [_json_cell(part, number, name) for part in cast(list[object], value)]
    elif isinstance(value, dict):
        named = cast(dict[str, object], value)
        parts = [f"{key}={_json_cell(part, number, name)}" for key, part in named.items()]
    else:
        raise TableUnreadable(f"line {number}, {name}: {type(value).__name__} is no cell")
    if any(";" in part for part in parts):
        raise TableUnreadable(f"line {number}, {name}: a value in a list may not contain ;")
    return ";".join(parts)


def _read_xlsx(path: Path) -> Iterator[Line]:
    """Have a limited process read the file; its death is a normal result (RLIMIT_AS, time)."""
    try:
        with output_of_child("spreadsheet_child.py", path, seconds=XLSX_SECONDS) as output:
            for line in output:
                message = json.loads(line)
                if isinstance(message, dict):
                    raise TableUnreadable(f"{message['error']}; save it again, or as CSV")
                yield message[0], message[1]
    except ChildTooSlow as error:
        raise TableUnreadable(
            f"the spreadsheet was not read within {XLSX_SECONDS} seconds: save it as CSV"
        ) from error
    except ChildDied as error:
        raise TableUnreadable(
            "the spreadsheet cannot be read: it takes more memory or time than a spreadsheet "
            "may; save it as CSV"
        ) from error
