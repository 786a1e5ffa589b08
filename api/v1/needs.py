"""`/v1/needs`: needs with their versions, the reading of a text, and recommendations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from api.deps import (
    ActorDep,
    EngineDep,
    MatchDeskDep,
    MatchQuota,
    NowDep,
    OperatorDep,
    ReadSessionDep,
    SessionDep,
)
from api.manners.entity_tags import (
    TAGGED,
    UNCHANGED,
    IfMatch,
    IfNoneMatch,
    PreconditionFailed,
    PreconditionRequired,
    require_match,
    tag_of_version,
    tagged,
)
from api.problems import problem_responses
from api.recommending import recommend_stored
from api.strict_json import StrictRoute
from api.v1 import examples
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_position,
    encode_cursor,
    parse_moment,
)
from api.v1.recommendations import recommendation_response
from core.errors import Forbidden, Overloaded
from enterprises import access, queries, service, understanding, why
from enterprises.errors import MatchOutOfTime, NeedNotFound, StaleNeed
from enterprises.match_schemas import RecommendationRead
from enterprises.need_filter import NeedFilter
from enterprises.schemas import (
    NeedAccessCreate,
    NeedAccessRead,
    NeedChange,
    NeedCreate,
    NeedRead,
    ReadingRead,
    ReadingRequest,
    RecommendationCreate,
)
from enterprises.storable import StorableText, WrittenDate
from enterprises.trail import forget_unshown
from enterprises.why_schemas import WhyRead
from providers.errors import ProviderNotFound

router = APIRouter(prefix="/needs", tags=["Needs"], route_class=StrictRoute)

LOCATION = {
    "Location": {"description": "Address of it.", "schema": {"type": "string"}},
    "ETag": {"description": "Names what was sent.", "schema": {"type": "string"}},
}


@router.post("/readings", summary="Read a text as a need")
def read_text(
    body: Annotated[ReadingRequest, Body(openapi_examples=examples.READING)],
    engine: EngineDep,
    now: NowDep,
) -> ReadingRead:
    """Return what is understood of a text, each fact with the words it was read from.

    Nothing is stored. Show it to the person who wrote the text, and send what they correct as
    fields.
    """
    return understanding.read_text(engine, body.text, on=body.on or now.date())


@router.post(
    "",
    status_code=201,
    summary="Store a need",
    responses={201: {"headers": LOCATION}},
)
def create_need(
    *,
    body: Annotated[NeedCreate, Body(openapi_examples=examples.NEED_CREATE)],
    engine: EngineDep,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    response: Response,
) -> NeedRead:
    """Store a need as its version 1, with its text read as of today."""
    need = service.create_need(session, actor, engine, body=body, now=now)
    response.headers["Location"] = f"/v1/needs/{need.id}"
    response.headers["ETag"] = tag_of_version(need.version)
    return queries.as_need_read(need)


@router.get("", summary="List needs")
def list_needs(
    *,
    session: ReadSessionDep,
    actor: ActorDep,
    jurisdiction: Annotated[
        StorableText | None,
        Query(
            max_length=20,
            description="Only needs that name it as a target, or whose text was read so.",
            examples=["VN"],
        ),
    ] = None,
    sector: Annotated[
        StorableText | None,
        Query(
            max_length=20,
            description="Only needs that ask for it or for a part of it, as above.",
            examples=["BLT"],
        ),
    ] = None,
    created_from: Annotated[
        WrittenDate | None, Query(description="The first day on which it was stored, by UTC.")
    ] = None,
    created_to: Annotated[
        WrittenDate | None, Query(description="The last day on which it was stored, by UTC.")
    ] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[NeedRead]:
    """Return the needs of your organisation that meet every condition given, newest first."""
    found = access.list_needs(
        session,
        actor,
        before=decode_position(cursor, parse_moment),
        limit=limit + 1,
        chosen=NeedFilter(jurisdiction, sector, created_from, created_to),
    )
    shown = found[:limit]
    forget_unshown(session, found[limit:])
    return Page(
        items=[queries.as_need_read(need) for need in shown],
        next_cursor=(
            encode_cursor([shown[-1].created_at.isoformat(), str(shown[-1].id)])
            if len(found) > limit
            else None
        ),
    )


@router.get(
    "/{need_id}",
    summary="Read a need",
    response_model=NeedRead,
    responses={200: TAGGED, 304: UNCHANGED, **problem_responses(NeedNotFound)},
)
def read_need(
    *,
    need_id: UUID,
    session: ReadSessionDep,
    actor: ActorDep,
    now: NowDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return a need in its current version. Its `ETag` is the version in quotes.

    Only its own organisation finds it; staff of the platform after stating a purpose, and members of
    the committee where the enterprise agreed.
    """
    need = queries.as_need_read(access.access_need(session, actor, need_id, now=now))
    return tagged(need, if_none_match, version=need.version)


