"""Rows whose true order is known, for tests of training."""

import numpy as np

from matching.features.catalogue import NAMES
from matching.ranker.additive import AdditiveRanker, Curve
from matching.ranker.judged import JudgedRows
from matching.ranker.training import TrainingOptions
from matching.types import FloatArray

FEATURES = ("a", "b", "c", "d")
QUICK = TrainingOptions(trees=40, min_rows_in_leaf=10, checkpoints=2, folds=4, compare=False)


def ramps(weights: dict[str, float], names: tuple[str, ...] = FEATURES) -> AdditiveRanker:
    """A prior that rises evenly from 0 to a weight for each feature."""
    edges = tuple(step / 64 for step in range(1, 64))
    return AdditiveRanker(
        "prior",
        tuple(
            Curve(name, edges, tuple(weights.get(name, 0.0) * step / 63 for step in range(64)))
            for name in names
        ),
    )


def graded(
    truth: FloatArray,
    *,
    queries: int,
    candidates: int = 30,
    winners: int = 3,
    noise: float = 0.0,
    seed: int = 0,
    names: tuple[str, ...] = FEATURES,
) -> JudgedRows:
    """Random candidates; those that a weighted sum of squares puts first have grade 1.

    Args:
        truth: shape (f,), the weights; all 0 for grades that mean nothing.
        queries: how many.
        candidates: of each query.
        winners: of each query.
        noise: how much chance has a say.
        seed: of all draws.
        names: of the features.
    """
    rng = np.random.default_rng(seed)
    features = rng.random((queries * candidates, len(names)))
    features[rng.random(features.shape) < 0.2] = 0.0
    features[rng.random(features.shape) < 0.1] = np.nan
    merit = np.nan_to_num(features) ** 2 @ truth + noise * rng.random(len(features))
    if not truth.any():
        merit = rng.random(len(features))
    order = np.argsort(-merit.reshape(queries, candidates), axis=1)[:, :winners]
    grades = np.zeros((queries, candidates), dtype=np.int64)
    np.put_along_axis(grades, order, 1, axis=1)
    return JudgedRows(
        names,
        features,
        grades.ravel(),
        np.repeat(np.arange(queries), candidates),
        np.ones(queries),
        np.zeros(queries, dtype=np.int64),
    )


def of_catalogue(*, queries: int, seed: int = 0) -> JudgedRows:
    """Rows with the features of the catalogue, the first two of which decide."""
    truth = np.zeros(len(NAMES))
    truth[:2] = 1.0
    return graded(truth, queries=queries, seed=seed, names=NAMES)
