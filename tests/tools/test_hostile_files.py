"""Files that mean harm are refused or read, and cost this process nothing."""

import random
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.limited_table import LimitedTable
from tools import hostile_files
from tools.hostile_files import HOSTILE, read, try_files

# A few hundred megabytes are made for some of them, or a whole workbook is read: a release tries
# all of them, many times.
CHEAP = sorted(set(HOSTILE) - {"zip bomb", "repeated text", "many rows", "packed", "lying sizes"})
READ = {
    "lying dimension",
    "macros",
    "outside links",
    "nested archives",
    "broken encoding",
    "wide row",
}


@pytest.mark.parametrize("name", CHEAP)
def test_each_kind_is_refused_or_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "table"
    path.write_bytes(HOSTILE[name][0](random.Random(7)))  # noqa: S311 the same file each time
    assert read(path) in ({"refused", "read"} if name in READ else {"refused"})


def test_what_breaks_the_reading_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def break_down(_path: Path) -> Generator[LimitedTable]:
        raise RuntimeError("broken on purpose")
        yield

    monkeypatch.setattr(hostile_files, "read_in_child", break_down)
    monkeypatch.setattr(hostile_files, "GOOD", {})
    monkeypatch.setattr(hostile_files, "HOSTILE", {"noise": HOSTILE["noise"]})

    found = try_files(2, seed=1)

    assert [line.partition(": ")[2] for line in found.wrong] == [
        "RuntimeError: broken on purpose"
    ] * 2
