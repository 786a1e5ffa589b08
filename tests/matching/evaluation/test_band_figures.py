import numpy as np
import pytest

from matching.evaluation.band_figures import ScoredNeed, measure_band
from matching.types import FloatArray
from tests.matching.examples import need


def scored(*scores: float) -> ScoredNeed:
    n = len(scores)
    found: FloatArray = np.array(scores)
    return ScoredNeed(
        query=need("rural road"),
        rows=np.arange(n),
        ids=[f"p{i}" for i in range(n)],
        scores=found,
        is_relevant=np.arange(n) == 0,
        relevant=1,
        is_small=np.arange(n) == 1,
    )


def test_without_a_band_the_best_is_always_first() -> None:
    figures = measure_band([scored(1.0, 0.99)], 0.0, candidates=2)

    second = 1 / np.log2(3)
    assert figures.ndcg10 == 1.0
    assert figures.sharing == 0.0
    assert figures.small == pytest.approx(second / (1 + second))
    assert figures.gini == pytest.approx((1 - second) / (2 * (1 + second)))


def test_a_band_spreads_exposure_at_a_cost() -> None:
    alone, shared = (measure_band([scored(1.0, 0.99)], b, candidates=2) for b in (0.0, 0.05))

    assert shared.sharing == 1.0
    assert 1 / np.log2(3) < shared.ndcg10 < alone.ndcg10
    assert shared.gini < alone.gini / 2
    assert shared.gini_within == pytest.approx(shared.gini)
    assert shared.small > alone.small


def test_who_stands_outside_the_band_is_shown_as_before() -> None:
    apart = [scored(1.0, 0.5)]

    assert measure_band(apart, 0.05, candidates=2) == measure_band(apart, 0.0, candidates=2)
