"""Awards as judgements: who won a need tells who should have been proposed for it.

The past is frozen before the needs that are measured, and of it only what was known on the day of
each need counts. A need is *warm* when one of its winners had won before, and *new* when, of a
warm need, no winner had worked for that client before: the rest is repeated business.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from matching.evaluation.metrics import DEPTH, Figures, mean, per_query
from matching.features.catalogue import feature_matrix
from matching.features.context import MatchContext, make_context
from matching.index.columns import Index, build_index
from matching.ranker.prior import prior
from matching.sectors import SectorTree
from matching.text.bm25 import build_bm25
from matching.types import (
    Candidate,
    Float32Array,
    FloatArray,
    Matter,
    Query,
    evidence_text,
)


@dataclass(frozen=True, slots=True)
class AwardedNeed:
    """A need with its winners.

    Attributes:
        labels: what else the source files the need under (service type, unit), for baselines.
        client: the project or agency that bought.
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


@dataclass(frozen=True, slots=True)
class AwardsReport:
    """Figures of every ranker over all needs, the warm and the new ones."""

    queries: int
    warm: int
    new: int
    rankers: Mapping[str, Mapping[str, Figures]]

    def as_dict(self) -> dict[str, object]:
        """The report as one JSON document."""
        return {
            "queries": self.queries,
            "warm": self.warm,
            "new": self.new,
            "rankers": {
                name: {part: figures.as_dict() for part, figures in parts.items()}
                for name, parts in self.rankers.items()
            },
        }


Ranker = Callable[[AwardedNeed, MatchContext], FloatArray]


def evaluate_awards(
    bench: AwardsBench,
    past_vectors: Float32Array,
    query_vectors: Float32Array,
    *,
    rankers: Mapping[str, Ranker] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> AwardsReport:
    """Rank all past winners for every need and compare with who won.

    Args:
        bench: the awards.
        past_vectors: shape (len(past), d), the past needs' texts encoded as evidence.
        query_vectors: shape (len(queries), d), the measured needs' texts encoded as needs.
        rankers: further rankers by name, each giving a score per candidate row.
        progress: told how many needs are done, of how many.
    """
    index = _index(bench, past_vectors)
    named = {**baselines(bench, index), "prior": _prior_ranker, **(rankers or {})}
    served = {
        (need.client, winner) for need in bench.past for winner in need.winners if need.client
    }
    warm = {
        query.need_id: {w: 1 for w in query.winners if w in index.row_of} for query in bench.queries
    }
    warm = {need_id: winners for need_id, winners in warm.items() if winners}
    new = {
        query.need_id
        for query in bench.queries
        if query.need_id in warm
        and not any((query.client, winner) in served for winner in warm[query.need_id])
    }
    last = max((need.on for need in bench.past if need.on), default=date.min)
    runs: dict[str, dict[str, list[str]]] = {name: {} for name in named}
    ids = [candidate.provider_id for candidate in index.candidates]
    to_rank = [i for i, query in enumerate(bench.queries) if query.need_id in warm]
    for done, i in enumerate(to_rank):
        need = bench.queries[i]
        context = make_context(_as_query(need, last), query_vectors[i], index)
        for name, ranker in named.items():
            order = np.argsort(-ranker(need, context), kind="stable")[:DEPTH]
            runs[name][need.need_id] = [ids[row] for row in order]
        progress(done + 1, len(to_rank))
    report: dict[str, dict[str, Figures]] = {}
    for name, run in runs.items():
        measured = per_query(warm, run)
        total = sum_over(measured.values(), len(bench.queries))
        report[name] = {
            "all": total,
            "warm": mean(measured.values()),
            "new": mean(f for need_id, f in measured.items() if need_id in new),
        }
    return AwardsReport(len(bench.queries), len(warm), len(new), report)


def sum_over(figures: Iterable[Figures], queries: int) -> Figures:
    """Average over all queries, those that cannot be answered counting as zero."""
    kept = list(figures)
    part = mean(kept)
    share = len(kept) / queries if queries else 0.0
    return Figures(part.mrr * share, part.r10 * share, part.r100 * share, part.ndcg10 * share)


def baselines(bench: AwardsBench, index: Index) -> dict[str, Ranker]:
    """Return the rankers to beat.

    `popularity` counts past wins; `bm25_knn` finds past needs by BM25 over their text and labels
    and credits each winner with the nearest need it served. Both know the past as of the need.
    """
    rows = {matter.matter_id: row for row, matter in enumerate(index.matters)}
    texts = [""] * len(index.matters)
    for need in bench.past:
        texts[rows[need.need_id]] = _labelled(need)
    words = build_bm25(texts)

    def by_popularity(_need: AwardedNeed, context: MatchContext) -> FloatArray:
        return index.summed(context.counts.astype(np.float64))

    def by_past_needs(need: AwardedNeed, context: MatchContext) -> FloatArray:
        return index.greatest(words.plain_scores(_labelled(need)) * context.counts)

    return {"popularity": by_popularity, "bm25_knn": by_past_needs}


def _labelled(need: AwardedNeed) -> str:
    return " ".join((*need.labels, need.text))


def _prior_ranker(_need: AwardedNeed, context: MatchContext) -> FloatArray:
    scores: FloatArray = prior().contributions(feature_matrix(context)).sum(axis=1)
    return scores


def _as_query(need: AwardedNeed, last: date) -> Query:
    return Query(
        text=need.text,
        on=need.on or last + timedelta(days=1),
        target_jurisdictions=(need.jurisdiction,) if need.jurisdiction else (),
        amount_usd=need.amount,
    )


def _index(bench: AwardsBench, vectors: Float32Array) -> Index:
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
            dated_on=need.on,
            client=need.client,
            amount_usd=need.amount,
            is_verified=True,
        )
        for need in bench.past
    ]
    return build_index(candidates, matters, vectors, SectorTree({}))


def distinct_texts(needs: Sequence[AwardedNeed]) -> list[str]:
    """The texts to encode, each once, in the order of their first need."""
    return list(dict.fromkeys(need.text for need in needs))
