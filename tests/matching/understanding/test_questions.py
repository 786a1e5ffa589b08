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
        "Nous cherchons un avocat à Phnom Penh pour un contrat de bail",
        "cong ty chung toi can luat su o Ha Noi cho tranh chap hop dong, ngan sach 5000 USD",
        "Syarikat kami perlukan peguam di Kuala Lumpur untuk kes hutang",
        "한국 회사입니다. 베트남 변호사를 찾고 있습니다. 예산 1000만원",
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
        ("which country in asean is best for a factory", True),
        ("去东盟哪个国家好", True),
        ("work permits for several african countries", True),
        ("去哪些国家还没定", True),
        ("which country to choose is still open", True),
        ("we haven't decided on the country yet", True),
        ("the five central asian countries", False),
        ("预算未定", False),
        ("中亚五国", False),
        ("东盟十国", False),
        ("all asean countries", False),
        ("vietnam and laos", False),
    ],
)
def test_asks_which_members_are_meant(text: str, is_open: bool) -> None:
    assert asks_for_members(text) is is_open


@pytest.mark.parametrize(
    "text",
    [
        "Setting up in Vietnam, not sure what services we need.",
        "What can you do for a company going to Vietnam?",
        "準備去越南設廠，唔知要搵咩服務",
        "你们平台能提供什么服务？我们在越南有厂",
    ],
)
def test_asks_for_services_where_the_text_asks_what_there_is(text: str) -> None:
    assert "which_services" in read(text).questions


@pytest.mark.parametrize("text", ["trademark in a few ASEAN markets", "想去東南亞幾個國家註冊商標"])
def test_some_members_are_not_all_members(text: str) -> None:
    reading = read(text)
    assert reading.target_jurisdictions == ()
    assert "which_members" in reading.questions


def test_a_few_foreign_words_do_not_hide_the_rest() -> None:
    reading = read("We need a luật sư in Hanoi, the counterparty is Công ty TNHH Minh Long")
    assert reading.target_jurisdictions == ("VN",)
    assert "unread_language" not in reading.questions


def test_asks_for_the_currency_where_nothing_tells_it() -> None:
    assert "which_currency" in read("越南商标，预算5万").questions
    assert "which_currency" not in read("我们是深圳公司，越南商标，预算5万").questions


def test_asks_about_contradictions() -> None:
    budget = read("越南商标，预算最少50万，最多30万")
    assert budget.budget is None
    assert "contradictory_budget" in budget.questions
    assert "contradictory_budget" in read("越南商标，预算最多30万，最少50万").questions
    late = read("老挝审计，2027年6月10日前必须交，不过资料要6月25日才能给到你们")
    assert "contradictory_dates" in late.questions
    phased = read("老挝审计，2027年6月10日前交，缅甸的厂2028年才投产，到时再谈")
    assert "contradictory_dates" not in phased.questions


def test_nothing_is_asked_where_nothing_is_missing() -> None:
    assert read("我们是深圳公司，越南商标，预算5万").questions == ()
