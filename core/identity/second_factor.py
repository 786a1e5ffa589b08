"""Second factors that are typed: one-time codes of an app (RFC 6238), and recovery codes on paper."""

import hashlib
import secrets
from base64 import b32encode
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import InvalidState
from core.identity.accounts import person_seal
from core.identity.models import Account, Passkey, RecoveryCode
from core.sealing import Keyring

RECOVERY_CODES: Final = 10
ISSUER: Final = "Landbridge"
_STEP_SECONDS: Final = 30
_RECOVERY_BYTES: Final = 10


def new_seed() -> str:
    """Make the seed of one-time codes: 160 random bits in base32."""
    return pyotp.random_base32()


def address_of_seed(seed: str, *, name: str) -> str:
    """Return what an app takes in from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=ISSUER)


def code_at(seed: str, *, now: datetime) -> str:
    """Return the code that an app shows at a moment."""
    return pyotp.TOTP(seed).generate_otp(int(now.timestamp()) // _STEP_SECONDS)


def matching_step(seed: str, code: str, *, now: datetime) -> int | None:
    """Return the step of time whose code this is: the present one or a neighbour; else None."""
    typed = "".join(code.split())
    totp = pyotp.TOTP(seed)
    present = int(now.timestamp()) // _STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if typed.isascii() and secrets.compare_digest(typed, totp.generate_otp(step)):
            return step
    return None


def has_second_factor(session: Session, account_id: UUID) -> bool:
    """Tell whether an account has set up a second factor, of whatever sort."""
    return bool(
        session.scalar(
            select(
                exists().where(Account.id == account_id, Account.totp_sealed.is_not(None))
                | exists().where(Passkey.account_id == account_id)
            )
        )
    )


def set_up_totp(
    session: Session, ring: Keyring, account_id: UUID, *, seed: str, code: str, now: datetime
) -> bool:
    """Take a seed for an account whose owner has shown that an app of theirs holds it.

    Returns:
        Whether the code is right; otherwise nothing was changed.

    Raises:
        InvalidState: the person was erased.
    """
    step = matching_step(seed, code, now=now)
    if step is None:
        return False
    seal = person_seal(session, ring, account_id)
    if seal is None:
        raise InvalidState("this account was erased")
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(
            totp_sealed=seal.seal(seed.encode(), purpose=_purpose(account_id)), totp_last_step=step
        )
    )
    return True


def use_totp(
    session: Session, ring: Keyring, account_id: UUID, *, code: str, now: datetime
) -> bool:
    """Tell whether a code is right and was not used before; from now on it was."""
    account = session.get(Account, account_id)
    seal = person_seal(session, ring, account_id)
    if account is None or account.totp_sealed is None or seal is None:
        return False
    seed = seal.open(account.totp_sealed, purpose=_purpose(account_id)).decode()
    step = matching_step(seed, code, now=now)
    if step is None:
        return False
    # Two browsers may send the same code at once: the row decides, not what was read before.
    used = session.execute(
        update(Account)
        .where(
            Account.id == account_id,
            or_(Account.totp_last_step.is_(None), Account.totp_last_step < step),
        )
        .values(totp_last_step=step)
        .returning(Account.id)
    ).first()
    return used is not None


def new_recovery_codes(session: Session, account_id: UUID, *, now: datetime) -> tuple[str, ...]:
    """Make codes for paper, 80 random bits each; those from before are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = tuple(
        "-".join(_in_fours(b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()))
        for _ in range(RECOVERY_CODES)
    )
    session.add_all(
        RecoveryCode(
            account_id=account_id, digest=_digest_of_code(account_id, code), created_at=now
        )
        for code in codes
    )
    session.flush()
    return codes


def use_recovery_code(session: Session, account_id: UUID, *, code: str, now: datetime) -> bool:
    """Tell whether a code from paper is right and was not used before; from now on it was."""
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.digest == _digest_of_code(account_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.digest)
    ).first()
    return used is not None


def recovery_codes_left(session: Session, account_id: UUID) -> int:
    """Return how many codes on paper are still good."""
    left = session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    )
    return left or 0


def remove_second_factors(session: Session, account_id: UUID) -> None:
    """Forget every second factor of an account: its owner sets up another at the next sign-in."""
    session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(totp_sealed=None, totp_last_step=None)
    )
    session.execute(delete(Passkey).where(Passkey.account_id == account_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _purpose(account_id: UUID) -> str:
    return f"totp:{account_id}"


def _in_fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


def _digest_of_code(account_id: UUID, code: str) -> str:
    # Letters and digits that look alike are no trouble: base32 has no 0, 1 or 8.
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(f"{account_id}:{plain}".encode()).hexdigest()
