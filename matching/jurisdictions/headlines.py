"""The answer to a route question in one sentence."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from matching.jurisdictions.decision import Decision, Question
from matching.jurisdictions.types import RouteId, RouteKind
from matching.jurisdictions.wording import say
from matching.types import Sentence

_KINDS: Mapping[RouteKind, tuple[str, str]] = MappingProxyType(
    {
        RouteKind.AWARD: ("An arbitral award made in {a}", "在{a}作出的仲裁裁決"),
        RouteKind.JUDGMENT: ("A judgment given in {a}", "{a}法院的判決"),
        RouteKind.SETTLEMENT: ("A settlement mediated in {a}", "在{a}達成的調解協議"),
        RouteKind.DOCUMENT: ("A document made in {a}", "在{a}作成的文書"),
    }
)
_ROUTES: Mapping[RouteId, tuple[str, str]] = MappingProxyType(
    {
        RouteId.NEW_YORK_CONVENTION: ("the New York Convention", "《紐約公約》"),
        RouteId.HK_MAINLAND_AWARDS: (
            "the Arrangement on awards between the Mainland and Hong Kong",
            "內地與香港相互執行仲裁裁決的安排",
        ),
        RouteId.MACAO_MAINLAND_AWARDS: (
            "the Arrangement on awards between the Mainland and Macao",
            "內地與澳門相互認可和執行仲裁裁決的安排",
        ),
        RouteId.HK_MACAO_AWARDS: (
            "the Arrangement on awards between Hong Kong and Macao",
            "香港與澳門相互認可和執行仲裁裁決的安排",
        ),
        RouteId.MAINLAND_TAIWAN_RULES: (
            "the Supreme People's Court's rules for Taiwan",
            "最高人民法院關於台灣地區的規定",
        ),
        RouteId.HK_MAINLAND_JUDGMENTS: (
            "the Arrangement on judgments between the Mainland and Hong Kong",
            "內地與香港相互認可和執行民商事判決的安排",
        ),
        RouteId.MACAO_MAINLAND_JUDGMENTS: (
            "the Arrangement on judgments between the Mainland and Macao",
            "內地與澳門相互認可和執行民商事判決的安排",
        ),
        RouteId.HAGUE_CHOICE_OF_COURT: (
            "the 2005 Hague Choice of Court Convention",
            "2005年海牙《選擇法院協議公約》",
        ),
        RouteId.HAGUE_JUDGMENTS: (
            "the 2019 Hague Judgments Convention",
            "2019年海牙《承認與執行外國民商事判決公約》",
        ),
        RouteId.LUGANO: ("the Lugano Convention", "《盧加諾公約》"),
        RouteId.BILATERAL_TREATY: (
            "the bilateral treaty on judicial assistance",
            "雙邊司法協助條約",
        ),
        RouteId.HK_FJREO: (
            "registration under Hong Kong's Cap. 319 or the mirror rules there",
            "香港第319章或對方相應規則下的登記",
        ),
        RouteId.SINGAPORE_CONVENTION: (
            "the Singapore Convention on Mediation",
            "《新加坡調解公約》",
        ),
        RouteId.APOSTILLE: ("apostille", "加簽（Apostille）"),
        RouteId.CONSULAR_LEGALISATION: ("consular legalisation", "領事認證"),
        RouteId.CAAO: (
            "attestation by a China-Appointed Attesting Officer",
            "中國委托公證人證明",
        ),
        RouteId.DOMESTIC_LAW_ONLY: ("domestic law only", "只按當地法律"),
    }
)


def route_name(route: RouteId) -> Sentence:
    """Return what a route is called."""
    return say(*_ROUTES[route])


def headline(kind: RouteKind, question: Question, decision: Decision) -> Sentence:
    """Say the answer in one sentence."""
    names = {
        "a": question.graph.name(question.origin),
        "b": question.graph.name(question.destination),
    }
    subject = say(*_KINDS[kind], a=names["a"])
    route = route_name(decision.route)
    if decision.route is RouteId.DOMESTIC_LAW_ONLY and decision.instruments:
        return say(
            "{s} is enforced in {b} under the European Union's own regulation, which is law there "
            "without a treaty.",
            "{s}在{b}按歐盟條例執行，該條例直接適用，無須條約。",
            s=subject,
            b=names["b"],
        )
    if decision.route is RouteId.DOMESTIC_LAW_ONLY:
        return say(
            "{s} has no treaty route to {b}: only the law of {b} decides.",
            "{s}並無條約途徑可往{b}：只取決於{b}的法律。",
            s=subject,
            b=names["b"],
        )
    if kind is RouteKind.DOCUMENT:
        return say(
            "{s} is used in {b} by {r}.", "{s}經{r}可在{b}使用。", s=subject, r=route, b=names["b"]
        )
    return say(
        "{s} can be enforced in {b} under {r}.",
        "{s}可根據{r}在{b}執行。",
        s=subject,
        r=route,
        b=names["b"],
    )


def later(kind: RouteKind, route: RouteId, on: date) -> Sentence:
    """Say that from a day the answer is another."""
    named = route_name(route)
    if kind is RouteKind.DOCUMENT:
        return say("From {d} by {r}.", "{d}起改為{r}。", d=on, r=named)
    return say("From {d}: {r}.", "{d}起：{r}。", d=on, r=named)
