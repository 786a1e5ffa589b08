"""Cells that a spreadsheet program would take for formulas, made harmless and made whole again.

An apostrophe in front makes them text (OWASP ASVS 1.2.10). Reading takes away exactly one, and
writing adds one in front of what already begins so: whatever is written and read again is the same.
"""

import re

# White space before the sign is skipped by some programs; the full-width signs count for others.
_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n\0]")
# What a cell of a workbook cannot hold.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def make_harmless(cell: str) -> str:
    """Return a cell that no spreadsheet program evaluates."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def make_whole(cell: str) -> str:
    """Return what `make_harmless` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def for_workbook(cell: str) -> str:
    """Return a harmless cell without the characters that no workbook can hold."""
    return make_harmless(_CONTROLS.sub("\ufffd", cell))
