"""What a sound adviser would ask before matching, and texts in languages that are not read."""

import re
import unicodedata
from collections.abc import Sequence

from matching.text.folding import fold

_SOME = (
    r"(?:some|several|a few|few|a couple of|couple of|certain|various|one of|two of|three of|one or two|two|"
    r"three|four|five|six|\d|multiple|a number of|any)"
)
_REGIONS = (
    r"(?:eu|european(?: union)?|europe|asean|asian|south ?-?east asian|african|gulf|gcc|middle east(?:ern)?|"
    r"latin american|south american|central asian|mekong|nordic|balkan|baltic|caribbean|west african|"
    r"east african|north african|belt and road|bri|brics|rcep|pacific|foreign|overseas|other|neighbou?ring)"
)
_MEMBERS = re.compile(
    rf"\bwhich (?:one )?(?:of the )?(?:{_REGIONS} (?:countr(?:y|ies)|states?|markets?)|"
    rf"(?:countr(?:y|ies)|states?|markets?|place)(?: in| of| within| across)(?: the)? {_REGIONS})\b|"
    r"(?:欧盟|欧洲|东盟|东南亚|非洲|中东|拉美|中亚|南亚|亚洲)(?:的|嘅)?(?:哪|边)一?个(?:国家|市场|地方)|"
    r"(?:哪|边)一?个(?:欧盟|欧洲|东盟|东南亚|非洲|中东|拉美|中亚|南亚|亚洲)(?:的|嘅)?(?:国家|市场)|"
    rf"\b{_SOME}(?: (?:or|to) (?:two|three|four|\d))?(?: more)?(?: of)?(?: the)?(?: other)? {_REGIONS}"
    r"(?: union| member)?[- ](?:countr(?:y|ies)|states?|markets?|jurisdictions?|members?|nations?)\b|"
    rf"\b{_SOME} (?:countries|states|markets|jurisdictions|members) (?:in|of|across|within) (?:the )?"
    r"(?:eu|europe|asean|south ?-?east asia|africa|the gulf|gulf|gcc|middle east|latin america|"
    r"central asia|asia|south america)\b|"
    r"(?:欧盟|欧洲|东盟|东南亚|非洲|中东|海湾|拉美|南美|中亚|南亚|亚洲|一带一路|北欧|东欧|西非|东非|北非|加勒比)(?:的|嘅|里面?|入面|其中|沿线|地区)*"
    r"(?:(?:几|某|某些|部分|一些|个别|若干|[一两二三四五](?:[两二三四五])?|其中)(?:些|几)?个?(?:国家|市场|成员国|地方)|"
    # 中亚五国 and 东盟十国 are all of them.
    r"[几两二三四]国)|"
    r"(?:几个|某些|某几个|部分|一些|个别|若干|[两二三四五](?:[三四五])?个|一两个)"
    r"(?:欧盟|欧洲|东盟|东南亚|非洲|中东|海湾|拉美|南美|中亚|南亚|亚洲|一带一路|北欧|东欧)(?:的|嘅)?(?:成员)?(?:国家|国|市场)"
)
# 中亚五国, "the five Central Asian countries": all that there are.
_ALL_MEMBERS = re.compile(
    r"\b(?:five|5) (?:central asian|nordic|mekong)|(?:three|3) baltic|(?:six|6) (?:gcc|gulf|mekong)|"
    r"(?:ten|10|eleven|11) (?:asean|south ?-?east asian)"
)
_UNDECIDED = (
    r"(?:未|没|冇|唔)(?:有|曾)?(?:最后|最终|完全)?(?:拣好|选好|选定|决定|确定|想好|想清楚|定|知)"
)
_NOT_DECIDED = re.compile(
    rf"(?:(?:哪|边)(?:一|几)?(?:些|个|几个)?(?:国家?|地方|市场|度|里|儿)|国家|目的地|市场|地点)[^，。；,.;!！?？\n]{{0,8}}{_UNDECIDED}|"
    r"\b(?:countr(?:y|ies)|markets?|jurisdictions?|locations?|destinations?)(?: (?:is|are|still|yet|has|have|been|not|to be|remains?))* "
    r"(?:undecided|open|tbd|tbc|to be (?:decided|confirmed|determined)|not (?:yet )?(?:decided|chosen|fixed|settled|been))\b|"
    r"\b(?:undecided|unsure|not sure|don't know|do not know|yet to decide|have to decide|still (?:deciding|choosing)) (?:yet |on |about )*(?:which (?:countr|market|one)|where\b)|"
    r"\bwhich (?:countr(?:y|ies)|markets?|states?)(?: [a-z]+){0,5}? (?:is|are|remains?) (?:still |yet )*(?:open|undecided|unclear|tbd|to be decided|not (?:yet )?(?:decided|clear|fixed))\b|"
    r"\b(?:have|has)(?: not|n't) (?:yet )?(?:decided|chosen|settled|fixed|picked)(?: on| yet)* (?:the countr|which|where)|"
    r"\b(?:which countr(?:y|ies) should|not (?:yet )?decided (?:on )?(?:which|where)|haven't decided (?:which|where)|"
    r"tell you the list later|list (?:to follow|later))\b|(?:未|没|冇|还没|仲未)(?:有)?(?:拣好|选好|选定|决定|定)(?:好)?(?:边|哪|是?边)"
)
_WHICH_SERVICES = re.compile(
    r"(?:可以|能够?|可唔可以)(?:帮|提供|做|支援|协助)(?:到|得到)?(?:我们|我哋|我司)?(?:做)?(?:啲|些|到)?(?:乜|咩|什么|哪些|边啲|啥)(?!时候|价)|"
    r"有(?:什么|哪些|乜嘢?|咩|边啲)服务|(?:唔知|不知道?|不清楚|唔清楚|不确定|没想好|未想好)(?:自己|我们|应该|究竟|到底)*(?:要|需要|该)?(?:找|揾|用|做)?(?:什么|乜嘢?|咩|哪些?|边啲|谁|边个)(?:样的?|类)?(?:服务|专业|人|机构|帮助|帮手|支援)|"
    r"\bwhat (?:can|could) (?:you|the platform|your platform|this platform)(?: people| guys)? (?:help|do|offer|provide|assist)\b|"
    r"\bhow (?:can|could) (?:you|the platform|your platform|this platform) help(?: us| me)?\b|"
    r"\b(?:not sure|unsure|don't know|do not know|no idea)(?: exactly| really| yet)? (?:what (?:(?:kind|sort|type) of )?(?:services?|help|support|professionals?|advis[eo]rs?)|what (?:we|i) (?:will )?need|who (?:we|i|to) (?:need|ask|hire))"
)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Small words that no text in the language does without.
_FOREIGN_WORDS = _words(
    # Indonesian and Malay
    "yang dan untuk kami di dengan ini dari pada adalah perusahaan saya tidak akan dalam ke",
    "membutuhkan perlu syarikat kepada atau oleh mencari ingin bantuan",
    # Spanish and Portuguese
    "el los las una para con por que necesitamos nuestra empresa del como queremos precisamos",
    "uma da do das dos em nossa empresas não nao um os",
    # French
    "un de du cherche cherchons recherchons avocat cabinet sommes pays le les des une pour avec dans nous avons besoin notre entreprise est aux sur au et du",
    # German and Italian
    "der die das und wir ein eine für fur mit brauchen unser ist nicht zu den auf il gli una",
    "abbiamo bisogno nostra azienda per di che",
    # Vietnamese and Tagalog without their marks
    "chung toi can cong ty mot cho cua va tai nguoi luat su khong duoc muon ang ng mga sa para",
    "kami namin kumpanya kailangan ay",
)
_ENGLISH_WORDS = _words(
    "the a an of to in for and we our is are with need needs on by from as at be have has or",
    "please help us i my would like want company that this it can not will who do you your",
)
_CHINESE_CHARACTERS = frozenset(
    "的一是在不了有和人我们这个公司要为以于请需求国中大上下来到说会可能找做出年月日元万用与及对想现家提服务"
    "咨询律师合同注册项目业产工商税法证金融地区外内本方司员顾问嘅喺唔系哋揾"
)
_VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_READ_SCRIPTS = ("LATIN", "CJK")
_MIN_LETTERS = 8
_MIN_WORDS = 4
# Random keys and random characters: shares that no text of a person comes near.
_NOISE_LENGTH = 60
_MIN_WORD_CHARACTERS = 0.72
_NOISE_WORDS = 40
_NOISE_CHINESE = 80
_MIN_COMMON_CHINESE = 0.05


