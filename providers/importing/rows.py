"""Rows of the provider and evidence tables as they are imported."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from core.names import refuse_unsafe_name
from providers.importing.cells import (
    Codes,
    ImportRow,
    Labels,
    Languages,
    Name,
    Switch,
    Terms,
    Values,
)
from providers.models import EvidenceKind, ProviderKind, ProviderStatus

Reference = Annotated[Name, StringConstraints(min_length=1, max_length=120)]


class ProviderRow(ImportRow):
    """A firm or person; what the row does not say is unknown."""

    source_ref: Reference
    name: Annotated[
        str, AfterValidator(refuse_unsafe_name), StringConstraints(min_length=1, max_length=300)
    ]
    kind: ProviderKind
    home_jurisdiction: str | None = None
    city: Annotated[Name, StringConstraints(max_length=120)] | None = None
    status: ProviderStatus | None = Field(
        default=None, description="Empty: published for a new provider, else as it stands"
    )
    languages: Languages | None = None
    qualified_in: Terms | None = None
    network_in: Codes | None = None
    is_accepting: Switch | None = None
    listed_as: Values | None = None
    sector_codes: Codes = Field(default_factory=list)


class EvidenceRow(ImportRow):
    """One piece of evidence of one provider of the same source."""

    provider_ref: Reference
    matter_ref: Reference
    kind: EvidenceKind
    title: str = Field(default="", max_length=500)
    description: str = Field(default="", max_length=20_000)
    jurisdictions: Codes = Field(default_factory=list)
    sector_codes: Codes = Field(default_factory=list)
    dated_on: date | None = None
    amount_usd: Decimal | None = Field(default=None, ge=0, max_digits=18, decimal_places=2)
    client_ref: Reference | None = None
    is_verified: Switch = False
    labels: Labels = Field(default_factory=dict)
