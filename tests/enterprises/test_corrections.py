from datetime import date

import pytest
from pydantic import ValidationError

from enterprises.corrections import as_used, differences
from enterprises.facts import Correction
from enterprises.schemas import ReadingRead, StructuredNeed

READING = ReadingRead.model_validate(
    {
        "text_lang": "en",
        "reference_date": date(2026, 11, 22),
        "home_jurisdiction": "CN",
        "target_jurisdictions": ["VN", "TH"],
        "secondary_jurisdictions": ["SG"],
        "excluded_jurisdictions": ["MM"],
        "sector_codes": ["LEG"],
        "excluded_sector_codes": ["TAX"],
        "languages_wanted": ["zh"],
        "urgency": "high",
        "deadline": {"date": "2026-12-22", "days": 30},
        "budget": {"max": 50000, "currency": "USD"},
        "facts": [
            {"field": "urgency", "value": "high", "spans": []},
            {"field": "deadline", "value": "2026-12-22", "spans": []},
            {"field": "budget", "value": "USD -50000 total", "spans": []},
        ],
        "not_used": [],
        "questions": [],
    }
)


def corrected(*corrections: tuple[str, str, str], **given: object) -> StructuredNeed:
    rows = [
        {"field": field, "action": action, "value": value} for field, action, value in corrections
    ]
    need = StructuredNeed.model_validate({"text": "x", "corrections": rows, **given})
    return as_used(need, READING)


def test_a_fact_that_is_taken_out_stays_out_and_the_rest_is_read() -> None:
    used = corrected(("target_jurisdictions", "remove", "TH"))
    assert used.target_jurisdictions == ["VN"]
    assert used.sector_codes == ["LEG"]
    assert used.corrections == []


def test_a_fact_that_is_put_in_joins_what_is_read() -> None:
    used = corrected(("sector_codes", "add", "ACC.AUD"))
    assert used.sector_codes == ["LEG", "ACC.AUD"]


def test_what_is_put_into_the_targets_is_taken_from_where_it_was_read() -> None:
    used = corrected(("target_jurisdictions", "add", "MM"), ("target_jurisdictions", "add", "SG"))
    assert used.target_jurisdictions == ["VN", "TH", "MM", "SG"]
    assert used.excluded_jurisdictions == []
    assert used.secondary_jurisdictions == []


def test_what_is_ruled_out_is_no_target_any_more() -> None:
    used = corrected(("excluded_jurisdictions", "add", "TH"))
    assert used.target_jurisdictions == ["VN"]
    assert used.excluded_jurisdictions == ["MM", "TH"]


def test_a_single_fact_is_taken_out_by_its_value() -> None:
    used = corrected(
        ("home_jurisdiction", "remove", "CN"),
        ("urgency", "remove", "high"),
        ("deadline", "remove", "2026-12-22"),
        ("budget", "remove", "USD -50000 total"),
    )
    assert used.home_jurisdiction is None
    assert used.urgency == "normal"
    assert used.deadline is None
    assert used.budget is None


def test_a_single_fact_that_reads_differently_now_is_not_taken_out() -> None:
    used = corrected(("home_jurisdiction", "remove", "HK"), ("deadline", "remove", "2027-01-01"))
    assert used.home_jurisdiction == "CN"
    assert used.deadline == READING.deadline


def test_the_order_of_corrections_does_not_matter_for_what_is_left() -> None:
    rows = [
        ("target_jurisdictions", "remove", "TH"),
        ("target_jurisdictions", "add", "LA"),
        ("excluded_jurisdictions", "add", "SG"),
    ]
    assert corrected(*rows) == corrected(*reversed(rows))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {
                "target_jurisdictions": ["VN"],
                "corrections": [{"field": "target_jurisdictions", "action": "add", "value": "TH"}],
            },
            "sent in full",
        ),
        (
            {
                "corrections": [
                    {"field": "sector_codes", "action": "add", "value": "LEG"},
                    {"field": "sector_codes", "action": "remove", "value": "LEG"},
                ]
            },
            "both added to and removed",
        ),
        (
            {
                "corrections": [
                    {"field": "target_jurisdictions", "action": "add", "value": "TH"},
                    {"field": "excluded_jurisdictions", "action": "add", "value": "TH"},
                ]
            },
            "'TH' is added to both target_jurisdictions and excluded_jurisdictions",
        ),
        (
            {
                "corrections": [
                    {"field": "excluded_sector_codes", "action": "add", "value": "LEG"},
                    {"field": "sector_codes", "action": "add", "value": "LEG"},
                ]
            },
            "'LEG' is added to both excluded_sector_codes and sector_codes",
        ),
    ],
)
def test_corrections_that_have_no_effect_are_refused(body: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        StructuredNeed.model_validate({"text": "x", **body})


def test_a_single_value_is_sent_as_the_field() -> None:
    with pytest.raises(ValidationError, match="a need has one deadline"):
        Correction.model_validate({"field": "deadline", "action": "add", "value": "2026-12-01"})


def test_a_value_moves_from_one_field_to_another_by_taking_out_and_putting_in() -> None:
    used = corrected(
        ("target_jurisdictions", "remove", "TH"), ("excluded_jurisdictions", "add", "TH")
    )
    assert (used.target_jurisdictions, used.excluded_jurisdictions) == (["VN"], ["MM", "TH"])


@pytest.mark.parametrize("value", ["English", "EN", "zh-Hant"])
def test_a_language_is_put_in_by_its_tag_and_taken_out_by_whatever_was_read(value: str) -> None:
    wanted = {"field": "languages_wanted", "value": value}
    with pytest.raises(ValidationError, match="two- or three-letter tag"):
        Correction.model_validate(wanted | {"action": "add"})
    assert Correction.model_validate(wanted | {"action": "remove"}).value == value


def test_differences_name_what_was_read_and_what_is_meant() -> None:
    used = corrected(("target_jurisdictions", "remove", "TH"), urgency="low")
    assert differences(READING, used) == {
        "target_jurisdictions": (["VN", "TH"], ["VN"]),
        "urgency": ("high", "low"),
    }


def test_what_is_read_and_not_corrected_makes_no_difference() -> None:
    assert differences(READING, corrected()) == {}
