"""Times counted from the day of writing: within two weeks, by Friday, 三个月内, 下周五, 今天."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from matching.understanding.calendar_days import add_months, add_working_days
from matching.understanding.numerals import ONE_TO_TWENTY, chinese_integer
from matching.understanding.times import Moment

_NUMBERS = {name: number for number, name in enumerate(ONE_TO_TWENTY, start=1)}
_NUMBERS |= {
    "a": 1,
    "an": 1,
    "a couple of": 2,
    "couple of": 2,
    "a few": 3,
    "thirty": 30,
    "forty": 40,
}
_NUMBERS |= {"forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90, "forty five": 45}
_EN = (
    r"(?:\d{1,3}|a couple of|couple of|a few|forty[- ]five|"
    + "|".join(sorted((n for n in _NUMBERS if " " not in n and "-" not in n), key=len)[::-1])
    + ")"
)
_EN_UNITS = (
    r"(?P<kind>working|business|work|calendar|clear)?[- ]?"
    r"(?P<unit>hours?|hrs?|days?|weeks?|wks?|months?|mths?|fortnights?|years?)"
)
_WITHIN = re.compile(
    r"\b(?P<lead>within|in|inside|in under|under|less than|no more than|not more than|no later than|"
    r"max(?:imum)?|at most|over|during|by|have|only|got|with)(?: (?:only|just))?"
    r"(?: (?:about|around|roughly|the|at most|max|some|next|coming|following|these))*"
    rf" (?:{_EN} ?(?:-|to|or) ?)?(?P<number>{_EN})(?:\(\d+\)| \(\d+\))?[- ]{_EN_UNITS}\b"
    r"(?P<left>(?:'s?)?(?: time)?(?: left| to go)?)"
)
_NEXT_ONE = re.compile(
    r"\b(?:within|in|over|during|inside) the (?:next|coming|following) (?P<next>week|fortnight|month)\b"
)
_NEXT = re.compile(rf"\b(?:the |these )?(?:next|coming|following) (?P<number>{_EN}) {_EN_UNITS}\b")
_BARE = re.compile(
    rf"(?<![\w.-])(?:{_EN} ?(?:-|to|or) ?)?(?P<number>{_EN})[- ](?:(?P<kind>working|business|work|"
    r"calendar) (?P<unit>days?)|(?P<unit2>hours?|hrs?|days?|weeks?|months?)"
    r"(?= (?:left|deadline|turnaround|max\b|maximum|notice|from (?:now|today)|to (?:file|respond|reply|"
    r"appeal|answer|object|submit|go\b))))"
)
_ZH_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十廿卅百]{1,4}|半|个半)"
_ZH_UNITS = r"(?P<unit>工作日|工作天|交易日|自然日|日历日|天|日|周|星期|礼拜|月|年|小时|钟头|钟)"
_ZH_WITHIN = re.compile(
    rf"(?<![\d.年月第])(?:(?P<from>{_ZH_NUMBER}) ?(?:-|~|到|至|、)? ?)??(?P<number>{_ZH_NUMBER}) ?"
    rf"(?P<ge>个)?(?P<half>半)?{_ZH_UNITS}(?P<half2>半)?(?:的?时间)?"
    r"(?P<tail>之内|以内|内(?!部|地|容)|里面?(?!程)|之?前(?=[要须完交搞得必提])|之?后(?=[要须就必]?[的]?(?:开庭|开业|到期|截止|"
    r"开标|开会|上线|投产|出货|聆讯|庭审|开馆|开展|要交|要用|就要))|(?=左右?(?:要|完成|搞|办|出)|要(?!求)|完成|出(?:报告|结果|方案)|"
    r"做完|做好|搞完|写完|弄好|弄完|拿到|拿下|出来|搞定|搞掂|得唔得|办好|办妥|办完|交付|提交|到期|期限))"
)
# "Need data lawyers in both places, six weeks." and 4-6周 between two stops: a time on its own.
_ALONE = re.compile(
    r"(?:(?:^|(?<=[.,;:!?()\n，。；：！？、]))(?: ?- ?| )?|"
    r"\b(?:timeline|timeframe|time ?frame|timing|turnaround|time|duration|eta|deadline|(?:time|statutory) limit|(?:response|objection|appeal|reply|notice) period)(?: is| of|:)? )"
    rf"(?:(?:about|around|approx\.?|roughly|say|max|timeline|timing|turnaround)[: ]{{1,3}})*"
    rf"(?:{_EN} ?(?:-|to|or) ?)?(?P<number>{_EN})[- ]?(?:(?P<kind>working|business|work) (?P<unit>days?)|"
    r"(?P<unit2>weeks?|wks?|months?|mths?))(?: max(?:imum)?| tops| please)?"
    r"(?= ?(?:$|[.,;!?()\n，。；！？]))"
)
_ZH_ALONE = re.compile(
    r"(?:^|(?<=[.,;:!?()\n，。；：！？、 ]))(?:时间|工期|周期|大约|大概|约|最多|最好)*"
    rf"(?:(?P<from>{_ZH_NUMBER}) ?(?:-|~|到|至|、)? ?)??(?P<number>{_ZH_NUMBER}) ?个?(?P<half>半)?"
    r"(?P<unit>工作日|工作天|周|星期|礼拜|月)(?P<half2>半)?(?:左右|时间)?"
    r"(?= ?(?:$|[.,;!?()\n，。；！？]))"
)
_LIMIT = re.compile(
    r"\b(?:deadline|(?:time|statutory) limit|(?:response|objection|appeal|reply|notice|nomination) (?:period|deadline))"
    rf"(?: is| of|:)?(?: only| just)? (?P<number>{_EN})[- ](?P<unit>days?|hours?)\b"
)
# Times of these last, or were.
_LASTING = re.compile(
    r"\b(?:payment|terms?|credit|lease|loan|tenor|warrant\w*|visa|contract|period|overdue|unpaid|late|"
    r"owed|arrears|expir\w+|notice|age|old|probation|validity|valid)\b|"
    r"账期|帐期|逾期|拖欠|欠|有效|租|合同期|合约期|期限为|试用|质保|保修|贷款|库龄|周转"
)
_ZH_LEFT = re.compile(
    rf"(?:只有|还有|仅有|还剩|只剩|仅剩|剩下?|得返|仲有|净系得|(?:答辩|上诉|申诉|异议|复议|答复|举证|回复|申报|提名|宽限|投标|应诉|申请)期(?:限)?(?:只有|为|是|:)?|未来|接下来|今后|限期|限|期限(?:为|是|:)?|时限(?:为|是|:)?)"
    rf" ?(?:不到)? ?(?P<number>{_ZH_NUMBER}) ?个?(?P<half>半)?{_ZH_UNITS}(?P<half2>半)?"
)
LEAD_EN = rf"(?:{_EN})[- ](?:(?:working|business|work|calendar|full|clear) )?(?:days?|weeks?|fortnights?|months?)"
LEAD_ZH = rf"{_ZH_NUMBER} ?个?(?:工作日|工作天|天|日|周|星期|礼拜|月)"
_LEAD_EN = re.compile(rf"(?P<number>{_EN})[- ](?:(?P<kind>[a-z]+) )?(?P<unit>[a-z]+)")
_LEAD_ZH = re.compile(
    rf"(?P<number>{_ZH_NUMBER}) ?个?(?P<unit>工作日|工作天|天|日|周|星期|礼拜|月)"
)
_WEEKDAYS = (
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|"
    r"sun(?:day)?"
)
_EN_WEEKDAY = re.compile(
    rf"(?<!black )\b(?P<which>this coming|this|next|coming|the following)? ?(?P<day>{_WEEKDAYS})\b"
    r"(?P<after> week|,? next week)?"
    # "Thursday 29 October" is told by its date.
    r"(?!,? (?:the )?\d{1,2}(?:st|nd|rd|th|/\d| (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|"
    r",? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d)"
)
_EN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ZH_WEEKDAY = re.compile(
    r"(?P<which>本|这个?|今个?|呢个?|下下个?|下个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-6])(?![个家年月])"
)
_EN_WEEK = re.compile(
    r"\b(?P<end>(?:the )?end of )?(?:(?P<which>this|next|the)(?: coming)? week)(?P<tail>end)?\b|\bweekend\b|"
    r"\beow\b|\bwithin the week\b"
)
_ZH_WEEK = re.compile(
    r"(?P<which>本|这个?|今个?|呢个?|下下个?|下个?)(?:周|星期|礼拜)(?P<tail>末|底|尾|内|之内|以内|里)?(?![一二三四五六日天1-6])|"
    r"(?<![一二三四五六])周末(?P<bare>)"
)
# A weekday in brackets repeats the date before it: 11月27日(星期五).
_IS_TODAY = re.compile(r"[日号a-z0-9] ?\($|[日号]$|\btoday(?: is|'s) ?$|今[天日](?:是|系)$")
_SOON = re.compile(
    r"\b(?:(?P<after_next>day after tomorrow)|(?P<tomorrow>tomorrow|tmr|tmrw|overnight)|"
    r"(?P<today>today(?! is\b|'s)|tonight|this (?:afternoon|evening)|(?:(?<=by )|(?<=before ))this morning|same[- ]day|(?:by )?(?:close of business|eod|cob|end of (?:the )?day)"
    r"(?!,? (?:on |of )?(?:this |next )?(?:mon|tue|wed|thu|fri|sat|sun|tomorrow|\d|[a-z]{3,9} \d))))\b|"
    r"(?P<zh_third>大后天|大后日)|(?P<zh_after>后天|后日)|(?P<zh_tomorrow>明天|明日|听日|明早|明晚)|"
    r"(?P<zh_today>(?:今天|今日)(?!是|系)|今晚|即日(?!起))"
)


def find_relative(folded: str, on: date) -> tuple[Moment, ...]:
    """Return the moments counted from the day of writing, in the order of the text.

    Weeks run from Monday to Sunday: "next Friday" and 下周五 are of the week after this one, a
    bare Friday is the next to come, "this week" ends on its Friday and 本周内 on its Sunday.
    Of two numbers ("1-2 weeks") the later counts. n working days leave out Saturdays and Sundays.
    """
    found: list[Moment] = []
    for pattern, resolve in _PATTERNS:
        for match in pattern.finditer(folded):
            try:
                day = resolve(match, on)
            except (ValueError, OverflowError):
                continue
            if day is not None:
                found.append(Moment(*match.span(), day, day, is_relative=True))
    return tuple(sorted(found, key=lambda moment: (moment.start, -moment.end)))


def lead_before(words: str, day: date) -> date | None:
    """Return the day that lies as long before a day as words say ("two weeks", 一个月), or None."""
    match = _LEAD_EN.fullmatch(words) or _LEAD_ZH.fullmatch(words)
    if match is None:
        return None
    if match.re is _LEAD_EN:
        unit, number = match["unit"], _english_number(match["number"])
        if match["kind"] in ("working", "business", "work"):
            return add_working_days(day, -number) if unit.startswith("day") else None
        if unit.startswith("month"):
            return add_months(day, -number)
        days = {"d": 1, "w": 7, "f": 14}.get(unit[0])
    else:
        unit, number = (
            match["unit"],
            15 if match["number"] == "半" else _chinese_number(match["number"]) or 0,
        )
        if unit in ("工作日", "工作天"):
            return add_working_days(day, -number)
        if unit == "月" and match["number"] != "半":
            return add_months(day, -number)
        days = 7 if unit in ("周", "星期", "礼拜") else 1
    return day - timedelta(days=number * days) if days else None


def _english_number(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[words.replace("forty five", "forty-five")]


def _add(on: date, number: int, unit: str, kind: str | None) -> date | None:
    if kind in ("working", "business", "work"):
        return add_working_days(on, number) if unit.startswith("day") else None
    if unit.startswith(("hour", "hr")):
        return on + timedelta(days=-(-number // 24))
    if unit.startswith("day"):
        return on + timedelta(days=number)
    if unit.startswith(("week", "wk", "fortnight")):
        return on + timedelta(weeks=number * (2 if unit.startswith("f") else 1))
    if unit.startswith("year"):
        return add_months(on, 12 * number) if number <= 2 else None
    return add_months(on, number) if number <= 36 else None


def _within(match: re.Match[str], on: date) -> date | None:
    groups = match.groupdict()
    lead = groups.get("lead")
    if lead in ("over", "with", "by", "have", "only", "got") and not (
        " next " in match.group() or " coming " in match.group() or groups.get("left")
    ):
        return None
    unit = groups.get("unit") or groups["unit2"]
    return _add(on, _english_number(match["number"]), unit, groups.get("kind"))


def _next_one(match: re.Match[str], on: date) -> date | None:
    return _add(on, 1, match["next"], None)


def _alone(match: re.Match[str], on: date) -> date | None:
    return None if _is_lasting(match) else _within(match, on)


def _chinese_alone(match: re.Match[str], on: date) -> date | None:
    return None if _is_lasting(match) else _chinese_within(match, on)


def _is_lasting(match: re.Match[str]) -> bool:
    """Whether its sentence, so far, speaks of something that lasts so long."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    sentence = re.split(r"[.!?;。！？；\n]", before)[-1]
    return _LASTING.search(sentence + match.group()) is not None


