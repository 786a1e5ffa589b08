"""How near a candidate's evidence is to the words and the meaning of the need.

Measured on real awards, the nearest pieces of evidence tell more than a whole profile, and who
served the needs most like this one tells most (docs/evaluation.md).
"""

import numpy as np

from matching.features.context import MatchContext
from matching.types import BoolArray, FloatArray

# High powers let the few nearest needs speak and silence the crowd of vaguely similar ones.
POWER = 6


def _unknown(context: MatchContext) -> FloatArray:
    return np.full(len(context.index.candidates), np.nan)


def words_nearest(context: MatchContext) -> FloatArray:
    """Likeness by words of the nearest piece of evidence."""
    if not context.has_words:
        return _unknown(context)
    return context.index.greatest(context.words)


def words_nearest3(context: MatchContext) -> FloatArray:
    """Mean likeness by words of the three nearest pieces of evidence."""
    if not context.has_words:
        return _unknown(context)
    return context.index.mean_of_nearest(context.words)


def meaning_nearest(context: MatchContext) -> FloatArray:
    """Likeness by meaning of the nearest piece of evidence."""
    if not context.has_meaning:
        return _unknown(context)
    return context.index.greatest(context.meaning)


def meaning_nearest3(context: MatchContext) -> FloatArray:
    """Mean likeness by meaning of the three nearest pieces of evidence."""
    if not context.has_meaning:
        return _unknown(context)
    return context.index.mean_of_nearest(context.meaning)


def past_needs(context: MatchContext) -> FloatArray:
    """The nearest past needs, counted through those who served them."""
    if not context.has_words:
        return _unknown(context)
    return served(context, context.counts)


def served(context: MatchContext, among: BoolArray) -> FloatArray:
    """Power mean over a candidate's evidence of its likeness to the need: shape (n,), in [0, 1]."""
    total = context.index.summed(np.where(among, context.likeness, 0.0) ** POWER)
    return np.minimum(total ** (1.0 / POWER), 1.0)
