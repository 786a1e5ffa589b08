"""Tables that strangers send, read by a process with limits of memory, time and output.

The process may die: that is a normal result. What it read comes back line by line, so that this
process needs no more memory for a large file than for a small one.
"""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from core.limited_child import ChildDied, ChildTooSlow, output_of_child
from core.tabular import Row, Table, TableUnreadable

READING_SECONDS = 30
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class LimitedTable:
    """A table that was read to its end, and how many rows it has below the header."""

    table: Table
    count: int


@contextmanager
def read_in_child(path: Path) -> Generator[LimitedTable]:
    """Read a CSV, JSON Lines or XLSX file in a limited process; its rows can be had once.

    Raises:
        TableUnreadable: it is no table, or takes more than a table may.
    """
    try:
        with output_of_child("table_child.py", path, seconds=READING_SECONDS) as output:
            lines = _count_lines(output)
            _raise_complaint(output)
            output.seek(0)
            said = json.loads(output.readline())
            yield LimitedTable(
                Table(
                    header=tuple(said["header"]),
                    file_format=said["file_format"],
                    encoding=said["encoding"],
                    is_guessed=said["is_guessed"],
                    rows=_rows(output),
                ),
                count=lines - 2,
            )
    except ChildTooSlow as error:
        raise TableUnreadable(
            f"the file was not read within {READING_SECONDS} seconds: split it, or save it as CSV"
        ) from error
    except ChildDied as error:
        raise TableUnreadable(
            "the file cannot be read: it takes more memory or time than a table may; split it, "
            "or save it as CSV"
        ) from error


def _count_lines(output: IO[bytes]) -> int:
    count = 0
    while block := output.read(_BLOCK_BYTES):
        count += block.count(b"\n")
    return count


def _raise_complaint(output: IO[bytes]) -> None:
    """A complaint is always the last line."""
    size = output.seek(0, 2)
    output.seek(max(size - 4_096, 0))
    last = output.read().splitlines()[-1:]
    # Any: one of the lines that the process writes.
    said: Any = (
        json.loads(last[0]) if last else {"error": "the file cannot be read: save it as CSV"}
    )
    if "error" in said:
        raise TableUnreadable(str(said["error"]))


def _rows(output: IO[bytes]) -> Iterator[Row]:
    for line in output:
        # Any: as above.
        message: Any = json.loads(line)
        if isinstance(message, list):
            yield message[0], message[1]
