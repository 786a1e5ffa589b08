"""What the dispute chain is asked and what it answers."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matching.jurisdictions.facts import Facts
from matching.jurisdictions.types import (
    Certainty,
    Check,
    Cooperation,
    Institution,
    NoRoute,
    Route,
    Source,
    UsedInstrument,
)
from matching.types import Sentence


class WrongDispute(NoRoute):
    """The dispute cannot be compared as it is put.

    Attributes:
        place: the field that is wrong, as segments: `("forums", "1", "jurisdiction")`.
    """

    def __init__(self, detail: str, *place: str) -> None:
        super().__init__(detail)
        self.place = place


class ForumKind(StrEnum):
    """Who decides: a tribunal with its seat in a jurisdiction, or the courts of one."""

    ARBITRATION = "arbitration"
    COURT = "court"


class StepKind(StrEnum):
    """The steps of the dispute chain, in order; the last two exclude each other."""

    NEGOTIATION = "negotiation"
    MEDIATION = "mediation"
    ARBITRATION = "arbitration"
    LITIGATION = "litigation"


class Output(StrEnum):
    """What a step ends in."""

    SETTLEMENT_CONTRACT = "settlement_contract"
    MEDIATED_SETTLEMENT = "mediated_settlement_agreement"
    AWARD = "award"
    JUDGMENT = "judgment"


class Stage(StrEnum):
    """How far the dispute has come; `award` and `judgment` mean that it is in hand."""

    NONE = "none"
    NEGOTIATION = "negotiation"
    MEDIATION = "mediation"
    ARBITRATION = "arbitration"
    LITIGATION = "litigation"
    AWARD = "award"
    JUDGMENT = "judgment"


class Progress(StrEnum):
    """Where a step stands against the stage reached."""

    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"


class InterimKind(StrEnum):
    """Who can preserve assets, evidence or the state of things before the decision."""

    OWN_COURTS = "own_courts"
    ARRANGEMENT = "arrangement"
    DOMESTIC_LAW = "domestic_law"
    EMERGENCY_ARBITRATOR = "emergency_arbitrator"


@dataclass(frozen=True, slots=True)
class Forum:
    """A forum considered.

    Attributes:
        jurisdiction: the seat of an arbitration, or the jurisdiction whose courts decide.
        institution: id or short name of the institution that conducts the case, or None.
    """

    kind: ForumKind
    jurisdiction: str
    institution: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """The amount in dispute: `amount` as it is to be read, `currency` by ISO 4217."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """What is known of a dispute.

    Attributes:
        assets: where the counterparty's assets are; enforcement happens there.
        forums: in the order in which they are to be shown; none asks for the usual ones.
        governing_law: the jurisdiction whose law governs the contract, or None where unsaid.
        facts: those that change a route.
    """

    home: str
    counterparty: str
    assets: tuple[str, ...]
    forums: tuple[Forum, ...] = ()
    governing_law: str | None = None
    value: Value | None = None
    stage: Stage = Stage.NONE
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know; `on` is the day on which what it says began, `source` where to read it."""

    code: str
    sentence: Sentence
    on: date | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """Who takes part in a step.

    Attributes:
        profession: by the field's identifiers (`solicitor`, `mediator` …).
        place: where such a provider is found.
        sector_codes: under which of the sector list.
        is_appointed: a neutral, appointed and not hired by one side.
    """

    profession: str
    place: str
    sector_codes: tuple[str, ...]
    is_appointed: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A way to make a settlement enforceable; `route` is what it then travels by, or None."""

    code: str
    sentence: Sentence
    certainty: Certainty
    route: Route | None = None


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What the output of a step is worth where assets are.

    Attributes:
        is_at_home: it was made there, so that no route is needed.
        route: as `plan_route` gives it; None at home and for a contract, which no route carries.
        ways: how a settlement becomes enforceable, where it is not by itself.
    """

    place: str
    is_at_home: bool
    certainty: Certainty
    sentence: Sentence
    route: Route | None = None
    checks: tuple[Check, ...] = ()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class InterimMeasure:
    """How assets in a place can be preserved while a step goes on."""

    place: str
    kind: InterimKind
    certainty: Certainty
    sentence: Sentence
    instrument: UsedInstrument | None = None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One cell of the comparison: a step at a forum.

    Attributes:
        is_open: False where the forum excludes the step (arbitration against the courts).
        output: what it ends in; None where it is not open.
        institutions: those that conduct such a step there on the day, by id.
        enforcement, interim: for each place of assets, in the order asked.
    """

    step: StepKind
    is_open: bool
    progress: Progress
    sentence: Sentence
    output: Output | None = None
    institutions: tuple[Institution, ...] = ()
    enforcement: tuple[Enforcement, ...] = ()
    interim: tuple[InterimMeasure, ...] = ()
    roles: tuple[Role, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ForumChain:
    """The whole chain at one forum: four steps in order.

    Attributes:
        institution: the one that was named, or None.
        law: the jurisdiction whose law answers; a province's is its state's.
    """

    forum: Forum
    law: str
    name: Sentence
    institution: Institution | None
    steps: tuple[ChainStep, ...]
    notes: tuple[Note, ...]
    cooperations: tuple[Cooperation, ...]


@dataclass(frozen=True, slots=True)
class DisputeChain:
    """The chain compared by forum, in the order asked; nothing is ranked.

    Attributes:
        are_usual: no forum was named, and the usual ones were taken.
        institutions: those of every step, each once, by id.
        instruments, sources: everything that some cell rests on, each once.
    """

    on: date
    dispute: Dispute
    are_usual: bool
    forums: tuple[ForumChain, ...]
    notes: tuple[Note, ...]
    cooperations: tuple[Cooperation, ...]
    institutions: tuple[Institution, ...]
    instruments: tuple[UsedInstrument, ...]
    sources: tuple[Source, ...]
    notice: Sentence
