"""What is known between jurisdictions, and the answers worked out from it.

The records mirror the reference tables. A date that is None was not found; it was never guessed.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matching.types import Sentence


class NoRoute(ValueError):
    """The question has no answer as it is put; the message says what to change."""


class RouteKind(StrEnum):
    """What is to be carried from one jurisdiction to another."""

    AWARD = "award"
    JUDGMENT = "judgment"
    SETTLEMENT = "settlement"
    DOCUMENT = "document"


class RouteId(StrEnum):
    """Under what a thing made in one jurisdiction is used in another."""

    NEW_YORK_CONVENTION = "new_york_convention"
    HK_MAINLAND_AWARDS = "hk_mainland_awards_arrangement"
    MACAO_MAINLAND_AWARDS = "macao_mainland_awards_arrangement"
    HK_MACAO_AWARDS = "hk_macao_awards_arrangement"
    MAINLAND_TAIWAN_RULES = "mainland_taiwan_rules"
    HK_MAINLAND_JUDGMENTS = "hk_mainland_judgments_arrangement"
    MACAO_MAINLAND_JUDGMENTS = "macao_mainland_judgments_arrangement"
    HAGUE_CHOICE_OF_COURT = "hague_choice_of_court"
    HAGUE_JUDGMENTS = "hague_judgments"
    LUGANO = "lugano"
    BILATERAL_TREATY = "bilateral_treaty"
    HK_FJREO = "hk_fjreo"
    SINGAPORE_CONVENTION = "singapore_convention"
    APOSTILLE = "apostille"
    CONSULAR_LEGALISATION = "consular_legalisation"
    CAAO = "caao"
    DOMESTIC_LAW_ONLY = "domestic_law_only"


class Certainty(StrEnum):
    """How far an answer can be relied on; the worst of its parts."""

    SETTLED = "settled"
    CHECK = "check"
    UNVERIFIED = "unverified"
    DOMESTIC_LAW_ONLY = "domestic law only"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A treaty, arrangement or organisation; `as_of` is the state of its source."""

    instrument_id: str
    name: Sentence
    kind: str
    subject: str
    year: int | None
    source_url: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """A jurisdiction that an instrument binds, or will.

    Attributes:
        status: `in_force`, `extended` (its state accepted it for the territory) or `signed`.
        in_force_from: first day; None where it was not found.
        in_force_to: last day; None while it goes on.
        is_verified: False where the row rests on no source that was read.
    """

    instrument_id: str
    jurisdiction: str
    status: str
    in_force_from: date | None
    is_verified: bool
    note: str
    source_url: str
    in_force_to: date | None = None

    def binds(self, on: date) -> bool:
        """Tell whether it binds on a day."""
        return _binds(self.status, self.in_force_from, self.in_force_to, on)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement between two jurisdictions; which of them comes first means nothing."""

    kind: str
    a: str
    b: str
    status: str
    in_force_from: date | None
    is_verified: bool
    note: str
    source_url: str
    in_force_to: date | None = None

    def binds(self, on: date) -> bool:
        """Tell whether it binds on a day."""
        return _binds(self.status, self.in_force_from, self.in_force_to, on)

    @property
    def instrument_id(self) -> str | None:
        """The instrument that the note names before its colon, or None."""
        name = self.note.partition(":")[0].strip()
        return name if name.replace("_", "").isalnum() and "_" in name else None


@dataclass(frozen=True, slots=True)
class Objection:
    """Two parties between which a convention is not applied, from a day or throughout (None)."""

    instrument_id: str
    a: str
    b: str
    from_on: date | None
    note: str
    source_url: str


@dataclass(frozen=True, slots=True)
class LegalFamily:
    """The families of a jurisdiction's law, the first named first: a keyword reading, a hint."""

    jurisdiction: str
    primary: str
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A jurisdiction: a state, a territory, or a subdivision where law or cooperation differs.

    Attributes:
        parent: the state that a territory or subdivision belongs to, or None.
        regions: UN M49 regions, nearest first.
        languages: BCP 47 primary tags in official or wide use, most used first.
        valid_to: last day on which the subdivision existed, or None.
        successor: the code that took its place, or None.
    """

    code: str
    name: Sentence
    parent: str | None = None
    regions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    valid_to: date | None = None
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """A place where several steps happen together.

    Attributes:
        place: the jurisdiction or subdivision it stands in.
        actions: codes of the steps it does (`notarise`, `apostille`, `legalise`, `translate` …).
        valid_from: since when, or None where that was not found.
    """

    desk_id: str
    name: Sentence
    place: str
    actions: tuple[str, ...]
    valid_from: date | None
    note: Sentence
    source_url: str


@dataclass(frozen=True, slots=True)
class Cooperation:
    """Cooperation between places or institutions that is no treaty but helps a route.

    `members`: the first is the one that cooperates with each of the others.
    """

    cooperation_id: str
    name: Sentence
    members: tuple[str, ...]
    subject: str
    valid_from: date | None
    valid_to: date | None
    note: Sentence
    source_url: str


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution that conducts a step of the dispute chain.

    Attributes:
        steps: `mediation`, `arbitration`, `litigation`.
        seat: the jurisdiction or subdivision it works from.
        valid_from: since when, or None where that was not found.
        is_listed_for_interim: whether Mainland courts support its Hong Kong arbitrations; None
            where no source was read.
    """

    institution_id: str
    name: Sentence
    short_name: str
    steps: tuple[str, ...]
    seat: str
    valid_from: date | None
    note: Sentence
    source_url: str
    is_listed_for_interim: bool | None = None


