"""A dispute that was checked: its codes are known, its forums resolved, its routes can be planned."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from matching.jurisdictions.chain_types import (
    Dispute,
    Forum,
    ForumKind,
    StepKind,
    WrongDispute,
)
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import Institution, NoRoute, Route, RouteKind

USUAL_SEATS = ("HK", "SG")
MAX_NAMED = 40
_STEP_OF = {ForumKind.ARBITRATION: StepKind.ARBITRATION, ForumKind.COURT: StepKind.LITIGATION}


@dataclass(frozen=True, slots=True)
class Place:
    """A code as it was asked and the jurisdiction whose law answers."""

    asked: str
    law: str


@dataclass(frozen=True, slots=True)
class Case:
    """A dispute that was checked, and how its routes are planned."""

    graph: TreatyGraph
    dispute: Dispute
    on: date
    home: Place
    counterparty: Place
    assets: tuple[Place, ...]
    plan: Callable[[RouteKind, str, str], Route]

    def law_of(self, code: str) -> str:
        """Return the jurisdiction whose law answers for a code on the day."""
        return self.graph.law_of(code, on=self.on).code


def check_dispute(graph: TreatyGraph, dispute: Dispute, on: date) -> Case:
    """Check the codes of a dispute and its places of assets.

    Raises:
        WrongDispute: a code is unknown or withdrawn, or no place of assets is given.
    """

    def place(code: str, *field: str) -> Place:
        try:
            return Place(code, graph.law_of(code, on=on).code)
        except NoRoute as error:
            raise WrongDispute(str(error), *field) from error

    if not dispute.assets:
        raise WrongDispute(
            "say where the counterparty's assets are: enforcement happens there, so at least one "
            "jurisdiction is needed",
            "assets",
        )
    if dispute.governing_law is not None:
        place(dispute.governing_law, "governing_law")

    @cache
    def plan(kind: RouteKind, origin: str, destination: str) -> Route:
        return plan_route(graph, kind, origin, destination, on=on, facts=dispute.facts)

    return Case(
        graph,
        dispute,
        on,
        place(dispute.home, "home"),
        place(dispute.counterparty, "counterparty"),
        tuple(
            dict.fromkeys(
                place(code, "assets", str(number)) for number, code in enumerate(dispute.assets)
            )
        ),
        plan,
    )


def usual_forums(case: Case) -> tuple[Forum, ...]:
    """Return what is compared where no forum is named: the courts of both homes and two seats."""
    homes = (case.graph.node(side.asked, on=case.on) for side in (case.counterparty, case.home))
    forums = (
        *(Forum(ForumKind.COURT, home.code) for home in homes),
        *(Forum(ForumKind.ARBITRATION, seat) for seat in USUAL_SEATS),
    )
    return tuple(dict.fromkeys(forums))


def resolve_forums(
    case: Case, forums: tuple[Forum, ...]
) -> Iterator[tuple[Forum, str, Institution | None]]:
    """Find the law and the institution of each forum.

    Raises:
        WrongDispute: an unknown code or institution, or one forum twice.
    """
    seen: dict[tuple[ForumKind, str, str | None], int] = {}
    for number, forum in enumerate(forums):
        field = ("forums", str(number))
        try:
            node = case.graph.node(forum.jurisdiction, on=case.on)
            law = case.graph.law_of(forum.jurisdiction, on=case.on).code
        except NoRoute as error:
            raise WrongDispute(str(error), *field, "jurisdiction") from error
        institution = _named(case, forum, law, field)
        key = (forum.kind, node.code, institution.institution_id if institution else None)
        if key in seen:
            raise WrongDispute(
                f"this forum is the same as number {seen[key] + 1} of the list: name it once",
                *field,
            )
        seen[key] = number
        yield forum, law, institution


def _named(case: Case, forum: Forum, law: str, field: tuple[str, ...]) -> Institution | None:
    if forum.institution is None:
        return None
    step = _STEP_OF[forum.kind]
    asked = forum.institution.casefold()
    found = next(
        (
            one
            for one in case.graph.institutions
            if asked in (one.institution_id.casefold(), one.short_name.casefold())
        ),
        None,
    )
    if found is None or step not in found.steps or not exists(found, case.on):
        able = [
            one.institution_id
            for one in case.graph.institutions
            if step in one.steps and exists(one, case.on)
        ]
        wrong = (
            f"no institution is called {forum.institution[:60]!r}"
            if found is None
            else f"{found.short_name} conducts no {step.value} on {case.on.isoformat()}"
        )
        known = ", ".join(able[:MAX_NAMED]) or "none"
        raise WrongDispute(f"{wrong}; known for {step.value}: {known}", *field, "institution")
    if forum.kind is ForumKind.COURT and case.law_of(found.seat) != law:
        raise WrongDispute(
            f"{found.short_name} is a court of {found.seat}, not of {forum.jurisdiction}: name the "
            "jurisdiction it belongs to",
            *field,
            "institution",
        )
    return found


def exists(institution: Institution, on: date) -> bool:
    """Tell whether an institution is known to exist on a day, or nothing says since when."""
    return institution.valid_from is None or institution.valid_from <= on
