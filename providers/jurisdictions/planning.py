"""Planning a route from what a person or a program writes."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date

from core.errors import FieldError
from matching.jurisdictions.facts import parse_facts, require_possible
from matching.jurisdictions.graph import TreatyGraph, require_day
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import NoRoute, Route, RouteKind
from providers.jurisdictions.errors import RouteRefused
from providers.jurisdictions.places import Places


def plan_written_route(
    graph: TreatyGraph,
    places: Places,
    kind: RouteKind,
    origin: str,
    destination: str,
    *,
    on: date,
    facts: str = "",
) -> Route:
    """Plan a route between places as they are written.

    Args:
        graph: the jurisdictions and instruments.
        places: the names by which they are called.
        kind: what is to be carried.
        origin: a code in any case, or a name of the list.
        destination: as `origin`.
        on: the day, 1900 to 2100.
        facts: `commercial,judgment_given=2024-05-02`.

    Raises:
        RouteRefused: a part cannot be used; its pointer is `#/from`, `#/to`, `#/on` or `#/facts`.
    """
    with _pointing_at("on"):
        require_day(on)
    with _pointing_at("facts"):
        known = parse_facts(facts)
        require_possible(known, on)
    with _pointing_at("from"):
        here = places.resolve(origin)
        graph.node(here, on=on)
    with _pointing_at("to"):
        there = places.resolve(destination)
        graph.node(there, on=on)
        # What is left to refuse is that both are under one law.
        return plan_route(graph, kind, here, there, on=on, facts=known)


@contextmanager
def _pointing_at(parameter: str) -> Generator[None]:
    try:
        yield
    except NoRoute as error:
        field = FieldError(str(error), f"#/{parameter}")
        raise RouteRefused(str(error), fields=[field]) from error
