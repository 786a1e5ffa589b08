import numpy as np

from matching.ranker.blending import ndcg_per_query
from matching.ranker.boosting import Boosting
from matching.ranker.comparison import Scorer, train_linear, train_unconstrained
from matching.ranker.judged import JudgedRows
from tests.matching.ranker.rows import graded
from tests.trainer import require_trainer

require_trainer()

GROWN = Boosting(trees=80, leaves=15, learning_rate=0.1, min_rows_in_leaf=20, truncation=10)


def _ndcg(score: Scorer, rows: JudgedRows) -> float:
    tiebreak = np.random.default_rng(0).permutation(len(rows.grades))
    figures = ndcg_per_query(score(rows.features), rows.grades, rows.query_of, tiebreak)
    return float(figures.mean())


def test_both_learn_a_true_order() -> None:
    truth = np.array([3.0, 2.0, 1.0, 0.0])
    seen, unseen = graded(truth, queries=150), graded(truth, queries=50, seed=1)

    assert _ndcg(train_unconstrained(seen, GROWN), unseen) > 0.8
    assert _ndcg(train_linear(seen), unseen) > 0.8


def test_only_the_unconstrained_one_learns_that_less_is_better_beyond_a_point() -> None:
    rng = np.random.default_rng(5)
    features = rng.random((6000, 2))
    # Best is a middle value of the one feature, and a high one of the other where the first is low.
    merit = -np.abs(features[:, 0] - 0.5) + features[:, 1] * (features[:, 0] < 0.5)
    grades = (merit.reshape(200, 30).argsort(axis=1).argsort(axis=1) >= 27).astype(np.int64)
    rows = JudgedRows(
        ("x", "y"),
        features,
        grades.ravel(),
        np.repeat(np.arange(200), 30),
        np.ones(200),
        np.zeros(200, np.int64),
    )

    assert _ndcg(train_unconstrained(rows, GROWN), rows) > 0.9
    assert _ndcg(train_linear(rows), rows) < 0.75


def test_the_linear_model_looks_at_differences_within_a_query() -> None:
    rows = graded(np.array([1.0, 0.0, 0.0, 0.0]), queries=60)
    # A query's level says nothing about its candidates, and the one with a high level has no winner.
    level = np.linspace(0, 0.5, 60)[rows.query_of]
    moved = JudgedRows(
        rows.names,
        np.column_stack([rows.features[:, 0] * 0.5 + level, rows.features[:, 1:]]),
        rows.grades,
        rows.query_of,
        rows.weights,
        rows.folds,
    )

    still, shifted = train_linear(rows), train_linear(moved)

    at = np.eye(4)
    known = ~np.isnan(rows.features[:, 0])
    assert known.mean() < 1.0
    assert shifted(at)[0] > 5 * np.abs(shifted(at)[1:]).max()
    assert still(at)[0] > 5 * np.abs(still(at)[1:]).max()
