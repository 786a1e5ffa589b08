"""What would open a need that no rule leaves anyone for, in words."""

from collections.abc import Mapping
from types import MappingProxyType

from matching.types import Sentence

# What the enterprise could do about a rule. That a profile is not published, or is suspended, is
# not its affair.
_WITHOUT: Mapping[str, Sentence] = MappingProxyType(
    {
        "not_excluded": Sentence(
            "Taking back the exclusion of providers", "若不再排除指定机构", "若不再排除指定機構"
        ),
        "conflict_cleared": Sentence(
            "If the conflicts of interest were cleared", "若利益冲突得以排除", "若利益衝突得以排除"
        ),
        "capacity": Sentence(
            "Counting those that take no new work at present",
            "若计入目前不接新委托者",
            "若計入目前不接受新委聘者",
        ),
        "sector_covered": Sentence(
            "Without the sectors asked for", "若不限专业领域", "若不限專業界別"
        ),
        "jurisdiction_covered": Sentence(
            "Without the target jurisdictions", "若不限目的地法域", "若不限目標司法管轄區"
        ),
        "credential_in_force": Sentence(
            "Counting those whose credentials have run out",
            "若计入执业资质已过期者",
            "若計入專業資格已屆滿者",
        ),
        "languages": Sentence(
            "Without requiring the languages", "若不要求所列语言", "若不要求所列語言"
        ),
    }
)


def is_openable(rule: str) -> bool:
    """Tell whether the enterprise could do something about a rule."""
    return rule in _WITHOUT


def say_opening(rule: str, would_leave: int) -> Sentence:
    """Say how many would be left without one rule.

    Raises:
        KeyError: the enterprise can do nothing about the rule.
    """
    without = _WITHOUT[rule]
    return Sentence(
        f"{without.en}, {would_leave:,} would be left.",
        f"{without.zh_hans}，尚有{would_leave:,}家可承办。",
        f"{without.zh_hant}，尚有{would_leave:,}間可承辦。",
    )
