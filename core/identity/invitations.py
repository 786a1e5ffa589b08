"""Invitations: how people come to an organisation. Each is for one address, once, for seven days."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, PayloadValue, Subject, SubjectKind
from core.errors import Forbidden, InvalidInput, NotFound
from core.identity.accounts import digest_of_email, read_email
from core.identity.actor import Actor, UserKind
from core.identity.models import (
    Account,
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
)
from core.identity.organisations import (
    KINDS_OF,
    add_member,
    create_organisation,
    get_organisation,
    require_manager,
    require_may_appoint,
)
from core.identity.sessions import digest_of
from core.identity.trail import record_organisation
from core.sealing import Keyring

LIFETIME: Final = timedelta(days=7)
INVITATION_PURPOSE: Final = "invitation"


class InvitationNotFound(NotFound):
    """There is no such invitation, or it was used or taken back, or its seven days are over."""

    code = "invitation-not-found"
    title = "No such invitation"


class AnotherAddress(Forbidden):
    """The invitation is for another e-mail address than the one of the account."""

    code = "invitation-for-another"
    title = "The invitation is for somebody else"


def invite(
    session: Session,
    ring: Keyring,
    actor: Actor,
    *,
    organisation_id: UUID,
    email: str,
    kind: UserKind | None,
    is_manager: bool,
    now: datetime,
) -> tuple[Invitation, str]:
    """Offer somebody a place in an organisation.

    Managers invite to their own; operators and administrators also first managers of others. Those
    invited before to the same place hold a void offer from now on.

    Returns:
        The invitation, and the secret of its link, which is shown this once.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor may not invite to it.
        OrganisationNotFound: there is no such organisation.
        InvalidInput: the address is none, or nobody is of that kind there.
    """
    organisation = get_organisation(session, organisation_id)
    if actor.kind in {UserKind.OPERATOR, UserKind.ADMINISTRATOR, UserKind.SYSTEM}:
        actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    elif require_manager(actor) != organisation.id:
        raise Forbidden("managers invite to their own organisation")
    require_may_appoint(actor, organisation)
    kinds = KINDS_OF[OrganisationKind(organisation.kind)]
    wanted = kinds[0] if kind is None else kind
    if wanted not in kinds:
        raise InvalidInput(
            f"name one of {', '.join(kinds)}: that is what people of this organisation are"
        )
    address = read_email(email)
    email_digest = digest_of_email(ring, address)
    session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == organisation.id,
            Invitation.email_digest == email_digest,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=now, sealed=None)
    )
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        id=uuid4(),
        digest=digest_of(secret),
        organisation_id=organisation.id,
        kind=wanted,
        is_manager=is_manager,
        email_digest=email_digest,
        sealed=ring.seal(address.encode(), purpose=INVITATION_PURPOSE),
        invited_by=actor.actor_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(invitation)
    session.flush()
    offered: dict[str, PayloadValue] = {"kind": str(wanted), "is_manager": is_manager}
    record(session, actor, Action.INVITATION_MADE, _subject(invitation), offered)
    return invitation, secret


def found_organisation(
    session: Session,
    ring: Keyring,
    actor: Actor,
    *,
    kind: OrganisationKind,
    name: str,
    manager_email: str,
    now: datetime,
) -> tuple[Organisation, Invitation, str]:
    """Make an organisation and invite its first manager; for operators and administrators.

    Returns:
        The organisation, the invitation, and the secret of its link, which is shown this once.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor is none of them.
        InvalidInput: the name or the address cannot be used.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    organisation = create_organisation(session, kind=kind, name=name, now=now)
    record_organisation(
        session, actor, Action.ORGANISATION_FOUNDED, organisation.id, kind=str(kind)
    )
    invitation, secret = invite(
        session,
        ring,
        actor,
        organisation_id=organisation.id,
        email=manager_email,
        kind=None,
        is_manager=True,
        now=now,
    )
    return organisation, invitation, secret


