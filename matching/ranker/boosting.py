"""LambdaMART through LightGBM, set so that equal rows give equal trees.

Burges 2010, From RankNet to LambdaRank to LambdaMART (MSR-TR-2010-82); with the constraints of
Lucchese, Nardini, Orlando, Perego and Veneri 2022, ILMART (SIGIR), for the additive ranker.
LightGBM is imported when it is used: only training needs it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.ranker.judged import InvalidTraining, JudgedRows
from matching.types import FloatArray

if TYPE_CHECKING:
    from lightgbm import Booster

# LightGBM refuses to rank more candidates of one query.
MAX_CANDIDATES = 10_000


@dataclass(frozen=True, slots=True)
class Boosting:
    """How trees are grown.

    Attributes:
        trees: how many.
        leaves: of each tree, at most.
        learning_rate: how much of each tree counts.
        min_rows_in_leaf: a step rests on at least this many rows of its tree.
        truncation: pairs of candidates are learned from where one stands this high.
        l2: pulls leaves towards 0.
        position_regularization: pulls the effects of positions towards 0.
        seed: of what is left to chance.
    """

    trees: int
    leaves: int
    learning_rate: float
    min_rows_in_leaf: int
    truncation: int
    l2: float = 0.0
    position_regularization: float = 0.0
    seed: int = 0


def boost(
    rows: JudgedRows,
    features: FloatArray,
    boosting: Boosting,
    *,
    groups: Sequence[Sequence[int]] | None = None,
    initial: FloatArray | None = None,
) -> "Booster":
    """Grow trees that order the candidates of each query by grade.

    Args:
        rows: grades, queries, weights and positions.
        features: shape (r, f), shown in the place of `rows.features`.
        boosting: how.
        groups: the sets of columns that one tree may ask about; more of any of them then never
            scores lower. None for trees without any constraint.
        initial: shape (r,), scores that the trees are to correct; they are no part of the booster.

    Raises:
        InvalidTraining: a query has more candidates than LightGBM takes.
    """
    import lightgbm  # noqa: PLC0415 its shared library is only needed here

    if int(rows.sizes.max()) > MAX_CANDIDATES:
        raise InvalidTraining(
            f"a query has {int(rows.sizes.max())} candidates: at most {MAX_CANDIDATES}, sample some"
        )
    parameters: dict[str, object] = {
        "objective": "lambdarank",
        "num_leaves": boosting.leaves,
        "learning_rate": boosting.learning_rate,
        "min_data_in_leaf": boosting.min_rows_in_leaf,
        "min_sum_hessian_in_leaf": 1e-3,
        "lambda_l2": boosting.l2,
        "lambdarank_truncation_level": boosting.truncation,
        "lambdarank_position_bias_regularization": boosting.position_regularization,
        "label_gain": [0, 1, 3, 7],
        "seed": boosting.seed,
        "deterministic": True,
        "force_col_wise": True,
        "num_threads": 1,
        "verbosity": -1,
        # Borders between bins must depend on nothing but the distinct values.
        "bin_construct_sample_cnt": max(len(features), 1),
        "min_data_in_bin": 1,
        "feature_pre_filter": False,
        "enable_bundle": False,
    }
    if groups is not None:
        parameters |= {
            "interaction_constraints": [list(group) for group in groups],
            "monotone_constraints": [1] * features.shape[1],
            "use_missing": False,
        }
    # LightGBM divides by sums of weights; their mean is made 1 so that leaves are as without.
    weights = (rows.weights / rows.weights.mean())[rows.query_of]
    data = lightgbm.Dataset(
        features,
        rows.grades,
        group=rows.sizes,
        weight=weights,
        position=rows.positions,
        init_score=initial,
    )
    return lightgbm.train(parameters, data, boosting.trees)


def raw_scores(booster: "Booster", features: FloatArray, *, start: int, trees: int) -> FloatArray:
    """Return what a run of a booster's trees adds to the score of each row: shape (r,).

    Args:
        booster: as trained.
        features: shape (r, f).
        start: the first tree.
        trees: how many.
    """
    if start >= booster.current_iteration():
        return np.zeros(len(features))
    return np.asarray(
        booster.predict(
            features, raw_score=True, start_iteration=start, num_iteration=trees, num_threads=1
        ),
        dtype=np.float64,
    )


def scorer_of(text: str) -> Callable[[FloatArray], FloatArray]:
    """Return what a booster's text scores rows with: shape (r, f) to (r,), on one thread."""
    import lightgbm  # noqa: PLC0415 its shared library is only needed here

    booster = lightgbm.Booster(model_str=text)
    return lambda features: raw_scores(booster, features, start=0, trees=-1)
