"""How much of the work in the targets firms of each home have done, added up over everybody.

Weights are whole multiples of 2 to the minus 28, so that sums are exact and any order gives the same.
"""

import numpy as np

from matching.features.context import (
    DAYS_OF_YEAR,
    HOME_HALF_LIFE_YEARS,
    UNDATED_YEARS,
    WEIGHT_UNITS,
)
from matching.index.shard import STATEMENT, UNDATED, VERIFIED, Pieces, Profiles
from matching.search.kernel import inlined, kernel
from matching.search.layout import Asked
from matching.types import FloatArray, IntArray

# What is added up by home: fresh work, work alike, work of the size, and how many pieces.
FRESH = 0
ALIKE = 1
SIZED = 2
COUNT = 3


@inlined
def _fresh(dated: int, today: int) -> float:
    age = UNDATED_YEARS if dated == UNDATED else (today - dated) / DAYS_OF_YEAR
    return float(np.exp2(-max(age, 0.0) / HOME_HALF_LIFE_YEARS))


@kernel
def fresh_by_home(
    profiles: Profiles, pieces: Pieces, rows: IntArray, today: int, out: FloatArray
) -> None:
    """Add up how fresh the verified work of some providers is, by home.

    Args:
        profiles, pieces: of the shard.
        rows: shape (r,), the providers.
        today: ordinal of the day; work dated on or after it does not count.
        out: shape (h,), in grains; added to.
    """
    for i in range(rows.shape[0]):
        row = rows[i]
        home = profiles.home[row]
        for piece in range(pieces.starts[row], pieces.starts[row + 1]):
            flags = pieces.flags[piece]
            if (flags & VERIFIED) == 0 or (flags & STATEMENT) != 0:
                continue
            if pieces.dated[piece] < today:
                out[home] += np.rint(_fresh(pieces.dated[piece], today) * WEIGHT_UNITS)


@inlined
def add_work(
    pieces: Pieces,
    piece: int,
    home: int,
    is_target: bool,
    like: float,
    asked: Asked,
    out: FloatArray,
) -> None:
    """Add one piece of verified work in or around a target to the sums of its provider's home.

    Args:
        pieces: of the shard.
        piece: the work.
        home: of its provider.
        is_target: whether it lies in a target, or in the region of one.
        like: how near it comes to the need.
        asked: the need.
        out: shape (4, h), in grains; added to.
    """
    fresh = _fresh(pieces.dated[piece], asked.today)
    squared = like * like
    if is_target:
        out[FRESH, home] += np.rint(fresh * WEIGHT_UNITS)
        out[ALIKE, home] += np.rint((squared * squared) * WEIGHT_UNITS)
        out[COUNT, home] += 1.0
    if not np.isnan(asked.amount):
        out[SIZED, home] += np.rint(
            (_near_size(pieces, piece, fresh, asked) * squared) * WEIGHT_UNITS
        )


@inlined
def adds_nothing(pieces: Pieces, piece: int, is_target: bool, asked: Asked) -> bool:
    """Whether a piece adds nothing however near it comes: likeness is at most 1."""
    if is_target:
        return False
    fresh = _fresh(pieces.dated[piece], asked.today)
    return _near_size(pieces, piece, fresh, asked) * WEIGHT_UNITS < 0.25


@inlined
def _near_size(pieces: Pieces, piece: int, fresh: float, asked: Asked) -> float:
    gap = pieces.amounts[piece] - asked.amount
    gap = 0.0 if np.isnan(gap) else gap
    return fresh * float(np.exp(-(gap * gap) / 2.0))
