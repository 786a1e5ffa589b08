"""Tables of privacy duties.

People are named by a random id only; who that is, their own data say, which go with their key.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Connection, Index, LargeBinary, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from core.db import Base, UtcDateTime
from core.privacy.law import RequestKind, TransferBasis


class Purpose(StrEnum):
    """What a person's data may be used for; each use needs a consent of its own.

    Attributes:
        DIRECTORY: shown to members of the platform with the provider's profile.
        REFERRAL: given to an enterprise to which the provider is introduced.
        MARKETING_OWN: the platform's own direct marketing.
        MARKETING_OTHERS: given to others for theirs.
        TRANSFER_ABROAD: leaving the person's jurisdiction for any of the others.
    """

    DIRECTORY = "directory"
    REFERRAL = "referral"
    MARKETING_OWN = "marketing_own"
    MARKETING_OTHERS = "marketing_others"
    TRANSFER_ABROAD = "transfer_abroad"


class Consent(Base):
    """What a person agreed to, or took back: one row each time, never changed.

    `number` rises with each row of a person; the latest of a purpose holds. `field_group` names the
    fields it is about; without, it is about all of them, whatever was said of some before.
    `evidence` says where the proof lies, sealed with the person's key; `recorded_by` who wrote it
    down.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "purpose IN ('directory', 'referral', 'marketing_own', 'marketing_others', "
            "'transfer_abroad')",
            name="purpose",
        ),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purpose: Mapped[Purpose] = mapped_column(String(20))
    field_group: Mapped[str | None] = mapped_column(String(12))
    is_given: Mapped[bool]
    notice_version: Mapped[str] = mapped_column(String(40))
    evidence: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TransferKind(StrEnum):
    """How data came to a recipient."""

    SHOWN = "shown"
    SENT = "sent"
    STORED = "stored"


class Transfer(Base):
    """A person's data that left their jurisdiction: who, what, to whom, where, on which basis."""

    __tablename__ = "personal_transfer"
    __table_args__ = (
        CheckConstraint("kind IN ('shown', 'sent', 'stored')", name="kind"),
        Index("ix_personal_transfer_person_id_at", "person_id", "at"),
        Index("ix_personal_transfer_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    person_place: Mapped[str] = mapped_column(String(12))
    kind: Mapped[TransferKind] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(20))
    fields: Mapped[list[str]] = mapped_column(JSON)
    is_sensitive: Mapped[bool]
    recipient_id: Mapped[UUID | None]
    recipient_country: Mapped[str] = mapped_column(String(2))
    onward: Mapped[list[str]] = mapped_column(JSON)
    law: Mapped[str] = mapped_column(String(20))
    basis: Mapped[TransferBasis] = mapped_column(String(20))
    contract_ref: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TransferYear(Base):
    """How many different people's data left under a law in a calendar year, where the law applies."""

    __tablename__ = "personal_transfer_year"

    law: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    persons: Mapped[int]
    sensitive_persons: Mapped[int]


class TransferPerson(Base):
    """A person counted in a year."""

    __tablename__ = "personal_transfer_person"

    law: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    is_sensitive: Mapped[bool]


class PersonRequest(Base):
    """What a person asked for, and by when it has to be dealt with.

    `person_id` is None while it is not known who asks. What they wrote is not kept here.
    """

    __tablename__ = "person_request"
    __table_args__ = (
        CheckConstraint("kind IN ('access', 'correction', 'erasure', 'withdrawal')", name="kind"),
        CheckConstraint(
            "outcome IN ('done', 'refused', 'withdrawn') OR outcome IS NULL", name="outcome"
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        Index("ix_person_request_carry_out_at", "carry_out_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None]
    kind: Mapped[RequestKind] = mapped_column(String(12))
    place: Mapped[str | None] = mapped_column(String(12))
    law: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_at: Mapped[datetime] = mapped_column(UtcDateTime)
    carry_out_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_extended: Mapped[bool]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))


class PersonTombstone(Base):
    """That somebody was erased, and why; nothing of them is in it."""

    __tablename__ = "person_tombstone"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(60))
    request_id: Mapped[UUID | None]
    erased_by: Mapped[str] = mapped_column(String(120))
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ErasedDigest(Base):
    """A keyed digest of an erased person: whoever brings their data in again is refused."""

    __tablename__ = "erased_digest"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)


@event.listens_for(Consent, "before_update")
def _refuse_update(_mapper: Mapper[Consent], _connection: Connection, _row: Consent) -> None:
    raise ValueError("a consent is never changed: write another row")
