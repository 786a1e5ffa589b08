"""Scoring who passed the rules, block after block, compiled.

Who cannot reach the best found so far is left out, in three steps: first by bounds (`sweep_words`), then
by what each piece makes it score at most, once with every vector taken for the need's own and once with
what the vectors say. Only the few that are left are scored.
"""

import numpy as np

from matching.index.shard import Int32Array, Pieces, Postings, Profiles, UInt8Array
from matching.search.bounds import Bounds
from matching.search.features import fill_near, fill_words, find_words, meaning_of
from matching.search.kernel import inlined, kernel, start_from
from matching.search.layout import HOME_ALIKE, HOME_OF_SIZE, Asked, Scratch, Steps, Tables
from matching.search.most import stated_of
from matching.search.prefetch import fetch
from matching.search.scoring import score_row
from matching.search.sweep import begin, open_block
from matching.search.tops import top_of
from matching.types import FloatArray, IntArray

# One in so many is tried whatever became of those before.
_TRIED = 16
# How many providers ahead vectors are asked for.
_AHEAD = 2


@kernel
def sweep_rows(
    profiles: Profiles,
    pieces: Pieces,
    postings: Postings,
    cuts: IntArray,
    first_block: int,
    end_block: int,
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
    """Score those who passed the rules, in some blocks of a shard.

    Args:
        profiles, pieces, postings: of the shard.
        cuts: shape (blocks + 1,), the rows at which blocks begin and end.
        first_block, end_block: which blocks.
        rows: shape (r,), who passed the rules, ascending.
        asked, tables: the need, with the shares of homes.
        steps: the ranker.
        bounds: what a provider can score at most.
        marks: shape (n,), what the rules found.
        scratch: overwritten; its best scores are kept from call to call.
        bar: shape (1,), what the last wanted place scores at least; raised for all threads.
        band: how far below that a score may still matter.
        scores: shape (r,), what each can score at most; overwritten for the rows of these blocks with
            the score, or with minus infinity for who is left out: more than the band below the bar.
    """
    begin(postings, pieces.starts[cuts[first_block]], tables, scratch)
    next_row = start_from(rows, 0, rows.shape[0], cuts[first_block])
    tried = passed = 0
    for block in range(first_block, end_block):
        first, end = pieces.starts[cuts[block]], pieces.starts[cuts[block + 1]]
        stop_row = start_from(rows, next_row, rows.shape[0], cuts[block + 1])
        left = 0
        for i in range(next_row, stop_row):
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
            scratch.left[left] = i
            left += 1
        next_row = stop_row
        if left == 0:
            continue
        looks_up = open_block(pieces, postings, first, end, left, asked, tables, scratch)
        if asked.has_words and looks_up:
            for k in range(left):
                row = rows[scratch.left[k]]
                own, stop = pieces.starts[row], pieces.starts[row + 1]
                find_words(pieces, postings, own, stop, first, asked, tables, scratch)
        supposes = bounds.is_used and asked.has_meaning
        if supposes:
            reach = 0
            for k in range(left):
                i = scratch.left[k]
                row = rows[i]
                # Where hardly anybody is left out, only a few are tried.
                if tried > _TRIED and passed * 10 > tried * 6 and k % _TRIED != 0:
                    scratch.left[reach] = i
                    reach += 1
                    continue
                tried += 1
                for piece in range(pieces.starts[row], pieces.starts[row + 1]):
                    fill_words(piece - first, asked, scratch)
                    scratch.is_near[piece - first] = True
                scores[i] = _top(
                    profiles, pieces, row, first, asked, tables, bounds, marks[row], True, scratch
                )
                if scores[i] < bar[0] - band:
                    scores[i] = -np.inf
                    continue
                passed += 1
                scratch.left[reach] = i
                reach += 1
            left = reach
        for k in range(left):
            i = scratch.left[k]
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
            row = rows[i]
            if k + _AHEAD < left:
                ahead = rows[scratch.left[k + _AHEAD]]
                for piece in range(pieces.starts[ahead], pieces.starts[ahead + 1]):
                    fetch(pieces.codes, piece)
            if asked.has_words:
                for piece in range(pieces.starts[row], pieces.starts[row + 1]):
                    if scratch.is_near[piece - first]:
                        scratch.near[piece - first, 2] = meaning_of(pieces, piece, asked)
                    else:
                        fill_near(pieces, piece, piece - first, asked, scratch)
            if bounds.is_used:
                scores[i] = _top(
                    profiles, pieces, row, first, asked, tables, bounds, marks[row], False, scratch
                )
                if scores[i] < bar[0] - band:
                    scores[i] = -np.inf
                    continue
            scores[i] = score_near(
                profiles, pieces, row, first, asked, tables, steps, marks[row], scratch
            )
            if bounds.is_used and scores[i] > scratch.best[0]:
                keep(scratch.best, scores[i])
                bar[0] = max(bar[0], scratch.best[0])


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
    supposes: bool,
    scratch: Scratch,
) -> float:
    """Return what a provider can score at most by its profile and each of its pieces."""
    stated = stated_of(profiles, row, bounds, mark)
    return top_of(
        profiles, pieces, row, first, asked, tables, bounds.tops, stated, supposes, scratch
    )


@inlined
def keep(best: FloatArray, score: float) -> None:
    """Put a score in the place of the least of the best, which is kept first."""
    best[0] = score
    least = 0
    for i in range(1, best.shape[0]):
        if best[i] < best[least]:
            least = i
    best[0], best[least] = best[least], best[0]


@inlined
def score_near(
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
