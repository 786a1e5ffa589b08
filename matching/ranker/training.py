"""Learn a ranker from graded rows and blend it with the prior.

LambdaMART under two constraints, one feature (or one named pair) per tree and never less for more,
compiled into curves. The trees correct the prior: they start from its scores. How many trees, and how much of the result is served, is decided by
cross-validation over queries; where that sees no gain, the prior stays.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.evaluation.significance import intervals
from matching.features.catalogue import PAIRS, Pair
from matching.ranker.additive import MAX_STEPS, AdditiveRanker, Curve
from matching.ranker.blending import (
    BlendFigure,
    blend_rankers,
    choose_blend,
)
from matching.ranker.boosting import Boosting, boost
from matching.ranker.comparison import Scorer, train_linear, train_unconstrained
from matching.ranker.compiling import compile_booster
from matching.ranker.grid import Grid, fill, make_grid
from matching.ranker.judged import InvalidTraining, JudgedRows
from matching.ranker.trial import Plan, Trial, cross_validate
from matching.types import BoolArray, FloatArray, IntArray

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How a ranker is learned.

    Attributes:
        seed: equal seeds and rows give equal rankers.
        trees: how many are grown; fewer are kept where cross-validation says so.
        leaves, learning_rate, min_rows_in_leaf, truncation, l2, position_regularization: as of
            `Boosting`.
        max_steps: the most steps of a curve.
        pairs: the two features of each may be asked about together.
        blends: the shares of the learned part to choose from, increasing from 0.
        checkpoints: how many numbers of trees are tried, evenly spaced.
        folds: the parts of the cross-validation, where the rows name none.
        standard_errors: how far behind the best a smaller share counts as equal.
        errors_ahead: how many standard errors the best share must lie ahead of the prior.
        queries_per_blend: a share s needs s times as many queries.
        compare: also measure an unconstrained and a linear model on the same folds.
        unconstrained_leaves: of each tree of the former.
    """

    seed: int = 0
    trees: int = 250
    leaves: int = 4
    learning_rate: float = 0.05
    min_rows_in_leaf: int = 200
    truncation: int = 20
    l2: float = 0.0
    position_regularization: float = 0.0
    max_steps: int = MAX_STEPS
    pairs: tuple[Pair, ...] = PAIRS
    blends: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 1.0)
    checkpoints: int = 3
    folds: int = 5
    standard_errors: float = 1.0
    errors_ahead: float = 1.0
    queries_per_blend: float = 200.0
    compare: bool = True
    unconstrained_leaves: int = 16

    def __post_init__(self) -> None:
        if self.blends[:1] != (0.0,) or list(self.blends) != sorted(set(self.blends)):
            raise InvalidTraining("the blends do not increase from 0")
        if not 2 <= self.max_steps <= MAX_STEPS:
            raise InvalidTraining(f"max_steps is not within 2 to {MAX_STEPS}")
        if min(self.trees, self.checkpoints, self.leaves - 1, self.folds - 1) < 1:
            raise InvalidTraining("trees, checkpoints, leaves or folds are too few")

    @property
    def boosting(self) -> Boosting:
        """How the trees of the additive ranker are grown."""
        return Boosting(
            self.trees,
            self.leaves,
            self.learning_rate,
            self.min_rows_in_leaf,
            self.truncation,
            self.l2,
            self.position_regularization,
            self.seed,
        )


@dataclass(frozen=True, slots=True)
class Metric:
    """A mean over queries, with the ends of its 95 % bootstrap interval."""

    ndcg10: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What came of it.

    Attributes:
        queries, rows, positives: how much was learned from.
        constant_features: those that never differ between candidates of a query; they keep
            the curve they have in the prior.
        trees: how many were kept.
        blend: the share of the learned part that is served.
        blends: how each share did.
        metrics: by name of a ranker, on queries it was not learned from: `prior`, `learned`,
            `served` (its share chosen on the other folds), and where compared `unconstrained`
            and `linear`.
        support: for each feature, the rows behind each step of the served curve.
        constant: what the booster adds to every score alike.
        seed: as given.
    """

    queries: int
    rows: int
    positives: int
    constant_features: tuple[str, ...]
    trees: int
    blend: float
    blends: tuple[BlendFigure, ...]
    metrics: Mapping[str, Metric]
    support: Mapping[str, tuple[int, ...]]
    constant: float
    seed: int

    @property
    def cost_of_interpretability(self) -> float | None:
        """The nDCG@10 that the unconstrained model is ahead of the learned one, where compared."""
        if "unconstrained" not in self.metrics:
            return None
        return self.metrics["unconstrained"].ndcg10 - self.metrics["learned"].ndcg10


@dataclass(frozen=True, slots=True)
class Training:
    """A trained ranker.

    Attributes:
        ranker: the one to serve, prior + blend * learned.
        learned: the learned part alone, a correction of the prior.
        booster: LightGBM's text of the trees behind it.
        options: as given.
        report: what came of it.
    """

    ranker: AdditiveRanker
    learned: AdditiveRanker
    booster: str
    options: TrainingOptions
    report: TrainingReport


def train(
    rows: JudgedRows,
    prior: AdditiveRanker,
    *,
    name: str = "learned",
    options: TrainingOptions = TrainingOptions(),
    progress: Progress = lambda _done, _total: None,
) -> Training:
    """Learn a ranker from graded rows and blend it with the prior.

    Args:
        rows: with the features of the prior's curves, in their order.
        prior: what ranks without judgements; what is learned is added to it.
        name: of the ranker to serve.
        options: how.
        progress: is told after each model that was trained how many there are in all.

    Raises:
        InvalidTraining: the rows have other features than the prior.
    """
    _require_features(rows.names, tuple(curve.feature for curve in prior.curves))
    prior_scores = prior.scores(rows.features)
    grid = make_grid(rows.features, _matters(rows, prior_scores), options.max_steps)
    snapped = grid.snap(rows.features)
    folds = _folds(rows, options)
    plan = _plan(rows, prior, options)
    told = _Counter(progress, len(np.unique(folds)) * (1 + len(plan.others)) + 1)
    trial = cross_validate(rows, snapped, prior_scores, folds=folds, plan=plan, told=told)
    measured = np.flatnonzero(~np.isnan(trial.blends[0]))
    share, figures = _choose(trial.blends[:, measured], rows.weights[measured], options)

    booster = boost(
        rows,
        snapped,
        replace(options.boosting, trees=trial.trees),
        groups=plan.groups,
        initial=prior_scores,
    )
    told()
    compiled = compile_booster(booster, rows.names, options.pairs, name=f"{name}-alone")
    learned = compiled.ranker
    ranker = _served(name, prior, learned, share=share, rows=rows, grid=grid)
    report = TrainingReport(
        queries=rows.queries,
        rows=len(rows.grades),
        positives=rows.positives,
        constant_features=tuple(np.array(rows.names)[~rows.varying].tolist()),
        trees=int(booster.current_iteration()),
        blend=share,
        blends=figures,
        metrics=_metrics(trial, folds[measured], measured, rows.weights[measured], options),
        support={
            curve.feature: _support(curve, rows.features[:, column])
            for column, curve in enumerate(ranker.curves)
        },
        constant=compiled.constant,
        seed=options.seed,
    )
    return Training(ranker, learned, booster.model_to_string(), options, report)


class _Counter:
    """Counts trained models for whoever watches."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _require_features(names: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in wanted]
    if unknown:
        raise InvalidTraining(f"the catalogue does not know the feature {unknown[0]}")
    missing = [name for name in wanted if name not in names]
    if missing:
        raise InvalidTraining(f"the rows lack the feature {missing[0]}")
    if names != wanted:
        raise InvalidTraining(
            "the features of the rows stand in another order than the catalogue's"
        )


