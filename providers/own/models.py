"""The table of claims that were refused, kept for a while so that their firms learn why."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime
from providers.models import EvidenceKind


class RefusalReason(StrEnum):
    """Why staff of the platform did not take a claim."""

    NOT_SHOWN = "not_shown"
    CONTRADICTED = "contradicted"
    NO_EVIDENCE = "no_evidence"
    CONFIDENTIAL = "confidential"


class RefusedClaim(Base):
    """A claim that is evidence no more: what it was called and why it was refused, no more."""

    __tablename__ = "refused_claim"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[EvidenceKind] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(500))
    reason: Mapped[RefusalReason] = mapped_column(String(20))
    refused_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
