"""Currencies as texts name them, and the currency a bare amount is read in by where home is.

Codes are ISO 4217; which currency a jurisdiction uses is as CLDR has it (Unicode licence).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

# What several currencies share ("peso", "$") is told by the place.
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "USD": r"us\$|usd|us dollars?|u\.s\. dollars?|american dollars?|美元|美金|美刀|刀",
        "HKD": r"hk\$|hkd|hk dollars?|hong kong dollars?|港元|港币|港纸|港银|港蚊",
        "CNY": r"rmb|cny|cn¥|cnh|renminbi|yuan|人民币|软妹币",
        "SGD": r"s\$|sgd|sg\$|singapore dollars?|sing dollars?|新加坡元|新加坡币|新币|坡币|坡纸|星币",
        "MYR": r"myr|rm|ringgits?|林吉特|令吉|马币|零吉",
        "IDR": r"idr|rp\.?|rupiahs?|印尼盾|印尼卢比",
        "THB": r"฿|thb|bahts?|泰铢|泰珠|泰币|铢",
        "VND": r"₫|vnd|vietnamese dong|dong|越南盾|越盾",
        "PHP": r"₱|php|philippine pesos?|菲律宾比索|菲币",
        "KHR": r"khr|riels?|瑞尔",
        "LAK": r"lak|kips?|基普",
        "MMK": r"mmk|kyats?|缅甸元|缅币",
        "BND": r"bnd|b\$|文莱元|文莱币",
        "MOP": r"mop\$|mop|patacas?|澳门元|澳门币|葡币",
        "TWD": r"nt\$|ntd|twd|新台币|台币",
        "EUR": r"€|eur|euros?|欧元|欧",
        "OMR": r"omr|omani rials?|阿曼里亚尔",
        "BHD": r"bhd|bahraini dinars?|巴林第纳尔",
        "MNT": r"mnt|tugriks?|图格里克",
        "XOF": r"xof|cfa francs?|西非法郎",
        "SEK": r"sek|swedish kronor|瑞典克朗",
        "NOK": r"nok|norwegian kroner|挪威克朗",
        "DKK": r"dkk|danish kroner|丹麦克朗",
        "CZK": r"czk|czech koruna|捷克克朗",
        "GBP": r"£|gbp|pounds? sterling|pounds?|英镑|镑",
        "JPY": r"jpy|jp¥|yen|日元|日圆|日币",
        "KRW": r"₩|krw|won|韩元|韩币|韩圆",
        "AUD": r"a\$|aud|au\$|australian dollars?|澳元|澳币|澳洲元",
        "NZD": r"nz\$|nzd|新西兰元|纽币",
        "CAD": r"c\$|cad|ca\$|canadian dollars?|加元|加币|加拿大元",
        "CHF": r"chf|swiss francs?|瑞士法郎|瑞郎",
        "AED": r"aed|dirhams?|迪拉姆",
        "SAR": r"sar|saudi riyals?|riyals?|沙特里亚尔|沙币|里亚尔",
        "QAR": r"qar|qatari riyals?|卡塔尔里亚尔",
        "KWD": r"kwd|kuwaiti dinars?|科威特第纳尔",
        "INR": r"₹|inr|indian rupees?|印度卢比|卢比",
        "PKR": r"pkr|pakistani rupees?|巴基斯坦卢比",
        "LKR": r"lkr|斯里兰卡卢比",
        "BDT": r"৳|bdt|takas?|塔卡",
        "KZT": r"₸|kzt|tenge|坚戈",
        "UZS": r"uzs|soums?|苏姆",
        "RUB": r"₽|rub|rou?bles?|卢布",
        "TRY": r"₺|lira|里拉",
        "ZAR": r"zar|rands?|兰特",
        "KES": r"kes|ksh|kenyan shillings?|肯尼亚先令",
        "TZS": r"tzs|坦桑尼亚先令",
        "NGN": r"₦|ngn|naira|奈拉",
        "GHS": r"ghs|cedis?|塞地",
        "EGP": r"egp|egyptian pounds?|埃镑|埃及镑",
        "ETB": r"etb|birr|比尔",
        "BRL": r"r\$|brl|reais|雷亚尔",
        "MXN": r"mxn|mx\$|mexican pesos?|墨西哥比索",
        "CLP": r"clp|chilean pesos?|智利比索",
        "PEN": r"pen soles|soles|索尔",
        "PLN": r"pln|zloty|兹罗提",
        "HUF": r"huf|forints?|福林",
    }
)
_PESO = r"pesos?|比索|披索"
_HOME = r"元|块钱|块|圆|文"
_CANTONESE = r"蚊鸡|蚊"


def _spellings(pattern: str) -> list[str]:
    """Return what a pattern of letters, escapes and optional letters stands for."""
    spelled = [""]
    for letter, optional in re.findall(r"\\?(.)(\??)", pattern):
        spelled = [*(s + letter for s in spelled), *(spelled if optional else ())]
    return spelled


_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        spelling: sign
        for sign, words in [
            *_WORDS.items(),
            ("peso", _PESO),
            ("元", _HOME),
            ("蚊", _CANTONESE),
            ("$", r"\$|dollars?"),
            ("¥", "¥"),
        ]
        for word in words.split("|")
        for spelling in _spellings(word)
    }
)
_NEVER_BEFORE = frozenset(
    ["刀", "元", "块", "块钱", "圆", "文", "蚊", "蚊鸡", "dollar", "dollars", "won", "soles"]
)
_NEVER_AFTER = frozenset(["rm", "rp", "rp.", "b$", "r$", "文"])
_LONGEST = max(map(len, _SIGNS))
_AFTER_YUAN = re.compile(
    r"(?:元整?|块钱?|圆)?(?P<named>人民币|港币|港纸|美金|美元|新币|台币|澳门币|马币|rmb|hkd|usd)?"
)
_NAMED = MappingProxyType(
    {
        "人民币": "CNY",
        "rmb": "CNY",
        "港币": "HKD",
        "港纸": "HKD",
        "hkd": "HKD",
        "美金": "USD",
        "美元": "USD",
        "usd": "USD",
        "新币": "SGD",
        "台币": "TWD",
        "澳门币": "MOP",
        "马币": "MYR",
    }
)

# What "元", or an amount without any sign, means to an enterprise at home there.
HOME_CURRENCIES: Mapping[str, str] = MappingProxyType(
    {
        "CN": "CNY",
        "HK": "HKD",
        "MO": "MOP",
        "TW": "TWD",
        "SG": "SGD",
        "MY": "MYR",
        "ID": "IDR",
        "TH": "THB",
        "VN": "VND",
        "PH": "PHP",
        "KH": "USD",
        "LA": "LAK",
        "MM": "MMK",
        "BN": "BND",
        "TL": "USD",
        "JP": "JPY",
        "KR": "KRW",
        "US": "USD",
        "GB": "GBP",
        "AU": "AUD",
        "NZ": "NZD",
        "CA": "CAD",
        "CH": "CHF",
        "AE": "AED",
        "SA": "SAR",
        "QA": "QAR",
        "KW": "KWD",
        "IN": "INR",
        "PK": "PKR",
        "BD": "BDT",
        "LK": "LKR",
        "KZ": "KZT",
        "UZ": "UZS",
        "RU": "RUB",
        "TR": "TRY",
        "ZA": "ZAR",
        "KE": "KES",
        "NG": "NGN",
        "EG": "EGP",
        "BR": "BRL",
        "MX": "MXN",
        "CL": "CLP",
    }
    | dict.fromkeys(["AT", "BE", "DE", "ES", "FI", "FR", "GR", "IE", "IT", "LU", "NL", "PT"], "EUR")
)
_DOLLARS = frozenset(["HK", "SG", "AU", "NZ", "CA", "TW", "BN", "US"])
_PESOS: Mapping[str, str] = MappingProxyType(
    {"PH": "PHP", "MX": "MXN", "CL": "CLP", "CO": "COP", "AR": "ARS", "UY": "UYU"}
)


def sign_before(folded: str, start: int) -> tuple[str, int] | None:
    """Return the currency sign right before a number and where it begins, or None."""
    end = start - 1 if folded[max(0, start - 1) : start] in (" ", ":") else start
    if end < start and folded[max(0, end - 1) : end] == ":":
        end -= 1
    for length in range(min(_LONGEST, end), 0, -1):
        first = end - length
        word = folded[first:end]
        if word in _SIGNS and word not in _NEVER_BEFORE and not _runs_on(folded, first):
            return _SIGNS[word], first
    return None


def sign_after(folded: str, end: int) -> tuple[str, int] | None:
    """Return the currency sign right after a number and where it ends, or None."""
    start = end + 1 if folded[end : end + 1] in (" ", "-", "(") else end
    if folded[start : start + 1] == "(":
        start += 1
    for length in range(min(_LONGEST, len(folded) - start), 0, -1):
        last = start + length
        word = folded[start:last]
        if word not in _SIGNS or word in _NEVER_AFTER:
            continue
        following = folded[last : last + 1]
        if (following.isascii() and following.isalnum()) or (
            word == "欧" and following in "洲盟美亚" and following
        ):
            continue
        if _SIGNS[word] == "元":
            yuan = _AFTER_YUAN.match(folded, start)
            if yuan is not None and yuan["named"]:
                return _NAMED[yuan["named"]], yuan.end()
        return _SIGNS[word], last
    return None


def _runs_on(folded: str, first: int) -> bool:
    """Whether the letters of a sign are the end of a longer word."""
    previous = folded[max(0, first - 1) : first]
    return (
        folded[first].isascii()
        and folded[first].isalpha()
        and previous.isascii()
        and previous.isalpha()
    )


def currency_of(
    sign: str | None, home: str | None, places: tuple[str, ...]
) -> tuple[str | None, bool]:
    """Return the currency that a sign means, and whether that was inferred.

    Args:
        sign: an ISO 4217 code, "$", "元", "蚊", "¥", "peso", or None for a bare amount.
        home: where the enterprise is, or None.
        places: the jurisdictions of the need, which tell one peso from another.

    Returns:
        The code, or None where neither the sign nor the home tells; and whether the home, not the
        text, decided.
    """
    if sign in _WORDS:
        return sign, False
    if sign == "peso":
        return next((_PESOS[place] for place in places if place in _PESOS), "PHP"), False
    if sign == "¥":
        return ("JPY" if home == "JP" else "CNY"), home != "CN"
    own = HOME_CURRENCIES.get(home or "")
    inferred = {
        "$": own if home in _DOLLARS else "USD",
        "蚊": own if home == "MO" else "HKD",
        "元": own or "CNY",
    }
    return inferred.get(sign or "", own), True
