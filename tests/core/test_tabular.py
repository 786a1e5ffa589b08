import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.tabular import EXTRA, TableUnreadable, read_table

CHINESE = "source_ref,name,city\nf1,北京市金杜律师事务所,北京\nf2,上海会计师事务所有限公司,上海\n"
TRADITIONAL = "source_ref,name,city\nf1,孖士打律師行,香港\nf2,羅兵咸永道會計師事務所有限公司,香港\n"


def write(tmp_path: Path, content: bytes, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def make_xlsx(sheet_xml: str, *, extra: dict[str, bytes] | None = None) -> bytes:
    """Build a workbook by hand, so that its sheet can say what no spreadsheet program writes."""
    book = Workbook()
    buffer = io.BytesIO()
    book.save(buffer)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(buffer) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            if entry.filename == "xl/worksheets/sheet1.xml":
                target.writestr(entry.filename, sheet_xml)
            else:
                target.writestr(entry.filename, source.read(entry))
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def sheet(cells: str, dimension: str = "A1") -> str:
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{cells}</sheetData></worksheet>'
    )


def test_reads_named_cells_and_numbers_rows_as_a_spreadsheet_does(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, b"Name , City\n A ,\n\nB,Riga\n"))

    assert table.header == ("name", "city")
    assert list(table.rows) == [(2, {"name": "A", "city": ""}), (4, {"name": "B", "city": "Riga"})]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_finds_the_separator_in_the_header(tmp_path: Path, separator: str) -> None:
    text = (
        separator.join(["name", "city"])
        + "\n"
        + separator.join(["A;B" if separator != ";" else "A", "Riga"])
    )

    table = read_table(write(tmp_path, text.encode()))

    assert table.header == ("name", "city")
    assert next(table.rows)[1]["city"] == "Riga"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_takes_the_line_ends_of_every_system(tmp_path: Path, line_end: str) -> None:
    content = line_end.join(["name,city", '"A\nB",Riga', "C,Oslo", ""]).encode()

    assert [cells["city"] for _, cells in read_table(write(tmp_path, content)).rows] == [
        "Riga",
        "Oslo",
    ]


def test_passes_over_a_byte_order_mark(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, b"\xef\xbb\xbf" + CHINESE.encode()))

    assert table.header[0] == "source_ref"
    assert (table.encoding, table.is_guessed) == ("utf-8", False)


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (TRADITIONAL, "big5hkscs", "big5hkscs"),
        (TRADITIONAL, "gb18030", "gb18030"),
    ],
)
def test_guesses_the_chinese_code_page_by_what_it_spells(
    tmp_path: Path, text: str, encoding: str, expected: str
) -> None:
    table = read_table(write(tmp_path, text.encode(encoding)))

    assert (table.encoding, table.is_guessed) == (expected, True)
    assert [cells["name"] for _, cells in table.rows] == [
        line.split(",")[1] for line in text.splitlines()[1:]
    ]


def test_every_packaged_sector_name_is_guessed_right_in_both_code_pages(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "providers" / "data" / "sectors.csv"
    rows = [cells for _, cells in read_table(source).rows]
    for column, encoding in (("name_zh_hans", "gb18030"), ("name_zh_hant", "big5hkscs")):
        names = [cells[column] for cells in rows]
        for start in range(0, len(names), 5):
            few = names[start : start + 5]
            table = read_table(write(tmp_path, "\n".join(["name", *few]).encode(encoding)))
            assert [cells["name"] for _, cells in table.rows] == few


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"name,name\n", "twice: name"),
        (b"name,,city\n", "column 2 has no name"),
        (b"name,city\nA\x00,Riga\n", "0x00"),
        (bytes(range(256)), "not text"),
        ("name\nä".encode("utf-16"), "UTF-16"),
        (b"name\nSoci\xe9t\xe9 \xe0 responsabilit\xe9\n", "line 2"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0rest", "XLS"),
        (b'name,city\n"A,Riga\n', "quotation marks"),
        (b"\x1f\x8bdamaged", "gzip"),
        (b"PK\x03\x04 but nothing more", "no XLSX workbook"),
        (b'{"name": "A"}\n["B"]\n', "line 2 is not an object"),
        (b'{"name": "A"}\n{"name": \n', "line 2 is not JSON"),
        (b'{"name": ' + b"[" * 900 + b"]" * 900 + b"}\n", "line 1 is nested too deeply"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b'{"name":' + b"[" * 100_000, "line 1"),
        (b",".join(b"c%d" % i for i in range(300)), "200 columns"),
    ],
)
def test_refuses_what_is_no_table_in_one_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    with pytest.raises(TableUnreadable, match=says):
        list(read_table(write(tmp_path, content)).rows)


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadable, match=r"no file .*absent\.csv"):
        read_table(tmp_path / "absent.csv")


