"""What one provider can score at most, known from each of its pieces: nearly its score, at a fifth of the work.

`most_of` knows the greatest likeness by words and what lies anywhere; this adds up what a score adds up,
but looks curves up by even cells instead of by their edges, and leaves out what is costly and says
little. Features that grow with the evidence are those of all of it, whichever part of it counts.
"""

from typing import NamedTuple

import numpy as np

from matching.features.context import DAYS_OF_YEAR
from matching.features.jurisdiction import MANY
from matching.features.practice import HALF_LIFE_YEARS, WIDEST_GAP
from matching.features.sector import SHRINKAGE as SECTOR_SHRINKAGE
from matching.features.text import FOCUS_SHRINKAGE
from matching.features.trust import SHRINKAGE as CLIENT_SHRINKAGE
from matching.index.shard import CLAIMANT, STATEMENT, VERIFIED, Pieces, Profiles
from matching.search.features import sixth
from matching.search.kernel import inlined
from matching.search.layout import COLUMNS, Asked, Scratch, Steps, Tables
from matching.types import FloatArray

# Values are looked at in so many cells, pieces are counted up to so many, ages up to so many half years.
CELLS = 256
COUNTS = 32
HALF_YEARS = 80
# Beyond rounding: nine digits of each feature, and the last bits of sums.
SLACK = 1e-6
# The cells of the sixth root of a sum are those of its fourth root.
_ROOTS = {"past_needs", "past_needs_in_target", "past_needs_in_sector", "alike_of_size"}
# The rows of `Tops.by_count`.
_TARGET, _NEAR, _SECTOR, _BOTH, _CLIENT = range(5)


class Tops(NamedTuple):
    """What each feature can add at most.

    Attributes:
        by_value: shape (f, CELLS + 1), by the cell that its value lies in: cell i ends at i / CELLS, which
            belongs to it. For sixth roots it is that of the root's power of 3/2. What is not asked for
            adds the same everywhere.
        by_count: shape (5, COUNTS + 1), what counts of work add: in a target, around one, in a sector
            asked for, in both, for who asks; the last for that many and more.
        fresh: shape (HALF_YEARS + 1,), by the age of the latest work.
        rest: what all others add at most, but for the profile and the shares of homes.
    """

    by_value: FloatArray
    by_count: FloatArray
    fresh: FloatArray
    rest: float


NO_TOPS = Tops(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1), 0.0)


def make_tops(asked: Asked, steps: Steps) -> Tops:
    """Work out what each feature can add at most, for a ranker whose curves rise.

    Args:
        asked: which features are asked for; nothing else of it matters.
        steps: the ranker.
    """
    known = _asked_for(asked)
    ends = np.arange(CELLS + 1) / CELLS
    # Of nothing there is exactly nothing.
    ends[1:] = np.minimum(ends[1:] + SLACK, 1.0)
    roots = ends ** (2 / 3)
    roots[1:] = np.minimum(roots[1:] + SLACK, 1.0)
    by_value = np.zeros((len(COLUMNS), CELLS + 1))
    for i, name in enumerate(COLUMNS):
        values = roots if name in _ROOTS else ends
        by_value[i] = added(steps, name, values if known.get(name, True) else values * np.nan)
    counts = np.arange(COUNTS + 1.0)
    many = np.minimum(np.log1p(counts) / np.log1p(MANY), 1.0)
    shown = {
        "experience_in_target": many,
        "experience_near_target": many,
        "sector_shown": counts / (counts + SECTOR_SHRINKAGE),
        "sector_shown_in_target": counts / (counts + 1.0),
        "served_client": counts / (counts + CLIENT_SHRINKAGE),
    }
    by_count = np.zeros((len(shown), COUNTS + 1))
    for row, (name, shares) in enumerate(shown.items()):
        top = np.append(shares[:-1], 1.0)
        top[1:] = np.minimum(top[1:] + SLACK, 1.0)
        by_count[row] = added(steps, name, top if known[name] else top * np.nan)
    seat = np.array(1.0 if known["proximity_to_target"] else np.nan)
    ages = np.arange(HALF_YEARS + 1) / 2.0
    fresh = np.minimum(np.exp2(-ages / HALF_LIFE_YEARS) + SLACK, 1.0)
    return Tops(
        by_value,
        by_count,
        added(steps, "recency", fresh),
        float(added(steps, "proximity_to_target", seat)) + SLACK,
    )


def _asked_for(asked: Asked) -> dict[str, bool]:
    """Tell what a need asks for; who is meant by what else, its profile says."""
    words, targets, sectors = asked.has_words, asked.has_targets, asked.has_sectors
    meaning = words and asked.has_meaning
    sized = not bool(np.isnan(asked.amount))
    return {
        "words_nearest": words,
        "words_nearest3": words,
        "task_nearest": words,
        "meaning_nearest": meaning,
        "meaning_nearest3": meaning,
        "past_needs": words,
        "focus": words,
        "past_needs_in_target": words and targets,
        "nearest_in_target": words and targets,
        "experience_in_target": targets,
        "covers_targets": targets,
        "experience_near_target": asked.has_neighbours,
        "proximity_to_target": targets,
        "sector_shown": sectors,
        "nearest_in_sector": words and sectors,
        "past_needs_in_sector": words and sectors,
        "sector_shown_in_target": sectors and targets,
        "size_fit": sized,
        "typical_size": sized,
        "alike_of_size": sized and words,
        "served_client": asked.client != 0,
    }


