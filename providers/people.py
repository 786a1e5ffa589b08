"""Every part of the platform that keeps something of people, and who all of them are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.identity.models import Account, AccountStatus, Membership, Organisation, PersonKey
from core.privacy.parts import PARTS
from core.privacy.people import PersonPart
from providers.contacts.models import FIELDS, Contact, FieldGroup
from providers.contacts.part import ContactPart

PERSON_PARTS: Final[tuple[PersonPart, ...]] = (*PARTS, ContactPart())


@dataclass(frozen=True, slots=True)
class KeptPerson:
    """Somebody of whom something is kept: a random id, where they are, which fields there are."""

    person_id: UUID
    place: str | None
    fields: tuple[str, ...]


def list_people(session: Session) -> Iterator[KeptPerson]:
    """Return everybody whose data can be read: whom a breach of the database concerns.

    The groups of a contact's fields count as whole: what is in them is not opened for this.
    """
    contacts = session.scalars(
        select(Contact).where(Contact.id.in_(select(PersonKey.person_id))).order_by(Contact.id)
    )
    for contact in contacts:
        fields = [name for group in contact.groups for name in FIELDS[FieldGroup(group.group)]]
        yield KeptPerson(contact.id, contact.place, tuple(fields))
    places: dict[UUID, str | None] = {}
    members = session.execute(
        select(Membership.account_id, Organisation.jurisdiction)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(Membership.created_at)
    )
    for account_id, place in members:
        places[account_id] = places.get(account_id) or place
    accounts = session.scalars(
        select(Account.id).where(Account.status != AccountStatus.ERASED).order_by(Account.id)
    )
    for account_id in accounts:
        yield KeptPerson(account_id, places.get(account_id), ("email", "name"))
