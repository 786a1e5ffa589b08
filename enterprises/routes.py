"""The routes that matter for a need: where its papers and its disputes would have to travel."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from enterprises.schemas import StructuredNeed
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import NoRoute, Route, RouteKind

MAX_ROUTES = 4
HUB = "HK"
_DISPUTES, _NOTARIAL = "DIS", "NOT"
_WHERE_DISPUTES_LEAD = (RouteKind.AWARD, RouteKind.JUDGMENT, RouteKind.SETTLEMENT)
_ORDER_FOR_DOCUMENTS = (RouteKind.DOCUMENT, RouteKind.AWARD, RouteKind.JUDGMENT)
_ORDER_OTHERWISE = (RouteKind.DOCUMENT, RouteKind.AWARD)


@dataclass(frozen=True, slots=True)
class NeedRoute:
    """A route that matters for a need.

    Attributes:
        home: the jurisdiction whose law is that of the enterprise's home.
        through: the jurisdiction between home and destination where the award or the document
            would be made instead, or None where it is made at home.
    """

    route: Route
    home: str
    through: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Home, what lies between, destination."""
        between = () if self.through is None else (self.through,)
        return (self.home, *between, self.route.destination)


def routes_for(graph: TreatyGraph, need: StructuredNeed, on: date) -> tuple[NeedRoute, ...]:
    """Choose and plan the routes that matter for a need, at most four, the nearest first.

    Disputes ask about awards, judgments and settlements, everything else first about documents.
    An award seated in Hong Kong, and a document made there where the answer differs from one made
    in Mainland China, stand beside those of the home.

    Args:
        graph: the jurisdictions and instruments.
        need: as it is used, with its reading and corrections in it.
        on: the day as of which the law is asked.

    Returns:
        Nothing where the home or every target is not known, or where they are one jurisdiction.
    """
    home = None if need.home_jurisdiction is None else _law_of(graph, need.home_jurisdiction, on)
    if home is None:
        return ()
    planned: list[NeedRoute] = []
    for kind, origin, target in _questions(graph, need, home, on):
        route = _plan(graph, kind, origin, target, on)
        if route is None:
            continue
        through = None if origin == need.home_jurisdiction else HUB
        if through is not None and kind is RouteKind.DOCUMENT and not _differs(route, planned):
            continue
        planned.append(NeedRoute(route, home, through))
        if len(planned) == MAX_ROUTES:
            break
    return tuple(planned)


def _questions(
    graph: TreatyGraph, need: StructuredNeed, home: str, on: date
) -> Iterator[tuple[RouteKind, str, str]]:
    """Yield what to ask: kind, where it is made, where it is used."""
    targets = _targets(graph, need, home, on)
    made_at = need.home_jurisdiction or home
    sectors = need.sector_codes or []
    kinds: tuple[RouteKind, ...] = _ORDER_OTHERWISE
    if any(_is_under(code, _DISPUTES) for code in sectors):
        kinds = _WHERE_DISPUTES_LEAD
    elif any(_is_under(code, _NOTARIAL) for code in sectors):
        kinds = _ORDER_FOR_DOCUMENTS
    asked = [
        (place + step, step, place, kind, origin, target)
        for place, target in enumerate(targets)
        for step, (kind, origin) in enumerate(_origins(kinds, made_at, home, target))
    ]
    # The second target's first question comes with the first target's second: with four places
    # to show, neither the kinds nor the targets may crowd the others out.
    for _, _, _, kind, origin, target in sorted(asked, key=lambda question: question[:3]):
        yield kind, origin, target


def _origins(
    kinds: tuple[RouteKind, ...], made_at: str, home: str, target: str
) -> Iterator[tuple[RouteKind, str]]:
    for kind in kinds:
        yield kind, made_at
    if HUB in (home, target):
        return
    if RouteKind.AWARD in kinds:
        yield RouteKind.AWARD, HUB
    if RouteKind.DOCUMENT in kinds and home == "CN":
        yield RouteKind.DOCUMENT, HUB


def _targets(graph: TreatyGraph, need: StructuredNeed, home: str, on: date) -> list[str]:
    # What is only governing law or a later phase follows: a counterparty may be at home there.
    named = [*(need.target_jurisdictions or []), *(need.secondary_jurisdictions or [])]
    excluded = set(need.excluded_jurisdictions or [])
    targets: dict[str, str] = {}
    for code in named:
        law = _law_of(graph, code, on)
        if law is not None and law != home and code not in excluded:
            targets.setdefault(law, code)
    return list(targets.values())


def _law_of(graph: TreatyGraph, code: str, on: date) -> str | None:
    try:
        return graph.law_of(code, on=on).code
    except NoRoute:
        return None


def _plan(graph: TreatyGraph, kind: RouteKind, origin: str, target: str, on: date) -> Route | None:
    try:
        return plan_route(graph, kind, origin, target, on=on)
    except NoRoute:
        return None


def _differs(route: Route, planned: list[NeedRoute]) -> bool:
    """Tell whether a document made elsewhere travels under something else than one made at home."""
    at_home = {
        other.route.route
        for other in planned
        if other.through is None
        and (other.route.kind, other.route.destination) == (route.kind, route.destination)
    }
    return at_home != {route.route}


def _is_under(code: str, branch: str) -> bool:
    return code == branch or code.startswith(branch + ".")
