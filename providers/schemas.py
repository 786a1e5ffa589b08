"""Providers and their evidence as they are sent. Null means *unknown*, an empty list *none*."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from providers.models import (
    EvidenceJurisdiction,
    EvidenceKind,
    EvidenceSector,
    ProviderKind,
    ProviderSector,
    ProviderStatus,
    SectorBasis,
)


class ProviderSectorRead(BaseModel):
    """A sector under which a provider is listed, or which it claims."""

    model_config = ConfigDict(from_attributes=True)

    sector_code: str
    basis: SectorBasis


class ProviderRead(BaseModel):
    """A provider's profile."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    source: str = Field(description="The data set that the profile comes from.")
    source_ref: str = Field(description="The provider's id there.")
    name: str
    kind: ProviderKind
    home_jurisdiction: str | None
    city: str | None
    status: ProviderStatus
    languages: list[str] | None = Field(description="BCP 47 tags; null where not known.")
    qualified_in: dict[str, date | None] | None = Field(
        description="Jurisdiction to the last day on which the qualification is known to hold."
    )
    network_in: list[str] | None = Field(description="Served through a named local partner.")
    is_accepting: bool | None
    listed_as: list[str] | None = Field(description="The source's own words for what it does.")
    sectors: list[ProviderSectorRead]
    version: int
    created_at: datetime
    updated_at: datetime

    @field_validator("sectors", mode="before")
    @classmethod
    def _sort(cls, value: list[ProviderSector]) -> list[ProviderSector]:
        return sorted(value, key=lambda sector: sector.sector_code)


class EvidenceRead(BaseModel):
    """One piece of evidence of a provider."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    provider_id: UUID
    source: str
    matter_ref: str = Field(description="The same for the partners of a joint venture.")
    kind: EvidenceKind
    title: str
    description: str
    jurisdictions: list[str]
    sectors: list[str] = Field(description="By the documented crosswalk; empty where it has none.")
    dated_on: date | None
    amount_usd: float | None
    client_ref: str | None
    labels: dict[str, str] = Field(description="The source's own words, as they stand there.")
    is_verified: bool

    @field_validator("jurisdictions", mode="before")
    @classmethod
    def _codes_of_jurisdictions(cls, value: list[EvidenceJurisdiction] | list[str]) -> list[str]:
        return [row if isinstance(row, str) else row.jurisdiction_code for row in value]

    @field_validator("sectors", mode="before")
    @classmethod
    def _codes_of_sectors(cls, value: list[EvidenceSector] | list[str]) -> list[str]:
        return [row if isinstance(row, str) else row.sector_code for row in value]
