import numpy as np
import pytest

from matching.features.catalogue import NAMES
from matching.ranker.prior import WEIGHTS, prior


def test_there_is_one_curve_for_each_feature_in_the_order_of_the_catalogue() -> None:
    assert tuple(curve.feature for curve in prior().curves) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_feature_rises_from_nothing_to_its_weight(name: str) -> None:
    curve = prior().curves[NAMES.index(name)]

    drawn = curve(np.linspace(0.0, 1.0, 500))

    assert drawn[0] == 0.0
    assert drawn[-1] == pytest.approx(WEIGHTS[name])
    assert (np.diff(drawn) >= 0.0).all()
    assert curve(np.array([np.nan])).tolist() == [0.0]


def test_the_best_possible_score_is_the_sum_of_the_weights() -> None:
    contributions = prior().contributions(np.ones((1, len(NAMES))))

    assert contributions.sum() == pytest.approx(sum(WEIGHTS.values()))
