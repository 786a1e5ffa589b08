"""The figures of docs/data.md are those of the files it describes."""

import csv
import gzip
import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "providers" / "data"
ROW = re.compile(r"^\| (?P<files>`[^|]+) \| (?P<counts>[\d,]+(?: [^|]*|, [^|]*)?) \|", re.MULTILINE)
SAID = [
    (name, int(count.replace(",", "")))
    for row in ROW.finditer((ROOT / "docs" / "data.md").read_text("utf-8"))
    for name, count in zip(
        re.findall(r"`([^`]+)`", row["files"]),
        re.findall(r"\d+(?:,\d{3})*", row["counts"]),
        strict=False,
    )
]


def rows_in(path: Path) -> int:
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return len(arrays["codes"])
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return sum(1 for _ in csv.DictReader(text.splitlines(keepends=True)))


def test_every_table_that_ships_is_described() -> None:
    shipped = {
        str(path.relative_to(DATA))
        for path in DATA.rglob("*")
        if path.name.endswith((".csv", ".csv.gz", ".npz"))
    }
    assert {name for name, _ in SAID} == shipped


@pytest.mark.parametrize(("name", "count"), SAID)
def test_a_table_has_as_many_rows_as_its_document_says(name: str, count: int) -> None:
    assert rows_in(DATA / name) == count, f"mend the figure of {name} in docs/data.md"
