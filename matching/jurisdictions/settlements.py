"""Under what a settlement from mediation is enforced in another jurisdiction."""

from matching.jurisdictions import checks
from matching.jurisdictions.decision import Decision, Question, by_convention, domestic
from matching.jurisdictions.types import RouteId

SINGAPORE = "singapore_mediation_2018"
OPT_IN = "Art. 8(1)(b)"


def decide_settlement(question: Question) -> Decision:
    """Decide the route of a mediated settlement.

    The Singapore Convention knows no seat and no reciprocity: only the place where relief is
    sought must be a party.
    """
    graph, facts = question.graph, question.facts
    row = graph.party(SINGAPORE, question.destination, question.on)
    if row is None or graph.is_one_state(question.origin, question.destination):
        return domestic(question)
    place = graph.name(question.destination)
    # The parties' own agreement is never assumed.
    if OPT_IN in row.note and not facts.opted_in:
        return domestic(question, checks.opted_in(place))
    for name, value in (("international", facts.international), ("commercial", facts.commercial)):
        if value is False:
            return domestic(question, checks.excluded_by_fact(f"{name}=no"))
    is_known = facts.international is True and facts.commercial is True
    return by_convention(
        question,
        RouteId.SINGAPORE_CONVENTION,
        SINGAPORE,
        (row,),
        asked=() if is_known else (checks.settlement_international(),),
        noted=(checks.settlement_reservations(place),),
    )
