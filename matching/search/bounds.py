"""What a provider can score at most, known before its vectors are read.

Every curve rises, so a score is at most that of the greatest values its features could have. For
those that rest on evidence these follow from how many pieces there are, the greatest likeness by words,
and whether any lies in a target or a sector asked for; meaning is taken to be perfect. Whoever cannot
reach the best found so far is not looked at any further. After Turtle and Flood 1995, Query
evaluation: strategies and optimizations (MaxScore); nothing is approximated.
"""

from collections.abc import Callable, Hashable
from typing import NamedTuple, TypeVar

import numpy as np

from matching.features.jurisdiction import MANY
from matching.features.sector import SHRINKAGE as SECTOR_SHRINKAGE
from matching.features.text import FOCUS_SHRINKAGE
from matching.features.trust import SHRINKAGE as CLIENT_SHRINKAGE
from matching.search.layout import COLUMNS, Asked, Steps, Tables
from matching.search.memo import Kept
from matching.search.tops import NO_TOPS, SLACK, Tops, added, make_tops
from matching.types import FloatArray, IntArray

# Likeness by words is looked at in so many cells, and counts of pieces up to these.
WORD_CELLS = 64
MOST = (0, 1, 2, 3, 5, 9, 20)
# Bits of the first index of `Bounds.evidence`.
IN_TARGET = 1
IN_SECTOR = 2
NEAR_TARGET = 4
_COUNT_OF = np.searchsorted(np.array(MOST), np.arange(MOST[-1] + 2)).astype(np.int64)

# What is bounded apart from the number and the words of the pieces.
_APART = {
    "words_nearest3",
    "recency",
    "task_nearest",
    "based_in_target",
    "corridor",
    "proximity_to_target",
    "home_firms_alike",
    "home_firms_of_size",
    "languages_spoken",
    "sector_listed",
    "sector_listed_in_target",
}
Part = TypeVar("Part")
_KEPT = Kept()


class Bounds(NamedTuple):
    """The parts of what a provider of one shard can score at most.

    Attributes:
        evidence: shape (8, counts, cells + 1), by whether any piece lies in a target, in a sector
            asked for, or in the region of a target, how many there are, and the cell of the greatest
            likeness by words.
        nearest3: shape (cells + 1,), by the cell of the mean of the three greatest.
        fresh: shape (HALF_YEARS + 1,), by the age of the latest work.
        task: shape (cells + 1,), by the cell of the greatest likeness of a task.
        count_of: shape (MOST[-1] + 2,), the second index by the number of pieces; the last for more.
        home, languages: by number, what the profile says; without the shares of homes.
        listed: shape (sectors + 1, 2), by the sector under which it is listed, last for none that
            counts, and whether it is placed in a target.
        shares: shape (h,), by home, what the shares of homes add; zeros until they are known.
        tops: what each piece makes a provider score at most.
        is_used: whether the bounds hold; else everybody is scored in full.
    """

    evidence: FloatArray
    nearest3: FloatArray
    fresh: FloatArray
    task: FloatArray
    count_of: IntArray
    home: FloatArray
    languages: FloatArray
    listed: FloatArray
    shares: FloatArray
    tops: Tops
    is_used: bool


NO_BOUNDS = Bounds(
    evidence=np.zeros((1, 1, 1)),
    nearest3=np.zeros(1),
    fresh=np.zeros(1),
    task=np.zeros(1),
    count_of=np.zeros(1, dtype=np.int64),
    home=np.zeros(1),
    languages=np.zeros(1),
    listed=np.zeros((1, 2)),
    shares=np.zeros(1),
    tops=NO_TOPS,
    is_used=False,
)


