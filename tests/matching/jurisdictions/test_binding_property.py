"""Whatever is asked, an answer rests only on what binds that day, between those two."""

import random
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise, permutations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.jurisdictions.facts import Facts
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import Route, RouteId, RouteKind, TreatyData, UsedInstrument
from tests.matching.jurisdictions import oracle
from tests.matching.jurisdictions.treaties import CHINA, tables, treaty_data, treaty_graph

PLACES = tuple(sorted(row["code"] for row in tables().places))
# Drawn as often as all others together: here rows, objections and pending dates are dense.
DENSE = (*CHINA, "DE", "IN", "XK", "VN", "TH", "SG", "JP", "GB", "CH", "UA", "JE", "KZ", "CN-GX")
# What a route rests on in the table of pairs rather than in that of parties.
PAIRED = {"judicial_assistance_cn": "judicial_assistance", "hk_fjreo": "judgment_arrangement"}
ONE_SIDED = "singapore_mediation_2018"
CONVENTIONS = {
    "nyc_1958",
    "hcch_apostille_1961",
    "hcch_service_1965",
    "hcch_evidence_1970",
    "hcch_choice_of_court_2005",
    "hcch_judgments_2019",
    "singapore_mediation_2018",
    "lugano_2007",
}

Pair = tuple[str, str]


def _differ(pair: Pair) -> bool:
    return oracle.under_law_of(pair[0]) != oracle.under_law_of(pair[1])


places = st.sampled_from(PLACES) | st.sampled_from(DENSE)
pairs = st.tuples(places, places).filter(_differ)
SIBLINGS = tuple(
    pair
    for pair in permutations(PLACES, 2)
    if oracle.state_of(pair[0]) == oracle.state_of(pair[1]) and _differ(pair)
)
days = st.dates(date(1955, 1, 1), date(2035, 12, 31)) | st.sampled_from(
    sorted(
        {
            date.fromisoformat(row["in_force_from"])
            for row in tables().memberships
            if row["in_force_from"]
        }
    )
)
unsaid = st.none() | st.booleans()
maybe_day = st.none() | st.dates(date(1990, 1, 1), date(2030, 12, 31))
all_facts = st.builds(
    Facts,
    commercial=unsaid,
    international=unsaid,
    money_judgment=unsaid,
    superior_court=unsaid,
    final=unsaid,
    opted_in=unsaid,
    choice_of_court=st.sampled_from([None, "exclusive", "none"]),
    choice_concluded=maybe_day,
    proceedings_instituted=maybe_day,
    judgment_given=maybe_day,
)
kinds = st.sampled_from(RouteKind)
thousand = settings(max_examples=1000, derandomize=True, deadline=None, database=None)


def _ask(kind: RouteKind, pair: Pair, on: date, facts: Facts) -> Route:
    return plan_route(treaty_graph(), kind, *pair, on=on, facts=_possible(facts, on))


def _possible(facts: Facts, on: date) -> Facts:
    """Take away the days that cannot be: later than the day asked about, or than the judgment."""
    last = on if facts.judgment_given is None else min(on, facts.judgment_given)

    def until(day: date | None, end: date) -> date | None:
        return None if day is None or day > end else day

    return replace(
        facts,
        judgment_given=until(facts.judgment_given, on),
        choice_concluded=until(facts.choice_concluded, last),
        proceedings_instituted=until(facts.proceedings_instituted, last),
    )


def _assert_binding(used: UsedInstrument, answer: Route) -> None:
    a, b, day = answer.origin, answer.destination, answer.on.isoformat()
    bound = {binding.jurisdiction for binding in used.bindings}
    if used.instrument_id in PAIRED:
        rows = oracle.bilateral(PAIRED[used.instrument_id], a, b, day)
        assert rows, (used.instrument_id, a, b, day)
        assert bound == {a, b}
        return
    assert bound == ({b} if used.instrument_id == ONE_SIDED else {a, b})
    for place in bound:
        assert oracle.binds(used.instrument_id, place, day), (used.instrument_id, place, day)


