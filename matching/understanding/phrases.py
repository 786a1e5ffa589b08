"""Requests said with words in between: "open [a US dollar business] account", 注册[一家全资]公司.

A rule names the words in their order; the gap between them is short and stays within a phrase. A
rule answers only where its first words stand in the text, so most rules cost one look.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.understanding.lexicon import FoldedText, Mention
from matching.understanding.phrase_rules import LAW_RULES
from matching.understanding.phrase_rules_business import BUSINESS_RULES

_CHINESE = re.compile("[\u2e80-\u9fff]")
_EN_GAP = r"(?: (?!(?:and|or|but|not|no|without|then|because|so)\b)[\w'/&$%-]+){0,4}? "
_ZH_GAP = r"[^,.;:!?。、！？；\n不唔没冇无]{0,12}?"


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    starts: tuple[str, ...]
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
    for rule in _rules():
        if not any(start in spaced for start in rule.starts):
            continue
        for match in rule.pattern.finditer(spaced):
            start, end = match.span()
            found[start, end, rule.code] = Mention(
                start, end, text.span(start, end), (), (rule.code,), ()
            )
    return tuple(found[key] for key in sorted(found))


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _compile(code, rule.strip())
        for code, rules in (*LAW_RULES, *BUSINESS_RULES)
        for rule in rules.split("|")
    )


def _compile(code: str, rule: str) -> _Rule:
    groups = [[word.strip() for word in group.split("/")] for group in rule.split("~")]
    is_chinese = _CHINESE.search(rule) is not None
    parts = [
        "(?:" + "|".join(_word(word) for word in sorted(group, key=len, reverse=True)) + ")"
        for group in groups
    ]
    pattern = (_ZH_GAP if is_chinese else _EN_GAP).join(parts)
    return _Rule(code, tuple(_stem(word) for word in groups[0]), re.compile(pattern))


def _word(word: str) -> str:
    if not word.isascii():
        return re.escape(word)
    if word in ("account", "bank account"):
        inflected = f"{word}s?"  # and not "accounting"
    elif word.endswith("e"):
        inflected = re.escape(word[:-1]) + "(?:e|es|ed|ing)"
    elif word.endswith("y") and word[-2:-1] not in "aeiou":
        inflected = re.escape(word[:-1]) + "(?:y|ies|ied|ying)"
    else:
        inflected = re.escape(word) + "(?:s|es|ed|ing)?"
    return rf"\b{inflected}\b"


def _stem(word: str) -> str:
    return word[:-1] if word.isascii() and word.endswith(("e", "y")) else word
