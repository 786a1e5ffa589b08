"""Reads one XLSX file in a process of its own, which may die: it touches what strangers send.

Run by `core.tabular` as a script, isolated, so it imports nothing of ours; `core.table_child` is
such a process already and calls it. It limits its own
memory, time and output, then writes JSON lines: `[row number, [cells]]` for each row that is not
empty, or one object `{"error": ...}`.
"""

import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
OUTPUT_BYTES = 300 * 1024 * 1024
MAX_ENTRIES = 200
MAX_UNPACKED_BYTES = 200 * 1000 * 1000
MAX_RATIO = 100
MAX_COLUMNS = 200
MAX_ROWS = 100_001
MAX_CELL_CHARACTERS = 32_767


class Refused(Exception):
    """The file is not read further; the text is for the person who sent it."""


def limit_process() -> None:
    """Take away from this process what it needs only under attack."""
    try:
        import resource  # noqa: PLC0415 not on Windows, where the parent's clock alone remains
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def check_archive(path: str) -> None:
    """Refuse archives that are no spreadsheet or would unpack to more than a spreadsheet is."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Refused(f"the file has {len(entries)} parts, at most {MAX_ENTRIES} are read")
        if "xl/workbook.xml" not in archive.namelist():
            raise Refused("the file is a ZIP archive but no XLSX workbook")
        unpacked = 0
        for entry in entries:
            # Declared sizes lie: what comes out is counted.
            with archive.open(entry) as part:
                while chunk := part.read(1 << 16):
                    unpacked += len(chunk)
                    if unpacked > MAX_UNPACKED_BYTES:
                        raise Refused("the file unpacks to more than 200 MB")
        if unpacked > MAX_RATIO * max(Path(path).stat().st_size, 10_000):
            raise Refused("the file unpacks to more than 100 times its size")


def as_text(value: object) -> str:
    """Return a cell as the text that a CSV export would hold; dates in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def iterate_rows(path: str) -> Iterator[tuple[int, list[str]]]:
    """Give every non-empty row of the first sheet with its number."""
    # openpyxl uses NumPy when it finds it; NumPy's threads do not fit in these limits.
    sys.modules["numpy"] = None  # type: ignore[assignment]  # the documented way to hide a module
    from openpyxl import load_workbook  # noqa: PLC0415 after the limits

    # Given a name, openpyxl would refuse one that does not end as it should.
    file = Path(path).open("rb")  # noqa: SIM115 it stays open while rows are read
    book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    if not book.worksheets:
        raise Refused("the workbook has no sheet of cells")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # the declared size may be a lie
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MAX_ROWS:
            raise Refused(
                f"the sheet has more than {MAX_ROWS - 1:,} rows: split it, or delete the empty "
                "rows below the table"
            )
        cells = [as_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise Refused(f"row {number} has more than {MAX_COLUMNS} columns")
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            raise Refused(f"row {number} has a cell of more than {MAX_CELL_CHARACTERS} characters")
        if any(cells):
            yield number, cells


def read_rows(path: str) -> None:
    """Write every non-empty row of the first sheet to the standard output."""
    for number, cells in iterate_rows(path):
        sys.stdout.write(json.dumps([number, cells]) + "\n")


def main(path: str) -> int:
    """Read one file; every expected failure becomes one line."""
    limit_process()
    try:
        check_archive(path)
        read_rows(path)
    except Refused as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
    except MemoryError:
        sys.stdout.write('{"error": "the file needs more memory than a spreadsheet may take"}\n')
    except Exception as error:  # noqa: BLE001 whatever a hostile file breaks, the answer is one line
        message = f"the file is damaged or no XLSX workbook ({type(error).__name__})"
        sys.stdout.write(json.dumps({"error": message}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
