"""The dispute chain compared by forum: what each step ends in and what that is worth where assets are.

Every cell stands by itself, so that one forum more or less changes no other.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType

from matching.jurisdictions import chain_notes as notes
from matching.jurisdictions.chain_case import (
    Case,
    check_dispute,
    exists,
    resolve_forums,
    usual_forums,
)
from matching.jurisdictions.chain_enforcement import OUTPUTS, At, enforce
from matching.jurisdictions.chain_interim import InterimQuestion, interim_measures
from matching.jurisdictions.chain_sources import institutions_of, instruments_of, sources_of
from matching.jurisdictions.chain_steps import describe, is_open, progress_of, roles_of
from matching.jurisdictions.chain_types import (
    ChainStep,
    Dispute,
    DisputeChain,
    Forum,
    ForumChain,
    ForumKind,
    InterimMeasure,
    Note,
    Role,
    Stage,
    StepKind,
)
from matching.jurisdictions.graph import TreatyGraph, require_day
from matching.jurisdictions.settlements import SINGAPORE
from matching.jurisdictions.types import Cooperation, Institution
from matching.jurisdictions.wording import notice, say
from matching.types import Sentence

_MEDIATION_ORGANISATION = "iomed"
# Cooperation on what the other kind of forum gives does not help at this one.
_SUBJECT_OF_THE_OTHER: Mapping[ForumKind | None, str] = MappingProxyType(
    {ForumKind.ARBITRATION: "judgment", ForumKind.COURT: "arbitral_award"}
)


def compare_forums(graph: TreatyGraph, dispute: Dispute, *, on: date) -> DisputeChain:
    """Compare the dispute chain by forum, as the law stands on a day.

    Args:
        graph: the jurisdictions, instruments and institutions.
        dispute: what is known; without a forum, the courts of both homes and arbitration in Hong
            Kong and Singapore are compared.
        on: the day, 1900 to 2100.

    Returns:
        A chain of four steps for each forum, in the order asked; nothing is ranked.

    Raises:
        WrongDispute: an unknown or withdrawn code, no place of assets, an institution that is
            unknown, does not exist on the day or conducts no such case, or one forum twice.
        NoRoute: a day out of range.
    """
    require_day(on)
    case = check_dispute(graph, dispute, on)
    considered = dispute.forums or usual_forums(case)
    forums = tuple(_forum_chain(case, *found) for found in resolve_forums(case, considered))
    return DisputeChain(
        on=on,
        dispute=dispute,
        are_usual=not dispute.forums,
        forums=forums,
        notes=tuple(_notes(dispute)),
        cooperations=_cooperations(case, (case.home.asked, case.home.law), None),
        institutions=institutions_of(forums),
        instruments=instruments_of(forums),
        sources=sources_of(forums),
        notice=notice(),
    )


def _forum_chain(case: Case, forum: Forum, law: str, institution: Institution | None) -> ForumChain:
    here = [forum.jurisdiction, law]
    if institution is not None:
        here.append(institution.seat)
    return ForumChain(
        forum=forum,
        law=law,
        name=_name_of(case.graph, forum, law, institution),
        institution=institution,
        steps=tuple(_step(case, step, forum, law, institution) for step in StepKind),
        notes=tuple(_forum_notes(case, forum, law, institution)),
        cooperations=_cooperations(case, here, forum.kind),
    )


def _name_of(
    graph: TreatyGraph, forum: Forum, law: str, institution: Institution | None
) -> Sentence:
    place = graph.name(forum.jurisdiction)
    if forum.kind is ForumKind.COURT:
        if institution is not None:
            return institution.name
        return say("Courts of {a}", "{a}法院", a=place)
    if institution is not None:
        return say(
            "Arbitration with its seat in {a}, {i}", "以{a}為仲裁地的仲裁，{i}",
            a=place, i=institution.name,
        )  # fmt: skip
    return say("Arbitration with its seat in {a}", "以{a}為仲裁地的仲裁", a=place)


def _step(
    case: Case, step: StepKind, forum: Forum, law: str, institution: Institution | None
) -> ChainStep:
    graph, dispute = case.graph, case.dispute
    sentence = describe(step, forum.kind, graph.name(law))
    progress = progress_of(step, dispute.stage)
    if not is_open(step, forum.kind):
        return ChainStep(step, False, progress, sentence)
    roles = roles_of(
        step,
        forum=law,
        home=case.home.law,
        counterparty=case.counterparty.law,
        assets=tuple(dict.fromkeys(place.law for place in case.assets)),
    )
    institutions = _institutions(case, step, law, institution)
    return ChainStep(
        step,
        True,
        progress,
        sentence,
        output=OUTPUTS[step],
        institutions=institutions,
        enforcement=tuple(
            enforce(
                step,
                At(graph, forum.kind, forum.jurisdiction, law, place.asked, place.law, case.plan),
                may_be_convention=graph.party(SINGAPORE, place.law, case.on) is not None,
            )
            for place in case.assets
        ),
        interim=_interim(case, step, law, institution),
        roles=roles,
        notes=tuple(_step_notes(case, step, law, institutions, roles)),
    )


def _institutions(
    case: Case, step: StepKind, law: str, named: Institution | None
) -> tuple[Institution, ...]:
    return tuple(
        one
        for one in case.graph.institutions
        if step in one.steps
        and exists(one, case.on)
        and (one == named or case.law_of(one.seat) == law)
    )


def _interim(
    case: Case, step: StepKind, law: str, institution: Institution | None
) -> tuple[InterimMeasure, ...]:
    listed = tuple(
        one for one in case.graph.institutions if one.is_listed_for_interim and exists(one, case.on)
    )
    return tuple(
        measure
        for place in case.assets
        for measure in interim_measures(
            InterimQuestion(
                case.graph,
                step,
                case.dispute.stage,
                case.on,
                law,
                place.asked,
                place.law,
                institution,
                listed,
            )
        )
    )


def _step_notes(
    case: Case,
    step: StepKind,
    law: str,
    institutions: Iterable[Institution],
    roles: Iterable[Role],
) -> Iterator[Note]:
    if step in (StepKind.MEDIATION, StepKind.ARBITRATION):
        yield notes.neutrals()
    if step is StepKind.MEDIATION:
        if law == "CN" or any(place.law == "CN" for place in case.assets):
            yield notes.mainland_mediation_regulation(case.on)
        for one in institutions:
            if one.institution_id == _MEDIATION_ORGANISATION:
                yield notes.organisation_for_mediation(one.valid_from, one.source_url, one.name)
    if any(role.profession == "barrister" for role in roles):
        yield notes.barrister()


def _forum_notes(
    case: Case, forum: Forum, law: str, institution: Institution | None
) -> Iterator[Note]:
    graph, dispute = case.graph, case.dispute
    place = graph.name(law)
    if {law} == {case.counterparty.law, *(place.law for place in case.assets)}:
        yield notes.enforced_at_home(place)
    if forum.kind is ForumKind.ARBITRATION:
        if dispute.stage in (Stage.LITIGATION, Stage.JUDGMENT):
            yield notes.court_case_pending()
        elif dispute.stage not in (Stage.ARBITRATION, Stage.AWARD):
            yield notes.arbitration_agreement()
        if law == "CN":
            yield notes.mainland_arbitration_law(case.on)
        if institution is not None and case.law_of(institution.seat) != law:
            its_place = graph.name(case.law_of(institution.seat))
            yield notes.institution_elsewhere(institution.name, its_place, place)
    elif dispute.stage in (Stage.ARBITRATION, Stage.AWARD):
        yield notes.arbitration_pending()
    elif dispute.stage not in (Stage.LITIGATION, Stage.JUDGMENT):
        yield notes.court_jurisdiction(place)
    if dispute.governing_law is not None:
        governing = case.law_of(dispute.governing_law)
        yield notes.governing_law(graph.name(governing), place, is_same=governing == law)


def _notes(dispute: Dispute) -> Iterator[Note]:
    if not dispute.forums:
        yield notes.usual_forums()
    yield notes.no_ranking()
    if dispute.governing_law is None:
        yield notes.no_governing_law()
    if dispute.value is not None:
        yield notes.amount(dispute.value)


def _cooperations(
    case: Case, here: Iterable[str], kind: ForumKind | None
) -> tuple[Cooperation, ...]:
    """Return the cooperation between some places and where the counterparty or assets are.

    The first member is the one that cooperates with each of the others; they need not cooperate
    among themselves. Members are compared as they are called on the day, so that a merged
    province is found.
    """
    graph, on = case.graph, case.on
    near = {graph.node(code, on=on).code for code in here}
    far = {
        graph.node(code, on=on).code
        for place in (case.counterparty, *case.assets)
        for code in (place.asked, place.law)
    }
    excluded = _SUBJECT_OF_THE_OTHER.get(kind)
    found: list[Cooperation] = []
    for one in graph.cooperations:
        if one.subject == excluded or not _in_force(one, on):
            continue
        hub, *others = (graph.node(code, on=on).code for code in one.members)
        around = set(others) - {hub}
        if (hub in near and around & far) or (hub in far and around & near):
            found.append(one)
    return tuple(found)


def _in_force(cooperation: Cooperation, on: date) -> bool:
    begins, ends = cooperation.valid_from, cooperation.valid_to
    return (begins is None or begins <= on) and (ends is None or on <= ends)
