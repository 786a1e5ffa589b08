from itertools import product

import numpy as np
import pytest

from matching.evaluation.significance import InvalidSample, interval, intervals, paired_p
from matching.types import FloatArray


def test_equal_rankers_are_not_told_apart() -> None:
    values = np.linspace(0, 1, 30)

    assert paired_p(values, values.copy(), seed=1) == 1.0


def test_a_steady_shift_is_no_chance() -> None:
    values = np.random.default_rng(5).random(100)

    p = paired_p(values + 0.05, values, seed=1)

    # No other choice of signs parts them as far; the observed one counts.
    assert p == pytest.approx(1 / 10_001)


@pytest.mark.parametrize("n", [1, 2, 5, 10])
def test_few_queries_are_tested_exactly(n: int) -> None:
    rng = np.random.default_rng(n)
    a, b = rng.random(n), rng.random(n)
    sums = [
        abs(sum(sign * d for sign, d in zip(signs, a - b, strict=True)))
        for signs in product((1, -1), repeat=n)
    ]
    as_far = sum(one >= abs((a - b).sum()) - 1e-9 for one in sums)

    assert paired_p(a, b, seed=1) == as_far / 2**n
    assert paired_p(a, b, seed=1) == paired_p(b, a, seed=2)


def test_queries_on_which_both_agree_change_nothing() -> None:
    a, b = np.array([0.9, 0.8, 0.3]), np.array([0.1, 0.2, 0.4])
    same = np.full(500, 0.5)

    assert paired_p(np.append(a, same), np.append(b, same), seed=1) == paired_p(a, b, seed=1)


def test_random_flips_come_near_the_exact_answer() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.random(13), rng.random(13) + 0.1

    assert paired_p(a, b, seed=1) == pytest.approx(paired_p(a, b, seed=1, flips=9_000), abs=0.02)
    exact = paired_p(a[:12], b[:12], seed=1)
    assert paired_p(a[:12], b[:12], seed=1, flips=4_000) == pytest.approx(exact, abs=0.03)


def test_without_any_difference_few_tests_find_one() -> None:
    rng = np.random.default_rng(11)
    found = [
        paired_p(rng.random(60), rng.random(60), seed=trial, flips=400) < 0.05
        for trial in range(400)
    ]

    assert 0.02 < np.mean(found) < 0.08


def test_the_interval_of_equal_values_is_a_point() -> None:
    assert interval(np.full(9, 0.25), seed=1) == pytest.approx((0.25, 0.25))


def test_the_interval_is_that_of_a_normal_mean_for_many_queries() -> None:
    values = np.random.default_rng(2).random(2_000)
    half = 1.96 * values.std() / np.sqrt(len(values))

    low, high = interval(values, seed=1)

    assert low == pytest.approx(values.mean() - half, abs=0.002)
    assert high == pytest.approx(values.mean() + half, abs=0.002)


def test_intervals_hold_the_true_mean_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(8)
    held = 0
    for trial in range(300):
        low, high = interval(rng.random(50), seed=trial, resamples=400)
        held += low <= 0.5 <= high

    assert 0.9 < held / 300 < 0.985


def test_measures_of_the_same_queries_share_their_resamples() -> None:
    values = np.random.default_rng(4).random((40, 2))

    both = intervals(values, seed=7)

    assert tuple(both[1]) == interval(values[:, 1], seed=7)
    assert tuple(both[1]) != interval(values[:, 1], seed=8)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.zeros(0), np.zeros(0)),
        (np.zeros(2), np.zeros(3)),
        (np.array([np.nan]), np.zeros(1)),
        (np.zeros(1), np.array([np.inf])),
    ],
)
def test_refuses_what_are_no_pairs(a: FloatArray, b: FloatArray) -> None:
    with pytest.raises(InvalidSample):
        paired_p(a, b, seed=1)


def test_refuses_an_interval_of_nothing() -> None:
    with pytest.raises(InvalidSample):
        interval(np.zeros(0), seed=1)
