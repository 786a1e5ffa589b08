"""Tables of demand: needs, every version of them, and the recommendations made for them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Owned, UtcDateTime
from core.identity.models import Organisation


class Need(Owned, Base):
    """What an enterprise is looking for. Its content is in its versions, `version` is current.

    `tenant_id` is the organisation whose need it is; nobody else may know that there is one. Every
    row that hangs on a need repeats it, and refers to its need by both, so that no row can be made to
    hang on somebody else's.
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        UniqueConstraint("tenant_id", "id"),
        Index("ix_need_created_at_id", "created_at", "id"),
        Index("ix_need_tenant_id_created_at_id", "tenant_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    current: Mapped["NeedVersion"] = relationship(
        viewonly=True,
        uselist=False,
        lazy="joined",
        primaryjoin=(
            "and_(Need.id == foreign(NeedVersion.need_id), "
            "Need.version == foreign(NeedVersion.version))"
        ),
    )


class NeedVersion(Owned, Base):
    """One version of a need, never changed: what was said, and how its text was read.

    `structured` is a `schemas.StructuredNeed`, `reading` a `schemas.ReadingRead` or null for a
    need without text.
    """

    __tablename__ = "need_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "need_id", "version"),
        ForeignKeyConstraint(
            ["tenant_id", "need_id"], ["need.tenant_id", "need.id"], ondelete="CASCADE"
        ),
    )

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[UUID]
    structured: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: JSON, checked by the schema
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # Any: as above
    written_by: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReadingCorrection(Owned, Base):
    """A field in which a need means something else than was read, kept with its author's consent.

    Material for improving the reading: the text and its reading are those of the need version.
    Rows go with the consent, and with the need.
    """

    __tablename__ = "reading_correction"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "need_id", "version"],
            ["need_version.tenant_id", "need_version.need_id", "need_version.version"],
            ondelete="CASCADE",
        ),
    )

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[UUID]
    read: Mapped[Any] = mapped_column(JSON)  # Any: a JSON value of the field
    meant: Mapped[Any] = mapped_column(JSON)  # Any: as above
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Recommendation(Owned, Base):
    """What was recommended for one version of a need, word for word.

    `record` is canonical JSON (`enterprises.records`) and is never parsed and written again, so it
    reads back to the same bytes; `sha256` is its checksum.
    """

    __tablename__ = "recommendation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "need_id", "need_version"],
            ["need_version.tenant_id", "need_version.need_id", "need_version.version"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "id"),
        Index("ix_recommendation_need_id_created_at", "need_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    need_id: Mapped[UUID]
    need_version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    matched_on: Mapped[date] = mapped_column(Date)
    versions: Mapped[dict[str, str | int]] = mapped_column(JSON)
    eligible: Mapped[int]
    record: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
