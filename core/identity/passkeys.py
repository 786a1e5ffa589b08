"""Passkeys (WebAuthn level 3): keys that never leave their device, as second factor or instead of all.

A challenge is a secret that is good once. A passkey that asked its owner for a finger, a face or a
number stands for two factors: the device, and what unlocks it.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from core.errors import InvalidInput, NotFound
from core.identity.accounts import Person, read_name
from core.identity.models import Passkey
from core.identity.one_time import Purpose, make_one_time, use_one_time

CHALLENGE_LIFETIME: Final = timedelta(minutes=5)
_NAME: Final = "Landbridge"


class PasskeyRefused(InvalidInput):
    """What the device answered does not fit the challenge, the site or a known passkey."""

    code = "passkey-refused"
    title = "The passkey was not taken"


class PasskeyNotFound(NotFound):
    """The account has no such passkey."""

    code = "passkey-not-found"
    title = "No such passkey"


@dataclass(frozen=True, slots=True)
class Site:
    """What a browser signs for: the host, and the origin of the page."""

    host: str
    origin: str


def options_to_make(session: Session, site: Site, person: Person, *, now: datetime) -> str:
    """Return as JSON what a browser makes a passkey with; those that there are are left out."""
    challenge = _challenge(session, person.account_id, now=now)
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=_NAME,
            user_id=person.account_id.bytes,
            user_name=person.email,
            user_display_name=person.name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(session, person.account_id),
        )
    )


def options_to_use(session: Session, site: Site, *, account_id: UUID | None, now: datetime) -> str:
    """Return as JSON what a browser signs with a passkey.

    Args:
        session: the caller's transaction.
        site: where the browser is.
        account_id: whose passkeys, of somebody whose password was right; None for whoever it is.
        now: the moment of the request.
    """
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=_challenge(session, account_id, now=now),
            allow_credentials=[] if account_id is None else _descriptors(session, account_id),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def add_passkey(
    session: Session, site: Site, *, account_id: UUID, credential: str, name: str, now: datetime
) -> Passkey:
    """Take a passkey that a browser made for an account.

    Raises:
        PasskeyRefused: it was made for another challenge, site or account.
        InvalidInput: the name cannot be used.
    """
    challenge, for_account = _use_challenge(session, credential, now=now)
    if for_account != account_id:
        raise PasskeyRefused("the challenge was another account's: try again")
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise PasskeyRefused(f"what the device answered cannot be used: {error}") from error
    known = session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id))
    if known is not None:
        raise PasskeyRefused("this passkey is known already")
    passkey = Passkey(
        id=uuid4(),
        account_id=account_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=read_name(name),
        created_at=now,
    )
    session.add(passkey)
    session.flush()
    return passkey


def use_passkey(
    session: Session, site: Site, *, credential: str, account_id: UUID | None, now: datetime
) -> UUID:
    """Return the account whose passkey signed the challenge.

    Args:
        session: the caller's transaction.
        site: where the browser is.
        credential: what the browser answered, as JSON.
        account_id: whose passkey it has to be; None for anybody's.
        now: the moment of the request.

    Raises:
        PasskeyRefused: it is not known, not this account's, or did not sign this challenge.
    """
    challenge, for_account = _use_challenge(session, credential, now=now)
    passkey = session.scalar(
        select(Passkey).where(Passkey.credential_id == _credential_id(credential)).with_for_update()
    )
    if passkey is None or account_id not in {None, passkey.account_id} or for_account != account_id:
        raise PasskeyRefused("this passkey is not known here")
    try:
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise PasskeyRefused(f"what the device answered cannot be used: {error}") from error
    passkey.sign_count = used.new_sign_count
    passkey.used_at = now
    session.flush()
    return passkey.account_id


def list_passkeys(session: Session, account_id: UUID) -> Sequence[Passkey]:
    """Return an account's passkeys, oldest first."""
    return session.scalars(
        select(Passkey)
        .where(Passkey.account_id == account_id)
        .order_by(Passkey.created_at, Passkey.id)
    ).all()


def remove_passkey(session: Session, *, account_id: UUID, passkey_id: UUID) -> None:
    """Forget a passkey.

    Raises:
        PasskeyNotFound: the account has no such passkey.
    """
    removed = session.execute(
        delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.account_id == account_id)
        .returning(Passkey.id)
    ).first()
    if removed is None:
        raise PasskeyNotFound(f"no passkey of yours has the id {passkey_id}")


def _challenge(session: Session, account_id: UUID | None, *, now: datetime) -> bytes:
    secret = make_one_time(
        session,
        purpose=Purpose.PASSKEY,
        now=now,
        lifetime=CHALLENGE_LIFETIME,
        account_id=account_id,
    )
    return secret.encode()


def _use_challenge(
    session: Session, credential: str, *, now: datetime
) -> tuple[bytes, UUID | None]:
    """Use up the challenge that a browser says it signed; whether it did is verified after."""
    try:
        answer = json.loads(credential)["response"]["clientDataJSON"]
        said = json.loads(_decode(answer))["challenge"]
        challenge = _decode(said)
        secret = challenge.decode()
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused("this is not what a browser answers") from error
    found = use_one_time(session, secret, purpose=Purpose.PASSKEY, now=now)
    if found is None:
        raise PasskeyRefused("the challenge was used, or is too old: try again")
    return challenge, found.account_id


def _credential_id(credential: str) -> bytes:
    try:
        return base64url_to_bytes(json.loads(credential)["rawId"])
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused("this is not what a browser answers") from error


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _descriptors(session: Session, account_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=passkey.credential_id)
        for passkey in list_passkeys(session, account_id)
    ]
