import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning.calibration import (
    Calibration,
    CalibrationRefused,
    acceptance_cases,
    expected_calibration_error,
    fit_calibration,
    read_calibration,
    reliability_curve,
    wilson_interval,
)
from matching.learning.types import Feedback, Outcome, OutcomeKind, Showing
from matching.types import BoolArray, FloatArray


def outcomes(n: int, seed: int = 1) -> tuple[FloatArray, BoolArray]:
    """Scores up to 8 and acceptances whose true probability is that of a logistic curve."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 8, size=n)
    return scores, rng.random(n) < 1 / (1 + np.exp(2.5 - scores))


def test_is_calibrated_on_outcomes_that_nobody_fitted() -> None:
    scores, accepted = outcomes(4_000)
    fitted = fit_calibration(scores, accepted, seed=0)
    fresh, came = outcomes(20_000, seed=2)
    assert expected_calibration_error(fitted.probability(fresh), came) < 0.02
    assert fitted.expected_error < 0.03


def test_the_error_reported_is_not_that_on_its_own_outcomes() -> None:
    scores, accepted = outcomes(250)
    fitted = fit_calibration(scores, accepted, seed=0)
    flattering = expected_calibration_error(fitted.probability(scores), accepted)
    assert flattering < 1e-9
    assert fitted.expected_error > 0.01


def test_a_higher_score_never_has_a_lower_probability() -> None:
    scores, accepted = outcomes(500)
    fitted = fit_calibration(scores, accepted, seed=0)
    probabilities = fitted.probability(np.linspace(-5, 20, 2_001))
    assert (np.diff(probabilities) >= 0).all()
    assert probabilities.min() >= 0
    assert probabilities.max() <= 1


def test_reads_back_to_the_same_function_from_json() -> None:
    scores, accepted = outcomes(300)
    fitted = fit_calibration(scores, accepted, seed=0)
    assert read_calibration(json.loads(json.dumps(fitted.as_dict()))) == fitted


def test_cases_are_answered_referrals_by_verified_enterprises_from_lists_of_one_ranker() -> None:
    def outcome(
        provider: str,
        kind: OutcomeKind,
        at: str,
        enterprise: str = "e1",
        *,
        is_verified: bool = True,
    ) -> Outcome:
        return Outcome("q", provider, enterprise, kind, 1, is_verified, list_id=at)

    feedback = Feedback(
        {},
        outcomes=(
            outcome("a", OutcomeKind.REFERRED, "l1"),
            outcome("a", OutcomeKind.ENGAGED, "l1"),
            outcome("b", OutcomeKind.REFERRED, "l1", "e2"),
            outcome("b", OutcomeKind.SHORTLISTED, "l1", "e3"),
            outcome("a", OutcomeKind.REFERRED, "l1", "e4", is_verified=False),
            outcome("a", OutcomeKind.REFERRED, "l2"),
        ),
        showings=(
            Showing("l1", "q", ("a", "b"), (5.0, 4.0), "new"),
            Showing("l2", "q", ("a", "b"), (50.0, 40.0), "old"),
        ),
    )
    cases = acceptance_cases(feedback, ranker="new")
    assert cases.scores.tolist() == [5.0, 4.0]
    assert cases.accepted.tolist() == [True, False]
    assert cases.enterprises == ("e1", "e2")


@pytest.mark.parametrize(
    "change",
    [
        {"edges": [1.0, 1.0], "values": [0.1, 0.2, 0.3]},
        {"edges": [1.0], "values": [0.2, 0.1]},
        {"edges": [1.0], "values": [0.2, 1.1]},
        {"edges": [1.0], "values": [0.2]},
        {"edges": [float("nan")], "values": [0.1, 0.2]},
        {"edges": "x"},
        {"curve": [[1]]},
    ],
)
def test_a_stored_calibration_that_is_none_is_refused(change: dict[str, object]) -> None:
    good = Calibration((1.0,), (0.1, 0.2), 200, 0.05, ()).as_dict()
    assert read_calibration(good).values == (0.1, 0.2)
    with pytest.raises(CalibrationRefused):
        read_calibration({**good, **change})


def test_a_group_is_never_on_both_sides_of_a_check() -> None:
    # Each enterprise has scores and answers of its own: seen on half of them, the rest is known.
    rng = np.random.default_rng(4)
    enterprise = np.repeat(np.arange(60), 10)
    scores = enterprise + rng.uniform(0, 0.5, size=600)
    accepted = np.repeat(rng.random(60) < 0.5, 10)
    apart = fit_calibration(scores, accepted, seed=0, groups=enterprise.tolist())
    mixed = fit_calibration(scores, accepted, seed=0)
    assert apart.edges == mixed.edges
    assert apart.expected_error > mixed.expected_error


@pytest.mark.parametrize(
    ("scores", "accepted", "groups", "why"),
    [
        (np.zeros(10), np.ones(10, bool), None, "takes 200"),
        (np.zeros(300), np.ones(300, bool), None, "all providers accepted"),
        (np.zeros(300), np.zeros(300, bool), None, "all providers refused"),
        (np.full(300, np.nan), np.arange(300) < 9, None, "no finite number"),
        (np.zeros(300), np.arange(301) < 9, None, "against"),
        (np.zeros(300), np.arange(300) < 9, ["one"] * 300, "1 groups"),
        (np.zeros(300), np.arange(300) < 9, ["one"], "1 groups for 300"),
    ],
)
def test_what_supports_no_probability_is_refused(
    scores: FloatArray, accepted: BoolArray, groups: list[str] | None, why: str
) -> None:
    with pytest.raises(CalibrationRefused, match=why):
        fit_calibration(scores, accepted, seed=0, groups=groups)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80))
def test_every_outcome_is_in_one_bin_of_the_curve(pairs: list[tuple[float, bool]]) -> None:
    predicted = np.array([one for one, _ in pairs])
    accepted = np.array([came for _, came in pairs])
    curve = reliability_curve(predicted, accepted)
    assert sum(part.count for part in curve) == len(pairs)
    assert sum(part.observed * part.count for part in curve) == pytest.approx(accepted.sum())
    assert all(0 <= part.low <= part.observed <= part.high <= 1 for part in curve)
    assert 0 <= expected_calibration_error(predicted, accepted) <= 1


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for successes, trials, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)
    for successes, trials in ((1, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="successes"):
            wilson_interval(successes, trials)
