"""The reading of a need: facts with spans, what was not used, and questions.

Field names are those of the structured need; a Span is `[start, end)` in characters of the text.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matching.types import Script


class UnreadableText(ValueError):
    """The text cannot be read as a need; the message says what to change."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where in the text a fact was read: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one field, and the words it was read from."""

    field: str
    value: str
    spans: tuple[Span, ...]


class Urgency(StrEnum):
    """How soon it is wanted: seven days or an emergency, thirty days or said to be urgent, ..."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class BudgetBasis(StrEnum):
    """What a budget pays for."""

    TOTAL = "total"
    PER_MONTH = "per_month"
    PER_DOCUMENT = "per_document"
    PER_JURISDICTION = "per_jurisdiction"
    PHASE_1 = "phase_1"


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when it is wanted.

    Attributes:
        on: the day, or None where the text gives no day that can be worked out.
        days: calendar days from the reference date, or None.
    """

    on: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Budget:
    """What the enterprise will pay the provider.

    Attributes:
        minimum, maximum: in units of the currency; None where the text sets no such bound.
        currency: ISO 4217, or None where neither the text nor the home tells.
        basis: what the amount pays for.
        is_approximate: the text says "about".
        is_currency_inferred: a bare "$" or a bare amount was read by where the enterprise is.
    """

    minimum: float | None
    maximum: float | None
    currency: str | None
    basis: BudgetBasis = BudgetBasis.TOTAL
    is_approximate: bool = False
    is_currency_inferred: bool = False


@dataclass(frozen=True, slots=True)
class OtherAmount:
    """An amount that is no budget for fees: a claim, a tax assessed, the size of a deal."""

    amount: float
    currency: str | None
    is_approximate: bool = False
    is_currency_inferred: bool = False


@dataclass(frozen=True, slots=True)
class JurisdictionName:
    """A jurisdiction, or an area that stands for some, and every name a text may call it by.

    Attributes:
        code: of the jurisdiction; of an area, any code of its own.
        names: in any script.
        members: the jurisdictions an area stands for (ASEAN its states, Shenzhen CN); None where
            `code` is itself a jurisdiction; empty for a name that contains a place's name without
            meaning the place (Bank of China).
        valid_from: the first day on which the name means these members, or None for no start.
        valid_to: the last such day, or None for no end.
    """

    code: str
    names: tuple[str, ...]
    members: tuple[str, ...] | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def codes_on(self, day: date) -> tuple[str, ...]:
        """Return the jurisdictions that the name stands for on a day."""
        if self.valid_from is not None and day < self.valid_from:
            return ()
        if self.valid_to is not None and day > self.valid_to:
            return ()
        return (self.code,) if self.members is None else self.members


@dataclass(frozen=True, slots=True)
class SectorName:
    """A sector and every word or phrase that asks for it, in any script."""

    code: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The lists a reading is made with; build it once, it is immutable.

    Two vocabularies are equal only if they are the same object: what is prepared from one is kept
    for as long as it is used, and comparing some ten thousand names would cost more than reading.
    """

    jurisdictions: tuple[JurisdictionName, ...]
    sectors: tuple[SectorName, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a text.

    Attributes:
        text_lang: the script of the text; it does not imply where the enterprise is.
        reference_date: the day the statement is taken to be written on.
        secondary_jurisdictions: those of a later phase, of the governing law, or where the
            counterparty is at home; never a target at the same time.
        urgency, deadline, budget, other_amount: see their classes.
        provider_constraints: limits on who may be proposed, in the text's words.
        facts: every value with its spans, in the order of the text.
        not_used: phrases that led to no fact.
        questions: codes of what a sound adviser would ask, for pages to word; empty where nothing
            is missing. `which_jurisdictions`: no target was found; `which_services`: no sector was
            found; `which_members`: some states of a region are meant and not named;
            `which_currency`: a budget without a currency; `contradictory_jurisdictions`,
            `contradictory_services`: the text both asks for something and rules it out, and it was
            read as ruled out; `contradictory_budget`, `contradictory_dates`: two that cannot both
            hold; `unread_language`: the text is mainly in a language that is not read here.
    """

    text_lang: Script
    reference_date: date
    home_jurisdiction: str | None = None
    target_jurisdictions: tuple[str, ...] = ()
    excluded_jurisdictions: tuple[str, ...] = ()
    sector_codes: tuple[str, ...] = ()
    excluded_sector_codes: tuple[str, ...] = ()
    languages_wanted: tuple[str, ...] = ()
    secondary_jurisdictions: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    deadline: Deadline | None = None
    budget: Budget | None = None
    other_amount: OtherAmount | None = None
    provider_constraints: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    not_used: tuple[Span, ...] = field(default=())
    questions: tuple[str, ...] = ()
