"""Whether routes are answered as a table of cases says they must be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching.jurisdictions.facts import parse_facts
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import Certainty, Route, RouteId, RouteKind


@dataclass(frozen=True, slots=True)
class RouteCase:
    """A question, the answer expected, and why.

    Attributes:
        certainty, must_check: None where the table leaves them open.
        change: the next known day with another answer and that answer; None says there is none.
        reason: the row or article that decides.
    """

    case_id: str
    kind: RouteKind
    origin: str
    destination: str
    on: date
    facts: str
    route: RouteId
    certainty: Certainty | None
    change: tuple[date, RouteId] | None
    must_check: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RouteMiss:
    """A case that was answered otherwise; `wrong` says in what: field, expected, answered."""

    case_id: str
    wrong: tuple[tuple[str, str, str], ...]
    reason: str


def score_routes(graph: TreatyGraph, cases: Sequence[RouteCase]) -> tuple[RouteMiss, ...]:
    """Answer every case and return those that were answered otherwise, in their order."""
    answered = ((case, _answer(graph, case)) for case in cases)
    missed = ((case, _wrong(case, route)) for case, route in answered)
    return tuple(RouteMiss(case.case_id, wrong, case.reason) for case, wrong in missed if wrong)


def _answer(graph: TreatyGraph, case: RouteCase) -> Route:
    facts = parse_facts(case.facts)
    return plan_route(graph, case.kind, case.origin, case.destination, on=case.on, facts=facts)


def _wrong(case: RouteCase, answer: Route) -> tuple[tuple[str, str, str], ...]:
    nearest = answer.changes[0] if answer.changes else None
    change = None if nearest is None else (nearest.on, nearest.route)
    codes = [check.code for check in answer.checks]
    found = [
        ("route", case.route, answer.route, case.route is answer.route),
        (
            "certainty",
            case.certainty or "",
            answer.certainty,
            case.certainty in (None, answer.certainty),
        ),
        ("change", _said(case.change), _said(change), case.change == change),
        (
            "must_check",
            case.must_check or "",
            " ".join(codes),
            case.must_check is None or case.must_check in codes,
        ),
    ]
    return tuple((name, str(want), str(got)) for name, want, got, is_right in found if not is_right)


def _said(change: tuple[date, RouteId] | None) -> str:
    return "none" if change is None else f"{change[0]} {change[1]}"
