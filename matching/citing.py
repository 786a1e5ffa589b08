"""What every reason does: choose the evidence to cite, and count it in words."""

from collections.abc import Sequence

import numpy as np

from matching.features.context import MatchContext
from matching.types import IntArray, Sentence

CITED = 3

# A reason's sentence, and the rows of the matters it rests on.
Said = tuple[Sentence, Sequence[int]]


def nearest(context: MatchContext, rows: IntArray) -> list[int]:
    """Order a candidate's matters by likeness to the need, nearest first; at most `CITED`."""
    likeness = context.likeness[rows]
    order = np.lexsort((rows, -context.index.dated[rows], -likeness))
    return [int(rows[i]) for i in order[:CITED]]


def pieces(n: int) -> str:
    """Count pieces of past work in English."""
    return f"{n} {'piece' if n == 1 else 'pieces'}"
