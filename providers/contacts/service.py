"""Writes of contacts: brought in from a table all at once, or not at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, PayloadValue, Subject, SubjectKind
from core.identity.actor import Actor, UserKind
from core.identity.models import PersonKey
from core.privacy.consents import list_consents, purposes_of, record_consent
from core.privacy.errors import TransferRefused
from core.privacy.keys import make_key, open_key
from core.privacy.ledger import record_transfer
from core.privacy.models import ErasedDigest, Purpose, TransferKind
from core.privacy.transfers import Recipient
from core.sealing import Keyring
from matching.text.folding import fold
from providers.contacts.disclosing import sealed_as, subject_of
from providers.contacts.errors import ContactsRefused
from providers.contacts.models import Contact, ContactFields, FieldGroup
from providers.contacts.schemas import ContactRow
from providers.importing.spec import NumberedRow
from providers.importing.supply import provider_id
from providers.models import Provider

_SHOWN_PROBLEMS = 10


@dataclass(frozen=True, slots=True)
class ImportedContacts:
    """How many contacts were new, and how many were stored before and written again."""

    new: int
    known: int


def save_contacts(
    session: Session,
    actor: Actor,
    ring: Keyring,
    rows: Sequence[NumberedRow[ContactRow]],
    *,
    source: str,
    platform_place: str,
    now: datetime,
) -> ImportedContacts:
    """Store contacts of a source's providers; storing them here is a transfer for people elsewhere.

    Raises:
        ContactsRefused: a row names no provider, or a person who was erased, or one whose data may
            not be stored where the platform is; it says which rows, and nothing of their content.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    platform = Recipient(None, platform_place)
    problems: list[str] = []
    new = 0
    for numbered in rows:
        try:
            new += _save(
                session,
                actor,
                ring,
                row=numbered.row,
                source=source,
                platform=platform,
                now=now,
            )
        except (_Refused, TransferRefused) as error:
            problems.append(f"row {numbered.row_no}: {error}")
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        said = "; ".join(problems[:_SHOWN_PROBLEMS])
        raise ContactsRefused(said if more <= 0 else f"{said}; and {more} more")
    counts: dict[str, PayloadValue] = {"new": new, "known": len(rows) - new}
    record(session, actor, Action.CONTACTS_IMPORTED, Subject(SubjectKind.TABLE, "contacts"), counts)
    return ImportedContacts(new, len(rows) - new)


class _Refused(Exception):
    """Why a row cannot be stored."""


def _save(
    session: Session,
    actor: Actor,
    ring: Keyring,
    *,
    row: ContactRow,
    source: str,
    platform: Recipient,
    now: datetime,
) -> bool:
    """Store one row; return whether the person is new."""
    provider = session.get(Provider, provider_id(source, row.provider_ref))
    if provider is None:
        raise _Refused(f"provider_ref is no provider of the source {source!r}")
    digest = digest_of(ring, provider.id, row)
    if session.get(ErasedDigest, digest) is not None:
        raise _Refused("the person was erased, and is not stored again")
    contact = session.scalar(select(Contact).where(Contact.digest == digest))
    is_new = contact is None
    if contact is None:
        person_id = uuid4()
        make_key(session, ring, person_id, now=now)
        contact = Contact(
            id=person_id,
            provider_id=provider.id,
            place=row.place,
            transfer_basis=row.transfer_basis,
            contract_ref=row.contract_ref,
            digest=digest,
            created_at=now,
            updated_at=now,
        )
        session.add(contact)
    else:
        contact.place, contact.transfer_basis = row.place, row.transfer_basis
        contact.contract_ref, contact.updated_at = row.contract_ref, now
    session.flush()
    _save_consents(session, actor, ring, person_id=contact.id, row=row, now=now)
    fields = _save_groups(session, ring, contact, row, source)
    record_transfer(
        session,
        subject_of(contact, purposes_of(session, [contact.id])[contact.id]),
        kind=TransferKind.STORED,
        purpose=Purpose.DIRECTORY,
        fields=fields,
        recipient=platform,
        now=now,
    )
    return is_new


def _save_consents(
    session: Session,
    actor: Actor,
    ring: Keyring,
    *,
    person_id: UUID,
    row: ContactRow,
    now: datetime,
) -> None:
    """Write down consents of which nothing is known; what was taken back stays taken back."""
    known = {consent.purpose for consent in list_consents(session, person_id)}
    for purpose in row.consents:
        if purpose not in known:
            record_consent(
                session,
                actor,
                ring,
                person_id=person_id,
                purpose=Purpose(purpose),
                is_given=True,
                notice_version=row.notice_version,
                evidence=row.evidence or "",
                now=now,
            )


def _save_groups(
    session: Session, ring: Keyring, contact: Contact, row: ContactRow, source: str
) -> list[str]:
    """Seal the fields of each group; return the names of all fields."""
    seal = open_key(session, ring, contact.id)
    stored = {group.group: group for group in contact.groups}
    names: list[str] = []
    for group in FieldGroup:
        fields = row.fields_of(group)
        if not fields:
            if group in stored:
                contact.groups.remove(stored[group])
            continue
        written = json.dumps(fields, ensure_ascii=False, sort_keys=True)
        kept = stored.get(group)
        if kept is None:
            kept = ContactFields(group=group)
            contact.groups.append(kept)
        kept.sealed = seal.seal(written.encode(), purpose=sealed_as(group))
        kept.purposes = row.purposes_of(group)
        kept.notice_version = row.notice_version
        kept.source = source
        kept.collected_on = row.collected_on
        names += fields
    session.flush()
    return sorted(names)


def digest_of(ring: Keyring, of_provider: UUID, row: ContactRow) -> str:
    """Return what finds a person again: who at which provider, told by e-mail address or name."""
    who = row.email.casefold() if row.email else fold(row.name)
    return ring.digest(f"{of_provider}|{who}", purpose="contact")


def forget_contacts(session: Session, of_provider: UUID) -> None:
    """Destroy the keys of a provider's contacts; their rows go with the provider."""
    ids = select(Contact.id).where(Contact.provider_id == of_provider)
    session.execute(
        delete(PersonKey)
        .where(PersonKey.person_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
