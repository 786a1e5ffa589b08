"""Organisations and their members: who belongs where, as what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.audit.vocabulary import Action
from core.errors import Forbidden, InvalidInput, InvalidState, NotFound
from core.identity.accounts import create_service_account, read_name
from core.identity.actor import Actor, UserKind
from core.identity.models import (
    Account,
    AccountStatus,
    Membership,
    Organisation,
    OrganisationKind,
    UserSession,
)
from core.identity.tokens import Scope
from core.identity.trail import record_account
from core.names import claim_name, refuse_unsafe_name, release_name
from core.sealing import Keyring

NAME_CHARACTERS: Final = 300
# What people may be in an organisation of a kind; the first is what they are if nobody says.
KINDS_OF: Final = {
    OrganisationKind.ENTERPRISE: (UserKind.ENTERPRISE,),
    OrganisationKind.PROVIDER: (UserKind.PROVIDER,),
    OrganisationKind.PLATFORM: (UserKind.OPERATOR, UserKind.COMMITTEE, UserKind.ADMINISTRATOR),
}


class OrganisationNotFound(NotFound):
    """There is no such organisation."""

    code = "organisation-not-found"
    title = "No such organisation"


class MemberNotFound(NotFound):
    """Nobody with this id belongs to the organisation."""

    code = "member-not-found"
    title = "No such member"


class LastManager(InvalidState):
    """The organisation would be left with nobody who manages it: make somebody else a manager first."""

    code = "last-manager"
    title = "An organisation needs a manager"


def create_organisation(
    session: Session,
    *,
    kind: OrganisationKind,
    name: str,
    now: datetime,
    jurisdiction: str | None = None,
    provider_id: UUID | None = None,
) -> Organisation:
    """Store an organisation without members.

    Raises:
        InvalidInput: the name cannot be used, or a profile is named for one that is no provider.
    """
    if provider_id is not None and kind is not OrganisationKind.PROVIDER:
        raise InvalidInput("only an organisation of providers answers for a profile")
    made = Organisation(
        id=uuid4(),
        kind=kind,
        name=read_organisation_name(name),
        jurisdiction=jurisdiction,
        provider_id=provider_id,
        is_verified=False,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def read_organisation_name(text: str) -> str:
    """Return the name of an organisation as it is stored.

    Raises:
        InvalidInput: it cannot be used.
    """
    name = read_name(text, most=NAME_CHARACTERS)
    try:
        return refuse_unsafe_name(name)
    except ValueError as error:
        raise InvalidInput(str(error)) from error


def list_organisations(session: Session) -> Sequence[Organisation]:
    """Return every organisation by name."""
    return session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id)).all()


def get_organisation(session: Session, organisation_id: UUID) -> Organisation:
    """Return an organisation.

    Raises:
        OrganisationNotFound: there is none with this id.
    """
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise OrganisationNotFound(f"no organisation has the id {organisation_id}")
    return found


def suspend_organisation(session: Session, organisation_id: UUID, *, now: datetime) -> Organisation:
    """Let nobody act for an organisation from the next request on.

    Raises:
        OrganisationNotFound: there is none with this id.
    """
    found = get_organisation(session, organisation_id)
    found.suspended_at = found.suspended_at or now
    session.execute(delete(UserSession).where(UserSession.organisation_id == organisation_id))
    session.flush()
    return found


def reinstate_organisation(session: Session, organisation_id: UUID) -> Organisation:
    """Let its people act for a suspended organisation again.

    Raises:
        OrganisationNotFound: there is none with this id.
    """
    found = get_organisation(session, organisation_id)
    found.suspended_at = None
    session.flush()
    return found


def verify_organisation(session: Session, organisation_id: UUID, *, now: datetime) -> Organisation:
    """Hold an organisation for the firm it says it is; no other verified one may have a name like it.

    Raises:
        OrganisationNotFound: there is none with this id.
        NameTaken: a verified one has this name or one that looks like it.
        InvalidInput: its name cannot be told from others.
    """
    found = get_organisation(session, organisation_id)
    try:
        claim_name(session, found.name, organisation_id=found.id, now=now)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    found.is_verified = True
    session.flush()
    return found


def withdraw_verification(session: Session, organisation_id: UUID) -> Organisation:
    """Hold an organisation for verified no more; others may be verified by its name.

    Raises:
        OrganisationNotFound: there is none with this id.
    """
    found = get_organisation(session, organisation_id)
    release_name(session, organisation_id=found.id)
    found.is_verified = False
    session.flush()
    return found


def require_manager(actor: Actor) -> UUID:
    """Return the organisation whose people and tokens the actor manages.

    Raises:
        SignInNeeded: nobody has signed in.
        SecondFactorNeeded: the actor has to prove who they are a second time.
        Forbidden: the actor manages no organisation, or shows a token that may not administer.
    """
    actor.require(*KINDS_THAT_MANAGE)
    if not actor.is_manager:
        raise Forbidden("this is for those who manage their organisation")
    require_sign_in_or_scope(actor)
    return actor.tenant


def require_sign_in_or_scope(actor: Actor) -> None:
    """Refuse tokens that may not make others.

    Raises:
        Forbidden: the actor shows a token without the scope `administer`.
    """
    if actor.scopes is not None and Scope.ADMINISTER not in actor.scopes:
        raise Forbidden("the token may not do this: sign in, or use one with the scope administer")


KINDS_THAT_MANAGE: Final = (
    UserKind.ENTERPRISE,
    UserKind.PROVIDER,
    UserKind.OPERATOR,
    UserKind.COMMITTEE,
    UserKind.ADMINISTRATOR,
)


def add_member(
    session: Session,
    *,
    account_id: UUID,
    organisation: Organisation,
    kind: UserKind,
    is_manager: bool,
    now: datetime,
) -> Membership:
    """Give an account a place in an organisation; one that it has already becomes what is said.

    Raises:
        InvalidInput: nobody is of this kind in an organisation of that kind.
    """
    if kind not in (*KINDS_OF[OrganisationKind(organisation.kind)], UserKind.SERVICE):
        raise InvalidInput(f"nobody is {kind} in an organisation of kind {organisation.kind}")
    member = session.get(Membership, (account_id, organisation.id))
    if member is None:
        member = Membership(
            account_id=account_id, organisation_id=organisation.id, created_at=now, kind=kind
        )
        session.add(member)
    member.kind = kind
    member.is_manager = is_manager
    session.flush()
    return member


def create_service(
    session: Session, ring: Keyring, actor: Actor, *, name: str, now: datetime
) -> Membership:
    """Make an account for a program of the actor's organisation: it has tokens and nothing else.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor does not manage an organisation.
        InvalidInput: the name cannot be used.
    """
    organisation = get_organisation(session, require_manager(actor))
    account = create_service_account(session, ring, name=name, now=now)
    record_account(session, actor, Action.MEMBER_ADDED, account.id, kind=str(UserKind.SERVICE))
    return add_member(
        session,
        account_id=account.id,
        organisation=organisation,
        kind=UserKind.SERVICE,
        is_manager=False,
        now=now,
    )


def list_members(session: Session, organisation_id: UUID) -> list[tuple[Membership, Account]]:
    """Return an organisation's members that were not erased, oldest first."""
    found = session.execute(
        select(Membership, Account)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.organisation_id == organisation_id, Account.status != AccountStatus.ERASED
        )
        .order_by(Membership.created_at, Membership.account_id)
    )
    return [(member, account) for member, account in found]


