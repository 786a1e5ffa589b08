"""Whether a candidate shows, or is listed for, the sectors that are asked for."""

import numpy as np

from matching.features.context import MatchContext, sectors_of, targets_of
from matching.features.text import served
from matching.types import FloatArray

# A count of work is shrunk towards nothing as if this many pieces without the sector were added.
SHRINKAGE = 2.0


def _unknown(context: MatchContext) -> FloatArray:
    return np.full(len(context.index.candidates), np.nan)


def sector_shown(context: MatchContext) -> FloatArray:
    """How much past work in the sectors asked for: k / (k + 2) for k pieces of evidence."""
    if not sectors_of(context.query, context.index.tree):
        return _unknown(context)
    work = context.in_sector & ~context.index.is_statement
    count = context.index.summed(work.astype(np.float64))
    return count / (count + SHRINKAGE)


def nearest_in_sector(context: MatchContext) -> FloatArray:
    """Likeness of the nearest piece of evidence among those in the sectors asked for."""
    if not sectors_of(context.query, context.index.tree) or not context.has_words:
        return _unknown(context)
    work = context.in_sector & ~context.index.is_statement
    return context.index.greatest(np.where(work, context.likeness, 0.0))


def past_needs_in_sector(context: MatchContext) -> FloatArray:
    """The nearest past needs in the sectors asked for, through those who served them."""
    if not sectors_of(context.query, context.index.tree) or not context.has_words:
        return _unknown(context)
    return served(context, context.in_sector & ~context.index.is_statement)


def sector_shown_in_target(context: MatchContext) -> FloatArray:
    """How much past work in the sectors asked for and in the target jurisdictions: k / (k + 1)."""
    if not sectors_of(context.query, context.index.tree) or not targets_of(context.query):
        return _unknown(context)
    work = context.in_sector & context.in_target & ~context.index.is_statement
    count = context.index.summed(work.astype(np.float64))
    return count / (count + 1.0)


def sector_listed(context: MatchContext) -> FloatArray:
    """How near the sectors a candidate is listed under come to one asked for, in the tree.

    The best over the wanted sectors, since a need for several is served by several; unknown where
    the candidate is listed under none, or claims more than can be believed.
    """
    tree = context.index.tree
    wanted = sectors_of(context.query, tree)
    if not wanted:
        return _unknown(context)
    nearness = [
        max(tree.similarity(w, offered) for w in wanted for offered in listed) if listed else np.nan
        for listed in context.index.listings
    ]
    value = np.array(nearness, dtype=np.float64)[context.index.listing_of]
    value[context.index.overclaims] = np.nan
    return value


def sector_listed_in_target(context: MatchContext) -> FloatArray:
    """The same for candidates based, qualified or networked in a target jurisdiction, else 0."""
    targets = targets_of(context.query)
    if not targets:
        return _unknown(context)
    value = sector_listed(context)
    there = np.zeros(len(value), dtype=np.bool_)
    for target in targets:
        there[context.index.by_place.get(target, [])] = True
    return np.where(there | np.isnan(value), value, 0.0)
