"""A bar to begin with: what the last wanted place scores at least, found by scoring a few.

Those are scored who hold the rarest words of the need. However badly they are chosen, a bar is never too
high, since each of them is there; and as it happens it lets most others be left out from the first block
on.
"""

import numpy as np

from matching.index.shard import Int32Array, Pieces, Postings, Profiles, UInt8Array
from matching.search.kernel import gallop_from, kernel
from matching.search.layout import Asked, Scratch, Steps, Tables
from matching.search.rows import keep, score_near
from matching.search.scoring import whole_lists
from matching.search.words import fill_near, find_words
from matching.types import FloatArray, IntArray

# So many entries of the lists of the rarest words are looked at, and so many more than wanted are scored.
_ENTRIES = 512
_MORE = 90


def promising_of(
    pieces: Pieces, postings: Postings, rows: Int32Array, tables: Tables, wanted: int
) -> IntArray:
    """Return who of those who passed the rules holds most of the rarest words, ascending.

    Args:
        pieces, postings: of the shard.
        rows: shape (r,), who passed the rules, ascending.
        tables: the need.
        wanted: how many of the best are sought.
    """
    row, weight = np.zeros(_ENTRIES, dtype=np.int64), np.zeros(_ENTRIES)
    count = find_holders(pieces, postings, rows, tables, row, weight)
    holders, who = np.unique(row[:count], return_inverse=True)
    held = np.bincount(who, weights=weight[:count])
    best = np.argsort(-held, kind="stable")[: wanted + _MORE]
    found: IntArray = np.sort(holders[best])
    return found


@kernel
def find_holders(
    pieces: Pieces,
    postings: Postings,
    rows: Int32Array,
    tables: Tables,
    row: IntArray,
    weight: FloatArray,
) -> int:
    """Write down who holds the rarest words of the need, as often as they do, and return how often.

    Args:
        pieces, postings: of the shard.
        rows: shape (r,), who passed the rules, ascending.
        tables: the need, its rarest tokens first.
        row, weight: shape (entries,), whose piece holds a token and how much it weighs; written.
    """
    count = looked = 0
    for i in range(tables.token.shape[0]):
        token, owner, place = tables.token[i], 0, 0
        for entry in range(postings.at[token], postings.at[token + 1]):
            if looked == row.shape[0]:
                return count
            looked += 1
            piece = postings.piece[entry]
            owner = gallop_from(pieces.starts, owner, pieces.starts.shape[0], piece + 1) - 1
            place = gallop_from(rows, place, rows.shape[0], owner)
            if place < rows.shape[0] and rows[place] == owner:
                row[count] = owner
                weight[count] = tables.weights[0, i, postings.kind[entry] >> 8]
                count += 1
    return count


@kernel
def score_promising(
    profiles: Profiles,
    pieces: Pieces,
    postings: Postings,
    promising: IntArray,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    marks: UInt8Array,
    scratch: Scratch,
    best: FloatArray,
) -> None:
    """Score a few.

    Args:
        profiles, pieces, postings: of the shard.
        promising: shape (k,), who, ascending.
        asked, tables: the need, with the shares of homes.
        steps: the ranker.
        marks: shape (n,), what the rules found.
        scratch: overwritten, with room for the pieces of one provider.
        best: shape (wanted,), the best scores so far, the least first; raised.
    """
    whole_lists(postings, tables, scratch)
    for row in promising:
        first = pieces.starts[row]
        if asked.has_words:
            end = pieces.starts[row + 1]
            find_words(pieces, postings, first, end, first, asked, tables, scratch)
            for piece in range(first, end):
                fill_near(pieces, piece, piece - first, asked, scratch)
        score = score_near(profiles, pieces, row, first, asked, tables, steps, marks[row], scratch)
        if score > best[0]:
            keep(best, score)
