"""What a band of near-equals costs and gives: quality of the ranking against spread of exposure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from matching.evaluation.exposure_figures import FIRST, gini
from matching.exposure import groups_of, need_key, turn
from matching.types import BoolArray, FloatArray, IntArray, Query

_DISCOUNTS: FloatArray = 1.0 / np.log2(np.arange(2, FIRST + 2))


@dataclass(frozen=True, slots=True)
class ScoredNeed:
    """A need with the scores of its k eligible candidates.

    Attributes:
        query: the need; its day is the first on which it is shown.
        rows: shape (k,), which candidates they are.
        ids: length k, their ids.
        scores: shape (k,).
        is_relevant: shape (k,), who should have been proposed.
        relevant: how many should have been, those who are no candidates among them.
        is_small: shape (k,), who has little past work.
    """

    query: Query
    rows: IntArray
    ids: Sequence[str]
    scores: FloatArray
    is_relevant: BoolArray
    relevant: int
    is_small: BoolArray


@dataclass(frozen=True, slots=True)
class BandFigures:
    """What a band does, as means over needs and days.

    Attributes:
        ndcg10: nDCG@10.
        gini: of the exposure of each candidate over all needs and days, where place r of the first
            ten is worth 1 / log2(r + 1): 0 where all have the same, near 1 where few have all.
        gini_within: the mean over needs of the same among the `FIRST` candidates best by score:
            how evenly one need's own best share its attention.
        small: share of the exposure that small providers have.
        sharing: share of the first ten places that are shared.
    """

    ndcg10: float
    gini: float
    gini_within: float
    small: float
    sharing: float


def measure_band(
    needs: Sequence[ScoredNeed], band: float, *, candidates: int, days: int = 30
) -> BandFigures:
    """Show each need on some days in a row and measure who stands where.

    Args:
        needs: at least one.
        band: as in `matching.exposure.groups_of`.
        candidates: how many could have been ranked for any need; rows lie below it.
        days: on how many days each need is shown, at least 1.
    """
    exposure = np.zeros(candidates)
    ndcg = within = small = shared = places = 0.0
    for need in needs:
        order = np.argsort(-need.scores, kind="stable")
        groups = groups_of(need.scores[order], band, top=FIRST)
        key = need_key(need.query)
        worth = np.zeros(len(order))
        for day in range(days):
            query = replace(need.query, on=need.query.on + timedelta(days=day))
            first = _first(need, order, groups, query, key)
            discounts = _DISCOUNTS[: len(first)]
            worth[first] += discounts
            best = float(_DISCOUNTS[: min(need.relevant, FIRST)].sum())
            ndcg += float(discounts @ need.is_relevant[first]) / best if best else 0.0
        np.add.at(exposure, need.rows, worth)
        within += gini(worth[order[:FIRST]])
        small += float(worth[need.is_small].sum() / worth.sum()) if worth.any() else 0.0
        shown = min(FIRST, len(order))
        places += shown
        shared += sum(min(end, shown) - first for first, end in groups if end - first > 1)
    count = len(needs)
    return BandFigures(
        ndcg10=ndcg / (count * days),
        gini=gini(exposure),
        gini_within=within / count,
        small=small / count,
        sharing=shared / places if places else 0.0,
    )


def _first(
    need: ScoredNeed,
    order: IntArray,
    groups: Sequence[tuple[int, int]],
    query: Query,
    key: str,
) -> IntArray:
    first: list[int] = []
    for start, end in groups:
        members = [int(at) for at in order[start:end]]
        if len(members) > 1:
            members.sort(key=lambda at: turn(query.on, key, need.ids[at]))
        first.extend(members)
    return np.array(first[:FIRST], dtype=np.int64)
