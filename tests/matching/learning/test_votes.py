"""RELIABILITY of the votes: what one enterprise, or a crowd of accounts, can move."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning.types import Outcome, OutcomeKind
from matching.learning.votes import (
    MIN_STRENGTH,
    BetaPrior,
    Tally,
    fit_prior,
    shrunken_rate,
    tally_acceptance,
    tally_ratings,
)


def review(
    enterprise: str, rating: int, *, provider: str = "p", query: str = "q", verified: bool = True
) -> Outcome:
    return Outcome(query, provider, enterprise, OutcomeKind.REVIEWED, 1, verified, rating)


def rate(tally: Tally | None, prior: BetaPrior) -> float:
    favour, votes = (tally.favour, tally.votes) if tally else (0.0, 0)
    return float(shrunken_rate(np.array([favour]), np.array([float(votes)]), prior)[0])


reviews = st.lists(
    st.builds(
        review,
        st.sampled_from([f"e{number}" for number in range(8)]),
        st.integers(1, 5),
        query=st.sampled_from(["q1", "q2", "q3"]),
    ),
    max_size=30,
)
priors = st.builds(BetaPrior, st.floats(0, 1), st.floats(MIN_STRENGTH, 10_000))


@given(reviews, st.lists(st.integers(1, 5), min_size=1, max_size=6), priors)
def test_one_enterprise_moves_a_rate_by_a_hundredth_at_most(
    said: list[Outcome], ratings: list[int], prior: BetaPrior
) -> None:
    without = tally_ratings(said).get("p")
    flood = [review("one", rating, query=f"q{at}") for at, rating in enumerate(ratings)]
    more = tally_ratings([*said, *flood]).get("p")
    assert abs(rate(more, prior) - rate(without, prior)) <= 0.01
    turned = [review("one", 6 - rating, query=f"q{at}") for at, rating in enumerate(ratings)]
    opposite = tally_ratings([*said, *turned]).get("p")
    assert abs(rate(more, prior) - rate(opposite, prior)) <= 0.01 + 1e-12


@given(reviews)
def test_a_hundred_unverified_accounts_move_nothing(said: list[Outcome]) -> None:
    crowd = [review(f"fake{number}", 1, verified=False) for number in range(100)]
    assert tally_ratings([*said, *crowd]) == tally_ratings(said)
    assert tally_acceptance([*said, *crowd]) == tally_acceptance(said)
    assert fit_prior(tally_ratings([*crowd, *said]).values()) == fit_prior(
        tally_ratings(said).values()
    )


def test_reviews_of_one_enterprise_count_once_by_their_mean() -> None:
    said = [review("e1", 5, query="q1"), review("e1", 1, query="q2"), review("e2", 5)]
    assert tally_ratings(said) == {"p": Tally(favour=1.5, votes=2)}


def test_acceptance_counts_referrals_and_what_implies_one() -> None:
    def step(kind: OutcomeKind, enterprise: str, query: str = "q") -> Outcome:
        return Outcome(query, "p", enterprise, kind, 1, is_verified=True)

    said = [
        step(OutcomeKind.REFERRED, "e1", "q1"),
        step(OutcomeKind.REFERRED, "e1", "q2"),
        step(OutcomeKind.ACCEPTED, "e1", "q2"),
        step(OutcomeKind.ENGAGED, "e2"),
        step(OutcomeKind.SHORTLISTED, "e3"),
    ]
    assert tally_acceptance(said) == {"p": Tally(favour=1.5, votes=2)}


def test_the_prior_is_recovered_from_many_providers() -> None:
    rng = np.random.default_rng(3)
    rates = rng.beta(0.7 * 150, 0.3 * 150, size=2_000)
    favour = rng.binomial(200, rates)
    prior = fit_prior(Tally(float(count), 200) for count in favour)
    assert prior.mean == pytest.approx(0.7, abs=0.01)
    assert prior.strength == pytest.approx(150, rel=0.15)


def test_a_prior_from_nothing_is_one_half_and_the_weakest_that_is_allowed() -> None:
    assert fit_prior([]) == BetaPrior(0.5, MIN_STRENGTH)
    assert fit_prior([Tally(1.0, 1), Tally(0.0, 1)]).strength == MIN_STRENGTH
    # Providers that are all alike: nothing speaks against drawing them together.
    assert fit_prior([Tally(5.0, 10)] * 50).strength == 10_000.0


@given(st.floats(0, 1), st.integers(1, 400), priors)
def test_a_shrunken_rate_lies_between_the_prior_and_the_votes(
    share: float, votes: int, prior: BetaPrior
) -> None:
    shrunken = rate(Tally(share * votes, votes), prior)
    low, high = sorted((share, prior.mean))
    assert low - 1e-9 <= shrunken <= high + 1e-9


@pytest.mark.parametrize(
    ("favour", "votes"), [([2.0], [1.0]), ([-1.0], [1.0]), ([1.0, 1.0], [1.0]), ([np.nan], [1.0])]
)
def test_votes_that_cannot_be_are_refused(favour: list[float], votes: list[float]) -> None:
    with pytest.raises(ValueError, match="votes"):
        shrunken_rate(np.array(favour), np.array(votes), BetaPrior(0.5, 100.0))


@pytest.mark.parametrize(("mean", "strength"), [(1.1, 100.0), (0.5, 20.0), (0.5, 1e6)])
def test_a_prior_that_a_vote_could_push_around_is_refused(mean: float, strength: float) -> None:
    with pytest.raises(ValueError, match="prior"):
        BetaPrior(mean, strength)
