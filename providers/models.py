"""Tables of supply: providers, what is known of them, and their evidence."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime


class ProviderKind(StrEnum):
    """What sort of firm or person a provider is."""

    LAW_FIRM = "law_firm"
    ACCOUNTING_FIRM = "accounting_firm"
    CONSULTING_FIRM = "consulting_firm"
    NOTARY_OFFICE = "notary_office"
    INSTITUTION = "institution"
    INDIVIDUAL = "individual"
    OTHER = "other"


class ProviderStatus(StrEnum):
    """Where a profile stands; only published ones are proposed."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUSPENDED = "suspended"


class SectorBasis(StrEnum):
    """How a provider comes to be listed under a sector."""

    LISTED = "listed"
    CLAIMED = "claimed"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    PAST_MATTER = "past_matter"
    PUBLICATION = "publication"
    CREDENTIAL = "credential"
    STATEMENT = "statement"


class Provider(Base):
    """A firm or person that offers professional services.

    A null in `languages`, `qualified_in`, `network_in` or `is_accepting` means *unknown*, which
    is not the same as an empty list. `own_fields` names what the firm wrote itself: an import of its
    source leaves that as it is.
    """

    __tablename__ = "provider"
    __table_args__ = (
        UniqueConstraint("source", "source_ref"),
        CheckConstraint("status IN ('draft', 'published', 'suspended')", name="status"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_provider_status_name_folded_id", "status", "name_folded", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    source_ref: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(300))
    name_folded: Mapped[str] = mapped_column(String(300), index=True)
    kind: Mapped[ProviderKind] = mapped_column(String(30))
    home_jurisdiction: Mapped[str | None] = mapped_column(ForeignKey("jurisdiction.code"))
    city: Mapped[str | None] = mapped_column(String(120))
    status: Mapped[ProviderStatus] = mapped_column(String(20))
    status_reason: Mapped[str | None] = mapped_column(String(500))
    languages: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    qualified_in: Mapped[dict[str, str | None] | None] = mapped_column(JSON(none_as_null=True))
    network_in: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    is_accepting: Mapped[bool | None]
    listed_as: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    own_fields: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    sectors: Mapped[list["ProviderSector"]] = relationship(
        cascade="all, delete-orphan", order_by="ProviderSector.sector_code", lazy="selectin"
    )


class ProviderSector(Base):
    """A sector under which a provider is listed or which it claims, apart from its evidence."""

    __tablename__ = "provider_sector"

    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True
    )
    sector_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    basis: Mapped[SectorBasis] = mapped_column(String(20))


class Evidence(Base):
    """One piece of evidence of one provider.

    Joint-venture partners each have a piece with the same `source` and `matter_ref`. `labels`
    holds the source's own words (service type, sector, method) so that the crosswalk to our
    sector codes can be checked against them.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("provider_id", "source", "matter_ref"),
        Index("ix_evidence_matter", "source", "matter_ref"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), index=True
    )
    source: Mapped[str] = mapped_column(String(60))
    matter_ref: Mapped[str] = mapped_column(String(120))
    kind: Mapped[EvidenceKind] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64), index=True)
    dated_on: Mapped[date | None] = mapped_column(Date)
    amount_usd: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    client_ref: Mapped[str | None] = mapped_column(String(120))
    labels: Mapped[dict[str, str]] = mapped_column(JSON)
    is_verified: Mapped[bool]

    jurisdictions: Mapped[list["EvidenceJurisdiction"]] = relationship(
        cascade="all, delete-orphan",
        order_by="EvidenceJurisdiction.jurisdiction_code",
        lazy="selectin",
    )
    sectors: Mapped[list["EvidenceSector"]] = relationship(
        cascade="all, delete-orphan", order_by="EvidenceSector.sector_code", lazy="selectin"
    )


class EvidenceJurisdiction(Base):
    """A jurisdiction that a piece of evidence concerns."""

    __tablename__ = "evidence_jurisdiction"

    evidence_id: Mapped[UUID] = mapped_column(
        ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True
    )
    jurisdiction_code: Mapped[str] = mapped_column(
        ForeignKey("jurisdiction.code"), primary_key=True, index=True
    )


class EvidenceSector(Base):
    """A sector that a piece of evidence belongs to, where the crosswalk has an honest answer."""

    __tablename__ = "evidence_sector"

    evidence_id: Mapped[UUID] = mapped_column(
        ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True
    )
    sector_code: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)


class TextVector(Base):
    """The vector of a text, by its hash and the encoder's version; never mixed between encoders."""

    __tablename__ = "text_vector"

    encoder_version: Mapped[str] = mapped_column(String(80), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    codes: Mapped[bytes] = mapped_column(LargeBinary)
    scale: Mapped[float]


class CatalogueState(Base):
    """One row whose number rises with each change to what can be matched.

    `catalogue_id` tells databases apart: what was built from one is not used with another.
    `complete_since` is the number after which the log has every change; earlier ones are pruned.
    """

    __tablename__ = "catalogue_state"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    catalogue_id: Mapped[UUID]
    complete_since: Mapped[int]


class CatalogueMark(Base):
    """A random mark for each change of the catalogue, written with it.

    Numbers alone do not tell two pasts apart: a database put back to an earlier state gives the same
    numbers out again, for other changes. The mark at `complete_since` is kept, earlier ones are not.
    """

    __tablename__ = "catalogue_mark"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[UUID]


class ChangeKind(StrEnum):
    """What a change of the catalogue means for whoever follows it.

    Attributes:
        PROVIDER: a provider's profile, status or evidence.
        VECTORS: texts of the provider's evidence were encoded.
        LISTS: sectors, jurisdictions or treaties, which are laid over what is known of providers.
        RANKER: another ranker is in force.
        EVERYTHING: anything may have changed: what was built before has to be built anew.
    """

    PROVIDER = "provider"
    VECTORS = "vectors"
    LISTS = "lists"
    RANKER = "ranker"
    EVERYTHING = "everything"


class CatalogueChange(Base):
    """What changed with a number of the catalogue: a row for each provider concerned.

    No foreign key: the log says of deleted providers that they are gone.
    """

    __tablename__ = "catalogue_change"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[ChangeKind] = mapped_column(String(20))
    provider_id: Mapped[UUID | None]


class ImportState(StrEnum):
    """Whether an import has come to its end."""

    RUNNING = "running"
    DONE = "done"


class ImportRun(Base):
    """One run of `landbridge import`: what was read, how far it came, whether it ended.

    `rows_done` counts rows of the file, bad ones included, so that a broken run knows where to go on.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        UniqueConstraint("kind", "source", "file_sha256"),
        CheckConstraint("state IN ('running', 'done')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    source: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(300))
    file_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(String(20))
    rows_total: Mapped[int]
    rows_done: Mapped[int]
    rows_bad: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
