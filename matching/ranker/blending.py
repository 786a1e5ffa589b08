"""The served ranker: the hand-set prior and a share of what was learned.

How much is learned is decided on queries that were not learned from, and in doubt the prior stays:
with few judgements the served ranker is the prior.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.ranker.additive import MAX_STEPS, AdditiveRanker, Curve, PairTable
from matching.types import FloatArray, IntArray

CUTOFF = 10


@dataclass(frozen=True, slots=True)
class BlendFigure:
    """How one share of the learned part did on queries it was not learned from.

    Attributes:
        blend: the share.
        ndcg10: the mean nDCG@10 over queries, by their weights.
        behind: how far it lies behind the best share.
        standard_error: of `behind`, over the queries.
    """

    blend: float
    ndcg10: float
    behind: float
    standard_error: float


def ndcg_per_query(
    scores: FloatArray, grades: IntArray, query_of: IntArray, tiebreak: IntArray
) -> FloatArray:
    """Return nDCG@10 of each query: shape (q,), NaN for a query without a grade above 0.

    Gains are 2 ** grade - 1, as in training. Equal scores are ordered by `tiebreak`, which should
    not know the grades: rows often come with the relevant ones first.

    Args:
        scores: shape (r,).
        grades: shape (r,), 0 to 3.
        query_of: shape (r,), from 0, never falling.
        tiebreak: shape (r,).
    """
    starts = np.searchsorted(query_of, np.arange(query_of[-1] + 1))
    place = np.arange(len(scores)) - starts[query_of]
    discounts = np.where(place < CUTOFF, 1.0 / np.log2(place + 2.0), 0.0)
    gains = np.exp2(grades) - 1.0
    found = np.add.reduceat(gains[np.lexsort((tiebreak, -scores, query_of))] * discounts, starts)
    ideal = np.add.reduceat(gains[np.lexsort((-gains, query_of))] * discounts, starts)
    figures: FloatArray = np.full(len(starts), np.nan)
    np.divide(found, ideal, out=figures, where=ideal > 0.0)
    return figures


def choose_blend(
    blends: Sequence[float],
    figures: FloatArray,
    weights: FloatArray,
    *,
    standard_errors: float,
    errors_ahead: float,
    queries_per_blend: float,
) -> tuple[float, tuple[BlendFigure, ...]]:
    """Choose how much of the learned part to serve.

    The smallest share that lies no more than some standard errors behind the best one (Breiman,
    Friedman, Olshen and Stone 1984, Classification and Regression Trees, 3.4.3), the error being
    that of the paired difference. To leave the prior at all the best one must lie further ahead
    of it: of seven shares one is ahead by a standard error on every fourth set of grades that mean
    nothing. A share also needs queries to stand on: with few, that error itself is not to be
    trusted.

    Args:
        blends: the shares, increasing from 0.
        figures: shape (b, q), of each share on each query that it was not learned from.
        weights: shape (q,), how much a query counts.
        standard_errors: how far behind the best still counts as equal.
        errors_ahead: how far ahead of the prior the best must lie to be served at all.
        queries_per_blend: a share s needs s times as many queries (of equal weight).

    Returns:
        The share, and the figures of all.
    """
    enough = float(weights.sum() ** 2 / (weights**2).sum())
    allowed = [share * queries_per_blend <= enough for share in blends]
    means = figures @ weights / weights.sum()
    best = int(np.argmax(np.where(allowed, means, -np.inf)))
    compared = []
    for share, mean, row in zip(blends, means, figures, strict=True):
        behind = float(means[best] - mean)
        residual = figures[best] - row - behind
        error = np.sqrt((weights**2 * residual**2).sum()) / weights.sum()
        correction = np.sqrt(enough / max(enough - 1.0, 0.5))
        compared.append(BlendFigure(share, float(mean), behind, float(error * correction)))
    if compared[0].behind <= errors_ahead * compared[0].standard_error:
        return blends[0], tuple(compared)
    chosen = next(
        one.blend for one in compared if one.behind <= standard_errors * one.standard_error
    )
    return chosen, tuple(compared)


def blend_rankers(
    name: str,
    prior: AdditiveRanker,
    learned: AdditiveRanker,
    *,
    share: float,
    edges: Sequence[tuple[float, ...]],
) -> AdditiveRanker:
    """Return prior + share * learned, feature by feature, as one ranker.

    Args:
        name: of the result.
        prior: the hand-set ranker; the steps of a curve are read at their middles, the first at 0.
        learned: anchored at 0, with the same features.
        share: how much of it counts, at least 0.
        edges: for each feature, the steps of the result; those of `learned` are among them.

    Raises:
        FeatureMismatch: a curve would have more than 64 steps.
    """
    curves = []
    for of_prior, of_learned, at in zip(prior.curves, learned.curves, edges, strict=True):
        middles = _middles(at)
        values = of_prior(middles) + share * of_learned(middles)
        curves.append(Curve(of_prior.feature, at, tuple(_rising(values).tolist())))
    by_name = dict(zip((curve.feature for curve in curves), edges, strict=True))
    return AdditiveRanker(name, tuple(curves), _blend_pairs(prior, learned, share, by_name))


def _blend_pairs(
    prior: AdditiveRanker,
    learned: AdditiveRanker,
    share: float,
    edges: dict[str, tuple[float, ...]],
) -> tuple[PairTable, ...]:
    of_prior = {pair.name: pair for pair in prior.pairs}
    of_learned = {pair.name: pair for pair in learned.pairs}
    blended = []
    for name in {**of_prior, **of_learned}:
        parts = [
            (pair, weight)
            for pair, weight in ((of_prior.get(name), 1.0), (of_learned.get(name), share))
            if pair is not None
        ]
        pair = parts[0][0]
        rows = _union([part.first_edges for part, _ in parts], edges[pair.first])
        columns = _union([part.second_edges for part, _ in parts], edges[pair.second])
        first, second = np.meshgrid(_middles(rows), _middles(columns), indexing="ij")
        values = sum(weight * part(first, second) for part, weight in parts)
        cells = _rising(np.asarray(values))
        blended.append(
            PairTable(
                name,
                pair.first,
                pair.second,
                rows,
                columns,
                tuple(tuple(row) for row in cells.tolist()),
            )
        )
    return tuple(blended)


def _union(parts: Sequence[tuple[float, ...]], otherwise: tuple[float, ...]) -> tuple[float, ...]:
    edges = tuple(sorted({edge for part in parts for edge in part}))
    return edges if len(edges) < MAX_STEPS else otherwise


def _middles(edges: tuple[float, ...]) -> FloatArray:
    ends = np.array([0.0, *edges, 1.0])
    middles: FloatArray = (ends[:-1] + ends[1:]) / 2.0
    # What is not there, and what is not known, adds nothing.
    middles[0] = 0.0
    return middles


def _rising(values: FloatArray) -> FloatArray:
    # Sums of many leaves fall by the last digit where they should stay equal.
    rising: FloatArray = values - values.flat[0]
    for axis in range(values.ndim):
        rising = np.maximum.accumulate(rising, axis=axis)
    return rising
