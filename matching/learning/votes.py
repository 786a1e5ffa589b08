"""Outcomes as votes: verified enterprises only, and one vote of each per provider.

The limits of a single voice are kept here, before anything is learned: whoever opens a hundred
accounts, or reports a hundred needs, has said no more than once what one enterprise may say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matching.learning.types import ACCEPTING, MAX_RATING, Outcome, OutcomeKind
from matching.types import FloatArray

# How much each step says about whether the provider answers the need. A shortlist and a referral
# are one side's wish, taken from what was shown. Accepting costs the provider something: it has
# looked at conflicts and at its capacity. An engagement is the choice itself; completing it adds
# nothing about the need, so it has no grade of its own.
GRADES: Mapping[OutcomeKind, int] = MappingProxyType(
    {
        OutcomeKind.SHORTLISTED: 1,
        OutcomeKind.REFERRED: 1,
        OutcomeKind.ACCEPTED: 2,
        OutcomeKind.ENGAGED: 3,
        OutcomeKind.COMPLETED: 3,
    }
)
# A review is the last word on the pair and takes the place of the steps before it. The lowest
# takes the vote back: a choice that was regretted is no example of a good one, and no proof that
# those who were passed over were better.
REVIEW_GRADES: Mapping[int, int] = MappingProxyType({1: 0, 2: 1, 3: 2, 4: 3, 5: 3})

# One vote more or less, or a vote turned round, moves a rate by at most 1 / (strength + 1).
MIN_STRENGTH = 99.0
MAX_STRENGTH = 10_000.0


@dataclass(frozen=True, slots=True)
class Vote:
    """What one enterprise says of one provider for one query.

    `share` is such that an enterprise has one vote per provider over all of its queries; `place`
    and `list_id` say where it was shown, None where it was not.
    """

    query_id: str
    provider_id: str
    enterprise_id: str
    grade: int
    share: float
    place: int | None
    list_id: str | None


def count_votes(outcomes: Iterable[Outcome]) -> tuple[Vote, ...]:
    """Turn outcomes into votes: verified enterprises only, each one vote per provider.

    Of several outcomes of an enterprise for a provider and query the furthest step counts, and a
    review before any step. Where it was shown more than once the best place counts, which is
    corrected least.

    Returns:
        By query, provider and enterprise. The shares of an enterprise for a provider sum to 1.
    """
    said = _by_enterprise(outcomes)
    queries: dict[tuple[str, str], int] = defaultdict(int)
    for _, provider_id, enterprise_id in said:
        queries[enterprise_id, provider_id] += 1
    votes: list[Vote] = []
    for (query_id, provider_id, enterprise_id), kept in sorted(said.items()):
        shown = min(
            ((one.place, one.list_id or "") for one in kept if one.place is not None),
            default=(None, ""),
        )
        votes.append(
            Vote(
                query_id,
                provider_id,
                enterprise_id,
                grade=_grade(kept),
                share=1.0 / queries[enterprise_id, provider_id],
                place=shown[0],
                list_id=shown[1] or None,
            )
        )
    return tuple(votes)


def _by_enterprise(outcomes: Iterable[Outcome]) -> dict[tuple[str, str, str], list[Outcome]]:
    said: dict[tuple[str, str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.is_verified:
            said[outcome.query_id, outcome.provider_id, outcome.enterprise_id].append(outcome)
    return said


def _grade(said: Sequence[Outcome]) -> int:
    ratings = [one.rating for one in said if one.rating is not None]
    if ratings:
        return REVIEW_GRADES[lower_median(ratings)]
    return max(GRADES[one.kind] for one in said)


def lower_median(values: Iterable[int]) -> int:
    """Return the middle of some values, the lower of two middles."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2]


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes on one provider: how many, and how much of them was in its favour, 0 to `votes`."""

    favour: float
    votes: int


def tally_acceptance(outcomes: Iterable[Outcome]) -> dict[str, Tally]:
    """Count, for each provider, the verified enterprises referred to it and those it accepted.

    An enterprise with several referrals counts once, by the share of them that were accepted.
    """
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (_, provider_id, enterprise_id), said in _by_enterprise(outcomes).items():
        kinds = {one.kind for one in said}
        if kinds & ACCEPTING or OutcomeKind.REFERRED in kinds:
            values[provider_id, enterprise_id].append(float(bool(kinds & ACCEPTING)))
    return _tally(values)


def tally_ratings(outcomes: Iterable[Outcome]) -> dict[str, Tally]:
    """Count, for each provider, the verified enterprises that rated it; 1 is none of a vote, 5 all.

    An enterprise with several reviews counts once, by their mean.
    """
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.is_verified and outcome.rating is not None:
            key = (outcome.provider_id, outcome.enterprise_id)
            values[key].append((outcome.rating - 1) / (MAX_RATING - 1))
    return _tally(values)


def _tally(values: Mapping[tuple[str, str], Sequence[float]]) -> dict[str, Tally]:
    by_provider: dict[str, list[float]] = defaultdict(list)
    for (provider_id, _), said in sorted(values.items()):
        by_provider[provider_id].append(sum(sorted(said)) / len(said))
    return {
        provider_id: Tally(favour=sum(sorted(means)), votes=len(means))
        for provider_id, means in by_provider.items()
    }


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """What is believed of a rate before its own votes: a mean, worth `strength` votes.

    It is fitted together with a ranker and stays as it is until the next one: were it fitted
    again at each vote, an enterprise could move providers it never voted on.
    """

    mean: float
    strength: float

    def __post_init__(self) -> None:
        """Refuse a prior that one vote could push around."""
        if not 0.0 <= self.mean <= 1.0:
            raise ValueError(f"a prior mean of {self.mean}: it is a rate, from 0 to 1")
        if not MIN_STRENGTH <= self.strength <= MAX_STRENGTH:
            raise ValueError(
                f"a prior of {self.strength} votes: between {MIN_STRENGTH:g} and {MAX_STRENGTH:g}, "
                "or one enterprise moves a rate by more than a hundredth"
            )


def fit_prior(tallies: Iterable[Tally]) -> BetaPrior:
    """Fit the prior of a rate to the tallies of all providers, by moments.

    The strength comes from the correlation of votes within providers (the ANOVA estimator; Ridout,
    Demetrio and Firth 1999, Estimating intraclass correlation for binary data), held within
    `MIN_STRENGTH` and `MAX_STRENGTH`. Without votes the mean is one half.
    """
    kept = sorted((one.favour, one.votes) for one in tallies if one.votes)
    favour = np.array([one[0] for one in kept], dtype=np.float64)
    votes = np.array([one[1] for one in kept], dtype=np.float64)
    total, providers = float(votes.sum()), len(kept)
    mean = (float(favour.sum()) + 1.0) / (total + 2.0)
    if providers < 2 or total <= providers:
        return BetaPrior(mean, MIN_STRENGTH)
    rates, middle = favour / votes, float(favour.sum()) / total
    between = float((votes * (rates - middle) ** 2).sum()) / (providers - 1)
    within = float((votes * rates * (1.0 - rates)).sum()) / (total - providers)
    size = (total - float((votes**2).sum()) / total) / (providers - 1)
    scale = between + (size - 1.0) * within
    correlation = (between - within) / scale if scale > 0.0 else 0.0
    strength = 1.0 / correlation - 1.0 if correlation > 0.0 else MAX_STRENGTH
    return BetaPrior(mean, min(max(strength, MIN_STRENGTH), MAX_STRENGTH))


def shrunken_rate(favour: FloatArray, votes: FloatArray, prior: BetaPrior) -> FloatArray:
    """Estimate the rates of providers, drawn towards the prior as far as votes are few.

    Args:
        favour: shape (n,), votes in favour, each entry between 0 and that of `votes`.
        votes: shape (n,), votes counted.
        prior: fitted by `fit_prior`.

    Returns:
        Shape (n,), in [0, 1]. One enterprise moves an entry by at most 0.01.

    Raises:
        ValueError: the shapes differ, or more votes are in favour than there are.
    """
    if favour.shape != votes.shape or favour.ndim != 1:
        raise ValueError(f"votes in favour {favour.shape} against votes {votes.shape}")
    if bool(((favour < 0.0) | ~(favour <= votes)).any()):
        raise ValueError("votes in favour must lie between 0 and the number of votes")
    return (favour + prior.mean * prior.strength) / (votes + prior.strength)
