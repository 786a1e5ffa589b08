"""Try files that mean harm: `python tools/hostile_files.py [--files 500] [--seed 1] [--json]`.

Makes spreadsheets and tables of every kind that has hurt somebody (zip bombs, sizes that lie, broken
encodings, macros, external links, deep XML, enormous rows), has each read as an import reads it, and
says how many were refused, how many were read, how long the slowest took and how much memory this
process gained. It fails if a file breaks anything, takes too long, or makes this process grow.
"""

import argparse
import io
import json
import os
import random
import struct
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic

from openpyxl import Workbook

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.limited_table import READING_SECONDS, read_in_child  # noqa: E402 after the path
from core.tabular import TableUnreadable  # noqa: E402 as above

MOST_GAINED_BYTES = 50_000_000
HEADER = "source_ref,name,kind,home_jurisdiction"
_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

Make = Callable[[random.Random], bytes]


def sheet(rows: str, *, before: str = "", dimension: str = "A1:B2") -> str:
    """Return the XML of a sheet."""
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def cell(where: str, text: str) -> str:
    """Return the XML of a cell with a text."""
    return f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(sheet_xml: str | bytes, extra: dict[str, bytes] | None = None) -> bytes:
    """Return a workbook of one sheet, with other parts if there are any."""
    made = io.BytesIO()
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{_BOOK_TYPE}"/>'
        f'<Override PartName="/{_SHEET}" ContentType="{_SHEET_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
        f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
        f'Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        _SHEET: sheet_xml,
    }
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in {**parts, **(extra or {})}.items():
            archive.writestr(name, content)
    return made.getvalue()


def good_workbook(_chance: random.Random) -> bytes:
    """Make a workbook that must be read, so that refusing everything is noticed."""
    book = Workbook()
    book.worksheets[0].append(HEADER.split(","))
    book.worksheets[0].append(["a", "Synthetic firm", "law_firm", "VN"])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def good_csv(chance: random.Random) -> bytes:
    """Make a CSV that must be read, in one of the encodings and line ends that are taken."""
    text = f"{HEADER}\na,上海市律師事務所有限公司的服務,law_firm,HK\n"
    text = text.replace("\n", chance.choice(["\n", "\r\n"]))
    return text.encode(chance.choice(["utf-8", "utf-8-sig"]))


def far_apart(_chance: random.Random) -> bytes:
    """Two cells at the two ends of the largest sheet there is."""
    row = f'<row r="1">{cell("A1", "a")}</row><row r="1048576">{cell("XFD1048576", "b")}</row>'
    return workbook(sheet(row))


def lying_dimension(_chance: random.Random) -> bytes:
    """A small sheet that says it is the largest."""
    row = f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "x")}</row>'
    return workbook(sheet(row, dimension="A1:XFD1048576"))


def lying_reference(_chance: random.Random) -> bytes:
    """A cell at a place that no sheet has."""
    return workbook(sheet(f'<row r="1">{cell("ZZZZZZZZ99999999999", "a")}</row>'))


def zip_bomb(chance: random.Random) -> bytes:
    """A sheet that unpacks to hundreds of megabytes."""
    filler = b" " * chance.choice([220_000_000, 300_000_000])
    return workbook(b"<worksheet>" + filler)


def repeated_text(_chance: random.Random) -> bytes:
    """A sheet with a text of a hundred megabytes in one cell."""
    return workbook(sheet(f'<row r="1">{cell("A1", "x" * 100_000_000)}</row>'))


def many_parts(chance: random.Random) -> bytes:
    """An archive of many parts."""
    extra = {f"xl/media/{number}.bin": b"" for number in range(chance.randint(300, 3_000))}
    return workbook(sheet(""), extra)


def nested_archives(chance: random.Random) -> bytes:
    """Archives in archives, of which none is unpacked."""
    inner = workbook(sheet(""))
    for _ in range(chance.randint(1, 8)):
        inner = workbook(sheet(f'<row r="1">{cell("A1", "n")}</row>'), {"xl/inner.zip": inner})
    return inner


def lying_sizes(chance: random.Random) -> bytes:
    """An archive whose directory says that its parts are small."""
    content = bytearray(workbook(sheet(" " * 50_000_000)))
    position = content.find(b"PK\x01\x02")
    while position >= 0:
        content[position + 24 : position + 28] = struct.pack("<I", chance.randint(0, 2_000))
        position = content.find(b"PK\x01\x02", position + 4)
    return bytes(content)


