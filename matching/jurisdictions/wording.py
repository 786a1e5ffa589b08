"""Sentences in three scripts: written in English and Traditional Chinese, Simplified derived.

The terms in which Hong Kong and the Mainland differ are replaced first, the characters after.
"""

from datetime import date
from functools import lru_cache

from matching.text.folding import simplify
from matching.types import Sentence

# What Hong Kong says, and what the Mainland says (docs/glossary.md).
_MAINLAND_TERMS = (
    ("加簽（Apostille）", "附加證明書（Apostille）"),
    ("加簽", "附加證明書"),
    ("司法管轄區", "法域"),
    ("律師行", "律師事務所"),
    ("國際公證人", "公證人"),
    ("管限法律", "適用法律"),
    ("資料", "數據"),
)


def say(english: str, traditional: str, **values: "Sentence | str | date") -> Sentence:
    """Write one sentence in three scripts.

    Args:
        english: with places for values, `{a}`.
        traditional: the same in Traditional Chinese as Hong Kong writes it.
        values: names (sentences), words that are the same in every script, or days.
    """
    return Sentence(
        english.format_map({key: _in(value, "en") for key, value in values.items()}),
        _simplified(traditional).format_map(
            {key: _in(value, "zh_hans") for key, value in values.items()}
        ),
        traditional.format_map({key: _in(value, "zh_hant") for key, value in values.items()}),
    )


@lru_cache(maxsize=1024)
def _simplified(traditional: str) -> str:
    for hong_kong, mainland in _MAINLAND_TERMS:
        traditional = traditional.replace(hong_kong, mainland)
    return simplify(traditional)


def _in(value: "Sentence | str | date", script: str) -> str:
    if isinstance(value, Sentence):
        said: str = getattr(value, script)
        return said
    if isinstance(value, date):
        if script == "en":
            return value.isoformat()
        return f"{value.year}年{value.month}月{value.day}日"
    return value


@lru_cache(maxsize=1)
def notice() -> Sentence:
    """Return the sentence that every answer carries."""
    return say(
        "This explains which route the law opens. It is not legal advice.",
        "本頁說明法律上有哪條途徑，並非法律意見。",
    )
