"""`/v1/match`: a need in, ranked providers with reasons out; nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.deps import EngineDep, NowDep, ReadSessionDep
from api.strict_json import StrictRoute
from api.v1 import examples
from enterprises import matching_service
from enterprises.schemas import MatchRead, MatchRequest

router = APIRouter(prefix="/match", tags=["Matching"], route_class=StrictRoute)


@router.post("", summary="Match a need")
def match(
    body: Annotated[MatchRequest, Body(openapi_examples=examples.MATCH)],
    engine: EngineDep,
    session: ReadSessionDep,
    now: NowDep,
) -> MatchRead:
    """Return the providers that may serve a need, best first, with the reasons for each place.

    Send words, fields, or both: a field that is given beats what the words say, a field that is
    null is read from them. The contributions of a provider sum to its score. `removed` says how
    many providers each rule left out. Nothing is stored; the same need, day and versions give the
    same bytes.
    """
    return matching_service.match(engine, session, body, today=now.date())
