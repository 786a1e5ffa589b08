"""How near one piece of evidence after another comes to a need, in words, task and meaning, compiled.

What is added up are multiples of a fixed small number, so the order of adding does not matter.
"""

import numpy as np

from matching.index.kinds import UNUSUAL
from matching.index.shard import Pieces, Postings
from matching.search.kernel import gallop_from, inlined
from matching.search.layout import Asked, Scratch, Tables
from matching.text.bm25 import K1, UNITS, B


@inlined
def meaning_of(pieces: Pieces, piece: int, asked: Asked) -> float:
    """Likeness by meaning of one piece, in [0, 1], in steps of a millionth."""
    norm = float(pieces.norms[piece]) * asked.norm
    if norm == 0.0:
        return 0.0
    total = np.int32(0)
    for i in range(asked.vector.shape[0]):
        total = np.int32(
            total + np.int32(np.int32(pieces.codes[piece, i]) * np.int32(asked.vector[i]))
        )
    scaled = (float(total) / norm - asked.unrelated) / (asked.same - asked.unrelated)
    return float(np.rint(min(max(scaled, 0.0), 1.0) * 1e6)) / 1e6


@inlined
def _weight(idf: float, count: float, length: float, mean: float) -> float:
    grown = ((idf * count) * (K1 + 1)) / (count + K1 * ((1 - B) + (B * length) / mean))
    return float(np.rint(grown * UNITS))


@inlined
def clear_sums(first: int, end: int, asked: Asked, scratch: Scratch) -> None:
    """Set the sums of some pieces of the block to nothing.

    Args:
        first, end: the pieces, counted from the block's first.
        asked: the need.
        scratch: its sums are overwritten.
    """
    zero, one = np.uint64(0), np.uint64(1)
    for pair in range(2 if asked.said > 0.0 else 1):
        sums = scratch.sums[pair]
        for i in range(first, end):
            at = np.uint64(i)
            sums[at, zero] = sums[at, one] = 0.0


@inlined
def add_token(
    pieces: Pieces,
    postings: Postings,
    token: int,
    first: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    """Add one token to the sums of every piece of a block that holds it.

    Args:
        pieces, postings: of the shard.
        token: which one of the need's.
        first: the block's first piece.
        asked, tables: the need.
        scratch: its cursor and end say where the block begins and ends in the list of the token; its
            sums are added to.
    """
    for pair in range(2 if asked.said > 0.0 else 1):
        # Unsigned places need no look at whether they count from the end.
        sums = scratch.sums[pair]
        zero, one, byte, low = np.uint64(0), np.uint64(1), np.uint64(8), np.uint64(255)
        origin = np.uint64(first)
        of_text, of_task = tables.weights[pair, token], tables.weights[pair + 2, token]
        for place in range(np.uint64(scratch.cursors[token]), np.uint64(scratch.ends[token])):
            at = np.uint64(postings.piece[place]) - origin
            kind = np.uint64(postings.kind[place])
            text, task = kind >> byte, kind & low
            sums[at, zero] += of_text[text]
            sums[at, one] += of_task[task]
            if max(text, task) == UNUSUAL:
                add_unusual(pieces, postings, place, int(at), pair, token, asked, tables, scratch)


@inlined
def add_unusual(
    pieces: Pieces,
    postings: Postings,
    place: int,
    at: int,
    pair: int,
    token: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    """Work out the weights that are not ready."""
    piece, kind = postings.piece[place], postings.kind[place]
    idf = tables.idf[token, pair]
    if (kind >> 8) == UNUSUAL and idf > 0.0:
        scratch.sums[pair, at, 0] += _weight(
            idf,
            float(postings.text_count[place]),
            float(pieces.text_length[piece]),
            asked.mean_text,
        )
    idf = tables.idf[token, pair + 2]
    if (kind & 255) == UNUSUAL and idf > 0.0:
        scratch.sums[pair, at, 1] += _weight(
            idf,
            float(postings.task_count[place]),
            float(pieces.task_length[piece]),
            asked.mean_task,
        )


@inlined
def find_words(
    pieces: Pieces,
    postings: Postings,
    first: int,
    end: int,
    block: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    """Add up BM25 of a few pieces, looked up from the cursor of each token on.

    Args:
        pieces, postings: of the shard.
        first, end: the pieces, side by side; none before those of the call before.
        block: the first piece of the block that the scratch is of.
        asked, tables: the need.
        scratch: with where the tokens' lists are searched; its cursors are moved on, its sums of these
            pieces overwritten.
    """
    clear_sums(first - block, end - block, asked, scratch)
    for i in range(tables.token.shape[0]):
        last = scratch.ends[i]
        place = gallop_from(postings.piece, scratch.cursors[i], last, first)
        while place < last and postings.piece[place] < end:
            at = postings.piece[place] - block
            add_entry(pieces, postings, place, at, i, asked, tables, scratch)
            place += 1
        scratch.cursors[i] = place


@inlined
def add_entry(
    pieces: Pieces,
    postings: Postings,
    place: int,
    at: int,
    token: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    """Add an entry of a token's list to the sums of a piece.

    Args:
        pieces, postings: of the shard.
        place: the entry.
        at: where the sums of its piece stand.
        token: which one of the need's.
        asked, tables: the need.
        scratch: its sums are added to.
    """
    kind = postings.kind[place]
    text, task = kind >> 8, kind & 255
    for pair in range(2 if asked.said > 0.0 else 1):
        scratch.sums[pair, at, 0] += tables.weights[pair, token, text]
        scratch.sums[pair, at, 1] += tables.weights[pair + 2, token, task]
        if max(text, task) == UNUSUAL:
            add_unusual(pieces, postings, place, at, pair, token, asked, tables, scratch)


@inlined
def fill_words(at: int, asked: Asked, scratch: Scratch) -> None:
    """Write how near a piece of the block comes to the need in words and task, from its sums."""
    words = min((scratch.sums[0, at, 0] / UNITS) / asked.reachable[0], 1.0)
    done = min((scratch.sums[0, at, 1] / UNITS) / asked.reachable[2], 1.0)
    if asked.said > 0.0:
        equal = min((scratch.sums[1, at, 0] / UNITS) / asked.reachable[1], 1.0) * asked.said
        words = max(words, equal)
        equal = min((scratch.sums[1, at, 1] / UNITS) / asked.reachable[3], 1.0) * asked.said
        done = max(done, equal)
    scratch.near[at, 0] = words
    scratch.near[at, 1] = done


@inlined
def fill_near(pieces: Pieces, piece: int, at: int, asked: Asked, scratch: Scratch) -> None:
    """Write how near a piece comes to the need in words, task and meaning."""
    fill_words(at, asked, scratch)
    scratch.near[at, 2] = meaning_of(pieces, piece, asked) if asked.has_meaning else 0.0
