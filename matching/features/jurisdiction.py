"""What a candidate has done in or near the target jurisdictions, and where it is at home."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import numpy as np

from matching.features.context import MatchContext, nearness_of, targets_of
from matching.features.text import served
from matching.jurisdictions.corridor import ProximityTable
from matching.types import BoolArray, FloatArray

# Beyond this many pieces of evidence in a place, more of them tell nothing new.
MANY = 9
# From here on a provider's home counts as being next to the enterprise's: that of Hong Kong and the
# Mainland is .64. Whoever sits farther away bridges nothing.
NEXT_DOOR = 0.6
# From here on two jurisdictions are called close: neighbours of one region with treaties of their
# own, or of one language and law, but not two whose treaties everybody has.
CLOSE = 0.4
# Work in a corridor or nearby is shrunk towards nothing as if so many pieces were missing.
SHRINKAGE = 2.0


def _unknown(context: MatchContext) -> FloatArray:
    return np.full(len(context.index.candidates), np.nan)


def past_needs_in_target(context: MatchContext) -> FloatArray:
    """The nearest past needs of the same jurisdictions, through those who served them."""
    if not targets_of(context.query) or not context.has_words:
        return _unknown(context)
    return served(context, context.in_target)


def nearest_in_target(context: MatchContext) -> FloatArray:
    """Likeness of the nearest piece of evidence from a target jurisdiction."""
    if not targets_of(context.query) or not context.has_words:
        return _unknown(context)
    return context.index.greatest(np.where(context.in_target, context.likeness, 0.0))


def experience_in_target(context: MatchContext) -> FloatArray:
    """How much past work in the target jurisdictions, on a logarithmic scale up to nine pieces."""
    if not targets_of(context.query):
        return _unknown(context)
    work = context.in_target & ~context.index.is_statement
    count = context.index.summed(work.astype(np.float64))
    value: FloatArray = np.minimum(np.log1p(count) / np.log1p(MANY), 1.0)
    return value


def covers_targets(context: MatchContext) -> FloatArray:
    """Share of the target jurisdictions in which the candidate has past work."""
    targets = targets_of(context.query)
    if not targets:
        return _unknown(context)
    index = context.index
    work = context.counts & ~index.is_statement
    seen = np.zeros(len(index.candidates))
    for target in targets:
        there = work & index.matters_in(index.by_jurisdiction, [target])
        seen += index.greatest(there.astype(np.float64))
    return seen / len(targets)


def experience_near_target(context: MatchContext) -> FloatArray:
    """How much past work in the same region, outside the targets themselves; up to nine pieces."""
    if not context.index.neighbours(targets_of(context.query)):
        return _unknown(context)
    work = context.near_target & ~context.index.is_statement
    count = context.index.summed(work.astype(np.float64))
    value: FloatArray = np.minimum(np.log1p(count) / np.log1p(MANY), 1.0)
    return value


def based_in_target(context: MatchContext) -> FloatArray:
    """Whether the candidate is based in a target jurisdiction; unknown where its home is."""
    targets = set(targets_of(context.query))
    if not targets:
        return _unknown(context)
    known = [np.nan if home is None else float(home in targets) for home in context.index.homes]
    return np.array(known, dtype=np.float64)[context.index.home_of]


def corridor(context: MatchContext) -> FloatArray:
    """How much a candidate has worked between the enterprise's home and the targets.

    With k pieces of work in the targets, a candidate at home where the enterprise is gets
    k / (k + 2), one next door to it that times the nearness; with k pieces of work where the
    enterprise is, one at home in a target gets k / (k + 2). Unknown where a home is, or where no
    border is crossed.
    """
    index, home = context.index, context.query.home_jurisdiction
    if home is None or not corridor_targets(context):
        return _unknown(context)
    nearness = nearness_of(context, home)
    outward = [_bridges(context, nearness, code) for code in index.homes]
    inward = [float(code in corridor_targets(context)) for code in index.homes]
    forth = shrunken_count(context, corridor_work(context, outward=True))
    back = shrunken_count(context, corridor_work(context, outward=False))
    known = np.array([code is not None for code in index.homes], dtype=np.bool_)
    value: FloatArray = np.maximum(
        np.array(outward, dtype=np.float64)[index.home_of] * forth,
        np.array(inward, dtype=np.float64)[index.home_of] * back,
    )
    return np.where(known[index.home_of], value, np.nan)


def corridor_targets(context: MatchContext) -> tuple[str, ...]:
    """The targets beyond the border of the enterprise's home."""
    return tuple(t for t in targets_of(context.query) if t != context.query.home_jurisdiction)


