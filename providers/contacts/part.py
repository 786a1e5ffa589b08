"""What is kept of a person as a contact, for export and erasure."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.privacy.law import TransferBasis
from core.privacy.people import Json
from core.sealing import PersonSeal
from matching.text.folding import fold
from providers.contacts.disclosing import sealed_as
from providers.contacts.models import Contact, ContactFields, FieldGroup
from providers.models import Provider, ProviderKind, ProviderStatus


class ContactPart:
    """A contact with its fields, and the provider by name."""

    name = "contact"

    def export(self, session: Session, seal: PersonSeal, person_id: UUID) -> Json | None:
        """Return the contact with all of its fields, whatever they were collected for."""
        contact = session.get(Contact, person_id)
        if contact is None:
            return None
        provider = session.get_one(Provider, contact.provider_id)
        return {
            "provider": {
                "id": str(provider.id),
                "source": provider.source,
                "source_ref": provider.source_ref,
                "name": provider.name,
                "kind": provider.kind,
            },
            "place": contact.place,
            "transfer_basis": contact.transfer_basis,
            "contract_ref": contact.contract_ref,
            "digest": contact.digest,
            "created_at": contact.created_at.isoformat(),
            "updated_at": contact.updated_at.isoformat(),
            "groups": [
                {
                    "group": group.group,
                    "fields": json.loads(seal.open(group.sealed, purpose=sealed_as(group.group))),
                    "purposes": list(group.purposes),
                    "notice_version": group.notice_version,
                    "source": group.source,
                    "collected_on": group.collected_on.isoformat(),
                }
                for group in sorted(contact.groups, key=lambda one: one.group)
            ],
        }

    def bring_in(self, session: Session, seal: PersonSeal, person_id: UUID, data: Json) -> None:
        """Store them; a provider that is not there becomes a draft, which is shown to nobody."""
        told = data["provider"]
        created_at = datetime.fromisoformat(data["created_at"])
        provider_id = UUID(told["id"])
        if session.get(Provider, provider_id) is None:
            session.add(
                Provider(
                    id=provider_id,
                    source=str(told["source"]),
                    source_ref=str(told["source_ref"]),
                    name=str(told["name"]),
                    name_folded=fold(str(told["name"])),
                    kind=ProviderKind(told["kind"]),
                    status=ProviderStatus.DRAFT,
                    version=1,
                    created_at=created_at,
                    updated_at=created_at,
                )
            )
            session.flush()
        groups = [
            ContactFields(
                group=FieldGroup(row["group"]),
                sealed=seal.seal(
                    json.dumps(row["fields"], ensure_ascii=False, sort_keys=True).encode(),
                    purpose=sealed_as(row["group"]),
                ),
                purposes=[str(one) for one in row["purposes"]],
                notice_version=str(row["notice_version"]),
                source=str(row["source"]),
                collected_on=date.fromisoformat(row["collected_on"]),
            )
            for row in data["groups"]
        ]
        session.add(
            Contact(
                id=person_id,
                provider_id=provider_id,
                place=str(data["place"]),
                transfer_basis=TransferBasis(data["transfer_basis"]),
                contract_ref=data["contract_ref"],
                digest=str(data["digest"]),
                created_at=created_at,
                updated_at=datetime.fromisoformat(data["updated_at"]),
                groups=groups,
            )
        )

    def erase(self, session: Session, person_id: UUID) -> Sequence[str]:
        """Remove the contact; return what the same person would be known by."""
        digest = session.scalar(select(Contact.digest).where(Contact.id == person_id))
        session.execute(delete(ContactFields).where(ContactFields.contact_id == person_id))
        session.execute(delete(Contact).where(Contact.id == person_id))
        return [] if digest is None else [digest]
