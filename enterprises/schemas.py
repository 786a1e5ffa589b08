"""Needs and their readings as they are sent and stored; what answers them is in `match_schemas`.

Everything that comes in is bounded and refuses fields it does not know: a field that is spelt
wrongly would otherwise be a wish that nobody hears.
"""

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
    model_validator,
)

from enterprises.facts import (
    BudgetField,
    Correction,
    DeadlineField,
    OtherAmountField,
    require_consistent,
    require_language_tag,
)
from enterprises.storable import Code, StorableText, WrittenDate
from matching.understanding.types import Urgency

MAX_TEXT_CHARACTERS = 10_000
# Shorter than this, a purpose says nothing to the enterprise that reads it.
MIN_PURPOSE = 10
MAX_CODES = 60
MAX_LANGUAGES = 20
MAX_PROVIDERS = 200
MAX_CONSTRAINTS = 20
MAX_CORRECTIONS = 200
# Beyond any contract ever awarded, and far inside what a double holds exactly.
MAX_AMOUNT_USD = 1e13


LanguageTag = Annotated[str, AfterValidator(require_language_tag)]
Codes = Annotated[list[Code], Field(max_length=MAX_CODES)]
ProviderIds = Annotated[list[UUID], Field(max_length=MAX_PROVIDERS)]
NeedVersionNumber = Annotated[int, Field(strict=True, ge=1, le=2_147_483_647)]


class StructuredNeed(BaseModel):
    """What an enterprise is looking for, in its own words, in fields, or both.

    A field that is given beats what the text says; a field that is null is read from the text.
    An empty list is given: it says "none".
    """

    model_config = ConfigDict(extra="forbid")

    text: Annotated[StorableText, Field(max_length=MAX_TEXT_CHARACTERS)] | None = Field(
        default=None,
        description="The need in the enterprise's own words: English, Simplified or Traditional "
        "Chinese.",
    )
    home_jurisdiction: Code | None = Field(
        default=None, description="Where the enterprise is: a code of `/v1/jurisdictions`."
    )
    target_jurisdictions: Codes | None = Field(
        default=None, description="Where the work is to be done."
    )
    secondary_jurisdictions: Codes | None = Field(
        default=None,
        description="Jurisdictions of a later phase, of the governing law, or where the "
        "counterparty is at home: shown and used for routes, not matched as targets.",
    )
    excluded_jurisdictions: Codes | None = Field(
        default=None,
        description="Where the work is not to be done; these are taken out of the targets.",
    )
    sector_codes: Codes | None = Field(
        default=None,
        description="Services asked for: codes of `/v1/sectors`; a parent means its whole branch.",
    )
    excluded_sector_codes: Codes | None = Field(
        default=None, description="Services expressly not asked for."
    )
    languages_wanted: Annotated[list[LanguageTag], Field(max_length=MAX_LANGUAGES)] | None = Field(
        default=None, description="Languages the provider should work in: `en`, `zh`, `vi`."
    )
    languages_required: StrictBool = Field(
        default=False,
        description="Whether a provider known not to work in the languages wanted is removed.",
    )
    excluded_provider_ids: ProviderIds | None = Field(
        default=None, description="Providers the enterprise does not want."
    )
    conflicted_provider_ids: ProviderIds | None = Field(
        default=None, description="Providers that may not act, for example for the other side."
    )
    amount_usd: (
        Annotated[float, Field(strict=True, ge=0, le=MAX_AMOUNT_USD, allow_inf_nan=False)] | None
    ) = Field(default=None, description="Expected value of the work in US dollars.")
    urgency: Urgency | None = Field(
        default=None,
        description="`critical`: seven days or an emergency; `high`: thirty days or urgent; "
        "`normal`; `low`: no hurry.",
    )
    deadline: DeadlineField | None = Field(default=None, description="By when it is wanted.")
    budget: BudgetField | None = Field(default=None, description="What it may cost in fees.")
    other_amount: OtherAmountField | None = Field(
        default=None, description="An amount that is no budget: a claim, a tax, a deal."
    )
    provider_constraints: (
        Annotated[
            list[Annotated[StorableText, Field(min_length=1, max_length=300)]],
            Field(max_length=MAX_CONSTRAINTS),
        ]
        | None
    ) = Field(default=None, description="Limits on who may be proposed, in the enterprise's words.")
    corrections: Annotated[list[Correction], Field(max_length=MAX_CORRECTIONS)] = Field(
        default_factory=list,
        description="Single facts corrected in what is read from the text. They are kept with the "
        "need and applied again when its text changes.",
    )
    use_for_training: StrictBool = Field(
        default=False,
        description="Whether the differences between what was read and what is meant may be kept "
        "to improve the reading. Without this they are not kept apart from the need.",
    )
    may_be_judged: StrictBool = Field(
        default=False,
        description="Whether members of the expert committee may read this need, to judge who "
        "answers it. Without this nobody but the enterprise reads it, unless a purpose is stated.",
    )

    @model_validator(mode="after")
    def _corrections_have_an_effect(self) -> Self:
        require_consistent(
            self.corrections,
            {
                name
                for name in type(self).model_fields
                if name != "corrections" and getattr(self, name) is not None
            },
        )
        return self


