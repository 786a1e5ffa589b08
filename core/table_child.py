"""Reads one table in a process of its own, which may die: `core.limited_table` runs it as a script.

It limits its own memory, time and output, then writes JSON lines: an object that says what the file
is, `[row number, {column: cell}]` for each row, and `{"end": true}`; or `{"error": ...}` where the
file cannot be read.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_ROWS = 100_000
MAX_CELL_CHARACTERS = 32_767
MAX_EXTRA_CHARACTERS = 200


def main(path: Path) -> int:
    """Read one file; every expected failure becomes one line."""
    # Isolated, the interpreter does not look where this package lies.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from core.spreadsheet_child import Refused, limit_process  # noqa: PLC0415 after the path

    limit_process()
    from core.errors import PlatformError  # noqa: PLC0415 within the limits

    try:
        write_table(path)
    except Refused as error:
        return complain(f"{error}; save it again, or as CSV")
    except PlatformError as error:
        return complain(error.detail)
    except (MemoryError, RecursionError):
        return complain("the file takes more memory than a table may: split it, or save it as CSV")
    except Exception as error:  # noqa: BLE001 whatever a hostile file breaks, the answer is one line
        return complain(f"the file is damaged ({type(error).__name__}): save it again, or as CSV")
    return 0


def complain(message: str) -> int:
    """Say why the file is not read."""
    write({"error": message})
    return 0


def write(message: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(message) + "\n")


def write_table(path: Path) -> None:
    """Write what the file is, and its rows."""
    from core.spreadsheet_child import Refused  # noqa: PLC0415 as above
    from core.tabular import EXTRA, read_table  # noqa: PLC0415 as above

    table = read_table(path, read_xlsx=read_spreadsheet)
    write(
        {
            "header": table.header,
            "file_format": table.file_format,
            "encoding": table.encoding,
            "is_guessed": table.is_guessed,
        }
    )
    for count, (number, cells) in enumerate(table.rows, start=1):
        if count > MAX_ROWS:
            raise Refused(f"the file has more than {MAX_ROWS:,} rows: split it")
        if EXTRA in cells:
            cells[EXTRA] = cells[EXTRA][:MAX_EXTRA_CHARACTERS]
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells.values()):
            raise Refused(f"row {number} has a cell of more than {MAX_CELL_CHARACTERS} characters")
        write([number, cells])
    write({"end": True})


def read_spreadsheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Read a workbook in this process, which is limited."""
    from core.spreadsheet_child import check_archive, iterate_rows  # noqa: PLC0415 as above

    check_archive(str(path))
    yield from iterate_rows(str(path))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
