"""Scores of readings against annotations, by hand."""

from dataclasses import replace
from datetime import date

import pytest

from matching.evaluation.understanding import (
    AnnotatedStatement,
    Annotation,
    score_statement,
    score_understanding,
    set_f1,
)
from matching.types import Script
from matching.understanding.types import Budget, BudgetBasis, Deadline, Reading

ON = date(2026, 11, 20)
EXPECTED = Annotation(
    home_jurisdiction="CN",
    target_jurisdictions=frozenset({"VN", "LA"}),
    excluded_jurisdictions=frozenset({"MM"}),
    sector_codes=frozenset({"ACC.AUD"}),
    excluded_sector_codes=frozenset({"DIS"}),
    deadline=Deadline(date(2026, 12, 31), 41),
    budget=Budget(None, 50_000, "CNY"),
)
STATEMENT = AnnotatedStatement("one", "a text", ON, Script.EN, EXPECTED)
RIGHT = Reading(
    text_lang=Script.EN,
    reference_date=ON,
    home_jurisdiction="CN",
    target_jurisdictions=("LA", "VN"),
    excluded_jurisdictions=("MM",),
    sector_codes=("ACC.AUD",),
    excluded_sector_codes=("DIS",),
    deadline=Deadline(date(2026, 12, 30), 40),
    budget=Budget(None, 50_000, "CNY", BudgetBasis.PER_MONTH, is_approximate=True),
)


def test_set_f1() -> None:
    assert set_f1(set(), set()) == 1
    assert set_f1({"VN"}, set()) == 0
    assert set_f1({"VN", "LA"}, {"VN"}) == pytest.approx(2 / 3)


def test_a_deadline_within_a_day_and_the_bounds_are_enough() -> None:
    score = score_statement(STATEMENT, RIGHT)
    assert score.is_understood
    assert [miss.field for miss in score.misses] == ["budget_basis"]


@pytest.mark.parametrize(
    ("wrong", "deciding"),
    [
        (replace(RIGHT, home_jurisdiction=None), "home_jurisdiction"),
        (replace(RIGHT, target_jurisdictions=("VN",)), "target_jurisdictions"),
        (replace(RIGHT, excluded_jurisdictions=()), "excluded_jurisdictions"),
        (replace(RIGHT, excluded_sector_codes=()), "excluded_sector_codes"),
        (replace(RIGHT, deadline=Deadline(date(2026, 12, 29), 39)), "deadline"),
        (replace(RIGHT, deadline=None), "deadline"),
        (replace(RIGHT, budget=Budget(None, 50_000, "USD")), "budget"),
        (replace(RIGHT, budget=Budget(10_000, 50_000, "CNY")), "budget"),
        (replace(RIGHT, sector_codes=("ACC.AUD", "LEG")), "sector_codes"),
    ],
)
def test_one_wrong_field_is_not_understood(wrong: Reading, deciding: str) -> None:
    score = score_statement(STATEMENT, wrong)
    assert not score.is_understood
    assert score.deciding == (deciding,)


def test_counts_what_was_excluded_and_still_returned() -> None:
    wrong = replace(
        RIGHT, target_jurisdictions=("LA", "VN", "MM"), sector_codes=("ACC.AUD", "DIS.LIT")
    )
    assert score_statement(STATEMENT, wrong).excluded_returned == 2


def test_figures_by_script() -> None:
    other = replace(STATEMENT, id="two", text_lang=Script.ZH_HANS)
    figures = score_understanding(
        [STATEMENT, other], [RIGHT, replace(RIGHT, target_jurisdictions=("VN",))]
    )
    assert list(figures) == ["all", "en", "zh-Hans"]
    assert figures["all"].understood == 0.5
    assert figures["en"].understood == 1
    assert figures["zh-Hans"].targets_f1 == pytest.approx(2 / 3)
    assert figures["all"].targets_micro_f1 == pytest.approx(6 / 7)
    assert figures["all"].right["home_jurisdiction"] == 1
    assert figures["all"].as_dict()["excluded_returned"] == 0


def test_refuses_lengths_that_differ() -> None:
    with pytest.raises(ValueError, match="1 statements against 0 readings"):
        score_understanding([STATEMENT], [])


@pytest.mark.parametrize(
    ("expected", "found", "is_right"),
    [
        ((), (), True),
        (("not a Big Four firm",), ("Big Four firm",), True),
        (("不要四大",), ("不要找國際四大", "不要四大"), True),
        (("must be female",), ("no agents",), False),
        (("must be female",), (), False),
        ((), ("no agents",), False),
    ],
)
def test_limits_need_only_overlap(
    expected: tuple[str, ...], found: tuple[str, ...], is_right: bool
) -> None:
    statement = replace(STATEMENT, expected=replace(EXPECTED, provider_constraints=expected))
    score = score_statement(statement, replace(RIGHT, provider_constraints=found))
    assert ("provider_constraints" in {miss.field for miss in score.misses}) is not is_right
    assert score.is_understood
