"""What a need tells beside what it asks for."""

import re

from matching.understanding.lexicon import Mention
from matching.understanding.relation_tables import GENERAL, LIGHT, NOT_ITSELF, SAME, TOLD
from matching.understanding.scope import before

# That somebody does not pay is the story; only "collect" or "trace" asks for recovery.
_RECOVERS = re.compile(
    r"追|讨|催|(?<![应营])收|查|清欠|collect|recover|chas|trac|search|get our money|debt"
)
_PAID_OTHERWISE = (
    "DIS.ARB",
    "DIS.NEG",
    "DIS.MED",
    "DIS.LIT",
    "DIS.ENF",
    "LEG.ISV",
    "INS.ECI",
    "FIN.CTC",
    "FIN.TRF",
)
# Only a word beside another request: asked outright, these stay (see `_is_asked`).
_ASKED = re.compile(
    r"(?:\b(?:needs?|want|recommend|propose|suggest|introduce|looking for|seek|find|help with|require|also|plus|and|as well as|then)\b|"
    r"还要|还需|另外|同时|另|以及|顺便|兼|并|仲要|埋|并且|加上|，再|需要|找|揾|请(?!问)|推荐|介绍|想|要)[^,，。;\n]{0,14}$"
)
_ASKS_ITSELF = re.compile(
    r"^(?:file|register|apply|appl|draft|review|vet|起草|申请|注册(?!商标)|提交)|draft(?:ed|ing)?$|换|法律尽|legal (?:due|dd)|协议|\bfilings?$|抢注|抢先|撤销|无效|异议|squat|cancel|oppos|(?:律师|顾问|lawyers?|counsel)$"
)
_FOR_USE = re.compile(
    r"(?:用于|用作|用喺|用在|用嚟|用来|拿去|拿到|拎去|(?<![想要拟算划备])去[^,，。;\n]{0,6}办|以便|\bfor (?:use in|the purpose of|submission)|"
    r"\bto be used (?:for|in)|\b(?:loan|insurance|guarantee|bond|financing|cover) for|\bused (?:for|in))[^,，。;\n]{0,24}$"
)
_IS_USE = re.compile(r"之?用(?=[,。;]|$)|使用(?=[,。;]|$)")
# The paper that is translated: "translate a land lease", 土地租约翻译.
_TRANSLATES = re.compile(
    r"\btranslat\w+(?: of)?(?: [\w-]+){0,3} $|(?:翻译|译)[^,、。;\n和及同并办做+]{0,6}$"
)
_TRANSLATED = re.compile(r"[^,、。;\n和及同并+]{0,4}(?:翻译|译成|翻成|翻做)|[ -]translat")
# 意见书须附中文译本 asks for a language.
_ATTACHED = re.compile(r"(?:附(?!加)|连同?|配)[^,。;\n]{0,6}$")
# 把样品送去迪拜参展 tells where the goods go.
_FAIR = re.compile(r"参展|考察|展会|展览会?|(?:trade )?(?:fair|show)s?|exhibitions?|expo")
_SENT_TO = re.compile(
    r"(?:送|带|拿|运|寄|发)(?:去|到|往)[^,。;\n]{0,8}$|"
    r"\b(?:samples?|goods|exhibits?|them|it) (?:to|at) (?:an?|the) (?:[\w-]+ ){0,3}$"
)
_VALUED = re.compile(r"(?:做|进行|作)?(?:价值|技术)?(?:评估|估值|估价)")
_FOR = re.compile(r"\bfor (?:an?|the|our)? ?$")


def is_answered(code: str, codes: set[str]) -> bool:
    """Tell whether something more specific in a need answers for a general sector."""
    return any(
        other != code and other.startswith(prefixes)
        for general, prefixes in GENERAL
        if general == code
        for other in codes
    )


def is_told(folded: str, code: str, mention: Mention, codes: set[str]) -> bool:
    """Tell whether a service belongs to the story of a need rather than to what it asks for.

    Args:
        folded: the folded text.
        code: the sector.
        mention: where it is named.
        codes: all that the need seems to ask for, `code` among them.
    """
    left = before(folded, mention.start)
    right = folded[mention.end : mention.end + 12]
    words = folded[mention.start : mention.end]
    if len(codes) > 1 and (_is_purpose(code, left, right) or _is_paper(code, left, right, codes)):
        return True
    if len(codes) > 1 and _FAIR.fullmatch(words) and _SENT_TO.search(left):
        return True
    if _answers(SAME, code, codes) or _is_light(code, words, codes):
        return True
    if (
        code == "DIS.DBT"
        and not _RECOVERS.search(words)
        and any(other.startswith(_PAID_OTHERWISE) for other in codes)
    ):
        return True
    is_background = _answers(TOLD, code, codes) and _ASKED.search(left) is None
    return is_background and _ASKS_ITSELF.search(words) is None


def _is_purpose(code: str, left: str, right: str) -> bool:
    """Tell whether it is what something else is for: 开子公司用的公证, "a permit for a loan"."""
    if code == "FIN.LON" and _FOR.search(left):
        return True
    return not code.startswith(("NOT", "LNG")) and (
        _FOR_USE.search(left) is not None or _IS_USE.match(right) is not None
    )


def _is_paper(code: str, left: str, right: str, codes: set[str]) -> bool:
    """Tell whether it is a thing that another service is done to: "translate a land lease"."""
    if code == "LNG.LTR":
        return _ATTACHED.search(left) is not None
    if code == "IPR.PAT" and "IPR.LIC" in codes and _VALUED.match(right):
        return True
    return "LNG.LTR" in codes and (
        _TRANSLATES.search(left) is not None or _TRANSLATED.match(right) is not None
    )


def _is_light(code: str, words: str, codes: set[str]) -> bool:
    """Tell whether the words ask for nothing of their own beside what else is asked for."""
    return any(
        pattern.fullmatch(words) and codes & remedies
        for pattern, remedies in NOT_ITSELF.get(code, ())
    ) or any(
        light.fullmatch(words) and other != code and other.startswith(remedies)
        for light, remedies in LIGHT
        for other in codes
    )


def _answers(
    table: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...], code: str, codes: set[str]
) -> bool:
    return any(
        code in told and any(other not in told and other.startswith(remedies) for other in codes)
        for told, remedies in table
    )
