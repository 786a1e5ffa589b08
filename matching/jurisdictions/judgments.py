"""Under what a judgment in a civil or commercial matter is enforced in another jurisdiction."""

from datetime import date

from matching.jurisdictions import checks
from matching.jurisdictions.decision import (
    Decision,
    Question,
    by_agreement,
    by_convention,
    domestic,
)
from matching.jurisdictions.types import Agreement, Check, RouteId

LUGANO = "lugano_2007"
EUROPEAN_UNION = "eu"
CHOICE_OF_COURT = "hcch_choice_of_court_2005"
JUDGMENTS = "hcch_judgments_2019"
_CHOICE_2006 = "hk_cn_judgments_choice_2006"
_JUDGMENTS_2019 = "hk_cn_judgments_2019"
_FJREO = "hk_fjreo"


def decide_judgment(question: Question) -> Decision:
    """Decide the route of a judgment.

    Arrangements inside one state first, then Lugano, a bilateral treaty, the Hague conventions of
    2005 (only with an exclusive choice of court) and 2019, and registration in Hong Kong.
    """
    if question.graph.is_one_state(question.origin, question.destination):
        return _inside_one_state(question)
    hints: list[Check] = []
    for decide in (_lugano, _bilateral, _choice_of_court, _hague_2019, _registration):
        decision = decide(question, hints)
        if decision is not None:
            return decision
    place = question.graph.name(question.destination)
    return domestic(question, *hints, checks.reciprocity_judgment(place))


def _inside_one_state(question: Question) -> Decision:
    rows = {
        row.instrument_id: row
        for row in question.graph.agreements(
            question.origin, question.destination, kind="judgment_arrangement"
        )
        if question.graph.agreement_binds(row, question.on)
    }
    if question.pair == frozenset({"CN", "HK"}):
        return _hong_kong_and_mainland(question, rows)
    if question.pair == frozenset({"CN", "MO"}) and rows:
        return by_agreement(question, RouteId.MACAO_MAINLAND_JUDGMENTS, tuple(rows.values()))
    if (question.origin, question.destination) == ("TW", "CN") and rows:
        noted = (checks.one_sided_rules(question.graph.name("CN")),)
        found = tuple(rows.values())
        return by_agreement(question, RouteId.MAINLAND_TAIWAN_RULES, found, noted=noted)
    return domestic(question)


def _hong_kong_and_mainland(question: Question, rows: dict[str | None, Agreement]) -> Decision:
    facts = question.facts
    current, earlier = rows.get(_JUDGMENTS_2019), rows.get(_CHOICE_2006)
    begins = current.in_force_from if current else None
    if current is not None and begins is not None:
        if facts.judgment_given is None:
            asked = (checks.judgment_given(begins),)
            return by_agreement(question, RouteId.HK_MAINLAND_JUDGMENTS, (current,), asked=asked)
        if facts.judgment_given >= begins:
            return by_agreement(question, RouteId.HK_MAINLAND_JUDGMENTS, (current,))
    given = facts.judgment_given
    if earlier and earlier.in_force_from and given and given < earlier.in_force_from:
        return domestic(question, checks.earlier_judgment())
    if earlier is None or facts.choice_of_court != "exclusive":
        return domestic(question, *([checks.earlier_judgment()] if earlier else []))
    made, since = facts.choice_concluded, earlier.in_force_from
    if made is not None and ((since and made < since) or (begins and made >= begins)):
        return domestic(question, checks.earlier_judgment())
    asked_of = () if made is not None else (checks.earlier_judgment(),)
    return by_agreement(question, RouteId.HK_MAINLAND_JUDGMENTS, (earlier,), asked=asked_of)


def _lugano(question: Question, hints: list[Check]) -> Decision | None:
    graph, origin, destination = question.graph, question.origin, question.destination
    union = graph.both(EUROPEAN_UNION, origin, destination, question.on)
    if union is not None:
        return by_convention(
            question,
            RouteId.DOMESTIC_LAW_ONLY,
            EUROPEAN_UNION,
            union,
            asked=(checks.european_union(),),
        )
    rows = graph.both(LUGANO, origin, destination, question.on)
    return by_convention(question, RouteId.LUGANO, LUGANO, rows) if rows else None


