"""`/v1/providers`: published providers and the evidence for them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from api.deps import ActorDep, ReadSessionDep
from api.manners.entity_tags import TAGGED, UNCHANGED, IfNoneMatch, tagged
from api.manners.limits import count_request, search_limit_for
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import examples
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_position,
    encode_cursor,
    parse_day,
    parse_name,
)
from core.errors import Forbidden, SignInNeeded
from core.identity.actor import UserKind
from enterprises.storable import StorableText
from providers import queries
from providers.errors import ProviderNotFound
from providers.models import Evidence, ProviderKind, ProviderStatus
from providers.schemas import EvidenceRead, ProviderRead

router = APIRouter(prefix="/providers", tags=["Providers"], route_class=StrictRoute)


@router.get("", summary="Search providers", responses=problem_responses(SignInNeeded, Forbidden))
def search_providers(
    *,
    request: Request,
    session: ReadSessionDep,
    actor: ActorDep,
    text: Annotated[
        StorableText | None,
        Query(
            max_length=200,
            description="Part of the name; Simplified and Traditional are the same.",
            examples=["consult"],
        ),
    ] = None,
    jurisdiction: Annotated[
        StorableText | None,
        Query(max_length=20, description="At home or with evidence there.", examples=["VN"]),
    ] = None,
    sector: Annotated[
        StorableText | None,
        Query(max_length=20, description="Listed under it or with evidence.", examples=["BLT"]),
    ] = None,
    kind: Annotated[
        ProviderKind | None, Query(description="What sort of firm or person it is.")
    ] = None,
    is_accepting: Annotated[
        bool | None,
        Query(description="Whether it is known to take new work; those not known are in neither."),
    ] = None,
    status: Annotated[
        ProviderStatus,
        Query(description="Where its profile stands; only operators see those not published."),
    ] = ProviderStatus.PUBLISHED,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[ProviderRead]:
    """Return providers that meet every condition given, by name."""
    count_request(request, search_limit_for(actor, request.app.state.settings))
    if status is not ProviderStatus.PUBLISHED:
        actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    found = queries.search_providers(
        session,
        text=text,
        jurisdiction=jurisdiction,
        sector=sector,
        kind=kind,
        is_accepting=is_accepting,
        status=status,
        after=decode_position(cursor, parse_name),
        limit=limit + 1,
    )
    shown = found[:limit]
    return Page(
        items=[ProviderRead.model_validate(provider) for provider in shown],
        next_cursor=(
            encode_cursor([shown[-1].name_folded, str(shown[-1].id)])
            if len(found) > limit
            else None
        ),
    )


ProviderId = Annotated[UUID, Path(examples=[examples.PROVIDER_ID])]


@router.get(
    "/{provider_id}",
    summary="Read a provider",
    response_model=ProviderRead,
    responses={200: TAGGED, 304: UNCHANGED, **problem_responses(ProviderNotFound)},
)
def read_provider(
    provider_id: ProviderId, session: ReadSessionDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Return a provider's profile. A null means that it is not known."""
    found = ProviderRead.model_validate(queries.get_provider(session, provider_id))
    return tagged(found, if_none_match)


@router.get(
    "/{provider_id}/evidence",
    summary="List a provider's evidence",
    responses=problem_responses(ProviderNotFound),
)
def list_evidence(
    provider_id: ProviderId,
    session: ReadSessionDep,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[EvidenceRead]:
    """Return the pieces of evidence for a provider, latest first, undated last."""
    queries.get_provider(session, provider_id)
    found = queries.list_evidence(
        session, provider_id, after=decode_position(cursor, parse_day), limit=limit + 1
    )
    shown = found[:limit]
    return Page(
        items=[EvidenceRead.model_validate(evidence) for evidence in shown],
        next_cursor=(
            encode_cursor([_day_of(shown[-1]), str(shown[-1].id)]) if len(found) > limit else None
        ),
    )


def _day_of(evidence: Evidence) -> str:
    return "" if evidence.dated_on is None else evidence.dated_on.isoformat()
