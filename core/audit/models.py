"""Tables of the audit trail: a chain of events for each organisation, and what they say apart."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Owned, UtcDateTime

HASH_CHARACTERS = 64
SALT_CHARACTERS = 32


class AuditHead(Owned, Base):
    """How far a chain has come. Whoever adds to the chain holds this row until the commit."""

    __tablename__ = "audit_head"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(HASH_CHARACTERS))


class AuditEvent(Owned, Base):
    """Something that was done, never changed and never deleted.

    `hash` is over all else in the row (`core.audit.chain`), and so over the row before. Chains are
    counted from 1 without gaps. No foreign key leads from here: what was done stays known when what
    it was done to is gone.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_at", "at", "tenant_id", "sequence"),
        Index("ix_audit_event_subject_id", "subject_id", "subject_kind"),
        Index("ix_audit_event_actor_id", "actor_id"),
        Index("ix_audit_event_request_id", "request_id"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(200))
    request_id: Mapped[UUID | None]
    payload_sha256: Mapped[str | None] = mapped_column(String(HASH_CHARACTERS))
    previous_hash: Mapped[str] = mapped_column(String(HASH_CHARACTERS))
    hash: Mapped[str] = mapped_column(String(HASH_CHARACTERS))


class AuditPayload(Owned, Base):
    """What an event says beside its row. It may be erased: the chain holds its checksum only.

    `document` is canonical JSON. `salt` is random and goes with it, so that nobody can find out by
    trying what was erased.
    """

    __tablename__ = "audit_payload"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "sequence"], ["audit_event.tenant_id", "audit_event.sequence"]
        ),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(Text)
    salt: Mapped[str] = mapped_column(String(SALT_CHARACTERS))
