"""The features of one provider after another, compiled: what `matching.features` says in NumPy.

Both must say the same to the last bit, and tests hold them against each other. What is added up is
either a multiple of a fixed small number or is rounded before it decides anything, so that the order of
adding does not matter. Every feature is computed in one pass over a provider's pieces.
"""

import math

import numpy as np

from matching.features.context import DAYS_OF_YEAR
from matching.features.jurisdiction import MANY
from matching.features.jurisdiction import SHRINKAGE as PLACE_SHRINKAGE
from matching.features.practice import HALF_LIFE_YEARS, WIDEST_GAP
from matching.features.sector import SHRINKAGE as SECTOR_SHRINKAGE
from matching.features.text import FOCUS_SHRINKAGE
from matching.features.trust import SHRINKAGE as CLIENT_SHRINKAGE
from matching.index.kinds import UNUSUAL
from matching.index.shard import (
    OVERCLAIMS,
    STATEMENT,
    UNDATED,
    VERIFIED,
    Pieces,
    Postings,
    Profiles,
)
from matching.search.kernel import gallop_from, inlined
from matching.search.layout import COLUMNS, PLACED, Asked, Scratch, Tables
from matching.text.bm25 import K1, UNITS, B
from matching.types import FloatArray

# Which pieces of a provider count: all, the verified ones, none.
EVERYTHING = 0
ON_RECORD = 1
NOTHING = 2

_FEATURES = len(COLUMNS)
_LOG_MANY = math.log1p(MANY)


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
                _add_unusual(pieces, postings, place, int(at), pair, token, asked, tables, scratch)


