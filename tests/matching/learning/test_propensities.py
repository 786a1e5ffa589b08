from datetime import date

import numpy as np
import pytest

from matching.learning.clicks import Examination, relevance_chance, simulate_clicks
from matching.learning.propensities import (
    Impression,
    PropensityMethod,
    estimate_propensities,
    impressions,
    need_group,
    power_law,
)
from matching.learning.types import Feedback, Outcome, OutcomeKind, Showing
from matching.types import Query

TRUE = tuple(1.0 / place**0.7 for place in range(1, 11))


def simulated(needs: int, lists: int, *, seed: int = 5, mix: float = 0.3) -> list[Impression]:
    """Near-equal needs shown in orders that vary a little around one that follows relevance."""
    rng = np.random.default_rng(seed)
    shown: list[Impression] = []
    for need in range(needs):
        grades = rng.integers(0, 4, size=12)
        chances = relevance_chance(grades)
        for _ in range(lists):
            order = np.argsort(-grades + rng.normal(0, mix * 4, size=12)).astype(np.int64)
            clicks = simulate_clicks(chances, order, Examination(TRUE), rng)
            shown += [
                Impression((f"n{need}", str(provider)), place, bool(clicks[provider]))
                for place, provider in enumerate(order[:10].tolist(), start=1)
            ]
    return shown


def test_a_known_curve_is_recovered_from_swaps_where_shares_chosen_mislead() -> None:
    shown = simulated(needs=300, lists=8)
    curve = estimate_propensities(shown)
    assert curve.method is PropensityMethod.SWAPS
    assert np.abs(np.array(curve.values) - TRUE).max() < 0.06

    chosen = np.zeros(10)
    for one in shown:
        chosen[one.place - 1] += one.is_chosen
    # The good ones stand high, so the shares chosen fall much faster than the looks.
    assert np.abs(chosen / chosen[0] - TRUE).max() > 0.12


def test_is_the_same_whatever_the_order_of_the_showings() -> None:
    shown = simulated(needs=60, lists=6)
    assert estimate_propensities(shown) == estimate_propensities(shown[::-1])


@pytest.mark.parametrize(
    "shown",
    [
        [],
        simulated(needs=4, lists=3),
        # Nothing ever changed its place.
        [Impression(("q", str(p)), p, True) for p in range(1, 11)] * 500,
        # Upper and lower places never mix.
        [
            Impression(("q", f"{low}{at}"), 1 + low * 5 + (at + turn) % 5, True)
            for low in (0, 1)
            for at in range(5)
            for turn in range(5)
        ]
        * 20,
    ],
    ids=["nothing", "little", "no_swaps", "unlinked"],
)
def test_too_little_gives_the_power_law_and_says_why(shown: list[Impression]) -> None:
    curve = estimate_propensities(shown, eta=0.5)
    assert (curve.method, curve.eta) == (PropensityMethod.POWER_LAW, 0.5)
    assert curve.values[3] == 0.5
    assert len(curve.reason) > 20


def test_inverse_weights_are_clipped_and_places_without_end() -> None:
    law = power_law(1.0)
    assert [law.weight(place) for place in (1, 4, 50)] == [1.0, 4.0, 10.0]
    assert law.weight(10**300, clip=3.0) == 3.0
    measured = estimate_propensities(simulated(needs=300, lists=8))
    assert measured.at(99) == measured.values[-1]
    for place in (0, -1):
        with pytest.raises(ValueError, match="places count from 1"):
            law.at(place)
    with pytest.raises(ValueError, match="eta"):
        power_law(-0.1)


def test_impressions_group_near_equal_needs_and_count_verified_choices_only() -> None:
    day = date(2026, 1, 5)
    first = Query("roads", day, target_jurisdictions=("VN", "TH"), sector_codes=("BLT",))
    second = Query("streets", day, target_jurisdictions=("TH", "VN"), sector_codes=("BLT",))
    assert need_group(first) == need_group(second)
    feedback = Feedback(
        {"q1": first, "q2": second},
        outcomes=(
            Outcome("q1", "a", "e1", OutcomeKind.ENGAGED, 1, is_verified=True, list_id="l1"),
            Outcome("q2", "b", "e2", OutcomeKind.ENGAGED, 1, is_verified=False, list_id="l2"),
        ),
        showings=(Showing("l1", "q1", ("a", "b")), Showing("l2", "q2", ("b", "a"))),
    )
    group = need_group(first)
    assert impressions(feedback) == (
        Impression((group, "a"), 1, True),
        Impression((group, "b"), 2, False),
        Impression((group, "b"), 1, False),
        Impression((group, "a"), 2, False),
    )
