import numpy as np
import pytest

from matching.evaluation.exposure_figures import Exposure, exposure_of, gini


def test_gini_by_hand() -> None:
    assert gini(np.array([2.0, 2.0, 2.0])) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(0.75)
    # Mean absolute difference 4/3 over all nine pairs, over twice the mean of 2.
    assert gini(np.array([3.0, 1.0, 2.0])) == pytest.approx(2 / 9)
    assert gini(np.zeros(5)) == 0.0


def test_only_the_first_ten_places_count() -> None:
    rows = np.arange(12)
    small = np.arange(12) >= 8

    found = exposure_of([rows, rows[:3]], [small, small[:3]], 20)

    # Rows 0 to 2 stand there twice, 3 to 9 once; 8 and 9 alone are small.
    assert found.shown == 10 / 20
    assert found.most == 1.0
    assert found.small == pytest.approx(2 / 13)
    times = np.array([2.0] * 3 + [1.0] * 7 + [0.0] * 10)
    assert found.gini == pytest.approx(gini(times))


def test_without_rankings_nothing_is_shown() -> None:
    assert exposure_of([], [], 5) == Exposure(0.0, 0.0, 0.0, 0.0)
