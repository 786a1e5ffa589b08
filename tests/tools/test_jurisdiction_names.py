import pytest

from tools.jurisdiction_names import build_rows, languages_of


@pytest.mark.parametrize(
    ("code", "languages"),
    [
        ("CN", ["zh"]),
        ("HK", ["zh", "en", "yue"]),
        ("MO", ["zh", "yue", "pt", "en"]),
        ("MY", ["ms", "en", "zh"]),
        ("SG", ["en", "zh", "ms", "ta"]),
        ("BE", ["nl", "fr", "de", "en", "vls"]),
        ("BN", ["ms", "zh"]),
        ("AQ", []),
    ],
)
def test_official_languages_come_first_and_then_what_a_tenth_speaks(
    code: str, languages: list[str]
) -> None:
    assert languages_of(code) == languages


def test_a_subdivision_speaks_what_its_state_speaks_and_a_region_nothing() -> None:
    rows = {row["code"]: row for row in build_rows()}

    assert rows["CN-GX"]["languages"] == rows["CN"]["languages"] == "zh"
    assert rows["035"]["languages"] == rows["ASEAN"]["languages"] == ""
    without = {
        code for code, row in rows.items() if row["kind"] == "state" and not row["languages"]
    }
    assert without == set()


def test_a_merged_province_has_a_last_day_and_a_successor() -> None:
    rows = {row["code"]: row for row in build_rows()}

    merged = {code: row for code, row in rows.items() if row["valid_to"] or row["successor"]}
    assert list(merged) == ["VN-03"]
    assert (merged["VN-03"]["valid_to"], merged["VN-03"]["successor"]) == ("2025-06-30", "VN-07")
    assert "merged into VN-07" in merged["VN-03"]["name_source"]
