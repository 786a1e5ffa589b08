"""How assets can be preserved while a step goes on: whose courts help, and under what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from matching.jurisdictions import checks
from matching.jurisdictions.chain_types import InterimKind, InterimMeasure, Stage, StepKind
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import Certainty, Check, Institution, Party
from matching.jurisdictions.wording import say
from matching.types import Sentence

# Arrangement of 2 April 2019, Arts. 2, 3 and 6; arrangement of 25 February 2022, Arts. 2 and 5:
# both let the parties of an administered arbitration of one side ask the courts of the other.
_ARRANGEMENTS: Mapping[frozenset[str], str] = MappingProxyType(
    {
        frozenset({"CN", "HK"}): "hk_cn_interim_2019",
        frozenset({"CN", "MO"}): "mo_cn_interim_2022",
    }
)
# Art. 4 of the supplemental arrangement: measures before and after an award is put to the court.
_AFTER_THE_AWARD: Mapping[frozenset[str], str] = MappingProxyType(
    {frozenset({"CN", "HK"}): "hk_cn_awards_supp_2020"}
)


@dataclass(frozen=True, slots=True)
class InterimQuestion:
    """A step at a forum, and assets in a place.

    Attributes:
        institution: the one that conducts the case, or None where none was named.
        listed: institutions known to be listed under the arrangement of 2019.
    """

    graph: TreatyGraph
    step: StepKind
    stage: Stage
    on: date
    forum_law: str
    place: str
    place_law: str
    institution: Institution | None
    listed: tuple[Institution, ...]


def interim_measures(question: InterimQuestion) -> tuple[InterimMeasure, ...]:
    """Say how assets in a place can be preserved; for arbitration also by whom else."""
    if question.step is not StepKind.ARBITRATION:
        return (_by_courts(question),)
    arranged = _by_arrangement(question)
    return (arranged or _by_courts(question), _emergency_arbitrator(question))


def _names(question: InterimQuestion) -> tuple[Sentence, Sentence]:
    return question.graph.name(question.forum_law), question.graph.name(question.place_law)


def _by_courts(question: InterimQuestion, *noted: Check) -> InterimMeasure:
    a, b = _names(question)
    is_home = question.forum_law == question.place_law
    if question.step in (StepKind.NEGOTIATION, StepKind.MEDIATION):
        sentence = say(
            "No case is pending yet: whether the courts of {b} preserve assets there before one "
            "is begun is for the law of {b}.",
            "尚無案件：{b}法院會否在起訴或仲裁前保全當地資產，取決於{b}的法律。",
            b=b,
        )
    elif is_home:
        sentence = say(
            "The courts of {b} can preserve assets in {b} under their own law.",
            "{b}法院可按當地法律保全當地資產。",
            b=b,
        )
    elif question.step is StepKind.ARBITRATION:
        sentence = say(
            "No instrument is known here: whether the courts of {b} help an arbitration that has "
            "its seat in {a} is for the law of {b}.",
            "未見適用文書：{b}法院會否協助以{a}為仲裁地的仲裁，取決於{b}的法律。",
            a=a,
            b=b,
        )
    else:
        sentence = say(
            "No instrument is known here: whether the courts of {b} help a case before the "
            "courts of {a} is for the law of {b}.",
            "未見適用文書：{b}法院會否協助在{a}法院審理的案件，取決於{b}的法律。",
            a=a,
            b=b,
        )
    return InterimMeasure(
        question.place,
        InterimKind.OWN_COURTS if is_home else InterimKind.DOMESTIC_LAW,
        Certainty.DOMESTIC_LAW_ONLY,
        sentence,
        checks=noted,
    )


def _by_arrangement(question: InterimQuestion) -> InterimMeasure | None:
    pair = frozenset((question.forum_law, question.place_law))
    is_after = question.stage is Stage.AWARD
    instrument_id = (_AFTER_THE_AWARD if is_after else _ARRANGEMENTS).get(pair)
    if instrument_id is None:
        return _by_courts(question, _award_made()) if is_after and pair in _ARRANGEMENTS else None
    rows = question.graph.both(instrument_id, question.forum_law, question.place_law, question.on)
    if rows is None:
        return None
    if is_after:
        return _arranged(question, instrument_id, rows, _after_the_award(question))
    condition = _condition(question)
    if condition is not None and condition.code == "not_listed":
        return _by_courts(question, condition)
    asked = () if condition is None else (condition,)
    return _arranged(question, instrument_id, rows, _until_the_award(question), *asked)


def _arranged(
    question: InterimQuestion,
    instrument_id: str,
    rows: tuple[Party, Party],
    sentence: Sentence,
    *asked: Check,
) -> InterimMeasure:
    unread = [question.graph.name(row.jurisdiction) for row in rows if not row.is_verified]
    if unread:
        certainty, asked = Certainty.UNVERIFIED, (*asked, checks.unverified(unread))
    else:
        certainty = Certainty.CHECK if asked else Certainty.SETTLED
    return InterimMeasure(
        question.place,
        InterimKind.ARRANGEMENT,
        certainty,
        sentence,
        instrument=question.graph.used(instrument_id, rows),
        checks=asked,
    )


def _until_the_award(question: InterimQuestion) -> Sentence:
    a, b = _names(question)
    return say(
        "Parties to an arbitration with its seat in {a} can ask the courts of {b} for measures "
        "under the arrangement between the two, before and during the arbitration, until the "
        "award.",
        "以{a}為仲裁地的仲裁當事人，可在仲裁前及仲裁中、裁決作出之前，根據兩地安排向{b}法院申請保全。",
        a=a,
        b=b,
    )


def _after_the_award(question: InterimQuestion) -> Sentence:
    return say(
        "The award is in hand: under the supplemental arrangement the court in {b} that is asked "
        "to enforce it can preserve assets before and after it takes the application.",
        "裁決已作出：根據補充安排，{b}法院在受理執行申請之前或之後均可採取保全措施。",
        b=_names(question)[1],
    )


def _award_made() -> Check:
    return Check(
        "award_made",
        say(
            "The arrangement on interim measures helps until the award is made, and it has been "
            "made.",
            "保全安排只適用於裁決作出之前，而裁決已作出。",
        ),
    )


def _condition(question: InterimQuestion) -> Check | None:
    """Return what the arrangement asks of the institution and is not known to be met, or None."""
    if question.forum_law == "HK" and question.place_law == "CN":
        return _listing(question)
    institution = question.institution
    if institution is not None:
        seat = question.graph.law_of(institution.seat, on=question.on).code
        if seat == question.forum_law:
            return None
    return Check(
        "administered",
        say(
            "The arrangement covers arbitration that an institution of {a} administers: check "
            "that this one is.",
            "安排只涵蓋由{a}的仲裁機構管理的仲裁：請確認本案屬之。",
            a=_names(question)[0],
        ),
    )


def _listing(question: InterimQuestion) -> Check | None:
    institution = question.institution
    if institution is not None and institution.is_listed_for_interim:
        return None
    if institution is not None and institution.is_listed_for_interim is False:
        return Check(
            "not_listed",
            say(
                "{i} is not on the list of institutions whose Hong Kong arbitrations Mainland "
                "courts help under the arrangement of 2019.",
                "{i}不在2019年安排的機構名單之內，內地法院不會據此協助其香港仲裁程序。",
                i=institution.name,
            ),
        )
    if question.listed:
        known = _joined([listed.name for listed in question.listed])
        return Check(
            "listed_institution",
            say(
                "The arrangement of 2019 covers only Hong Kong arbitrations that a listed "
                "institution administers; known here to be listed: {l}. Check the list of the "
                "Department of Justice.",
                "2019年安排只涵蓋由名單所列機構管理的香港仲裁程序；本資料所知者：{l}。請核對律政司名單。",
                l=known,
            ),
        )
    return Check(
        "listed_institution",
        say(
            "The arrangement of 2019 covers only Hong Kong arbitrations that a listed institution "
            "administers: check the list of the Department of Justice.",
            "2019年安排只涵蓋由名單所列機構管理的香港仲裁程序：請核對律政司名單。",
        ),
    )


def _emergency_arbitrator(question: InterimQuestion) -> InterimMeasure:
    b = _names(question)[1]
    return InterimMeasure(
        question.place,
        InterimKind.EMERGENCY_ARBITRATOR,
        Certainty.CHECK,
        say(
            "The rules of some institutions provide an emergency arbitrator before the tribunal "
            "is formed; whether such an order can be enforced in {b} is for the law of {b}.",
            "部分機構的規則設緊急仲裁員，可在仲裁庭組成前處理；其命令能否在{b}執行，取決於{b}的法律。",
            b=b,
        ),
        checks=(
            Check(
                "emergency_arbitrator",
                say(
                    "Look in the rules agreed on whether they provide one, and ask counsel in {b} "
                    "what becomes of the order.",
                    "請查看所約定的規則是否設有緊急仲裁員，並向{b}律師了解其命令的效力。",
                    b=b,
                ),
            ),
        ),
    )


def _joined(names: list[Sentence]) -> Sentence:
    return Sentence(
        ", ".join(name.en for name in names),
        "、".join(name.zh_hans for name in names),
        "、".join(name.zh_hant for name in names),
    )
