"""Amounts and what they are for: the budget, another amount, or neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.folding import fold
from matching.understanding.budgets import as_budget, as_other_amount, read_money
from matching.understanding.money import find_amounts
from matching.understanding.numerals import chinese_integer, find_numbers
from matching.understanding.types import Budget, BudgetBasis


def budget_of(text: str, home: str | None = None, *places: str) -> Budget | None:
    money = read_money(fold(text))
    return None if money.budget is None else as_budget(money.budget, money.basis, home, places)


def other_of(text: str, home: str | None = None) -> tuple[float, str | None] | None:
    money = read_money(fold(text))
    if money.other is None:
        return None
    other = as_other_amount(money.other, home, ())
    return other.amount, other.currency


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("300,000", 300_000, 300_000),
        ("1.5m", 1_500_000, 1_500_000),
        ("50k", 50_000, 50_000),
        ("half a million", 500_000, 500_000),
        ("a quarter of a million", 250_000, 250_000),
        ("twenty-five thousand", 25_000, 25_000),
        ("two hundred thousand", 200_000, 200_000),
        ("500.000.000", 500_000_000, 500_000_000),
        ("2.3亿", 230_000_000, 230_000_000),
        ("五十万", 500_000, 500_000),
        ("三四十万", 300_000, 400_000),
        ("十几万", 100_000, 200_000),
        ("20来万", 200_000, 200_000),
        ("20多万", 200_000, 300_000),
        ("50个W", 500_000, 500_000),
        ("三万五", 35_000, 35_000),
        ("3万5", 35_000, 35_000),
        ("三千五", 3_500, 3_500),
        ("一百二十万", 1_200_000, 1_200_000),
        ("一億兩千萬", 120_000_000, 120_000_000),
        ("半个亿", 50_000_000, 50_000_000),
        ("3百万", 3_000_000, 3_000_000),
        ("廿萬", 200_000, 200_000),
        ("卅五万", 350_000, 350_000),
        ("25.000", 25_000, 25_000),
        ("25.5", 25.5, 25.5),
    ],
)
def test_reads_numbers(words: str, low: float, high: float) -> None:
    (number,) = find_numbers(fold(words))
    assert (number.low, number.high) == (low, high)


def test_small_chinese_numerals() -> None:
    numerals = {"十五": 15, "二十": 20, "两": 2, "九十": 90, "100": 100, "一百二十": 120}
    assert {words: chinese_integer(words) for words in numerals} == numerals
    assert chinese_integer("两三") is None
    assert chinese_integer("好") is None


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "currency", "basis"),
    [
        ("预算人民币15万以内", None, 150_000, "CNY", "total"),
        ("費用上限港幣35萬元", None, 350_000, "HKD", "total"),
        ("fees around USD 60k-80k", 60_000, 80_000, "USD", "total"),
        ("budget between RMB 1m and 1.5m", 1_000_000, 1_500_000, "CNY", "total"),
        ("预算在40到60万人民币之间", 400_000, 600_000, "CNY", "total"),
        ("a budget of 50 to 80 thousand euros", 50_000, 80_000, "EUR", "total"),
        ("预算不低于人民币50万", 500_000, None, "CNY", "total"),
        ("our budget is at least S$20k", 20_000, None, "SGD", "total"),
        ("legal budget US$20k+", 20_000, None, "USD", "total"),
        ("We can't spend more than fifteen thousand US dollars", None, 15_000, "USD", "total"),
        ("We will not pay above RMB 700k", None, 700_000, "CNY", "total"),
        ("预算至少20万元，最多30万元人民币", 200_000, 300_000, "CNY", "total"),
        ("bookkeeping, RM 3,500 per month max", None, 3_500, "MYR", "per_month"),
        ("顾问费每月2-3万港元", 20_000, 30_000, "HKD", "per_month"),
        ("每份报告不超过3000元人民币", None, 3_000, "CNY", "per_document"),
        ("USD 500 per document", None, 500, "USD", "per_document"),
        ("预算：每国12-15万元人民币", 120_000, 150_000, "CNY", "per_jurisdiction"),
        ("20k USD for each country max", None, 20_000, "USD", "per_jurisdiction"),
        ("首期预算20万泰铢", None, 200_000, "THB", "phase_1"),
        ("legal spend capped at EUR 150k for phase one", None, 150_000, "EUR", "phase_1"),
        ("trade mark, RMB 20k", None, 20_000, "CNY", "total"),
        ("USD 50,000-70,000 for due diligence", 50_000, 70_000, "USD", "total"),
        ("USD 500 per mark, total not more than USD 2k", None, 2_000, "USD", "total"),
        ("We've set aside 80 grand (USD)", None, 80_000, "USD", "total"),
        ("索賠200萬，律師費控制在30萬港元以內", None, 300_000, "HKD", "total"),
        ("预算二十万镑", None, 200_000, "GBP", "total"),
        ("cap for everything USD 12,000", None, 12_000, "USD", "total"),
        ("老闆批咗十萬港紙", None, 100_000, "HKD", "total"),
        ("ballpark 20-30k USD", 20_000, 30_000, "USD", "total"),
        ("We can stretch to SGD 15k for the whole job", None, 15_000, "SGD", "total"),
        ("之前那家收了3万美元，这次不想超过2万美元", None, 20_000, "USD", "total"),
        ("Quote per country, max US$1,200 each", None, 1_200, "USD", "per_jurisdiction"),
    ],
)
def test_reads_the_budget(
    text: str, minimum: float | None, maximum: float | None, currency: str, basis: str
) -> None:
    found = budget_of(text)
    assert found is not None
    assert (found.minimum, found.maximum) == (minimum, maximum)
    assert (found.currency, found.is_currency_inferred) == (currency, False)
    assert found.basis is BudgetBasis(basis)


@pytest.mark.parametrize(
    ("text", "is_approximate"),
    [
        ("budget about HK$200k", True),
        ("预算美金20万左右", True),
        ("预算大概十几万港纸", True),
        ("預算20來萬人民幣", True),
        ("budget HK$200k", False),
        ("预算20万人民币", False),
    ],
)
def test_tells_about_from_exactly(text: str, is_approximate: bool) -> None:
    found = budget_of(text)
    assert found is not None
    assert found.is_approximate is is_approximate


@pytest.mark.parametrize(
    ("text", "home", "places", "currency"),
    [
        ("budget $50k", "HK", (), "HKD"),
        ("budget $50k", "SG", (), "SGD"),
        ("budget $50k", "CN", (), "USD"),
        ("budget $50k", None, (), "USD"),
        ("预算5万元", "CN", (), "CNY"),
        ("预算5万元", "HK", (), "HKD"),
        ("预算5万块", "MO", (), "MOP"),
        ("預算五萬蚊", "HK", (), "HKD"),
        ("预算5万", "CN", (), "CNY"),
        ("预算5万", None, (), None),
        ("budget 50,000", "MY", (), "MYR"),
    ],
)
def test_reads_a_bare_amount_by_home(
    text: str, home: str | None, places: tuple[str, ...], currency: str | None
) -> None:
    found = budget_of(text, home, *places)
    assert found is not None
    assert (found.currency, found.is_currency_inferred) == (currency, True)


def test_the_place_tells_one_peso_from_another() -> None:
    mexican = budget_of("budget 90,000 pesos", "CN", "MX")
    philippine = budget_of("预算9万比索", "CN", "PH")
    assert mexican is not None
    assert philippine is not None
    assert (mexican.currency, philippine.currency) == ("MXN", "PHP")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("客户欠咗货款120万美金", 1_200_000, "USD"),
        ("争议金额约860万美元", 8_600_000, "USD"),
        ("Tax dept assessed us VND 42 billion", 42_000_000_000, "VND"),
        ("plaintiff asks for US$1.2 million", 1_200_000, "USD"),
        ("a US$5m arbitration in Singapore", 5_000_000, "USD"),
        ("有5000万美元的仲裁案", 50_000_000, "USD"),
        ("our turnover is USD 20m", 20_000_000, "USD"),
        ("注册资本1000万人民币", 10_000_000, "CNY"),
        ("we were fined RMB 2m", 2_000_000, "CNY"),
        ("investment budget of US$10m for the plant", 10_000_000, "USD"),
        ("总投资約4.2億美元", 420_000_000, "USD"),
        ("USD 30k-40k claimed", 40_000, "USD"),
        ("打过一场官司花了9万美元", 90_000, "USD"),
        ("打樣費用五萬迪拉姆已付", 50_000, "AED"),
        ("每张单大约40万港元", 400_000, "HKD"),
        ("transfer pricing adjustment of IDR 42 billion", 42_000_000_000, "IDR"),
        ("Contract already signed with the owner, SAR 9 million.", 9_000_000, "SAR"),
        ("LC matured in June, USD 214,600 for cotton yarns", 214_600, "USD"),
        ("Buying a bulk carrier (price USD 9.8m)", 9_800_000, "USD"),
        ("維修費約坡紙90萬", 900_000, "SGD"),
        ("对方要求30万泰铢", 300_000, "THB"),
        ("Ransom of USD 2m", 2_000_000, "USD"),
        ("our employee earns SAR 12,000 a month", 12_000, "SAR"),
    ],
)
def test_an_amount_that_is_no_fee_is_no_budget(text: str, amount: float, currency: str) -> None:
    assert budget_of(text) is None
    assert other_of(text) == (amount, currency)


@pytest.mark.parametrize(
    "text",
    [
        "员工3万人",
        "年产50万吨",
        "approx 3,000 parcels a month",
        "a 200 MW plant",
        "15个工作日",
        "2026-12-31",
        "2022-2024",
        "ISO 9001:2015",
        "预算待定",
        "call +86 138 0000 0000",
        "83729 1029 3847 12 9",
        "第一块是法律，第二块是税",
    ],
)
def test_other_numbers_are_no_money(text: str) -> None:
    money = read_money(fold(text))
    assert (money.budget, money.other) == (None, None)


def test_a_floor_above_the_cap_is_a_contradiction() -> None:
    money = read_money("预算最少50万,最多30万")
    assert money.is_contradictory
    assert money.budget is None


@given(st.text(alphabet="0123456789,.$ ¥万千百k元usd-到约预算以内索赔", max_size=120))
def test_amounts_lie_in_the_text_in_order(text: str) -> None:
    folded = fold(text)
    end = 0
    for amount in find_amounts(folded):
        assert end <= amount.start <= amount.inner < amount.end <= len(folded)
        assert 0 < amount.low <= amount.high or amount.high > 0
        end = amount.inner
    money = read_money(folded)
    assert money.budget is None or money.budget.bounds != (None, None)


@pytest.mark.parametrize(
    ("text", "bounds", "other"),
    [
        ("代运营费每月3w以内", (None, 30_000), None),
        ("預算港幣60萬至80萬元", (600_000, 800_000), None),
        ("费用：不超过6万欧", (None, 60_000), None),
        ("At least EUR 30,000 is available", (30_000, None), None),
        ("内部批的额度是合计80万到120万元", (800_000, 1_200_000), None),
        ("our claim of OMR 4.2 million", None, 4_200_000),
        ("a check of the contractor's quotation (USD 5.2m)", None, 5_200_000),
        ("许可费底价80万欧", None, 800_000),
        ("每月两万以内", (None, 20_000), None),
        ("50w预算", (None, 500_000), None),
        ("bugdet USD 40k", (None, 40_000), None),
        ("€25.000 budget", (None, 25_000), None),
        ("B轮想融3000万美元，顾问费不超过50万人民币", (None, 500_000), 30_000_000),
        ("issue green sukuk of US$500m. We can spend USD 1 to 2 million", (1e6, 2e6), 5e8),
        ("去年顾问收费28万港元，今年批准的上限为港币35万元", (None, 350_000), 280_000),
        ("Our last lawyer charged us 80k USD. This time 50k USD max", (None, 50_000), 80_000),
        ("申索额180万美元", None, 1_800_000),
        ("地价已付清，约9800万马币", None, 98_000_000),
        ("年营收约4100万欧元，交易对价预计2800万欧元", None, 28_000_000),
        ("以前的调查公司收了1.2万美元没结果", None, 12_000),
        ("the plant costs 30 million dollars", None, 30_000_000),
        ("rent is HKD 45,000 per month", None, 45_000),
        ("purchase price SGD 3.3m, need lawyers", None, 3_300_000),
        ("already spent HKD 90k on the first lawyer", None, 90_000),
        ("授信上限500万美元", None, 5_000_000),
    ],
)
def test_what_is_at_stake_or_was_paid_is_no_budget(
    text: str, bounds: tuple[float | None, float | None] | None, other: float | None
) -> None:
    budget, amount = budget_of(text, "CN"), other_of(text, "CN")
    assert (None if budget is None else (budget.minimum, budget.maximum)) == bounds
    assert (None if amount is None else amount[0]) == other


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("第一阶段只出审查意见，封顶15万人民币", BudgetBasis.PHASE_1),
        ("第一阶段之后再做尽调，封顶15万人民币", BudgetBasis.TOTAL),
    ],
)
def test_a_sentence_about_the_first_phase_tells_the_basis(text: str, basis: BudgetBasis) -> None:
    budget = budget_of(text, "CN")
    assert budget is not None
    assert budget.basis is basis
