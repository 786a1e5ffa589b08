"""Cells that spreadsheet programs would evaluate are text, and come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formulas import for_workbook, make_harmless, make_whole

DANGEROUS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "\0=1",
    '=HYPERLINK("http://example.test","x")', "  =1", "'=1", "''-1", "＝1", "＋1", "－1", "＠1",
)  # fmt: skip


@pytest.mark.parametrize("cell", DANGEROUS)
def test_a_cell_that_would_be_evaluated_begins_as_text(cell: str) -> None:
    assert make_harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Synthetic firm", "1-2", "'tis", "a=b", "VN;TH"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert make_harmless(cell) == cell
    assert make_whole(cell) == cell


@given(st.one_of(st.text(alphabet="'=+-@\t\r\n ＝a", max_size=6), st.text(max_size=20)))
def test_what_is_written_and_read_again_is_the_same(cell: str) -> None:
    assert make_whole(make_harmless(cell)) == cell


def test_a_workbook_gets_no_character_that_it_cannot_hold() -> None:
    assert for_workbook("a\x07\ud800\x0bb") == "a\ufffd\ufffd\ufffdb"
