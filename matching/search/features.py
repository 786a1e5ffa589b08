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
from matching.index.shard import (
    OVERCLAIMS,
    STATEMENT,
    UNDATED,
    VERIFIED,
    Pieces,
    Profiles,
)
from matching.search.kernel import inlined
from matching.search.layout import COLUMNS, PLACED, Asked, Scratch, Tables
from matching.types import FloatArray

# Which pieces of a provider count: all, the verified ones, none.
EVERYTHING = 0
ON_RECORD = 1
NOTHING = 2

_FEATURES = len(COLUMNS)
_LOG_MANY = math.log1p(MANY)


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
