"""How near a sample of the work in and around the targets comes to a need, added up by home.

Which pieces of the sample hold a token of the need is looked up once: needs share their places and most
of their words, so it is kept with the view.
"""

from collections.abc import Hashable
from functools import partial
from typing import NamedTuple, cast

import numpy as np

from matching.features.context import WEIGHT_UNITS
from matching.index.kinds import UNUSUAL
from matching.index.shard import (
    Int32Array,
    Pieces,
    Postings,
    Shard,
    UInt16Array,
)
from matching.index.view import View
from matching.search.homes import IN_TARGET, Drawn, fresh
from matching.search.kernel import gallop_from, inlined, kernel
from matching.search.layout import Asked, Scratch, Tables
from matching.search.memo import Kept
from matching.search.prefetch import fetch
from matching.search.words import add_unusual, clear_sums, fill_near
from matching.types import FloatArray, IntArray

# What is added up by home: work alike, work of the size.
ALIKE, SIZED = 0, 1
# How many pieces ahead vectors are asked for.
_AHEAD = 6


class Held(NamedTuple):
    """Which pieces of a sample hold some tokens: entries `at[i]:at[i + 1]` are those of token i.

    Attributes:
        at: shape (s + 1,).
        piece: shape (entries,), places in the sample, ascending for each token.
        kind: shape (entries,), as in `Postings`.
        entry: shape (entries,), where each stands in the lists of the shard.
    """

    at: IntArray
    piece: Int32Array
    kind: UInt16Array
    entry: IntArray


_Entries = tuple[Int32Array, UInt16Array, IntArray]


def near_of(
    view: View,
    shard: Shard,
    drawn: Drawn,
    of: Hashable,
    times: FloatArray,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> FloatArray:
    """Return how near a sample comes, by home: shape (2, h), in grains.

    Args:
        view, shard: what is searched, and one of its shards.
        drawn: the sample of its work.
        of: what the sample hangs on beside the view.
        times: shape (2,), for how many pieces one in the targets counts, and one around them.
        asked, tables: the need.
        scratch: overwritten, with room for as many pieces.
    """
    sums = np.zeros((2, len(shard.homes)))
    if asked.has_words and len(drawn.piece):
        held = _held_by(view, shard, drawn, of, tables)
        add_drawn(shard.pieces, shard.postings, drawn, held, times, asked, tables, scratch, sums)
    return sums


def _held_by(view: View, shard: Shard, drawn: Drawn, of: Hashable, tables: Tables) -> Held:
    """Look up which pieces of a sample hold the tokens of a need."""
    kept = cast(Kept, view.memo.setdefault("held", Kept()))
    is_base, postings = shard is view.base, shard.postings
    found = [
        kept.value((of, is_base, token), partial(_find, postings, drawn.piece, token))
        for token in tables.token.tolist()
    ]
    at = np.zeros(len(found) + 1, dtype=np.int64)
    if not found:
        return Held(at, *_NO_ENTRIES)
    np.cumsum([len(piece) for piece, _, _ in found], out=at[1:])
    piece, kind, entry = (np.concatenate(part) for part in zip(*found, strict=True))
    return Held(at, piece, kind, entry)


_NO_ENTRIES: _Entries = (
    np.zeros(0, dtype=np.int32),
    np.zeros(0, dtype=np.uint16),
    np.zeros(0, dtype=np.int64),
)


def _find(postings: Postings, drawn: IntArray, token: int) -> _Entries:
    piece, entry = np.empty(len(drawn), dtype=np.int32), np.empty(len(drawn), dtype=np.int64)
    count = find_token(postings, drawn, token, piece, entry)
    return piece[:count].copy(), postings.kind[entry[:count]], entry[:count].copy()


@kernel
def find_token(
    postings: Postings, drawn: IntArray, token: int, piece: Int32Array, entry: IntArray
) -> int:
    """Write down which pieces of a sample hold a token, and return how many.

    Args:
        postings: of the shard.
        drawn: shape (s,), the pieces of the sample, ascending.
        token: its number in the shard.
        piece, entry: shape (s,), as in `Held`; written.
    """
    place, last = postings.at[token], postings.at[token + 1]
    i = found = 0
    # Whichever of both stands at the smaller piece leaps to that of the other.
    while i < drawn.shape[0] and place < last:
        here = postings.piece[place]
        if drawn[i] < here:
            i = gallop_from(drawn, i, drawn.shape[0], here)
        elif here < drawn[i]:
            place = gallop_from(postings.piece, place, last, drawn[i])
        else:
            piece[found], entry[found] = i, place
            found += 1
            i += 1
            place += 1
    return found


@kernel
def add_drawn(
    pieces: Pieces,
    postings: Postings,
    drawn: Drawn,
    held: Held,
    times: FloatArray,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
    out: FloatArray,
) -> None:
    """Add up by home how near a sample of work comes to the need, and how near in size.

    Args:
        pieces, postings: of the shard.
        drawn: the sample.
        held: which of it hold the need's tokens.
        times: shape (2,), for how many pieces one in the targets counts, and one around them.
        asked, tables: the need.
        scratch: overwritten, with room for as many pieces.
        out: shape (2, h), in grains; added to.
    """
    clear_sums(0, drawn.piece.shape[0], asked, scratch)
    for token in range(tables.token.shape[0]):
        for i in range(held.at[token], held.at[token + 1]):
            _add_held(pieces, postings, held, i, token, asked, tables, scratch)
    for i in range(drawn.piece.shape[0]):
        piece, home, where = drawn.piece[i], drawn.home[i], drawn.where[i]
        if asked.has_meaning and i + _AHEAD < drawn.piece.shape[0]:
            fetch(pieces.codes, drawn.piece[i + _AHEAD])
        fill_near(pieces, piece, i, asked, scratch)
        like = scratch.near[i, 0]
        if asked.has_meaning:
            like = 0.5 * like + 0.5 * scratch.near[i, 2]
        squared = like * like
        if where == IN_TARGET:
            out[ALIKE, home] += np.rint((squared * squared) * WEIGHT_UNITS) * times[where]
        if not np.isnan(asked.amount):
            gap = pieces.amounts[piece] - asked.amount
            gap = 0.0 if np.isnan(gap) else gap
            near = fresh(pieces.dated[piece], asked.today) * float(np.exp(-(gap * gap) / 2.0))
            out[SIZED, home] += np.rint((near * squared) * WEIGHT_UNITS) * times[where]


@inlined
def _add_held(
    pieces: Pieces,
    postings: Postings,
    held: Held,
    i: int,
    token: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    """Add an entry to the sums of its piece."""
    at, kind = held.piece[i], held.kind[i]
    text, task = kind >> 8, kind & 255
    for pair in range(2 if asked.said > 0.0 else 1):
        scratch.sums[pair, at, 0] += tables.weights[pair, token, text]
        scratch.sums[pair, at, 1] += tables.weights[pair + 2, token, task]
        if max(text, task) == UNUSUAL:
            place = held.entry[i]
            add_unusual(pieces, postings, place, at, pair, token, asked, tables, scratch)
