"""Numbers as texts of needs write them: 300,000, 1.5m, 50k, half a million, 五十万, 三四十万, 十几万."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_UNITS: Mapping[str, float] = MappingProxyType(
    {
        "百": 1e2,
        "千": 1e3,
        "万": 1e4,
        "w": 1e4,
        "皮": 1e4,
        "十万": 1e5,
        "百万": 1e6,
        "球": 1e6,
        "千万": 1e7,
        "亿": 1e8,
        "十亿": 1e9,
        "百亿": 1e10,
        "万亿": 1e12,
        "k": 1e3,
        "thousand": 1e3,
        "grand": 1e3,
        "ribu": 1e3,
        "hundred thousand": 1e5,
        "lakh": 1e5,
        "m": 1e6,
        "mn": 1e6,
        "mln": 1e6,
        "mil": 1e6,
        "mio": 1e6,
        "mm": 1e6,
        "million": 1e6,
        "juta": 1e6,
        "crore": 1e7,
        "b": 1e9,
        "bn": 1e9,
        "bil": 1e9,
        "billion": 1e9,
        "trillion": 1e12,
    }
)
_UNIT = (
    r"(?:万亿|百亿|十亿|千万|百万|十万|[百千](?!万|亿|分)|万|亿|皮|球|"
    r"(?:hundred thousand|thousand|grand|millions?|mio|mln|mil|mn|mm|m|billions?|bil|bn|b|"
    r"trillions?|lakhs?|crores?|juta|ribu|k|w)(?![a-z0-9²³]))"
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,3}(?:\.\d{3}){2,5}|\d{1,15})"
_ARABIC = re.compile(
    rf"(?P<digits>{_DIGITS})(?P<fraction>\.\d{{1,6}})?(?![\d%])"
    rf"(?: ?(?P<more>来|多|几|余)?(?:个)? ?(?P<unit>{_UNIT}))?(?P<tail>[1-9](?![\d.,%]))?"
)
# One to twenty, in order.
ONE_TO_TWENTY = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
)  # fmt: skip
_ENGLISH: Mapping[str, float] = MappingProxyType(
    {name: value for value, name in enumerate(("zero", *ONE_TO_TWENTY))}
    | {"a": 1, "an": 1, "half": 0.5, "a quarter": 0.25, "a couple": 2}
    | dict(
        zip(
            ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
            range(30, 100, 10),
            strict=True,
        )
    )
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ENGLISH_NUMBER = re.compile(
    rf"(?:(?P<tens>{_TENS})[- ])?"
    r"\b(?P<word>a quarter|a couple|"
    + "|".join(sorted(_ENGLISH, key=len, reverse=True))
    + r")(?P<half> and a half)?(?: (?:of )?(?:a )?(?P<unit>hundred(?: thousand)?|thousand|million|"
    r"billion|grand))\b"
)
_CHINESE_DIGITS: Mapping[str, int] = MappingProxyType(
    dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "两": 2, "俩": 2}
)
_CHINESE_UNITS: Mapping[str, int] = MappingProxyType({"十": 10, "百": 100, "千": 1000})
_CHINESE = re.compile(
    r"[零〇一二两俩三四五六七八九十廿卅百千几半数][零〇一二两俩三四五六七八九十廿卅百千几来多余万亿半个]{0,15}"
)
_FILLERS = re.compile(r"[来多余]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text; `low` and `high` differ where the words give a span (三四十万).

    Attributes:
        start, end: where it stands.
        low, high: what it may be.
        base: the number before its unit, where there is a unit to lend (the 80 of 80k), else None.
        unit: what the unit multiplies by; 1 without a unit.
        is_approximate: 20来万, 几十万.
        is_plain: nothing but digits.
    """

    start: int
    end: int
    low: float
    high: float
    base: float
    unit: float
    is_approximate: bool = False
    is_plain: bool = False


