"""Regions in a need: narrowed to members that are named, or some members without saying which."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from matching.understanding.scope import after, before

# The European Union's members since 2020-02-01 (Treaty on European Union, Article 52, less the
# United Kingdom).
_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_EU.split())

_NEARBY = 60
_FAR = 300
_WIDENING = re.compile(
    r"\b(?:includ\w+|such as|e\.g\.|like|as well as|plus|and also|also|in addition)\b|包括|包含|例如|比如|譬如|等|"
    r"(?<!假)如|以及|另外|还|同时|加上|也"
)
_NARROWING = re.compile(
    r"\b(?:mainly|mostly|especially|particularly|in particular|primarily|chiefly|notably|specifically|"
    r"namely|i\.e\.|first|starting with|start with|beginning with|focus\w*|priority|above all)\b|"
    r"主要|尤其|特别|即|先(?!生)|重点|首选|首站|首先|优先|侧重|集中|以"
)
_ONLY = re.compile(r"\b(?:only|just|first|at first|to start)\b|只|先(?!生)|首站|首选|首先|第一站")
_OF_REGION = re.compile(
    r"(?:等|等等|等几个|等多个|这些|几个|[两二三四五六七八九十\d]个|两个|三个|多个) ?$|^ ?(?:in|within|of) $|(?:等)$"
)
_SOME_BEFORE = re.compile(
    r"(?:\b(?:some|several|a few|few|certain|various|selected|two|three|four|five|six|seven|eight|nine|"
    r"\d{1,2}|one|another|most|two or three|a couple of)(?: (?:of the|of|other|more|main|big|key))? (?:the )?|"
    r"(?:部分|个别|某些|几个|若干|多个|[一两二三四五六七八九]个|\d个|几国|一些|其中几个))$"
)
_SOME_NAME = re.compile(r"\b(?:countries|states|markets|members)$|(?:国家|成员国|各国|市场)$")
_SOME_AFTER = re.compile(
    r"^(?: (?:countries|states|markets|member states|members|jurisdictions)\b|"
    r"(?:里|中|内|其中|当中)?(?:的)?(?:部分|某些|几个|若干|[两三四五六七八九几]个?|多)(?:国|国家|成员国)|"
    r"(?:部分|某些|几个)?(?:国家|成员国))"
)
_SOME_OF_AFTER = re.compile(
    r"^(?:国家)?(?:里|中|内|其中|当中)?(?:的)?(?:其中)?(?:部分|某些|几个|个别|若干|两三个|[两三四五六七八九几]个?)(?:国|成员|$|市场)"
)
_ALL_BEFORE = re.compile(r"\b(?:the|all|all of the|these|those|all the) ([a-z]+|\d{1,2}) $")
_NUMBERS = MappingProxyType(
    dict(
        zip(
            (
                "two",
                "both",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
            ),
            ("2", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
            strict=True,
        )
    )
)
_REST_BEFORE = re.compile(
    r"(?:\b(?:other|rest of|remaining|elsewhere in)(?: the)?(?: of)? |(?:其他|其它|其余|余下|剩下))$"
)
_REST_AFTER = re.compile(r"^(?:的)?(?:其他|其它|其余|余下|剩余)")

_UNDECIDED = re.compile(
    r"\b(?:not|haven't|yet to|still to)(?: yet)? (?:been )?(?:decided?|chosen?|choose|settled|picked?|sure)\b|"
    r"\bwhich (?:ones?|countr\w+|states|markets)\b[^.;]{0,30}\b(?:later|not decided|undecided|open|tbd|not clear|not yet|not sure)\b|"
    r"\b(?:confirm|decide|tell you|advise|choose|say) which\b|\b(?:undecided|to be (?:decided|confirmed|chosen)|tbc|tbd)\b|"
    r"(?:未|没|没有|唔)(?:想好|拣好|选好|定好|决定|确定|选定|定下|定边)|哪几个(?:还)?未定|待定"
)


def members_of(codes: Sequence[str]) -> frozenset[str]:
    """Return the states a region's codes stand for; for the Union's own regime its members."""
    return EU_MEMBERS if tuple(codes) == ("EU",) else frozenset(codes)


def is_narrowed(
    folded: str, region: tuple[int, int], named: Sequence[tuple[int, int]], *, is_firm: bool
) -> bool:
    """Tell whether a region stands for its members that are named beside it.

    Args:
        folded: the folded text.
        region: where the region's name stands.
        named: where members stand that are themselves targets, in the order of the text.
        is_firm: its members replace it only where the text says so: a regime of its own (the
            European Union), or a pair of states.
    """
    start, end = region
    right, left = after(folded, end), before(folded, start)
    for name_start, _ in named:
        # "We sell all over ASEAN. What we want now is only Thailand."
        gap = folded[end:name_start]
        if (
            not is_firm
            and len(right) < len(gap) <= _FAR
            and _ONLY.search(before(folded, name_start))
        ):
            return True
    for name_start, name_end in named:
        if name_start >= end:
            distance = name_start - end
            between = right[:distance]
            if distance >= len(right) or distance > _NEARBY or _WIDENING.search(between):
                continue
            if not is_firm or _NARROWING.search(between) or _is_list(folded, region, between):
                return True
        elif start - name_end < len(left):
            # 越南、泰国等东盟国家, "Vietnam and Thailand in ASEAN".
            between = folded[name_end:start]
            if _OF_REGION.fullmatch(between):
                return True
    return False


def _is_list(folded: str, region: tuple[int, int], between: str) -> bool:
    opens = re.fullmatch(r"[^.;]{0,24}[:(] ?", between) is not None
    return opens and _SOME_BEFORE.search(before(folded, region[0])) is not None


def is_only_some(left: str, right: str, *, name: str, count: int) -> bool:
    """Tell whether only some members of a region are meant ("three EU countries", 部分东盟国家).

    Args:
        left: what precedes in the sentence.
        right: what follows in the sentence.
        name: the region's name as it stands in the folded text.
        count: how many members it has; "the five Central Asian countries" are all of them.
    """
    number = _ALL_BEFORE.search(left)
    if number and _NUMBERS.get(number[1], number[1]) == str(count):
        return False
    if _SOME_OF_AFTER.match(right):
        return True
    if _SOME_BEFORE.search(left):
        return _SOME_NAME.search(name) is not None or _SOME_AFTER.match(right) is not None
    return False


def takes_the_rest(left: str, right: str) -> bool:
    """Tell whether a region means its other members ("the rest of ASEAN", 东盟其余国家)."""
    return _REST_BEFORE.search(left) is not None or _REST_AFTER.match(right) is not None


def is_undecided(folded: str) -> bool:
    """Tell whether the text says that its places are still to be chosen (未拣好边几个)."""
    return _UNDECIDED.search(folded) is not None
