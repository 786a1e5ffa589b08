"""Everything that is said of a few providers, read from the columns in one pass, compiled."""

from typing import NamedTuple

import numpy as np

from matching.claims import MOST_CLAIMED
from matching.index.shard import (
    CLAIMANT,
    OVERCLAIMS,
    STATEMENT,
    Pieces,
    Postings,
    Profiles,
    UInt8Array,
)
from matching.index.shard import VERIFIED as IS_VERIFIED
from matching.search.kernel import inlined, kernel
from matching.search.layout import HOME_ALIKE, HOME_OF_SIZE, Asked, Scratch, Steps, Tables
from matching.search.scoring import Details, score_row, whole_lists
from matching.search.words import fill_near, find_words
from matching.shown import (
    COUNTED,
    FOR_CLIENT,
    IN_SECTOR,
    IN_TARGET,
    NEAR_TARGET,
    VERIFIED,
    WORK,
)
from matching.types import BoolArray, FloatArray, IntArray


class Found(NamedTuple):
    """What is read of k providers and their e pieces, those of one side by side.

    Attributes:
        near: shape (e, 3), words, task and meaning of each piece; 0 where one does not count.
        ends: shape (k,), where those of the pieces that count end that belong to each provider; they
            begin where its pieces begin, and stand as `matching.shown` wants them.
        columns: shape (5, e), of those that count: number among the e, bits of `matching.shown`,
            ordinal of the day, number of the set of places, of the set of sectors.
        values: shape (2, e), of those that count: words and meaning together, and the natural
            logarithm of 1 + US dollars, NaN where unknown.
        is_claimant: shape (k,), who may claim more than can be believed.
        scores: shape (k,).
        details: of the k.
    """

    near: FloatArray
    ends: IntArray
    columns: IntArray
    values: FloatArray
    is_claimant: BoolArray
    scores: FloatArray
    details: Details


ROW, MARKS, DATED, PLACES, SECTORS = range(5)
LIKENESS, AMOUNT = range(2)