def _chinese_within(match: re.Match[str], on: date) -> date | None:
    unit, words = match["unit"], match["number"]
    half = match["half"] or match["half2"]
    if words == "半" and match.string[match.start("number") - 1 : match.start("number")] != "个":
        return _half(on, unit)
    if words in ("半", "个半"):
        # 个半月 is one and a half, in Cantonese.
        words, half = "一", "半"
    number = _chinese_number(words)
    if number is None or (
        unit == "月" and "个" not in match.string[max(0, match.start() - 1) : match.end()]
    ):
        return None
    return _add_chinese(on, number, unit, has_half=half is not None)


def _chinese_number(words: str) -> int | None:
    words = words.replace("廿", "二十").replace("卅", "三十")
    number = chinese_integer(words)
    # 一两 and 两三: the later counts.
    return chinese_integer(words[1]) if number is None and len(words) == 2 else number


def _add_chinese(on: date, number: int, unit: str, *, has_half: bool) -> date | None:
    if unit in ("工作日", "工作天", "交易日"):
        return add_working_days(on, number)
    if unit in ("小时", "钟头", "钟"):
        return on + timedelta(days=-(-number // 24)) if unit != "钟" else None
    if unit in ("周", "星期", "礼拜"):
        return on + timedelta(days=7 * number + (3 if has_half else 0))
    if unit == "月":
        later = add_months(on, number)
        return later + timedelta(days=15) if has_half else later
    if unit == "年":
        return add_months(on, 12 * number + (6 if has_half else 0)) if number <= 2 else None
    return on + timedelta(days=number)


def _half(on: date, unit: str) -> date | None:
    if unit == "月":
        return on + timedelta(days=15)
    if unit == "年":
        return add_months(on, 6)
    return on + timedelta(days=1) if unit in ("天", "日", "小时", "钟头") else None


def _english_weekday(match: re.Match[str], on: date) -> date | None:
    if _IS_TODAY.search(match.string[max(0, match.start() - 12) : match.start()]):
        return None
    word = match["day"]
    if word in ("sun", "sat", "wed", "mon", "thu") and match["which"] is None:
        # Clipped names alone are too often something else.
        before = match.string[max(0, match.start() - 8) : match.start()]
        if re.search(r"\b(?:by|before|on|until) ?$", before) is None:
            return None
    weeks = 1 if match["which"] in ("next", "the following") or match["after"] else 0
    return _weekday(on, _EN_DAYS.index(word[:3]), weeks, said=match["which"] is not None)


def _chinese_weekday(match: re.Match[str], on: date) -> date | None:
    if _IS_TODAY.search(match.string[max(0, match.start() - 12) : match.start()]):
        return None
    day = "一二三四五六日".find(match["day"].replace("天", "日"))
    day = int(match["day"]) - 1 if day < 0 else day
    which = match["which"] or ""
    return _weekday(on, day, which.count("下"), said=which != "")


def _weekday(on: date, day: int, weeks: int, *, said: bool) -> date:
    monday = on - timedelta(days=on.weekday())
    found = monday + timedelta(days=day, weeks=weeks)
    # A bare Friday, or this Friday said at the week's end, is the next one to come.
    return found + timedelta(weeks=1) if found < on or (found == on and not said) else found


def _english_week(match: re.Match[str], on: date) -> date:
    weeks = 1 if match["which"] == "next" else 0
    is_weekend = match["tail"] is not None or match.group() == "weekend"
    friday = on - timedelta(days=on.weekday() - 4) + timedelta(weeks=weeks)
    if is_weekend or friday < on:
        return friday + timedelta(days=2)
    return friday


def _chinese_week(match: re.Match[str], on: date) -> date:
    weeks = (match["which"] or "").count("下")
    return on + timedelta(days=6 - on.weekday(), weeks=weeks)


def _soon(match: re.Match[str], on: date) -> date:
    name = match.lastgroup or ""
    days = {"zh_third": 3, "zh_after": 2, "after_next": 2, "zh_tomorrow": 1, "tomorrow": 1}
    return on + timedelta(days=days.get(name, 0))


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_WITHIN, _within),
    (_NEXT_ONE, _next_one),
    (_NEXT, _within),
    (_LIMIT, _within),
    (_ALONE, _alone),
    (_ZH_ALONE, _chinese_alone),
    (_BARE, _within),
    (_ZH_WITHIN, _chinese_within),
    (_ZH_LEFT, _chinese_within),
    (_EN_WEEKDAY, _english_weekday),
    (_ZH_WEEKDAY, _chinese_weekday),
    (_EN_WEEK, _english_week),
    (_ZH_WEEK, _chinese_week),
    (_SOON, _soon),
)
