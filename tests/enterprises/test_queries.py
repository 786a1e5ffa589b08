from datetime import date
from uuid import uuid4

import pytest
from pydantic import ValidationError

from enterprises.corrections import as_used
from enterprises.queries import as_query
from enterprises.schemas import MatchRequest, ReadingRead, StructuredNeed

READING = ReadingRead(
    text_lang="en",
    reference_date=date(2026, 11, 22),
    home_jurisdiction="CN",
    target_jurisdictions=["VN", "TH"],
    excluded_jurisdictions=["SG"],
    sector_codes=["LEG"],
    excluded_sector_codes=["TAX"],
    languages_wanted=["zh"],
    facts=[],
    not_used=[],
    questions=[],
)
DAY = date(2026, 11, 22)


def test_what_is_left_open_is_taken_from_the_reading() -> None:
    used = as_used(StructuredNeed(text="x"), READING)
    for name in (
        "home_jurisdiction",
        "target_jurisdictions",
        "excluded_jurisdictions",
        "sector_codes",
        "excluded_sector_codes",
        "languages_wanted",
    ):
        assert getattr(used, name) == getattr(READING, name), name


def test_what_is_given_wins_also_when_it_is_nothing() -> None:
    need = StructuredNeed(
        text="x", home_jurisdiction="HK", target_jurisdictions=["BD"], sector_codes=[]
    )
    used = as_used(need, READING)
    assert used.home_jurisdiction == "HK"
    assert used.target_jurisdictions == ["BD"]
    assert used.sector_codes == []
    assert used.languages_wanted == ["zh"]


def test_without_a_text_what_is_left_open_is_nothing() -> None:
    used = as_used(StructuredNeed(target_jurisdictions=["VN", "VN"]), None)
    assert used.target_jurisdictions == ["VN"]
    assert used.sector_codes == []
    assert used.home_jurisdiction is None


def test_every_field_reaches_matching() -> None:
    excluded, conflicted = uuid4(), uuid4()
    need = StructuredNeed(
        text="roads",
        home_jurisdiction="CN",
        target_jurisdictions=["VN"],
        excluded_jurisdictions=["SG"],
        sector_codes=["BLT"],
        excluded_sector_codes=["TAX"],
        languages_wanted=["zh"],
        languages_required=True,
        excluded_provider_ids=[excluded],
        conflicted_provider_ids=[conflicted],
        amount_usd=12.5,
    )
    query = as_query(as_used(need, None), on=DAY)
    assert query.text == "roads"
    assert query.on == DAY
    assert query.home_jurisdiction == "CN"
    assert query.target_jurisdictions == ("VN",)
    assert query.excluded_jurisdictions == ("SG",)
    assert query.sector_codes == ("BLT",)
    assert query.excluded_sector_codes == ("TAX",)
    assert query.languages_wanted == ("zh",)
    assert query.languages_required
    assert query.excluded_provider_ids == {str(excluded)}
    assert query.conflicted_provider_ids == {str(conflicted)}
    assert query.amount_usd == 12.5


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "a\x00"},
        {"text": "\ud800"},
        {"text": "x" * 10_001},
        {"on": 0},
        {"on": "2026-1-1"},
        {"languages_wanted": ["Chinese"]},
        {"amount_usd": float("nan")},
        {"unheard_of": 1},
    ],
)
def test_what_cannot_be_stored_is_refused_before_it_gets_anywhere(fields: object) -> None:
    with pytest.raises(ValidationError):
        MatchRequest.model_validate(fields)