def find_unnamed_members(folded: str) -> tuple[tuple[int, int], ...]:
    """Return where a text speaks of some countries of a region without naming them."""
    return tuple(
        match.span()
        for match in _MEMBERS.finditer(folded)
        if _ALL_MEMBERS.search(match.group()) is None
    )


def asks_for_members(folded: str) -> bool:
    """Tell whether a text speaks of some countries of a region without saying which."""
    return bool(find_unnamed_members(folded)) or _NOT_DECIDED.search(folded) is not None


def asks_for_services(folded: str) -> bool:
    """Tell whether a text asks what there is, or says that what is needed is not known."""
    return _WHICH_SERVICES.search(folded) is not None


def is_unread_language(text: str) -> bool:
    """Tell whether a text is mainly in a language that is not read.

    English and Chinese are read. Another script shows itself, Vietnamese by its letters, other
    languages in Latin letters by their small words; where most of a text is such, its words are
    not understood and a name in it may stand in a negation, so nothing should be read from it.
    What is in no language at all counts too: random keys, random characters.
    """
    if _is_noise(text):
        return True
    letters = [character for character in text if character.isalpha()]
    if len(letters) < _MIN_LETTERS:
        return bool(letters) and all(not _is_read(character) for character in letters)
    unread = sum(not _is_read(character) for character in letters)
    if 2 * unread > len(letters):
        return True
    words = [unicodedata.normalize("NFC", word) for word in _LATIN_WORD.findall(text)]
    latin = sum(map(len, words))
    if len(words) < _MIN_WORDS or 2 * latin < len(letters):
        return False
    if 4 * sum(_VIETNAMESE.search(word) is not None for word in words) > len(words):
        return True
    lower = [word.lower() for word in words]
    foreign = sum(word in _FOREIGN_WORDS for word in lower)
    english = sum(word in _ENGLISH_WORDS for word in lower)
    return 5 * foreign >= len(words) and foreign > 2 * english


