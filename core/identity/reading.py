"""People as the API and the pages show them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.identity import invitations, organisations, own
from core.identity.accounts import read_person
from core.identity.actor import Actor, UserKind
from core.identity.models import AccountStatus, Invitation
from core.identity.schemas import (
    InvitationMade,
    InvitationRead,
    MemberRead,
    MeRead,
    OrganisationRead,
    SessionRead,
)
from core.identity.second_factor import has_second_factor
from core.identity.tokens import Scope
from core.sealing import Keyring


def describe_me(session: Session, ring: Keyring, actor: Actor) -> MeRead:
    """Say who asks.

    Raises:
        SignInNeeded, SecondFactorNeeded: the actor has not shown who they are.
    """
    account_id = own.owner_id(actor)
    person = read_person(session, ring, account_id)
    organisation = organisations.get_organisation(session, actor.tenant)
    return MeRead(
        account_id=account_id,
        name=person.name,
        email=person.email,
        kind=actor.kind,
        is_manager=actor.is_manager,
        has_second_factor=has_second_factor(session, account_id),
        scopes=None if actor.scopes is None else sorted(Scope(one) for one in actor.scopes),
        organisation=OrganisationRead.model_validate(organisation),
    )


def describe_sessions(session: Session, actor: Actor, *, now: datetime) -> list[SessionRead]:
    """Say where the actor is signed in, latest first."""
    return [
        SessionRead(
            id=one.digest[: own.SESSION_ID_CHARACTERS],
            created_at=one.created_at,
            seen_at=one.seen_at,
            expires_at=one.expires_at,
        )
        for one in own.list_sessions(session, actor, now=now)
    ]


def describe_members(session: Session, ring: Keyring, organisation_id: UUID) -> list[MemberRead]:
    """Say who acts for an organisation, oldest first."""
    found: list[MemberRead] = []
    for member, account in organisations.list_members(session, organisation_id):
        person = read_person(session, ring, account.id)
        found.append(
            MemberRead(
                account_id=account.id,
                name=person.name,
                email=person.email,
                kind=UserKind(member.kind),
                is_manager=member.is_manager,
                is_suspended=account.status != AccountStatus.ACTIVE,
                has_second_factor=has_second_factor(session, account.id),
                joined_at=member.created_at,
                signed_in_at=account.signed_in_at,
            )
        )
    return found


def describe_invitations(
    session: Session, ring: Keyring, organisation_id: UUID, *, now: datetime
) -> Sequence[InvitationRead]:
    """Return the open offers of an organisation, newest first."""
    found = invitations.list_invitations(session, organisation_id, now=now)
    return [describe_invitation(ring, one) for one in found]


def describe_invitation(ring: Keyring, invitation: Invitation) -> InvitationRead:
    """Return one offer."""
    return InvitationRead(
        id=invitation.id,
        email=invitations.read_address(ring, invitation),
        kind=UserKind(invitation.kind),
        is_manager=invitation.is_manager,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )


def describe_made(ring: Keyring, invitation: Invitation, url: str) -> InvitationMade:
    """Return a new offer with its link; without one where that is mailed."""
    return InvitationMade(**describe_invitation(ring, invitation).model_dump(), url=url or None)
