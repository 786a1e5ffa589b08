"""`/v1/provider`: how one's own firm is listed; and the operators' acts that its people wait for."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response

from api.deps import ActorDep, NowDep, OperatorDep, ReadSessionDep, SessionDep
from api.manners.entity_tags import (
    TAGGED,
    UNCHANGED,
    IfMatch,
    IfNoneMatch,
    PreconditionFailed,
    PreconditionRequired,
    require_match,
    tag_of,
    tagged,
)
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import provider_examples as examples
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_position,
    encode_cursor,
    parse_day,
)
from core.errors import Conflict, Forbidden, InvalidState, SignInNeeded
from core.identity.organisations import OrganisationNotFound
from core.identity.schemas import OrganisationRead
from core.names import NameTaken
from providers import queries
from providers.errors import EvidenceNotFound, ProviderNotFound
from providers.own import deciding, service
from providers.own.access import own_provider, own_provider_id
from providers.own.errors import NoProfile, ProfileTied, TooManyClaims
from providers.own.queries import describe_own, list_refused
from providers.own.schemas import (
    ClaimCreate,
    OwnProviderChange,
    OwnProviderRead,
    Refusal,
    RefusedClaimRead,
    RefusedClaims,
    Tie,
    Verification,
)
from providers.schemas import EvidenceRead

router = APIRouter(tags=["Providers"], route_class=StrictRoute)

_WHO = (SignInNeeded, Forbidden, NoProfile)
EvidenceId = Annotated[UUID, Path(description="The piece of evidence.")]


@router.get(
    "/provider",
    summary="Read your firm's profile",
    response_model=OwnProviderRead,
    responses={200: TAGGED, 304: UNCHANGED, **problem_responses(*_WHO)},
)
def read_own_provider(
    session: ReadSessionDep, actor: ActorDep, now: NowDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Return the profile that your organisation answers for, published or not."""
    found = describe_own(session, own_provider(session, actor), on=now.date())
    return tagged(found, if_none_match)


