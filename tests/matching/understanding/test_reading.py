import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from matching.types import Script
from matching.understanding.languages import LANGUAGES
from matching.understanding.lexicon import key_of, prepare, surface_forms
from matching.understanding.phrases import find_phrases
from matching.understanding.reading import MAX_CHARACTERS, read_need
from matching.understanding.types import Reading, UnreadableText
from providers.vocabulary import (
    build_vocabulary,
    read_packaged_regions,
    read_packaged_synonyms,
)

ON = date(2026, 11, 20)
ASEAN = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN", "TL")

# A few jurisdictions with the names that tell them apart; the whole list is the operators'.
JURISDICTIONS = {
    "VN": ["Vietnam", "Viet Nam", "越南"],
    "BD": ["Bangladesh", "孟加拉国", "孟加拉"],
    "TZ": ["Tanzania", "坦桑尼亚"],
    "HK": ["Hong Kong", "香港"],
    "CN": ["China", "中国"],
    "MO": ["Macao", "澳门"],
    "SG": ["Singapore", "新加坡"],
    "MY": ["Malaysia", "马来西亚"],
    "TH": ["Thailand", "泰国"],
    "ID": ["Indonesia", "印度尼西亚", "印尼"],
    "IN": ["India", "印度"],
    "LA": ["Laos", "Lao PDR", "老挝"],
    "MM": ["Myanmar", "缅甸"],
    "KH": ["Cambodia", "柬埔寨"],
    "PH": ["Philippines", "菲律宾"],
    "BN": ["Brunei", "文莱"],
    "TL": ["Timor-Leste", "东帝汶"],
    "GN": ["Guinea", "几内亚"],
    "GW": ["Guinea-Bissau", "几内亚比绍"],
    "PG": ["Papua New Guinea", "巴布亚新几内亚"],
    "NE": ["Niger", "尼日尔"],
    "NG": ["Nigeria", "尼日利亚"],
    "OM": ["Oman", "阿曼"],
    "TD": ["Chad", "乍得"],
    "TR": ["Türkiye", "Turkey", "土耳其"],
    "JO": ["Jordan", "约旦"],
    "CI": ["Côte d’Ivoire", "科特迪瓦"],
    "SA": ["Saudi Arabia", "沙特阿拉伯"],
    "AE": ["United Arab Emirates", "UAE", "阿联酋"],
    "MX": ["Mexico", "墨西哥"],
    "US": ["United States", "美国"],
    "DE": ["Germany", "德国"],
    "PK": ["Pakistan", "巴基斯坦"],
    "KE": ["Kenya", "肯尼亚"],
    "GH": ["Ghana", "加纳"],
    "HU": ["Hungary", "匈牙利"],
    "CN-GX": ["Guangxi", "广西"],
    "002": ["Africa", "非洲"],
}
VOCABULARY = build_vocabulary(
    {
        row["code"]: [row["name_en"], row["name_zh_hans"], row["name_zh_hant"]]
        for row in csv.DictReader(
            files("providers.data").joinpath("sectors.csv").read_text("utf-8").splitlines()
        )
    },
    JURISDICTIONS,
    read_packaged_synonyms(),
    read_packaged_regions(),
)
KNOWN_NAMES = (
    {key_of(name) for place in VOCABULARY.jurisdictions for name in place.names}
    | {form for s in VOCABULARY.sectors for name in s.names for form in surface_forms(name)}
    | {key_of(name) for names in LANGUAGES.values() for name in names}
)


NAMED = (
    "home_jurisdiction",
    "target_jurisdictions",
    "secondary_jurisdictions",
    "excluded_jurisdictions",
    "sector_codes",
    "excluded_sector_codes",
    "languages_wanted",
)
TERMS = ("urgency", "deadline", "budget", "other_amount", "provider_constraints")


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    targets: str = ""
    sectors: str = ""
    home: str | None = None
    excluded: str = ""
    refused: str = ""
    languages: str = ""


