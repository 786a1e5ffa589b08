"""How a public document made in one jurisdiction becomes usable in another."""

from datetime import date

from matching.jurisdictions import checks
from matching.jurisdictions.decision import (
    Decision,
    Question,
    by_convention,
    domestic,
    territorial_scope,
)
from matching.jurisdictions.types import Certainty, Check, Party, RouteId

APOSTILLE = "hcch_apostille_1961"
ATTESTING_OFFICERS = "hk_cn_caao"
_CHINESE = frozenset({"CN", "HK", "MO", "TW"})
# Germany's list of states was cut after the letter S, and these became parties after it.
# China named the states to which its accession applies; who acceded later is not on that list.
_CHINESE_LIST = date(2023, 11, 7)
_UNKNOWN_TO_GERMANY = frozenset({"TJ", "TN", "UZ", "BD", "DZ", "VN"})


def decide_document(question: Question) -> Decision:
    """Decide how a document is made usable: apostille, legalisation, or attestation."""
    graph, origin, destination, on = (
        question.graph,
        question.origin,
        question.destination,
        question.on,
    )
    if (origin, destination) == ("HK", "CN"):
        rows = [graph.party(ATTESTING_OFFICERS, code, on) for code in (origin, destination)]
        bound = tuple(row for row in rows if row is not None)
        if len(bound) == 2:
            noted = (checks.caao_document_type(),)
            return by_convention(question, RouteId.CAAO, ATTESTING_OFFICERS, bound, noted=noted)
    names = graph.name(origin), graph.name(destination)
    if question.pair <= _CHINESE:
        return domestic(question, checks.no_source_between_parts(*names))
    rows_ = graph.both(APOSTILLE, origin, destination, on)
    if rows_ is not None:
        return by_convention(
            question,
            RouteId.APOSTILLE,
            APOSTILLE,
            rows_,
            asked=_doubts(question, rows_),
            noted=(*_newer_than_the_list(question, rows_), checks.receiving_body(names[1])),
        )
    if graph.is_one_state(origin, destination):
        return domestic(question)
    unclear = territorial_scope(question, APOSTILLE)
    certainty = Certainty.CHECK if unclear else Certainty.SETTLED
    cut = (checks.objected(*names),) if _is_cut(question) else ()
    return Decision(RouteId.CONSULAR_LEGALISATION, certainty, (), (*unclear, *cut))


def _is_cut(question: Question) -> bool:
    graph, on = question.graph, question.on
    return graph.objection(APOSTILLE, question.origin, question.destination, on) is not None


def _flagged(rows: tuple[Party, Party]) -> list[str]:
    return [row.jurisdiction for row in rows if "A**" in row.note and row.jurisdiction != "CN"]


def _newer_than_the_list(question: Question, rows: tuple[Party, Party]) -> tuple[Check, ...]:
    if "CN" not in question.pair:
        return ()
    newer = [
        row.jurisdiction
        for row in rows
        if row.jurisdiction in _flagged(rows)
        and row.in_force_from is not None
        and row.in_force_from > _CHINESE_LIST
    ]
    return tuple(checks.acceded_after_the_list(question.graph.name(code)) for code in newer)


def _doubts(question: Question, rows: tuple[Party, Party]) -> tuple[Check, ...]:
    flagged = _flagged(rows)
    if not flagged or "CN" in question.pair:
        return ()
    if "DE" in question.pair and not question.pair & _UNKNOWN_TO_GERMANY:
        return ()
    return (checks.objection_possible([question.graph.name(code) for code in flagged]),)
