"""Amounts of money in a text: how much, in what currency, as cap, floor or about."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from matching.understanding.currencies import sign_after, sign_before
from matching.understanding.numerals import Number, find_numbers

_WINDOW = 24
_ABOUT = (
    r"(?:about|around|approx(?:imately)?\.?|roughly|circa|ca\.|some|say|~|≈|大约|大概|约莫|约|"
    r"差不多|将近|接近|大致|估计|左右|around about)"
)
_APPROXIMATE_BEFORE = re.compile(rf"{_ABOUT} ?$")
_APPROXIMATE_AFTER = re.compile(
    r" ?(?:左右|上下|or so\b|ish\b|-ish\b|roughly\b|approx|\(approx|give or take|咁上下|度(?=[,，。、;\s]|$)|"
    r"(?:人民币|港币|美金)?左右)"
)
_CAP_BEFORE = re.compile(
    r"(?:(?:\bnot|n't|\bcannot|\bnever|\bno) (?:\w+ ){0,3}(?:more than|over|above|beyond|exceed(?:ing)?)|"
    r"\b(?:up to|(?:a )?max(?:imum)?(?: of)?|at most|no more than|not more than|"
    r"(?:not|can't|cannot|must not|shouldn't|should not|won't|don't) (?:to )?(?:exceed|pass|go over|"
    r"go above|go beyond)|within|(?<!not )(?<!no )(?:under|below|less than)|capped at|cap of|cap(?: is|:)?|"
    r"ceiling(?: of| is|:)?|limit(?:ed)?(?: to| of| is|:)?|not (?:pay |spend |go )?(?:above|over|beyond|more than)|not over|never over|top(?:s)? out at)|<=?|≤|"
    r"(?:不|别|勿|唔好|唔)(?:可以?|能够?|得|会|要|想|应)?(?:超过|超出|超|高于|高过|多于|多过|大于|过)|"
    r"不逾|至多|最多(?:出|俾|给|付)?|最高|顶多|极限|上限(?:为|是|在|系|:)?|封顶(?:为|在|:)?|控制(?:在|于)|压(?:在|到)|限(?:在|于)|"
    r"(?<![不唔能得会])(?:低于|少于|小于)|以内)"
    rf"[ :]?{_ABOUT}? ?$"
)
_CAP_AFTER = re.compile(
    r" ?\(?(?:(?:元|块)?(?:左右)?(?:以内|之内|以下|内(?![地部容])|封顶|为上限|为限|上限|到顶|打住|顶天|搞定|搞掂)|"
    r"(?:max(?:imum)?|or less|or below|or under|cap|tops|at most|at the most|ceiling|limit|all in|"
    r"all-in)\b)"
)
_FLOOR_BEFORE = re.compile(
    r"(?:\b(?:at least|(?:a )?min(?:imum)?(?: of)?|no less than|not less than|not below|not under|"
    r"starting (?:from|at)|from|more than|upwards of|(?<!not )(?<!not pay )(?<!not spend )(?:above|over)|north of)|>=?|≥|"
    r"(?:不|唔)(?:会|能|得)?(?:低于|少于|低过|少过)|至少|最少|最低|起码|不下|下限(?:为|是|:)?|超过|高于|多于|"
    r"逾|超)"
    rf"[ :]?{_ABOUT}? ?$"
)
_FLOOR_AFTER = re.compile(
    r" ?(?:(?:元|块)?(?:以上|起(?![诉草来因])|起步|起跳|打底|或以上|往上)|\+(?!\d)|"
    r"(?:or more|or above|and up|and above|upwards|plus|minimum|at least|min)\b)"
)
_RANGE = re.compile(r" ?(?:-|~|—|到|至|to|and|与|和|或|or) ?")
_BETWEEN = re.compile(r"(?:between|介乎|介于|在|from) ?$")
_NOUNS = (
    r"units?|people|persons?|users?|tonn?es?|tons?|t\b|sqm|sq|square|employees|staff|pcs|pieces|"
    r"customers?|clients|records|hectares?|barrels?|mw|gw|kw|vehicles|downloads|followers|workers|"
    r"patients|cars|tpa|teu|shares|words|pages|sets?|metric|parcels|orders|litres?|km|meters?|"
    r"metres?|miles|years?|months?|days?|weeks?|hours?|hrs?|minutes?|acres?|rooms?|stores?|shops?|"
    r"boxes|cartons|containers|bottles|pairs|head|mah|am\b|pm\b|st\b|nd\b|rd\b|th\b|percent|x\b|"
    r"countries|members|companies|firms|projects|documents|contracts|sites|branches|lawyers"
)
_COUNTED = re.compile(
    rf"[ -]?(?:{_NOUNS})|[ ]?(?:多|余)?(?:[名位人台辆件吨吋寸页字架艘套户只箱亩公平立升瓦兆米层间栋份家所次岁年月日天号周期条款批棵颗粒头"
    r"届种类项点%‰度]|个(?:月|人|工|国|项|城|客|员|标|柜|月|小时|星期)|千米|千瓦|多[人家]|万[吨件人])"
)
# 预算50个: business slang for ten thousands, where nothing else is counted.
_SLANG = re.compile(r"个(?= ?(?:以内|左右|上下|封顶|起|[,，。;；!！\n)]|$))")
_SLANG_BEFORE = re.compile(r"(?:预算|费用|出价|出|报价|控制在|不超过|最多)[^,，。;；]{0,6}$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MIN_PLAIN = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money, before it is known what it is for.

    Attributes:
        start, end: where it stands in the folded text, its currency and bounds included.
        inner: where its currency or number begins, the words of its bounds left out.
        low, high: what the number says, bounds aside; equal for a single number.
        sign: the currency's sign as `currencies.currency_of` takes it, or None for a bare amount.
        is_cap, is_floor: said to be at most, or at least, this much.
        is_range: two numbers, or a numeral that says two.
        has_unit: a number of thousands or more in words (万, k), so it may be money without a sign.
    """

    start: int
    end: int
    inner: int
    low: float
    high: float
    sign: str | None
    is_approximate: bool
    is_cap: bool
    is_floor: bool
    is_range: bool
    has_unit: bool

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Return the least and the most: a single amount, about or exact, is the most."""
        if self.is_range and not (self.is_cap and self.low == self.high):
            return self.low, self.high
        return (self.low, None) if self.is_floor and not self.is_cap else (None, self.high)


@dataclass(frozen=True, slots=True)
class _Priced:
    number: Number
    start: int
    end: int
    sign: str | None


def find_amounts(folded: str) -> tuple[Amount, ...]:
    """Return what may be amounts of money, in the order of the text, none overlapping.

    A number counts if it has a currency, a unit (万, k), or stands alone and is large enough;
    what the words after it count (人, tons, 平方米) is no money. Time is linear in the text.
    """
    priced: list[_Priced] = []
    for number in find_numbers(folded):
        one = _priced(folded, number, priced[-1].end if priced else 0)
        if one is not None:
            priced.append(one)
    amounts: list[Amount] = []
    waiting = iter(pairwise([*priced, None]))
    for first, second in waiting:
        if first is None:
            continue
        if second is not None and (joined := _range(folded, first, second)) is not None:
            amounts.append(joined)
            next(waiting, None)
        elif _is_money(folded, first):
            amounts.append(_amount(folded, first))
    return tuple(amounts)


def _priced(folded: str, number: Number, after: int) -> _Priced | None:
    start, end, sign = number.start, number.end, None
    if (
        number.unit == 1
        and _SLANG.match(folded, end)
        and _SLANG_BEFORE.search(folded[max(0, start - 12) : start])
    ):
        scaled = replace(
            number, end=end + 1, low=number.low * 1e4, high=number.high * 1e4, unit=1e4
        )
        return _Priced(scaled, start, end + 1, None)
    if (prefix := sign_before(folded, start)) is not None and prefix[1] >= after:
        sign, start = prefix
    elif start and folded[start - 1].isascii() and folded[start - 1].isalpha():
        return None
    if (suffix := sign_after(folded, end)) is not None and (sign is None or sign in "$元"):
        sign, end = suffix
    elif suffix is not None and suffix[0] in ("元", sign):
        end = suffix[1]
    if _YEAR.fullmatch(folded[number.start : number.end]) and (
        sign in (None, "CNY", "元") or folded[number.end : number.end + 1] == "年"
    ):
        return None
    return _Priced(number, start, end, sign)


def _is_money(folded: str, priced: _Priced) -> bool:
    number = priced.number
    if priced.sign is not None:
        # 一块 is also "together"; nobody's budget is below ten.
        return number.high >= 10
    if _COUNTED.match(folded, priced.end):
        return False
    if number.is_plain or number.unit == 1:
        previous = folded[priced.start - 1 : priced.start]
        following = folded[priced.end : priced.end + 1]
        return (
            number.is_plain
            and number.high >= _MIN_PLAIN
            and previous not in tuple("-/.,:#+_")
            and (following == "" or following not in "-/:_年月日号#")
        )
    return number.high >= _MIN_PLAIN


def _range(folded: str, first: _Priced, second: _Priced) -> Amount | None:
    between = folded[first.end : second.start]
    if not 0 < len(between) <= 5 or _RANGE.fullmatch(between) is None:
        return None
    low, high = first.number, second.number
    word = between.strip()
    if word in ("and", "与", "和") and not _BETWEEN.search(folded[: first.start][-10:]):
        return None
    if word in ("or", "或") or (
        first.sign is not None
        and second.sign not in (None, "元", "$", first.sign)
        and first.sign not in ("元", "$")
    ):
        return None
    # 港币60万至80万元: the sign that says more counts.
    signs = [sign for sign in (first.sign, second.sign) if sign is not None]
    sign = next((sign for sign in signs if sign not in ("元", "$")), signs[0] if signs else None)
    start_value = low.low
    if low.unit == 1 and high.unit > 1 and low.low <= high.base:
        # "50-80k": the unit is said once.
        start_value = low.low * high.unit
    whole = _Priced(high, first.start, second.end, sign)
    if start_value >= high.high or not _is_money(folded, whole):
        return None
    if sign is None and high.unit == 1 and low.unit == 1 and word in ("-", "~", "—", "to"):
        # Without sign or unit "2300-4500" may be anything; budgets say what they are.
        start_value = low.low
    found = _amount(folded, whole)
    return Amount(
        found.start,
        found.end,
        found.inner,
        start_value,
        high.high,
        sign,
        found.is_approximate,
        found.is_cap,
        False,
        True,
        high.unit > 1,
    )


def _amount(folded: str, priced: _Priced) -> Amount:
    number = priced.number
    left = folded[max(0, priced.start - _WINDOW) : priced.start]
    right = folded[priced.end : priced.end + _WINDOW]
    cap_before, cap_after = _CAP_BEFORE.search(left), _CAP_AFTER.match(right)
    floor_before, floor_after = _FLOOR_BEFORE.search(left), _FLOOR_AFTER.match(right)
    about_before, about_after = _APPROXIMATE_BEFORE.search(left), _APPROXIMATE_AFTER.match(right)
    is_cap = cap_before is not None or cap_after is not None
    is_floor = not is_cap and (floor_before is not None or floor_after is not None)
    starts = [m.start() for m in (cap_before, floor_before, about_before) if m is not None]
    ends = [m.end() for m in (cap_after, floor_after, about_after) if m is not None]
    first_digit = folded[priced.start : number.start]
    return Amount(
        priced.start - len(left) + min(starts, default=len(left)),
        priced.end + max(ends, default=0),
        priced.start,
        number.low,
        number.high,
        priced.sign,
        number.is_approximate
        or about_before is not None
        or about_after is not None
        or "约" in first_digit
        or any(m is not None and re.search(_ABOUT, m.group()) for m in (cap_before, floor_before)),
        is_cap,
        is_floor,
        number.low != number.high,
        number.unit > 1,
    )
