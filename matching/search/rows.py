"""One pass over the rows of a shard, block after block, compiled.

A block is so many providers that what is worked out of their pieces stays in the processor's cache. In
each, the words of the need are added up from the lists of its tokens. From them follows what each
provider can score at most, whatever its vectors say. Whoever cannot reach the best found so far is left
out; of the others the vectors are read, and few are scored in full.
"""

import numpy as np

from matching.index.shard import Int32Array, Pieces, Postings, Profiles, UInt8Array
from matching.search.bounds import Bounds
from matching.search.kernel import gallop_from, inlined, kernel, start_from
from matching.search.layout import HOME_ALIKE, HOME_OF_SIZE, Asked, Scratch, Steps, Tables
from matching.search.most import most_of, stated_of
from matching.search.prefetch import fetch
from matching.search.scoring import score_row
from matching.search.tops import top_of
from matching.search.words import add_token, clear_sums, fill_near, fill_words, meaning_of
from matching.types import FloatArray, IntArray

# How many providers ahead vectors are asked for.
_AHEAD = 2
# So many of a block are scored before the others.
_FIRST = 16
# After so many vectors it is looked whether the others are worth reading.
_AT_ONCE = 3


@inlined
def begin(postings: Postings, start: int, tables: Tables, scratch: Scratch) -> None:
    """Set the end of each token to its first piece from `start` on."""
    for i in range(tables.token.shape[0]):
        token = tables.token[i]
        scratch.ends[i] = start_from(
            postings.piece, postings.at[token], postings.at[token + 1], start
        )


@inlined
def open_block(postings: Postings, first: int, end: int, tables: Tables, scratch: Scratch) -> None:
    """Set where a block begins and ends in the list of each token; blocks are opened in their order."""
    for i in range(tables.token.shape[0]):
        last = postings.at[tables.token[i] + 1]
        scratch.cursors[i] = gallop_from(postings.piece, scratch.ends[i], last, first)
        scratch.ends[i] = gallop_from(postings.piece, scratch.cursors[i], last, end)


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
        scores: shape (r,); overwritten for the rows of these blocks with the score, or with minus
            infinity for who is left out: more than the band below the bar.
    """
    begin(postings, pieces.starts[cuts[first_block]], tables, scratch)
    next_row = start_from(rows, 0, rows.shape[0], cuts[first_block])
    for block in range(first_block, end_block):
        first, end = pieces.starts[cuts[block]], pieces.starts[cuts[block + 1]]
        from_row = next_row
        next_row = gallop_from(rows, from_row, rows.shape[0], cuts[block + 1])
        if next_row == from_row:
            continue
        if asked.has_words:
            open_block(postings, first, end, tables, scratch)
            clear_sums(0, end - first, asked, scratch)
            for i in range(tables.token.shape[0]):
                add_token(pieces, postings, i, first, asked, tables, scratch)
        left = 0
        for i in range(from_row, next_row):
            row = rows[i]
            if bounds.is_used:
                scores[i] = most_of(
                    profiles, pieces, row, first, asked, tables, bounds, marks[row], scratch
                )
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
            scratch.left[left] = i
            left += 1
        # Who can score most is scored first, so that the bar is high for the others.
        _bring_forward(scores, scratch.left, left)
        begun = 0
        for stop in (min(_FIRST, left), left):
            _score_some(
                profiles,
                pieces,
                first,
                rows,
                begun,
                stop,
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
            begun = stop


@inlined
def _bring_forward(scores: FloatArray, left: IntArray, count: int) -> None:
    """Move a few who can score most before the others.

    Args:
        scores: shape (r,), what each can score at most.
        left: shape (at least count,), places in it; put in another order.
        count: how many places there are.
    """
    if count <= _FIRST:
        return
    least = 0
    for k in range(1, _FIRST):
        if scores[left[k]] < scores[left[least]]:
            least = k
    for k in range(_FIRST, count):
        if scores[left[k]] > scores[left[least]]:
            left[k], left[least] = left[least], left[k]
            for other in range(_FIRST):
                if scores[left[other]] < scores[left[least]]:
                    least = other


@inlined
def _score_some(
    profiles: Profiles,
    pieces: Pieces,
    first: int,
    rows: Int32Array,
    begin: int,
    end: int,
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
    """Score those of the block who are left from one place to another, by words, then by vectors."""
    reach = end
    if bounds.is_used:
        reach = begin
        for k in range(begin, end):
            i = scratch.left[k]
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
            row = rows[i]
            if asked.has_words:
                for piece in range(pieces.starts[row], pieces.starts[row + 1]):
                    fill_words(piece - first, asked, scratch)
                    # Until its vector is read it may be the need's own.
                    scratch.near[piece - first, 2] = 1.0
            scores[i] = _top(
                profiles, pieces, row, first, asked, tables, bounds, marks[row], scratch
            )
            if scores[i] < bar[0] - band:
                scores[i] = -np.inf
                continue
            scratch.left[reach] = i
            reach += 1
    for k in range(begin, reach):
        i = scratch.left[k]
        if scores[i] < bar[0] - band:
            scores[i] = -np.inf
            continue
        row = rows[i]
        if asked.has_meaning and k + _AHEAD < reach:
            ahead = rows[scratch.left[k + _AHEAD]]
            _fetch_some(pieces, pieces.starts[ahead], pieces.starts[ahead + 1])
        if bounds.is_used and asked.has_meaning:
            scores[i] = _bring_vectors(
                profiles,
                pieces,
                row,
                first,
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
                fill_near(pieces, piece, piece - first, asked, scratch)
        scores[i] = score_near(
            profiles, pieces, row, first, asked, tables, steps, marks[row], scratch
        )
        if bounds.is_used and scores[i] > scratch.best[0]:
            keep(scratch.best, scores[i])
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
