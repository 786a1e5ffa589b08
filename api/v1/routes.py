"""`/v1/routes`: how something made in one jurisdiction is used in another."""

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator

from api.deps import EngineDep, NowDep, ReadSessionDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from enterprises.storable import StorableText
from matching.jurisdictions.types import RouteKind
from providers.jurisdictions.errors import RouteRefused
from providers.jurisdictions.places import MAX_CHARACTERS, Places
from providers.jurisdictions.planning import plan_written_route
from providers.jurisdictions.queries import list_jurisdictions
from providers.jurisdictions.route_schemas import RouteRead

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _require_day(written: object) -> object:
    # Pydantic would take ten digits for seconds since 1970.
    if isinstance(written, str) and not _DAY.fullmatch(written):
        raise ValueError("write the day as YYYY-MM-DD")
    return written


Day = Annotated[date, BeforeValidator(_require_day)]
router = APIRouter(prefix="/routes", tags=["Routes"], route_class=StrictRoute)


@router.get(
    "/{kind}/{from}/{to}",
    summary="Plan a route",
    responses=problem_responses(RouteRefused),
)
def read_route(
    kind: Annotated[
        RouteKind, Path(description="What is to be carried.", examples=[RouteKind.AWARD])
    ],
    origin: Annotated[
        StorableText,
        Path(
            alias="from",
            max_length=MAX_CHARACTERS,
            description="Where it was made: a code or a name of the list of jurisdictions.",
            examples=["SG"],
        ),
    ],
    destination: Annotated[
        StorableText,
        Path(
            alias="to",
            max_length=MAX_CHARACTERS,
            description="Where it is to be used: a code or a name of the list.",
            examples=["Vietnam"],
        ),
    ],
    *,
    engine: EngineDep,
    session: ReadSessionDep,
    now: NowDep,
    on: Annotated[
        Day | None,
        Query(
            description="The day on which the law is asked, 1900 to 2100; today if not given.",
            examples=["2026-11-22"],
        ),
    ] = None,
    facts: Annotated[
        StorableText,
        Query(
            max_length=500,
            description="What is known of the case, separated by commas: `commercial`, "
            "`international`, `money_judgment`, `superior_court`, `final`, `opted_in` (each also "
            "`=no`), `choice_of_court=exclusive|none`, and the days `choice_concluded`, "
            "`proceedings_instituted`, `judgment_given`. Nothing that is not said is assumed.",
            examples=["commercial"],
        ),
    ] = "",
) -> RouteRead:
    """Say under what an award, a judgment, a settlement or a document is used elsewhere.

    With the steps in order and who takes them, the instruments with their dates, what must be
    checked, how certain the answer is, its sources, and known later days on which it changes. It
    explains the law's routes and gives no advice.
    """
    places = Places(list_jurisdictions(session))
    route = plan_written_route(
        engine.graph, places, kind, origin, destination, on=on or now.date(), facts=facts
    )
    return RouteRead.of(route)
