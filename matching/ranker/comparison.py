"""Two models to compare the additive ranker with; neither is ever served.

The unconstrained one says what being readable costs, the linear one what its curves are worth.
"""

from collections.abc import Callable

import numpy as np

from matching.ranker.additive import AdditiveRanker
from matching.ranker.boosting import Boosting, boost, raw_scores
from matching.ranker.judged import JudgedRows
from matching.types import FloatArray

Scorer = Callable[[FloatArray], FloatArray]


def train_unconstrained(
    rows: JudgedRows, boosting: Boosting, prior: AdditiveRanker | None = None
) -> Scorer:
    """Learn LambdaMART that may combine features as it likes, in any direction.

    Args:
        rows: to learn from.
        boosting: how the trees are grown.
        prior: what the trees start from, as those of the additive ranker do; or from nothing.

    Returns:
        A function from features, shape (n, f), to scores, shape (n,).
    """
    initial = None if prior is None else prior.scores(rows.features)
    booster = boost(rows, rows.features, boosting, initial=initial)

    def score(features: FloatArray) -> FloatArray:
        learned = raw_scores(booster, features, start=0, trees=-1)
        return learned if prior is None else prior.scores(features) + learned

    return score


def train_linear(rows: JudgedRows) -> Scorer:
    """Learn a weighted sum of the features that tells graded candidates from the others.

    A logistic regression within queries: features are taken as distances from the mean of their
    query, so that what a query's candidates share does not count; unknown counts as 0, every query
    weighs what its weight says, whatever the number of its candidates, and a candidate its gain.

    Returns:
        A function from features, shape (n, f), to scores, shape (n,).
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 slow to import

    known = np.nan_to_num(rows.features, nan=0.0)
    sums = np.zeros((rows.queries, known.shape[1]))
    np.add.at(sums, rows.query_of, known)
    centred = known - (sums / rows.sizes[:, np.newaxis])[rows.query_of]
    scale = centred.std(axis=0)
    scale[scale == 0.0] = 1.0
    relevant = rows.grades > 0
    gains = np.where(relevant, np.exp2(rows.grades) - 1.0, 1.0)
    # Both sides of a query weigh the same: the relevant ones are few.
    sides = rows.query_of * 2 + relevant
    weights = gains * rows.weights[rows.query_of] / np.bincount(sides, gains)[sides]
    model = LogisticRegression(max_iter=1000, C=1.0)
    model.fit(centred / scale, relevant, sample_weight=weights)
    coefficients = np.asarray(model.coef_[0], dtype=np.float64) / scale

    def score(features: FloatArray) -> FloatArray:
        scores: FloatArray = np.nan_to_num(features, nan=0.0) @ coefficients
        return scores

    return score