def overlapping_parts(_chance: random.Random) -> bytes:
    """An archive in which every part begins at the same place."""
    content = bytearray(workbook(sheet("")))
    position = content.find(b"PK\x01\x02")
    while position >= 0:
        content[position + 42 : position + 46] = struct.pack("<I", 0)
        position = content.find(b"PK\x01\x02", position + 4)
    return bytes(content)


def billion_laughs(_chance: random.Random) -> bytes:
    """Entities that grow to billions of characters."""
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + level)} "{f"&{chr(97 + level)};" * 10}">' for level in range(10)
    )
    row = f'<row r="1">{cell("A1", "&k;")}</row>'
    return workbook(sheet(row, before=f"<!DOCTYPE lol [{laughs}]>"))


def outside_entity(_chance: random.Random) -> bytes:
    """An entity that names a file of this machine."""
    row = f'<row r="1">{cell("A1", "&x;")}</row>'
    return workbook(sheet(row, before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))


def deep_xml(chance: random.Random) -> bytes:
    """Elements in elements, very deep."""
    depth = chance.choice([1_000, 100_000, 400_000])
    return workbook(
        f'<worksheet xmlns="{_MAIN}">' + "<a>" * depth + "</a>" * depth + "</worksheet>"
    )


def macros(chance: random.Random) -> bytes:
    """A workbook with a part where macros are."""
    row = f'<row r="1">{cell("A1", "name")}</row><row r="2">{cell("A2", "x")}</row>'
    return workbook(sheet(row), {"xl/vbaProject.bin": chance.randbytes(5_000)})


def outside_links(_chance: random.Random) -> bytes:
    """A workbook that takes its cells from another one, and has a formula that fetches something."""
    relation = (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" TargetMode="External" '
        f'Type="{_DOCUMENT}/externalLinkPath" Target="http://127.0.0.1:9/x.xlsx"/></Relationships>'
    )
    row = '<row r="1"><c r="A1"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>1</v></c></row>'
    return workbook(
        sheet(row), {"xl/externalLinks/_rels/externalLink1.xml.rels": relation.encode()}
    )


def odd_cells(_chance: random.Random) -> bytes:
    """Numbers, dates and shared texts that do not exist."""
    row = (
        '<row r="1"><c r="A1"><v>1e999</v></c><c r="B1" t="s"><v>99</v></c>'
        '<c r="C1" t="d"><v>0000-00-00</v></c><c r="D1" t="b"><v>maybe</v></c></row>'
    )
    return workbook(sheet(row))


def wide_row(chance: random.Random) -> bytes:
    """A header of a million columns, or a row of as many cells."""
    commas = "," * 1_000_000
    return f"{commas}\n".encode() if chance.random() < 0.5 else f"{HEADER}\na{commas}\n".encode()


def long_cell(chance: random.Random) -> bytes:
    """One cell of megabytes."""
    return f"{HEADER}\na,{'x' * chance.randint(40_000, 8_000_000)},law_firm,VN\n".encode()


def many_rows(chance: random.Random) -> bytes:
    """More rows than are taken."""
    return (f"{HEADER}\n" + "a,b,c,d\n" * chance.choice([100_001, 900_000])).encode()


def open_quote(chance: random.Random) -> bytes:
    """A quotation that never ends."""
    return f'{HEADER}\na,"never closed\n'.encode() + b"x,y\n" * chance.randint(0, 50_000)


def broken_encoding(chance: random.Random) -> bytes:
    """A text in no encoding, in UTF-16, or cut in the middle of a character."""
    text = f"{HEADER}\na,上海市律師事務所,law_firm,HK\n"
    return chance.choice(
        [
            text.encode("utf-16"),
            text.encode("utf-32"),
            text.encode()[: -chance.randint(12, 16)],
            b"\xff\xfe\xfd" + chance.randbytes(2_000),
            text.encode("utf-8", "surrogatepass") + b"\xed\xa0\x80\n",
            text.encode("big5", "replace") + b"\xff\xff",
            text.replace("a", "\x00", 1).encode(),
        ]
    )


