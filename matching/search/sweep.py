"""One pass over a shard, block after block, compiled.

A block is so many providers that what is worked out of their pieces stays in the processor's cache.
In each, the words of the need are added up from the lists of its tokens, or looked up where few pieces
are wanted. First the work in and around the targets is added to its homes; then who passed the rules
is scored, but for those who cannot reach the best found so far: their vectors are not read.
"""

from typing import NamedTuple

import numpy as np

from matching.features.context import DAYS_OF_YEAR
from matching.index.shard import OVERCLAIMS, Int32Array, Pieces, Postings, Profiles, UInt8Array
from matching.search.bounds import (
    HALF_YEARS,
    IN_SECTOR,
    IN_TARGET,
    NEAR_TARGET,
    SLACK,
    WORD_CELLS,
    Bounds,
)
from matching.search.features import (
    add_words,
    fill_near,
    fill_words,
    find_words,
)
from matching.search.homes import add_work, adds_nothing
from matching.search.kernel import inlined, kernel
from matching.search.layout import HOME_ALIKE, HOME_OF_SIZE, PLACED, Asked, Scratch, Steps, Tables
from matching.search.scoring import score_row
from matching.text.bm25 import UNITS
from matching.types import FloatArray, IntArray

# What a row can score at most stands where its score will, told apart by being so much larger.
UNSCORED = 1e6
# What it costs to look a token up in its list, beside adding one entry of it.
_LOOK_UP = 12


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
def _from(values: Int32Array | IntArray, low: int, high: int, wanted: int) -> int:
    """Return the first place between `low` and `high` whose value is not smaller."""
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _begin(
    pieces: Pieces, postings: Postings, start: int, tables: Tables, scratch: Scratch
) -> None:
    """Set the cursor of each token to its first piece from `start` on."""
    for i in range(tables.token.shape[0]):
        token = tables.token[i]
        scratch.cursors[i] = _from(
            postings.piece, postings.at[token], postings.at[token + 1], start
        )


