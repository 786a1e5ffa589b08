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
        "cmn": ("Mandarin", "Mandrin", "Mandarin Chinese", "Putonghua", "普通话", "国语"),
        "yue": ("Cantonese", "Cantonise", "粤语", "广东话", "广府话", "白话"),
        "vi": ("Vietnamese", "越南语", "越南文", "越语", "越南话"),
        "th": ("Thai", "泰语", "泰文", "泰国话"),
        "id": ("Indonesian", "Bahasa Indonesia", "Bahasa", "印尼语", "印尼文", "印度尼西亚语"),
        "ms": ("Malay", "Bahasa Malaysia", "Bahasa Melayu", "马来语", "马来文"),
        "fil": ("Filipino", "菲律宾语"),
        "tl": ("Tagalog", "他加禄语"),
        "km": ("Khmer", "Cambodian", "高棉语", "柬埔寨语", "柬文", "高棉文"),
        "lo": ("Lao", "Laotian", "老挝语", "寮语", "老挝文"),
        "my": ("Burmese", "缅甸语", "缅语", "缅文"),
        "tet": ("Tetum", "德顿语"),
        "ja": ("Japanese", "日语", "日文"),
        "ko": ("Korean", "韩语", "韩文", "朝鲜语"),
        "hi": ("Hindi", "印地语", "印地文"),
        "bn": ("Bengali", "Bangla", "孟加拉语", "孟加拉文"),
        "ur": ("Urdu", "乌尔都语", "乌尔都文"),
        "ta": ("Tamil", "泰米尔语", "淡米尔语", "泰米尔文"),
        "si": ("Sinhala", "Sinhalese", "僧伽罗语"),
        "ne": ("Nepali", "尼泊尔语", "尼泊尔文"),
        "mn": ("Mongolian", "蒙古语", "蒙古文", "蒙文"),
        "kk": ("Kazakh", "哈萨克语", "哈萨克文"),
        "uz": ("Uzbek", "乌兹别克语", "乌兹别克文"),
        "ky": ("Kyrgyz", "吉尔吉斯语"),
        "tg": ("Tajik", "塔吉克语"),
        "ru": ("Russian", "俄语", "俄文"),
        "uk": ("Ukrainian", "乌克兰语", "乌克兰文"),
        "ar": ("Arabic", "阿拉伯语", "阿语", "阿拉伯文"),
        "fa": ("Persian", "Farsi", "波斯语", "波斯文"),
        "he": ("Hebrew", "希伯来语", "希伯来文"),
        "tr": ("Turkish", "土耳其语", "土耳其文"),
        "sw": ("Swahili", "Kiswahili", "斯瓦希里语", "斯瓦希里文"),
        "am": ("Amharic", "阿姆哈拉语"),
        "fr": ("French", "法语", "法文"),
        "es": ("Spanish", "西班牙语", "西语", "西班牙文"),
        "pt": ("Portuguese", "Portugese", "葡萄牙语", "葡语", "葡文"),
        "de": ("German", "德语", "德文"),
        "it": ("Italian", "意大利语", "意大利文"),
        "nl": ("Dutch", "荷兰语", "荷兰文"),
        "pl": ("Polish", "波兰语", "波兰文"),
        "el": ("Greek", "希腊语", "希腊文"),
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
    r"\b(?:know|knows|knowing|reads?|reading|writes?|writing|understands?|master) (?:some |good |both )?)$"
)
_IN_BEFORE = re.compile(
    r"\b(?:in|into|from|between|both) (?:(?:simplified|traditional|written|spoken|plain|business) )?$"
)
_WANTED_AFTER = re.compile(
    r"(?:[- ](?:and [a-z]+[- ])?(?:(?:certified|sworn|legal|technical|simultaneous|consecutive|business|"
    r"notari[sz]ed|native|qualified|conference) ){0,2}(?:speak\w*|spoken|language|translat\w+|interpret\w+|fluency|drafting|drafts?|copywriting|subtitl\w+|"
    r"proficiency|version|reports?|memos?|summar(?:y|ies)|capability|skills?|is required|required|preferred|is a must))\b"
)
# "Spanish-Chinese" is a pair of languages only where something is interpreted or translated.
_PAIRED_WORK = re.compile(r"\b(?:interpret|translat|bilingual|subtitl|language)")
_PAIRED_AFTER = re.compile(r" ?(?:-|/|<>|to|into|and) ?[a-z]+(?:ese|ish|ian|ean|man|ch|i|ic)\b")
_PAIRED_BEFORE = re.compile(
    r"\b[a-z]+(?:ese|ish|ian|ean|man|ch|i|ic|rin) ?(?:-|/|<>|to|into|and) ?$"
)
# "in Vietnamese" ends there or goes on with one of these; "in Vietnamese courts" is a place.
_IN_AFTER = re.compile(
    r"\s*(?:$|[.,;:!?)&+\n/、，。；：！？）\-]|(?:and|or|as|for|with|please|if|by|to|within|before|asap|"
    r"only|preferably|too|is|are|on|at|from|via)\b)"
)
_OWN_SPEAKERS = re.compile(
    r"(?:\b(?:our|my) (?:(?!\b(?:need|must|should|want|look|requir|seek|find|hir|lawyer|counsel|advis|provider|interpret|translat)\w*)"
    r"[^.;!?\n]){2,60}? (?:speaks?|understands?|(?:is|are) fluent in) (?:(?:good|fluent|both|perfect) )?|"
    r"\bwho (?:both|all|already|themselves)(?: already)? (?:speaks?|understands?|knows?) (?:(?:good|fluent|some) )?|\b(?:we|i|our (?:own )?(?:team|staff|people|side|colleagues?|engineers?|managers?|boss|"
    r"office|directors?|employees)(?: [a-z]+)?)"
    r"(?: (?:all|can|already|also|both|ourselves|do|have (?:staff|people|someone) who))*"
    r" (?:speaks?|understands?|reads?|writes?|knows?|(?:are|is) fluent in|covers?)\b"
    r"(?:(?!\b(?:need|want|look|requir|seek|find|but|hir|who)\w*)[^.;!?\n]){0,60}|"
    r"(?:我们|我司|我方|我哋|公司|团队)(?:里|内部)?(?:自己|本身|已经?|都|也){1,2}(?:有|请了|配了|配有)(?:专职|驻场)?|"
    r"(?:我们|我司|我方|我哋|本公司|公司|(?:我们|我司|我方|我哋|本公司|公司|自己|自家|内部)的?嘅?团队|同事|老板|员工|自己|自家|(?<![要找聘请招求])(?:负责人|老总|项目组|厂长|总部|法务))[^，。；！？,.;!?\n需求希找请聘要揾]{0,8}"
    r"(?:会|懂|讲|说|能|识|可以|精通|熟悉|负责)[^，。；！？,.;!?\n需求希找请聘]{0,12})$"
)
_OWN_AFTER = re.compile(
    r"(?:-speaking)?(?: (?:side|part|version|work|translation))? ?(?:,? (?:is|are|will be) )?(?:done|covered|"
    r"handled|taken care of) (?:by (?:us|our)|ourselves|in-?house)|"
    r",? (?:is something )?we (?:can )?(?:already )?(?:cover|handle|do|speak|have|manage)\b|"
    r"(?:方面|沟通|翻译|部分|文件|那边)?(?:我们|我司|我方|我哋|公司|同事|团队)?(?:自己|自家|内部)(?:的|嘅)?"
    r"(?:同事|团队|员工|人)?(?:都)?(?:有人|搞|做|解决|会|识|负责|安排|可以|翻译?|嚟|来)|"
    r"[^。；;!！?？\n]{0,8}(?:我们|我司|我方|我哋)(?:自己|内部)(?:同事|团队|员工|人)?都?(?:能|可以|会|有|搞|识|够|应付)|"
    r"(?:我们|我司|我方|我哋|公司|同事|团队)(?:自己)?(?:有人|有同事|有团队|会|识|懂|负责|可以)|(?:方面|沟通)?(?:没问题|冇问题|无问题|自理|自备|我们有(?:几|[一二三四五两\d]+)(?:个|位|名)?(?:同事|人|员工))|(?:方面)?(?:唔使|不用|不需要|无需|就唔使|就不用)"
)
_REFUSED_BEFORE = re.compile(
    r"(?:\b(?:no|not|without|don't need|do not need|no need for)(?: (?:a|an|any|need))* |"
    r"(?:不需要?|无需|无须|不用|不要求|不必|唔使|毋须)(?:会|讲|说|懂|用|要求|识)*)$"
)
# A contract that is in English already asks for nobody's English; one to be written does.
_EXISTING_AFTER = re.compile(
    r"(?:的|嘅)?[^，。；！？、,.;!?\n要需译翻]{0,4}?(?:合同|合约|凭证|证书|协议|判决书?|裁决书?|章程|发票|原件|信件|说明书|图纸|授权书|委托书|出生证|证明|来信|律师函|病历|账目|账册)"
)
_MADE_BEFORE = re.compile(
    r"(?:要|需要?|出具?|起草|拟|写|做|提供|备|成|为|用|撰写|编制|准备|订立|签|和|及|、|与|懂|识|会|讲|说|阅读)(?:一份|一个|好)?$"
)
# Of a translation the language it starts from is not what is wanted.
_TRANSLATED_AFTER = re.compile(
    r"(?:的|嘅)?[^，。；,.;!?\n要译]{0,8}?(?:翻译成|翻译为|翻译到|译成|译为|译做|翻成|转成)"
)
_IS_IN = re.compile(
    r"(?:合同|合约|凭证|证书|协议|判决书?|裁决书?|章程|发票|原件|信件?|说明书|图纸)(?:都)?(?:是|系)(?:全)?$|"
    r"\b(?:contract|agreement|document|judg\w+|award|certificate|invoice|letter|original|drawing|paper|manual|deed|record)s?"
    r" (?:is|are|was|were)(?: (?:all|only|both|written|drafted|made|entirely|mostly))* in $"
)
_HAVE = re.compile(
    r"\b(?:we|i) (?:already |do )?(?:have|got|employ) (?:an? |some |two |several |our (?:own )?)?(?:in-house |staff |own |full-time )?$"
)
_SPEAKERS = re.compile(
    r"[ -](?:(?:interpreter|translator)s?|speakers?|speaking (?:staff|people|colleagues?|team|employees?))\b"
)
_INTO_AFTER = re.compile(r" (?:in)?to [a-z]")
# One character for a language, in words like 中译葡, 中越翻译, 中英双语, 中英文.
_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "中": "zh",
        "汉": "zh",
        "英": "en",
        "越": "vi",
        "泰": "th",
        "葡": "pt",
        "西": "es",
        "法": "fr",
        "德": "de",
        "日": "ja",
        "韩": "ko",
        "俄": "ru",
        "阿": "ar",
        "印尼": "id",
        "马来": "ms",
        "缅": "my",
        "老": "lo",
        "柬": "km",
        "粤": "yue",
        "普": "cmn",
        "意": "it",
    }
)
_SHORT_NAME = "(?:" + "|".join(_SHORT) + ")"
_INTO = re.compile(
    rf"(?P<source>{_SHORT_NAME})[文语]?(?:翻译成|翻译为|译成|译为|翻译|翻|译)(?P<target>{_SHORT_NAME})"
    r"(?![国方企资商邦])"
)
_PAIR = re.compile(
    rf"(?P<names>{_SHORT_NAME}(?:[-/、和]?{_SHORT_NAME}){{1,3}})[文语]?"
    r"(?:双语|三语|四语|翻译|互译|同声传译|同传|交传|口译|笔译|传译|对照|对译|(?<=[文语])(?![化学院明教]))"
)
_EACH_SHORT = re.compile(_SHORT_NAME)
_TAGS: Mapping[str, str] = MappingProxyType(
    {name: tag for tag, names in LANGUAGES.items() for name in names if not name.isascii()}
)
# 英文翻译 is also the name of a service, which hides the language in it.
_TRANSLATION = re.compile(
    rf"(?P<name>{'|'.join(sorted(_TAGS, key=len, reverse=True))})"
    r"(?:认证|法律|商务|专业|核证)?(?:翻译(?![成为到])|口译|笔译|传译|同传|同声传译|交传)"
)
_LINK = re.compile(
    r"(?: ?(?:,|/|、|和|及|以及|与|或者?|跟|同埋?|-|&|\+) ?|,? (?:and|or|to|into) )$"
)
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
    if _is_own_or_refused(folded, start) or _OWN_AFTER.match(folded, end) is not None:
        return False
    before = folded[max(0, start - _WINDOW) : start]
    if _IS_IN.search(before) or (_HAVE.search(before) and _SPEAKERS.match(folded, end)):
        return False
    if _TRANSLATED_AFTER.match(folded, end) or (
        before.endswith("from ") and _INTO_AFTER.match(folded, end)
    ):
        return False
    return _EXISTING_AFTER.match(folded, end) is None or _MADE_BEFORE.search(before) is not None


