"""Languages named in a text: which are wanted of the provider, which the enterprise has itself."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

# BCP 47 primary tag: the names by which texts call the language. `zh` is Chinese without saying
# which; Putonghua and Cantonese have tags of their own.
LANGUAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("English", "英语", "英文"),
        "zh": ("Chinese", "中文", "汉语", "华语", "华文"),
        "cmn": ("Mandarin", "Mandarin Chinese", "Putonghua", "普通话", "国语"),
        "yue": ("Cantonese", "粤语", "广东话", "广府话", "白话"),
        "vi": ("Vietnamese", "越南语", "越南文", "越语", "越南话"),
        "th": ("Thai", "泰语", "泰文", "泰国话"),
        "id": ("Indonesian", "Bahasa Indonesia", "印尼语", "印尼文", "印度尼西亚语"),
        "ms": ("Malay", "Bahasa Malaysia", "Bahasa Melayu", "马来语", "马来文"),
        "fil": ("Filipino", "菲律宾语"),
        "tl": ("Tagalog", "他加禄语"),
        "km": ("Khmer", "Cambodian", "高棉语", "柬埔寨语", "柬文"),
        "lo": ("Lao", "Laotian", "老挝语", "寮语", "老挝文"),
        "my": ("Burmese", "缅甸语", "缅语", "缅文"),
        "tet": ("Tetum", "德顿语"),
        "ja": ("Japanese", "日语", "日文"),
        "ko": ("Korean", "韩语", "韩文", "朝鲜语"),
        "hi": ("Hindi", "印地语"),
        "bn": ("Bengali", "Bangla", "孟加拉语"),
        "ur": ("Urdu", "乌尔都语"),
        "ta": ("Tamil", "泰米尔语", "淡米尔语"),
        "si": ("Sinhala", "Sinhalese", "僧伽罗语"),
        "ne": ("Nepali", "尼泊尔语"),
        "mn": ("Mongolian", "蒙古语"),
        "kk": ("Kazakh", "哈萨克语"),
        "uz": ("Uzbek", "乌兹别克语"),
        "ky": ("Kyrgyz", "吉尔吉斯语"),
        "tg": ("Tajik", "塔吉克语"),
        "ru": ("Russian", "俄语", "俄文"),
        "uk": ("Ukrainian", "乌克兰语"),
        "ar": ("Arabic", "阿拉伯语", "阿语", "阿拉伯文"),
        "fa": ("Persian", "Farsi", "波斯语"),
        "he": ("Hebrew", "希伯来语"),
        "tr": ("Turkish", "土耳其语"),
        "sw": ("Swahili", "Kiswahili", "斯瓦希里语"),
        "am": ("Amharic", "阿姆哈拉语"),
        "fr": ("French", "法语", "法文"),
        "es": ("Spanish", "西班牙语", "西语", "西班牙文"),
        "pt": ("Portuguese", "葡萄牙语", "葡语", "葡文"),
        "de": ("German", "德语", "德文"),
        "it": ("Italian", "意大利语"),
        "nl": ("Dutch", "荷兰语"),
        "pl": ("Polish", "波兰语"),
        "el": ("Greek", "希腊语"),
        "hu": ("Hungarian", "匈牙利语"),
    }
)

# Names that are never an adjective of nationality: they need no context to be a language.
_PLAIN = frozenset(
    ["cmn", "yue", "tl", "tet", "hi", "bn", "ur", "ta", "si", "ar", "fa", "he", "sw", "am", "ms"]
)
_WANTED_BEFORE = re.compile(
    r"(?:\b(?:speaks?|speaking|spoken|fluent|fluency|native|bilingual|written|translat\w+|"
    r"interpret\w+)(?: (?:in|into|to|from|good|fluent|native|some|both|a|an|of|and))* ?|"
    r"\blanguages?(?: (?:is|are|needed|required|wanted))?:? |"
    r"\b(?:know|knows|knowing|understands?|master) (?:some |good |both )?)$"
)
_IN_BEFORE = re.compile(r"\b(?:in|into|from|between|both) $")
_WANTED_AFTER = re.compile(
    r"(?:[- ](?:and [a-z]+[- ])?(?:speak\w*|spoken|language|translat\w+|interpret\w+|fluency|"
    r"proficiency|version|capability|skills?|is required|required|preferred|is a must))\b"
)
# "in Vietnamese" ends there or goes on with one of these; "in Vietnamese courts" is a place.
_IN_AFTER = re.compile(
    r"\s*(?:$|[.,;:!?)\n/、，。；：！？）\-]|(?:and|or|as|for|with|please|if|by|to|within|before|asap|"
    r"only|preferably|too|is|are|on|at|from|via)\b)"
)
_OWN_SPEAKERS = re.compile(
    r"(?:\b(?:we|i|our (?:own )?(?:team|staff|people|side|colleagues?|engineers?|managers?|boss|"
    r"office|directors?|employees)(?: [a-z]+)?)"
    r"(?: (?:all|can|already|also|both|ourselves|do|have (?:staff|people|someone) who))*"
    r" (?:speaks?|understands?|reads?|writes?|knows?|(?:are|is) fluent in|covers?)\b"
    r"(?:(?!\b(?:need|want|look|requir|seek|find|but|hir|who)\w*)[^.;!?\n]){0,60}|"
    r"(?:我们|我司|我方|我哋|本公司|公司|团队|同事|老板|员工|自己|自家)[^，。；！？,.;!?\n需求希找请聘]{0,8}"
    r"(?:会|懂|讲|说|能|识|可以|精通|熟悉|负责)[^，。；！？,.;!?\n需求希找请聘]{0,12})$"
)
_REFUSED_BEFORE = re.compile(
    r"(?:\b(?:no|not|without|don't need|do not need|no need for)(?: (?:a|an|any|need))* |"
    r"(?:不需要?|无需|无须|不用|不要求|不必|唔使|毋须)(?:会|讲|说|懂|用|要求|识)*)$"
)
_LINK = re.compile(r"(?: ?(?:,|/|、|和|及|与|或|跟|同|-) ?|,? (?:and|or|to|into) )$")
_WINDOW = 80


def is_wanted(
    folded: str, start: int, end: int, tags: Sequence[str], *, can_be_place: bool
) -> bool:
    """Tell whether the name of a language asks for that language.

    Args:
        folded: the folded text, line breaks kept.
        start: where the name begins.
        end: where it ends.
        tags: the languages it may mean.
        can_be_place: whether the same word is an adjective of nationality ("Vietnamese").

    Returns:
        False where the enterprise speaks it itself, where it is not needed, or where the word is
        not used of a language.
    """
    if not is_language(folded, start, end, tags, can_be_place=can_be_place):
        return False
    before = folded[max(0, start - _WINDOW) : start]
    return _OWN_SPEAKERS.search(before) is None and _REFUSED_BEFORE.search(before) is None


def is_language(
    folded: str, start: int, end: int, tags: Sequence[str], *, can_be_place: bool
) -> bool:
    """Tell whether a word that may name a language is used of one here."""
    if not can_be_place and (not folded[start:end].isascii() or _PLAIN.issuperset(tags)):
        return True
    before = folded[max(0, start - _WINDOW) : start]
    after = folded[end : end + _WINDOW]
    if _WANTED_BEFORE.search(before) or _WANTED_AFTER.match(after):
        return True
    return _IN_BEFORE.search(before) is not None and _IN_AFTER.match(after) is not None


def is_linked(folded: str, previous_end: int, start: int) -> bool:
    """Tell whether two names stand in one list ("Thai and Lao", 泰语、老挝语)."""
    return start - previous_end <= 6 and _LINK.fullmatch(folded[previous_end:start]) is not None
