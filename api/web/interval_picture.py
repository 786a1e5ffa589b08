"""Figures with their intervals: a dot for each, a line for what it may be, all on one axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from babel.numbers import format_decimal
from markupsafe import Markup

from api.web import drawing
from api.web.drawing import ACCENT, INK, LINE, tag, text
from api.web.translations import LOCALES
from matching.types import Script

WIDTH = 360
SIDE = 12
VALUE_ROOM = 52
LINE_STEP = 16
DOT = 4.5
SMALL = 11
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure between the ends of its 95 % interval; `is_chief` is drawn bolder."""

    label: str
    value: float
    low: float
    high: float
    is_chief: bool = False


def intervals_svg(
    rows: Sequence[Interval], *, name: str, title: str, script: Script, is_change: bool = False
) -> Markup:
    """Draw figures below each other.

    Args:
        rows: at least one, in the order in which they are drawn.
        name: of the picture on its page.
        title: what the figures are.
        script: of the words.
        is_change: whether they are differences: signed, with a line where nothing changes.
    """
    lows = [row.low for row in rows] + [0.0] * is_change
    highs = [row.high for row in rows] + [0.0] * is_change
    ticks = _ticks(min(lows), max(highs))
    first, last = ticks[0], ticks[-1]
    room = WIDTH - 2 * SIDE - VALUE_ROOM

    def x(value: float) -> float:
        return SIDE + room * (value - first) / (last - first)

    y = LINE_STEP
    drawn: list[str] = []
    for row in rows:
        lines = drawing.wrap(row.label, WIDTH - 2 * SIDE, most=2)
        role = "strong" if row.is_chief else "label"
        drawn.append(drawing.lines_of_text(lines, SIDE, y, LINE_STEP, role=role))
        y += (len(lines) - 1) * LINE_STEP + 14
        drawn.extend(_rule(tick, x(tick), y, is_change=is_change) for tick in ticks)
        drawn.append(_line(x(row.low), x(row.high), y, is_chief=row.is_chief))
        drawn.append(tag("circle", class_="c-dot", cx=x(row.value), cy=y, r=DOT, fill=ACCENT))
        said = say_figure(row.value, script, is_change=is_change)
        drawn.append(text(said, WIDTH - SIDE, y + 4, role=role, text_anchor="end"))
        y += 26
    axis = y - 12
    labels = [
        text(
            say_figure(tick, script, is_change=is_change, digits=2 if _is_coarse(ticks) else 3),
            x(tick),
            axis + 14,
            role="faint",
            font_size=SMALL,
            text_anchor="start" if tick == first else "middle",
        )
        for tick in ticks
    ]
    desc = "; ".join(
        f"{row.label}: {say_figure(row.value, script, is_change=is_change)}" for row in rows
    )
    return drawing.svg(
        WIDTH, axis + 22, *drawn, *labels, name=name, title=title, desc=desc, script=script
    )


def say_figure(value: float, script: Script, *, is_change: bool = False, digits: int = 3) -> str:
    """Write a figure: three decimals unless told, a change with its sign."""
    form = "0." + "0" * digits
    pattern = f"+{form};\N{MINUS SIGN}{form}" if is_change and round(value, digits) else form
    return str(format_decimal(value, format=pattern, locale=LOCALES[script]))


def _rule(tick: float, x: float, y: float, *, is_change: bool) -> str:
    """A short rule behind a dot, so that no rule runs through words."""
    is_zero = is_change and abs(tick) < 1e-9
    n = drawing.number
    return tag(
        "path",
        class_="c-zero" if is_zero else "c-rule",
        d=f"M{n(x)} {n(y - 8)}v16",
        fill="none",
        stroke=INK if is_zero else LINE,
    )


def _line(left: float, right: float, y: float, *, is_chief: bool) -> str:
    n = drawing.number
    ends = f"M{n(left)} {n(y)}H{n(right)}M{n(left)} {n(y - 4)}v8M{n(right)} {n(y - 4)}v8"
    width = 2.5 if is_chief else 1.5
    return tag("path", class_="c-span", d=ends, fill="none", stroke=ACCENT, stroke_width=width)


def _ticks(low: float, high: float) -> list[float]:
    """Round values around a range; at least two."""
    step = next((one for one in STEPS if (high - low) / one <= MOST_TICKS - 1), STEPS[-1])
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [at * step for at in range(first, max(last, first + 1) + 1)]


def _is_coarse(ticks: Sequence[float]) -> bool:
    return ticks[1] - ticks[0] >= STEPS[1] - 1e-9