@thousand
@given(kinds, pairs, days, all_facts)
@example(RouteKind.DOCUMENT, ("CN", "IN"), date(2023, 11, 7), Facts())
@example(RouteKind.DOCUMENT, ("TH", "SG"), date(2027, 2, 27), Facts())
@example(RouteKind.DOCUMENT, ("DE", "MD"), date(2020, 1, 1), Facts())
@example(RouteKind.DOCUMENT, ("XK", "CN"), date(2024, 1, 1), Facts())
@example(RouteKind.AWARD, ("HK", "CN"), date(1999, 1, 1), Facts(commercial=True))
def test_rests_only_on_what_binds_that_day_and_no_objection_cuts(
    kind: RouteKind, pair: Pair, on: date, facts: Facts
) -> None:
    answer = _ask(kind, pair, on, facts)

    for used in answer.instruments:
        _assert_binding(used, answer)
        assert not oracle.is_cut(
            used.instrument_id, answer.origin, answer.destination, on.isoformat()
        )
    rests_on_treaty = answer.route not in {
        RouteId.DOMESTIC_LAW_ONLY,
        RouteId.CONSULAR_LEGALISATION,
    }
    assert bool(answer.instruments) or not rests_on_treaty


@thousand
@given(kinds, st.sampled_from(SIBLINGS), days, all_facts)
@example(RouteKind.AWARD, ("GB", "JE"), date(2026, 11, 22), Facts())
def test_parts_of_one_state_use_no_convention_among_themselves(
    kind: RouteKind, pair: Pair, on: date, facts: Facts
) -> None:
    answer = _ask(kind, pair, on, facts)

    for used in answer.instruments:
        assert used.instrument_id not in CONVENTIONS or not oracle.is_within_one_state(
            used.instrument_id, answer.origin, answer.destination
        )


@thousand
@given(kinds, pairs, days)
def test_answers_as_the_rows_allow_when_nothing_is_given(
    kind: RouteKind, pair: Pair, on: date
) -> None:
    answer = _ask(kind, pair, on, Facts())

    allowed = oracle.routes(kind, answer.origin, answer.destination, on.isoformat())
    assert str(answer.route) in allowed


@settings(max_examples=200, derandomize=True, deadline=None, database=None)
@given(kinds, pairs, days, all_facts)
def test_an_announced_change_is_the_answer_of_its_day(
    kind: RouteKind, pair: Pair, on: date, facts: Facts
) -> None:
    answer = _ask(kind, pair, on, facts)

    for change in answer.changes:
        assert change.on > on
        assert _ask(kind, pair, change.on, _possible(facts, on)).route == change.route
    routes = [answer.route, *(change.route for change in answer.changes)]
    assert all(one != other for one, other in pairwise(routes))


@cache
def _shuffled_graph(seed: int) -> TreatyGraph:
    data, rng = treaty_data(), random.Random(seed)  # noqa: S311  # an order, not a secret
    return TreatyGraph(
        TreatyData(
            nodes=tuple(rng.sample(data.nodes, len(data.nodes))),
            instruments=tuple(rng.sample(data.instruments, len(data.instruments))),
            parties=tuple(rng.sample(data.parties, len(data.parties))),
            agreements=tuple(rng.sample(data.agreements, len(data.agreements))),
            objections=tuple(rng.sample(data.objections, len(data.objections))),
            legal_families=tuple(rng.sample(data.legal_families, len(data.legal_families))),
        )
    )


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(kinds, pairs, days, all_facts, st.integers(0, 2))
@example(RouteKind.JUDGMENT, ("HK", "CN"), date(2026, 11, 22), Facts(), 1)
def test_the_order_of_the_rows_does_not_matter(
    kind: RouteKind, pair: Pair, on: date, facts: Facts, seed: int
) -> None:
    answer = _ask(kind, pair, on, facts)

    assert (
        plan_route(_shuffled_graph(seed), kind, *pair, on=on, facts=_possible(facts, on)) == answer
    )
