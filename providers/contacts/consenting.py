"""What people at providers agree to: seen and written down by staff, and by the provider's own users."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.identity import policy
from core.identity.actor import Actor, UserKind
from core.identity.models import Organisation
from core.privacy.consents import agreements_of, list_consents, record_consent
from core.privacy.law import TransferBasis
from core.privacy.models import Consent, Purpose
from core.sealing import Keyring
from providers.contacts.errors import ContactNotFound
from providers.contacts.models import Contact, FieldGroup
from providers.contacts.queries import list_contacts
from providers.importing.cells import Name
from providers.own.access import own_provider_id


class ConsentCreate(BaseModel):
    """What a person said: that they agree to a purpose, or do not any more."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    group: FieldGroup | None = Field(
        default=None, description="For which of their fields; null for all of them."
    )
    is_given: StrictBool
    notice_version: Annotated[Name, StringConstraints(min_length=1, max_length=40)] = Field(
        description="Of the notice they were given."
    )
    evidence: Annotated[Name, StringConstraints(min_length=1, max_length=300)] = Field(
        description="Where the proof lies; stored sealed."
    )


class ConsentRead(BaseModel):
    """One row of what a person said, never changed."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    purpose: Purpose
    group: FieldGroup | None = Field(validation_alias="field_group")
    is_given: bool
    notice_version: str
    recorded_at: datetime


class AgreementRead(BaseModel):
    """What holds now of a purpose."""

    purpose: Purpose
    groups: list[FieldGroup] = Field(description="Of those stored, the groups they agree for.")


class GroupRead(BaseModel):
    """A group of fields that is stored of a person, without what stands in it."""

    group: FieldGroup
    purposes: list[Purpose] = Field(description="What the notice named when it was collected.")
    notice_version: str
    collected_on: date


class ContactStandRead(BaseModel):
    """A person at a provider by their random id, and what they agree to; who they are stays sealed."""

    id: UUID
    provider_id: UUID
    place: str
    transfer_basis: TransferBasis
    groups: list[GroupRead]
    agrees_to: list[AgreementRead]


def access_contact(session: Session, actor: Actor, contact_id: UUID) -> Contact:
    """Return a contact whose consents the actor may keep.

    Raises:
        SignInNeeded, SecondFactorNeeded: nobody has shown who they are.
        ContactNotFound: there is none, or it is a person of another provider.
    """
    contact = session.get(Contact, contact_id)
    is_own = contact is not None and contact.provider_id == _provider_of(session, actor)
    hidden = ContactNotFound(f"no contact has the id {contact_id}")
    policy.require(policy.may_keep_consents(actor, is_own=is_own), actor, hidden)
    if contact is None:
        raise hidden
    return contact


def list_stands(
    session: Session, actor: Actor, *, provider_id: UUID | None
) -> list[ContactStandRead]:
    """Return what the people of a provider agree to.

    Args:
        session: the caller's transaction.
        actor: staff, or of a provider.
        provider_id: of which; None for one's own, and for staff for all of them.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden, NoProfile: the actor keeps no consents.
    """
    if actor.kind in {UserKind.PROVIDER, UserKind.SERVICE}:
        own = own_provider_id(session, actor)
        contacts = list_contacts(session, own) if provider_id in {None, own} else []
    else:
        actor.require(*policy.STAFF)
        contacts = list_contacts(session, provider_id)
    return _describe(session, contacts)


def record_contact_consent(
    session: Session,
    actor: Actor,
    ring: Keyring,
    *,
    contact_id: UUID,
    said: ConsentCreate,
    now: datetime,
    seen: int | None = None,
) -> Consent:
    """Write down what a person at a provider said; it holds from the next request on.

    Args:
        session: the caller's transaction.
        actor: who writes it down.
        ring: the deployment's keys.
        contact_id: who said it.
        said: what.
        now: the moment.
        seen: the number of the last row that the actor had before them, 0 for none; None if they
            do not say.

    Raises:
        SignInNeeded, SecondFactorNeeded, ContactNotFound: see `access_contact`.
        Conflict: more was written down than the actor had seen.
        PersonErased, PersonNotFound: there is nobody who could agree.
    """
    contact = access_contact(session, actor, contact_id)
    # Of two who write at once the second sees the first.
    session.refresh(contact, with_for_update=True)
    if seen is not None and seen != max(
        (row.number for row in list_consents(session, contact.id)), default=0
    ):
        raise Conflict("something was written down meanwhile: look at it, then write again")
    return record_consent(
        session,
        actor,
        ring,
        person_id=contact.id,
        purpose=said.purpose,
        field_group=said.group,
        is_given=said.is_given,
        notice_version=said.notice_version,
        evidence=said.evidence,
        now=now,
    )


def list_contact_consents(session: Session, actor: Actor, contact_id: UUID) -> list[ConsentRead]:
    """Return all that a person at a provider said, oldest first.

    Raises:
        SignInNeeded, SecondFactorNeeded, ContactNotFound: see `access_contact`.
    """
    contact = access_contact(session, actor, contact_id)
    return [ConsentRead.model_validate(row) for row in list_consents(session, contact.id)]


def _describe(session: Session, contacts: Sequence[Contact]) -> list[ContactStandRead]:
    agreed = agreements_of(session, [contact.id for contact in contacts])
    return [
        ContactStandRead(
            id=contact.id,
            provider_id=contact.provider_id,
            place=contact.place,
            transfer_basis=TransferBasis(contact.transfer_basis),
            groups=[
                GroupRead(
                    group=FieldGroup(one.group),
                    purposes=[Purpose(purpose) for purpose in one.purposes],
                    notice_version=one.notice_version,
                    collected_on=one.collected_on,
                )
                for one in contact.groups
            ],
            agrees_to=[
                AgreementRead(purpose=purpose, groups=groups)
                for purpose, said in sorted(agreed[contact.id].items())
                if (
                    groups := [
                        FieldGroup(one.group) for one in contact.groups if said.covers(one.group)
                    ]
                )
            ],
        )
        for contact in contacts
    ]


def _provider_of(session: Session, actor: Actor) -> UUID | None:
    if actor.kind not in {UserKind.PROVIDER, UserKind.SERVICE} or actor.tenant_id is None:
        return None
    organisation = session.get(Organisation, actor.tenant_id)
    return None if organisation is None else organisation.provider_id
