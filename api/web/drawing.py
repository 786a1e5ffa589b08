"""Pieces of pictures that stand alone as files and inside our pages alike.

Colours are presentation attributes, which no content policy forbids; on a page the style sheet's
classes win over them, so that dark mode and print follow the page. As a file, or on a page
without our style sheet, a picture is dark on its own white ground.
"""

import unicodedata
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from babel.numbers import format_decimal
from markupsafe import Markup

from api.web.translations import LOCALES
from matching.types import Script

NAMESPACE = "http://www.w3.org/2000/svg"
FONTS = "Segoe UI, Helvetica Neue, Roboto, Noto Sans, Noto Sans CJK HK, Arial, sans-serif"
# What the classes of the style sheet stand for where it is absent: the light ones of its tokens.
INK, MUTED, LINE, ACCENT, SOFT, GROUND = (
    "#1b242d",
    "#56616c",
    "#dedad0",
    "#0b5960",
    "#e2efee",
    "#ffffff",
)
TEXT_SIZE = 12
# Mean width of a letter for one unit of text size, measured in the fonts of the style sheet.
LATIN_WIDTH = 0.53
WIDE_WIDTH = 1.0


def svg(
    width: float, height: float, *inside: str, name: str, title: str, desc: str, script: Script
) -> Markup:
    """Make a whole picture: `title` is its accessible name, `desc` what it shows.

    Args:
        width, height: in user units, one of them a pixel at the picture's natural size.
        inside: its elements, each as `tag` returns it.
        name: of the picture on its page; ids begin with it.
        title, desc: for who does not see it.
        script: of every word in it.
    """
    picture = tag(
        "svg",
        tag("title", escape(title), id=f"{name}-title"),
        tag("desc", escape(desc), id=f"{name}-desc"),
        tag("rect", class_="c-ground", width=width, height=height, fill=GROUND),
        *inside,
        xmlns=NAMESPACE,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        class_="chart",
        role="img",
        lang=script.value,
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        font_family=FONTS,
        font_size=TEXT_SIZE,
    )
    # Every word in it went through `escape` or `quoteattr`.
    return Markup(picture)  # noqa: S704  see above


def tag(name: str, *inside: str, **attributes: str | float) -> str:
    """Return an element; `class_` is `class`, other underscores are hyphens.

    `inside` must be elements or escaped text; attributes are escaped here.
    """
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_written(value))}"
        for key, value in attributes.items()
    )
    content = "".join(inside)
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text(words: str, x: float, y: float, *, role: str = "label", **attributes: str | float) -> str:
    """Return words at a place. `role` is one of strong, label and faint; classes begin with `c-`."""
    colour = MUTED if role == "faint" else INK
    weight = {"font_weight": "650"} if role == "strong" else {}
    return tag(
        "text", escape(words), class_=f"c-{role}", x=x, y=y, fill=colour, **weight, **attributes
    )


def lines_of_text(
    lines: Iterable[str], x: float, y: float, step: float, *, role: str = "label"
) -> str:
    """Return lines of text below each other, the first on the base line `y`."""
    return "".join(text(line, x, y + at * step, role=role) for at, line in enumerate(lines))


def number(value: float) -> str:
    """Write a coordinate: two decimals at most."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def decimals(value: float, script: Script) -> str:
    """Write a part of a score: two decimals."""
    return str(format_decimal(value, format="0.00", locale=LOCALES[script]))


def count(value: int, script: Script) -> str:
    """Write a count with separators of thousands."""
    return str(format_decimal(value, locale=LOCALES[script]))


def wrap(words: str, room: float, *, size: float = TEXT_SIZE, most: int = 3) -> list[str]:
    """Break words into at most `most` lines of `room` units; what does not fit ends in `…`."""
    lines = [""]
    for piece in _pieces(words):
        if lines[-1] and width_of(lines[-1] + piece.rstrip(), size) > room and len(lines) < most:
            lines.append("")
        lines[-1] += piece
    last = lines[-1].rstrip()
    if width_of(last, size) > room:
        while last and width_of(last + "…", size) > room:
            last = last[:-1].rstrip()
        last += "…"
    return [*(line.rstrip() for line in lines[:-1]), last]


def width_of(words: str, size: float = TEXT_SIZE) -> float:
    """Return about how wide words are at a size."""
    return size * sum(WIDE_WIDTH if _is_wide(one) else LATIN_WIDTH for one in words)


def _pieces(words: str) -> list[str]:
    """Cut words where a line may end: after a space, and around wide characters, not before `，`."""
    pieces: list[str] = []
    for character in words:
        before = pieces[-1][-1] if pieces else " "
        may_break = before == " " or _is_wide(before) or _is_wide(character)
        closes = unicodedata.category(character) in ("Po", "Pe", "Pf")
        opened = pieces and unicodedata.category(before) in ("Ps", "Pi")
        if not pieces or (may_break and not closes and not opened):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)