def corridor_work(context: MatchContext, *, outward: bool) -> BoolArray:
    """Mark the work in the targets, or that in the enterprise's home: shape (m,)."""
    home = context.query.home_jurisdiction
    places = corridor_targets(context) if outward else ([home] if home else [])
    there = context.index.matters_in(context.index.by_jurisdiction, places)
    work: BoolArray = there & context.counts & ~context.index.is_statement
    return work


def shrunken_count(context: MatchContext, work: BoolArray) -> FloatArray:
    """Count a candidate's pieces among some matters: k / (k + 2), shape (n,)."""
    count = context.index.summed(work.astype(np.float64))
    return count / (count + SHRINKAGE)


def _bridges(context: MatchContext, nearness: Mapping[str, float], code: str | None) -> float:
    if code is None or code in corridor_targets(context):
        return 0.0
    near = nearness.get(code, 0.0)
    return near if near >= NEXT_DOOR else 0.0


def proximity_to_target(context: MatchContext) -> FloatArray:
    """How near the places come to the targets in which a candidate sits or has worked.

    For each target the nearest place other than the target itself, averaged over the targets:
    where the candidate is at home or qualified counts by its proximity, past work by the proximity
    of the nearest place of work, times k / (k + 2) for k pieces. What is not close counts as
    nothing. Unknown where no such place is known, or no proximity.
    """
    index, targets = context.index, targets_of(context.query)
    known = np.zeros(len(index.candidates), dtype=np.bool_)
    total = np.zeros(len(index.candidates))
    for target in targets:
        near, is_known = _nearest_place(context, target)
        total += near
        known |= is_known
    return np.where(known, total / max(len(targets), 1), np.nan)


def _nearest_place(context: MatchContext, target: str) -> tuple[FloatArray, BoolArray]:
    index = context.index
    value = np.zeros(len(index.candidates))
    known = np.zeros(len(index.candidates), dtype=np.bool_)
    if index.proximity is None:
        return value, known
    nearness = close_to(context, target)
    today = context.query.on.toordinal()
    for code, rows in index.by_practice.items():
        if code in nearness:
            holds = rows[index.practice_until[code] >= today]
            value[holds] = np.maximum(value[holds], nearness[code])
            known[holds] = True
    per_matter = nearness_of_work(context, target)
    worked = per_matter > 0.0
    by_work = index.greatest(per_matter) * shrunken_count(context, worked)
    known |= index.greatest(worked.astype(np.float64)) > 0.0
    return np.maximum(value, by_work), known


def close_to(context: MatchContext, target: str) -> Mapping[str, float]:
    """Return how near each other jurisdiction is to a target, 0 for those that are not close."""
    return places_close_to(context.index.proximity, target, context.query.on)


@lru_cache(maxsize=1024)
def places_close_to(table: ProximityTable | None, target: str, on: date) -> Mapping[str, float]:
    """The same on a day; nothing where the target is not known."""
    nearness = table.nearness(target, on) if table is not None else {}
    return {
        code: near if near >= CLOSE else 0.0 for code, near in nearness.items() if code != target
    }


def nearness_of_work(context: MatchContext, target: str) -> FloatArray:
    """How near the nearest place of each matter comes to a target it does not lie in: (m,)."""
    index = context.index
    nearness = close_to(context, target)
    per_matter = np.zeros(len(index.matters))
    for code, rows in index.by_jurisdiction.items():
        if code in nearness:
            per_matter[rows] = np.maximum(per_matter[rows], nearness[code])
    work = context.counts & ~index.is_statement
    work &= ~index.matters_in(index.by_jurisdiction, [target])
    return np.where(work, per_matter, 0.0)