@router.put(
    "/{need_id}",
    summary="Change a need",
    responses={
        200: TAGGED,
        **problem_responses(NeedNotFound, StaleNeed, PreconditionFailed, PreconditionRequired),
    },
)
def update_need(
    *,
    need_id: UUID,
    body: Annotated[NeedChange, Body(openapi_examples=examples.NEED_UPDATE)],
    engine: EngineDep,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    response: Response,
    if_match: IfMatch = None,
) -> NeedRead:
    """Replace the whole content of a need by a new version.

    Say which version was read: by its `ETag` in `If-Match`, or as `version` in the body. If
    somebody changed the need since, nothing is changed, and the answer is 412 or 409.
    """
    version = body.version
    if if_match is not None:
        _, current = access.lock_own_need(session, actor, need_id)
        require_match(tag_of_version(current), if_match)
        version = current if version is None else version
    if version is None:
        raise PreconditionRequired("send the need's ETag as If-Match, or its version in the body")
    need = service.update_need(
        session, actor, engine, need_id=need_id, body=body.of_version(version), now=now
    )
    response.headers["ETag"] = tag_of_version(need.version)
    return queries.as_need_read(need)


@router.delete(
    "/{need_id}",
    status_code=204,
    summary="Delete a need",
    responses=problem_responses(NeedNotFound, PreconditionFailed),
)
def delete_need(
    *,
    need_id: UUID,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    if_match: IfMatch = None,
) -> None:
    """Delete a need. It and its recommendations are not found any more."""
    if if_match is not None:
        _, current = access.lock_own_need(session, actor, need_id)
        require_match(tag_of_version(current), if_match)
    service.delete_need(session, actor, need_id=need_id, now=now)


@router.post(
    "/{need_id}/recommendations",
    status_code=201,
    summary="Recommend providers for a need",
    dependencies=[MatchQuota],
    response_model=RecommendationRead,
    responses={
        201: {"headers": LOCATION},
        **problem_responses(NeedNotFound, Overloaded, MatchOutOfTime),
    },
)
def create_recommendation(
    *,
    need_id: UUID,
    engine: EngineDep,
    reads: ReadSessionDep,
    session: SessionDep,
    desk: MatchDeskDep,
    actor: ActorDep,
    now: NowDep,
    body: Annotated[
        RecommendationCreate | None, Body(openapi_examples=examples.RECOMMENDATION_CREATE)
    ] = None,
) -> Response:
    """Match the current version of a need and keep the result as a record that never changes."""
    asked = body or RecommendationCreate()
    recommendation = recommend_stored(
        reads, session, actor, engine, desk, need_id=need_id, top=asked.top, now=now
    )
    response = recommendation_response(recommendation, status_code=201)
    response.headers["Location"] = f"/v1/recommendations/{recommendation.id}"
    return response


@router.get(
    "/{need_id}/why/{provider_id}",
    summary="Ask why a provider stands where it stands for a need",
    dependencies=[MatchQuota],
    responses=problem_responses(NeedNotFound, ProviderNotFound, Overloaded, MatchOutOfTime),
)
def explain_provider(
    *,
    need_id: UUID,
    provider_id: Annotated[UUID, Path(examples=[examples.PROVIDER_ID])],
    engine: EngineDep,
    session: ReadSessionDep,
    desk: MatchDeskDep,
    actor: ActorDep,
    now: NowDep,
    top: Annotated[int, Query(ge=1, le=100, description="How many places are shown.")] = 10,
) -> WhyRead:
    """Return where a provider stands today for the current version of a need, and why.

    With it comes the smallest change of facts within the provider's own reach that would bring it
    among the first `top`.
    """
    with desk.turns.take() as turn:
        need = access.access_need(session, actor, need_id, now=now)
        return why.explain_provider_for_need(
            engine,
            session,
            need,
            provider_id=provider_id,
            on=now.date(),
            top=top,
            out_of_time=turn.is_over,
        )


@router.post(
    "/{need_id}/accesses",
    status_code=201,
    summary="State a purpose for reading a need",
    responses=problem_responses(NeedNotFound, Forbidden),
)
def open_need(
    need_id: UUID,
    body: Annotated[NeedAccessCreate, Body(openapi_examples=examples.NEED_ACCESS_CREATE)],
    session: SessionDep,
    operator: OperatorDep,
    now: NowDep,
) -> NeedAccessRead:
    """Let a member of the platform's staff read a need for one hour.

    Who did so, when and to what purpose is kept, and shown to the enterprise.
    """
    opened = access.open_need(session, operator, need_id, purpose=body.purpose, now=now)
    return NeedAccessRead.model_validate(opened)


@router.get(
    "/{need_id}/accesses",
    summary="List who has read a need, and why",
    responses=problem_responses(NeedNotFound),
)
def list_accesses(
    need_id: UUID, session: ReadSessionDep, actor: ActorDep, now: NowDep
) -> Page[NeedAccessRead]:
    """Return the purposes for which the platform's staff were let in to a need, latest first."""
    found = access.list_accesses(session, actor, need_id, now=now)
    return Page(items=[NeedAccessRead.model_validate(one) for one in found], next_cursor=None)
