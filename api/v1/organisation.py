"""`/v1/organisation`: the people and programs of one's own organisation; `/v1/organisations`: all."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Request
from pydantic import BaseModel

from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep, SettingsDep
from api.links import hand_out_invitation
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import people_examples as examples
from api.v1.me import TokenId, TokenList
from core.errors import Forbidden, SecondFactorNeeded, SignInNeeded
from core.identity import invitations, organisations, own, reading
from core.identity.actor import UserKind
from core.identity.invitations import InvitationNotFound
from core.identity.organisations import LastManager, MemberNotFound
from core.identity.schemas import (
    InvitationCreate,
    InvitationMade,
    InvitationRead,
    MemberRead,
    MemberUpdate,
    OrganisationCreate,
    OrganisationMade,
    OrganisationRead,
    ServiceCreate,
    TokenCreate,
    TokenMade,
    TokenRead,
)
from core.identity.tokens import TokenNotFound

router = APIRouter(tags=["People"], route_class=StrictRoute)

_WHO = (SignInNeeded, SecondFactorNeeded, Forbidden)
MemberId = Annotated[UUID, Path(description="The member's account.")]
ServiceId = Annotated[UUID, Path(description="The program's account.")]


class MemberList(BaseModel):
    """Everybody who acts for an organisation."""

    items: list[MemberRead]


class InvitationList(BaseModel):
    """Offers that can still be accepted."""

    items: list[InvitationRead]


class OrganisationList(BaseModel):
    """Every organisation."""

    items: list[OrganisationRead]


@router.get("/organisation/members", summary="List members", responses=problem_responses(*_WHO))
def list_members(session: ReadSessionDep, actor: ActorDep, settings: SettingsDep) -> MemberList:
    """Return the people and programs of the organisation that you manage, oldest first."""
    organisation_id = organisations.require_manager(actor)
    return MemberList(items=reading.describe_members(session, settings.keyring, organisation_id))


@router.patch(
    "/organisation/members/{member_id}",
    summary="Change a member",
    responses=problem_responses(MemberNotFound, LastManager, *_WHO),
)
def change_member(
    *,
    member_id: MemberId,
    body: Annotated[MemberUpdate, Body(openapi_examples=examples.MEMBER_UPDATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
) -> MemberRead:
    """Change what a member may do; it holds from their next request on."""
    organisations.change_member(
        session, actor, account_id=member_id, is_manager=body.is_manager, kind=body.kind
    )
    members = reading.describe_members(session, settings.keyring, actor.tenant)
    return next(one for one in members if one.account_id == member_id)


@router.delete(
    "/organisation/members/{member_id}",
    status_code=204,
    summary="Remove a member",
    responses=problem_responses(MemberNotFound, LastManager, *_WHO),
)
def remove_member(member_id: MemberId, session: SessionDep, actor: ActorDep) -> None:
    """Take a member's place away; their sessions and tokens for it are void at once."""
    organisations.remove_member(session, actor, account_id=member_id)


@router.get(
    "/organisation/invitations", summary="List invitations", responses=problem_responses(*_WHO)
)
def list_invitations(
    session: ReadSessionDep, actor: ActorDep, settings: SettingsDep, now: NowDep
) -> InvitationList:
    """Return the open offers of the organisation that you manage, newest first."""
    organisation_id = organisations.require_manager(actor)
    found = reading.describe_invitations(session, settings.keyring, organisation_id, now=now)
    return InvitationList(items=list(found))


