"""`/v1/match`: a need in, ranked providers with reasons out; nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from api.deps import (
    EngineDep,
    MatchDeskDep,
    MatchQuota,
    NowDep,
    ReadSessionDep,
    count_match,
    get_actor,
    get_match_desk,
    get_now,
)
from api.problems import problem_responses
from api.strict_json import DirectRoute, StrictRoute
from api.v1 import examples
from core.errors import Overloaded
from enterprises import why
from enterprises.errors import MatchOutOfTime
from enterprises.match_schemas import MatchRead
from enterprises.schemas import MatchRequest
from enterprises.why_schemas import WhyRead, WhyRequest
from providers.errors import ProviderNotFound

router = APIRouter(prefix="/match", tags=["Matching"], route_class=StrictRoute)
# What is asked most often.
direct = APIRouter(prefix="/match", tags=["Matching"], route_class=DirectRoute)


@direct.post(
    "",
    summary="Match a need",
    response_model=MatchRead,
    responses=problem_responses(Overloaded, MatchOutOfTime),
)
async def match(
    request: Request, body: Annotated[MatchRequest, Body(openapi_examples=examples.MATCH)]
) -> Response:
    """Return the providers that may serve a need, best first, with the reasons for each place.

    Send words, fields, or both: a field that is given beats what the words say, a field that is
    null is read from them. The contributions of a provider sum to its score. `removed` says how
    many providers each rule left out. Nothing is stored; the same need, day and versions give the
    same bytes.
    """
    await count_match(request, await get_actor(request))
    desk, now = await get_match_desk(request), await get_now()
    return Response(await desk.answer(body, today=now.date()), media_type="application/json")


@router.post(
    "/why",
    summary="Ask why a provider stands where it stands",
    dependencies=[MatchQuota],
    responses=problem_responses(ProviderNotFound, Overloaded, MatchOutOfTime),
)
def explain_provider(
    body: Annotated[WhyRequest, Body(openapi_examples=examples.WHY)],
    engine: EngineDep,
    session: ReadSessionDep,
    desk: MatchDeskDep,
    now: NowDep,
) -> WhyRead:
    """Return where one provider stands for a need, why, and what would bring it among the first.

    For any published provider: its score with all parts; the rules that remove it, or its place;
    and the smallest change of facts within its own reach that would bring it among the first `top`.
    Nothing is stored.
    """
    with desk.turns.take() as turn:
        return why.explain_provider(
            engine, session, body, today=now.date(), out_of_time=turn.is_over
        )