def _case(row: dict[str, str]) -> Case:
    return Case(
        row["text"],
        row["targets"],
        row["sectors"],
        row["home"] or None,
        row["excluded"],
        row["refused"],
        row["languages"],
    )


# One need a line: what it looks like, what it must not become, scripts that are not read.
with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _file:
    CASES = [_case(row) for row in csv.DictReader(_file)]


def read(text: str, on: date = ON) -> Reading:
    return read_need(text, VOCABULARY, on=on)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_reads(case: Case) -> None:
    reading = read(case.text)

    assert sorted(reading.target_jurisdictions) == sorted(case.targets.split())
    assert sorted(reading.sector_codes) == sorted(case.sectors.split())
    assert reading.home_jurisdiction == case.home
    assert sorted(reading.excluded_jurisdictions) == sorted(case.excluded.split())
    assert sorted(reading.excluded_sector_codes) == sorted(case.refused.split())
    assert sorted(reading.languages_wanted) == sorted(case.languages.split())
    assert ("which_jurisdictions" in reading.questions) is (not case.targets)
    assert ("which_services" in reading.questions) is (not case.sectors)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_facts_agree_with_the_fields_and_point_at_names(case: Case) -> None:
    assert_facts_hold(case.text, read(case.text))


def converted(config: str, text: str) -> str:
    return str(OpenCC(config).convert(text))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] no annotation


def assert_facts_hold(text: str, reading: Reading) -> None:
    by_field: dict[str, list[str]] = {}
    phrases = {phrase.span for phrase in find_phrases(prepare(text))}
    for fact in reading.facts:
        by_field.setdefault(fact.field, []).append(fact.value)
        assert fact.spans
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(text)
            words = key_of(text[span.start : span.end])
            assert (
                fact.field not in NAMED
                or words in KNOWN_NAMES
                or fact.field == "languages_wanted"
                or (fact.field.endswith("sector_codes") and span in phrases)
            )
    fields: dict[str, Sequence[str]] = {
        "target_jurisdictions": reading.target_jurisdictions,
        "excluded_jurisdictions": reading.excluded_jurisdictions,
        "sector_codes": reading.sector_codes,
        "excluded_sector_codes": reading.excluded_sector_codes,
        "languages_wanted": reading.languages_wanted,
        "secondary_jurisdictions": reading.secondary_jurisdictions,
        "home_jurisdiction": [reading.home_jurisdiction] if reading.home_jurisdiction else [],
    }
    assert set(by_field) <= {*NAMED, *TERMS}
    for field, values in fields.items():
        assert sorted(by_field.get(field, [])) == sorted(values)
    assert not set(reading.target_jurisdictions) & set(reading.excluded_jurisdictions)
    assert not set(reading.sector_codes) & set(reading.excluded_sector_codes)
    assert [fact.spans[0] for fact in reading.facts] == sorted(f.spans[0] for f in reading.facts)
    for span in reading.not_used:
        assert 0 <= span.start < span.end <= len(text)
        assert not any(
            span.start < used.end and used.start < span.end
            for fact in reading.facts
            for used in fact.spans
        )


def test_spans_point_into_the_original_text() -> None:
    text = "Étude: ＡＵＤＩＴ in Hong\n  Kong — 坦桑尼亞"
    facts = {fact.value: fact.spans for fact in read(text).facts}

    def words(code: str) -> list[str]:
        return [text[span.start : span.end] for span in facts[code]]

    assert words("ACC.AUD") == ["ＡＵＤＩＴ"]
    assert words("HK") == ["Hong\n  Kong"]
    assert words("TZ") == ["坦桑尼亞"]


def test_one_value_named_twice_is_one_fact_with_two_spans() -> None:
    reading = read("Audit in Vietnam. Tax in Vietnam.")
    (fact,) = [fact for fact in reading.facts if fact.value == "VN"]
    assert [(span.start, span.end) for span in fact.spans] == [(9, 16), (25, 32)]


def test_asean_has_the_members_of_the_day() -> None:
    before = read("东盟审计", on=date(2025, 10, 25)).target_jurisdictions
    since = read("东盟审计", on=date(2025, 10, 26)).target_jurisdictions

    assert set(since) == set(ASEAN)
    assert set(since) - set(before) == {"TL"}
    assert len(before) == 10


