"""Limits on who may be proposed, and what their words must not become."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.understanding_files import packaged_vocabulary
from matching.text.folding import fold
from matching.understanding.constraints import Limit, constraint_spans, find_constraints
from matching.understanding.reading import read_need
from matching.understanding.types import Reading

VOCABULARY = packaged_vocabulary()


def read(text: str) -> Reading:
    return read_need(text, VOCABULARY, on=date(2026, 11, 20))


def limits_of(text: str) -> list[tuple[Limit, str]]:
    folded = fold(text)
    return [(one.limit, folded[one.start : one.end]) for one in find_constraints(folded)]


@pytest.mark.parametrize(
    ("text", "limit", "words"),
    [
        ("No Chinese firms please", Limit.REFUSED, "no chinese firms please"),
        ("non-Singapore arbitrators", Limit.REFUSED, "non-singapore arbitrators"),
        ("tax advice, not a Big Four firm", Limit.REFUSED, "not a big four firm"),
        ("no agents", Limit.REFUSED, "no agents"),
        ("It must not be a Mainland firm", Limit.REFUSED, "must not be a mainland firm"),
        ("不要内地律所", Limit.REFUSED, "不要内地律所"),
        ("四大不考虑", Limit.REFUSED, "四大不考虑"),
        ("中国籍的不行", Limit.REFUSED, "中国籍的不行"),
        ("只做住宅的不要", Limit.REFUSED, "只做住宅的不要"),
        ("no barristers please", Limit.REFUSED, "no barristers please"),
        (
            "advisers owned by our lenders cannot be used",
            Limit.REFUSED,
            "advisers owned by our lenders cannot be used",
        ),
        ("只能是香港律师行", Limit.WANTED, "只能是香港律师行"),
        ("認證機構要有UKAS認可", Limit.WANTED, "机构要有ukas认可"),
        ("a PCAOB-registered auditor", Limit.WANTED, "pcaob-registered auditor"),
        ("不考慮四大", Limit.REFUSED, "不考虑四大"),
        ("不找中介", Limit.REFUSED, "不找中介"),
        ("must be a Hong Kong firm", Limit.WANTED, "must be a hong kong firm"),
        ("Hong Kong firms only", Limit.WANTED, "hong kong firms only"),
        ("只要香港律所", Limit.WANTED, "只要香港律所"),
        ("必須係香港律師行", Limit.WANTED, "必须系香港律师行"),
        ("someone who has handled mining", Limit.WANTED, "who has handled mining"),
        (
            "at least 10 years of experience in mining",
            Limit.WANTED,
            "at least 10 years of experience in mining",
        ),
        ("有跨境并购经验的律师", Limit.WANTED, "有跨境并购经验的律师"),
        ("女仲裁员", Limit.QUALITY, "女仲裁员"),
        ("HKIAC panel arbitrator", Limit.QUALITY, "hkiac panel arbitrator"),
    ],
)
def test_finds_limits(text: str, limit: Limit, words: str) -> None:
    assert limits_of(text) == [(limit, words)]


@pytest.mark.parametrize(
    "text",
    [
        "we have no lawyer in Vietnam",
        "no law firm, only accountants",
        "we are not a big company",
        "不要律师，只要会计",
        "唔使翻譯",
        "不打官司",
        "非洲四大市场",
        "a local law firm in Vietnam",
    ],
)
def test_other_words_are_no_limit(text: str) -> None:
    assert limits_of(text) == []


@pytest.mark.parametrize(
    ("text", "targets", "sectors"),
    [
        ("Audit in Laos, no Chinese firms", ["LA"], ["ACC.AUD"]),
        ("老挝审计，不要内地事务所", ["LA"], ["ACC.AUD"]),
        ("Audit in Laos, must be a Hong Kong firm", ["LA"], ["ACC.AUD"]),
        ("a local law firm in Vietnam", ["VN"], ["LEG"]),
        ("越南律師，必須係香港律師行", ["VN"], ["LEG"]),
    ],
)
def test_a_provider_s_home_is_no_target(
    text: str, targets: Sequence[str], sectors: Sequence[str]
) -> None:
    reading = read(text)
    assert sorted(reading.target_jurisdictions) == targets
    assert sorted(reading.sector_codes) == sectors
    assert reading.excluded_jurisdictions == ()
    assert reading.excluded_sector_codes == ()


def test_the_reading_keeps_the_text_s_own_words() -> None:
    text = "老撾審計，不要內地律師行。"
    reading = read(text)
    assert reading.provider_constraints == ("不要內地律師行",)
    (fact,) = [fact for fact in reading.facts if fact.field == "provider_constraints"]
    assert [text[span.start : span.end] for span in fact.spans] == ["不要內地律師行"]


@given(
    st.text(alphabet="不要只找四大内地律所香港有年经验 no firm must be a big four", max_size=200)
)
def test_limits_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    folded = fold(text)
    end = 0
    for start, last in constraint_spans(folded):
        assert end <= start < last <= len(folded)
        end = last
