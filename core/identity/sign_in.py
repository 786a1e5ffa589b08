"""Signing in: from who somebody claims to be, over one or two proofs, to a session.

Somebody with a second factor gets no session before it was shown, whatever their kind. Operators,
committee members and administrators without one get a session that may do nothing but set it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit.vocabulary import Action
from core.identity.accounts import digest_of_email, find_account
from core.identity.actor import NEED_SECOND_FACTOR, Actor, UserKind
from core.identity.models import Account, AccountStatus, Membership, Organisation
from core.identity.one_time import Purpose, make_one_time
from core.identity.second_factor import has_second_factor
from core.identity.sessions import start_session
from core.identity.trail import record_account
from core.sealing import Keyring

STEP_LIFETIME: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are.

    Attributes:
        account_id: None where nobody can sign in so, for whatever reason.
        password_hash: what their password is compared with; None where it cannot be right.
        caller: a name under which attempts are counted, which tells nobody the address.
    """

    account_id: UUID | None
    password_hash: str | None
    caller: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a proof has led to.

    Attributes:
        secret: of a session, or of a sign-in that waits for its second factor.
        is_waiting: whether it is the latter.
        kind: what sort of user it is of.
        has_to_set_up: whether they may do nothing before they have set a second factor up.
    """

    secret: str
    is_waiting: bool
    kind: UserKind
    has_to_set_up: bool = False


def look_up(session: Session, ring: Keyring, *, email: str) -> Claim:
    """Find whom an address is of; unknown and suspended ones look alike from here on."""
    account = find_account(session, ring, email=email)
    caller = digest_of_email(ring, email) if account is None else str(account.email_digest)
    if account is None or account.status != AccountStatus.ACTIVE:
        return Claim(None, None, caller)
    return Claim(account.id, account.password_hash, caller)


def memberships_of(session: Session, account_id: UUID) -> list[tuple[Membership, Organisation]]:
    """Return the places that an account may act from, oldest first."""
    found = session.execute(
        select(Membership, Organisation)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.account_id == account_id,
            Organisation.suspended_at.is_(None),
            Account.status == AccountStatus.ACTIVE,
        )
        .order_by(Membership.created_at, Membership.organisation_id)
    )
    return [(member, organisation) for member, organisation in found]


def begin(
    session: Session,
    *,
    account_id: UUID,
    now: datetime,
    is_strong: bool = False,
    organisation_id: UUID | None = None,
) -> Step | None:
    """Sign in whoever has shown who they are, or ask for the second factor.

    Args:
        session: the caller's transaction.
        account_id: whose proof was right.
        now: the moment of the request.
        is_strong: whether the second factor was shown too, or the proof was worth two.
        organisation_id: for which of their organisations; the first one if None.

    Returns:
        What comes next; None if the account has no place to act from.
    """
    places = [
        member
        for member, organisation in memberships_of(session, account_id)
        if organisation_id in {None, organisation.id}
    ]
    if not places:
        return None
    kind = UserKind(places[0].kind)
    actor = Actor(kind, str(account_id), places[0].organisation_id)
    if not is_strong and has_second_factor(session, account_id):
        secret = make_one_time(
            session,
            purpose=Purpose.SECOND_FACTOR,
            now=now,
            lifetime=STEP_LIFETIME,
            account_id=account_id,
        )
        record_account(session, actor, Action.ACCOUNT_SECOND_FACTOR_ASKED, account_id)
        return Step(secret, True, kind)
    session.execute(update(Account).where(Account.id == account_id).values(signed_in_at=now))
    secret = start_session(
        session,
        account_id=account_id,
        organisation_id=places[0].organisation_id,
        now=now,
        is_strong=is_strong,
    )
    record_account(session, actor, Action.ACCOUNT_SIGNED_IN, account_id, is_strong=is_strong)
    return Step(secret, False, kind, has_to_set_up=kind in NEED_SECOND_FACTOR and not is_strong)


def renew_hash(session: Session, account_id: UUID, renewed: str | None, *, old: str | None) -> None:
    """Store a hash with newer parameters, unless the password was changed meanwhile."""
    if renewed is not None:
        session.execute(
            update(Account)
            .where(Account.id == account_id, Account.password_hash == old)
            .values(password_hash=renewed)
        )
