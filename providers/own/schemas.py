"""A provider's own profile as its people read and change it. Null means *unknown*."""

import unicodedata
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    field_validator,
    model_validator,
)

from core.names import refuse_unsafe_name
from providers.credentials import ExpiryStage
from providers.importing.cells import Languages, Name
from providers.models import EvidenceKind
from providers.own.models import RefusalReason
from providers.schemas import ProviderRead

MAX_CLAIMED_SECTORS = 12
"""Whoever claims more without evidence is taken at none of its claims (`matching.claims`)."""
MAX_CODES = 20
MAX_DESCRIPTION = 4_000


def _refuse_control_characters(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t":
            raise ValueError(f"take out the character U+{ord(character):04X}")
    return text


Words = Annotated[str, AfterValidator(_refuse_control_characters)]
FirmName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(refuse_unsafe_name),
]
Codes = Annotated[
    list[Annotated[Words, Field(min_length=1, max_length=20)]], Field(max_length=MAX_CODES)
]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CredentialRead(BaseModel):
    """A qualification that runs out within 30 days, or has."""

    jurisdiction: str
    last_on: date = Field(description="The last day on which it is known to hold.")
    stage: ExpiryStage


class OwnProviderRead(ProviderRead):
    """A provider's profile as its own people see it."""

    status_reason: str | None = Field(description="Why it is not published, where it is not.")
    credentials: list[CredentialRead] = Field(description="What runs out soon, or has.")
    evidence_verified: int = Field(description="How many pieces of evidence are verified.")
    evidence_unverified: int = Field(description="How many are claims that nobody has verified.")


class OwnProviderChange(_Sent):
    """What a provider's people may change themselves; what is left out stays as it is.

    Where it is based, is qualified and works through partners is for the operators to verify: claim
    it as a piece of evidence.
    """

    version: Annotated[int, Field(ge=1, le=2_147_483_646)] | None = Field(
        default=None, description="The version that was read; not needed with `If-Match`."
    )
    name: FirmName | None = None
    city: Annotated[Name, StringConstraints(min_length=1, max_length=120)] | None = None
    languages: Annotated[Languages, Field(max_length=MAX_CODES)] | None = Field(
        default=None, description="Tags such as `en`, `yue`."
    )
    is_accepting: StrictBool | None = Field(default=None, description="Whether it takes new work.")
    claimed_sectors: (
        Annotated[
            list[Annotated[Words, Field(min_length=1, max_length=20)]],
            Field(max_length=MAX_CLAIMED_SECTORS),
        ]
        | None
    ) = Field(
        default=None,
        description="Sectors that it says it works in, beside those it is listed under.",
    )

    @field_validator("claimed_sectors")
    @classmethod
    def _each_once(cls, value: list[str] | None) -> list[str] | None:
        return value and list(dict.fromkeys(value))

    @model_validator(mode="after")
    def _names_are_not_taken_away(self) -> Self:
        for field in ("name", "claimed_sectors"):
            if field in self.model_fields_set and getattr(self, field) is None:
                raise ValueError(f"{field} may be left out, but not be null")
        return self


class ClaimCreate(_Sent):
    """A piece of evidence in the provider's own words; it counts as a claim until it is verified."""

    kind: EvidenceKind
    title: Annotated[
        Words, StringConstraints(strip_whitespace=True), Field(min_length=1, max_length=500)
    ]
    description: Annotated[
        Words, StringConstraints(strip_whitespace=True), Field(max_length=MAX_DESCRIPTION)
    ] = ""
    jurisdictions: Codes = Field(default_factory=list)
    sector_codes: Codes = Field(default_factory=list)
    dated_on: date | None = Field(default=None, description="When the work ended, if it did.")


class Verification(_Sent):
    """Whether a piece of evidence was checked against its source."""

    is_verified: StrictBool


class Refusal(_Sent):
    """Why a claim is not taken."""

    reason: RefusalReason = Field(
        description="`not_shown`: nothing shows that it is so; `contradicted`: a source says "
        "otherwise; `no_evidence`: it is no piece of evidence; `confidential`: it tells what a "
        "client may have said in confidence."
    )


class RefusedClaimRead(BaseModel):
    """A claim that the operators took out."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: EvidenceKind
    title: str
    reason: RefusalReason
    refused_at: datetime


class RefusedClaims(BaseModel):
    """The claims of a firm that were refused within half a year and not dismissed, latest first."""

    items: list[RefusedClaimRead]


class Tie(_Sent):
    """The profile that an organisation answers for; null for none any more."""

    provider_id: UUID | None