@router.patch(
    "/provider",
    summary="Change your firm's profile",
    responses={
        200: TAGGED,
        **problem_responses(PreconditionFailed, PreconditionRequired, Conflict, NameTaken, *_WHO),
    },
)
def change_own_provider(
    *,
    body: Annotated[OwnProviderChange, Body(openapi_examples=examples.PROVIDER_CHANGE)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    response: Response,
    if_match: IfMatch = None,
) -> OwnProviderRead:
    """Change what a firm may say of itself; matches go by it as soon as the index has followed.

    Say what was read: by its `ETag` in `If-Match`, or by `version` in the body.
    """
    if if_match is None and body.version is None:
        raise PreconditionRequired("send the ETag as If-Match, or the version in the body")
    provider = service.lock_own_provider(session, actor)
    require_match(tag_of(describe_own(session, provider, on=now.date())), if_match)
    if body.version is not None and body.version != provider.version:
        raise Conflict(f"the profile is at version {provider.version}: read it again")
    service.change_own_provider(session, actor, body=body, now=now)
    found = describe_own(session, provider, on=now.date())
    response.headers["ETag"] = tag_of(found)
    return found


@router.get(
    "/provider/evidence", summary="List your firm's evidence", responses=problem_responses(*_WHO)
)
def list_own_evidence(
    session: ReadSessionDep,
    actor: ActorDep,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[EvidenceRead]:
    """Return the pieces of evidence for your firm, verified or not, latest first, undated last."""
    found = queries.list_evidence(
        session,
        own_provider_id(session, actor),
        after=decode_position(cursor, parse_day),
        limit=limit + 1,
    )
    shown = found[:limit]
    last = shown[-1] if len(found) > limit else None
    day = last.dated_on.isoformat() if last and last.dated_on else ""
    return Page(
        items=[EvidenceRead.model_validate(one) for one in shown],
        next_cursor=encode_cursor([day, str(last.id)]) if last else None,
    )


@router.post(
    "/provider/evidence",
    status_code=201,
    summary="Claim a piece of evidence",
    responses=problem_responses(TooManyClaims, *_WHO),
)
def add_claim(
    *,
    body: Annotated[ClaimCreate, Body(openapi_examples=examples.CLAIM_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> EvidenceRead:
    """Store what your firm says of its work. It counts as a claim until an operator verifies it."""
    return EvidenceRead.model_validate(service.add_claim(session, actor, body=body, now=now))


@router.delete(
    "/provider/evidence/{evidence_id}",
    status_code=204,
    summary="Withdraw a claim",
    responses=problem_responses(EvidenceNotFound, *_WHO),
)
def withdraw_claim(evidence_id: EvidenceId, session: SessionDep, actor: ActorDep) -> None:
    """Remove a claim of your firm's own; what is on public record stays."""
    service.withdraw_claim(session, actor, evidence_id=evidence_id)


@router.get(
    "/provider/refused-claims",
    summary="List your firm's refused claims",
    responses=problem_responses(*_WHO),
)
def list_refused_claims(session: ReadSessionDep, actor: ActorDep) -> RefusedClaims:
    """Return the claims that operators took out, each with the reason."""
    found = list_refused(session, own_provider_id(session, actor))
    return RefusedClaims(items=[RefusedClaimRead.model_validate(one) for one in found])


@router.delete(
    "/provider/refused-claims/{evidence_id}",
    status_code=204,
    summary="Dismiss a refusal",
    responses=problem_responses(EvidenceNotFound, *_WHO),
)
def dismiss_refusal(evidence_id: EvidenceId, session: SessionDep, actor: ActorDep) -> None:
    """Take a refused claim off the list once it was read."""
    service.dismiss_refusal(session, actor, evidence_id=evidence_id)


@router.post(
    "/provider/withdrawal",
    summary="Withdraw your firm",
    responses=problem_responses(InvalidState, *_WHO),
)
def withdraw(session: SessionDep, actor: ActorDep, now: NowDep) -> OwnProviderRead:
    """Take your firm out of every match and every list; for those who manage your organisation."""
    provider = service.withdraw_own_provider(session, actor, now=now)
    return describe_own(session, provider, on=now.date())


@router.delete(
    "/provider/withdrawal",
    status_code=204,
    summary="List your firm again",
    responses=problem_responses(InvalidState, *_WHO),
)
def take_withdrawal_back(session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """List a firm again that its own managers withdrew; one that operators suspended stays out."""
    service.return_own_provider(session, actor, now=now)


@router.put(
    "/evidence/{evidence_id}/verification",
    summary="Verify a piece of evidence",
    responses=problem_responses(EvidenceNotFound, SignInNeeded, Forbidden),
)
def verify_evidence(
    *,
    evidence_id: EvidenceId,
    body: Annotated[Verification, Body(openapi_examples=examples.VERIFICATION)],
    session: SessionDep,
    operator: OperatorDep,
) -> EvidenceRead:
    """Write down whether a piece of evidence was found to be true; for operators."""
    found = deciding.verify_evidence(
        session, operator, evidence_id=evidence_id, is_verified=body.is_verified
    )
    return EvidenceRead.model_validate(found)


@router.post(
    "/evidence/{evidence_id}/refusal",
    status_code=204,
    summary="Refuse a claim",
    responses=problem_responses(EvidenceNotFound, InvalidState, SignInNeeded, Forbidden),
)
def refuse_claim(
    *,
    evidence_id: EvidenceId,
    body: Annotated[Refusal, Body(openapi_examples=examples.REFUSAL)],
    session: SessionDep,
    operator: OperatorDep,
    now: NowDep,
) -> None:
    """Take out a claim that was not found to be true, and tell its firm why; for operators."""
    deciding.refuse_claim(session, operator, evidence_id=evidence_id, reason=body.reason, now=now)


@router.put(
    "/organisations/{organisation_id}/provider",
    summary="Tie an organisation to a profile",
    responses=problem_responses(
        OrganisationNotFound, ProviderNotFound, ProfileTied, SignInNeeded, Forbidden
    ),
)
def tie_organisation(
    *,
    organisation_id: Annotated[UUID, Path(description="One of a provider.")],
    body: Annotated[Tie, Body(openapi_examples=examples.TIE)],
    session: SessionDep,
    operator: OperatorDep,
) -> OrganisationRead:
    """Let an organisation's people answer for a profile, or for none any more; for operators."""
    tied = deciding.tie_organisation(
        session, operator, organisation_id=organisation_id, provider_id=body.provider_id
    )
    return OrganisationRead.model_validate(tied)
