"""`/v1/match`: a need in, ranked providers with reasons out; nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.deps import EngineDep, NowDep, ReadSessionDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import examples
from enterprises import matching_service, why
from enterprises.schemas import MatchRead, MatchRequest
from enterprises.why_schemas import WhyRead, WhyRequest
from providers.errors import ProviderNotFound

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


@router.post(
    "/why",
    summary="Ask why a provider stands where it stands",
    responses=problem_responses(ProviderNotFound),
)
def explain_provider(
    body: Annotated[WhyRequest, Body(openapi_examples=examples.WHY)],
    engine: EngineDep,
    session: ReadSessionDep,
    now: NowDep,
) -> WhyRead:
    """Return where one provider stands for a need, why, and what would bring it among the first.

    For any published provider: its score with all parts; the rules that remove it, or its place;
    and the smallest change of facts within its own reach that would bring it among the first `top`.
    Nothing is stored.
    """
    return why.explain_provider(engine, session, body, today=now.date())
