"""Holidays that enterprises date their needs by, and on which day they fall.

Fixed days by law; moving days are facts of the calendars: Chinese New Year, Tet, Dragon Boat and
Mid-Autumn of the Chinese and Vietnamese lunar calendars (Hong Kong Observatory tables; Vietnam
reckons by its own meridian, hence another day in 2030), Hari Raya by the Malaysian gazette, after
2027 as astronomically expected, Ramadan thirty days or fewer before it; Deepavali by Singapore's
gazette and expectation; Easter by the Gregorian computus; a fair or sale on the day it is held. Compared with the tables of the `holidays` package (MIT).
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType


def _days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in " ".join(texts).split())


_MOVING: Mapping[str, tuple[date, ...]] = MappingProxyType(
    {
        "new_year": _days(
            "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 "
            "2031-01-23 2032-02-11"
        ),
        "tet": _days(
            "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02 "
            "2031-01-23 2032-02-11"
        ),
        "hari_raya": _days(
            "2024-04-10 2025-03-31 2026-03-21 2027-03-10 2028-02-27 2029-02-15 2030-02-05 "
            "2031-01-25 2032-01-14"
        ),
        "dragon_boat": _days(
            "2024-06-10 2025-05-31 2026-06-19 2027-06-09 2028-05-28 2029-06-16 2030-06-05 "
            "2031-06-24 2032-06-12"
        ),
        "mid_autumn": _days(
            "2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12 "
            "2031-10-01 2032-09-19"
        ),
        "ramadan": _days(
            "2024-03-11 2025-03-01 2026-02-18 2027-02-08 2028-01-28 2029-01-16 2030-01-05 "
            "2031-12-15 2032-12-04"
        ),
        "deepavali": _days(
            "2024-10-31 2025-10-20 2026-11-08 2027-10-28 2028-10-17 2029-11-05 2030-10-26 "
            "2031-11-14 2032-11-02"
        ),
        "qingming": _days(
            "2024-04-04 2025-04-04 2026-04-05 2027-04-05 2028-04-04 2029-04-04 2030-04-05 "
            "2031-04-05 2032-04-04"
        ),
        "winter_solstice": _days(
            "2024-12-21 2025-12-21 2026-12-22 2027-12-22 2028-12-21 2029-12-21 2030-12-22 "
            "2031-12-22 2032-12-21"
        ),
        "easter": _days(
            "2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21 "
            "2031-04-13 2032-03-28"
        ),
        "black_friday": _days(
            "2024-11-29 2025-11-28 2026-11-27 2027-11-26 2028-11-24 2029-11-23 2030-11-29 "
            "2031-11-28 2032-11-26"
        ),
    }
)
_FIXED: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "first_of_january": (1, 1),
        "labour_day": (5, 1),
        "songkran": (4, 13),
        "national_day": (10, 1),
        "christmas": (12, 25),
        "midyear_sale": (6, 18),
        "singles_day": (11, 11),
        "double_twelve": (12, 12),
    }
)
# Words of a folded text, as a pattern, and the holiday they name.
HOLIDAY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        r"chinese new year|lunar new year|spring festival|(?<=by )cny|(?<=before )cny|(?<=after )cny|(?:农历)?新春|春节(?:假期)?|"
        r"农历新年|农历年|旧历年|过年|年关|大年三十|新年(?!度)": "new_year",
        r"\btet\b(?: holidays?)?|越南新年|越南春节|越南农历年": "tet",
        r"hari raya(?: aidilfitri)?|eid(?: al-fitr)?\b|aidilfitri|lebaran|开斋节": "hari_raya",
        r"dragon boat(?: festival)?|端午节?": "dragon_boat",
        r"mid-?autumn(?: festival)?|中秋节?": "mid_autumn",
        r"new year's (?:day|eve)|\bnew year\b|元旦": "first_of_january",
        r"labou?r day|may day|五一(?:假期|黄金周|劳动节)?|劳动节": "labour_day",
        r"songkran|泼水节|宋干节": "songkran",
        r"(?:chinese |prc )?national day|golden week|国庆节?(?:假期)?|十一(?:假期|黄金周)|黄金周": "national_day",
        r"christmas|xmas|圣诞节?": "christmas",
        r"ramadan|ramadhan|斋月": "ramadan",
        r"deepavali|diwali|屠妖节|排灯节": "deepavali",
        r"ching ming(?: festival)?|qingming(?: festival)?|清明节?": "qingming",
        r"冬至|winter solstice": "winter_solstice",
        r"easter|复活节": "easter",
        r"black friday|黑色星期五|黑五": "black_friday",
        r"singles'? day|双十一|双11|double (?:eleven|11)": "singles_day",
        r"双十二|双12|double (?:twelve|12)": "double_twelve",
        r"\b618(?=大促|购物节|年中|之?前)": "midyear_sale",
    }
)


def holiday_on(name: str, on: date) -> date | None:
    """Return the next day, `on` or later, on which a holiday falls; None beyond the tables.

    Raises:
        KeyError: no holiday has that name.
    """
    if name in _FIXED:
        month, day = _FIXED[name]
        this_year = date(on.year, month, day)
        if this_year >= on or on.year == date.max.year:
            return this_year
        return date(on.year + 1, month, day)
    return next((day for day in _MOVING[name] if day >= on), None) if _covers(on) else None


def _covers(on: date) -> bool:
    return on.year >= _MOVING["new_year"][0].year