def packed(chance: random.Random) -> bytes:
    """A gzip file that unpacks to much, or is packed twice, or is cut."""
    import gzip  # noqa: PLC0415 used here only

    whole = gzip.compress(b"a" * chance.choice([1_000, 210_000_000]), 1)
    return chance.choice([whole, gzip.compress(whole), whole[: len(whole) // 2]])


def deep_json(chance: random.Random) -> bytes:
    """JSON Lines nested very deep, or of numbers with very many digits."""
    return chance.choice([b'{"a":' + b"[" * 500_000, b'{"a":' + b"9" * 5_000_000 + b"}"])


def damaged(chance: random.Random) -> bytes:
    """A workbook cut short, or with some bytes changed."""
    content = bytearray(good_workbook(chance))
    if chance.random() < 0.5:
        return bytes(content[: chance.randint(4, len(content) - 1)])
    for _ in range(chance.randint(1, 40)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def noise(chance: random.Random) -> bytes:
    """Bytes of no meaning behind the first bytes of a format."""
    start = chance.choice([b"", b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF", b"{"])
    return start + chance.randbytes(chance.randint(0, 20_000))


GOOD: dict[str, Make] = {"good workbook": good_workbook, "good CSV": good_csv}
# How often each is made: the cheap ones more often, since there is more to vary.
HOSTILE: dict[str, tuple[Make, int]] = {
    "far apart": (far_apart, 1), "lying dimension": (lying_dimension, 1),
    "lying reference": (lying_reference, 1), "zip bomb": (zip_bomb, 1),
    "repeated text": (repeated_text, 1), "many parts": (many_parts, 2),
    "nested archives": (nested_archives, 2), "lying sizes": (lying_sizes, 1),
    "overlapping parts": (overlapping_parts, 1), "billion laughs": (billion_laughs, 1),
    "outside entity": (outside_entity, 1), "deep XML": (deep_xml, 1), "macros": (macros, 1),
    "outside links": (outside_links, 1), "odd cells": (odd_cells, 1), "wide row": (wide_row, 2),
    "long cell": (long_cell, 2), "many rows": (many_rows, 1), "open quote": (open_quote, 4),
    "broken encoding": (broken_encoding, 20), "packed": (packed, 4), "deep JSON": (deep_json, 3),
    "damaged": (damaged, 16), "noise": (noise, 30),
}  # fmt: skip


def resident_bytes() -> int:
    """Return how much memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def read(path: Path) -> str:
    """Read a file as an import does; return what became of it."""
    try:
        with read_in_child(path) as found:
            for _ in found.table.rows:
                pass
    except TableUnreadable:
        return "refused"
    return "read"


@dataclass
class Findings:
    """What became of the files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    slowest: str = ""
    gained_bytes: int = 0

    def judge(self) -> None:
        """Add what is wrong with the figures themselves."""
        if self.gained_bytes > MOST_GAINED_BYTES:
            self.wrong.append(f"reading cost this process {self.gained_bytes:,} bytes")
        if self.slowest_seconds > READING_SECONDS + 5:
            self.wrong.append(f"{self.slowest} took {self.slowest_seconds:.1f} s")


def try_files(count: int, seed: int) -> Findings:
    """Make and read so many files."""
    chance = random.Random(seed)  # noqa: S311 the files have to be the same again
    names = [name for name, (_, weight) in HOSTILE.items() for _ in range(weight)]
    found = Findings()
    with tempfile.TemporaryDirectory(prefix="landbridge-hostile-") as folder:
        path = Path(folder) / "table"
        for name, make in GOOD.items():
            path.write_bytes(make(chance))
            if read(path) != "read":
                found.wrong.append(f"{name} was refused")
        for number in range(count):
            name = names[number] if number < len(names) else chance.choice(names)
            path.write_bytes(HOSTILE[name][0](chance))
            before, begun = resident_bytes(), monotonic()
            try:
                found.outcomes[f"{name}: {read(path)}"] += 1
            except Exception as error:  # noqa: BLE001 whatever it is, it is a finding
                found.wrong.append(f"file {number}, {name}: {type(error).__name__}: {error}")
            seconds = monotonic() - begun
            if seconds > found.slowest_seconds:
                found.slowest_seconds, found.slowest = round(seconds, 2), name
            found.gained_bytes = max(found.gained_bytes, resident_bytes() - before)
    found.judge()
    return found


def main() -> int:
    """Read the options, try the files, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = try_files(options.files, options.seed)
    if options.json:
        sys.stdout.write(json.dumps(asdict(found), indent=2) + "\n")
        return 1 if found.wrong else 0
    for name, count in sorted(found.outcomes.items()):
        sys.stdout.write(f"{count:6,}  {name}\n")
    sys.stdout.write(
        f"{options.files:,} files; slowest {found.slowest_seconds:.2f} s ({found.slowest}); this "
        f"process gained {found.gained_bytes / 1e6:.1f} MB at most; {len(found.wrong)} wrong\n"
    )
    for line in found.wrong:
        sys.stdout.write(f"wrong: {line}\n")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