class MatchRequest(StructuredNeed):
    """A need to be matched now, without being stored."""

    on: WrittenDate | None = Field(
        default=None,
        description="The day of the match, today if null. Evidence dated on or after it does not "
        "count.",
    )
    top: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        default=10, description="How many providers to return."
    )


class ReadingRequest(BaseModel):
    """A text to be read as a need."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[StorableText, Field(max_length=MAX_TEXT_CHARACTERS)] = Field(
        description="The need in the enterprise's own words."
    )
    on: WrittenDate | None = Field(
        default=None, description="The day on which the text was written, today if null."
    )


class NeedCreate(StructuredNeed):
    """A need to be stored."""


class NeedUpdate(StructuredNeed):
    """The whole content of a need, and the version that it replaces."""

    version: NeedVersionNumber = Field(
        description="The version that was read and changed; if it is no longer current, nothing "
        "is changed and the answer is 409."
    )


class NeedChange(StructuredNeed):
    """The whole content of a need; which version it replaces may be said elsewhere."""

    version: NeedVersionNumber | None = Field(
        default=None,
        description="The version that was read and changed, unless `If-Match` says it; if it is no "
        "longer current, nothing is changed and the answer is 409.",
    )

    def of_version(self, version: int) -> NeedUpdate:
        """Return the change of this version."""
        fields = {name: getattr(self, name) for name in StructuredNeed.model_fields}
        return NeedUpdate.model_construct(
            self.model_fields_set | {"version"}, **fields, version=version
        )


class RecommendationCreate(BaseModel):
    """How a recommendation is to be made."""

    model_config = ConfigDict(extra="forbid")

    top: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        default=10, description="How many providers to recommend."
    )


class SpanRead(BaseModel):
    """Where in the text: characters (Unicode code points) from `start` up to `end`."""

    start: int
    end: int


class FactRead(BaseModel):
    """One value of one field, and the places of the text it was read from.

    The value of a code field is the code; of the others a short form: `2026-12-31`,
    `CNY 200000-500000 per_month`.
    """

    field: str
    value: str
    spans: list[SpanRead]


class ReadingRead(BaseModel):
    """What was understood of a text."""

    text_lang: str = Field(description="Script of the text: `en`, `zh-Hans` or `zh-Hant`.")
    reference_date: date
    home_jurisdiction: str | None
    target_jurisdictions: list[str]
    excluded_jurisdictions: list[str]
    sector_codes: list[str]
    excluded_sector_codes: list[str]
    languages_wanted: list[str]
    secondary_jurisdictions: list[str] = Field(default_factory=list)
    urgency: Urgency = Urgency.NORMAL
    deadline: DeadlineField | None = None
    budget: BudgetField | None = None
    other_amount: OtherAmountField | None = None
    provider_constraints: list[str] = Field(default_factory=list)
    facts: list[FactRead] = Field(description="Every value with its place in the text.")
    not_used: list[SpanRead] = Field(description="Phrases that led to no fact.")
    questions: list[str] = Field(
        description="What a sound adviser would ask: `which_jurisdictions`, `which_services`, "
        "`which_members` (of a region), `which_currency`, `contradictory_jurisdictions`, "
        "`contradictory_services`, `contradictory_budget`, `contradictory_dates`, "
        "`unread_language`."
    )
    needs_clarification: bool = Field(
        default=False, description="Whether a sound adviser would ask before matching."
    )


class NeedRead(StructuredNeed):
    """A stored need: its content in its current version, and how its text was read."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    reading: ReadingRead | None = Field(description="Null for a need without text.")


class NeedAccessCreate(BaseModel):
    """Why somebody of the platform's staff has to read a need."""

    model_config = ConfigDict(extra="forbid")

    purpose: Annotated[
        StorableText,
        StringConstraints(strip_whitespace=True, min_length=MIN_PURPOSE, max_length=2_000),
    ] = Field(description="In words that its enterprise will read.")


class NeedAccessRead(BaseModel):
    """Somebody of the platform's staff who was let in to a need, until `ends_at`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    need_id: UUID
    reader_id: str = Field(description="The account of who reads.")
    reader_kind: str
    purpose: str
    opened_at: datetime
    ends_at: datetime
