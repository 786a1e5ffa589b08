"""Those whose words are known: by what they can score at most, then by their vectors, few in full.

Most of them wait until all blocks were gone over: by then the best found so far leave most of them out.
"""

from typing import NamedTuple

import numpy as np

from matching.index.shard import Int32Array, Pieces, Profiles, UInt8Array
from matching.search.bounds import Bounds
from matching.search.kernel import inlined, kernel
from matching.search.layout import HOME_ALIKE, HOME_OF_SIZE, Asked, Scratch, Steps, Tables
from matching.search.most import stated_of
from matching.search.prefetch import fetch
from matching.search.scoring import score_row
from matching.search.tops import top_of
from matching.search.words import fill_words, meaning_of
from matching.types import FloatArray, IntArray

# How many providers ahead vectors are asked for.
_AHEAD = 2
# After so many vectors it is looked whether the others are worth reading.
_AT_ONCE = 16


class Waiting(NamedTuple):
    """Those of some blocks who are scored when all blocks were gone over.

    Attributes:
        filled: shape (2,), how many there are, and their pieces.
        place: shape (rows,), where each stands among those who passed the rules.
        at: shape (rows,), where the likeness of its pieces begins.
        near: shape (pieces, 3), as in `Scratch`, of piece after piece.
    """

    filled: IntArray
    place: IntArray
    at: IntArray
    near: FloatArray


def make_waiting(rows: int, pieces: int) -> Waiting:
    """Return room for so many providers with so many pieces; who finds none is scored at once."""
    return Waiting(
        np.zeros(2, dtype=np.int64),
        np.empty(rows, dtype=np.int64),
        np.empty(rows, dtype=np.int64),
        np.empty((pieces, 3)),
    )


@inlined
def let_wait(
    pieces: Pieces,
    rows: Int32Array,
    place: int,
    first: int,
    asked: Asked,
    bounds: Bounds,
    scratch: Scratch,
    waiting: Waiting,
) -> bool:
    """Write down one who waits, with how near its pieces come by their words, if there is room."""
    begin, end = pieces.starts[rows[place]], pieces.starts[rows[place] + 1]
    count, at = waiting.filled[0], waiting.filled[1]
    if not bounds.is_used or count == waiting.place.shape[0]:
        return False
    if at + (end - begin) > waiting.near.shape[0]:
        return False
    waiting.place[count], waiting.at[count] = place, at
    if asked.has_words:
        for piece in range(begin, end):
            fill_words(piece - first, asked, scratch)
            here, there = at + (piece - begin), piece - first
            waiting.near[here, 0] = scratch.near[there, 0]
            waiting.near[here, 1] = scratch.near[there, 1]
    waiting.filled[0], waiting.filled[1] = count + 1, at + (end - begin)
    return True


@kernel
def score_waiting(
    profiles: Profiles,
    pieces: Pieces,
    waiting: Waiting,
    rows: Int32Array,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    bounds: Bounds,
    marks: UInt8Array,
    scratch: Scratch,
    bar: FloatArray,
    band: float,
    scores: FloatArray,
) -> None:
    """Score those who waited.

    Args:
        waiting: who they are; those who can reach the bar are brought forward.
        scratch: overwritten, with how near the pieces of those who wait come.
        profiles, pieces, rows, asked, tables, steps, bounds, marks, bar, band, scores: as in
            `sweep_rows`.
    """
    left = 0
    for k in range(waiting.filled[0]):
        i = waiting.place[k]
        if scores[i] < bar[0] - band:
            scores[i] = -np.inf
            continue
        waiting.place[left], waiting.at[left] = i, waiting.at[k]
        left += 1
    score_some(
        profiles,
        pieces,
        waiting.place,
        left,
        -1,
        waiting.at,
        rows,
        asked,
        tables,
        steps,
        bounds,
        marks,
        scratch,
        bar,
        band,
        scores,
    )


