"""Learning from choices, with the truth known: the corrected rankers find it, the naive does not."""

import pytest

from matching.learning.propensities import PropensityMethod
from matching.learning.study import PositionBiasStudy, position_bias_study
from tests.trainer import require_trainer

require_trainer()


@pytest.fixture(scope="module")
def study() -> PositionBiasStudy:
    return position_bias_study(0, needs=200)


@pytest.mark.parametrize("way", ["weights", "measured", "positions"])
def test_each_correction_recovers_the_order_that_naive_learning_misses(
    study: PositionBiasStudy, way: str
) -> None:
    corrected = getattr(study, way)
    # The lists were ordered by what does not matter, and the naive ranker learned to like that.
    assert study.deployed.tau < 0.2
    assert study.naive.tau < study.judged.tau - 0.10
    assert corrected.tau > study.naive.tau + 0.08
    assert corrected.ndcg10 > study.naive.ndcg10 + 0.04
    # Nearly what true grades of the same lists would have taught.
    assert corrected.tau > study.judged.tau - 0.06


def test_the_propensities_were_measured_from_the_same_choices(study: PositionBiasStudy) -> None:
    assert study.curve.method is PropensityMethod.SWAPS
    for place, value in enumerate(study.curve.values, start=1):
        assert value == pytest.approx(1 / place, abs=0.1)


def test_where_there_is_no_bias_the_correction_costs_nothing() -> None:
    fair = position_bias_study(1, needs=80, eta=0.0)
    for way in (fair.measured, fair.positions):
        assert way.tau > fair.naive.tau - 0.02
    assert min(fair.curve.values) > 0.8