@inlined
def _open_block(
    pieces: Pieces,
    postings: Postings,
    first: int,
    end: int,
    wanted: int,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> bool:
    """Begin a block of which so many pieces are wanted; tell whether words are looked up one by one."""
    for at in range(np.uint64(end - first)):
        scratch.is_near[at] = False
    if not asked.has_words:
        return False
    listed = 0
    for i in range(tables.token.shape[0]):
        last = postings.at[tables.token[i] + 1]
        scratch.cursors[i] = _from(postings.piece, scratch.cursors[i], last, first)
        scratch.ends[i] = _from(postings.piece, scratch.cursors[i], last, end)
        listed += scratch.ends[i] - scratch.cursors[i]
    if wanted * tables.token.shape[0] * _LOOK_UP < listed + (end - first):
        return True
    add_words(pieces, postings, first, end, asked, tables, scratch)
    return False


@kernel
def sweep_places(
    profiles: Profiles,
    pieces: Pieces,
    postings: Postings,
    cuts: IntArray,
    first_block: int,
    end_block: int,
    asked: Asked,
    tables: Tables,
    places: Places,
    scratch: Scratch,
    shares: FloatArray,
) -> None:
    """Add up the work of homes in and around the targets, in some blocks of a shard.

    Args:
        profiles, pieces, postings: of the shard.
        cuts: shape (blocks + 1,), the rows at which blocks begin and end.
        first_block, end_block: which blocks.
        asked, tables: the need.
        places: where work is added up.
        scratch: overwritten.
        shares: shape (4, h), added to.
    """
    _begin(pieces, postings, pieces.starts[cuts[first_block]], tables, scratch)
    for block in range(first_block, end_block):
        first, end = pieces.starts[cuts[block]], pieces.starts[cuts[block + 1]]
        wanted = 0
        for i in range(places.at.shape[0]):
            low = _from(places.work, places.at[i], places.end[i], first)
            wanted += _from(places.work, low, places.end[i], end) - low
        if wanted == 0:
            continue
        looks_up = _open_block(pieces, postings, first, end, wanted, asked, tables, scratch)
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
        scores: shape (r,), overwritten for the rows of these blocks; minus infinity for who is left
            out, whose score lies more than the band below the bar.
    """
    _begin(pieces, postings, pieces.starts[cuts[first_block]], tables, scratch)
    next_row = _from(rows, 0, rows.shape[0], cuts[first_block])
    for block in range(first_block, end_block):
        first, end = pieces.starts[cuts[block]], pieces.starts[cuts[block + 1]]
        stop_row = _from(rows, next_row, rows.shape[0], cuts[block + 1])
        if stop_row == next_row:
            continue
        wanted = 0
        for i in range(next_row, stop_row):
            wanted += pieces.starts[rows[i] + 1] - pieces.starts[rows[i]]
        looks_up = _open_block(pieces, postings, first, end, wanted, asked, tables, scratch)
        prunes = bounds.is_used and not looks_up
        least = -np.inf
        if prunes:
            for i in range(scratch.promising.shape[0]):
                scratch.promising[i] = -np.inf
            for i in range(next_row, stop_row):
                row = rows[i]
                most = _most(
                    profiles, pieces, row, first, asked, tables, bounds, marks[row], scratch
                )
                scores[i] = most + UNSCORED
                if most > scratch.promising[0]:
                    _keep(scratch.promising, most)
            least = scratch.promising[0] + UNSCORED
        # Who may reach most is scored first, so that the bar is high for the others.
        for turn in range(2 if prunes else 1):
            for i in range(next_row, stop_row):
                if prunes:
                    if scores[i] < (least if turn == 0 else UNSCORED / 2):
                        continue
                    if scores[i] - UNSCORED < bar[0] - band:
                        scores[i] = -np.inf
                        continue
                row = rows[i]
                # First, where it may spare the vectors, as if every one of them were the need's own:
                # all the rest is at hand.
                supposes = prunes and turn == 1 and asked.has_meaning
                while True:
                    if asked.has_words:
                        for piece in range(pieces.starts[row], pieces.starts[row + 1]):
                            if not supposes:
                                _bring_near(
                                    pieces, postings, piece, first, looks_up, asked, tables, scratch
                                )
                            elif not scratch.is_near[piece - first]:
                                fill_words(piece - first, asked, scratch)
                                scratch.near[piece - first, 2] = 1.0
                    total, _on_record = score_row(
                        profiles, pieces, row, asked, tables, steps, marks[row], -1, first, scratch
                    )
                    total = (total + scratch.parts[0, HOME_ALIKE]) + scratch.parts[0, HOME_OF_SIZE]
                    if not supposes:
                        break
                    if total + SLACK < bar[0] - band:
                        total = -np.inf
                        break
                    supposes = False
                scores[i] = total
                if bounds.is_used and total > scratch.best[0]:
                    _keep(scratch.best, total)
                    bar[0] = max(bar[0], scratch.best[0])
        next_row = stop_row


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
def _most(
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
    """Return what a provider can score at most, whatever its vectors say."""
    flags, latest = 0, 0
    text = together = equal = task = task_equal = 0.0
    texts, tasks = scratch.sums[0], scratch.sums[2]
    for i in range(pieces.starts[row], pieces.starts[row + 1]):
        piece = np.uint64(i)
        places = np.uint64(pieces.places[piece])
        # Without branches, which could not be foretold.
        flags |= tables.in_target[places] * IN_TARGET
        flags |= tables.near_target[places] * NEAR_TARGET
        flags |= tables.in_sector[np.uint64(pieces.sectors[piece])] * IN_SECTOR
        dated = pieces.dated[piece]
        latest = max(latest, dated * (dated < asked.today))
        if asked.has_words:
            at = np.uint64(i - first)
            task = max(task, tasks[at])
            text = max(text, texts[at])
            together += texts[at]
            if asked.said > 0.0:
                equal = max(equal, scratch.sums[1, at])
                task_equal = max(task_equal, scratch.sums[3, at])
    words = min((text / UNITS) / asked.reachable[0], 1.0)
    nearest3 = min((together / (3.0 * UNITS)) / asked.reachable[0], words)
    done = min((task / UNITS) / asked.reachable[2], 1.0)
    if asked.said > 0.0:
        words = max(words, min((equal / UNITS) / asked.reachable[1], 1.0) * asked.said)
        nearest3 = words
        done = max(done, min((task_equal / UNITS) / asked.reachable[3], 1.0) * asked.said)
    best = 0.0
    placed = 1 if (mark & PLACED) != 0 else 0
    begin, stop = profiles.listed_at[row], profiles.listed_at[row + 1]
    none = bounds.listed.shape[0] - 1
    if begin == stop or (profiles.flags[row] & OVERCLAIMS) != 0:
        best = bounds.listed[none, placed]
    else:
        best = bounds.listed[profiles.listed[begin], placed]
        for i in range(begin + 1, stop):
            best = max(best, bounds.listed[profiles.listed[i], placed])
    cells = WORD_CELLS
    age = int(float(asked.today - latest) * (2.0 / DAYS_OF_YEAR)) if latest > 0 else HALF_YEARS
    count = min(pieces.starts[row + 1] - pieces.starts[row], bounds.count_of.shape[0] - 1)
    return float(
        bounds.evidence[flags, bounds.count_of[count], min(int(words * cells) + 1, cells)]
        + bounds.nearest3[min(int(nearest3 * cells) + 1, cells)]
        + bounds.task[min(int(done * cells) + 1, cells)]
        + bounds.fresh[min(age, HALF_YEARS)]
        + bounds.home[profiles.home[row]]
        + bounds.languages[profiles.languages[row]]
        + best
    )


@inlined
def _bring_near(
    pieces: Pieces,
    postings: Postings,
    piece: int,
    first: int,
    looks_up: bool,
    asked: Asked,
    tables: Tables,
    scratch: Scratch,
) -> None:
    at = piece - first
    if not scratch.is_near[at]:
        if looks_up:
            find_words(pieces, postings, piece, at, asked, tables, scratch)
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
    low = _from(places.work, places.at[number], places.end[number], first)
    while low < places.end[number] and places.work[low] < end:
        piece = places.work[low]
        low += 1
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
            _bring_near(pieces, postings, piece, first, looks_up, asked, tables, scratch)
            like = scratch.near[piece - first, 0]
            if asked.has_meaning:
                like = 0.5 * like + 0.5 * scratch.near[piece - first, 2]
        add_work(pieces, piece, profiles.home[row], is_target, like, asked, shares)