@router.post(
    "/organisation/invitations",
    status_code=201,
    summary="Invite somebody",
    responses=problem_responses(*_WHO),
)
def invite(
    *,
    request: Request,
    body: Annotated[InvitationCreate, Body(openapi_examples=examples.INVITATION_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> InvitationMade:
    """Offer somebody a place in your organisation, for seven days; the link is in this answer only.

    Whoever opens it chooses a name and a password, or accepts with the account that has the address.
    """
    organisation_id = organisations.require_manager(actor)
    made, secret = invitations.invite(
        session,
        settings.keyring,
        actor,
        organisation_id=organisation_id,
        email=body.email,
        kind=body.kind,
        is_manager=body.is_manager,
        now=now,
    )
    link = hand_out_invitation(request, session, settings, made, secret, now=now)
    return reading.describe_made(settings.keyring, made, link)


@router.delete(
    "/organisation/invitations/{invitation_id}",
    status_code=204,
    summary="Take an invitation back",
    responses=problem_responses(InvitationNotFound, *_WHO),
)
def revoke_invitation(
    invitation_id: Annotated[UUID, Path(description="The invitation.")],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> None:
    """Make an open offer of your organisation void."""
    invitations.revoke_invitation(session, actor, invitation_id=invitation_id, now=now)


@router.post(
    "/organisation/services",
    status_code=201,
    summary="Make an account for a program",
    responses=problem_responses(*_WHO),
)
def create_service(
    *,
    body: Annotated[ServiceCreate, Body(openapi_examples=examples.SERVICE_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> MemberRead:
    """Make a member that is a program: it has tokens, and nothing to sign in with."""
    made = organisations.create_service(session, settings.keyring, actor, name=body.name, now=now)
    members = reading.describe_members(session, settings.keyring, actor.tenant)
    return next(one for one in members if one.account_id == made.account_id)


@router.get(
    "/organisation/services/{service_id}/tokens",
    summary="List a program's tokens",
    responses=problem_responses(MemberNotFound, *_WHO),
)
def list_service_tokens(
    service_id: ServiceId, session: ReadSessionDep, actor: ActorDep, now: NowDep
) -> TokenList:
    """Return a program's tokens that can still be used, newest first."""
    own.get_service(session, actor, service_id)
    found = own.list_tokens(session, service_id, now=now)
    return TokenList(items=[TokenRead.model_validate(one) for one in found])


@router.post(
    "/organisation/services/{service_id}/tokens",
    status_code=201,
    summary="Make a token for a program",
    responses=problem_responses(MemberNotFound, *_WHO),
)
def make_service_token(
    *,
    service_id: ServiceId,
    body: Annotated[TokenCreate, Body(openapi_examples=examples.TOKEN_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> TokenMade:
    """Make a token with which a program of yours acts; its secret is in this answer only."""
    token, secret = own.make_service_token(
        session,
        actor,
        service_id=service_id,
        name=body.name,
        scopes=body.scopes,
        days=body.days,
        now=now,
    )
    return TokenMade(**TokenRead.model_validate(token).model_dump(), secret=secret)


@router.delete(
    "/organisation/services/{service_id}/tokens/{token_id}",
    status_code=204,
    summary="Revoke a program's token",
    responses=problem_responses(MemberNotFound, TokenNotFound, *_WHO),
)
def revoke_service_token(
    service_id: ServiceId, token_id: TokenId, session: SessionDep, actor: ActorDep, now: NowDep
) -> None:
    """Make a token of a program of yours void from the next request on."""
    own.revoke_service_token(session, actor, service_id=service_id, token_id=token_id, now=now)


@router.get("/organisations", summary="List organisations", responses=problem_responses(*_WHO))
def list_organisations(session: ReadSessionDep, actor: ActorDep) -> OrganisationList:
    """Return every organisation by name; for operators and administrators."""
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    found = organisations.list_organisations(session)
    return OrganisationList(items=[OrganisationRead.model_validate(one) for one in found])


@router.post(
    "/organisations",
    status_code=201,
    summary="Make an organisation",
    responses=problem_responses(*_WHO),
)
def create_organisation(
    *,
    request: Request,
    body: Annotated[OrganisationCreate, Body(openapi_examples=examples.ORGANISATION_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> OrganisationMade:
    """Make an organisation and invite its first manager; for operators and administrators."""
    made, invitation, secret = invitations.found_organisation(
        session,
        settings.keyring,
        actor,
        kind=body.kind,
        name=body.name,
        manager_email=body.manager_email,
        now=now,
    )
    link = hand_out_invitation(request, session, settings, invitation, secret, now=now)
    return OrganisationMade(
        **OrganisationRead.model_validate(made).model_dump(),
        invitation=reading.describe_made(settings.keyring, invitation, link),
    )
