"""One pass over the rows of a shard, block after block, compiled.

A block is so many providers that what is worked out of their pieces stays in the processor's cache. In
each, the words of the need are added up from the lists of its tokens. From them follows what each
provider can score at most, whatever its vectors say. Whoever cannot reach the best found so far is left
out. Of a few who can score most the vectors are read and the scores worked out at once; the others wait
until all blocks were gone over, when the best found so far leave out most of them.
"""

import numpy as np

from matching.index.shard import Int32Array, Pieces, Postings, Profiles, UInt8Array
from matching.search.bounds import Bounds
from matching.search.kernel import gallop_from, inlined, kernel, start_from
from matching.search.layout import Asked, Scratch, Steps, Tables
from matching.search.most import most_of
from matching.search.waiting import Waiting, let_wait, score_some
from matching.search.words import add_token, clear_sums, fill_words
from matching.types import FloatArray, IntArray

# So many of a block are scored at once.
_FIRST = 4


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
    waiting: Waiting,
) -> None:
    """Score those who passed the rules, in some blocks of a shard, or let them wait.

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
            infinity for who is left out: more than the band below the bar; for who waits, with what
            it can score at most.
        waiting: who waits is written there.
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
        at_once = min(_FIRST, left)
        for k in range(at_once, left):
            if not let_wait(pieces, rows, scratch.left[k], first, asked, bounds, scratch, waiting):
                scratch.left[at_once] = scratch.left[k]
                at_once += 1
        for k in range(at_once):
            row = rows[scratch.left[k]]
            if asked.has_words:
                for piece in range(pieces.starts[row], pieces.starts[row + 1]):
                    fill_words(piece - first, asked, scratch)
        score_some(
            profiles,
            pieces,
            scratch.left,
            at_once,
            first,
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
