"""Tables of contacts: who can be reached at a provider; all that tells who is sealed."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime
from core.privacy.law import TransferBasis


class FieldGroup(StrEnum):
    """Fields that are collected, used and shown together.

    Attributes:
        IDENTITY: name and role.
        BUSINESS: e-mail address and telephone number at work.
        MESSENGER: accounts of messengers.
    """

    IDENTITY = "identity"
    BUSINESS = "business"
    MESSENGER = "messenger"


FIELDS: dict[FieldGroup, tuple[str, ...]] = {
    FieldGroup.IDENTITY: ("name", "role"),
    FieldGroup.BUSINESS: ("email", "phone"),
    FieldGroup.MESSENGER: ("wechat", "whatsapp"),
}


class Contact(Base):
    """A person at a provider; the id is the person's.

    `place` is where the person is, `transfer_basis` with `contract_ref` what allows their data to
    leave it. `digest` finds the same person in another import; it says nothing without our keys.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint(
            "transfer_basis IN ('none', 'consent', 'contract', 'below_threshold', "
            "'standard_contract', 'certification', 'security_assessment', 'impact_dossier', "
            "'gba_contract')",
            name="transfer_basis",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[str] = mapped_column(String(12))
    transfer_basis: Mapped[TransferBasis] = mapped_column(String(20))
    contract_ref: Mapped[str | None] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    groups: Mapped[list["ContactFields"]] = relationship(
        cascade="all, delete-orphan", order_by="ContactFields.group", lazy="selectin"
    )


class ContactFields(Base):
    """A group of a contact's fields: JSON, sealed with the person's key.

    `purposes` are those that the notice named when they were collected, `source` where from.
    """

    __tablename__ = "contact_fields"
    __table_args__ = (
        CheckConstraint("field_group IN ('identity', 'business', 'messenger')", name="field_group"),
    )

    contact_id: Mapped[UUID] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    group: Mapped[FieldGroup] = mapped_column("field_group", String(12), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    purposes: Mapped[list[str]] = mapped_column(JSON)
    notice_version: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(60))
    collected_on: Mapped[date] = mapped_column(Date)
