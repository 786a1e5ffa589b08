"""Points in time named in a text, worked out from the day it was written on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from matching.understanding.calendar_days import (
    DAY_RULES,
    EN_YEAR,
    MONTHS,
    YEAR_WORDS,
    ZH_NUMBER,
    ZH_YEAR,
    Rule,
    add_months,
    chinese_number,
    month_end,
    month_number,
    months_ahead,
    one_day,
    period,
    rule_of,
    said_year,
)
from matching.understanding.holidays import HOLIDAY_WORDS, holiday_on


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or the last day of a period, that a text names.

    Attributes:
        start, end: where in the folded text.
        on: the day; of a period (a month, a quarter) its last day.
        eve: what "before it" means: the day itself, and of a period or a holiday the day before.
        is_relative: counted from the day of writing (两周内, "within 30 days").
        is_yearless: the year was not said; `on` is the next such day.
    """

    start: int
    end: int
    on: date
    eve: date
    is_relative: bool = False
    is_yearless: bool = False


_RULES: list[tuple[re.Pattern[str], Rule]] = [*DAY_RULES]


def find_moments(folded: str, on: date) -> tuple[Moment, ...]:
    """Return the moments a text names, in its order, the longest at each place.

    Args:
        folded: the folded text.
        on: the day it was written on; what is relative counts from it.
    """
    found = [moment for rule in _RULES for moment in _apply(rule, folded, on)]
    kept: list[Moment] = []
    for moment in sorted(found, key=lambda moment: (moment.start, -moment.end)):
        if not kept or moment.start >= kept[-1].end:
            kept.append(moment)
    return tuple(kept)


def _apply(rule: tuple[re.Pattern[str], Rule], folded: str, on: date) -> Iterator[Moment]:
    pattern, resolve = rule
    for match in pattern.finditer(folded):
        try:
            resolved = resolve(match, on)
        except (ValueError, OverflowError):
            # 31 February, or beyond the calendar: no day that could be meant.
            continue
        if resolved is not None:
            eve, last = resolved
            groups = match.groupdict()
            is_yearless = "year" in groups and not (groups["year"] or groups.get("word"))
            yield Moment(*match.span(), last, eve, is_yearless=is_yearless)


@rule_of(_RULES, r"(?<=before )(20\d\d)(?![-/.\d])")
def _before_year(match: re.Match[str], on: date) -> tuple[date, date]:
    return period(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))


def _part_of_month(year: int, month: int, part: str) -> tuple[date, date]:
    last = month_end(year, month)
    if part in ("初", "上旬", "头", "early", "beginning"):
        return one_day(date(year, month, 10))
    if part in ("中", "中旬", "mid", "middle"):
        return one_day(date(year, month, 15))
    if part:
        return one_day(last)
    return period(date(year, month, 1), last)


@rule_of(
    _RULES,
    rf"{ZH_YEAR}?(?<!\d)(?P<month>{ZH_NUMBER}) ?月份?的?(?P<part>底|末|尾|下旬|中旬|上旬|中(?!国|间)|初|头)?(?!\d)",
)
def _chinese_month(match: re.Match[str], on: date) -> tuple[date, date] | None:
    month = chinese_number(match["month"])
    year = said_year(match, on)
    if not 1 <= month <= 12:
        return None
    if year is None:
        year = on.year if month_end(on.year, month) >= on else on.year + 1
    return _part_of_month(year, month, match["part"] or "")


@rule_of(
    _RULES,
    r"\b(?:(?:the )?(?P<part>end|early|beginning|mid|middle|late)(?:[- ]of)?[- ](?:the )?)?"
    rf"(?P<month>{MONTHS})\b\.?(?! \d{{1,2}}\b){EN_YEAR}?",
)
def _english_month(match: re.Match[str], on: date) -> tuple[date, date] | None:
    name, part = match["month"], match["part"] or ""
    # "may" and "march" are words too, and so are "mar" and "dec" in names.
    if name in ("may", "march", "mar") and not part and not match["year"]:
        before = match.string[max(0, match.start() - 12) : match.start()]
        if re.search(r"\b(?:by|before|until|in|till|during|end of|around) $", before) is None:
            return None
    month, year = month_number(name), said_year(match, on)
    if year is None:
        year = on.year if month_end(on.year, month) >= on else on.year + 1
    return _part_of_month(year, month, part)


@rule_of(
    _RULES,
    r"(?P<which>本月|这个?月|今个月|当月|下个?月|下下个?月)?(?P<part>月底|月末|月尾|月中|月初)|"
    r"(?P<near>本月|这个?月|今个月|当月|下个?月)(?P<tail>底|末|尾|中旬|中(?!国)|初|内|之内)?",
)
def _near_month(match: re.Match[str], on: date) -> tuple[date, date] | None:
    word = match["which"] or match["near"] or ""
    month = add_months(on.replace(day=1), months_ahead(word))
    if match["part"]:
        found = _part_of_month(month.year, month.month, match["part"].removeprefix("月"))
        if not word and found[1] < on:
            later = add_months(month, 1)
            return _part_of_month(later.year, later.month, match["part"].removeprefix("月"))
        return found
    tail = match["tail"] or ""
    if tail.endswith("内"):
        return one_day(month_end(month.year, month.month))
    return _part_of_month(month.year, month.month, tail)


@rule_of(
    _RULES, r"\b(?:(?:the )?end of (?:the|this|next) month|month[- ]end|eom\b|(?:this|next) month)"
)
def _english_month_end(match: re.Match[str], on: date) -> tuple[date, date]:
    month = add_months(on.replace(day=1), months_ahead(match.group()))
    last = month_end(month.year, month.month)
    is_end = "end" in match.group() or "eom" in match.group()
    return one_day(last) if is_end else period(month, last)


