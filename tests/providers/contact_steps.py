"""Contacts made up for tests."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.identity.actor import OPERATOR, Actor, UserKind
from core.identity.models import Organisation
from core.privacy.law import TransferBasis
from core.privacy.models import Purpose
from core.sealing import Keyring
from providers.contacts.models import Contact
from providers.contacts.schemas import ContactRow
from providers.contacts.service import digest_of, save_contacts
from providers.importing.spec import NumberedRow
from providers.importing.supply import provider_id
from providers.models import Provider, ProviderKind, ProviderStatus
from tests.core.identity.people import make_organisation
from tests.factories import NOW

RING = Keyring([bytes(range(32))])
SOURCE = "synthetic"
DIRECTORY = (Purpose.DIRECTORY,)
BOTH = (Purpose.DIRECTORY, Purpose.TRANSFER_ABROAD)


def make_firm(session: Session, ref: str = "firm") -> UUID:
    """Store a provider under a name of its source."""
    key = provider_id(SOURCE, ref)
    if session.get(Provider, key) is None:
        session.add(
            Provider(
                id=key,
                source=SOURCE,
                source_ref=ref,
                name=f"Synthetic {ref}",
                name_folded=f"synthetic {ref}",
                kind=ProviderKind.LAW_FIRM,
                status=ProviderStatus.PUBLISHED,
                version=1,
                created_at=NOW,
                updated_at=NOW,
            )
        )
        session.flush()
    return key


def row_of(
    name: str = "Synthetic Person",
    *,
    ref: str = "firm",
    place: str = "HK",
    basis: TransferBasis = TransferBasis.NONE,
    consents: Sequence[Purpose] = DIRECTORY,
    **fields: str,
) -> ContactRow:
    """A row of a table of contacts."""
    return ContactRow(
        provider_ref=ref,
        name=name,
        email=fields.pop("email", f"{abs(hash(name))}@firm.example"),
        place=place,
        transfer_basis=basis,
        notice_version="2026-1",
        collected_on=date(2026, 11, 1),
        purposes=[Purpose.DIRECTORY, Purpose.REFERRAL],
        consents=list(consents),
        evidence="form 17",
        **fields,
    )


def save(session: Session, *rows: ContactRow, home: str = "HK") -> list[UUID]:
    """Store contacts; return their ids in the order of the rows."""
    save_contacts(
        session,
        OPERATOR,
        RING,
        [NumberedRow(number, row) for number, row in enumerate(rows, start=2)],
        source=SOURCE,
        platform_place=home,
        now=NOW,
    )
    found = {contact.digest: contact.id for contact in session.scalars(select(Contact))}
    return [found[digest_of(RING, provider_id(SOURCE, row.provider_ref), row)] for row in rows]


def member_of(session: Session, place: str | None, kind: UserKind = UserKind.ENTERPRISE) -> Actor:
    """A user of a new organisation at a place."""
    organisation_id = make_organisation(session, kind)
    session.get_one(Organisation, organisation_id).jurisdiction = place
    session.flush()
    return Actor(kind, "somebody", organisation_id)
