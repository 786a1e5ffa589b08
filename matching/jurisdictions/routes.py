"""Planning a route: which instrument, how certain, which steps, and until when it stays so."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from matching.jurisdictions.awards import NEW_YORK, decide_award
from matching.jurisdictions.decision import Decision, Question
from matching.jurisdictions.documents import APOSTILLE, ATTESTING_OFFICERS, decide_document
from matching.jurisdictions.facts import Facts, require_possible
from matching.jurisdictions.graph import TreatyGraph, require_day
from matching.jurisdictions.headlines import headline, later
from matching.jurisdictions.judgments import CHOICE_OF_COURT, JUDGMENTS, decide_judgment
from matching.jurisdictions.settlements import SINGAPORE, decide_settlement
from matching.jurisdictions.steps import plan_steps
from matching.jurisdictions.types import (
    Change,
    Cooperation,
    Desk,
    NoRoute,
    Route,
    RouteKind,
    Source,
    Step,
)
from matching.jurisdictions.wording import notice

_DECIDE: Mapping[RouteKind, Callable[[Question], Decision]] = MappingProxyType(
    {
        RouteKind.AWARD: decide_award,
        RouteKind.JUDGMENT: decide_judgment,
        RouteKind.SETTLEMENT: decide_settlement,
        RouteKind.DOCUMENT: decide_document,
    }
)
# What was looked at even where it opened nothing: where a reader sees that nobody is a party.
_CONSULTED: Mapping[RouteKind, tuple[str, ...]] = MappingProxyType(
    {
        RouteKind.AWARD: (NEW_YORK,),
        RouteKind.JUDGMENT: (JUDGMENTS, CHOICE_OF_COURT),
        RouteKind.SETTLEMENT: (SINGAPORE,),
        RouteKind.DOCUMENT: (APOSTILLE,),
    }
)
_SUBJECTS: Mapping[RouteKind, frozenset[str]] = MappingProxyType(
    {
        RouteKind.AWARD: frozenset({"arbitral_award", "interim_measures"}),
        RouteKind.JUDGMENT: frozenset({"judgment"}),
        RouteKind.SETTLEMENT: frozenset({"mediated_settlement"}),
        RouteKind.DOCUMENT: frozenset({"document_authentication"}),
    }
)
MAX_CHANGES = 3


def plan_route(
    graph: TreatyGraph,
    kind: RouteKind,
    origin: str,
    destination: str,
    *,
    on: date,
    facts: Facts | None = None,
) -> Route:
    """Say how something made in one jurisdiction is used in another, as the law stands on a day.

    Args:
        graph: the jurisdictions and instruments.
        kind: an award, a judgment, a mediated settlement, or a document.
        origin: where it was made: for an award its seat, for a settlement where it was mediated.
        destination: where it is to be used. Provinces are answered with their state's law.
        on: the day, 1900 to 2100.
        facts: what is known of the case; nothing that is not said is assumed where it would
            open a route.

    Raises:
        NoRoute: an unknown or withdrawn code, a day out of range, facts that cannot be, or both
            sides are one jurisdiction.
    """
    require_day(on)
    here, there = graph.node(origin, on=on), graph.node(destination, on=on)
    question = Question(
        graph,
        graph.law_of(here.code).code,
        graph.law_of(there.code).code,
        on,
        facts or Facts(),
    )
    if question.origin == question.destination:
        if origin == destination:
            raise NoRoute(
                f"both ends are {origin}: what is made there is used there without a route; name "
                "two jurisdictions"
            )
        raise NoRoute(
            f"{origin} and {destination} are under one law ({question.origin}): what is made there "
            "is used there without a route; name two jurisdictions"
        )
    require_possible(question.facts, on)
    decision = _DECIDE[kind](question)
    desks = _desks(question) if kind is RouteKind.DOCUMENT else ()
    return Route(
        kind=kind,
        asked_from=origin,
        asked_to=destination,
        origin=question.origin,
        destination=question.destination,
        on=on,
        route=decision.route,
        certainty=decision.certainty,
        sentence=headline(kind, question, decision),
        steps=_at_desks(plan_steps(kind, question, decision), desks),
        instruments=decision.instruments,
        checks=tuple(dict.fromkeys(decision.checks)),
        sources=_sources(kind, question, decision),
        notice=notice(),
        changes=_changes(kind, question, decision),
        cooperations=_cooperations(question, kind, here.code, there.code),
        desks=desks,
    )


def _changes(kind: RouteKind, question: Question, decision: Decision) -> tuple[Change, ...]:
    """Ask the same again for each later day on which something begins or ends."""
    found: list[Change] = []
    route = decision.route
    for day in question.graph.days_of_change(question.pair, after=question.on):
        then = _DECIDE[kind](replace(question, on=day)).route
        if then is not route:
            found.append(Change(day, then, later(kind, then, day)))
            route = then
    return tuple(found[:MAX_CHANGES])


def _sources(kind: RouteKind, question: Question, decision: Decision) -> tuple[Source, ...]:
    sources: dict[str, Source] = {}
    for used in decision.instruments:
        for url in (*(binding.source_url for binding in used.bindings), used.source_url):
            sources.setdefault(url, Source(url, used.name, used.as_of))
    if decision.instruments:
        return tuple(sources.values())
    graph = question.graph
    objection = graph.objection(APOSTILLE, question.origin, question.destination, question.on)
    for instrument_id in _consulted(kind, question):
        instrument = graph.instrument(instrument_id)
        if instrument is None:
            continue
        if objection is not None and instrument_id == objection.instrument_id:
            url = objection.source_url
            sources.setdefault(url, Source(url, instrument.name, instrument.as_of))
        url = instrument.source_url
        sources.setdefault(url, Source(url, instrument.name, instrument.as_of))
    return tuple(sources.values())


def _consulted(kind: RouteKind, question: Question) -> tuple[str, ...]:
    consulted = _CONSULTED[kind]
    if kind is RouteKind.JUDGMENT and "CN" in question.pair:
        consulted = (*consulted, "judicial_assistance_cn")
    if kind is RouteKind.JUDGMENT and "HK" in question.pair:
        consulted = (*consulted, "hk_fjreo")
    if kind is RouteKind.DOCUMENT and question.pair == frozenset({"CN", "HK"}):
        consulted = (*consulted, ATTESTING_OFFICERS)
    return consulted


def _desks(question: Question) -> tuple[Desk, ...]:
    return tuple(
        desk
        for desk in question.graph.desks
        if question.graph.law_of(desk.place).code == question.origin
        and (desk.valid_from is None or desk.valid_from <= question.on)
    )


def _at_desks(steps: tuple[Step, ...], desks: tuple[Desk, ...]) -> tuple[Step, ...]:
    return tuple(
        replace(step, desk=desk.desk_id)
        if (desk := next((d for d in desks if step.action in d.actions), None)) is not None
        else step
        for step in steps
    )


def _cooperations(
    question: Question, kind: RouteKind, origin: str, destination: str
) -> tuple[Cooperation, ...]:
    """Return what helps between the very places that were asked about, or their states."""
    graph, subjects = question.graph, _SUBJECTS[kind] | {"general"}
    here = {origin, question.origin}
    there = {destination, question.destination}
    return tuple(
        one
        for one in graph.cooperations
        if one.subject in subjects
        and (one.valid_from is None or one.valid_from <= question.on)
        and (one.valid_to is None or question.on <= one.valid_to)
        and _links(graph, one, here, there, question.on)
    )


def _links(graph: TreatyGraph, one: Cooperation, here: set[str], there: set[str], on: date) -> bool:
    """Tell whether a cooperation joins two places: its first member with one of the others."""
    first, *others = [
        {graph.node(code, on=on).code, graph.law_of(code, on=on).code} for code in one.members
    ]
    return any(
        (first & here and other & there) or (first & there and other & here) for other in others
    )