def test_lists_the_phrases_that_led_to_nothing() -> None:
    text = "Audit in Vietnam, as soon as you can; 多谢帮忙。Thanks"
    unused = [text[span.start : span.end] for span in read(text).not_used]
    assert unused == ["多谢帮忙", "Thanks"]


def test_a_contradiction_is_read_as_ruled_out_and_asked_about() -> None:
    reading = read("Audit in Vietnam, not Vietnam; no audit")

    assert reading.target_jurisdictions == ()
    assert reading.excluded_jurisdictions == ("VN",)
    assert reading.questions == (
        "which_jurisdictions",
        "which_services",
        "contradictory_jurisdictions",
        "contradictory_services",
    )


def test_tells_the_script_and_keeps_the_day() -> None:
    reading = read("在坦桑尼亞做電力項目審計")
    assert reading.text_lang is Script.ZH_HANT
    assert reading.reference_date == ON


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t　", "empty"),
        ("a" * 10_001, "10,001 characters; at most 10,000"),
        ("audit\0in Vietnam", r"U\+0000 at position 6"),
        ("\x89PNG\r\n\x1a", "control character"),
        ("audit \ud83d Vietnam", "half of a character"),
        ("\ufffd\ufffdd\ufffd", "UTF-8"),
    ],
)
def test_refuses_what_is_no_text(text: str, says: str) -> None:
    with pytest.raises(UnreadableText, match=says):
        read(text)


def test_reads_the_longest_text_allowed() -> None:
    text = ("Vietnam " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert read(text).target_jurisdictions == ("VN",)


PIECES = st.sampled_from(
    [
        "越南",
        "泰国",
        "东盟",
        "不去",
        "除",
        "外",
        "我们是",
        "公司",
        "审计",
        "律师",
        "不需要",
        "、",
        "，",
        "\n",
        "Vietnam ",
        "ASEAN ",
        "not in ",
        "we are a ",
        "Hong Kong ",
        "company ",
        "audit ",
        "except ",
        "and ",
        ", ",
        "Thai ",
        "speaking ",
        "in ",
        "our team speaks ",
        "US ",
        "é",
        "ﬁ",
        "衞",
        "-based ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=2000), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_or_refused_clearly(text: str) -> None:
    try:
        reading = read(text)
    except UnreadableText as refusal:
        assert str(refusal)  # noqa: PT017 either outcome is right, each with its own check
    else:
        assert_facts_hold(text, reading)


@pytest.mark.parametrize("config", ["s2t", "s2hk", "s2tw"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_the_script_does_not_change_the_facts(config: str, case: Case) -> None:
    simplified = converted("t2s", case.text)
    traditional = converted(config, simplified)

    assert read(traditional).facts == read(simplified).facts
    assert read(traditional).not_used == read(simplified).not_used


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join).filter(str.strip))
def test_the_script_does_not_change_the_facts_of_scraps(text: str) -> None:
    assert read(converted("s2hk", text)).facts == read(text).facts


@pytest.mark.parametrize(
    "noise",
    [
        "越南、",
        "东盟越南",
        "not in Vietnam and ",
        "we are a ",
        "除",
        "our team speaks ",
        "a",
        "- ",
        "不",
    ],
)
def test_noise_is_read_within_a_second(noise: str) -> None:
    read(noise)  # what is loaded or compiled once is not counted
    text = (noise * MAX_CHARACTERS)[:MAX_CHARACTERS]
    before = thread_time()
    read(text)
    assert thread_time() - before < 1


def test_an_ordinary_need_is_read_within_twenty_milliseconds() -> None:
    read("warm up")
    text = (
        "我们是深圳一家公司，想在越南设厂，除缅甸外的东盟国家也考虑，不需要诉讼。Audit in Hanoi. "
        * 10
    )[:500]
    before = thread_time()
    for _ in range(10):
        read(text)
    assert (thread_time() - before) / 10 < 0.02
