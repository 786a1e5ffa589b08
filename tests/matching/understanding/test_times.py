"""Deadlines: absolute, relative, periods, holidays, and dates that are none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.folding import fold
from matching.understanding.calendar_days import add_months, add_working_days
from matching.understanding.deadlines import is_too_late, read_deadline
from matching.understanding.holidays import HOLIDAY_WORDS, holiday_on

FRIDAY = date(2026, 11, 20)


def deadline_of(text: str, on: date = FRIDAY) -> str | None:
    found = read_deadline(fold(text), on)
    if found is None:
        return None
    deadline, _ = found
    assert deadline.on is not None
    assert deadline.days == (deadline.on - on).days
    return deadline.on.isoformat()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 31 Dec 2026", "2026-12-31"),
        ("by Dec 31", "2026-12-31"),
        ("before 5th of January", "2027-01-05"),
        ("31/12/2026", "2026-12-31"),
        ("no later than 2026-12-31", "2026-12-31"),
        ("12月31日前", "2026-12-31"),
        ("十二月三十一號之前", "2026-12-31"),
        ("2027年6月30日截止", "2027-06-30"),
        ("12.5前", "2026-12-05"),
        ("年底前", "2026-12-31"),
        ("by the end of the year", "2026-12-31"),
        ("明年底前", "2027-12-31"),
        ("by 2027", "2027-12-31"),
        ("before 2027", "2026-12-31"),
        ("月底之前", "2026-11-30"),
        ("by month end", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("本月内", "2026-11-30"),
        ("下個月8號", "2026-12-08"),
        ("25号前", "2026-11-25"),
        ("15號之前", "2026-12-15"),
        ("by end of Q1 2027", "2027-03-31"),
        ("明年一季度末前", "2027-03-31"),
        ("by Q2", "2027-06-30"),
        ("before Q2", "2027-03-31"),
        ("明年二季度前", "2027-03-31"),
        ("下半年底前", "2026-12-31"),
        ("by mid-January", "2027-01-15"),
        ("1月中旬之前", "2027-01-15"),
        ("by March", "2027-03-31"),
        ("before March", "2027-02-28"),
        ("3月前", "2027-02-28"),
        ("十一月底", "2026-11-30"),
        ("before the fair in Nanning in September", "2027-08-31"),
        ("九月南宁东博会前", "2027-08-31"),
        ("before Chinese New Year", "2027-02-05"),
        ("春節前", "2027-02-05"),
        ("before CNY", "2027-02-05"),
        ("过年前", "2027-02-05"),
        ("before Tet", "2027-02-05"),
        ("before Hari Raya", "2027-03-09"),
        ("国庆前", "2027-09-30"),
        ("before Christmas", "2026-12-24"),
        ("双十二前", "2026-12-11"),
        ("before Ramadan", "2027-02-07"),
        ("before Songkran", "2027-04-12"),
        ("before Deepavali", "2027-10-27"),
        ("before Easter", "2027-03-27"),
        ("before Black Friday", "2026-11-26"),
        ("清明前", "2027-04-04"),
        ("十一月卅号之前交", "2026-11-30"),
        ("廿五号前", "2026-11-25"),
        ("１２月３１日前", "2026-12-31"),
        ("12月10至11日在河内谈合同", "2026-12-10"),
        ("by Thursday 10 December", "2026-12-10"),
        ("Thursday, December 10", "2026-12-10"),
        ("截标日系12月25日（星期五）", "2026-12-25"),
        ("report delivered by 31 August", "2027-08-31"),
        ("by the 30th", "2026-11-30"),
        ("by the 5th", "2026-12-05"),
        ("by 31st", "2026-12-31"),
        ("by the 8th of next month", "2026-12-08"),
        ("w/c 30 Nov, filing by then", "2026-11-30"),
        ("明年上半年完成", "2027-06-30"),
        ("by 15.12.", "2026-12-15"),
    ],
)
def test_reads_days_and_periods(text: str, day: str) -> None:
    assert deadline_of(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 10/12", "2026-12-10"),
        ("最遲15/12搞掂", "2026-12-15"),
        ("最遲10/12搞掂，喺香港", "2026-12-10"),
        ("最迟10/12完成", "2027-10-12"),
        ("by 12/25", "2026-12-25"),
        ("deadline 10/12/26", "2026-12-10"),
        ("10.12前完成", "2027-10-12"),
        ("24/7 support by phone", None),
        ("1/2 of the shares", None),
        ("sales grew by 10.12%", None),
        ("grew by 10.12 million", None),
        ("by 45/13", None),
    ],
)
def test_of_day_and_month_the_day_comes_first_unless_it_is_mainland_chinese(
    text: str, day: str | None
) -> None:
    assert deadline_of(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("within 30 days", "2026-12-20"),
        ("timeline 6-8 weeks", "2027-01-15"),
        ("lawyers in both places, six weeks.", "2027-01-01"),
        ("We look for a bank loan. 3 months.", "2027-02-20"),
        ("商标注册，4-6周", "2027-01-01"),
        ("5個工作天", "2026-11-27"),
        ("個半月內", "2027-01-04"),
        ("廿日內", "2026-12-10"),
        ("within the next fortnight", "2026-12-04"),
        ("by Wed", "2026-11-25"),
        ("today is Friday, reply by Tuesday", "2026-11-24"),
        ("EOD tomorrow please", "2026-11-21"),
        ("in two weeks", "2026-12-04"),
        ("in 3 to 4 weeks", "2026-12-18"),
        ("两周内", "2026-12-04"),
        ("一星期內", "2026-11-27"),
        ("1-2周内", "2026-12-04"),
        ("一两个月内", "2027-01-20"),
        ("三个月内", "2027-02-20"),
        ("半个月内", "2026-12-05"),
        ("半年内", "2027-05-20"),
        ("一个半月内", "2027-01-04"),
        ("10个工作日内", "2026-12-04"),
        ("within 10 working days", "2026-12-04"),
        ("15個工作天內", "2026-12-11"),
        ("24小时内", "2026-11-21"),
        ("within 48 hours", "2026-11-22"),
        ("only 5 days left", "2026-11-25"),
        ("申诉期只剩45天", "2027-01-04"),
        ("by Friday", "2026-11-27"),
        ("next Friday", "2026-11-27"),
        ("下周五", "2026-11-27"),
        ("下下周一前", "2026-11-30"),
        ("星期三之前", "2026-11-25"),
        ("本周内", "2026-11-22"),
        ("tomorrow morning", "2026-11-21"),
        ("今天就要", "2026-11-20"),
        ("please reply by COB Monday", "2026-11-23"),
        ("两周后开庭", "2026-12-04"),
        ("hearing on 3 December", "2026-12-03"),
        ("deadline 3 weeks", "2026-12-11"),
        ("time limit 30 days, appeal lawyer wanted", "2026-12-20"),
        ("答辩期只有15天", "2026-12-05"),
        ("對方答覆期限 14 天", "2026-12-04"),
        ("sitting fixed for 25 May", "2027-05-25"),
        ("上半年拿证", "2027-06-30"),
        ("we need the certificate this year", "2026-12-31"),
        ("two weeks before the fair on 15 January 2027", "2027-01-01"),
        ("results one month ahead of our board meeting on 31 January 2027", "2026-12-31"),
        ("hearing on 18 December, bundles five working days in advance", "2026-12-11"),
        ("展會1月15日開幕，報告要提前兩個星期", "2027-01-01"),
        ("开标日（12月20日）前一周交保函", "2026-12-13"),
        ("签约日为2027年1月31日，意见须提早一个月", "2026-12-31"),
    ],
)
def test_counts_from_the_day_of_writing(text: str, day: str) -> None:
    assert deadline_of(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "for 12 months",
        "a 12-month contract",
        "合同期12个月",
        "overdue for 90 days",
        "拖欠三个月",
        "in the past 6 months",
        "since 2019",
        "我们2018年3月成立",
        "judgment dated 3 March 2026",
        "contract signed on 5 May 2025",
        "payment within 30 days of delivery",
        "2027年6月1日起施行的新法",
        "year-end audit",
        "audit for FY2026",
        "we exhibited in Nuremberg in May",
        "May I ask for a lawyer",
        "start after Mid-Autumn",
        "31 February",
        "2026年13月40日前",
        "employees work 5 days a week",
        "payment terms: 3 months.",
        "lease, 6 months, in Hanoi",
        "货款拖欠，3个月",
        "报告当日出",
        "today is Friday the court is closed",
        "a vessel ran aground this morning",
        "our manager was detained in Manila on Monday",
        "周一员工在马尼拉被捕",
        "we sold twice as much this year",
    ],
)
def test_other_times_are_no_deadline(text: str) -> None:
    assert deadline_of(text) is None


def test_of_several_deadlines_the_earliest_counts() -> None:
    assert deadline_of("Filing by 31 May 2027, shortlist by 15 December, all done by 2028") == (
        "2026-12-15"
    )


def test_a_day_that_needs_what_comes_later_is_a_contradiction() -> None:
    text = fold("register by 30 June 2027, but papers will only be available from 20 July 2027")
    found = read_deadline(text, FRIDAY)
    assert found is not None
    assert is_too_late(text, FRIDAY, found[0])
    assert not is_too_late("register by 30 june 2027", FRIDAY, found[0])


def test_every_holiday_is_known_for_years_to_come() -> None:
    for name in HOLIDAY_WORDS.values():
        for year in range(2024, 2032):
            found = holiday_on(name, date(year, 1, 1))
            assert found is not None
            assert found.year == year
    assert holiday_on("new_year", date(2060, 1, 1)) is None
    assert holiday_on("new_year", date(1990, 1, 1)) is None


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_working_days_leave_out_weekends(day: date, count: int) -> None:
    later = add_working_days(day, count)
    between = (day + timedelta(days=n + 1) for n in range((later - day).days))
    assert sum(one.weekday() < 5 for one in between) == count


def test_working_days_count_back_too() -> None:
    assert add_working_days(date(2026, 11, 23), -1) == FRIDAY


def test_months_end_where_the_month_does() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


@given(
    st.text(alphabet="0123456789月日号年前内个工作周by within days-/.底末季度下本", max_size=80),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
)
def test_no_text_gives_a_day_that_has_passed(text: str, on: date) -> None:
    found = read_deadline(fold(text), on)
    if found is not None:
        deadline, moment = found
        assert deadline.on is not None
        assert deadline.on >= on
        assert 0 <= moment.start < moment.end <= len(fold(text))
