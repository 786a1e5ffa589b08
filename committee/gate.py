"""The gate: what a ranker must hold on the frozen queries before any promotion.

It looks at the figures of single queries only. It guards against harm, not for gain: a ranker that
is as good as the one in force may pass, one that costs any group of needs much may not.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.evaluation.significance import interval, paired_p
from matching.evaluation.slices import SliceComparison, compare_slices
from matching.types import FloatArray, Sentence

# How far the mean nDCG@10 over all queries may fall.
TOLERANCE = 0.002
# A slice is lost where its mean falls by more than this, and not by chance.
SLICE_LOSS = 0.01
SIGNIFICANT = 0.05
LEAST_QUERIES = 30
SEED = 20261122


class Check(StrEnum):
    """What the gate looks at."""

    OVERALL = "overall"
    SLICES = "slices"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: whether it lets the ranker pass, and why in three scripts."""

    check: Check
    passed: bool
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class GateReport:
    """Everything the gate found.

    Attributes:
        queries: how many were compared.
        candidate, in_force: mean nDCG@10 of both with the ends of its 95 % interval.
        low, high: the 95 % interval of the difference.
        p: how often chance alone parts them as far (two-sided).
        slices: both rankers on every slice of at least 30 queries, losers first.
        findings: one for each check.
    """

    queries: int
    candidate: tuple[float, float, float]
    in_force: tuple[float, float, float]
    low: float
    high: float
    p: float
    slices: tuple[SliceComparison, ...]
    findings: tuple[Finding, ...]

    @property
    def difference(self) -> float:
        """How much better the candidate is; below 0 it loses."""
        return self.candidate[0] - self.in_force[0]

    @property
    def passed(self) -> bool:
        """Whether the ranker may be promoted."""
        return all(finding.passed for finding in self.findings)


def is_lost(one: SliceComparison) -> bool:
    """Tell whether a slice loses by more than the limit, and not by chance."""
    return one.difference < -SLICE_LOSS and one.p < SIGNIFICANT


def judge(
    candidate: Mapping[str, float],
    in_force: Mapping[str, float],
    slices: Mapping[str, Set[str]],
    *,
    violations: int,
) -> GateReport:
    """Judge a ranker by nDCG@10 on the frozen queries.

    Args:
        candidate: query id to the value of the ranker to be promoted, at least one query.
        in_force: the same queries' values of the ranker in force.
        slices: name to query ids.
        violations: how many providers that a rule removes the candidate has put among the first
            ten; a ranker orders who is eligible and must remove no rule.

    Raises:
        InvalidSample: there are no queries, or the two were measured on different ones.
    """
    ids = sorted(candidate)
    a = np.array([candidate[query_id] for query_id in ids], dtype=np.float64)
    b = np.array([in_force[q] for q in sorted(in_force)], dtype=np.float64)
    p = paired_p(a, b, seed=SEED)
    low, high = interval(a - b, seed=SEED)
    compared = compare_slices(candidate, in_force, slices, seed=SEED, least=LEAST_QUERIES)
    difference = float(a.mean() - b.mean())
    return GateReport(
        queries=len(ids),
        candidate=_with_interval(a),
        in_force=_with_interval(b),
        low=low,
        high=high,
        p=p,
        slices=compared,
        findings=(
            _overall(difference),
            _slices(compared),
            _rules(violations),
        ),
    )


def _with_interval(values: FloatArray) -> tuple[float, float, float]:
    low, high = interval(values, seed=SEED)
    return float(values.mean()), low, high


def _overall(difference: float) -> Finding:
    passed = difference >= -TOLERANCE
    moved = f"{difference:+.3f}"
    return Finding(
        Check.OVERALL,
        passed,
        Sentence(
            f"Over all frozen needs nDCG@10 changes by {moved}; at most -{TOLERANCE} is allowed",
            f"在全部固定需求上，nDCG@10 变化 {moved}；最多允许 -{TOLERANCE}",
            f"在全部固定需求上，nDCG@10 變化 {moved}；最多允許 -{TOLERANCE}",
        ),
    )


def _slices(compared: tuple[SliceComparison, ...]) -> Finding:
    lost = [one for one in compared if is_lost(one)]
    if not lost:
        return Finding(
            Check.SLICES,
            True,
            Sentence(
                f"None of {len(compared)} groups of needs loses significantly",
                f"{len(compared)} 组需求中没有一组显著变差",
                f"{len(compared)} 組需求中沒有一組顯著變差",
            ),
        )
    named = "; ".join(f"{one.name} {one.difference:+.3f} (p {one.p:.3f})" for one in lost)
    return Finding(
        Check.SLICES,
        False,
        Sentence(
            f"Groups of needs lose significantly: {named}",
            f"以下各组需求显著变差：{named}",
            f"以下各組需求顯著變差：{named}",
        ),
    )


def _rules(violations: int) -> Finding:
    if not violations:
        return Finding(
            Check.RULES,
            True,
            Sentence(
                "No provider that a rule removes is proposed",
                "没有推荐任何被规则排除的机构",
                "沒有推薦任何被規則排除的機構",
            ),
        )
    return Finding(
        Check.RULES,
        False,
        Sentence(
            f"{violations} places went to providers that a rule removes",
            f"有 {violations} 个名次给了被规则排除的机构",
            f"有 {violations} 個名次給了被規則排除的機構",
        ),
    )
