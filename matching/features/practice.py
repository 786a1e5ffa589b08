"""How a candidate's practice fits: size of its past work, and how recent it is."""

import numpy as np

from matching.features.context import MatchContext
from matching.features.text import served_nearly
from matching.types import FloatArray

HALF_LIFE_YEARS = 4.0
# A factor of e to the fourth, about 55, between two values is no likeness at all.
WIDEST_GAP = 4.0


def recency(context: MatchContext) -> FloatArray:
    """How recent the latest dated work is: halves every four years; unknown without a date."""
    dated = context.counts & ~context.index.is_statement & ~np.isnan(context.age_years)
    freshness = np.where(dated, 0.5 ** (np.nan_to_num(context.age_years) / HALF_LIFE_YEARS), 0.0)
    value = context.index.greatest(freshness)
    return np.where(value > 0, value, np.nan)


def size_fit(context: MatchContext) -> FloatArray:
    """How near the value of the nearest past work comes to that of the need, on a log scale."""
    value = per_matter_size_fit(context)
    if value is None:
        return np.full(len(context.index.candidates), np.nan)
    known = context.counts & ~context.index.is_statement & ~np.isnan(context.index.amounts)
    has_any = context.index.greatest(known.astype(np.float64)) > 0
    return np.where(has_any, context.index.greatest(value), np.nan)


def typical_size(context: MatchContext) -> FloatArray:
    """How near the usual value of past work comes to that of the need, on a log scale.

    The mean over a candidate's work of known value, shrunk as if one more piece had just the
    value of the need; unknown without any such work.
    """
    if context.query.amount_usd is None:
        return np.full(len(context.index.candidates), np.nan)
    index = context.index
    known = context.counts & ~index.is_statement & ~np.isnan(index.amounts)
    gap = index.amounts - np.log1p(max(context.query.amount_usd, 0.0))
    count = index.summed(known.astype(np.float64))
    mean = index.summed(np.where(known, gap, 0.0)) / (count + 1.0)
    return np.where(count > 0, np.clip(1.0 - np.abs(mean) / WIDEST_GAP, 0.0, 1.0), np.nan)


def alike_of_size(context: MatchContext) -> FloatArray:
    """The nearest past needs that were also of about this value, through those who served them."""
    fits = per_matter_size_fit(context)
    if fits is None or not context.has_words:
        return np.full(len(context.index.candidates), np.nan)
    return served_nearly(context, context.likeness * fits)


def per_matter_size_fit(context: MatchContext) -> FloatArray | None:
    """Likeness in value of each matter: shape (m,), or None where the need's value is unknown.

    A statement is no work and has no likeness.
    """
    if context.query.amount_usd is None:
        return None
    gap = np.abs(context.index.amounts - np.log1p(max(context.query.amount_usd, 0.0)))
    work = context.counts & ~context.index.is_statement
    return np.where(work, np.clip(1.0 - np.nan_to_num(gap, nan=99.0) / WIDEST_GAP, 0, 1), 0)
