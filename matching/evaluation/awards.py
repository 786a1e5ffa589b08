"""Awards as judgements: who won a need tells who should have been proposed for it.

The past is frozen before the needs that are measured, and of it only what was known on the day of
each need counts. A need is *warm* when one of its winners had won before, and *new* when, of a
warm need, no winner had worked for that client before: the rest is repeated business.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from matching.evaluation.exposure_figures import FIRST
from matching.evaluation.metrics import DEPTH, Figures, per_query
from matching.evaluation.slices import LARGE_FROM
from matching.features.catalogue import feature_matrix
from matching.features.context import MatchContext, make_context
from matching.index.columns import Index, build_index
from matching.jurisdictions.corridor import ProximityTable
from matching.sectors import SectorTree
from matching.text.bm25 import build_bm25
from matching.text.tokens import tokens
from matching.types import (
    BoolArray,
    Candidate,
    Float32Array,
    FloatArray,
    IntArray,
    Matter,
    Query,
    evidence_text,
)


@dataclass(frozen=True, slots=True)
class AwardedNeed:
    """A need with its winners.

    Attributes:
        labels: what else the source files the need under (service type, unit), as words for
            baselines.
        client: the project or agency that bought.
        sectors: the kinds of work the source files it under, as codes (`sector:Education`).
        region: the group of countries it is in, where the source has one.
    """

    need_id: str
    title: str
    description: str
    winners: tuple[str, ...]
    on: date | None
    jurisdiction: str | None
    client: str | None
    amount: float | None
    labels: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    region: str | None = None

    @property
    def text(self) -> str:
        """What is searched and encoded."""
        return evidence_text(self.title, self.description)


@dataclass(frozen=True, slots=True)
class AwardsBench:
    """Past awards, the needs to measure, and where the winners are based."""

    past: tuple[AwardedNeed, ...]
    queries: tuple[AwardedNeed, ...]
    homes: Mapping[str, str | None]

    @property
    def last(self) -> date:
        """The day of the last past award; the first of all days where none has one."""
        return max((need.on for need in self.past if need.on), default=date.min)


# A score for every candidate row: from the need and how it lies against the index, shape (n,) ...
Ranker = Callable[[AwardedNeed, MatchContext], FloatArray]
# ... or from the features alone, shape (n, f) to (n,).
Scorer = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class RankerRun:
    """What one ranker answered for the warm needs, in their order.

    Attributes:
        measured: need id to figures.
        first: of each need the rows of the first ten candidates.
        first_are_small: the same places: whether a small provider stands there.
    """

    measured: Mapping[str, Figures] = field(default_factory=dict)
    first: Sequence[IntArray] = ()
    first_are_small: Sequence[BoolArray] = ()


@dataclass(frozen=True, slots=True)
class AwardsRuns:
    """What every ranker answered for every need that can be answered.

    Attributes:
        warm: the needs with a winner who had won before, in the order of the bench.
        new: the ids of those none of whose winners had worked for the client.
        past_awards: need id to how many awards each known winner had on the need's day.
        candidates: how many candidates were ranked for each.
        rankers: by name.
    """

    warm: tuple[AwardedNeed, ...]
    new: frozenset[str]
    past_awards: Mapping[str, tuple[int, ...]]
    candidates: int
    rankers: Mapping[str, RankerRun]


def run_awards(
    bench: AwardsBench,
    index: Index,
    query_vectors: Float32Array,
    *,
    rankers: Mapping[str, Ranker],
    scorers: Mapping[str, Scorer],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> AwardsRuns:
    """Rank all past winners for every warm need with every ranker.

    Args:
        bench: the awards.
        index: its past, from `awards_index`.
        query_vectors: shape (len(queries), d), the measured needs' texts encoded as needs.
        rankers: by name.
        scorers: further rankers by name; all read one matrix of features per need.
        progress: told how many needs are done, of how many.
    """
    winners = {
        query.need_id: [index.row_of[w] for w in query.winners if w in index.row_of]
        for query in bench.queries
    }
    to_rank = [i for i, query in enumerate(bench.queries) if winners[query.need_id]]
    ids = [candidate.provider_id for candidate in index.candidates]
    orders: dict[str, list[IntArray]] = {name: [] for name in (*rankers, *scorers)}
    small: list[BoolArray] = []
    past_awards: dict[str, tuple[int, ...]] = {}
    for done, i in enumerate(to_rank):
        need = bench.queries[i]
        context = make_context(as_query(need, bench.last), query_vectors[i], index)
        scores = {name: ranker(need, context) for name, ranker in rankers.items()}
        if scorers:
            features = feature_matrix(context)
            scores |= {name: scorer(features) for name, scorer in scorers.items()}
        for name, values in scores.items():
            orders[name].append(np.argsort(-values, kind="stable")[:DEPTH])
        awards = index.summed(context.counts.astype(np.float64))
        small.append(awards < LARGE_FROM)
        past_awards[need.need_id] = tuple(int(awards[row]) for row in winners[need.need_id])
        progress(done + 1, len(to_rank))
    warm = tuple(bench.queries[i] for i in to_rank)
    qrels = {need.need_id: {ids[row]: 1 for row in winners[need.need_id]} for need in warm}
    runs: dict[str, RankerRun] = {}
    for name, ranked in orders.items():
        run = {
            need.need_id: [ids[row] for row in order]
            for need, order in zip(warm, ranked, strict=True)
        }
        first = [order[:FIRST] for order in ranked]
        runs[name] = RankerRun(
            measured=per_query(qrels, run),
            first=first,
            first_are_small=[flags[rows] for flags, rows in zip(small, first, strict=True)],
        )
    return AwardsRuns(warm, _new(bench, warm, qrels), past_awards, len(ids), runs)


def _new(
    bench: AwardsBench,
    warm: Sequence[AwardedNeed],
    qrels: Mapping[str, Mapping[str, int]],
) -> frozenset[str]:
    served = {
        (need.client, winner) for need in bench.past for winner in need.winners if need.client
    }
    return frozenset(
        need.need_id
        for need in warm
        if not any((need.client, winner) in served for winner in qrels[need.need_id])
    )


def baselines(bench: AwardsBench, index: Index) -> dict[str, Ranker]:
    """Return the rankers to beat.

    `popularity` counts past wins; `bm25_knn` finds past needs by BM25 over their text and labels
    and credits each winner with the nearest need it served. Both know the past as of the need.
    """
    rows = {matter.matter_id: row for row, matter in enumerate(index.matters)}
    texts = [""] * len(index.matters)
    for need in bench.past:
        texts[rows[need.need_id]] = _labelled(need)
    words = build_bm25(texts, analyzer=tokens)

    def by_popularity(_need: AwardedNeed, context: MatchContext) -> FloatArray:
        return index.summed(context.counts.astype(np.float64))

    def by_past_needs(need: AwardedNeed, context: MatchContext) -> FloatArray:
        return index.greatest(words.plain_scores(_labelled(need)) * context.counts)

    return {"popularity": by_popularity, "bm25_knn": by_past_needs}


def _labelled(need: AwardedNeed) -> str:
    return " ".join((*need.labels, need.text))


def as_query(need: AwardedNeed, last: date) -> Query:
    """Return a need as matching sees it; without a day of its own, as of the day after `last`."""
    return Query(
        text=need.text,
        on=need.on or last + timedelta(days=1),
        target_jurisdictions=(need.jurisdiction,) if need.jurisdiction else (),
        sector_codes=need.sectors,
        amount_usd=need.amount,
        client=need.client,
        task=need.description if need.title else "",
    )


def awards_index(
    bench: AwardsBench, vectors: Float32Array, *, proximity: ProximityTable | None = None
) -> Index:
    """Lay out the past of a bench: the winners as candidates, the awards as verified matters.

    Args:
        bench: m past needs.
        vectors: shape (m, d), their texts encoded as evidence.
        proximity: how near jurisdictions are to each other, or None.
    """
    winners = dict.fromkeys(winner for need in bench.past for winner in need.winners)
    candidates = [
        Candidate(winner, winner, "other", home_jurisdiction=bench.homes.get(winner))
        for winner in winners
    ]
    matters = [
        Matter(
            matter_id=need.need_id,
            evidence_ids={winner: f"{need.need_id}/{winner}" for winner in need.winners},
            title=need.title,
            description=need.description,
            jurisdictions=(need.jurisdiction,) if need.jurisdiction else (),
            sector_codes=need.sectors,
            dated_on=need.on,
            client=need.client,
            amount_usd=need.amount,
            is_verified=True,
        )
        for need in bench.past
    ]
    every = (*bench.past, *bench.queries)
    tree = SectorTree(dict.fromkeys(sorted({code for need in every for code in need.sectors})))
    region_of = {n.jurisdiction: n.region for n in every if n.jurisdiction and n.region}
    return build_index(candidates, matters, vectors, tree, region_of, proximity=proximity)
