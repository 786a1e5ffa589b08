"""How near a candidate's evidence is to the words and the meaning of the need.

Measured on real awards, the nearest pieces of evidence tell more than a whole profile, and who
served the needs most like this one tells most (docs/evaluation.md).
"""

import numpy as np

from matching.features.context import MatchContext
from matching.types import BoolArray, FloatArray

# High powers let the few nearest needs speak and silence the crowd of vaguely similar ones.
POWER = 6  # as `sixth_power` takes it
FOCUS_SHRINKAGE = 3.0


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


def task_nearest(context: MatchContext) -> FloatArray:
    """Likeness by words of the nearest task, the names of projects and programmes left out.

    Those of one project share its name, whatever they did in it: the task tells them apart.
    """
    if not context.has_words:
        return _unknown(context)
    return context.index.greatest(context.task)


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


def focus(context: MatchContext) -> FloatArray:
    """How much of a candidate's whole record is like the need, shrunk as if three pieces were not.

    Tells who is known for such work from who has done everything once.
    """
    if not context.has_words:
        return _unknown(context)
    counted = context.index.summed(context.counts.astype(np.float64))
    alike = context.index.summed(np.where(context.counts, context.likeness, 0.0))
    return alike / (counted + FOCUS_SHRINKAGE)


def served(context: MatchContext, among: BoolArray) -> FloatArray:
    """Power mean over a candidate's evidence of its likeness to the need: shape (n,), in [0, 1]."""
    return served_nearly(context, np.where(among, context.likeness, 0.0))


def served_nearly(context: MatchContext, per_matter: FloatArray) -> FloatArray:
    """Power mean over a candidate's evidence of some likeness of each matter: shape (n,)."""
    return np.minimum(context.index.summed(sixth_power(per_matter)) ** (1.0 / POWER), 1.0)


def sixth_power(values: FloatArray) -> FloatArray:
    """Multiply values by themselves: the same bits everywhere, which a library's power is not."""
    cubes = values * values * values
    return cubes * cubes