def test_keeps_cells_beyond_the_header_for_the_report(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, b"name,city\nA,Riga,more\n"))

    assert next(table.rows)[1][EXTRA] == "more"


def test_reads_json_lines_and_gzip(tmp_path: Path) -> None:
    lines = b'{"name": "A", "tags": ["x", "y"], "n": 1.50}\n\n{"name": "B", "on": true, "m": {"k": "v"}}\n'

    table = read_table(write(tmp_path, gzip.compress(lines), "table.jsonl.gz"))

    assert table.file_format == "jsonl"
    assert list(table.rows) == [
        (1, {"name": "A", "tags": "x;y", "n": "1.50", "on": "", "m": ""}),
        (3, {"name": "B", "tags": "", "n": "", "on": "true", "m": "k=v"}),
    ]


def test_reads_a_spreadsheet(tmp_path: Path) -> None:
    from datetime import date

    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["name", "dated_on", "amount_usd", "is_verified", None])
    page.append(["德勤", date(2024, 5, 1), 1200.0, True])
    page.append([None, None])
    page.append(["B", None, 0.5])
    book.save(tmp_path / "table.xlsx")

    table = read_table(tmp_path / "table.xlsx")

    assert table.header == ("name", "dated_on", "amount_usd", "is_verified")
    assert list(table.rows) == [
        (
            2,
            {"name": "德勤", "dated_on": "2024-05-01", "amount_usd": "1200", "is_verified": "true"},
        ),
        (4, {"name": "B", "dated_on": "", "amount_usd": "0.5", "is_verified": ""}),
    ]


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    + sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>')
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            make_xlsx(
                sheet(
                    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
                )
            ),
            "more than 100,000 rows",
        ),
        (make_xlsx(sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')), "200 columns"),
        (make_xlsx(BILLION_LAUGHS), "damaged or no XLSX"),
        (make_xlsx(sheet(" " * 30_000_000)), "100 times its size"),
        (make_xlsx(sheet(""), extra={f"part{i}": b"" for i in range(300)}), "parts"),
        (make_xlsx(sheet('<row r="1"><c r="ZZZZZZZZ99999999999"><v>1</v></c></row>')), "damaged"),
        (make_xlsx("<worksheet"), "damaged"),
    ],
    ids=["two cells", "one far cell", "laughs", "bomb", "parts", "far name", "cut"],
)
def test_refuses_hostile_spreadsheets_quickly(tmp_path: Path, content: bytes, says: str) -> None:
    started = time.monotonic()
    with pytest.raises(TableUnreadable, match=says):
        list(read_table(write(tmp_path, content, "hostile.xlsx")).rows)
    assert time.monotonic() - started < 15


def test_a_lying_dimension_does_no_harm(tmp_path: Path) -> None:
    content = make_xlsx(
        sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>', "A1:XFD1048576")
    )

    table = read_table(write(tmp_path, content, "lie.xlsx"))

    assert (table.header, list(table.rows)) == (("name",), [])


def test_the_death_of_the_reading_process_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tabular.XLSX_SECONDS", 0.01)

    with pytest.raises(TableUnreadable, match="was not read within"):
        read_table(write(tmp_path, make_xlsx(sheet("")), "slow.xlsx"))
