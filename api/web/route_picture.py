"""A route as a metro map: places are bands from start to end, steps are numbered stops on one line.

Nothing here is geography. All lengths are user units of the picture, one of them a pixel at its
natural size.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from matching.jurisdictions.types import Step

# Between stops: wide where there are few, so that short routes fill the page too.
PITCHES = (96, 140)
NATURAL_WIDTH = 860
BAND_PADDING = 24
BAND_MIN_WIDTH = 160
BAND_GAP = 10
EDGE = 1
NAME_BASELINE = 26
NAME_LINE_HEIGHT = 18
NAME_LINES = 2
NAME_MARGIN = 10
LINE_Y = 114
LINE_SHIFT = 36
LABEL_ABOVE = -32
LABEL_BELOW = 43
DESK_REACH = 24
HEIGHT = 214
# Widths of letters at the size of the names, measured in the fonts of the style sheet.
LATIN_WIDTH = 8
WIDE_WIDTH = 15


@dataclass(frozen=True, slots=True)
class NameLine:
    """A line of a place's name."""

    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Band:
    """A place: a band across the picture with its name at the top."""

    name: tuple[NameLine, ...]
    x: int
    width: int

    @property
    def centre(self) -> int:
        """The middle of the band."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Stop:
    """A step: a numbered stop that leads to its words below the picture."""

    number: int
    action: str
    place: str
    x: int
    y: int
    label_y: int


@dataclass(frozen=True, slots=True)
class Together:
    """A frame around stops that one desk does together."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Where everything stands; `line` is the `d` of a path, `start` a stop without a number."""

    width: int
    height: int
    bands: tuple[Band, ...]
    stops: tuple[Stop, ...]
    together: tuple[Together, ...]
    line: str
    start: tuple[int, int] | None


def draw_route(home: str, steps: Sequence[Step], name_of: Callable[[str], str]) -> Picture:
    """Lay out a route from left to right.

    Args:
        home: where the enterprise is; where no step is done there, the line only starts there.
        steps: in their order; neighbours in one place share a band.
        name_of: what a place is called.
    """
    runs = [(place, list(group)) for place, group in groupby(steps, key=lambda step: step.place)]
    if not runs or runs[0][0] != home:
        runs.insert(0, (home, []))
    pitch = min(max(PITCHES[0], NATURAL_WIDTH // max(len(steps), 1)), PITCHES[1])
    bands: list[Band] = []
    stops: list[Stop] = []
    start: tuple[int, int] | None = None
    x = EDGE
    for at, (place, group) in enumerate(runs):
        width = max(BAND_MIN_WIDTH, len(group) * pitch + 2 * BAND_PADDING)
        band = Band(_name_lines(name_of(place), width - 2 * NAME_MARGIN), x, width)
        bands.append(band)
        y = LINE_Y + LINE_SHIFT * (at % 2)
        if not group:
            start = (band.centre, y)
        first = band.centre - (len(group) - 1) * pitch // 2
        for position, step in enumerate(group):
            number = len(stops) + 1
            # Labels on alternating sides have room for two pitches each.
            label_y = y + (LABEL_BELOW if number % 2 else LABEL_ABOVE)
            stops.append(Stop(number, step.action, place, first + position * pitch, y, label_y))
        x += width + BAND_GAP
    points = [*([start] if start else []), *((stop.x, stop.y) for stop in stops)]
    return Picture(
        width=x - BAND_GAP + EDGE,
        height=HEIGHT,
        bands=tuple(bands),
        stops=tuple(stops),
        together=_together(steps, stops),
        line=_path(points),
        start=start,
    )


def _together(steps: Sequence[Step], stops: Sequence[Stop]) -> tuple[Together, ...]:
    frames: list[Together] = []
    pairs = list(zip(steps, stops, strict=True))
    for (desk, _), group in groupby(pairs, key=lambda pair: (pair[0].desk, pair[1].place)):
        found = [stop for _, stop in group]
        if desk is None or len(found) < 2:
            continue
        first, last = found[0], found[-1]
        frames.append(
            Together(
                first.x - DESK_REACH,
                first.y - DESK_REACH,
                last.x - first.x + 2 * DESK_REACH,
                2 * DESK_REACH,
            )
        )
    return tuple(frames)


def _path(points: Sequence[tuple[int, int]]) -> str:
    """Join points as metro maps do: level, or at 45 degrees half-way."""
    if not points:
        return ""
    path = [f"M{points[0][0]} {points[0][1]}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 != y2:
            middle, half = (x1 + x2) // 2, abs(y2 - y1) // 2
            path.append(f"L{middle - half} {y1}L{middle + half} {y2}")
        path.append(f"L{x2} {y2}")
    return "".join(path)


def _name_lines(name: str, room: int) -> tuple[NameLine, ...]:
    lines = _wrap(name, room)
    return tuple(
        NameLine(line, NAME_BASELINE + number * NAME_LINE_HEIGHT)
        for number, line in enumerate(lines)
    )


def _wrap(name: str, room: int) -> list[str]:
    """Break a name into at most two lines; what does not fit ends in an ellipsis."""
    lines = [""]
    for piece in _pieces(name):
        if lines[-1] and _width(lines[-1] + piece.rstrip()) > room and len(lines) < NAME_LINES:
            lines.append("")
        lines[-1] += piece
    last = lines[-1].rstrip()
    if _width(last) > room:
        while last and _width(last + "…") > room:
            last = last[:-1].rstrip()
        last += "…"
    return [*(line.rstrip() for line in lines[:-1]), last]


def _pieces(name: str) -> list[str]:
    """Cut a name where a line may end: after a space, and around every wide character."""
    pieces: list[str] = []
    for character in name:
        before = pieces[-1][-1] if pieces else " "
        if before == " " or _is_wide(before) or _is_wide(character):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _width(text: str) -> int:
    return sum(WIDE_WIDTH if _is_wide(character) else LATIN_WIDTH for character in text)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")
