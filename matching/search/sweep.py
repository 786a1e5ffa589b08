"""One pass over the words of a shard, block after block, compiled.

A block is so many providers that what is worked out of their pieces stays in the processor's cache.
In each, the words of the need are added up from the lists of its tokens, or looked up where few pieces
are wanted. From them follows how near the work in and around the targets comes, and what each
provider can score at most, so that few of them have to be scored (`matching.search.rows`).
"""

from typing import NamedTuple

import numpy as np

from matching.index.shard import Int32Array, Pieces, Postings, Profiles, UInt8Array
from matching.search.bounds import Bounds
from matching.search.features import (
    add_words,
    fill_near,
    find_words,
)
from matching.search.homes import add_work, adds_nothing
from matching.search.kernel import inlined, kernel, start_from
from matching.search.layout import Asked, Scratch, Tables
from matching.search.most import most_of
from matching.search.prefetch import fetch
from matching.types import FloatArray, IntArray

# How many pieces ahead vectors are asked for.
_AHEAD = 6
# What it costs to look a token up in its list, beside adding one entry of it.
_LOOK_UP = 40


class Places(NamedTuple):
    """The lists of verified work in and around the targets: list l is `work[at[l]:end[l]]`.

    Attributes:
        work: pieces, ascending within a list.
        at, end: shape (l,).
        code: shape (l,), the jurisdiction; a piece of several counts for the first of them alone.
        is_target: shape (l,), whether it is a target, or lies in the region of one.
        first_of: by set of places, the jurisdiction for which a piece counts.
        gone: shape (n,), rows that do not hold, or empty.
    """

    work: IntArray
    at: IntArray
    end: IntArray
    code: IntArray
    is_target: UInt8Array
    first_of: IntArray
    gone: UInt8Array


@inlined
def begin(postings: Postings, start: int, tables: Tables, scratch: Scratch) -> None:
    """Set the cursor of each token to its first piece from `start` on."""
    for i in range(tables.token.shape[0]):
        token = tables.token[i]
        scratch.cursors[i] = start_from(
            postings.piece, postings.at[token], postings.at[token + 1], start
        )


@inlined
def open_block(
    pieces: Pieces,
    postings: Postings,
    first: int,
    end: int,
    searches: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> bool:
    """Begin a block in which so much would have to be looked up; tell whether it is looked up."""
    for at in range(np.uint64(end - first)):
        scratch.is_near[at] = False
    if not asked.has_words:
        return False
    listed = 0
    for i in range(tables.token.shape[0]):
        last = postings.at[tables.token[i] + 1]
        scratch.cursors[i] = start_from(postings.piece, scratch.cursors[i], last, first)
        scratch.ends[i] = start_from(postings.piece, scratch.cursors[i], last, end)
        listed += scratch.ends[i] - scratch.cursors[i]
    if searches * tables.token.shape[0] * _LOOK_UP < listed + (end - first):
        return True
    add_words(pieces, postings, first, end, asked, tables, scratch)
    return False


@kernel
def sweep_words(
    profiles: Profiles,
    pieces: Pieces,
    postings: Postings,
    cuts: IntArray,
    first_block: int,
    end_block: int,
    rows: Int32Array,
    asked: Asked,
    tables: Tables,
    bounds: Bounds,
    marks: UInt8Array,
    places: Places,
    scratch: Scratch,
    shares: FloatArray,
    most: FloatArray,
) -> None:
    """Go through the words of some blocks of a shard.

    The work in and around the targets is added to its homes, and it is found out what those who
    passed the rules can score at most.

    Args:
        profiles, pieces, postings: of the shard.
        cuts: shape (blocks + 1,), the rows at which blocks begin and end.
        first_block, end_block: which blocks.
        rows: shape (r,), who passed the rules, ascending.
        asked, tables: the need.
        bounds: what a provider can score at most; where they are not used, nobody's is worked out.
        marks: shape (n,), what the rules found.
        places: where work is added up.
        scratch: overwritten.
        shares: shape (4, h), added to.
        most: shape (r,), what each can score at most without the shares of homes, overwritten for
            these blocks; infinity is left where it is not worked out.
    """
    begin(postings, pieces.starts[cuts[first_block]], tables, scratch)
    next_row = start_from(rows, 0, rows.shape[0], cuts[first_block])
    for block in range(first_block, end_block):
        first, end = pieces.starts[cuts[block]], pieces.starts[cuts[block + 1]]
        stop_row = start_from(rows, next_row, rows.shape[0], cuts[block + 1])
        wanted = 0
        for i in range(places.at.shape[0]):
            low = start_from(places.work, places.at[i], places.end[i], first)
            wanted += start_from(places.work, low, places.end[i], end) - low
        has_work = wanted > 0
        if bounds.is_used:
            wanted += stop_row - next_row
        if wanted > 0:
            looks_up = open_block(pieces, postings, first, end, wanted, asked, tables, scratch)
            if has_work:
                for i in range(places.at.shape[0]):
                    _add_places(
                        profiles,
                        pieces,
                        postings,
                        i,
                        first,
                        end,
                        looks_up,
                        asked,
                        tables,
                        places,
                        scratch,
                        cuts[block],
                        cuts[block + 1],
                        shares,
                    )
            if bounds.is_used and not looks_up:
                for i in range(next_row, stop_row):
                    most[i] = most_of(
                        profiles,
                        pieces,
                        rows[i],
                        first,
                        asked,
                        tables,
                        bounds,
                        marks[rows[i]],
                        scratch,
                    )
        next_row = stop_row


@inlined
def bring_near(
    pieces: Pieces,
    postings: Postings,
    piece: int,
    first: int,
    looks_up: bool,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    """Work out how near a piece of the block comes, unless that is known already."""
    at = piece - first
    if not scratch.is_near[at]:
        if looks_up:
            find_words(pieces, postings, piece, piece + 1, first, asked, tables, scratch)
        fill_near(pieces, piece, at, asked, scratch)


@inlined
def _add_places(
    profiles: Profiles,
    pieces: Pieces,
    postings: Postings,
    number: int,
    first: int,
    end: int,
    looks_up: bool,
    asked: Asked,
    tables: Tables,
    places: Places,
    scratch: Scratch,
    first_row: int,
    end_row: int,
    shares: FloatArray,
) -> None:
    """Add the work of one list that lies in a block to its homes."""
    is_target = places.is_target[number] != 0
    row = first_row
    low = start_from(places.work, places.at[number], places.end[number], first)
    while low < places.end[number] and places.work[low] < end:
        piece = places.work[low]
        low += 1
        if asked.has_meaning and low + _AHEAD < places.end[number]:
            fetch(pieces.codes, places.work[low + _AHEAD])
        if places.first_of[pieces.places[piece]] != places.code[number]:
            continue
        if pieces.dated[piece] >= asked.today:
            continue
        while row + 1 < end_row and pieces.starts[row + 1] <= piece:
            row += 1
        if places.gone.shape[0] and places.gone[row] != 0:
            continue
        if adds_nothing(pieces, piece, is_target, asked):
            continue
        like = 0.0
        if asked.has_words:
            bring_near(pieces, postings, piece, first, looks_up, asked, tables, scratch)
            like = scratch.near[piece - first, 0]
            if asked.has_meaning:
                like = 0.5 * like + 0.5 * scratch.near[piece - first, 2]
        add_work(pieces, piece, profiles.home[row], is_target, like, asked, shares)
