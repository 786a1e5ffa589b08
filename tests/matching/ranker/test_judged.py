from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.ranker.judged import InvalidTraining, JudgedRows, join

NAN = float("nan")
ROWS = JudgedRows(
    ("a", "b"),
    np.array([[0.1, 0.5], [0.9, 0.5], [0.2, 0.5], [NAN, 0.5], [0.0, 0.6]]),
    np.array([0, 2, 1, 0, 0]),
    np.array([0, 0, 1, 1, 1]),
    np.array([1.0, 0.5]),
    np.array([0, 1]),
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"features": ROWS.features[:4]}, r"features \(4, 2\) for 5 grades and 2 names"),
        ({"names": ("a",)}, r"features \(5, 2\) for 5 grades and 1 names"),
        ({"names": ("a", "a")}, "a feature is named twice"),
        ({"query_of": ROWS.query_of[:4]}, "4 rows have a query, 5 a grade"),
        ({"positions": np.array([1])}, "1 rows have a position, 5 a grade"),
        ({"folds": np.array([0])}, "2 queries have a weight, 1 a fold"),
        (
            {
                "query_of": np.zeros(5, np.int64),
                "weights": np.ones(1),
                "folds": np.zeros(1, np.int64),
            },
            "1 queries: at least 2 are needed",
        ),
        ({"query_of": np.array([0, 0, 2, 2, 2])}, "not 0 to 1"),
        ({"query_of": np.array([0, 1, 0, 1, 1])}, "do not stand side by side"),
        ({"weights": np.array([1.0, 0.0])}, "a weight of a query is not above 0"),
        ({"weights": np.array([1.0, -1.0])}, "a weight of a query is not above 0"),
        ({"weights": np.array([1.0, NAN])}, "a weight of a query is not above 0"),
        ({"positions": np.array([1, 2, -1, 0, 0])}, "a position is below 0"),
        ({"grades": np.array([0, 4, 1, 0, 0])}, "a grade lies outside 0 to 3"),
        ({"grades": np.array([0, -1, 1, 0, 0])}, "a grade lies outside 0 to 3"),
        ({"grades": np.array([0.0, 0.5, 1.0, 0.0, 0.0])}, "grades are float64"),
        ({"grades": np.zeros(5, np.int64)}, "no candidate has a grade above 0"),
        ({"grades": np.array([1, 1, 0, 0, 0])}, "all candidates have the same grade"),
        ({"features": ROWS.features * np.array([1.0, 2.0])}, "b: a value lies outside"),
        ({"features": ROWS.features - 0.05}, "a: a value lies outside"),
        ({"features": np.where(ROWS.features > 0.8, np.inf, 0.5)}, "a: a value lies outside"),
        ({"features": np.where(ROWS.features > 0.8, -np.inf, 0.5)}, "a: a value lies outside"),
        ({"features": np.full((5, 2), NAN)}, "every feature is the same"),
        ({"features": np.full((5, 2), 0.3)}, "every feature is the same"),
        # Another value in each query orders nobody.
        (
            {"features": np.array([[0.1, 0.2]] * 2 + [[0.3, 0.4]] * 3)},
            "every feature is the same",
        ),
    ],
)
def test_rows_that_teach_nothing_are_refused(change: dict[str, Any], message: str) -> None:
    # Any: the fields of the rows have several types.
    with pytest.raises(InvalidTraining, match=message):
        replace(ROWS, **change)


def test_says_what_is_in_the_rows() -> None:
    assert ROWS.queries == 2
    assert ROWS.sizes.tolist() == [2, 3]
    assert ROWS.positives == 2
    assert ROWS.contrasts.tolist() == [True, True]
    assert ROWS.varying.tolist() == [True, True]


def test_unknown_and_nothing_are_the_same() -> None:
    rows = replace(ROWS, features=np.array([[0.1, NAN], [0.2, 0.0], [0, NAN], [0, 0], [0, 0]]))

    assert rows.varying.tolist() == [True, False]


def test_chosen_queries_are_numbered_anew() -> None:
    twice = join([replace(ROWS, positions=np.array([1, 2, 3, 0, 0])), ROWS])

    kept = twice.of_queries(np.array([False, True, True, False]))

    assert kept.query_of.tolist() == [0, 0, 0, 1, 1]
    assert kept.grades.tolist() == [1, 0, 0, 0, 2]
    assert kept.weights.tolist() == [0.5, 1.0]
    assert kept.folds.tolist() == [1, 0]
    assert kept.positions is not None
    assert kept.positions.tolist() == [3, 0, 0, 0, 0]
    with pytest.raises(InvalidTraining, match="1 queries"):
        ROWS.of_queries(np.array([True, False]))


def test_sets_are_joined_in_order() -> None:
    joined = join([ROWS, ROWS])

    assert joined.query_of.tolist() == [0, 0, 1, 1, 1, 2, 2, 3, 3, 3]
    assert joined.weights.tolist() == [1.0, 0.5, 1.0, 0.5]
    assert joined.positions is None
    with pytest.raises(InvalidTraining, match="different features"):
        join([ROWS, replace(ROWS, names=("a", "c"))])
    with pytest.raises(InvalidTraining, match="no rows to join"):
        join([])