@inlined
def score_some(
    profiles: Profiles,
    pieces: Pieces,
    chosen: IntArray,
    count: int,
    first: int,
    at: IntArray,
    rows: Int32Array,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    bounds: Bounds,
    marks: UInt8Array,
    scratch: Scratch,
    bar: FloatArray,
    band: float,
    scores: FloatArray,
) -> None:
    """Score some whose words are known: by these, then by their vectors.

    Args:
        chosen: shape (at least count,), places of those who are scored; put in another order.
        count: how many they are.
        first: the piece whose likeness stands first in the scratch, or -1: that of each begins `at` a
            place of its own.
        at: shape (at least count,), in the order of those chosen; put in another order likewise.
    """
    reach = count
    if bounds.is_used:
        reach = 0
        for k in range(count):
            i = chosen[k]
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
            row = rows[i]
            origin = first if first >= 0 else pieces.starts[row] - at[k]
            for piece in range(pieces.starts[row], pieces.starts[row + 1]):
                # Until its vector is read it may be the need's own.
                scratch.near[piece - origin, 2] = 1.0
            scores[i] = _top(
                profiles, pieces, row, origin, asked, tables, bounds, marks[row], scratch
            )
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
            chosen[reach] = i
            if first < 0:
                at[reach] = at[k]
            reach += 1
    for k in range(reach):
        i = chosen[k]
        if scores[i] < bar[0] - band:
            scores[i] = -np.inf
            continue
        row = rows[i]
        origin = first if first >= 0 else pieces.starts[row] - at[k]
        if asked.has_meaning and k + _AHEAD < reach:
            ahead = rows[chosen[k + _AHEAD]]
            _fetch_some(pieces, pieces.starts[ahead], pieces.starts[ahead + 1])
        if bounds.is_used and asked.has_meaning:
            scores[i] = _bring_vectors(
                profiles,
                pieces,
                row,
                origin,
                asked,
                tables,
                bounds,
                marks[row],
                scratch,
                bar[0] - band,
            )
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
        elif asked.has_words and not bounds.is_used:
            for piece in range(pieces.starts[row], pieces.starts[row + 1]):
                scratch.near[piece - origin, 2] = (
                    meaning_of(pieces, piece, asked) if asked.has_meaning else 0.0
                )
        scores[i] = _score_near(
            profiles, pieces, row, origin, asked, tables, steps, marks[row], scratch
        )
        if bounds.is_used and scores[i] > scratch.best[0]:
            _keep(scratch.best, scores[i])
            bar[0] = max(bar[0], scratch.best[0])


@inlined
def _fetch_some(pieces: Pieces, piece: int, end: int) -> None:
    """Ask the memory for as many vectors as are read at once, from one piece on."""
    for ahead in range(piece, min(piece + _AT_ONCE, end)):
        fetch(pieces.codes, ahead)


@inlined
def _bring_vectors(
    profiles: Profiles,
    pieces: Pieces,
    row: int,
    first: int,
    asked: Asked,
    tables: Tables,
    bounds: Bounds,
    mark: int,
    scratch: Scratch,
    bar: float,
) -> float:
    """Read the vectors of a provider, some at a time, until it cannot reach the bar.

    Returns:
        What it can score at most by what was read.
    """
    next_piece, end = pieces.starts[row], pieces.starts[row + 1]
    while True:
        stop = min(next_piece + _AT_ONCE, end)
        _fetch_some(pieces, stop, end)
        for piece in range(next_piece, stop):
            scratch.near[piece - first, 2] = meaning_of(pieces, piece, asked)
        next_piece = stop
        most = _top(profiles, pieces, row, first, asked, tables, bounds, mark, scratch)
        if most < bar or next_piece == end:
            return most


@inlined
def _top(
    profiles: Profiles,
    pieces: Pieces,
    row: int,
    first: int,
    asked: Asked,
    tables: Tables,
    bounds: Bounds,
    mark: int,
    scratch: Scratch,
) -> float:
    """Return what a provider can score at most by its profile and each of its pieces."""
    stated = stated_of(profiles, row, bounds, mark)
    return top_of(profiles, pieces, row, first, asked, tables, bounds.tops, stated, scratch)


@inlined
def _keep(best: FloatArray, score: float) -> None:
    """Put a score in the place of the least of the best, which is kept first."""
    best[0] = score
    least = 0
    for i in range(1, best.shape[0]):
        if best[i] < best[least]:
            least = i
    best[0], best[least] = best[least], best[0]


@inlined
def _score_near(
    profiles: Profiles,
    pieces: Pieces,
    row: int,
    first: int,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    mark: int,
    scratch: Scratch,
) -> float:
    """Score a provider all of whose pieces are near."""
    total, _on_record = score_row(
        profiles, pieces, row, asked, tables, steps, mark, -1, first, scratch
    )
    return float((total + scratch.parts[0, HOME_ALIKE]) + scratch.parts[0, HOME_OF_SIZE])
