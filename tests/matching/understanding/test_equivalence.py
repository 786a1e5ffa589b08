"""The same need in Simplified and in Traditional, and noise in place of a need."""

import random
import string
from collections.abc import Callable
from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from api.cli.understanding_files import packaged_vocabulary
from matching.understanding.reading import MAX_CHARACTERS, read_need
from matching.understanding.types import Reading

VOCABULARY = packaged_vocabulary()
ON = date(2026, 11, 20)
NEEDS = [
    "我们是深圳一家做无人机的公司，计划明年一季度末前在越南设厂，预算人民币三四十万，要会越南语的律师，不要四大。",
    "客户拖欠货款120万美元，在马来西亚，想追讨，律师费控制在20万港币以内，两周内要回复，急！",
    "印尼税务局核定补税150亿印尼盾，请在15个工作日内提交申诉，顾问费每月不超过2万元，不需要翻译。",
    "想在除缅甸外的东盟国家注册商标，每个国家5000美金左右，年底前办妥，之后再考虑印度，文件要中译泰。",
    "在新加坡仲裁，争议金额约860万欧元，适用英国法，要女仲裁员，下周五开庭，不找中介。",
    "不急，想了解一下阿联酋的公司注册和银行开户，费用大概五万块，要有十年以上经验的顾问。",
]
PIECES = st.sampled_from(
    [
        "预算",
        "三四十万",
        "港币",
        "元",
        "以内",
        "每月",
        "索赔",
        "两周内",
        "12月31日",
        "前",
        "下周五",
        "年底",
        "急",
        "不",
        "要",
        "只要",
        "四大",
        "香港",
        "律师行",
        "越南",
        "中译越",
        "会",
        "我们",
        "有",
        "年",
        "经验",
        "，",
        "。",
        "\n",
        "50",
        "k ",
        "usd ",
        "within ",
        "days ",
        "no ",
        "firms ",
    ]
)


def read(text: str) -> Reading:
    return read_need(text, VOCABULARY, on=ON)


def converted(config: str, text: str) -> str:
    return str(OpenCC(config).convert(text))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] no annotation


@pytest.mark.parametrize("config", ["s2t", "s2hk", "s2tw"])
@pytest.mark.parametrize("text", NEEDS)
def test_the_script_does_not_change_the_reading(config: str, text: str) -> None:
    simplified, traditional = read(text), read(converted(config, text))
    assert traditional.facts == simplified.facts
    assert traditional.not_used == simplified.not_used
    assert traditional.questions == simplified.questions
    assert (traditional.budget, traditional.other_amount, traditional.deadline) == (
        simplified.budget,
        simplified.other_amount,
        simplified.deadline,
    )
    assert traditional.urgency is simplified.urgency


@settings(max_examples=80, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join).filter(str.strip))
def test_scraps_give_facts_within_the_text_in_either_script(text: str) -> None:
    reading = read(text)
    for fact in reading.facts:
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(text)
            assert not any(
                span.start < unused.end and unused.start < span.end for unused in reading.not_used
            )
    assert read(converted("s2hk", text)).facts == reading.facts
    assert read(text) == reading


def _random(characters: str, seed: int) -> str:
    rng = random.Random(seed)  # noqa: S311 noise for a test, no secret
    return "".join(rng.choice(characters) for _ in range(MAX_CHARACTERS))


NOISE: dict[str, Callable[[], str]] = {
    "ascii": lambda: _random(string.ascii_letters + string.digits + string.punctuation + " ", 1),
    "digits": lambda: _random(string.digits, 2),
    "digits and marks": lambda: _random("0123456789,.-$/ ", 3),
    "chinese": lambda: _random("".join(map(chr, range(0x4E00, 0x9FFF))), 4),
    "punctuation": lambda: _random(string.punctuation, 5),
    "one letter": lambda: "a" * MAX_CHARACTERS,
    "one word": lambda: "lorem " * (MAX_CHARACTERS // 6),
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_gives_no_fact_and_some_question(name: str) -> None:
    reading = read(NOISE[name]())
    assert reading.facts == ()
    assert (reading.budget, reading.other_amount, reading.deadline) == (None, None, None)
    assert reading.questions


@pytest.mark.parametrize(
    "noise",
    [
        "$1 ",
        "1万",
        "12月",
        "within 30 days ",
        "budget not more than ",
        "no ",
        "must be a ",
        "一",
        "不要",
        "有过",
        "10 years ",
        "a ",
        NEEDS[0],
    ],
)
def test_ten_thousand_characters_are_read_within_half_a_second(noise: str) -> None:
    read("warm up")
    text = (noise * MAX_CHARACTERS)[:MAX_CHARACTERS]
    before = process_time()
    read(text)
    assert process_time() - before < 0.5
