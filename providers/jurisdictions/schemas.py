"""Rows of the jurisdiction tables as they are imported, and a jurisdiction as the API shows it."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)

from providers.importing.cells import Codes, ImportRow, Languages, Name, Switch, Values, split_cell

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
    RETRACTED = "retracted"


class RowStatus(StrEnum):
    """Whether a row of the other tables is used."""

    CURRENT = "current"
    RETRACTED = "retracted"


class BilateralKind(StrEnum):
    """Kinds of agreements between two jurisdictions."""

    DTA = "dta"
    BIT = "bit"
    JUDICIAL_ASSISTANCE = "judicial_assistance"
    JUDGMENT_ARRANGEMENT = "judgment_arrangement"
    AWARD_ARRANGEMENT = "award_arrangement"
    FTA = "fta"


class CooperationSubject(StrEnum):
    """What a cooperation helps with; `general` is everything."""

    GENERAL = "general"
    ARBITRAL_AWARD = "arbitral_award"
    INTERIM_MEASURES = "interim_measures"
    JUDGMENT = "judgment"
    MEDIATED_SETTLEMENT = "mediated_settlement"
    DOCUMENT_AUTHENTICATION = "document_authentication"


class DisputeStep(StrEnum):
    """Steps of the dispute chain that an institution conducts."""

    MEDIATION = "mediation"
    ARBITRATION = "arbitration"
    LITIGATION = "litigation"


class DeskAction(StrEnum):
    """Steps of a document's way that a desk does, by the codes of the steps of a route."""

    NOTARISE = "notarise"
    APOSTILLE = "apostille"
    AUTHENTICATE = "authenticate"
    LEGALISE = "legalise"
    VERIFY = "verify"
    TRANSLATE = "translate"


def _last_day(name_of_first: str) -> AfterValidator:
    def check(last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get(name_of_first)
        if last is not None and first is not None and last < first:
            raise ValueError(f"is before {name_of_first} ({first.isoformat()})")
        return last

    return AfterValidator(check)


NameInOneScript = Annotated[Name, StringConstraints(min_length=1, max_length=200)]
ReferenceId = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_]+$")]
LastDayInForce = Annotated[date | None, _last_day("in_force_from")]
LastDayValid = Annotated[date | None, _last_day("valid_from")]


class JurisdictionRow(ImportRow):
    """A row of the operators' list of names.

    What is empty of `languages`, `valid_to` and `successor` stays as it is stored.
    """

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
    languages: Languages | None = None
    valid_to: date | None = None
    successor: CountryCode | None = None


class InstrumentRow(ImportRow):
    """A treaty, arrangement or organisation."""

    instrument_id: ReferenceId
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
    in_force_to: LastDayInForce = None
    note: str = ""
    source_url: WebAddress


class BilateralRow(ImportRow):
    """An agreement between two jurisdictions."""

    instrument_kind: BilateralKind
    a: CountryCode
    b: CountryCode
    status: InstrumentStatus
    in_force_from: date | None = None
    in_force_to: LastDayInForce = None
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
    status: RowStatus = RowStatus.CURRENT


class LegalFamilyRow(ImportRow):
    """The family of a jurisdiction's law, as read from the text beside it."""

    jurisdiction: CountryCode
    family_primary: str = Field(max_length=60)
    family_derived: str = Field(max_length=200)
    factbook_legal_system_text: str
    source_url: WebAddress


class NamedRow(ImportRow):
    """What institutions, cooperations and desks have in common."""

    name_en: NameInOneScript
    name_zh_hans: NameInOneScript
    name_zh_hant: NameInOneScript
    note_en: str = ""
    note_zh_hans: str = ""
    note_zh_hant: str = ""
    valid_from: date | None = None
    source_url: WebAddress
    status: RowStatus = RowStatus.CURRENT


class InstitutionRow(NamedRow):
    """An institution that conducts steps of the dispute chain."""

    institution_id: ReferenceId
    short_name: Annotated[Name, StringConstraints(min_length=1, max_length=60)]
    steps: Annotated[list[DisputeStep], BeforeValidator(split_cell), Field(min_length=1)]
    seat: CountryCode
    is_listed_for_interim: Switch | None = None


class CooperationRow(NamedRow):
    """Cooperation between places that is no treaty."""

    cooperation_id: ReferenceId
    members: Annotated[Codes, Field(min_length=2)]
    subject: CooperationSubject
    valid_to: LastDayValid = None


class DeskRow(NamedRow):
    """A place where several steps of a document's way are done together."""

    desk_id: ReferenceId
    place: CountryCode
    actions: Annotated[list[DeskAction], BeforeValidator(split_cell), Field(min_length=1)]


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
    languages: list[str] = Field(description="BCP 47 primary tags, most used first.")
    valid_to: date | None = Field(description="The last day of a subdivision that was merged.")
    successor_code: str | None = Field(description="What a merged subdivision became part of.")