@inlined
def _read_near(
    pieces: Pieces,
    postings: Postings,
    first: int,
    end: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    """Leave in the scratch how near a provider's pieces come; 0 for one that does not count."""
    if asked.has_words:
        whole_lists(postings, tables, scratch)
        find_words(pieces, postings, first, end, first, asked, tables, scratch)
    for piece in range(first, end):
        at = piece - first
        for i in range(3):
            scratch.near[at, i] = 0.0
        if asked.has_words and pieces.dated[piece] < asked.today:
            fill_near(pieces, piece, at, asked, scratch)


@inlined
def _marks_of(pieces: Pieces, piece: int, asked: Asked, tables: Tables, on_record: bool) -> int:
    """Return the marks of a piece; none where it does not count."""
    flags = pieces.flags[piece]
    is_verified = (flags & IS_VERIFIED) != 0
    if pieces.dated[piece] >= asked.today or (on_record and not is_verified):
        return 0
    marks = COUNTED
    if (flags & STATEMENT) == 0:
        marks |= WORK
    if is_verified:
        marks |= VERIFIED
    if tables.in_target[pieces.places[piece]] != 0:
        marks |= IN_TARGET
    if tables.near_target[pieces.places[piece]] != 0:
        marks |= NEAR_TARGET
    if tables.in_sector[pieces.sectors[piece]] != 0:
        marks |= IN_SECTOR
    if asked.client != 0 and pieces.clients[piece] == asked.client:
        marks |= FOR_CLIENT
    return marks


@inlined
def _goes_before(pieces: Pieces, one: int, other: int, first: int, likeness: FloatArray) -> bool:
    if likeness[one] != likeness[other]:
        return bool(likeness[one] > likeness[other])
    if pieces.dated[first + one] != pieces.dated[first + other]:
        return bool(pieces.dated[first + one] > pieces.dated[first + other])
    return one < other


@inlined
def _sort(pieces: Pieces, order: IntArray, count: int, first: int, likeness: FloatArray) -> None:
    """Sort pieces: nearest first, then the latest, then the smaller one (Shell 1959)."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, count):
            piece, j = order[i], i
            while j >= gap and _goes_before(pieces, piece, order[j - gap], first, likeness):
                order[j] = order[j - gap]
                j -= gap
            order[j] = piece
        gap //= 3


@inlined
def _fill_pieces(
    pieces: Pieces,
    first: int,
    end: int,
    at: int,
    asked: Asked,
    tables: Tables,
    on_record: bool,
    likeness: FloatArray,
    out: Found,
) -> int:
    """Write a provider's pieces that count in their order, and return where they end."""
    order, count = out.columns[ROW, at:], 0
    for piece in range(first, end):
        own = piece - first
        words = out.near[at + own, 0]
        likeness[own] = 0.5 * words + 0.5 * out.near[at + own, 2] if asked.has_meaning else words
        if _marks_of(pieces, piece, asked, tables, on_record) != 0:
            order[count] = own
            count += 1
    _sort(pieces, order, count, first, likeness)
    for i in range(at, at + count):
        own = out.columns[ROW, i]
        piece = first + own
        out.columns[ROW, i] = at + own
        out.columns[MARKS, i] = _marks_of(pieces, piece, asked, tables, on_record)
        out.columns[DATED, i] = pieces.dated[piece]
        out.columns[PLACES, i] = pieces.places[piece]
        out.columns[SECTORS, i] = pieces.sectors[piece]
        out.values[LIKENESS, i] = likeness[own]
        out.values[AMOUNT, i] = pieces.amounts[piece]
    return at + count


@kernel
def read_rows(
    profiles: Profiles,
    pieces: Pieces,
    postings: Postings,
    places: IntArray,
    number: int,
    starts: IntArray,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    rules: UInt8Array,
    scratch: Scratch,
    likeness: FloatArray,
    out: Found,
) -> None:
    """Score those of a few providers that stand in a shard, and read all that is said of their pieces.

    Args:
        profiles, pieces, postings: of the shard.
        places: shape (k, 2), the shard's number and the row of each.
        number: the shard's.
        starts: shape (k + 1,), where the pieces of each begin among the e.
        asked, tables: the need, with the shares of homes.
        steps: the ranker.
        rules: shape (n,), what the rules found.
        scratch: overwritten.
        likeness: shape (most,), overwritten.
        out: overwritten where these providers stand.
    """
    for slot in range(places.shape[0]):
        if places[slot, 0] != number:
            continue
        row, at = places[slot, 1], starts[slot]
        first, end = pieces.starts[row], pieces.starts[row + 1]
        _read_near(pieces, postings, first, end, asked, tables, scratch)
        for piece in range(first, end):
            for i in range(3):
                out.near[at + piece - first, i] = scratch.near[piece - first, i]
        total, on_record = score_row(
            profiles, pieces, row, asked, tables, steps, rules[row], -1, first, scratch
        )
        out.scores[slot] = (total + scratch.parts[0, HOME_ALIKE]) + scratch.parts[0, HOME_OF_SIZE]
        out.details.on_record[slot] = on_record
        for j in range(out.details.features.shape[1]):
            out.details.features[slot, j] = scratch.features[0, j]
        for j in range(out.details.parts.shape[1]):
            out.details.parts[slot, j] = scratch.parts[0, j]
        out.ends[slot] = _fill_pieces(
            pieces, first, end, at, asked, tables, on_record, likeness, out
        )
        listed = profiles.listed_at[row + 1] - profiles.listed_at[row]
        is_flagged = (profiles.flags[row] & (CLAIMANT | OVERCLAIMS)) != 0
        out.is_claimant[slot] = is_flagged or listed > MOST_CLAIMED


@kernel
def score_without(
    profiles: Profiles,
    pieces: Pieces,
    places: IntArray,
    number: int,
    starts: IntArray,
    pairs: IntArray,
    near: FloatArray,
    asked: Asked,
    tables: Tables,
    steps: Steps,
    rules: UInt8Array,
    scratch: Scratch,
    scores: FloatArray,
) -> None:
    """Score those of a few providers that stand in a shard, each without one of its pieces.

    Args:
        profiles, pieces, places, number, starts, asked, tables, steps, rules: as `read_rows` takes
            them.
        pairs: shape (r, 2), the place of a provider among the k and of a piece among the e.
        near: shape (e, 3), as `read_rows` found it.
        scratch: overwritten.
        scores: shape (r,), overwritten where these providers stand.
    """
    before = -1
    for i in range(pairs.shape[0]):
        slot = pairs[i, 0]
        if places[slot, 0] != number:
            continue
        row, at = places[slot, 1], starts[slot]
        first = pieces.starts[row]
        if slot != before:
            for own in range(pieces.starts[row + 1] - first):
                for j in range(3):
                    scratch.near[own, j] = near[at + own, j]
            before = slot
        without = first + pairs[i, 1] - at
        total, _on_record = score_row(
            profiles, pieces, row, asked, tables, steps, rules[row], without, first, scratch
        )
        scores[i] = (total + scratch.parts[0, HOME_ALIKE]) + scratch.parts[0, HOME_OF_SIZE]


def make_found(providers: int, pieces: int, details: Details) -> Found:
    """Return room for what is read of some providers and their pieces."""
    return Found(
        near=np.empty((pieces, 3)),
        ends=np.empty(providers, dtype=np.int64),
        columns=np.empty((5, pieces), dtype=np.int64),
        values=np.empty((2, pieces)),
        is_claimant=np.empty(providers, dtype=np.bool_),
        scores=np.empty(providers),
        details=details,
    )
