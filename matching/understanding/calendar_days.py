"""Days that a text names by day and month, and what is worked out of a calendar."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from matching.understanding.numerals import chinese_integer

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MONTH_NUMBERS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}
ZH_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
YEAR_WORDS = {"今年": 0, "本年": 0, "明年": 1, "来年": 1, "下年": 1, "后年": 2, "出年": 1}
ZH_YEAR = r"(?:(?P<year>(?:19|20)\d\d|[一二三四五六七八九〇零]{4}) ?年 ?|(?P<word>今年|本年|明年|来年|下年|后年|出年)度?的?)"
EN_YEAR = r"(?:(?:,| of|')? ?(?P<year>20\d\d)| (?P<word>this|next) year)"


Rule = Callable[[re.Match[str], date], tuple[date, date] | None]
"""Turns a match into what "before it" means and the last day of it, or None."""


def rule_of(rules: list[tuple[re.Pattern[str], Rule]], pattern: str) -> Callable[[Rule], Rule]:
    """Return a decorator that adds a function to rules, to be called where the pattern matches."""

    def register(resolve: Rule) -> Rule:
        rules.append((re.compile(pattern), resolve))
        return resolve

    return register


DAY_RULES: list[tuple[re.Pattern[str], Rule]] = []


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_working_days(day: date, count: int) -> date:
    """Return the day that lies so many working days later; Saturdays and Sundays do not count.

    Less than zero counts back.
    """
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= day.weekday() < 5
    return day


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def month_number(name: str) -> int:
    """Return the number of a month called by its English name or the beginning of it."""
    return _MONTH_NUMBERS[name[:3]]


def chinese_number(words: str) -> int:
    """Return the value of a numeral, 廿 and 卅 included.

    Raises:
        ValueError: it is none.
    """
    words = words.replace("廿", "二十").replace("卅", "三十")
    value = chinese_integer(words)
    if value is None:
        raise ValueError(words)
    return value


def said_year(match: re.Match[str], on: date) -> int | None:
    """Return the year that the groups `year` and `word` of a match say, or None."""
    groups = match.groupdict()
    if groups.get("year"):
        year = groups["year"]
        if year.isdigit():
            return int(year)
        return int("".join(str("〇一二三四五六七八九".find(c.replace("零", "〇"))) for c in year))
    word = groups.get("word")
    if word is None:
        return None
    return on.year + (YEAR_WORDS[word] if word in YEAR_WORDS else int(word == "next"))


def _on_or_next(year: int | None, month: int, day: int, on: date) -> date:
    if year is not None:
        return date(year, month, day)
    this_year = date(on.year, month, day)
    return this_year if this_year >= on else date(on.year + 1, month, day)


def one_day(found: date) -> tuple[date, date]:
    """Return what a rule answers for a day: before it includes the day."""
    return found, found


def period(first: date, last: date) -> tuple[date, date]:
    """Return what a rule answers for a period: before it ends the day before its first."""
    return first - timedelta(days=1), last


def months_ahead(word: str) -> int:
    """Return how many months ahead 下个月, 下下个月 or "next month" is."""
    return word.count("下") or int("next" in word)


@rule_of(DAY_RULES, r"(?<![\d./-])(20\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d/-])")
def _iso(match: re.Match[str], on: date) -> tuple[date, date]:
    return one_day(date(int(match[1]), int(match[3]), int(match[4])))


@rule_of(DAY_RULES, r"(?<![\d./-])(\d{1,2})([/.])(\d{1,2})\2(20\d\d)(?![\d/-])")
def _day_first(match: re.Match[str], on: date) -> tuple[date, date]:
    day, month = int(match[1]), int(match[3])
    return one_day(
        date(int(match[4]), day, month) if month > 12 else date(int(match[4]), month, day)
    )


@rule_of(
    DAY_RULES,
    r"(?<![\d.,$-])(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun)(?:day)?,? )?(?:the )?"
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: ?(?:-|to) ?\d{1,2}(?:st|nd|rd|th)?)?(?: of|-)? ?"
    rf"(?P<month>{MONTHS})\b\.?{EN_YEAR}?",
)
def _day_month(match: re.Match[str], on: date) -> tuple[date, date]:
    return one_day(
        _on_or_next(said_year(match, on), month_number(match["month"]), int(match["day"]), on)
    )


@rule_of(
    DAY_RULES,
    rf"\b(?P<month>{MONTHS})\.? (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?: ?(?:-|to) ?\d{{1,2}}(?:st|nd|rd|th)?)?(?![\d%]|,\d){EN_YEAR}?",
)
def _month_day(match: re.Match[str], on: date) -> tuple[date, date]:
    return one_day(
        _on_or_next(said_year(match, on), month_number(match["month"]), int(match["day"]), on)
    )


@rule_of(
    DAY_RULES,
    rf"{ZH_YEAR}?(?<!\d)(?P<month>{ZH_NUMBER}) ?月份? ?(?P<day>{ZH_NUMBER})[日号]? ?"
    rf"(?:(?:至|到|-|~|、|—) ?(?:{ZH_NUMBER} ?月 ?)?{ZH_NUMBER} ?(?=[日号]))?(?:(?<=[日号] )|(?<=[日号])|[日号]|(?=[前之截内止]))",
)
def _chinese_day(match: re.Match[str], on: date) -> tuple[date, date]:
    month, day = chinese_number(match["month"]), chinese_number(match["day"])
    return one_day(_on_or_next(said_year(match, on), month, day, on))


@rule_of(DAY_RULES, r"(?<![\d./])(?P<month>\d{1,2})\.(?P<day>\d{1,2})(?=之?前|以前|截止)")
def _dotted(match: re.Match[str], on: date) -> tuple[date, date]:
    month, day = int(match["month"]), int(match["day"])
    return one_day(_on_or_next(None, *((month, day) if month <= 12 else (day, month)), on))


# "by 10/11" and 15/12前 are dates only where a word beside them says so: a slash is as often a
# fraction. Where both ways give a date the day comes first, as in Hong Kong and Britain; in Chinese
# that shows no sign of Hong Kong, and with a point (12.5前), the month does, as on the Mainland.
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FROM_HONG_KONG = re.compile(r"[嘅喺咗哋唔冇佢啲揾嚟俾]|香港|港币|港元|港纸")
_DATE_CUE_BEFORE = re.compile(
    r"(?:\b(?:by|before|until|till|due|on|latest|from|deadline|closing|hearing|cut-?off|submission|expires?|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)(?: (?:is|on|by|at|the|date))*[:,]? ?|"
    r"(?:最迟|最晚|截止|截至|赶在|不迟于|不晚于|期限|定于|到期日?|开庭|截标|日期)(?:日期|时间)?[是为系:在]? ?)$"
)
_DATE_CUE_AFTER = re.compile(
    r" ?(?:之?前|以前|截止|截|要|交|搞掂|搞定|完成|开庭|到期|出货|deadline\b|latest\b|at the latest|hearing\b)"
)


def _has_date_cue(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 24) : match.start()]
    return (
        _DATE_CUE_BEFORE.search(before) is not None
        or _DATE_CUE_AFTER.match(match.string, match.end()) is not None
    )


@rule_of(DAY_RULES, r"(?<![\d./$-])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?P<year>/\d\d)?(?![\d/%])(?!\.\d)")
def _slashed(match: re.Match[str], on: date) -> tuple[date, date] | None:
    first, second = int(match["a"]), int(match["b"])
    if (first, second) == (24, 7) or not (match["year"] or _has_date_cue(match)):
        return None
    is_month_first = (
        _CHINESE.search(match.string) is not None and _FROM_HONG_KONG.search(match.string) is None
    )
    if second > 12 or (is_month_first and first <= 12):
        first, second = second, first
    day, month = first, second
    year = 2000 + int(match["year"][1:]) if match["year"] else None
    return one_day(_on_or_next(year, month, day, on))


@rule_of(
    DAY_RULES,
    r"(?<=by )(?P<day>\d{1,2})\.(?P<month>\d\d)(?:\.(?!\d)|(?![\d%./]))"
    r"(?! ?(?:k|m|b|bn|mn|million|billion|percent|per cent|times|points|x|usd|eur|hkd|万|亿|倍)\b)",
)
def _pointed(match: re.Match[str], on: date) -> tuple[date, date]:
    return one_day(_on_or_next(None, int(match["month"]), int(match["day"]), on))


@rule_of(
    DAY_RULES,
    r"\b(?:(?:by|before|until|till|due|on|latest|deadline)(?: (?:on|by|is))? (?:the )?|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? (?:the )?)(?P<day>\d{1,2})(?:st|nd|rd|th)\b"
    r"(?: of (?P<which>this|next) month)?"
    rf"(?! (?:of\b|{MONTHS}|floor|century|anniversary|amendment|edition|meeting|time|of|round|year|day))",
)
def _day_alone(match: re.Match[str], on: date) -> tuple[date, date]:
    if match["which"] == "next":
        return one_day(add_months(on.replace(day=1), 1).replace(day=int(match["day"])))
    return one_day(_day_to_come(int(match["day"]), on))


def _day_to_come(day: int, on: date) -> date:
    """Return the next day with that number, in this month or the first later one that has it."""
    for months in range(3):
        first = add_months(on.replace(day=1), months)
        if day <= monthrange(first.year, first.month)[1] and first.replace(day=day) >= on:
            return first.replace(day=day)
    raise ValueError(day)


@rule_of(
    DAY_RULES,
    rf"(?P<which>本月|这个?月|今个月|当月|下个?月|下下个?月)(?:的)? ?(?P<day>{ZH_NUMBER}) ?[日号]",
)
def _day_of_near_month(match: re.Match[str], on: date) -> tuple[date, date]:
    month = add_months(on.replace(day=1), months_ahead(match["which"]))
    return one_day(month.replace(day=chinese_number(match["day"])))


@rule_of(
    DAY_RULES,
    rf"(?<![月\d一二三四五六七八九十到至-])(?<!\d[./])(?P<day>{ZH_NUMBER}) ?号(?=之?前|以前|截|要|交|开|到期)",
)
def _day_of_some_month(match: re.Match[str], on: date) -> tuple[date, date]:
    return one_day(_day_to_come(chinese_number(match["day"]), on))
