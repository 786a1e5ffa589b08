"""How a candidate's practice fits: size of its past work, and how recent it is."""

import numpy as np

from matching.features.context import MatchContext
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


def per_matter_size_fit(context: MatchContext) -> FloatArray | None:
    """Likeness in value of each matter: shape (m,), or None where the need's value is unknown.

    A statement is no work and has no likeness.
    """
    if context.query.amount_usd is None:
        return None
    gap = np.abs(context.index.amounts - np.log1p(max(context.query.amount_usd, 0.0)))
    work = context.counts & ~context.index.is_statement
    return np.where(work, np.clip(1.0 - np.nan_to_num(gap, nan=99.0) / WIDEST_GAP, 0, 1), 0)
