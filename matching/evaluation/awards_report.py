"""The honest comparison on awards: every ranker with intervals, tests, slices and exposure."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from matching.evaluation.awards import (
    AwardedNeed,
    AwardsBench,
    AwardsRuns,
    Ranker,
    RankerRun,
    Scorer,
    awards_index,
    baselines,
    run_awards,
)
from matching.evaluation.exposure_figures import Exposure, exposure_of
from matching.evaluation.metrics import Figures, mean
from matching.evaluation.significance import interval, intervals, paired_p
from matching.evaluation.slices import (
    SliceComparison,
    amount_label,
    compare_slices,
    language_label,
    provider_size_label,
    slices_by,
)
from matching.index.columns import Index
from matching.jurisdictions.corridor import ProximityTable
from matching.ranker.prior import prior
from matching.types import Float32Array

MEASURES = ("mrr", "r10", "r100", "ndcg10")
PRIOR = "prior"
# The ranker that a report is about; the prior where none was learned.
LEARNED = "ranker"
# Rankers of an ablation are called by what they do without.
WITHOUT = " without "


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures over some needs, each with its 95 % interval."""

    figures: Figures
    intervals: Mapping[str, tuple[float, float]]

    def as_dict(self) -> dict[str, object]:
        """The figures by name, and `intervals` by the same names, to four decimals."""
        ends = {
            name: [round(low, 4), round(high, 4)] for name, (low, high) in self.intervals.items()
        }
        return {**self.figures.as_dict(), "intervals": ends}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The nDCG@10 of a ranker against that of another on the same needs.

    Attributes:
        part: `warm` or `new`.
        difference: how much better `ranker` is.
        low, high: the 95 % interval of the difference.
        p: how often chance alone parts them as far (two-sided).
    """

    ranker: str
    against: str
    part: str
    difference: float
    low: float
    high: float
    p: float

    def as_dict(self) -> dict[str, str | float]:
        """The comparison by name, to four decimals."""
        return {
            "ranker": self.ranker,
            "against": self.against,
            "part": self.part,
            "difference": round(self.difference, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "p": round(self.p, 4),
        }


@dataclass(frozen=True, slots=True)
class AwardsReport:
    """Figures of every ranker over all needs, the warm and the new ones, and how sure they are.

    Attributes:
        best_baseline: the baseline with the greatest nDCG@10 over warm needs.
        subject: the ranker that the slices are about.
        comparisons: every ranker against the best baseline, and against the prior.
        slices: the subject against the best baseline on parts of the warm needs, losers first.
        exposure: of every ranker.
        winners_small: share of small providers among the winners who had won before.
    """

    queries: int
    warm: int
    new: int
    rankers: Mapping[str, Mapping[str, Measured]]
    best_baseline: str
    subject: str
    comparisons: tuple[Comparison, ...]
    slices: tuple[SliceComparison, ...]
    exposure: Mapping[str, Exposure]
    winners_small: float

    def as_dict(self) -> dict[str, object]:
        """The report as one JSON document."""
        return {
            "queries": self.queries,
            "warm": self.warm,
            "new": self.new,
            "rankers": {
                name: {part: measured.as_dict() for part, measured in parts.items()}
                for name, parts in self.rankers.items()
            },
            "best_baseline": self.best_baseline,
            "comparisons": [one.as_dict() for one in self.comparisons],
            "slices": {
                "ours": self.subject,
                "theirs": self.best_baseline,
                "losers_first": [one.as_dict() for one in self.slices],
            },
            "exposure": {name: one.as_dict() for name, one in self.exposure.items()},
            "winners_small": round(self.winners_small, 4),
        }


def evaluate_awards(
    bench: AwardsBench,
    past_vectors: Float32Array,
    query_vectors: Float32Array,
    *,
    scorers: Callable[[Index], Mapping[str, Scorer]] | None = None,
    rankers: Mapping[str, Ranker] | None = None,
    proximity: ProximityTable | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> AwardsReport:
    """Rank all past winners for every need, compare with who won, and say how sure that is.

    Args:
        bench: the awards.
        past_vectors: shape (len(past), d), the past needs' texts encoded as evidence.
        query_vectors: shape (len(queries), d), the measured needs' texts encoded as needs.
        scorers: makes further rankers that read features, learned from the index of the past.
        rankers: further rankers by name, each giving a score per candidate row.
        proximity: how near jurisdictions are to each other, or None.
        seed: of intervals and tests.
        progress: told how many needs are done, of how many.
    """
    index = awards_index(bench, past_vectors, proximity=proximity)
    to_beat = baselines(bench, index)
    runs = run_awards(
        bench,
        index,
        query_vectors,
        rankers={**to_beat, **(rankers or {})},
        scorers={PRIOR: prior().scores, **(scorers(index) if scorers else {})},
        progress=progress,
    )
    return report_awards(bench, runs, tuple(to_beat), seed=seed)


def report_awards(
    bench: AwardsBench, runs: AwardsRuns, to_beat: Sequence[str], *, seed: int
) -> AwardsReport:
    """Draw up the report on what rankers answered.

    Args:
        bench: the awards.
        runs: what the rankers answered.
        to_beat: which of them are the baselines.
        seed: of intervals and tests.
    """
    measured = {
        name: {
            "all": _measured(run, [need.need_id for need in bench.queries], seed),
            "warm": _measured(run, [need.need_id for need in runs.warm], seed),
            "new": _measured(run, [n.need_id for n in runs.warm if n.need_id in runs.new], seed),
        }
        for name, run in runs.rankers.items()
    }
    best = max(to_beat, key=lambda name: measured[name]["warm"].figures.ndcg10)
    subject = LEARNED if LEARNED in runs.rankers else PRIOR
    awards = [count for counts in runs.past_awards.values() for count in counts]
    return AwardsReport(
        queries=len(bench.queries),
        warm=len(runs.warm),
        new=len(runs.new),
        rankers=measured,
        best_baseline=best,
        subject=subject,
        comparisons=_comparisons(runs, best, to_beat, seed),
        slices=compare_slices(
            _gains(runs.rankers[subject]), _gains(runs.rankers[best]), slices_of(runs), seed=seed
        ),
        exposure={
            name: exposure_of(run.first, run.first_are_small, runs.candidates)
            for name, run in runs.rankers.items()
            if WITHOUT not in name
        },
        winners_small=_share_small(awards),
    )


def slices_of(runs: AwardsRuns) -> dict[str, Set[str]]:
    """Sort the warm needs by everything that is known of them.

    Language of the text, sector, group of countries, size of the winners, whether one of them had
    worked for the client, and value of the need. A need counts as won by small providers when none
    of its winners had five awards on its day.
    """

    def by(
        dimension: str, label: Callable[[AwardedNeed], str | Sequence[str] | None]
    ) -> dict[str, Set[str]]:
        return slices_by(dimension, {need.need_id: label(need) for need in runs.warm})

    return {
        **by("language", lambda need: language_label(need.text)),
        **by("region", lambda need: need.region),
        **by("client", lambda need: "new" if need.need_id in runs.new else "known"),
        **by("winner", lambda need: provider_size_label(runs.past_awards[need.need_id])),
        **by("value", lambda need: amount_label(need.amount)),
        **by("sector", lambda need: need.sectors),
    }


def _measured(run: RankerRun, need_ids: Sequence[str], seed: int) -> Measured:
    nothing = Figures(0.0, 0.0, 0.0, 0.0)
    # A need that cannot be answered from the past counts as zero.
    figures = [run.measured.get(need_id, nothing) for need_id in need_ids]
    if not figures:
        return Measured(nothing, dict.fromkeys(MEASURES, (0.0, 0.0)))
    values = np.array([[f.mrr, f.r10, f.r100, f.ndcg10] for f in figures])
    ends = intervals(values, seed=seed)
    return Measured(
        mean(figures),
        {name: (float(low), float(high)) for name, (low, high) in zip(MEASURES, ends, strict=True)},
    )


def _comparisons(
    runs: AwardsRuns, best: str, to_beat: Sequence[str], seed: int
) -> tuple[Comparison, ...]:
    warm = [need.need_id for need in runs.warm]
    parts = {"warm": warm, "new": [need_id for need_id in warm if need_id in runs.new]}
    found: list[Comparison] = []
    for name in runs.rankers:
        against = [best] if name not in to_beat else []
        if name not in to_beat and name != PRIOR:
            # An ablated ranker tells what it lost against itself with all features.
            against.append(name.partition(WITHOUT)[0] if WITHOUT in name else PRIOR)
        found.extend(
            compare(runs, name, other, part, need_ids, seed=seed)
            for other in against
            for part, need_ids in parts.items()
            if need_ids
        )
    return tuple(found)


def compare(
    runs: AwardsRuns, ranker: str, against: str, part: str, need_ids: Sequence[str], *, seed: int
) -> Comparison:
    """Compare the nDCG@10 of two rankers over some warm needs, at least one."""
    ours, theirs = (
        np.array([runs.rankers[name].measured[need_id].ndcg10 for need_id in need_ids])
        for name in (ranker, against)
    )
    low, high = interval(ours - theirs, seed=seed)
    difference = float(ours.mean() - theirs.mean())
    p = paired_p(ours, theirs, seed=seed)
    return Comparison(ranker, against, part, difference, low, high, p)


def _gains(run: RankerRun) -> dict[str, float]:
    return {need_id: figures.ndcg10 for need_id, figures in run.measured.items()}


def _share_small(awards: Sequence[int]) -> float:
    small = [provider_size_label([count]) == "small" for count in awards]
    return sum(small) / len(small) if small else 0.0
