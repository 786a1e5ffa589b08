from collections.abc import Mapping, Set

import numpy as np
import pytest

from committee.gate import Check, GateReport, judge
from matching.evaluation.significance import InvalidSample

QUERIES = [f"q{i:03}" for i in range(200)]
FRENCH = set(QUERIES[:40])
RNG = np.random.default_rng(7)
BASE = dict(zip(QUERIES, RNG.uniform(0.2, 0.8, len(QUERIES)).tolist(), strict=True))


def judged(
    changes: Mapping[str, float],
    slices: Mapping[str, Set[str]] | None = None,
    *,
    violations: int = 0,
) -> GateReport:
    candidate = {key: value + changes.get(key, 0.0) for key, value in BASE.items()}
    return judge(candidate, BASE, slices or {"language: fr": FRENCH}, violations=violations)


def failed(report: GateReport) -> set[Check]:
    return {finding.check for finding in report.findings if not finding.passed}


def test_a_ranker_that_changes_nothing_passes() -> None:
    report = judged({})

    assert report.passed
    assert (report.difference, report.p) == (0.0, 1.0)


def test_may_lose_two_thousandths_overall_and_no_more() -> None:
    assert judged(dict.fromkeys(QUERIES, -0.0019), {}).passed
    assert failed(judged(dict.fromkeys(QUERIES, -0.0021), {})) == {Check.OVERALL}


def test_a_group_that_loses_closes_the_gate_although_the_mean_gains() -> None:
    changes = {key: -0.03 if key in FRENCH else 0.05 for key in QUERIES}

    report = judged(changes, {"language: en": set(QUERIES) - FRENCH, "language: fr": FRENCH})

    assert report.difference > 0.03
    assert failed(report) == {Check.SLICES}
    [finding] = [one for one in report.findings if not one.passed]
    assert "language: fr -0.030" in finding.sentence.en
    assert report.slices[0].name == "language: fr"


def test_a_loss_by_chance_or_a_small_one_or_of_few_needs_is_let_pass() -> None:
    noise = RNG.normal(-0.012, 0.2, len(FRENCH))
    noise += -0.012 - noise.mean()
    by_chance = dict(zip(sorted(FRENCH), noise.tolist(), strict=True))
    gain = {key: 0.01 for key in QUERIES if key not in FRENCH}

    assert judged({**gain, **by_chance}).passed
    assert judged({**gain, **dict.fromkeys(FRENCH, -0.009)}).passed
    few = set(QUERIES[:29])
    assert judged({**gain, **dict.fromkeys(few, -0.05)}, {"language: fr": few}).passed


def test_who_proposes_what_a_rule_removes_does_not_pass() -> None:
    assert failed(judged({}, violations=1)) == {Check.RULES}


def test_without_queries_nothing_can_be_said() -> None:
    with pytest.raises(InvalidSample):
        judge({}, {}, {}, violations=0)
