"""Routes as pages show them: named in the reader's script, with the picture and its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from api.web.names import Names
from api.web.route_picture import Picture, draw_route
from enterprises.routes import NeedRoute
from matching.jurisdictions.types import Route, Step
from matching.types import Sentence


@dataclass(frozen=True, slots=True)
class SectorLink:
    """A sector under which providers of a step are found, and the list of them in its place."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its number; `desk` is where it can be done together with others."""

    number: int
    step: Step
    place: str
    sectors: tuple[SectorLink, ...]
    desk: Sentence | None


@dataclass(frozen=True, slots=True)
class RouteView:
    """A route: `places` are the names on its tab, `through` where it is made instead of at home."""

    route: Route
    places: tuple[str, ...]
    through: str | None
    steps: tuple[StepView, ...]
    picture: Picture


def view_routes(routes: Sequence[NeedRoute], names: Names) -> tuple[RouteView, ...]:
    """Lay out the routes that matter for a need."""
    return tuple(
        view_route(one.route, names, home=one.home, through=one.through, places=one.places)
        for one in routes
    )


def view_route(
    route: Route,
    names: Names,
    *,
    home: str | None = None,
    through: str | None = None,
    places: Sequence[str] = (),
) -> RouteView:
    """Lay out a route.

    Args:
        route: as it was planned.
        names: what places and sectors are called.
        home: where the enterprise is; the route's origin if None.
        through: where the award or the document is made instead of at home, or None.
        places: codes of the places on the way; origin and destination if empty.
    """
    desks = {desk.desk_id: desk.name for desk in route.desks}
    return RouteView(
        route=route,
        places=tuple(map(names.jurisdiction, places or (route.origin, route.destination))),
        through=None if through is None else names.jurisdiction(through),
        steps=tuple(
            StepView(
                number,
                step,
                names.jurisdiction(step.place),
                tuple(_link(code, step.place, names) for code in step.sector_codes),
                desks.get(step.desk) if step.desk else None,
            )
            for number, step in enumerate(route.steps, start=1)
        ),
        picture=draw_route(home or route.origin, route.steps, names.jurisdiction),
    )


def _link(code: str, place: str, names: Names) -> SectorLink:
    query = urlencode({"sector": code, "jurisdiction": place})
    return SectorLink(names.sector(code), f"/providers?{query}")