@dataclass(frozen=True, slots=True)
class TreatyData:
    """Everything that routes are planned from, as the operators have it."""

    nodes: tuple[Node, ...]
    instruments: tuple[Instrument, ...]
    parties: tuple[Party, ...]
    agreements: tuple[Agreement, ...]
    objections: tuple[Objection, ...]
    legal_families: tuple[LegalFamily, ...] = ()
    desks: tuple[Desk, ...] = ()
    cooperations: tuple[Cooperation, ...] = ()
    institutions: tuple[Institution, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """That an instrument binds one of the two sides."""

    jurisdiction: str
    status: str
    in_force_from: date | None
    is_verified: bool
    note: str
    source_url: str


@dataclass(frozen=True, slots=True)
class UsedInstrument:
    """An instrument that an answer rests on, and whom it binds since when."""

    instrument_id: str
    name: Sentence
    bindings: tuple[Binding, ...]
    source_url: str
    as_of: str | None

    @property
    def in_force_from(self) -> date | None:
        """The day from which it binds everyone it must; None where a date was not found."""
        days = [binding.in_force_from for binding in self.bindings]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None


@dataclass(frozen=True, slots=True)
class Check:
    """What has to be looked into before the answer is relied on."""

    code: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done on the way.

    Attributes:
        action: a code: `notarise`, `apostille`, `legalise`, `transmit`, `translate`, `apply` …
        place: where it is done.
        professions: who does it, by the field's identifiers (`notary_public`, `solicitor` …).
        sector_codes: under which of the sector list such providers are found.
        desk: the place where it can be done together with others, or None.
    """

    action: str
    place: str
    sentence: Sentence
    professions: tuple[str, ...] = ()
    sector_codes: tuple[str, ...] = ()
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reader can look."""

    url: str
    title: Sentence
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A day from which the answer is known to be another."""

    on: date
    route: RouteId
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Route:
    """How something made in `origin` is used in `destination` on a day.

    Attributes:
        asked_from, asked_to: the codes as they were asked; `origin` and `destination` are the
            jurisdictions whose law answers (a province's is its state's).
        sentence: the answer in one sentence.
        changes: known later days with another answer, nearest first.
        cooperations: what helps on the way and is no treaty.
        desks: places where several of the steps are done together.
        notice: that this explains and does not advise.
    """

    kind: RouteKind
    asked_from: str
    asked_to: str
    origin: str
    destination: str
    on: date
    route: RouteId
    certainty: Certainty
    sentence: Sentence
    steps: tuple[Step, ...]
    instruments: tuple[UsedInstrument, ...]
    checks: tuple[Check, ...]
    sources: tuple[Source, ...]
    notice: Sentence
    changes: tuple[Change, ...] = ()
    cooperations: tuple[Cooperation, ...] = ()
    desks: tuple[Desk, ...] = field(default=())


def _binds(status: str, first: date | None, last: date | None, on: date) -> bool:
    if last is not None and on > last:
        return False
    if first is not None:
        return first <= on
    return status in ("in_force", "extended")
