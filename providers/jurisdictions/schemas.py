"""Rows of the jurisdiction tables as they are imported, and a jurisdiction as the API shows it."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from providers.importing.cells import Codes, ImportRow, Name, Values

JurisdictionCode = Annotated[
    str, StringConstraints(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?|[0-9]{3}|[A-Z]{3,10})$")
]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
NameText = Annotated[Name, StringConstraints(min_length=1, max_length=120)]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]


class JurisdictionKind(StrEnum):
    """What a code of the list stands for."""

    STATE = "state"
    TERRITORY = "territory"
    SUBDIVISION = "subdivision"
    REGION = "region"
    GROUP = "group"


class InstrumentKind(StrEnum):
    """How many take part in an instrument, and in what way."""

    MULTILATERAL = "multilateral"
    ARRANGEMENT = "arrangement"
    BILATERAL = "bilateral"
    BLOC = "bloc"


class InstrumentSubject(StrEnum):
    """What an instrument is about."""

    ARBITRAL_AWARD = "arbitral_award"
    JUDGMENT = "judgment"
    MEDIATED_SETTLEMENT = "mediated_settlement"
    DOCUMENT_AUTHENTICATION = "document_authentication"
    SERVICE = "service"
    EVIDENCE = "evidence"
    INVESTMENT = "investment"
    TRADE = "trade"
    TAX = "tax"
    INSOLVENCY = "insolvency"
    INTERIM_MEASURES = "interim_measures"
    SALE_OF_GOODS = "sale_of_goods"


class InstrumentStatus(StrEnum):
    """Whether an instrument binds; `extended` is a territory for which its state accepted it."""

    IN_FORCE = "in_force"
    SIGNED = "signed"
    EXTENDED = "extended"


class BilateralKind(StrEnum):
    """Kinds of agreements between two jurisdictions."""

    DTA = "dta"
    BIT = "bit"
    JUDICIAL_ASSISTANCE = "judicial_assistance"
    JUDGMENT_ARRANGEMENT = "judgment_arrangement"
    AWARD_ARRANGEMENT = "award_arrangement"
    FTA = "fta"


class JurisdictionRow(ImportRow):
    """A row of the operators' list of names."""

    code: JurisdictionCode
    kind: JurisdictionKind
    parent_code: JurisdictionCode | None = None
    name_en: NameText
    name_zh_hans: NameText
    name_zh_hant: NameText
    aliases_en: Values = Field(default_factory=list)
    aliases_zh: Values = Field(default_factory=list)
    regions: Codes = Field(default_factory=list)
    name_source: str = Field(min_length=1, max_length=120)


class InstrumentRow(ImportRow):
    """A treaty, arrangement or organisation."""

    instrument_id: str = Field(max_length=60, pattern=r"^[a-z0-9_]+$")
    name_en: str = Field(max_length=300)
    name_zh_hans: str = Field(max_length=300)
    kind: InstrumentKind
    subject: InstrumentSubject
    year: int = Field(ge=1800, le=2100)
    source_url: WebAddress
    as_of: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}(-\d{2})?$")


class MembershipRow(ImportRow):
    """A party to an instrument."""

    instrument_id: str
    jurisdiction: CountryCode
    status: InstrumentStatus
    in_force_from: date | None = None
    note: str = ""
    source_url: WebAddress


class BilateralRow(ImportRow):
    """An agreement between two jurisdictions."""

    instrument_kind: BilateralKind
    a: CountryCode
    b: CountryCode
    status: InstrumentStatus
    in_force_from: date | None = None
    source_url: WebAddress
    note: str = ""


class ObjectionRow(ImportRow):
    """Two parties between which a convention is not applied."""

    instrument_id: str
    a: CountryCode
    b: CountryCode
    effect: str = Field(max_length=60)
    from_on: date | None = Field(default=None, alias="from")
    note: str = ""
    source_url: WebAddress


class LegalFamilyRow(ImportRow):
    """The family of a jurisdiction's law, as read from the text beside it."""

    jurisdiction: CountryCode
    family_primary: str = Field(max_length=60)
    family_derived: str = Field(max_length=200)
    factbook_legal_system_text: str
    source_url: WebAddress


class JurisdictionRead(BaseModel):
    """A jurisdiction with its names."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    kind: JurisdictionKind
    parent_code: str | None
    name_en: str
    name_zh_hans: str
    name_zh_hant: str
    aliases: dict[str, list[str]]
    regions: list[str]