@rule_of(
    _RULES,
    r"\b(?:(?P<part>end|early|mid|late|start|beginning)(?:[- ]of)?[- ])?(?:the )?"
    r"(?:q(?P<q>[1-4])|(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th|this|next) quarter)\b"
    rf"(?:/(?P<slash>20\d\d))?{EN_YEAR}?",
)
def _quarter(match: re.Match[str], on: date) -> tuple[date, date]:
    nth = match["nth"] or match["q"]
    year = int(match["slash"]) if match["slash"] else said_year(match, on)
    if nth in ("this", "next"):
        months = (on.month - 1) // 3 * 3 + (3 if nth == "next" else 0)
        return _quarter_days(on.year + months // 12, months % 12 // 3 + 1)
    number = {"f": 1, "s": 2, "t": 3, "l": 4}.get(nth[0]) or int(nth[0])
    number = 4 if nth == "fourth" else number
    eve, last = _quarter_of(year, number, on)
    return one_day(last) if match["part"] in ("end", "late") else (eve, last)


@rule_of(
    _RULES,
    rf"{ZH_YEAR}?(?:第?(?P<q>[一二三四1-4])|(?P<near>本|这个?|下个?))季度?(?P<part>末|底)?|{ZH_YEAR.replace('year', 'year2').replace('word', 'word2')}?q(?P<q2>[1-4])(?P<part2>末|底)?",
)
def _chinese_quarter(match: re.Match[str], on: date) -> tuple[date, date]:
    part = match["part"] or match["part2"]
    if match["near"]:
        months = (on.month - 1) // 3 * 3 + (3 if match["near"].startswith("下") else 0)
        eve, last = _quarter_days(on.year + months // 12, months % 12 // 3 + 1)
    else:
        year = said_year(match, on)
        if match["year2"]:
            year = int(match["year2"])
        elif match["word2"]:
            year = on.year + YEAR_WORDS[match["word2"]]
        eve, last = _quarter_of(year, chinese_number(match["q"] or match["q2"]), on)
    return one_day(last) if part else (eve, last)


def _quarter_of(year: int | None, number: int, on: date) -> tuple[date, date]:
    if year is None:
        year = on.year if month_end(on.year, number * 3) >= on else on.year + 1
    return _quarter_days(year, number)


def _quarter_days(year: int, number: int) -> tuple[date, date]:
    return period(date(year, number * 3 - 2, 1), month_end(year, number * 3))


@rule_of(_RULES, rf"\b(?:h(?P<h>[12])|(?P<nth>first|second|1st|2nd) half)\b(?: of)?{EN_YEAR}?")
def _half(match: re.Match[str], on: date) -> tuple[date, date]:
    is_first = (match["h"] or match["nth"])[0] in "1f"
    return _half_of(said_year(match, on), is_first=is_first, on=on)


@rule_of(_RULES, rf"{ZH_YEAR}?(?P<half>上|下)半年(?P<part>末|底)?")
def _chinese_half(match: re.Match[str], on: date) -> tuple[date, date]:
    eve, last = _half_of(said_year(match, on), is_first=match["half"] == "上", on=on)
    return one_day(last) if match["part"] else (eve, last)


def _half_of(year: int | None, *, is_first: bool, on: date) -> tuple[date, date]:
    month = 6 if is_first else 12
    if year is None:
        year = on.year if month_end(on.year, month) >= on else on.year + 1
    return period(date(year, month - 5, 1), month_end(year, month))


@rule_of(
    _RULES,
    r"\b(?:(?:the )?end of (?:the|this|next) (?:calendar )?year|year[- ]end|eoy\b|this year end|"
    r"(?:within|during|still|before the end of) (?:the|this) year|"
    r"(?<=[a-z] )this (?:calendar )?year(?= ?(?:$|[.;,!?]))|"
    r"(?:the )?end(?: of)?[- ](?P<year>20\d\d)|(?<=by )(?P<by>20\d\d)(?![-/.\d]))",
)
def _year_end(match: re.Match[str], on: date) -> tuple[date, date] | None:
    if match.group().startswith("this") and not match.group().endswith("end"):
        # "We need the certificate this year": what was done this year has no such word.
        clause = re.split(r"[.,;!?\n]", match.string[max(0, match.start() - 80) : match.start()])[
            -1
        ]
        if re.search(r"\b(?:need|want|must|obtain|require|hope to|have to|get)\b", clause) is None:
            return None
    year = int(match["year"] or match["by"] or on.year + months_ahead(match.group()))
    return one_day(date(year, 12, 31))


@rule_of(
    _RULES,
    rf"{ZH_YEAR}?(?:年)?(?P<part>底|末|尾|年底|年末|年尾|内|之内|以内)|(?<![\d\u4e00-\u9fff])年[底末尾内]|年[底末尾]|(?<=[,，。在于]) ?年内",
)
def _chinese_year_end(match: re.Match[str], on: date) -> tuple[date, date] | None:
    year = said_year(match, on)
    if year is None and not match.group().startswith("年"):
        return None
    return one_day(date(on.year if year is None else year, 12, 31))


for _words, _name in HOLIDAY_WORDS.items():

    @rule_of(_RULES, rf"(?:(?P<before>20\d\d)年? ?)?(?:{_words})(?: (?:of )?(?P<said>20\d\d))?")
    def _holiday(match: re.Match[str], on: date, name: str = _name) -> tuple[date, date] | None:
        said = match["before"] or match["said"]
        since = date(int(said), 1, 1) if said else on
        found = holiday_on(name, since)
        return None if found is None else period(found, found)
