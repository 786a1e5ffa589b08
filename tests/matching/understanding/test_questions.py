"""What is asked back, and texts that are not read."""

from datetime import date

import pytest

from api.cli.understanding_files import packaged_vocabulary
from matching.understanding.questions import asks_for_members, is_unread_language
from matching.understanding.reading import read_need
from matching.understanding.types import Reading

VOCABULARY = packaged_vocabulary()


def read(text: str) -> Reading:
    return read_need(text, VOCABULARY, on=date(2026, 11, 20))


@pytest.mark.parametrize(
    "text",
    [
        "ต้องการทนายความในสิงคโปร์",
        "Chúng tôi cần luật sư ở Singapore trước ngày 31/12/2026, ngân sách 50.000 USD",
        "Kami membutuhkan pengacara di Singapore untuk perusahaan kami",
        "Necesitamos un abogado en Singapore para nuestra empresa",
        "弁護士が必要です、シンガポールで会社を設立したい",
        "Нужен юрист в Сингапуре",
        "أحتاج إلى محام في سنغافورة",
    ],
)
def test_a_language_that_is_not_read_gives_no_facts_and_a_question(text: str) -> None:
    reading = read(text)
    assert reading.facts == ()
    assert reading.deadline is None
    assert reading.budget is None
    assert reading.questions == ("unread_language", "which_jurisdictions", "which_services")
    assert reading.not_used


@pytest.mark.parametrize(
    "text",
    [
        "we need a lawyer in Vietnam",
        "我们要律师 hello",
        "Audit, tax & ODI for PT Maju Jaya",
        "law firm, La Paz, Bolivia",
        "搵律師，越南",
        "ok",
        "你好",
    ],
)
def test_english_and_chinese_are_read(text: str) -> None:
    assert not is_unread_language(text)


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("company registration in three eu countries", True),
        ("some asean countries", True),
        ("想喺欧盟其中几个国家开公司", True),
        ("两三个东南亚国家", True),
        ("work permits for several african countries", True),
        ("中亚五国", False),
        ("东盟十国", False),
        ("all asean countries", False),
        ("vietnam and laos", False),
    ],
)
def test_asks_which_members_are_meant(text: str, is_open: bool) -> None:
    assert asks_for_members(text) is is_open


def test_asks_for_the_currency_where_nothing_tells_it() -> None:
    assert "which_currency" in read("越南商标，预算5万").questions
    assert "which_currency" not in read("我们是深圳公司，越南商标，预算5万").questions


def test_asks_about_contradictions() -> None:
    budget = read("越南商标，预算最少50万，最多30万")
    assert budget.budget is None
    assert "contradictory_budget" in budget.questions
    late = read("老挝审计，2027年6月10日前必须交，不过资料要6月25日才能给到你们")
    assert "contradictory_dates" in late.questions


def test_nothing_is_asked_where_nothing_is_missing() -> None:
    assert read("我们是深圳公司，越南商标，预算5万").questions == ()