@inlined
def _add_unusual(
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
    pairs = 2 if asked.said > 0.0 else 1
    for pair in range(pairs):
        for at in range(first - block, end - block):
            scratch.sums[pair, at, 0] = scratch.sums[pair, at, 1] = 0.0
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
            _add_unusual(pieces, postings, place, at, pair, token, asked, tables, scratch)


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


@inlined
def sixth(value: float) -> float:
    """Return the sixth power."""
    cube = value * value * value
    return cube * cube


@inlined
def _root(total: float) -> float:
    return min(float(np.sqrt(np.cbrt(total))), 1.0) if total > 0.0 else 0.0


@inlined
def _many(count: float) -> float:
    if count == 0.0:
        return 0.0
    return math.log1p(count) / _LOG_MANY if count < MANY else 1.0


@inlined
def fill_features(
    profiles: Profiles,
    pieces: Pieces,
    row: int,
    asked: Asked,
    tables: Tables,
    mark: int,
    which: int,
    without: int,
    block: int,
    scratch: Scratch,
    out: FloatArray,
) -> None:
    """Write the features of one provider: each in [0, 1] or NaN, in steps of a thousand millionth.

    Args:
        profiles, pieces: of the shard.
        row: the provider.
        asked, tables: the need.
        mark: what the rules found of the row (`PLACED`).
        which: `EVERYTHING`, `ON_RECORD` or `NOTHING`.
        without: a piece that is not its evidence, or -1.
        block: the first piece of the block that the scratch is of; all of the provider's pieces lie
            in it and are near.
        scratch: with how near they come.
        out: shape (features,).
    """
    unknown = np.nan
    near, per_target = scratch.near, scratch.per_target
    first, end = pieces.starts[row], pieces.starts[row + 1]
    home = profiles.home[row]
    for i in range(3):
        for target in range(asked.targets):
            per_target[i, target] = 0.0
    counted = verified = 0.0
    word1 = word2 = word3 = 0.0
    mean1 = mean2 = mean3 = 0.0
    task_most = like_sum = like6 = like6_target = like6_sector = sized6 = 0.0
    like_target = like_sector = 0.0
    work_target = work_near = work_sector = work_both = work_client = 0.0
    work_outward = work_inward = 0.0
    fit_most = gap_sum = sized = 0.0
    youngest = np.inf
    if which != NOTHING:
        for piece in range(first, end):
            at = piece - block
            flags = pieces.flags[piece]
            is_verified = (flags & VERIFIED) != 0
            counts = pieces.dated[piece] < asked.today and piece != without
            if not counts or (which == ON_RECORD and not is_verified):
                continue
            is_work = (flags & STATEMENT) == 0
            counted += 1.0
            if is_verified:
                verified += 1.0
            places, sectors = pieces.places[piece], pieces.sectors[piece]
            in_target = tables.in_target[places] != 0
            in_sector = tables.in_sector[sectors] != 0
            like = 0.0
            if asked.has_words:
                word, meaning = near[at, 0], near[at, 2]
                like = word
                task_most = max(task_most, near[at, 1])
                if word > word1:
                    word1, word2, word3 = word, word1, word2
                elif word > word2:
                    word2, word3 = word, word2
                elif word > word3:
                    word3 = word
                if asked.has_meaning:
                    like = 0.5 * word + 0.5 * meaning
                    if meaning > mean1:
                        mean1, mean2, mean3 = meaning, mean1, mean2
                    elif meaning > mean2:
                        mean2, mean3 = meaning, mean2
                    elif meaning > mean3:
                        mean3 = meaning
                like_sum += like
                power = sixth(like)
                like6 += power
                if in_target:
                    like6_target += power
                    like_target = max(like_target, like)
                if in_sector and is_work:
                    like6_sector += power
                    like_sector = max(like_sector, like)
            if not is_work:
                continue
            if in_target:
                work_target += 1.0
            if tables.near_target[places] != 0:
                work_near += 1.0
            if in_sector:
                work_sector += 1.0
                if in_target:
                    work_both += 1.0
            if tables.outward[places] != 0:
                work_outward += 1.0
            if tables.inward[places] != 0:
                work_inward += 1.0
            if asked.client != 0 and pieces.clients[piece] == asked.client:
                work_client += 1.0
            for target in range(asked.targets):
                if tables.covers[target, places] != 0:
                    per_target[0, target] = 1.0
                close = tables.near[target, places]
                if close > 0.0:
                    per_target[1, target] = max(per_target[1, target], close)
                    per_target[2, target] += 1.0
            if pieces.dated[piece] != UNDATED:
                youngest = min(youngest, (asked.today - pieces.dated[piece]) / DAYS_OF_YEAR)
            amount = pieces.amounts[piece]
            if not np.isnan(asked.amount) and not np.isnan(amount):
                gap = amount - asked.amount
                fit = min(max(1.0 - abs(gap) / WIDEST_GAP, 0.0), 1.0)
                sized += 1.0
                gap_sum += gap
                fit_most = max(fit_most, fit)
                sized6 += sixth(like * fit)

    for i in range(_FEATURES):
        out[i] = unknown
    if asked.has_words:
        out[0] = word1
        out[1] = (word1 + word2 + word3) / 3
        out[2] = task_most
        if asked.has_meaning:
            out[3] = mean1
            out[4] = (mean1 + mean2 + mean3) / 3
        out[5] = _root(like6)
        out[6] = like_sum / (counted + FOCUS_SHRINKAGE)
    if asked.has_targets:
        if asked.has_words:
            out[7] = _root(like6_target)
            out[8] = like_target
        out[9] = _many(work_target)
        seen = 0.0
        for target in range(asked.targets):
            seen += per_target[0, target]
        out[10] = seen / asked.targets
        out[12] = tables.home_based[home]
        out[14] = _closeness(profiles, row, home, asked, tables, per_target)
    if asked.has_neighbours:
        out[11] = _many(work_near)
    if asked.has_corridor and tables.home_code[home] >= 0:
        forth = work_outward / (work_outward + PLACE_SHRINKAGE)
        back = work_inward / (work_inward + PLACE_SHRINKAGE)
        out[13] = max(tables.home_bridges[home] * forth, tables.home_inward[home] * back)
    out[15] = tables.home_alike[home]
    out[16] = tables.home_of_size[home]
    if asked.has_sectors:
        out[17] = work_sector / (work_sector + SECTOR_SHRINKAGE)
        if asked.has_words:
            out[18] = like_sector
            out[19] = _root(like6_sector)
        if asked.has_targets:
            out[20] = work_both / (work_both + 1.0)
        if (profiles.flags[row] & OVERCLAIMS) == 0:
            best = -1.0
            for i in range(profiles.listed_at[row], profiles.listed_at[row + 1]):
                best = max(best, tables.listed[profiles.listed[i]])
            if best >= 0.0:
                out[21] = best
    if asked.has_targets and not np.isnan(out[21]):
        out[22] = out[21] if (mark & PLACED) != 0 else 0.0
    if not np.isnan(asked.amount):
        if sized > 0.0:
            out[23] = fit_most
            out[24] = min(max(1.0 - abs(gap_sum / (sized + 1.0)) / WIDEST_GAP, 0.0), 1.0)
        if asked.has_words:
            out[25] = _root(sized6)
    if youngest < np.inf:
        fresh = np.exp2(-youngest / HALF_LIFE_YEARS)
        if fresh > 0.0:
            out[26] = fresh
    out[27] = tables.spoken[profiles.languages[row]]
    if counted > 0.0:
        out[28] = verified / counted
    if asked.client != 0:
        out[29] = work_client / (work_client + CLIENT_SHRINKAGE)
    for i in range(_FEATURES):
        out[i] = np.rint(out[i] * 1e9) / 1e9


@inlined
def _closeness(
    profiles: Profiles,
    row: int,
    home: int,
    asked: Asked,
    tables: Tables,
    per_target: FloatArray,
) -> float:
    total, known = 0.0, False
    for target in range(asked.targets):
        value = 0.0
        code = tables.home_code[home]
        if code >= 0 and tables.seat[target, code] >= 0.0:
            value = tables.seat[target, code]
            known = True
        for i in range(profiles.qualified_at[row], profiles.qualified_at[row + 1]):
            seat = tables.seat[target, profiles.qualified[i]]
            if seat >= 0.0 and profiles.qualified_until[i] >= asked.today:
                value = max(value, seat)
                known = True
        count = per_target[2, target]
        if count > 0.0:
            value = max(value, per_target[1, target] * (count / (count + PLACE_SHRINKAGE)))
            known = True
        total += value
    return total / asked.targets if known else np.nan