def bound_scores(asked: Asked, tables: Tables, steps: Steps) -> Bounds:
    """Work out what the providers of a shard can score at most.

    Args:
        asked, tables: the need; shares of homes are left out, see `bound_shares`.
        steps: the ranker.
    """
    known = _evidence_bounds(asked, steps)
    stated = _profile_bounds(asked, tables, steps)
    return Bounds(
        evidence=known.evidence,
        nearest3=known.nearest3,
        fresh=known.fresh,
        task=known.task,
        count_of=_COUNT_OF,
        home=stated.home,
        languages=stated.languages,
        listed=stated.listed,
        shares=np.zeros(len(tables.home_alike)),
        tops=known.tops,
        is_used=True,
    )


class _OfEvidence(NamedTuple):
    evidence: FloatArray
    nearest3: FloatArray
    fresh: FloatArray
    task: FloatArray
    tops: Tops


class _OfProfiles(NamedTuple):
    home: FloatArray
    languages: FloatArray
    listed: FloatArray


def _evidence_bounds(asked: Asked, steps: Steps) -> _OfEvidence:
    """Return what evidence can add at most; it hangs on what is asked for, and on nothing else."""
    flags = (
        asked.has_words,
        asked.has_meaning,
        asked.has_targets,
        asked.has_neighbours,
        asked.has_sectors,
        np.isnan(asked.amount),
        asked.client == 0,
    )
    return _remembered((steps,), flags, lambda: _bound_evidence(asked, steps))


def _bound_evidence(asked: Asked, steps: Steps) -> _OfEvidence:
    counts = np.array([*MOST, np.inf])
    words = np.arange(WORD_CELLS + 1) / WORD_CELLS
    grid = _evidence(asked, counts[:, None], words[None, :])
    evidence = np.zeros((8, len(counts), len(words)))
    has_any = counts[:, None] > 0
    for name, (needs, value) in grid.items():
        reached = _added(steps, name, np.where(has_any, value, np.nan))
        missed = _added(steps, name, np.where(has_any[:, :1], 0.0, np.nan)) if needs else reached
        for flags in range(8):
            evidence[flags] += reached if flags & needs == needs else missed
    # A seat may be close without any evidence; what is not asked for adds what the unknown adds.
    seat = np.array(1.0 if asked.has_targets else np.nan)
    constant = float(_added(steps, "proximity_to_target", seat))
    for name in sorted(set(COLUMNS) - grid.keys() - _APART):
        constant += float(_added(steps, name, np.array(np.nan)))
    tops = make_tops(asked, steps)
    at_cells = words if asked.has_words else words * np.nan
    return _OfEvidence(
        evidence=evidence + (constant + SLACK),
        nearest3=_added(steps, "words_nearest3", at_cells),
        fresh=tops.fresh,
        task=_added(steps, "task_nearest", at_cells),
        tops=tops,
    )


def _profile_bounds(asked: Asked, tables: Tables, steps: Steps) -> _OfProfiles:
    """Return what profiles can add at most, but for the shares of homes.

    These tables are shared by all needs that ask for the same beside their words.
    """
    of = (steps, tables.spoken, tables.listed, tables.home_based, tables.home_bridges)
    flags = (asked.has_targets, asked.has_sectors, asked.has_corridor)
    return _remembered(of, flags, lambda: _bound_profiles(asked, tables, steps))


def _bound_profiles(asked: Asked, tables: Tables, steps: Steps) -> _OfProfiles:
    near = np.append(tables.listed, -1.0)
    near = np.where((near >= 0.0) & asked.has_sectors, np.minimum(near + SLACK, 1.0), np.nan)
    listed = np.empty((len(near), 2))
    for is_placed in range(2):
        there = near if is_placed else near * 0.0
        listed[:, is_placed] = _added(steps, "sector_listed", near) + _added(
            steps, "sector_listed_in_target", there if asked.has_targets else near * np.nan
        )
    based = tables.home_based if asked.has_targets else tables.home_based * np.nan
    return _OfProfiles(
        home=_added(steps, "based_in_target", based)
        + _added(steps, "corridor", _corridor(asked, tables)),
        languages=_added(steps, "languages_spoken", np.minimum(tables.spoken + SLACK, 1.0)),
        listed=listed,
    )


