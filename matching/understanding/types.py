"""The reading of a need: facts with spans, what was not used, and questions.

Field names are those of the structured need; a Span is `[start, end)` in characters of the text.
"""

from dataclasses import dataclass, field
from datetime import date

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
        facts: every value with its spans, in the order of the text.
        not_used: phrases that led to no fact.
        questions: codes of what a sound adviser would ask, for pages to word; empty where nothing
            is missing. `which_jurisdictions`: no target was found; `which_services`: no sector was
            found; `contradictory_jurisdictions`, `contradictory_services`: the text both asks for
            something and rules it out, and it was read as ruled out.
    """

    text_lang: Script
    reference_date: date
    home_jurisdiction: str | None = None
    target_jurisdictions: tuple[str, ...] = ()
    excluded_jurisdictions: tuple[str, ...] = ()
    sector_codes: tuple[str, ...] = ()
    excluded_sector_codes: tuple[str, ...] = ()
    languages_wanted: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    not_used: tuple[Span, ...] = field(default=())
    questions: tuple[str, ...] = ()