def _is_noise(text: str) -> bool:
    if len(text) < _NOISE_LENGTH:
        return False
    if sum(c.isalnum() or c.isspace() for c in text) < _MIN_WORD_CHARACTERS * len(text):
        return True
    chinese = [c for c in fold(text) if "\u4e00" <= c <= "\u9fff"]
    if len(chinese) >= _NOISE_CHINESE:
        common = sum(c in _CHINESE_CHARACTERS for c in chinese)
        return common < _MIN_COMMON_CHINESE * len(chinese)
    words = {word.lower() for word in _LATIN_WORD.findall(text)}
    return not chinese and len(words) >= _NOISE_WORDS and not words & _ENGLISH_WORDS


def _is_read(character: str) -> bool:
    if character.isascii():
        return True
    try:
        name = unicodedata.name(character)
    except ValueError:
        return False
    return name.startswith(_READ_SCRIPTS) or "FULLWIDTH LATIN" in name


def questions_of(
    *,
    folded: str,
    targets: Sequence[str],
    sectors: Sequence[str],
    is_unread: bool = False,
    lacks_currency: bool = False,
    contradictions: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the codes of what is to be asked, in the order in which it is asked.

    `unread_language`: the text is mainly in a language that is not read. `which_jurisdictions`:
    no target was found. `which_members`: some countries of a region, not said which.
    `which_services`: no sector was found. `which_currency`: a budget in neither a currency of its
    own nor that of a home. Contradictions follow as they are given.
    """
    asked = [
        ("unread_language", is_unread),
        ("which_jurisdictions", not targets),
        ("which_members", not is_unread and asks_for_members(folded)),
        ("which_services", not sectors or asks_for_services(folded)),
        ("which_currency", lacks_currency),
    ]
    return (*(code for code, is_open in asked if is_open), *contradictions)