def find_short_names(folded: str) -> tuple[tuple[str, int, int], ...]:
    """Return languages in the names of services, with `[start, end)` in the folded text.

    They are named by one character each, or by a word before "translation" in Chinese. Of a translation from one into another (中译葡) it is the other that is wanted; of two side by
    side (中越翻译, 中英双语) both are. What the enterprise speaks itself, or refuses, is left out.
    """
    found = [
        (_SHORT[match["target"]], match.start(), match.end())
        for match in _INTO.finditer(folded)
        if not _is_own_or_refused(folded, match.start())
    ]
    found.extend(
        (_TAGS[match["name"]], match.start(), match.end("name"))
        for match in _TRANSLATION.finditer(folded)
        if not _is_own_or_refused(folded, match.start())
        and _OWN_AFTER.match(folded, match.end("name")) is None
    )
    taken = {place for _, start, end in found for place in range(start, end)}
    for match in _PAIR.finditer(folded):
        if match.start() in taken or _is_own_or_refused(folded, match.start()):
            continue
        found.extend(
            (_SHORT[name], match.start(), match.end())
            for name in _EACH_SHORT.findall(match["names"])
        )
    return tuple(sorted(found, key=lambda one: one[1:]))


def _is_own_or_refused(folded: str, start: int) -> bool:
    before = folded[max(0, start - _WINDOW) : start]
    return _OWN_SPEAKERS.search(before) is not None or _REFUSED_BEFORE.search(before) is not None


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
    if _PAIRED_WORK.search(before + after) and (
        _PAIRED_AFTER.match(after) or _PAIRED_BEFORE.search(before)
    ):
        return True
    return _IN_BEFORE.search(before) is not None and _IN_AFTER.match(after) is not None


def is_linked(folded: str, previous_end: int, start: int) -> bool:
    """Tell whether two names stand in one list ("Thai and Lao", 泰语、老挝语)."""
    return start - previous_end <= 6 and _LINK.fullmatch(folded[previous_end:start]) is not None
