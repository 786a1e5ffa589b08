"""Registrations: how an enterprise comes uninvited. Nothing is made before its link is confirmed.

Until then there is one sealed row for an address, of which nothing but its own link is a key. It
holds no account and no organisation, and is deleted when its days are over.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit.vocabulary import Action
from core.errors import NotFound
from core.identity.accounts import create_account, digest_of_email, read_email, read_name
from core.identity.actor import Actor, UserKind
from core.identity.models import Account, OneTimeSecret, OrganisationKind
from core.identity.one_time import (
    Purpose,
    find_one_time,
    make_one_time,
    open_payload,
    use_one_time,
)
from core.identity.organisations import (
    add_member,
    create_organisation,
    read_organisation_name,
)
from core.identity.trail import record_organisation
from core.sealing import Keyring

LIFETIME: Final = timedelta(days=3)
# Whoever sends a form again and again fills nobody's mail box.
_REST: Final = timedelta(minutes=5)


class RegistrationNotFound(NotFound):
    """The link was used, or its three days are over: register again."""

    code = "registration-not-found"
    title = "This link is not good any more"


@dataclass(frozen=True, slots=True)
class Registration:
    """An enterprise that is to be, and the person who is to manage it.

    Attributes:
        organisation: its name.
        email: the person's address, not known to be theirs before the link is used.
        name: the person's.
        script: in which the platform writes to them.
        password_hash: of the password that the link is confirmed with.
    """

    organisation: str
    email: str
    name: str
    script: str
    password_hash: str


def read_registration(
    *, organisation: str, email: str, name: str, script: str, password_hash: str
) -> Registration:
    """Return a registration in the form in which it is stored.

    Raises:
        InvalidInput: a name or the address cannot be used.
    """
    return Registration(
        organisation=read_organisation_name(organisation),
        email=read_email(email),
        name=read_name(name),
        script=script,
        password_hash=password_hash,
    )


def keep_registration(
    session: Session, ring: Keyring, wanted: Registration, *, now: datetime
) -> str | None:
    """Keep a registration until its link is confirmed, in place of an earlier one of the address.

    Whether the address has an account makes no difference here: whoever asks learns nothing by it.

    Returns:
        The id of the registration; None if the address was registered a moment ago, which stands.
    """
    digest = _digest_of(ring, wanted.email)
    held = session.get(OneTimeSecret, digest)
    if held is not None:
        if held.created_at > now - _REST:
            return None
        session.delete(held)
        session.flush()
    row = OneTimeSecret(
        digest=digest,
        purpose=Purpose.REGISTRATION,
        sealed=ring.seal(json.dumps(asdict(wanted)).encode(), purpose=Purpose.REGISTRATION),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    try:
        # Two forms may come at once for one address: the first stands.
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return digest


def open_registration(
    session: Session, ring: Keyring, registration_id: str, *, now: datetime
) -> Registration | None:
    """Return a registration by its id; None once it was confirmed, or its days are over."""
    found = session.scalar(
        select(OneTimeSecret).where(
            OneTimeSecret.digest == registration_id,
            OneTimeSecret.purpose == Purpose.REGISTRATION,
            OneTimeSecret.expires_at > now,
        )
    )
    if found is None:
        return None
    said: dict[str, str] = json.loads(open_payload(ring, found))
    return Registration(**said)


def make_registration_link(
    session: Session, ring: Keyring, registration_id: str, *, now: datetime
) -> str:
    """Return the secret of a link with which a registration is confirmed."""
    return make_one_time(
        session,
        purpose=Purpose.REGISTRATION_LINK,
        now=now,
        lifetime=LIFETIME,
        sealed=ring.seal(registration_id.encode(), purpose=Purpose.REGISTRATION_LINK),
    )


def find_registration(
    session: Session, ring: Keyring, secret: str, *, now: datetime
) -> Registration:
    """Return what a link confirms.

    Raises:
        RegistrationNotFound: the link is not good, or not any more.
    """
    link = find_one_time(session, secret, purpose=Purpose.REGISTRATION_LINK, now=now)
    found = None
    if link is not None:
        found = open_registration(session, ring, open_payload(ring, link).decode(), now=now)
    if found is None:
        raise RegistrationNotFound("register again: a link is good once, for three days")
    return found


def confirm_registration(
    session: Session, ring: Keyring, *, secret: str, seen: Registration, now: datetime
) -> Account:
    """Make the account, its organisation and its place as manager there; of two at once, one succeeds.

    The organisation is an enterprise that nobody has verified.

    Args:
        session: the caller's transaction.
        ring: opens what was kept, and seals what is made.
        secret: of the link.
        seen: the registration whose password was shown.
        now: the moment of the request.

    Raises:
        RegistrationNotFound: the link is not good any more, or the address was registered anew.
        EmailTaken: the address has come by an account since.
    """
    found = find_registration(session, ring, secret, now=now)
    link = use_one_time(session, secret, purpose=Purpose.REGISTRATION_LINK, now=now)
    used = session.execute(
        delete(OneTimeSecret)
        .where(OneTimeSecret.digest == _digest_of(ring, found.email))
        .returning(OneTimeSecret.digest)
    ).first()
    if link is None or used is None or found != seen:
        raise RegistrationNotFound("the registration was confirmed or changed at this very moment")
    account = create_account(
        session,
        ring,
        email=found.email,
        name=found.name,
        script=found.script,
        password_hash=found.password_hash,
        now=now,
    )
    organisation = create_organisation(
        session, kind=OrganisationKind.ENTERPRISE, name=found.organisation, now=now
    )
    add_member(
        session,
        account_id=account.id,
        organisation=organisation,
        kind=UserKind.ENTERPRISE,
        is_manager=True,
        now=now,
    )
    record_organisation(
        session,
        Actor(UserKind.ENTERPRISE, str(account.id), organisation.id),
        Action.ORGANISATION_FOUNDED,
        organisation.id,
        kind=str(OrganisationKind.ENTERPRISE),
        by="registration",
    )
    return account


def _digest_of(ring: Keyring, email: str) -> str:
    # Not the digest by which accounts are found: the two tables tell nothing of each other.
    return ring.digest(digest_of_email(ring, email), purpose=Purpose.REGISTRATION)
