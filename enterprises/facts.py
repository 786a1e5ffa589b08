"""Facts of a need beside its codes, as they are sent and stored, and corrections of single facts."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from enterprises.storable import StorableText, WrittenDate
from matching.understanding.types import BudgetBasis

# Beyond any budget ever written, and far inside what a double holds exactly.
MAX_AMOUNT = 1e15
MAX_DAYS = 36_525

Amount = Annotated[float, Field(strict=True, ge=0, le=MAX_AMOUNT, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def require_language_tag(value: str) -> str:
    """Let a BCP 47 primary tag pass.

    Raises:
        ValueError: it is none: a name, upper case, or a tag with a script or a region.
    """
    if not (2 <= len(value) <= 3 and value.isascii() and value.isalpha() and value.islower()):
        raise ValueError("write a language as its two- or three-letter tag: en, zh, vi")
    return value


class DeadlineField(BaseModel):
    """By when it is wanted: a day, calendar days from the reference date, or both."""

    model_config = ConfigDict(extra="forbid")

    date: WrittenDate | None = None
    days: Annotated[StrictInt, Field(ge=0, le=MAX_DAYS)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.date is None and self.days is None:
            raise ValueError("give a date, a number of days, or both; or no deadline at all")
        return self


class BudgetField(BaseModel):
    """What the provider may cost, in units of the currency (ISO 4217)."""

    model_config = ConfigDict(extra="forbid")

    min: Amount | None = None
    max: Amount | None = None
    currency: Currency | None = None
    basis: BudgetBasis = BudgetBasis.TOTAL
    approximate: StrictBool = False
    currency_inferred: StrictBool = False

    @model_validator(mode="after")
    def _has_an_order(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("give min, max, or both; or no budget at all")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is greater than max: exchange them")
        return self


class OtherAmountField(BaseModel):
    """An amount that is no budget: a claim, an amount in dispute, a tax assessed, a deal."""

    model_config = ConfigDict(extra="forbid")

    amount: Amount
    currency: Currency | None = None
    approximate: StrictBool = False
    currency_inferred: StrictBool = False


class CorrectedField(StrEnum):
    """Fields of a reading in which a single fact can be corrected."""

    HOME_JURISDICTION = "home_jurisdiction"
    TARGET_JURISDICTIONS = "target_jurisdictions"
    SECONDARY_JURISDICTIONS = "secondary_jurisdictions"
    EXCLUDED_JURISDICTIONS = "excluded_jurisdictions"
    SECTOR_CODES = "sector_codes"
    EXCLUDED_SECTOR_CODES = "excluded_sector_codes"
    LANGUAGES_WANTED = "languages_wanted"
    URGENCY = "urgency"
    DEADLINE = "deadline"
    BUDGET = "budget"
    OTHER_AMOUNT = "other_amount"
    PROVIDER_CONSTRAINTS = "provider_constraints"


class CorrectionAction(StrEnum):
    """Whether a fact is put in or taken out."""

    ADD = "add"
    REMOVE = "remove"


# A value stands in one field of each row: who puts it into two contradicts himself.
RIVAL_FIELDS = (
    (
        CorrectedField.TARGET_JURISDICTIONS,
        CorrectedField.SECONDARY_JURISDICTIONS,
        CorrectedField.EXCLUDED_JURISDICTIONS,
    ),
    (CorrectedField.SECTOR_CODES, CorrectedField.EXCLUDED_SECTOR_CODES),
)
# Of these a need has one each: a better value is sent in the field itself.
SINGLE_FIELDS = frozenset(
    {
        CorrectedField.HOME_JURISDICTION,
        CorrectedField.URGENCY,
        CorrectedField.DEADLINE,
        CorrectedField.BUDGET,
        CorrectedField.OTHER_AMOUNT,
    }
)


class Correction(BaseModel):
    """One fact that the enterprise put in or took out of what was read.

    `value` is that of the fact (`reading.facts[].value`): a code, or the short form of a deadline
    or a budget. A fact that a later text no longer gives needs no taking out, and the correction
    waits in case it comes back.
    """

    model_config = ConfigDict(extra="forbid")

    field: CorrectedField
    action: CorrectionAction
    value: Annotated[StorableText, Field(min_length=1, max_length=300)]

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.action is CorrectionAction.ADD and self.field in SINGLE_FIELDS:
            raise ValueError(f"a need has one {self.field}: send the value as {self.field} itself")
        if (self.field, self.action) == (CorrectedField.LANGUAGES_WANTED, CorrectionAction.ADD):
            require_language_tag(self.value)
        return self


def require_consistent(corrections: Sequence[Correction], given: Collection[str]) -> None:
    """Refuse corrections that contradict each other or could have no effect.

    Args:
        corrections: in any order.
        given: names of the fields that are sent in full.

    Raises:
        ValueError: saying which, and what to send instead.
    """
    actions: dict[tuple[str, str], CorrectionAction] = {}
    for correction in corrections:
        if correction.field in given:
            raise ValueError(
                f"{correction.field} is sent in full, so a correction of it has no effect: send "
                "one or the other"
            )
        known = actions.setdefault((correction.field, correction.value), correction.action)
        if known is not correction.action:
            raise ValueError(
                f"{correction.value!r} is both added to and removed from {correction.field}: "
                "send one of the two"
            )
    added = [key for key, action in actions.items() if action is CorrectionAction.ADD]
    for row in RIVAL_FIELDS:
        places: dict[str, str] = {}
        for field, value in added:
            if field in row and places.setdefault(value, field) != field:
                raise ValueError(
                    f"{value!r} is added to both {places[value]} and {field}: send one of the two"
                )
