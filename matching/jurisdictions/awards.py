"""Under what an arbitral award made in one jurisdiction is enforced in another."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from matching.jurisdictions import checks
from matching.jurisdictions.decision import (
    Decision,
    Question,
    by_agreement,
    by_convention,
    domestic,
    territorial_scope,
)
from matching.jurisdictions.types import Agreement, Check, RouteId

NEW_YORK = "nyc_1958"
_ARRANGEMENTS: Mapping[frozenset[str], RouteId] = MappingProxyType(
    {
        frozenset({"CN", "HK"}): RouteId.HK_MAINLAND_AWARDS,
        frozenset({"CN", "MO"}): RouteId.MACAO_MAINLAND_AWARDS,
        frozenset({"HK", "MO"}): RouteId.HK_MACAO_AWARDS,
    }
)


def decide_award(question: Question) -> Decision:
    """Decide the route of an award; among parts of one state a convention is never used."""
    graph, origin, destination = question.graph, question.origin, question.destination
    rows = tuple(
        row
        for row in graph.agreements(origin, destination, kind="award_arrangement")
        if graph.agreement_binds(row, question.on)
    )
    if question.pair in _ARRANGEMENTS:
        if not rows:
            return domestic(question)
        return _by_arrangement(question, rows)
    if question.pair == frozenset({"CN", "TW"}):
        if rows and destination == "CN":
            noted = (checks.one_sided_rules(graph.name("CN")),)
            return by_agreement(question, RouteId.MAINLAND_TAIWAN_RULES, rows, noted=noted)
        return domestic(question)
    return _by_new_york(question)


def _by_arrangement(question: Question, rows: tuple[Agreement, ...]) -> Decision:
    # The first is the arrangement; a supplement only adds to it, so a doubt about the supplement
    # is noted and does not make the route doubtful.
    route = _ARRANGEMENTS[question.pair]
    rows = tuple(sorted(rows, key=lambda row: row.in_force_from or date.max))
    decision = by_agreement(question, route, rows[:1], noted=(checks.made_under_local_law(),))
    supplements = by_agreement(question, route, rows[1:])
    return replace(
        decision,
        instruments=(*decision.instruments, *supplements.instruments),
        checks=(*decision.checks, *supplements.checks),
    )


def _by_new_york(question: Question) -> Decision:
    graph, origin, destination = question.graph, question.origin, question.destination
    rows = graph.both(NEW_YORK, origin, destination, question.on)
    if rows is None:
        there = graph.party(NEW_YORK, destination, question.on)
        if there is None or graph.is_one_state(origin, destination):
            return domestic(question, *territorial_scope(question, NEW_YORK))
        names = graph.name(origin), graph.name(destination)
        unclear = territorial_scope(question, NEW_YORK)
        return domestic(question, *unclear, checks.origin_not_bound(*names))
    place = graph.name(destination)
    note = rows[1].note
    asked: tuple[Check, ...] = ()
    noted: tuple[Check, ...] = ()
    if "reservations: " in note and "commercial" in note:
        if question.facts.commercial is False:
            return domestic(question, checks.not_commercial(place))
        if question.facts.commercial is None:
            asked = (checks.commercial_reservation(place),)
    elif "on file" in note:
        noted = (checks.reservations_on_file(place),)
    if (origin, destination) == ("CN", "VN"):
        noted = (*noted, checks.practice_vietnam())
    return by_convention(
        question, RouteId.NEW_YORK_CONVENTION, NEW_YORK, rows, asked=asked, noted=noted
    )