def get_member(session: Session, organisation_id: UUID, account_id: UUID) -> Membership:
    """Return a member.

    Raises:
        MemberNotFound: nobody with this id belongs to the organisation.
    """
    found = session.get(Membership, (account_id, organisation_id))
    if found is None:
        raise MemberNotFound(f"nobody of yours has the id {account_id}")
    return found


def change_member(
    session: Session,
    actor: Actor,
    *,
    account_id: UUID,
    is_manager: bool | None = None,
    kind: UserKind | None = None,
) -> Membership:
    """Change what a member may do; it holds from the member's next request on.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor does not manage the organisation, or
            may not give this kind.
        MemberNotFound: nobody with this id belongs to it.
        LastManager: nobody would manage it any more.
        InvalidInput: the organisation has nobody of this kind.
    """
    organisation_id = require_manager(actor)
    organisation = get_organisation(session, organisation_id)
    require_may_appoint(actor, organisation)
    member = get_member(session, organisation_id, account_id)
    if kind is not None and kind != member.kind:
        if kind not in KINDS_OF[OrganisationKind(organisation.kind)]:
            raise InvalidInput(f"nobody is {kind} in an organisation of kind {organisation.kind}")
        member.kind = kind
    if is_manager is not None:
        if UserKind(member.kind) is UserKind.SERVICE and is_manager:
            raise InvalidInput("a program does not manage people")
        if member.is_manager and not is_manager:
            _require_another_manager(session, organisation_id, account_id)
        member.is_manager = is_manager
    session.flush()
    record_account(
        session,
        actor,
        Action.MEMBER_CHANGED,
        account_id,
        kind=str(member.kind),
        is_manager=member.is_manager,
    )
    return member


def remove_member(session: Session, actor: Actor, *, account_id: UUID) -> None:
    """Take a member's place away, and with it their sessions and tokens, at once.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor does not manage the organisation.
        MemberNotFound: nobody with this id belongs to it.
        LastManager: nobody would manage it any more.
    """
    organisation_id = require_manager(actor)
    member = get_member(session, organisation_id, account_id)
    if UserKind(member.kind) is not UserKind.SERVICE:
        require_may_appoint(actor, get_organisation(session, organisation_id))
    if member.is_manager:
        _require_another_manager(session, organisation_id, account_id)
    session.delete(member)
    session.flush()
    record_account(session, actor, Action.MEMBER_REMOVED, account_id)


def require_may_appoint(actor: Actor, organisation: Organisation) -> None:
    """Refuse whoever gives or takes more than is theirs to give.

    Raises:
        Forbidden: people of the platform come and go by its administrators alone.
    """
    if organisation.kind == OrganisationKind.PLATFORM:
        actor.require(UserKind.ADMINISTRATOR)


def _require_another_manager(session: Session, organisation_id: UUID, account_id: UUID) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.account_id != account_id,
            Membership.is_manager,
            Account.status == AccountStatus.ACTIVE,
        )
    )
    if not others:
        raise LastManager("make another member a manager first")
