"""Requests said with words in between: "open [a US dollar business] account", 注册[一家全资]公司.

A rule names the words in their order; the gap between them is short and stays within a phrase. A
rule is tried only where a word of each of its groups stands in the text: most cost a look or two.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.understanding.lexicon import FoldedText, Mention
from matching.understanding.phrase_rules import LAW_RULES
from matching.understanding.phrase_rules_business import BUSINESS_RULES
from matching.understanding.phrase_rules_business_stories import BUSINESS_STORIES
from matching.understanding.phrase_rules_stories import LAW_STORIES
from matching.understanding.phrase_rules_trade import TRADE_OUTCOMES, TRADE_OUTCOMES_MORE

_CHINESE = re.compile("[\u2e80-\u9fff]")
_EN_GAP = r"(?: (?!(?:and|or|but|not|no|without|then|because|so)\b)[\w'/&$%-]+){0,4}? "
_ZH_GAP = r"[^,.;:!?。、！？；\n不唔没冇无]{0,12}?"

RULES = (
    *LAW_RULES,
    *BUSINESS_RULES,
    *LAW_STORIES,
    *BUSINESS_STORIES,
    *TRADE_OUTCOMES,
    *TRADE_OUTCOMES_MORE,
)
# Whose endings mean something else: "accounting", "bonded storage".
_NOUNS = frozenset({"account", "bank account", "bond", "ship", "plan", "hotel"})
# Characters that other words begin or end with.
_PART_OF = {
    "裁": "(?<!仲)裁(?![决员判缝])",
    "设": "(?<![建假开])设(?![备计施想定置])",
    "合同": "合同(?!法)",
    "合约": "合约(?!法)",
    "收": "(?<![应营验回吸])收(?![据入费到益购])",
    "看": "看(?![好中法起])",
    "发": "(?<![开研批出])发(?![展现动生改])",
    "建": "建(?![议筑设])",
    "做": "做(?!假)",
    "办": "(?<![主举])办(?![公法事])",
    "出": "(?<![进退支付])出(?![口境差去了])",
    "许可": "(?<!环评)(?<!技术)(?<!工作)(?<![出进]口)(?<!排放)(?<!专利)许可(?!协议|合同|合约|费|给)",
    "要": "(?<![主需重])要(?!求)",
}


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    stems: tuple[frozenset[str], ...]
    pattern: re.Pattern[str]


def find_phrases(text: FoldedText) -> tuple[Mention, ...]:
    """Return what the rules find in a text, in its order; they may overlap names and each other.

    Args:
        text: as `lexicon.prepare` gives it.

    Returns:
        Mentions that carry one sector code each, and neither places nor languages.
    """
    spaced = text.folded.replace("-", " ")
    found: dict[tuple[int, int, str], Mention] = {}
    present = {stem for stem in _stems() if stem in spaced}
    for rule in _rules():
        if any(stems.isdisjoint(present) for stems in rule.stems):
            continue
        for match in rule.pattern.finditer(spaced):
            start, end = match.span()
            if "外的" in match.group():
                continue
            found[start, end, rule.code] = Mention(
                start, end, text.span(start, end), (), (rule.code,), ()
            )
    # A longer phrase that begins alike says better what is meant: 查对方 in 查对方在越南的财产.
    longest: dict[int, int] = {}
    for start, end, _ in found:
        longest[start] = max(end, longest.get(start, 0))
    return tuple(found[key] for key in sorted(found) if key[1] == longest[key[0]])


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(_compile(code, rule.strip()) for code, rules in RULES for rule in rules.split("|"))


@lru_cache(maxsize=1)
def _stems() -> tuple[str, ...]:
    """Return what any rule looks for, each once: a text is searched for it once, not per rule."""
    return tuple(sorted({stem for rule in _rules() for stems in rule.stems for stem in stems}))


def _compile(code: str, rule: str) -> _Rule:
    groups = [[word.strip() for word in group.split("/")] for group in rule.split("~")]
    is_chinese = _CHINESE.search(rule) is not None
    parts = [
        "(?:" + "|".join(_word(word) for word in sorted(group, key=len, reverse=True)) + ")"
        for group in groups
    ]
    pattern = (_ZH_GAP if is_chinese else _EN_GAP).join(parts)
    stems = tuple(frozenset(_stem(word) for word in group) for group in groups)
    return _Rule(code, stems, re.compile(pattern))


def _word(word: str) -> str:
    if not word.isascii():
        return _PART_OF.get(word, re.escape(word))
    if word in _NOUNS:
        inflected = f"{word}s?"
    elif word.endswith("e"):
        inflected = re.escape(word[:-1]) + "(?:e|es|ed|ing)"
    elif word.endswith("y") and word[-2:-1] not in "aeiou":
        inflected = re.escape(word[:-1]) + "(?:y|ies|ied|ying)"
    else:
        inflected = re.escape(word) + f"(?:s|es|{re.escape(word[-1])}?(?:ed|ing))?"  # running
    return rf"(?<![a-z0-9])(?:{inflected})(?![a-z0-9])"  # no word boundary: ERP系统


def _stem(word: str) -> str:
    return word[:-1] if word.isascii() and word.endswith(("e", "y")) else word
