"""The figures of a run, by the reference implementation (trec_eval, through pytrec-eval)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pytrec_eval

# A place beyond this depth counts as not found; only MRR would see it, in the fourth digit.
DEPTH = 1000
_MEASURES = {"recip_rank", "recall.10,100", "ndcg_cut.10"}


@dataclass(frozen=True, slots=True)
class Figures:
    """The means over a set of queries, each in [0, 1].

    Attributes:
        mrr: reciprocal rank of the first relevant candidate.
        r10: share of the relevant candidates among the first 10.
        r100: the same among the first 100.
        ndcg10: normalised discounted cumulative gain of the first 10.
    """

    mrr: float
    r10: float
    r100: float
    ndcg10: float

    def as_dict(self) -> dict[str, float]:
        """The figures by name, to four decimals."""
        return {
            "mrr": round(self.mrr, 4),
            "r10": round(self.r10, 4),
            "r100": round(self.r100, 4),
            "ndcg10": round(self.ndcg10, 4),
        }


def per_query(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Sequence[str]]
) -> dict[str, Figures]:
    """Measure each query of a run.

    Args:
        qrels: query id to document id to grade (0 is not relevant).
        run: query id to document ids, best first.

    Returns:
        Figures for every query of the qrels; zeros for one that the run does not answer.
    """
    evaluator = pytrec_eval.RelevanceEvaluator(
        {query: dict(grades) for query, grades in qrels.items()}, _MEASURES
    )
    # trec_eval sorts by score itself: the place is the score, so that its rule for ties is idle.
    scored = {
        query: {document: float(DEPTH - place) for place, document in enumerate(ranking[:DEPTH])}
        for query, ranking in run.items()
        if ranking
    }
    measured = evaluator.evaluate(scored) if scored else {}
    nothing = Figures(0.0, 0.0, 0.0, 0.0)
    return {
        query: Figures(
            mrr=found["recip_rank"],
            r10=found["recall_10"],
            r100=found["recall_100"],
            ndcg10=found["ndcg_cut_10"],
        )
        if (found := measured.get(query))
        else nothing
        for query in qrels
    }


def mean(figures: Iterable[Figures]) -> Figures:
    """Average figures over queries; zeros over none."""
    kept = list(figures)
    if not kept:
        return Figures(0.0, 0.0, 0.0, 0.0)
    n = len(kept)
    return Figures(
        sum(f.mrr for f in kept) / n,
        sum(f.r10 for f in kept) / n,
        sum(f.r100 for f in kept) / n,
        sum(f.ndcg10 for f in kept) / n,
    )