def _matters(rows: JudgedRows, prior_scores: FloatArray) -> BoolArray:
    """The rows between which an order is decided: graded ones, and the prior's upper half."""
    order = np.lexsort((-prior_scores, rows.query_of))
    starts = np.concatenate([[0], np.cumsum(rows.sizes)[:-1]])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - starts[rows.query_of]
    upper = place < (rows.sizes[rows.query_of] + 1) // 2
    return upper | (rows.grades > 0)


def _folds(rows: JudgedRows, options: TrainingOptions) -> IntArray:
    if len(np.unique(rows.folds)) > 1:
        return rows.folds
    parts = np.arange(rows.queries) % min(options.folds, rows.queries)
    return np.random.default_rng(options.seed).permutation(parts)


def _groups(rows: JudgedRows, options: TrainingOptions) -> list[list[int]]:
    at = {name: column for column, name in enumerate(rows.names)}
    pairs = [[at[pair.first], at[pair.second]] for pair in options.pairs]
    return [[column] for column in range(len(rows.names))] + pairs


def _plan(rows: JudgedRows, prior: AdditiveRanker, options: TrainingOptions) -> Plan:
    others: dict[str, Callable[[JudgedRows], Scorer]] = {}
    if options.compare:
        free = replace(options.boosting, leaves=options.unconstrained_leaves)
        others = {
            "unconstrained": lambda part: train_unconstrained(part, free, prior),
            "linear": train_linear,
        }
    return Plan(
        options.boosting,
        _groups(rows, options),
        options.checkpoints,
        options.blends,
        others,
        options.seed,
    )


def _choose(
    figures: FloatArray, weights: FloatArray, options: TrainingOptions
) -> tuple[float, tuple[BlendFigure, ...]]:
    return choose_blend(
        options.blends,
        figures,
        weights,
        standard_errors=options.standard_errors,
        errors_ahead=options.errors_ahead,
        queries_per_blend=options.queries_per_blend,
    )


def _served(
    name: str,
    prior: AdditiveRanker,
    learned: AdditiveRanker,
    *,
    share: float,
    rows: JudgedRows,
    grid: Grid,
) -> AdditiveRanker:
    if share == 0.0:
        return AdditiveRanker(name, prior.curves, prior.pairs)
    varying = rows.varying
    edges = [
        fill(at, MAX_STEPS) if varies else curve.edges
        for at, varies, curve in zip(grid.edges, varying.tolist(), prior.curves, strict=True)
    ]

    return blend_rankers(name, prior, learned, share=share, edges=edges)


def _metrics(
    trial: Trial, folds: IntArray, measured: IntArray, weights: FloatArray, options: TrainingOptions
) -> dict[str, Metric]:
    columns = {name: values[measured] for name, values in trial.alone.items()}
    # The share is chosen on the other folds, so that no query has a say in how it is measured.
    table = trial.blends[:, measured]
    served = table[0].copy()
    for fold in np.unique(folds):
        outside = folds != fold
        if outside.any():
            share, _ = _choose(table[:, outside], weights[outside], options)
            served[~outside] = table[options.blends.index(share), ~outside]
    columns["served"] = served
    # Resampling knows no weights: a query counts once in these figures.
    ends = intervals(np.column_stack(list(columns.values())), seed=options.seed)
    return {
        name: Metric(float(column.mean()), float(low), float(high))
        for (name, column), (low, high) in zip(columns.items(), ends.tolist(), strict=True)
    }


def _support(curve: Curve, values: FloatArray) -> tuple[int, ...]:
    steps = np.searchsorted(curve.edges, np.nan_to_num(values, nan=0.0), side="right")
    return tuple(np.bincount(steps, minlength=len(curve.values)).tolist())
