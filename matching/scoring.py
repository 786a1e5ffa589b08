"""From a need laid against the index to scores: features, curves, and how much a claim weighs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.features.catalogue import NAMES, feature_matrix
from matching.features.context import MatchContext, without_claims, without_evidence
from matching.ranker.additive import AdditiveRanker, FeatureMismatch
from matching.types import BoolArray, FloatArray, ScoredCandidate

# What nobody has verified weighs a quarter of what somebody has, whatever the curves are.
CLAIM_WEIGHT = 0.25
# Terms that rest on what firms of a home have done, and not on a candidate's own evidence.
SHARED = tuple(NAMES.index(name) for name in ("home_firms_alike", "home_firms_of_size"))


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of all n candidates and their parts.

    Attributes:
        features: shape (n, f), in [0, 1] or NaN, of the evidence that counted.
        contributions: shape (n, f + p), columns as the ranker's `terms`.
        scores: shape (n,), the sums of the contributions (`sums_of`).
        on_record: the rows whose unverified evidence did not count.
    """

    features: FloatArray
    contributions: FloatArray
    scores: FloatArray
    on_record: frozenset[int] = frozenset()


def score_all(context: MatchContext, ranker: AdditiveRanker) -> Scored:
    """Score every candidate of the index, eligible or not.

    A candidate with unverified evidence is scored on its verified evidence alone, or on all of its
    evidence at `CLAIM_WEIGHT`, whichever is more; facts of its profile count in full beside either.
    So a claim lets a candidate without a record be found, never lifts one above its record, and to
    have something verified never lowers a score. Whoever claims too much is taken at no claim.

    Raises:
        FeatureMismatch: the ranker's curves are not those of the catalogue.
    """
    return score_each(context, (ranker,))[0]


def score_each(context: MatchContext, rankers: Sequence[AdditiveRanker]) -> tuple[Scored, ...]:
    """Score every candidate by several rankers, as each would alone; features are computed once.

    Raises:
        FeatureMismatch: a ranker's curves are not those of the catalogue.
    """
    claims = context.index.claimants
    everything = feature_matrix(context)
    bare = verified = everything[:0]
    if claims.size:
        of_claimants = replace(context, index=context.index.of_candidates(claims))
        bare = feature_matrix(without_evidence(of_claimants))
        verified = feature_matrix(without_claims(of_claimants))
    results = []
    for ranker in rankers:
        features, contributions = everything.copy(), ranker.contributions(everything)
        facts, shown = ranker.contributions(bare), ranker.contributions(verified)
        claimed = facts + CLAIM_WEIGHT * (contributions[claims] - facts)
        is_believed = sums_of(claimed, last=()) >= sums_of(shown, last=())
        is_believed &= ~context.index.overclaims[claims]
        contributions[claims] = np.where(is_believed[:, None], claimed, shown)
        on_record = claims[~is_believed]
        features[on_record] = verified[~is_believed]
        scores = sums_of(contributions)
        results.append(Scored(features, contributions, scores, frozenset(on_record.tolist())))
    return tuple(results)


def sums_of(contributions: FloatArray, *, last: Sequence[int] = SHARED) -> FloatArray:
    """Add up the parts of each score, one after the other in the order of the terms: shape (n,).

    The order is part of the score: whoever adds up a single candidate finds the same last bit. What
    shares of everybody's work say comes last, so that scores can be summed before these are known.

    Args:
        contributions: shape (n, f + p).
        last: which of `SHARED` to add; none to leave them out.
    """
    total = np.zeros(len(contributions))
    for i, part in enumerate(contributions.T):
        if i not in SHARED:
            total += part
    for i in last:
        total += contributions[:, i]
    return total


def rank(
    candidate_ids: Sequence[str], scored: Scored, eligible: BoolArray, *, top: int | None = None
) -> tuple[ScoredCandidate, ...]:
    """Rank the eligible candidates exactly; ties go to the smaller id.

    Args:
        candidate_ids: length n, increasing.
        scored: of the same n candidates.
        eligible: shape (n,).
        top: how many to return, or None for all.

    Returns:
        Best first; `contributions` has length f + p and sums to `score`.

    Raises:
        FeatureMismatch: the lengths differ.
    """
    if not len(candidate_ids) == len(scored.scores) == len(eligible):
        raise FeatureMismatch(f"{len(candidate_ids)} ids for {len(scored.scores)} rows")
    rows = np.flatnonzero(eligible)
    # Rows are in the order of ids, and the sort is stable: equal scores stay in that order.
    order = rows[np.argsort(-scored.scores[rows], kind="stable")][:top]
    return tuple(
        ScoredCandidate(
            candidate_ids[int(row)],
            float(scored.scores[row]),
            tuple(scored.contributions[row].tolist()),
        )
        for row in order
    )