def _bilateral(question: Question, hints: list[Check]) -> Decision | None:
    rows = [
        row
        for row in question.graph.agreements(
            question.origin, question.destination, kind="judicial_assistance"
        )
        if question.graph.agreement_binds(row, question.on)
    ]
    covering = tuple(row for row in rows if covers_judgments(row))
    if not covering:
        hints.extend(checks.treaty_without_judgments() for _ in rows[:1])
        return None
    is_to_vietnam = (question.origin, question.destination) == ("CN", "VN")
    return by_agreement(
        question,
        RouteId.BILATERAL_TREATY,
        covering,
        noted=(checks.practice_vietnam(),) if is_to_vietnam else (),
        fallback_id="judicial_assistance_cn",
    )


def covers_judgments(row: Agreement) -> bool:
    """Tell whether a treaty on judicial assistance reaches judgments, by its row's note."""
    note = row.note.lower()
    return "not cover" not in note and "cover" in note


def _choice_of_court(question: Question, hints: list[Check]) -> Decision | None:
    graph, facts = question.graph, question.facts
    rows = graph.both(CHOICE_OF_COURT, question.origin, question.destination, question.on)
    if rows is None or facts.choice_of_court == "none":
        return None
    if facts.choice_of_court is None:
        hints.append(checks.choice_of_court(graph.name(question.origin)))
        return None
    chosen_since = rows[0].in_force_from
    asked: tuple[Check, ...] = (checks.choice_concluded(chosen_since, graph.name(question.origin)),)
    if facts.choice_concluded is not None and chosen_since is not None:
        if facts.choice_concluded < chosen_since:
            hints.extend(asked)
            return None
        asked = ()
    instituted = facts.proceedings_instituted or facts.judgment_given
    there_since = rows[1].in_force_from
    if instituted is not None and there_since is not None and instituted < there_since:
        hints.append(checks.proceedings_instituted(there_since))
        return None
    return by_convention(
        question, RouteId.HAGUE_CHOICE_OF_COURT, CHOICE_OF_COURT, rows, asked=asked
    )


def _hague_2019(question: Question, hints: list[Check]) -> Decision | None:
    rows = question.graph.both(JUDGMENTS, question.origin, question.destination, question.on)
    if rows is None:
        return None
    since: date | None = None
    if rows[0].in_force_from is not None and rows[1].in_force_from is not None:
        since = max(rows[0].in_force_from, rows[1].in_force_from)
    asked: tuple[Check, ...] = (checks.proceedings_instituted(since),)
    # Proceedings cannot have begun after the judgment.
    instituted = question.facts.proceedings_instituted
    latest = instituted or question.facts.judgment_given
    if latest is not None and since is not None:
        if latest < since:
            hints.extend(asked)
            return None
        if instituted is not None:
            asked = ()
    return by_convention(
        question, RouteId.HAGUE_JUDGMENTS, JUDGMENTS, rows, asked=asked, noted=tuple(hints)
    )


def _registration(question: Question, hints: list[Check]) -> Decision | None:
    rows = tuple(
        row
        for row in question.graph.agreements(
            question.origin, question.destination, kind="judgment_arrangement"
        )
        if question.graph.agreement_binds(row, question.on) and row.instrument_id == _FJREO
    )
    if not rows:
        return None
    facts = question.facts
    needed = {
        "money_judgment": facts.money_judgment,
        "superior_court": facts.superior_court,
        "final": facts.final,
    }
    refused = next((name for name, value in needed.items() if value is False), None)
    if refused is not None:
        hints.append(checks.excluded_by_fact(f"{refused}=no"))
        return None
    asked: tuple[Check, ...] = () if all(needed.values()) else (checks.money_judgment(),)
    if question.origin == "HK":
        asked = (*asked, checks.mirror_rules(question.graph.name(question.destination)))
    return by_agreement(question, RouteId.HK_FJREO, rows, asked=asked, noted=tuple(hints))
