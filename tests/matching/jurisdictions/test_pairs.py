"""Every ordered pair of the ASEAN states and the parts of China, for all four kinds."""

from itertools import permutations

import pytest

from matching.jurisdictions.facts import Facts
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import Certainty, Route, RouteId, RouteKind
from tests.matching.jurisdictions import oracle
from tests.matching.jurisdictions.treaties import ASEAN, ASKED_ON, CHINA, treaty_graph

PAIRS = tuple(permutations((*ASEAN, *CHINA), 2))
DAY = ASKED_ON.isoformat()


def _answers(kind: RouteKind) -> list[Route]:
    graph = treaty_graph()
    return [plan_route(graph, kind, a, b, on=ASKED_ON, facts=Facts()) for a, b in PAIRS]


@pytest.mark.parametrize("kind", RouteKind)
def test_no_answer_contradicts_the_rows(kind: RouteKind) -> None:
    contradictions = {
        (answer.origin, answer.destination): (str(answer.route), sorted(allowed))
        for answer in _answers(kind)
        if str(answer.route)
        not in (allowed := oracle.routes(kind, answer.origin, answer.destination, DAY))
    }

    assert len(PAIRS) == 210
    assert contradictions == {}


@pytest.mark.parametrize("kind", RouteKind)
def test_every_pair_has_an_answer_with_steps_and_sources(kind: RouteKind) -> None:
    for answer in _answers(kind):
        assert answer.route in set(RouteId)
        assert answer.steps
        assert all(step.sentence.en and step.sentence.zh_hans for step in answer.steps)
        assert answer.sources
        assert all(source.url.startswith(("https://", "http://")) for source in answer.sources)
        assert answer.sentence.en
        assert answer.notice.en


@pytest.mark.parametrize("kind", RouteKind)
def test_an_answer_without_a_treaty_says_so(kind: RouteKind) -> None:
    for answer in _answers(kind):
        is_domestic = answer.route is RouteId.DOMESTIC_LAW_ONLY
        assert (answer.certainty is Certainty.DOMESTIC_LAW_ONLY) == is_domestic
        if is_domestic:
            assert not answer.instruments


@pytest.mark.parametrize("kind", RouteKind)
def test_an_unverified_row_is_never_passed_off_as_certain(kind: RouteKind) -> None:
    for answer in _answers(kind):
        recalled = {
            used.instrument_id
            for used in answer.instruments
            for binding in used.bindings
            if "UNVERIFIED" in binding.note
        }
        if recalled:
            assert "unverified_row" in {check.code for check in answer.checks}
        # Recalled of the supplement is when two of its articles began; the route stands on the
        # arrangement of 2000.
        if recalled - {"hk_cn_awards_supp_2020"}:
            assert answer.certainty is Certainty.UNVERIFIED


def test_documents_change_in_thailand_on_the_day_deposited() -> None:
    for answer in _answers(RouteKind.DOCUMENT):
        pair = {answer.origin, answer.destination}
        other = (pair - {"TH"}).pop() if "TH" in pair else None
        expects_change = other is not None and oracle.binds("hcch_apostille_1961", other, DAY)
        assert [(change.on.isoformat(), str(change.route)) for change in answer.changes] == (
            [("2027-02-28", "apostille")] if expects_change else []
        )


def test_an_apostille_between_flagged_parties_is_to_be_checked_unless_china_is_one() -> None:
    for answer in _answers(RouteKind.DOCUMENT):
        if answer.route is not RouteId.APOSTILLE:
            continue
        pair = (answer.origin, answer.destination)
        is_open = "CN" not in pair and any(map(oracle.is_flagged, pair))
        assert answer.certainty is (Certainty.CHECK if is_open else Certainty.SETTLED), pair
