"""Showing contacts: the one place where what is sealed of them is opened for somebody else.

Each is shown only where the person agreed to the purpose, the notice named it for those fields, and
the transfer ledger lets it go to where the recipient is. Nothing of it is cached: what is taken back
is gone with the next request.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import Forbidden
from core.identity.actor import OPEN_ACCESS_ID, Actor, UserKind
from core.privacy.consents import Agreement, agreements_of
from core.privacy.errors import PersonErased, PersonNotFound, TransferRefused
from core.privacy.keys import open_key
from core.privacy.law import TransferBasis
from core.privacy.ledger import DataSubject, record_transfer
from core.privacy.models import Purpose, TransferKind
from core.privacy.recipients import is_unverified
from core.privacy.transfers import Recipient
from core.sealing import Keyring, PersonSeal
from providers.contacts.models import Contact, ContactFields
from providers.contacts.queries import list_contacts
from providers.queries import get_provider

# Who may be shown contacts for a purpose. There is no marketing: nobody is shown them for that.
_MAY_SEE: Final[Mapping[Purpose, tuple[UserKind, ...]]] = {
    Purpose.DIRECTORY: (
        UserKind.ENTERPRISE,
        UserKind.PROVIDER,
        UserKind.SERVICE,
        UserKind.OPERATOR,
        UserKind.ADMINISTRATOR,
    ),
    Purpose.REFERRAL: (UserKind.OPERATOR, UserKind.ADMINISTRATOR),
}


@dataclass(frozen=True, slots=True)
class OpenContact:
    """A contact as it may be shown to the recipient it was opened for.

    Attributes:
        contact_id: the person's random id.
        place: where the person is.
        fields: what is shown, by name.
        notice_version: of the notice with which it was collected.
        is_transfer: whether showing it takes it out of the person's jurisdiction.
    """

    contact_id: UUID
    place: str
    fields: Mapping[str, str]
    notice_version: str
    is_transfer: bool


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What somebody is shown of a provider's contacts, and how many are withheld."""

    shown: tuple[OpenContact, ...]
    withheld: int


def disclose_contacts(
    session: Session,
    actor: Actor,
    ring: Keyring,
    *,
    provider_id: UUID,
    recipient: Recipient,
    purpose: Purpose,
    now: datetime,
) -> Disclosed:
    """Open the contacts of a provider for a recipient, and write down each that leaves its place.

    Raises:
        ProviderNotFound: there is none, or it is not published.
        SignInNeeded, Forbidden: this user is shown no contacts, or not for this purpose.
    """
    allowed = _MAY_SEE.get(purpose)
    if allowed is None:
        raise Forbidden(f"contacts are not shown for {purpose}")
    actor.require(*allowed)
    provider = get_provider(session, provider_id)
    contacts = list_contacts(session, provider.id)
    # Nobody knows who that is, or where: the law of the place could not be kept.
    if actor.tenant_id == OPEN_ACCESS_ID or is_unverified(session, actor):
        return Disclosed((), len(contacts))
    agreed = agreements_of(session, [contact.id for contact in contacts])
    shown = [
        opened
        for contact in contacts
        if (
            opened := _open(
                session,
                ring,
                contact,
                agreed=agreed[contact.id],
                recipient=recipient,
                purpose=purpose,
                now=now,
            )
        )
    ]
    if shown:
        people = [str(one.contact_id) for one in shown]
        subject = Subject(SubjectKind.PROVIDER, str(provider_id), actor.tenant_id)
        record(
            session, actor, Action.CONTACTS_SHOWN, subject, {"purpose": purpose, "people": people}
        )
    return Disclosed(tuple(shown), len(contacts) - len(shown))


def _open(
    session: Session,
    ring: Keyring,
    contact: Contact,
    *,
    agreed: Mapping[Purpose, Agreement],
    recipient: Recipient,
    purpose: Purpose,
    now: datetime,
) -> OpenContact | None:
    said = agreed.get(purpose)
    if said is None:
        return None
    groups = [
        group for group in contact.groups if purpose in group.purposes and said.covers(group.group)
    ]
    if not groups:
        return None
    try:
        seal = open_key(session, ring, contact.id)
    except (PersonErased, PersonNotFound):
        return None  # erased, and back with an older state of the database
    fields = _fields(seal, groups)
    try:
        row = record_transfer(
            session,
            subject_of(contact, frozenset(one for one, it in agreed.items() if it.is_given)),
            kind=TransferKind.SHOWN,
            purpose=purpose,
            fields=sorted(fields),
            recipient=recipient,
            now=now,
        )
    except TransferRefused:
        return None
    return OpenContact(
        contact.id, contact.place, fields, groups[0].notice_version, is_transfer=row is not None
    )


def subject_of(contact: Contact, agreed: frozenset[Purpose]) -> DataSubject:
    """Return a contact as the ledger knows people."""
    return DataSubject(
        contact.id,
        contact.place,
        TransferBasis(contact.transfer_basis),
        contact.contract_ref,
        has_separate_consent=Purpose.TRANSFER_ABROAD in agreed,
    )


def _fields(seal: PersonSeal, groups: list[ContactFields]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for group in groups:
        fields |= json.loads(seal.open(group.sealed, purpose=sealed_as(group.group)))
    return fields


def sealed_as(group: str) -> str:
    """Return the purpose with which a group of fields is sealed."""
    return f"contact {group}"
