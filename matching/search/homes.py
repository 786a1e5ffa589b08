"""How much of the work in the targets firms of each home have done, added up over everybody.

How fresh it is and how many pieces there are is counted over all of it, for many needs at once; how near
it comes to a need, over a sample (`matching.search.sample`). Weights are whole multiples of 2 to the minus
28, so that sums are exact and any order gives the same.
"""

from typing import NamedTuple

import numpy as np

from matching.features.context import (
    DAYS_OF_YEAR,
    HOME_HALF_LIFE_YEARS,
    UNDATED_YEARS,
    WEIGHT_UNITS,
)
from matching.index.shard import (
    STATEMENT,
    UNDATED,
    VERIFIED,
    Pieces,
    Profiles,
    UInt8Array,
)
from matching.search.kernel import gallop_from, inlined, kernel
from matching.types import FloatArray, IntArray

# What is added up by home: how fresh all work is and how many pieces.
FRESH, COUNT = 0, 1
# Where work lies: in a target, or in the region of one.
IN_TARGET, AROUND = 0, 1


class Places(NamedTuple):
    """The lists of verified work in and around the targets: list l is `work[at[l]:end[l]]`.

    Attributes:
        work: pieces, ascending within a list.
        at, end: shape (l,).
        code: shape (l,), the jurisdiction; a piece of several counts for the first of them alone.
        where: shape (l,), `IN_TARGET` or `AROUND`.
        first_of: by set of places, the jurisdiction for which a piece counts.
        gone: shape (n,), rows that do not hold, or empty.
    """

    work: IntArray
    at: IntArray
    end: IntArray
    code: IntArray
    where: UInt8Array
    first_of: IntArray
    gone: UInt8Array


class Drawn(NamedTuple):
    """A sample of the work in and around the targets.

    Attributes:
        piece: shape (s,), ascending.
        home: shape (s,), of its provider.
        where: shape (s,), `IN_TARGET` or `AROUND`.
    """

    piece: IntArray
    home: IntArray
    where: UInt8Array


@inlined
def fresh(dated: int, today: int) -> float:
    """Return how much a piece of work counts by its age, in (0, 1]."""
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
                out[home] += np.rint(fresh(pieces.dated[piece], today) * WEIGHT_UNITS)


@inlined
def _counts(pieces: Pieces, piece: int, number: int, places: Places, today: int) -> bool:
    """Whether a piece of a list counts for its jurisdiction, if its provider holds."""
    is_first = places.first_of[pieces.places[piece]] == places.code[number]
    return bool(is_first and pieces.dated[piece] < today)


@inlined
def _owner(pieces: Pieces, row: int, piece: int) -> int:
    """Return whose a piece is, sought from a row that is not beyond."""
    if pieces.starts[row + 1] > piece:
        return row
    return gallop_from(pieces.starts, row, pieces.starts.shape[0], piece + 1) - 1


@kernel
def count_work(
    profiles: Profiles,
    pieces: Pieces,
    places: Places,
    today: int,
    levels: IntArray,
    sums: FloatArray,
) -> None:
    """Count the work of some lists by level, and that in the targets by home.

    Args:
        profiles, pieces: of the shard.
        places: the lists.
        today: ordinal of the day; work dated on or after it does not count.
        levels: shape (2, levels), how many pieces of each level lie in the targets and around them;
            added to.
        sums: shape (2, h), how fresh it is, in grains, and how many pieces; added to.
    """
    for number in range(places.at.shape[0]):
        row, where = 0, places.where[number]
        for i in range(places.at[number], places.end[number]):
            piece = places.work[i]
            if not _counts(pieces, piece, number, places, today):
                continue
            row = _owner(pieces, row, piece)
            if places.gone.shape[0] and places.gone[row] != 0:
                continue
            levels[where, pieces.levels[piece]] += 1
            if where == IN_TARGET:
                home = profiles.home[row]
                sums[FRESH, home] += np.rint(fresh(pieces.dated[piece], today) * WEIGHT_UNITS)
                sums[COUNT, home] += 1.0


@kernel
def draw_work(
    profiles: Profiles,
    pieces: Pieces,
    places: Places,
    today: int,
    least: IntArray,
    drawn: Drawn,
) -> int:
    """Draw the work from some level on, list after list, and return how much it is.

    Args:
        profiles, pieces, places, today: as for `count_work`.
        least: shape (2,), from which level on, in the targets and around them.
        drawn: with room for all of it; written.
    """
    count = 0
    for number in range(places.at.shape[0]):
        row, where = 0, places.where[number]
        for i in range(places.at[number], places.end[number]):
            piece = places.work[i]
            if pieces.levels[piece] < least[where]:
                continue
            if not _counts(pieces, piece, number, places, today):
                continue
            row = _owner(pieces, row, piece)
            if places.gone.shape[0] and places.gone[row] != 0:
                continue
            drawn.piece[count], drawn.home[count] = piece, profiles.home[row]
            drawn.where[count] = where
            count += 1
    return count