def find_numbers(folded: str) -> tuple[Number, ...]:
    """Return the numbers in a folded text in their order, none overlapping; time is linear."""
    found = [*_arabic_numbers(folded), *_english_numbers(folded), *_chinese_numbers(folded)]
    kept: list[Number] = []
    for number in sorted(found, key=lambda number: (number.start, -number.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return tuple(kept)


def chinese_integer(words: str) -> int | None:
    """Return the value of a Chinese or Arabic numeral below ten thousand, or None."""
    if words.isascii() and words.isdigit():
        return int(words)
    value = _section(words)
    return value[0] if value is not None and value[0] == value[1] else None


def _arabic_numbers(folded: str) -> list[Number]:
    found: list[Number] = []
    position = 0
    while match := _ARABIC.search(folded, position):
        start, end = match.span()
        digits = match["digits"]
        previous = folded[start - 1] if start else " "
        if previous.isdigit() or (previous in ".," and start > 1 and folded[start - 2].isdigit()):
            # The middle of something longer than any amount: go to where it ends.
            position = _digits_end(folded, start)
            continue
        position = end
        base = float(digits.replace(",", "").replace(".", "") + (match["fraction"] or ""))
        unit = _unit_value(match["unit"])
        if unit == 1 and len(match["fraction"] or "") == 4 and 1 <= base < 1000:
            # 25.000 is twenty-five thousand: no currency has three decimals in such texts.
            base = round(base * 1000)
        low = high = round(base * unit, 2)
        is_approximate = match["more"] is not None
        if match["tail"] is not None:
            if match["unit"] is None or match["unit"] not in "千万亿":
                end = position = match.start("tail")
            else:
                low = high = low + int(match["tail"]) * unit / 10
        if match["more"] in ("多", "几", "余"):
            high = round((base + _last_place(base)) * unit, 2)
        found.append(
            Number(start, end, low, high, base, unit, is_approximate, match["unit"] is None)
        )
    return found


def _digits_end(folded: str, start: int) -> int:
    end = start
    while end < len(folded) and (folded[end].isdigit() or folded[end] in ".,"):
        end += 1
    return max(end, start + 1)


def _last_place(value: float) -> float:
    """Return the place of the last digit that is not zero: 20多万 lies below 30."""
    place = 1.0
    while value >= 10 * place and value % (10 * place) == 0:
        place *= 10
    return place


def _unit_value(unit: str | None) -> float:
    if unit is None:
        return 1.0
    return _UNITS.get(unit) or _UNITS[unit.removesuffix("s")]


def _english_numbers(folded: str) -> list[Number]:
    found: list[Number] = []
    for match in _ENGLISH_NUMBER.finditer(folded):
        base = _ENGLISH[match["word"]] + (0.5 if match["half"] else 0)
        if match["tens"]:
            base += _ENGLISH[match["tens"]]
        unit = 100.0 if match["unit"] == "hundred" else _UNITS[match["unit"]]
        value = base * unit
        found.append(Number(*match.span(), value, value, base, unit))
    return found


def _chinese_numbers(folded: str) -> list[Number]:
    found: list[Number] = []
    for match in _CHINESE.finditer(folded):
        words = match.group()
        stripped = words.rstrip("来多余个半几") if words[-1] in "来多余个" else words
        if (value := _chinese_value(stripped)) is None:
            continue
        low, high, base, unit = value
        is_approximate = any(character in stripped for character in "几来多余")
        found.append(
            Number(
                match.start(), match.start() + len(stripped), low, high, base, unit, is_approximate
            )
        )
    return found


def _chinese_value(words: str) -> tuple[float, float, float, float] | None:
    """Return low, high, the number before the unit and the unit of a Chinese numeral."""
    words = words.replace("廿", "二十").replace("卅", "三十")
    for unit_name, unit in (("亿", 1e8), ("万", 1e4)):
        head, separator, tail = words.partition(unit_name)
        if not separator:
            continue
        head = head.removesuffix("个")
        if not head:
            return None
        if head in ("半",):
            section: tuple[float, float] | None = (0.5, 0.5)
        else:
            section = _section(head)
        if section is None:
            return None
        rest = _rest(tail, unit)
        if rest is None:
            return None
        low, high = section[0] * unit + rest, section[1] * unit + rest
        return low, high, section[1], unit
    section = _section(words)
    if section is None:
        return None
    return section[0], section[1], section[1], 1.0


def _rest(tail: str, unit: float) -> float | None:
    """Return what follows 万 or 亿: 三万五 is 35,000, 一亿两千万 is 120,000,000."""
    if not tail:
        return 0.0
    if tail == "半":
        return unit / 2
    if len(tail) == 1 and tail in _CHINESE_DIGITS:
        return _CHINESE_DIGITS[tail] * unit / 10
    if tail.endswith("万") and unit == 1e8:
        inner = _section(tail.removesuffix("万"))
        return inner[0] * 1e4 if inner is not None else None
    inner = _section(tail)
    return float(inner[0]) if inner is not None else None


def _section(words: str) -> tuple[int, int] | None:  # noqa: C901, PLR0911, PLR0912 a branch for each kind of character
    """Return low and high of a numeral below ten thousand: 三四十 is 30 and 40, 十几 10 and 20."""
    low = high = 0
    digits: list[int] = []
    place = 10_000
    cleaned = _FILLERS.sub("", words)
    for character in cleaned:
        if character in _CHINESE_DIGITS:
            if len(digits) == 2:
                return None
            if character in "零〇" and not digits:
                place = 10
                continue
            digits.append(_CHINESE_DIGITS[character])
        elif character == "几":
            if digits:
                return None
            digits = [2, 9] if cleaned != "十几" and not low else [0, 10]
        elif character in _CHINESE_UNITS:
            unit = _CHINESE_UNITS[character]
            if unit >= place and place != 10:
                return None
            place = unit
            first, last = (digits[0], digits[-1]) if digits else (1, 1)
            if len(digits) == 2 and first >= last:
                return None
            low, high, digits = low + first * unit, high + last * unit, []
        else:
            return None
    if digits:
        first, last = digits[0], digits[-1]
        if len(digits) == 2 and first >= last:
            return None
        if len(digits) == 1 and place in (100, 1000) and low and "零" not in cleaned:
            # 三百五 is 350, 两千八 is 2,800.
            first = last = first * (place // 10)
        low, high = low + first, high + last
    return (low, high) if high else None
