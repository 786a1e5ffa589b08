"""The parts of a ranker as pictures: a curve, a table of a pair, and all of them beside each other.

Each is drawn at the width of a phone, so that its words can be read there, and wider screens set
several side by side. Values are read off the steps themselves: nothing is smoothed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

from markupsafe import Markup

from api.web import drawing
from api.web.curve_findings import find_rise, say_finding
from api.web.drawing import ACCENT, LINE, SOFT, tag, text
from api.web.translations import translations_for
from matching.ranker.additive import Curve, PairTable
from matching.types import Script, Sentence

WIDTH = 360
LEFT = 42
RIGHT = 12
PLOT_HEIGHT = 132
STRIP_HEIGHT = 34
PAIR_HEIGHT = 252
LINE_STEP = 16
SMALL = 11
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
# More lines than these would be a grid to look at instead of a curve.
MOST_GRID_LINES = 4
SHADES = 8
# Half of the last decimal that a label shows.
SHOWN = 0.005


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the overview: what it measures, its family, the most it can add."""

    label: str
    family: str
    greatest: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the plot stands, and how a value becomes a height."""

    top: float
    height: float
    least: float
    greatest: float

    def x(self, value: float) -> float:
        return LEFT + value * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return self.top + self.height * (self.greatest - value) / (self.greatest - self.least)

    @property
    def bottom(self) -> float:
        return self.top + self.height


def curve_svg(
    curve: Curve,
    *,
    title: Sentence | str,
    support: Sequence[int] | None = None,
    script: Script = Script.EN,
    has_heading: bool = True,
) -> Markup:
    """Draw a curve: what each value of a feature adds, and how many examples stand behind it.

    Args:
        curve: its steps are drawn as they are.
        title: what the feature measures: the accessible name, and the heading.
        support: how many examples lie in each step, or None where nobody counted them.
        script: of the words.
        has_heading: whether the picture says its title itself; not where the page does.

    Raises:
        ValueError: `support` has another length than the steps.
    """
    gettext = translations_for(script).gettext
    if support is not None and len(support) != len(curve.values):
        raise ValueError(f"{curve.feature}: {len(support)} counts for {len(curve.values)} steps")
    said = _said(title, script)
    heading = drawing.wrap(said, WIDTH - 2 * RIGHT) if has_heading else []
    top = len(heading) * LINE_STEP + 2 * LINE_STEP + 4
    frame = _Frame(top, PLOT_HEIGHT, *_range(curve.values))
    bottom = frame.bottom
    parts = [
        drawing.lines_of_text(heading, RIGHT, LINE_STEP, LINE_STEP, role="strong"),
        text(gettext("Adds to the score"), RIGHT, top - 14, role="faint", font_size=SMALL),
        _grid(frame, script),
        _step_line(curve, frame),
        _greatest(curve, frame, script),
    ]
    if support is not None:
        most = gettext("Examples behind each step (log scale, at most %(n)s)") % {
            "n": drawing.count(max(support), script)
        }
        parts.append(text(most, LEFT, bottom + 15, role="faint", font_size=SMALL))
        strip_top = bottom + 20
        bottom = strip_top + STRIP_HEIGHT
        parts.append(_strip(curve.edges, support, frame, bottom))
    parts.append(_x_axis(frame, bottom, gettext("Value of the feature"), script))
    finding = say_finding(find_rise(curve.edges, curve.values), script)
    return drawing.svg(
        WIDTH,
        bottom + 34,
        *parts,
        name=f"curve-{curve.feature}",
        title=said,
        desc=finding,
        script=script,
    )


def pair_svg(
    table: PairTable,
    *,
    title: Sentence | str,
    first: Sentence | str,
    second: Sentence | str,
    script: Script = Script.EN,
    has_heading: bool = True,
) -> Markup:
    """Draw a table of a pair: the stronger a cell's colour, the more the two values add.

    Args:
        table: rows are drawn from the bottom up (first feature), columns from the left (second).
        title: what the pair measures.
        first, second: what its features measure.
        script: of the words.
        has_heading: whether the picture says its title itself.
    """
    gettext = translations_for(script).gettext
    said = _said(title, script)
    room = WIDTH - 2 * RIGHT
    heading = drawing.wrap(said, room) if has_heading else []
    upward = drawing.wrap(gettext("Upwards: %(what)s") % {"what": _said(first, script)}, room)
    across = drawing.wrap(
        gettext("To the right: %(what)s") % {"what": _said(second, script)}, WIDTH - LEFT - RIGHT
    )
    top = (len(heading) + len(upward)) * LINE_STEP + LINE_STEP / 2
    frame = _Frame(top, PAIR_HEIGHT, 0.0, 1.0)
    least, greatest = _range([value for row in table.values for value in row])
    rows, columns = [0.0, *table.first_edges, 1.0], [0.0, *table.second_edges, 1.0]
    shades: dict[int, list[str]] = {}
    at_most: tuple[float, float, float] = (-1.0, 0.0, 0.0)
    for (low, high), row in zip(pairwise(rows), table.values, strict=True):
        for (left, right), value in zip(pairwise(columns), row, strict=True):
            shade = ceil(SHADES * (value - least) / (greatest - least))
            shades.setdefault(shade, []).append(
                _box(frame.x(left), frame.y(high), frame.x(right), frame.y(low))
            )
            at_most = max(at_most, (value, (left + right) / 2, (low + high) / 2))
    cells = [
        tag("path", class_="c-cell", d="".join(boxes), fill=ACCENT, fill_opacity=shade / SHADES)
        for shade, boxes in sorted(shades.items())
        if shade
    ]
    # The label stands on paper beside the plot's top, where no shade can take its contrast.
    key = gettext("Strongest colour: adds %(value)s") % {
        "value": drawing.decimals(greatest, script)
    }
    parts = [
        drawing.lines_of_text(heading, RIGHT, LINE_STEP, LINE_STEP, role="strong"),
        drawing.lines_of_text(
            upward, RIGHT, LINE_STEP * (len(heading) + 1), LINE_STEP, role="faint"
        ),
        *cells,
        tag(
            "rect",
            class_="c-frame",
            x=LEFT,
            y=top,
            width=frame.x(1) - LEFT,
            height=PAIR_HEIGHT,
            fill="none",
            stroke=LINE,
        ),
        tag(
            "circle",
            class_="c-most",
            cx=frame.x(at_most[1]),
            cy=frame.y(at_most[2]),
            r=4,
            fill=drawing.GROUND,
            stroke=drawing.INK,
        ),
        *(
            text(
                drawing.decimals(tick, script),
                LEFT - 6,
                frame.y(tick) + 4,
                role="faint",
                font_size=SMALL,
                text_anchor="end",
            )
            for tick in TICKS
        ),
        _x_ticks(frame, frame.bottom, script),
        drawing.lines_of_text(across, LEFT, frame.bottom + 34, LINE_STEP, role="faint"),
        text(key, LEFT, frame.bottom + 34 + len(across) * LINE_STEP, role="strong"),
    ]
    return drawing.svg(
        WIDTH,
        frame.bottom + 44 + len(across) * LINE_STEP,
        *parts,
        name=f"pair-{table.name}",
        title=said,
        desc=key,
        script=script,
    )


def overview_svg(
    bars: Sequence[Bar], *, title: Sentence | str, script: Script = Script.EN, width: int = 640
) -> Markup:
    """Draw the most that each part can add: bars on one scale, by family, the longest first.

    Families stand in the order of what their parts can add together.
    """
    said = _said(title, script)
    greatest = max((bar.greatest for bar in bars), default=0.0) or 1.0
    sums: dict[str, float] = {}
    for bar in bars:
        sums[bar.family] = sums.get(bar.family, 0.0) + bar.greatest
    value_room = 48
    room = width - 2 * RIGHT - value_room
    parts = []
    y: float = 2 * RIGHT
    for family in sorted(sums, key=lambda one: -sums[one]):
        y += 8
        parts.append(text(family, RIGHT, y, role="strong"))
        y += 20
        for bar in sorted((b for b in bars if b.family == family), key=lambda one: -one.greatest):
            lines = drawing.wrap(bar.label, room, most=2)
            parts.append(drawing.lines_of_text(lines, RIGHT, y, LINE_STEP))
            y += (len(lines) - 1) * LINE_STEP + 6
            track = {"class_": "bar-track", "fill": "#efede6"}
            fill = {"class_": "bar-fill", "fill": ACCENT}
            parts.append(tag("rect", x=RIGHT, y=y, width=room, height=8, **track))
            share = max(bar.greatest, 0.0) / greatest
            parts.append(tag("rect", x=RIGHT, y=y, width=room * share, height=8, **fill))
            parts.append(
                text(
                    drawing.decimals(bar.greatest, script),
                    width - RIGHT,
                    y + 8,
                    text_anchor="end",
                )
            )
            y += 26
    return drawing.svg(
        width, y, *parts, name="overview", title=said, desc=_leader(bars, script), script=script
    )


def _leader(bars: Sequence[Bar], script: Script) -> str:
    gettext = translations_for(script).gettext
    if not bars:
        return gettext("No part adds anything.")
    first = max(bars, key=lambda bar: bar.greatest)
    return gettext("Most can be added by: %(what)s (%(value)s)") % {
        "what": first.label,
        "value": drawing.decimals(first.greatest, script),
    }


def _said(title: Sentence | str, script: Script) -> str:
    return title if isinstance(title, str) else title.in_script(script)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """What the axis of values spans: nothing always stands on it, and it is never empty."""
    least, greatest = min(0.0, *values), max(0.0, *values)
    return (least, greatest) if greatest - least > 1e-9 else (least, least + 1.0)


def _grid(frame: _Frame, script: Script) -> str:
    span = frame.greatest - frame.least
    step = _nice_step(span / MOST_GRID_LINES)
    marks = [at * step for at in range(ceil(frame.least / step), floor(frame.greatest / step) + 1)]
    lines = [
        tag(
            "path",
            class_="c-rule",
            d=f"M{LEFT} {drawing.number(frame.y(mark))}H{drawing.number(frame.x(1))}",
            fill="none",
            stroke=LINE,
        )
        for mark in marks
    ]
    labels = [
        text(
            drawing.decimals(mark, script),
            LEFT - 6,
            frame.y(mark) + 4,
            role="faint",
            font_size=SMALL,
            text_anchor="end",
        )
        for mark in marks
    ]
    return "".join([*lines, *labels])


def _nice_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    power = 10.0 ** floor(log10(max(least, 0.01)))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least * (1 - 1e-9))


def _step_line(curve: Curve, frame: _Frame) -> str:
    n = drawing.number
    path = [f"M{n(frame.x(0))} {n(frame.y(curve.values[0]))}"]
    path.extend(
        f"H{n(frame.x(edge))}V{n(frame.y(value))}"
        for edge, value in zip(curve.edges, curve.values[1:], strict=True)
    )
    path.append(f"H{n(frame.x(1))}")
    steps = "".join(path)
    ground = f"{steps}V{n(frame.y(0))}H{n(frame.x(0))}Z"
    return tag("path", class_="c-under", d=ground, fill=SOFT) + tag(
        "path", class_="c-steps", d=steps, fill="none", stroke=ACCENT, stroke_width=2.25
    )


def _greatest(curve: Curve, frame: _Frame, script: Script) -> str:
    """A dot where the greatest value is reached, to what its label can show, and the label."""
    value = curve.greatest
    tolerance = min(SHOWN, 0.01 * abs(value))
    at = next(i for i, one in enumerate(curve.values) if one >= value - tolerance)
    begins = curve.edges[at - 1] if at else 0.0
    x, y = frame.x(begins), frame.y(curve.values[at])
    to_the_left = begins > 0.75
    return tag("circle", class_="c-most", cx=x, cy=y, r=3.5, fill=ACCENT) + text(
        drawing.decimals(value, script),
        x - 4 if to_the_left else x,
        y - 7,
        role="strong",
        text_anchor="end" if to_the_left else "start",
    )


def _strip(edges: Sequence[float], support: Sequence[int], frame: _Frame, bottom: float) -> str:
    """A bar for each step, as high as the logarithm of its examples; nothing where there are none."""
    full = log10(1 + max(support)) or 1.0
    boxes = [
        _box(
            frame.x(left),
            bottom - STRIP_HEIGHT * log10(1 + examples) / full,
            frame.x(right),
            bottom,
        )
        for (left, right), examples in zip(pairwise((0.0, *edges, 1.0)), support, strict=True)
        if examples
    ]
    return tag("path", class_="c-examples", d="".join(boxes), fill="#a5b1bb")


def _box(left: float, top: float, right: float, bottom: float) -> str:
    n = drawing.number
    return f"M{n(left)} {n(bottom)}V{n(top)}H{n(right)}V{n(bottom)}Z"


def _x_axis(frame: _Frame, bottom: float, label: str, script: Script) -> str:
    return _x_ticks(frame, bottom, script) + text(
        label, frame.x(0.5), bottom + 30, role="faint", font_size=SMALL, text_anchor="middle"
    )


def _x_ticks(frame: _Frame, bottom: float, script: Script) -> str:
    n = drawing.number
    line = f"M{LEFT} {n(bottom)}H{n(frame.x(1))}" + "".join(
        f"M{n(frame.x(tick))} {n(bottom)}v4" for tick in TICKS
    )
    labels = "".join(
        text(
            drawing.decimals(tick, script),
            frame.x(tick),
            bottom + 16,
            role="faint",
            font_size=SMALL,
            text_anchor="end" if tick == 1 else "middle",
        )
        for tick in TICKS
    )
    return tag("path", class_="c-axis", d=line, fill="none", stroke="#7a838c") + labels
