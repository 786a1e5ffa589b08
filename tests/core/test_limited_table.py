"""Tables are read by a process that may die: whatever happens to it is an answer."""

import gzip
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from core import limited_child, limited_table
from core.limited_table import read_in_child
from core.tabular import TableUnreadable


def read(path: Path) -> tuple[tuple[str, ...], int, list[tuple[int, dict[str, str]]]]:
    with read_in_child(path) as found:
        return found.table.header, found.count, list(found.table.rows)


def test_reads_csv_and_workbooks_alike(tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    text.write_text("Name,City\nA,河內\n\nB,\n", "utf-8")
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Name", "City"], ["A", "河內"], [], ["B", None]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    # What a file is decides its content.
    (tmp_path / "workbook").write_bytes((tmp_path / "a.xlsx").read_bytes())

    for name in ("a.csv", "a.xlsx", "workbook"):
        header, count, rows = read(tmp_path / name)
        assert (header, count) == (("name", "city"), 2)
        assert rows == [(2, {"name": "A", "city": "河內"}), (4, {"name": "B", "city": ""})]


def test_says_how_a_text_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,city\n上海市律师事务所,上海\n".encode("gb18030"))

    with read_in_child(path) as found:
        assert (found.table.encoding, found.table.is_guessed) == ("gb18030", True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"name\n" + b"x" * 40_000, "more than 32767 characters"),
        (b"name\n" + b"x\n" * 100_001, "more than 100,000 rows"),
        (b'name\n"' + b"x" * 200_000, "field larger than field limit"),
        (gzip.compress(b"\0" * 300_000_000, 1), "more than"),
        (b'{"a": ' + b"[" * 200_000, "nested too deeply"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)

    with pytest.raises(TableUnreadable, match=said):
        read(path)


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(220):
                part.write(b" " * 1_000_000)

    with pytest.raises(TableUnreadable, match="unpacks to more"):
        read(path)


def test_a_process_that_dies_or_hangs_is_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name\nA\n", "utf-8")
    child = tmp_path / "core"
    child.mkdir()
    monkeypatch.setattr(limited_child, "__file__", str(child / "limited_child.py"))
    (child / "table_child.py").write_text("import os; os.abort()", "utf-8")
    with pytest.raises(TableUnreadable, match="takes more memory or time"):
        read(path)

    (child / "table_child.py").write_text("while True: pass", "utf-8")
    monkeypatch.setattr(limited_table, "READING_SECONDS", 0.5)
    with pytest.raises(TableUnreadable, match="not read within"):
        read(path)
