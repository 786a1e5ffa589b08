"""Secrets that are good once and for a short time: links in mails, challenges, steps of a sign-in."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.identity.models import OneTimeSecret
from core.identity.sessions import digest_of
from core.sealing import Keyring


class Purpose(StrEnum):
    """What a secret is for; one for another purpose does not do."""

    PASSWORD_RESET = "password-reset"  # noqa: S105 a name
    SECOND_FACTOR = "second-factor"
    PASSKEY = "passkey"
    OUTSIDE_SIGN_IN = "outside-sign-in"
    REGISTRATION = "registration"
    REGISTRATION_LINK = "registration-link"


def make_one_time(
    session: Session,
    *,
    purpose: Purpose,
    now: datetime,
    lifetime: timedelta,
    account_id: UUID | None = None,
    sealed: bytes | None = None,
) -> str:
    """Make a secret of 256 random bits; only its digest is stored."""
    secret = secrets.token_urlsafe(32)
    session.add(
        OneTimeSecret(
            digest=digest_of(secret),
            purpose=purpose,
            account_id=account_id,
            sealed=sealed,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    session.flush()
    return secret


def find_one_time(
    session: Session, secret: str, *, purpose: Purpose, now: datetime
) -> OneTimeSecret | None:
    """Look at a secret without using it up; None if it is not good, or not any more."""
    return session.scalar(
        select(OneTimeSecret).where(
            OneTimeSecret.digest == digest_of(secret),
            OneTimeSecret.purpose == purpose,
            OneTimeSecret.expires_at > now,
        )
    )


def use_one_time(
    session: Session, secret: str, *, purpose: Purpose, now: datetime
) -> OneTimeSecret | None:
    """Use a secret up; of several who try at the same time, one succeeds."""
    found = find_one_time(session, secret, purpose=purpose, now=now)
    if found is None:
        return None
    used = session.execute(
        delete(OneTimeSecret)
        .where(OneTimeSecret.digest == found.digest)
        .returning(OneTimeSecret.digest),
        execution_options={"synchronize_session": False},
    ).first()
    session.expunge(found)
    return found if used is not None else None


def forget_one_time_of(session: Session, account_id: UUID, *, purpose: Purpose) -> None:
    """Make every such secret of an account void."""
    session.execute(
        delete(OneTimeSecret).where(
            OneTimeSecret.account_id == account_id, OneTimeSecret.purpose == purpose
        )
    )


def delete_outlived(session: Session, *, now: datetime) -> int:
    """Delete secrets whose time has passed; return how many."""
    deleted = session.execute(
        delete(OneTimeSecret).where(OneTimeSecret.expires_at <= now).returning(OneTimeSecret.digest)
    )
    return len(deleted.all())


def open_payload(ring: Keyring, found: OneTimeSecret) -> bytes:
    """Open what was sealed with a secret.

    Raises:
        SealBroken: the deployment's keys do not open it.
    """
    return ring.open(found.sealed or b"", purpose=found.purpose)
