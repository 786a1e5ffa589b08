"""What the rules for one kind of thing decide, before it is put into steps and words."""

from dataclasses import dataclass
from datetime import date

from matching.jurisdictions import checks
from matching.jurisdictions.facts import Facts
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import (
    Agreement,
    Certainty,
    Check,
    Party,
    RouteId,
    UsedInstrument,
)

_WORST = (Certainty.SETTLED, Certainty.CHECK, Certainty.UNVERIFIED, Certainty.DOMESTIC_LAW_ONLY)


@dataclass(frozen=True, slots=True)
class Question:
    """Where from, where to, on which day, and what is known of the case."""

    graph: TreatyGraph
    origin: str
    destination: str
    on: date
    facts: Facts

    @property
    def pair(self) -> frozenset[str]:
        """Both jurisdictions, in no order."""
        return frozenset((self.origin, self.destination))


@dataclass(frozen=True, slots=True)
class Decision:
    """The route, how certain it is, what it rests on, and what must be checked."""

    route: RouteId
    certainty: Certainty
    instruments: tuple[UsedInstrument, ...] = ()
    checks: tuple[Check, ...] = ()


def worst(*certainties: Certainty) -> Certainty:
    """Return the least certain of some certainties."""
    return max(certainties, key=_WORST.index, default=Certainty.SETTLED)


def by_convention(
    question: Question,
    route: RouteId,
    instrument_id: str,
    rows: tuple[Party, ...],
    *,
    asked: tuple[Check, ...] = (),
    noted: tuple[Check, ...] = (),
) -> Decision:
    """Decide for a convention.

    Args:
        question: the question.
        route: what the convention opens.
        instrument_id: the convention.
        rows: those that bind the two sides (one, where one is enough).
        asked: checks on which the answer depends.
        noted: checks that the reader should know of.
    """
    rows_certainty, unknown = _certainty_of(question, rows)
    return Decision(
        route,
        worst(rows_certainty, Certainty.CHECK if asked else Certainty.SETTLED),
        (question.graph.used(instrument_id, rows),),
        (*asked, *unknown, *noted),
    )


def by_agreement(
    question: Question,
    route: RouteId,
    rows: tuple[Agreement, ...],
    *,
    asked: tuple[Check, ...] = (),
    noted: tuple[Check, ...] = (),
    fallback_id: str = "",
) -> Decision:
    """Decide for agreements between the two; see `by_convention`.

    `fallback_id` names the instrument of a row whose note names none.
    """
    rows_certainty, unknown = _certainty_of(question, rows)
    used = tuple(
        question.graph.used(row.instrument_id or fallback_id or row.kind, [row]) for row in rows
    )
    return Decision(
        route,
        worst(rows_certainty, Certainty.CHECK if asked else Certainty.SETTLED),
        used,
        (*asked, *unknown, *noted),
    )


def territorial_scope(question: Question, instrument_id: str) -> tuple[Check, ...]:
    """Return a check for each side that is a territory without a row while its state is bound."""
    graph, on = question.graph, question.on
    unclear = [
        code
        for code in (question.origin, question.destination)
        if graph.state_of(code) not in (code, "CN")
        and graph.party(instrument_id, code, on) is None
        and graph.party(instrument_id, graph.state_of(code), on) is not None
    ]
    return tuple(
        checks.territorial_scope(graph.name(code), graph.name(graph.state_of(code)))
        for code in unclear
    )


def domestic(question: Question, *noted: Check) -> Decision:
    """Decide that no instrument opens a route: the law of the destination alone decides."""
    return Decision(
        RouteId.DOMESTIC_LAW_ONLY,
        Certainty.DOMESTIC_LAW_ONLY,
        (),
        (*noted, checks.domestic_law(question.graph.name(question.destination))),
    )


def _certainty_of(
    question: Question, rows: tuple[Party, ...] | tuple[Agreement, ...]
) -> tuple[Certainty, tuple[Check, ...]]:
    undated = _undated(question, rows)
    if all(row.is_verified for row in rows):
        return Certainty.SETTLED, undated
    names = [
        question.graph.name(code)
        for row in rows
        if not row.is_verified
        for code in ([row.jurisdiction] if isinstance(row, Party) else sorted(question.pair))
    ]
    return Certainty.UNVERIFIED, (checks.unverified(names), *undated)


def _undated(
    question: Question, rows: tuple[Party, ...] | tuple[Agreement, ...]
) -> tuple[Check, ...]:
    names = [
        question.graph.name(code)
        for row in rows
        if row.in_force_from is None
        for code in ([row.jurisdiction] if isinstance(row, Party) else sorted(question.pair))
    ]
    return (checks.date_not_found(names),) if names else ()
