"""What a curve shows, in a sentence: where it rises, by how much, and where examples are few."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from api.web.drawing import decimals
from api.web.translations import translations_for
from matching.types import Script

# A rise of which this part comes at one value is a jump.
JUMP_SHARE = 0.9
# Half of an even rise takes half of the axis; near to that is said to be even.
EVEN_WIDTH = 0.38
# A curve that never differs by this much shows as 0.00 everywhere.
NOTHING = 0.005
FEW_EXAMPLES = 30


class Shape(StrEnum):
    """The shapes that are told apart in words."""

    NOTHING = "nothing"
    JUMP = "jump"
    STEEP = "steep"
    EVEN = "even"
    FALLS = "falls"


@dataclass(frozen=True, slots=True)
class Rise:
    """Where a curve rises.

    Attributes:
        shape: what it looks like.
        begins, ends: the shortest stretch of the axis that holds half of the whole rise.
        greatest: the most it adds.
    """

    shape: Shape
    begins: float
    ends: float
    greatest: float


def find_rise(edges: Sequence[float], values: Sequence[float]) -> Rise:
    """Find the stretch in which a step function does half of its rising.

    Args:
        edges: increasing, inside (0, 1).
        values: one more than edges.
    """
    rises = [after - before for before, after in pairwise(values)]
    greatest, least = max(values), min(values)
    if max(abs(greatest), abs(least)) < NOTHING:
        return Rise(Shape.NOTHING, 0.0, 1.0, greatest)
    if min(rises, default=0.0) < -NOTHING or greatest - values[0] < NOTHING:
        return Rise(Shape.FALLS, 0.0, 1.0, greatest)
    whole = greatest - values[0]
    tallest = max(range(len(rises)), key=lambda at: rises[at])
    if rises[tallest] >= JUMP_SHARE * whole:
        return Rise(Shape.JUMP, edges[tallest], edges[tallest], greatest)
    begins, ends = _shortest_half(edges, rises, whole / 2)
    shape = Shape.EVEN if ends - begins >= EVEN_WIDTH else Shape.STEEP
    return Rise(shape, begins, ends, greatest)


def _shortest_half(
    edges: Sequence[float], rises: Sequence[float], half: float
) -> tuple[float, float]:
    best = (edges[0], edges[-1])
    first, held = 0, 0.0
    for last, rise in enumerate(rises):
        held += rise
        while held - rises[first] >= half:
            held -= rises[first]
            first += 1
        if held >= half and edges[last] - edges[first] < best[1] - best[0]:
            best = (edges[first], edges[last])
    return best


def say_finding(rise: Rise, script: Script) -> str:
    """Say what a curve shows."""
    gettext = translations_for(script).gettext
    greatest, begins, ends = (
        decimals(value, script) for value in (rise.greatest, rise.begins, rise.ends)
    )
    match rise.shape:
        case Shape.NOTHING:
            return gettext("Adds nothing: it plays no part in the order.")
        case Shape.FALLS:
            return gettext("Does not only rise; at most it adds %(greatest)s.") % {
                "greatest": greatest
            }
        case Shape.JUMP:
            return gettext("Adds %(greatest)s, nearly all of it from %(begins)s on.") % {
                "greatest": greatest,
                "begins": begins,
            }
        case Shape.EVEN:
            return gettext("Rises evenly, to %(greatest)s.") % {"greatest": greatest}
        case Shape.STEEP:
            return gettext(
                "Rises most between %(begins)s and %(ends)s; at most it adds %(greatest)s."
            ) % {"begins": begins, "ends": ends, "greatest": greatest}


def say_few_examples(edges: Sequence[float], support: Sequence[int], script: Script) -> str | None:
    """Say from where on a curve rests on few examples, or None where it does not.

    Args:
        edges: increasing, inside (0, 1).
        support: how many examples lie in each step: one more than edges.
    """
    beyond = 0
    for at in range(len(edges), 0, -1):
        beyond += support[at]
        if beyond >= FEW_EXAMPLES:
            break
    else:
        at = 0
    if at == len(edges):
        return None
    gettext = translations_for(script).gettext
    return gettext("Fewer than %(n)s examples lie above %(value)s.") % {
        "n": FEW_EXAMPLES,
        "value": decimals(edges[at], script),
    }
