"""Reading figures out of a document of the bench, and writing them."""

from collections.abc import Mapping
from typing import cast

Document = Mapping[str, object]

MISSING = "–"


def at(document: object, *path: str) -> object:
    """Return what stands at a path of a document, or None where the path ends before."""
    for name in path:
        if not isinstance(document, Mapping):
            return None
        document = cast(Document, document).get(name)
    return document


def figure(document: object, *path: str, unit: str = "", scale: float = 1.0) -> str:
    """Write a figure with three or more digits that count, or a dash where there is none."""
    value = at(document, *path)
    if isinstance(value, str):
        return value
    if not isinstance(value, int | float):
        return MISSING
    value = value * scale
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    if 0 < abs(value) < 1:
        digits = 3
    return f"{value:,.{digits}f}{unit}"
