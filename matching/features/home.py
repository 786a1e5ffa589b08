"""How often firms from a candidate's home do work like this in the targets.

A firm's own record is short; that of the firms around it says where they are asked to work, at what
size, and where others are preferred. Shares are shrunk towards broader ones (empirical Bayes), so
that a place with a handful of matters says little.
"""

import numpy as np

from matching.features.context import MatchContext, targets_of
from matching.types import FloatArray

# A share of 1 in 10,000 and below is nothing, 1 is everything, and each factor of ten a quarter.
LEAST_SHARE = 1e-4


def on_log_scale(shares: FloatArray) -> FloatArray:
    """Bring shares to [0, 1] by their order of magnitude: the shape of the input."""
    value: FloatArray = 1.0 + np.log10(np.maximum(shares, LEAST_SHARE)) / -np.log10(LEAST_SHARE)
    return value


def _by_home(context: MatchContext, shares: FloatArray) -> FloatArray:
    known = np.array([code is not None for code in context.index.homes], dtype=np.bool_)
    return np.where(known, on_log_scale(shares), np.nan)[context.index.home_of]


def home_firms_alike(context: MatchContext) -> FloatArray:
    """Share of firms from the same home in work like this in the targets, on a log scale."""
    if not targets_of(context.query) or not context.has_words:
        return np.full(len(context.index.candidates), np.nan)
    return _by_home(context, context.home_alike)


def home_firms_of_size(context: MatchContext) -> FloatArray:
    """The same among work of about the same value, in or near the targets."""
    if context.query.amount_usd is None or not targets_of(context.query) or not context.has_words:
        return np.full(len(context.index.candidates), np.nan)
    return _by_home(context, context.home_of_size)
