"""One-character forms of countries in Chinese compounds: 中越, 赴泰, 越方, 港商, 桂企.

The same characters stand in ordinary words (越来越, 泰山, 马上, 中新社), so each is read only beside
characters that make it a country, and never where a longer name stands. Compounds of countries
only (新马泰) are names of the vocabulary.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

_CODES: Mapping[str, str] = MappingProxyType(
    {
        "越": "VN", "泰": "TH", "缅": "MM", "柬": "KH", "菲": "PH", "老": "LA", "马": "MY",
        "新": "SG", "印": "IN", "日": "JP", "韩": "KR", "美": "US", "英": "GB", "德": "DE",
        "法": "FR", "俄": "RU", "蒙": "MN", "哈": "KZ", "墨": "MX", "澳": "AU", "匈": "HU",
        "加": "CA", "沙": "SA", "塞": "RS", "埃": "EG", "波": "PL", "巴": "PK", "意": "IT",
        "港": "HK", "台": "TW", "中": "CN",
    }
)  # fmt: skip
# What turns the character before it into another word.
_WORDS = (
    r"(?!(?<=越)[来野过级权高多大快发冬境狱位轨]|(?<=泰)[山州安兴晤然迪斗]|(?<=缅)[怀想]|(?<=柬)帖|"
    r"(?<=菲)[薄林利尔]|(?<=美)[好元金容观术工妆食丽化团式洲味甲]|"
    r"(?<=英)[语文镑寸伟雄才]|(?<=德)[语文行育才高州阳清宏兴]|(?<=韩)[语文元币]|(?<=日)[语文期程常志元圆报]|"
    r"(?<=俄)[语文而顷]|(?<=港)[口湾区务池机闸内杂建城币元纸珠]|(?<=台)[上下面前账阶湾州风词式海北中南东币]|"
    r"(?<=哈)[尔密哈]|(?<=蒙)[古受特]|(?<=墨)[西尔水]|(?<=澳)[洲门大元币]|(?<=匈)奴)"
)
_BUSINESS = (
    r"(?=两国|两地|双边|双方|贸易|经贸|跨境|边境|合作|合资|投资|铁路|高铁|物流|运输|关系|之间|企业|产业|"
    r"经济|往来|口岸|通关|班列|专线|海运|陆运|空运|货运|供应链|自贸|税收|协定|友好|航线|建交|商会|园区|"
    r"设厂|建厂|开厂|开公司|开店|经营|注册|务工|施工|承包|设立|销售|工作签|子公司|分公司|项目|公司|工厂|"
    r"中资|市场|电商|业务|\s*(?:[,.;!?、。]|$))"
)
# 中英文, 中越翻译 and the like speak of languages.
_NOT_LANGUAGE = r"(?!文|语|双语|对照|翻译|互译|口译|笔译|译|传译|字)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # China and another.
        r"(?<![其集空高初产家心手暂年月期途当华看之眼适水命击折关])(?P<first>中)"
        rf"(?:(?P<a>[越泰缅柬菲韩美英德俄匈哈蒙墨澳]){_WORDS}{_NOT_LANGUAGE}|"
        rf"(?P<b>[老马新印日法加沙塞埃波巴]){_BUSINESS}|(?P<d>意)(?=两国|双边|贸易|经贸|合资))",
        # To, in or towards a country.
        rf"(?:赴|访|驻|在|对|输|援|销)(?P<a>[越泰缅柬菲韩美英德俄]){_WORDS}{_NOT_LANGUAGE}",
        rf"(?:赴|访|驻|在|对|销)(?P<a>[老马新印日法意加]){_BUSINESS}",
        rf"(?:赴|访|旅|驻)(?P<a>日){_WORDS}",
        rf"(?:赴|来|驻|留|访|在|对)(?P<a>[港台]){_WORDS}",
        # Parties, companies, capital, nationality.
        r"(?P<a>[越泰缅柬菲美英德俄韩印])(?:方(?![案法便向面针形式程圆言位])|企(?![图划鹅盼及]))",
        r"(?P<a>港|台|(?<![今近昨每当同明次某])日)企(?![图划鹅盼及])",
        r"(?P<a>[越泰美英德俄韩港]|(?<![今近昨每当同明次某])日)资(?![格料质源产讯金深助])",
        r"(?P<a>[越泰港台韩])商(?![品标务业场店城誉铺检谈定用贸贩])",
        r"(?<![海渔空商进出良])(?P<a>[港台])产(?![片仔电妇房量业])",
        r"(?P<a>[越泰缅柬菲马新印日韩美英德俄港台中])籍",
        r"(?P<c>[桂粤沪京浙苏闽鲁川渝滇琼黔湘鄂豫皖赣冀晋辽陕甘深莞穗甬杭])企(?![业图划鹅盼及])",
        r"(?<![其集当期])(?P<c>[央中华])企(?![业图划鹅盼及])",
        r"(?P<c>中)资(?=企业|公司|机构|背景|项目|方|房企|银行|车企)",
        r"(?P<c>[浙粤闽徽苏桂鲁湘渝莞])商(?![品标务业场店城誉铺检谈定用贸贩量])",
    )
)


def find_short_forms(folded: str, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """Find one-character forms outside the names already found.

    Args:
        folded: the folded text.
        taken: `[start, end)` of the names found, in order.

    Returns:
        `(start, end, code)` of each character, in the order of the text.
    """
    if folded.isascii():
        return []
    covered = {position for start, end in taken for position in range(start, end)}
    found: dict[int, str] = {}
    for pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            for group, text in match.groupdict().items():
                start = match.start(group)
                if text is not None and start not in covered:
                    found[start] = "CN" if group == "c" else _CODES[text]
    return [(start, start + 1, found[start]) for start in sorted(found)]
