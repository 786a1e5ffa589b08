"""Cross-validation over queries: how models do on queries that they were not trained on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from matching.ranker.blending import ndcg_per_query
from matching.ranker.boosting import Boosting, boost, raw_scores
from matching.ranker.comparison import Scorer
from matching.ranker.judged import InvalidTraining, JudgedRows
from matching.types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from lightgbm import Booster


@dataclass(frozen=True, slots=True)
class Plan:
    """What is tried.

    Attributes:
        boosting: how the trees of the additive ranker are grown.
        groups: the columns that one tree may ask about.
        checkpoints: how many numbers of trees are tried, evenly spaced.
        blends: the shares of the learned part, from 0.
        others: more models to measure, by name, each with how it is trained.
        seed: of the order among equal scores.
    """

    boosting: Boosting
    groups: Sequence[Sequence[int]]
    checkpoints: int
    blends: tuple[float, ...]
    others: Mapping[str, Callable[[JudgedRows], Scorer]]
    seed: int


@dataclass(frozen=True, slots=True)
class Trial:
    """NDCG@10 on queries that were left out, NaN for a query without a positive.

    Attributes:
        trees: the best number of trees.
        blends: shape (b, q), of the prior with each share of that many trees.
        alone: by name, shape (q,): `prior`, `learned` (all of it on the prior) and the others.
    """

    trees: int
    blends: FloatArray
    alone: Mapping[str, FloatArray]


def cross_validate(
    rows: JudgedRows,
    snapped: FloatArray,
    prior_scores: FloatArray,
    *,
    folds: IntArray,
    plan: Plan,
    told: Callable[[], None],
) -> Trial:
    """Score every query by models that were trained without its fold, and measure them.

    Args:
        rows: q queries of r rows.
        snapped: shape (r, f), the features on the grid.
        prior_scores: shape (r,).
        folds: shape (q,), at least two.
        plan: what is tried.
        told: called after each model.
    """
    evenly = np.linspace(0, plan.boosting.trees, plan.checkpoints + 1).round()[1:]
    checkpoints = np.unique(evenly.astype(np.int64))
    learned = np.zeros((len(checkpoints), len(rows.grades)))
    others = {name: np.zeros(len(rows.grades)) for name in plan.others}
    for fold in np.unique(folds):
        inside = folds[rows.query_of] == fold
        rest = _rest(rows, folds != fold)
        if rest is not None:
            booster = boost(
                rest,
                snapped[~inside],
                plan.boosting,
                groups=plan.groups,
                initial=prior_scores[~inside],
            )
            learned[:, inside] = _at_checkpoints(booster, checkpoints, snapped[inside])
        told()
        for name, fit in plan.others.items():
            if rest is not None:
                others[name][inside] = fit(rest)(rows.features[inside])
            told()

    tiebreak = np.random.default_rng(plan.seed).permutation(len(rows.grades))

    def measure(scores: FloatArray) -> FloatArray:
        return ndcg_per_query(scores, rows.grades, rows.query_of, tiebreak)

    tables = [
        np.array([measure(prior_scores + share * scores) for share in plan.blends])
        for scores in learned
    ]
    best = int(np.argmax([np.nanmean(table, axis=1).max() for table in tables]))
    alone = {"prior": measure(prior_scores), "learned": measure(prior_scores + learned[best])}
    alone |= {name: measure(scores) for name, scores in others.items()}
    return Trial(int(checkpoints[best]), tables[best], alone)


def _rest(rows: JudgedRows, chosen: BoolArray) -> JudgedRows | None:
    try:
        return rows.of_queries(chosen)
    except InvalidTraining:
        # Nothing can be learned outside the fold, so nothing was: every score is 0 inside it.
        return None


def _at_checkpoints(booster: "Booster", checkpoints: IntArray, features: FloatArray) -> FloatArray:
    parts = [
        raw_scores(booster, features, start=start, trees=end - start)
        for start, end in pairwise([0, *checkpoints.tolist()])
    ]
    summed: FloatArray = np.cumsum(parts, axis=0)
    return summed
