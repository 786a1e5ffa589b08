"""Tokens that programs show: prefixed, so that scanners find leaked ones, scoped, and expiring."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import InvalidInput, NotFound
from core.identity.actor import NEED_SECOND_FACTOR, Actor, UserKind
from core.identity.models import Account, AccountStatus, ApiToken, Membership, Organisation
from core.identity.sessions import digest_of

PREFIX: Final = "lbr_"
HINT_CHARACTERS: Final = 9
LONGEST: Final = timedelta(days=366)
_USED_EVERY: Final = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may be used for; it never allows more than its account may do."""

    READ = "read"
    WRITE = "write"
    ADMINISTER = "administer"


class TokenNotFound(NotFound):
    """The account has no such token."""

    code = "token-not-found"
    title = "No such token"


def make_token(
    session: Session,
    *,
    account_id: UUID,
    organisation_id: UUID,
    name: str,
    scopes: Collection[Scope],
    now: datetime,
    lifetime: timedelta = timedelta(days=90),
) -> tuple[ApiToken, str]:
    """Make a token for a member of an organisation.

    Returns:
        The stored token, and the secret, which is shown this once.

    Raises:
        InvalidInput: it would live longer than a year, or for no time, or has no scope.
    """
    if not timedelta(0) < lifetime <= LONGEST:
        raise InvalidInput(f"a token lives for 1 to {LONGEST.days} days")
    if not scopes:
        raise InvalidInput(f"name at least one scope: {', '.join(Scope)}")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        id=uuid4(),
        digest=digest_of(secret),
        hint=secret[:HINT_CHARACTERS],
        name=name,
        account_id=account_id,
        organisation_id=organisation_id,
        scopes=sorted(scopes),
        created_at=now,
        expires_at=now + lifetime,
    )
    session.add(token)
    session.flush()
    return token, secret


def find_token_actor(session: Session, secret: str, *, now: datetime) -> Actor | None:
    """Return on whose behalf a token is shown, as the database has them at this moment; or None."""
    found = session.execute(
        select(ApiToken, Membership)
        .join(
            Membership,
            (Membership.account_id == ApiToken.account_id)
            & (Membership.organisation_id == ApiToken.organisation_id),
        )
        .join(Account, Account.id == ApiToken.account_id)
        .join(Organisation, Organisation.id == ApiToken.organisation_id)
        .where(
            ApiToken.digest == digest_of(secret),
            ApiToken.expires_at > now,
            ApiToken.revoked_at.is_(None),
            Account.status == AccountStatus.ACTIVE,
            Organisation.suspended_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    token, membership = found
    kind = UserKind(membership.kind)
    return Actor(
        kind,
        str(token.account_id),
        token.organisation_id,
        is_manager=membership.is_manager,
        # A token of a kind that proves itself twice can only be made after both proofs.
        is_strong=kind not in NEED_SECOND_FACTOR or Scope.ADMINISTER in token.scopes,
        scopes=frozenset(token.scopes),
    )


def is_due_to_be_marked(session: Session, secret: str, *, now: datetime) -> bool:
    """Tell whether a token's use should be noted again: writing waits for other writers."""
    unmarked = ApiToken.used_at.is_(None) | (ApiToken.used_at <= now - _USED_EVERY)
    found = select(ApiToken.id).where(ApiToken.digest == digest_of(secret), unmarked)
    return session.scalar(found) is not None


def mark_used(session: Session, secret: str, *, now: datetime) -> None:
    """Note that a token was used, at most once a minute."""
    session.execute(
        update(ApiToken)
        .where(
            ApiToken.digest == digest_of(secret),
            ApiToken.used_at.is_(None) | (ApiToken.used_at <= now - _USED_EVERY),
        )
        .values(used_at=now)
    )


def revoke_token(session: Session, *, account_id: UUID, token_id: UUID, now: datetime) -> None:
    """Make a token void from the next request on.

    Raises:
        TokenNotFound: the account has no such token.
    """
    token = session.scalar(
        select(ApiToken).where(ApiToken.id == token_id, ApiToken.account_id == account_id)
    )
    if token is None:
        raise TokenNotFound(f"no token of yours has the id {token_id}")
    token.revoked_at = token.revoked_at or now
    session.flush()