def added(steps: Steps, name: str, values: FloatArray) -> FloatArray:
    """Return what a feature adds where it has these values; NaN: where it is unknown."""
    term = COLUMNS.index(name)
    edges = steps.edges[steps.edge_at[term] : steps.edge_at[term + 1]]
    step = np.where(np.isnan(values), 0, np.searchsorted(edges, values, side="right"))
    found: FloatArray = steps.values[steps.value_at[term] + step]
    return found


@inlined
def _cell(value: float) -> int:
    return int(np.ceil(value * CELLS))


@inlined
def _root_cell(total: float) -> int:
    """The cell of the fourth root of a sum of sixth powers."""
    return min(_cell(float(np.sqrt(np.sqrt(total)))), CELLS)


@inlined
def top_of(
    profiles: Profiles,
    pieces: Pieces,
    row: int,
    first: int,
    asked: Asked,
    tables: Tables,
    tops: Tops,
    stated: float,
    scratch: Scratch,
) -> float:
    """Return what a provider can score at most.

    Args:
        profiles, pieces: of the shard.
        row: the provider.
        first: the first piece of the block that the scratch is of.
        asked, tables: the need.
        tops: what each feature can add.
        stated: what its profile and the shares of its home add at most.
        scratch: with how near its pieces come, by meaning too, or 1 where that is not known.
    """
    near, by_value, by_count = scratch.near, tops.by_value, tops.by_count
    wants_size = not np.isnan(asked.amount)
    counted = verified = 0.0
    word1 = mean1 = task1 = like1 = words = means = likes = 0.0
    like6 = like6_target = like6_sector = sized6 = like_target = like_sector = 0.0
    work_target = work_near = work_sector = work_both = work_client = 0.0
    fit_most = gap_sum = sized = 0.0
    latest = 0
    for piece in range(pieces.starts[row], pieces.starts[row + 1]):
        dated = pieces.dated[piece]
        if dated >= asked.today:
            continue
        flags = pieces.flags[piece]
        counted += 1.0
        verified += 1.0 if (flags & VERIFIED) != 0 else 0.0
        work = 1.0 if (flags & STATEMENT) == 0 else 0.0
        places = np.uint64(pieces.places[piece])
        in_target = float(tables.in_target[places])
        in_sector = float(tables.in_sector[np.uint64(pieces.sectors[piece])]) * work
        like = 0.0
        if asked.has_words:
            at = np.uint64(piece - first)
            word = near[at, 0]
            like = word
            word1 = max(word1, word)
            words += word
            task1 = max(task1, near[at, 1])
            if asked.has_meaning:
                meaning = near[at, 2]
                mean1 = max(mean1, meaning)
                means += meaning
                like = 0.5 * word + 0.5 * meaning
            like1 = max(like1, like)
            likes += like
            power = sixth(like)
            like6 += power
            like6_target += power * in_target
            like6_sector += power * in_sector
            like_target = max(like_target, like * in_target)
            like_sector = max(like_sector, like * in_sector)
        work_target += work * in_target
        work_near += work * float(tables.near_target[places])
        work_sector += in_sector
        work_both += in_sector * in_target
        latest = max(latest, dated if work > 0.0 else 0)
        if asked.client != 0 and pieces.clients[piece] == asked.client:
            work_client += work
        if wants_size and work > 0.0:
            gap = pieces.amounts[piece] - asked.amount
            if not np.isnan(gap):
                fit = max(1.0 - abs(gap) / WIDEST_GAP, 0.0)
                sized += 1.0
                gap_sum += gap
                fit_most = max(fit_most, fit)
                sized6 += sixth(like * fit)
    # Of one who claims, only the verified may count: what is a share of the evidence may be greater then.
    focus = verified_share = typical = 1.0
    if (profiles.flags[row] & CLAIMANT) == 0:
        focus = likes / (counted + FOCUS_SHRINKAGE)
        verified_share = verified / counted if counted > 0.0 else 0.0
        typical = max(1.0 - abs(gap_sum / (sized + 1.0)) / WIDEST_GAP, 0.0)
    elif likes > 0.0:
        focus = likes / (likes / like1 + FOCUS_SHRINKAGE)
    if sized == 0.0:
        typical = 0.0
    age = HALF_YEARS
    if latest > 0:
        age = min(int(float(asked.today - latest) * (2.0 / DAYS_OF_YEAR)), HALF_YEARS)
    total = tops.rest + stated + tops.fresh[age]
    total += by_value[0, _cell(word1)]
    total += by_value[1, _cell(min(words / 3.0, word1))]
    total += by_value[2, _cell(task1)]
    total += by_value[3, _cell(mean1)]
    total += by_value[4, _cell(min(means / 3.0, mean1))]
    total += by_value[5, _root_cell(like6)]
    total += by_value[6, min(_cell(focus), CELLS)]
    total += by_value[7, _root_cell(like6_target)]
    total += by_value[8, _cell(like_target)]
    total += by_count[_TARGET, int(min(work_target, float(COUNTS)))]
    total += by_value[10, CELLS if work_target > 0.0 else 0]
    total += by_count[_NEAR, int(min(work_near, float(COUNTS)))]
    total += by_count[_SECTOR, int(min(work_sector, float(COUNTS)))]
    total += by_value[18, _cell(like_sector)]
    total += by_value[19, _root_cell(like6_sector)]
    total += by_count[_BOTH, int(min(work_both, float(COUNTS)))]
    total += by_count[_CLIENT, int(min(work_client, float(COUNTS)))]
    total += by_value[23, _cell(fit_most)]
    total += by_value[24, _cell(typical)]
    total += by_value[25, _root_cell(sized6)]
    total += by_value[28, _cell(verified_share)]
    return float(total)