def bound_shares(tables: Tables, steps: Steps) -> FloatArray:
    """Return what the shares of homes add at most, by home: shape (h,)."""
    return _added(steps, "home_firms_alike", tables.home_alike) + _added(
        steps, "home_firms_of_size", tables.home_of_size
    )


def _remembered(of: tuple[object, ...], flags: Hashable, make: Callable[[], Part]) -> Part:
    """Return what follows from some values and flags, kept from before or made now.

    Args:
        of: told apart by identity, since to compare them would take as long as to make it; whatever is
            kept keeps them alive, so that their numbers are nobody else's.
        flags: told apart by value.
        make: works it out.
    """
    key = (tuple(map(id, of)), flags)
    _of, found = _KEPT.value(key, lambda: (of, make()))
    return found


def rises(steps: Steps) -> bool:
    """Whether every curve rises or stays, and no pair may fall beside them."""
    return _remembered((steps,), "rises", lambda: _rises(steps))


def _rises(steps: Steps) -> bool:
    if len(steps.pair_columns):
        return False
    falls = np.diff(steps.values) < 0.0
    # Between one curve and the next anything may happen.
    falls[steps.value_at[1:-1] - 1] = False
    return not bool(falls.any())


def _corridor(asked: Asked, tables: Tables) -> FloatArray:
    if not asked.has_corridor:
        return np.full(len(tables.home_code), np.nan)
    most = np.maximum(tables.home_bridges, tables.home_inward)
    return np.where(tables.home_code >= 0, most, np.nan)


def _evidence(asked: Asked, n: FloatArray, word: FloatArray) -> dict[str, tuple[int, FloatArray]]:
    """Return the greatest values of features of evidence: what they need, and by count and cell."""
    shape = np.zeros(np.broadcast_shapes(n.shape, word.shape))
    many = np.where(np.isinf(n), 1e12, n)
    of3 = np.minimum(many, 3) / 3
    found: dict[str, tuple[int, FloatArray]] = {}

    def put(name: str, value: FloatArray, needs: int = 0) -> None:
        found[name] = (needs, np.minimum(value + shape + SLACK, 1.0))

    like = word
    if asked.has_words:
        put("words_nearest", word)
        if asked.has_meaning:
            like = 0.5 * word + 0.5
            put("meaning_nearest", shape + 1.0)
            put("meaning_nearest3", of3)
        power = np.minimum(many ** (1 / 6) * like, 1.0)
        put("past_needs", power)
        put("focus", like * many / (many + FOCUS_SHRINKAGE))
        if asked.has_targets:
            put("past_needs_in_target", power, IN_TARGET)
            put("nearest_in_target", like, IN_TARGET)
        if asked.has_sectors:
            put("past_needs_in_sector", power, IN_SECTOR)
            put("nearest_in_sector", like, IN_SECTOR)
        if not np.isnan(asked.amount):
            put("alike_of_size", power)
    worked = np.log1p(many) / np.log1p(MANY)
    if asked.has_targets:
        put("experience_in_target", worked, IN_TARGET)
        put("covers_targets", shape + 1.0, IN_TARGET)
    if asked.has_neighbours:
        put("experience_near_target", worked, NEAR_TARGET)
    if asked.has_sectors:
        put("sector_shown", many / (many + SECTOR_SHRINKAGE), IN_SECTOR)
        if asked.has_targets:
            put("sector_shown_in_target", many / (many + 1.0), IN_TARGET | IN_SECTOR)
    if not np.isnan(asked.amount):
        put("size_fit", shape + 1.0)
        put("typical_size", shape + 1.0)
    put("verified_record", shape + 1.0)
    if asked.client != 0:
        put("served_client", many / (many + CLIENT_SHRINKAGE))
    return found


def _added(steps: Steps, name: str, values: FloatArray) -> FloatArray:
    # Curves rise: what is nothing adds no less than what is unknown, and which it is may be open.
    return added(steps, name, np.where(np.isnan(values), 0.0, values))
