"""Who has signed in on which browser: sessions that live on the server and end there.

The browser holds 256 random bits, the database their SHA-256. A session ends 30 minutes after its
last request and 12 hours after it began, and at once when it is ended, or when the account or its
place in the organisation goes (OWASP ASVS 5.0, 7.3 and 8.3.2).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.audit.vocabulary import Action
from core.identity.actor import NEED_SECOND_FACTOR, Actor, UserKind
from core.identity.models import Account, AccountStatus, Membership, Organisation, UserSession
from core.identity.trail import holder_of, record_account

IDLE: Final = timedelta(minutes=30)
LIFETIME: Final = timedelta(hours=12)
FRESH: Final = timedelta(minutes=15)
# A session is marked as seen at most so often: requests that only read stay without a write.
_SEEN_EVERY: Final = timedelta(minutes=1)


def start_session(
    session: Session,
    *,
    account_id: UUID,
    organisation_id: UUID,
    now: datetime,
    is_strong: bool = False,
) -> str:
    """Sign an account in for one of its organisations; return the secret for its browser.

    Args:
        session: the caller's transaction.
        account_id: who has just shown who they are.
        organisation_id: one of theirs, for which they will act.
        now: the moment of the request.
        is_strong: whether a second factor was shown too.
    """
    secret = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            digest=digest_of(secret),
            account_id=account_id,
            organisation_id=organisation_id,
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
            second_factor_at=now if is_strong else None,
        )
    )
    session.flush()
    return secret


def find_session_actor(session: Session, secret: str, *, now: datetime) -> Actor | None:
    """Return who holds a session's secret, as the database has them at this moment; or None."""
    found = session.execute(
        select(UserSession, Membership)
        .join(
            Membership,
            (Membership.account_id == UserSession.account_id)
            & (Membership.organisation_id == UserSession.organisation_id),
        )
        .join(Account, Account.id == UserSession.account_id)
        .join(Organisation, Organisation.id == UserSession.organisation_id)
        .where(
            UserSession.digest == digest_of(secret),
            UserSession.expires_at > now,
            UserSession.seen_at > now - IDLE,
            Account.status == AccountStatus.ACTIVE,
            Organisation.suspended_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    signed_in, membership = found
    kind = UserKind(membership.kind)
    return Actor(
        kind,
        str(signed_in.account_id),
        signed_in.organisation_id,
        is_manager=membership.is_manager,
        is_strong=kind not in NEED_SECOND_FACTOR or signed_in.second_factor_at is not None,
    )


def is_due_to_be_seen(session: Session, secret: str, *, now: datetime) -> bool:
    """Tell whether a session should be marked as seen again."""
    seen_at = session.scalar(
        select(UserSession.seen_at).where(UserSession.digest == digest_of(secret))
    )
    return seen_at is not None and now - seen_at >= _SEEN_EVERY


def mark_seen(session: Session, secret: str, *, now: datetime) -> None:
    """Note that a session was used just now."""
    session.execute(
        update(UserSession).where(UserSession.digest == digest_of(secret)).values(seen_at=now)
    )


def mark_strong(session: Session, secret: str, *, now: datetime) -> str:
    """Note that a second factor was shown; return the session's new secret, the old one is void."""
    new = secrets.token_urlsafe(32)
    session.execute(
        update(UserSession)
        .where(UserSession.digest == digest_of(secret))
        .values(digest=digest_of(new), second_factor_at=now, seen_at=now)
    )
    return new


def end_session(session: Session, secret: str) -> None:
    """Sign one browser out; every copy of its secret is void from now on."""
    ended = session.execute(
        delete(UserSession)
        .where(UserSession.digest == digest_of(secret))
        .returning(UserSession.account_id, UserSession.organisation_id)
    ).one_or_none()
    if ended is None:
        return
    account_id, organisation_id = ended
    holder = holder_of(session, account_id, organisation_id)
    if holder is not None:
        record_account(session, holder, Action.ACCOUNT_SIGNED_OUT, account_id, sessions=1)


def end_sessions_of(session: Session, account_id: UUID) -> None:
    """Sign an account out everywhere."""
    session.execute(delete(UserSession).where(UserSession.account_id == account_id))


def end_other_sessions(session: Session, account_id: UUID, *, secret: str) -> int:
    """Sign an account out everywhere but on the browser that holds this secret; return how often."""
    ended = session.execute(
        delete(UserSession)
        .where(UserSession.account_id == account_id, UserSession.digest != digest_of(secret))
        .returning(UserSession.digest)
    )
    return len(ended.all())


def is_fresh(session: Session, secret: str, *, now: datetime) -> bool:
    """Tell whether a session is young enough to change how its account signs in (ASVS 5.0, 7.5.1)."""
    created_at = session.scalar(
        select(UserSession.created_at).where(UserSession.digest == digest_of(secret))
    )
    return created_at is not None and now - created_at <= FRESH


def delete_ended(session: Session, *, now: datetime) -> int:
    """Delete sessions that have ended by themselves; return how many."""
    ended = (UserSession.expires_at <= now) | (UserSession.seen_at <= now - IDLE)
    deleted = session.execute(delete(UserSession).where(ended).returning(UserSession.digest))
    return len(deleted.all())


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a random secret, by which it is known; no salt, it cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
