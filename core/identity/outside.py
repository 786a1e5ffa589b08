"""Who an account is to an OpenID Connect provider; said once, when an invitation is accepted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.identity.accounts import create_account, digest_of_email, find_account
from core.identity.invitations import accept_invitation, find_invitation, read_address
from core.identity.models import Account, AccountStatus, OutsideIdentity
from core.identity.openid import OutsidePerson, OutsideRefused
from core.sealing import Keyring


def find_outside(
    session: Session, ring: Keyring, *, issuer: str, person: OutsidePerson
) -> UUID | None:
    """Return the account of somebody whom a provider knows; None if there is none."""
    return session.scalar(
        select(OutsideIdentity.account_id)
        .join(Account, Account.id == OutsideIdentity.account_id)
        .where(
            OutsideIdentity.issuer == issuer,
            OutsideIdentity.subject_digest == _digest(ring, person),
            Account.status == AccountStatus.ACTIVE,
        )
    )


def accept_outside(
    session: Session,
    ring: Keyring,
    *,
    issuer: str,
    person: OutsidePerson,
    secret: str,
    script: str,
    now: datetime,
) -> UUID:
    """Accept an invitation as somebody whom a provider knows, and remember who that is.

    The provider must have verified the very address that was invited: this alone links the two.

    Raises:
        InvitationNotFound: there is no offer that can still be accepted.
        OutsideRefused: the address is another or not verified, or either is linked otherwise.
    """
    invitation, _organisation = find_invitation(session, secret, now=now)
    email = read_address(ring, invitation)
    if not person.email or digest_of_email(ring, person.email) != invitation.email_digest:
        raise OutsideRefused("the provider has not verified the address that was invited")
    account = find_account(session, ring, email=email)
    if account is None:
        account = create_account(
            session,
            ring,
            email=email,
            name=person.name or email.partition("@")[0],
            script=script,
            password_hash=None,
            now=now,
        )
    known = find_outside(session, ring, issuer=issuer, person=person)
    if known is None:
        identity = OutsideIdentity(
            issuer=issuer,
            subject_digest=_digest(ring, person),
            account_id=account.id,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(identity)
        except IntegrityError as error:
            raise OutsideRefused("this account or this person is linked otherwise") from error
    elif known != account.id:
        raise OutsideRefused("this person is linked to another account")
    accept_invitation(session, secret=secret, account=account, now=now)
    return account.id


def _digest(ring: Keyring, person: OutsidePerson) -> str:
    return ring.digest(person.subject, purpose="outside-subject")
