"""What a candidate has done in the target jurisdictions, and whether it is based there."""

import numpy as np

from matching.features.context import MatchContext, targets_of
from matching.features.text import served
from matching.types import FloatArray

# Beyond this many pieces of evidence in a place, more of them tell nothing new.
MANY = 9


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
