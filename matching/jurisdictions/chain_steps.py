"""The steps of the dispute chain at one forum: what happens, who takes part, how far it has come."""

from collections.abc import Mapping
from types import MappingProxyType

from matching.jurisdictions.chain_types import ForumKind, Progress, Role, Stage, StepKind
from matching.jurisdictions.steps import counsel_of
from matching.jurisdictions.wording import say
from matching.types import Sentence

_RANKS: Mapping[str, int] = MappingProxyType(
    {
        "none": 0,
        "negotiation": 1,
        "mediation": 2,
        "arbitration": 3,
        "litigation": 3,
        "award": 3,
        "judgment": 3,
    }
)
_ENDS: Mapping[Stage, StepKind] = MappingProxyType(
    {Stage.AWARD: StepKind.ARBITRATION, Stage.JUDGMENT: StepKind.LITIGATION}
)


def is_open(step: StepKind, kind: ForumKind) -> bool:
    """Tell whether a forum leaves a step open: a tribunal and the courts exclude each other."""
    excluded = StepKind.LITIGATION if kind is ForumKind.ARBITRATION else StepKind.ARBITRATION
    return step is not excluded


def progress_of(step: StepKind, stage: Stage) -> Progress:
    """Say where a step stands against the stage reached."""
    if _RANKS[step] < _RANKS[stage] or _ENDS.get(stage) is step:
        return Progress.BEHIND
    return Progress.CURRENT if step.value == stage.value else Progress.AHEAD


def describe(step: StepKind, kind: ForumKind, place: Sentence) -> Sentence:
    """Say what a step is at a forum, or why it is not open there."""
    if step is StepKind.NEGOTIATION:
        return say(
            "The parties and their counsel negotiate; a settlement is possible at every stage.",
            "各方及其律師談判；任何階段均可和解。",
        )
    if step is StepKind.MEDIATION:
        return say(
            "A mediator helps the parties to settle in {a}; nobody is bound before they sign.",
            "由調解員在{a}協助各方和解；簽署之前對任何一方均無約束力。",
            a=place,
        )
    if step is StepKind.ARBITRATION and kind is ForumKind.ARBITRATION:
        return say(
            "A tribunal with its seat in {a} decides by an award, if the parties agreed to "
            "arbitrate.",
            "如各方已訂立仲裁協議，由以{a}為仲裁地的仲裁庭作出裁決。",
            a=place,
        )
    if step is StepKind.LITIGATION and kind is ForumKind.COURT:
        return say(
            "The courts of {a} decide by a judgment.",
            "由{a}法院作出判決。",
            a=place,
        )
    if step is StepKind.ARBITRATION:
        return say(
            "Not open at this forum: where the courts of {a} decide there is no arbitration. Ask "
            "about a seat to compare it.",
            "此處不適用：由{a}法院審理即無仲裁。如要比較，請加入仲裁地。",
            a=place,
        )
    return say(
        "Not open at this forum: an agreement to arbitrate keeps the merits out of the courts; "
        "those of {a} support and supervise the arbitration.",
        "此處不適用：仲裁協議排除法院審理實體問題；{a}法院只支持及監督仲裁。",
        a=place,
    )


def roles_of(
    step: StepKind, *, forum: str, home: str, counterparty: str, assets: tuple[str, ...]
) -> tuple[Role, ...]:
    """Say who takes part in a step that is open; all places are jurisdictions with their own law.

    Args:
        step: the step.
        forum, home, counterparty: the jurisdictions of the forum and of the two sides.
        assets: those of the assets, where measures and enforcement are asked for.
    """
    roles: list[Role] = []
    if step is StepKind.NEGOTIATION:
        roles += [
            Role(profession, place, ("DIS.NEG",))
            for place in (home, counterparty)
            for profession in counsel_of(place)
        ]
    elif step is StepKind.MEDIATION:
        roles += [
            Role("mediator", forum, ("DIS.MED.MDR",), is_appointed=True),
            Role("mediation_institution", forum, ("DIS.MED.INS",), is_appointed=True),
            *(Role(profession, home, ("DIS.NEG",)) for profession in counsel_of(home)),
        ]
    elif step is StepKind.ARBITRATION:
        roles += [
            Role("arbitrator", forum, ("DIS.ARB.TRB",), is_appointed=True),
            Role("arbitral_institution", forum, ("DIS.ARB.INS",), is_appointed=True),
            *(Role(profession, forum, ("DIS.ARB.CNS",)) for profession in counsel_of(forum)),
        ]
    else:
        roles += [Role(profession, forum, ("DIS.LIT",)) for profession in counsel_of(forum)]
    if step in (StepKind.ARBITRATION, StepKind.LITIGATION):
        roles += [
            Role(profession, place, ("DIS.INT", "DIS.ENF", "DIS.DBT"))
            for place in assets
            for profession in counsel_of(place)
        ]
    return tuple(dict.fromkeys(roles))