def list_invitations(
    session: Session, organisation_id: UUID, *, now: datetime
) -> Sequence[Invitation]:
    """Return the offers of an organisation that can still be accepted, newest first."""
    return session.scalars(
        select(Invitation)
        .where(Invitation.organisation_id == organisation_id, *_open(now))
        .order_by(Invitation.created_at.desc(), Invitation.id)
    ).all()


def read_address(ring: Keyring, invitation: Invitation) -> str:
    """Return the address that was invited; nothing once the offer has ended."""
    if invitation.sealed is None:
        return ""
    return ring.open(invitation.sealed, purpose=INVITATION_PURPOSE).decode()


def renew_link(
    session: Session, ring: Keyring, invitation_id: UUID, *, now: datetime
) -> tuple[Invitation, str, str] | None:
    """Give an open offer another link; the one before is void.

    Returns:
        The offer, its address, and the secret of its link; None if it cannot be accepted any more.
    """
    invitation = session.scalar(
        select(Invitation).where(Invitation.id == invitation_id, *_open(now))
    )
    if invitation is None:
        return None
    secret = secrets.token_urlsafe(32)
    invitation.digest = digest_of(secret)
    session.flush()
    return invitation, read_address(ring, invitation), secret


def find_invitation(
    session: Session, secret: str, *, now: datetime
) -> tuple[Invitation, Organisation]:
    """Return an open offer by the secret of its link.

    Raises:
        InvitationNotFound: there is none that can still be accepted.
    """
    found = session.execute(
        select(Invitation, Organisation)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .where(
            Invitation.digest == digest_of(secret),
            Organisation.suspended_at.is_(None),
            *_open(now),
        )
    ).one_or_none()
    if found is None:
        raise InvitationNotFound("ask whoever invited you for another invitation")
    return found[0], found[1]


def accept_invitation(
    session: Session, *, secret: str, account: Account, now: datetime
) -> Membership:
    """Give an account the place that was offered to its address; of two at once, one succeeds.

    Raises:
        InvitationNotFound: there is no offer that can still be accepted.
        AnotherAddress: it was made to another address.
    """
    invitation, organisation = find_invitation(session, secret, now=now)
    if invitation.email_digest != account.email_digest:
        raise AnotherAddress("sign in with the address that was invited")
    used = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, *_open(now))
        .values(accepted_at=now, sealed=None)
        .returning(Invitation.id)
    ).first()
    if used is None:
        raise InvitationNotFound("the invitation was used at this very moment")
    record(
        session,
        Actor(UserKind(invitation.kind), str(account.id), organisation.id),
        Action.INVITATION_ACCEPTED,
        _subject(invitation),
    )
    known = session.get(Membership, (account.id, organisation.id))
    return add_member(
        session,
        account_id=account.id,
        organisation=organisation,
        kind=UserKind(invitation.kind),
        # An offer takes nothing away: who manages already goes on doing so.
        is_manager=invitation.is_manager or (known is not None and known.is_manager),
        now=now,
    )


def revoke_invitation(
    session: Session, actor: Actor, *, invitation_id: UUID, now: datetime
) -> None:
    """Take an offer of the actor's organisation back.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor does not manage an organisation.
        InvitationNotFound: it has no such offer that is open.
    """
    organisation_id = require_manager(actor)
    revoked = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.organisation_id == organisation_id,
            *_open(now),
        )
        .values(revoked_at=now, sealed=None)
        .returning(Invitation.id)
    ).first()
    if revoked is None:
        raise InvitationNotFound(f"no open invitation of yours has the id {invitation_id}")
    subject = Subject(SubjectKind.INVITATION, str(invitation_id), organisation_id)
    record(session, actor, Action.INVITATION_REVOKED, subject)


def _subject(invitation: Invitation) -> Subject:
    return Subject(SubjectKind.INVITATION, str(invitation.id), invitation.organisation_id)


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now,
    )
