"""The table of cases, worked out from the treaties' texts and dates before there was a planner.

An empty `certainty` or `must_check` is left open; an empty `change` says that none is known.
"""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from api.cli.routes_evaluation import read_cases
from matching.evaluation.routes import RouteCase, score_routes
from matching.jurisdictions.facts import parse_facts
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import Certainty, Route, RouteId, RouteKind
from tests.matching.jurisdictions.treaties import ASEAN, CHINA, treaty_graph

CASES = read_cases(Path(__file__).with_name("cases.csv"))


def _answer(case: RouteCase) -> Route:
    return plan_route(
        treaty_graph(),
        case.kind,
        case.origin,
        case.destination,
        on=case.on,
        facts=parse_facts(case.facts),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.case_id)
def test_answers_as_the_texts_and_dates_say(case: RouteCase) -> None:
    assert score_routes(treaty_graph(), [case]) == ()


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.change], ids=lambda case: case.case_id
)
def test_an_announced_change_comes_on_its_day_and_not_before(case: RouteCase) -> None:
    assert case.change is not None
    day, route = case.change
    graph, facts = treaty_graph(), parse_facts(case.facts)
    the_day_before = date.fromordinal(day.toordinal() - 1)

    before = plan_route(
        graph, case.kind, case.origin, case.destination, on=the_day_before, facts=facts
    )
    after = plan_route(graph, case.kind, case.origin, case.destination, on=day, facts=facts)

    assert (before.route, after.route) == (case.route, route)


def test_nothing_is_asked_that_was_given() -> None:
    given = "money_judgment,superior_court,final,proceedings_instituted=2025-08-01"
    asked = [
        plan_route(
            treaty_graph(),
            RouteKind.JUDGMENT,
            origin,
            destination,
            on=date(2026, 11, 22),
            facts=parse_facts(given),
        )
        for origin, destination in (("SG", "HK"), ("GB", "UA"))
    ]

    codes = {check.code for answer in asked for check in answer.checks}
    assert not codes & {"fjreo_scope", "proceedings_instituted"}


def test_two_members_of_the_union_are_told_of_its_law() -> None:
    case = next(case for case in CASES if (case.origin, case.destination) == ("FR", "DE"))

    assert [used.instrument_id for used in _answer(case).instruments] == ["eu"]


def test_the_table_covers_what_it_is_for() -> None:
    assert len(CASES) >= 150
    assert len({case.case_id for case in CASES}) == len(CASES)
    assert {case.route for case in CASES} == set(RouteId)
    assert {case.certainty for case in CASES} >= set(Certainty)
    assert all(case.reason for case in CASES)
    per_kind = Counter(case.kind for case in CASES)
    assert min(per_kind[kind] for kind in RouteKind) >= 40
    places = {place for case in CASES for place in (case.origin, case.destination)}
    assert places >= {*ASEAN, *CHINA}
