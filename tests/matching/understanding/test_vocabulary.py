import csv
from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from matching.types import Script
from matching.understanding.lexicon import key_of, surface_forms
from matching.understanding.types import JurisdictionName
from providers.vocabulary import (
    SectorSynonym,
    build_vocabulary,
    read_packaged_regions,
    read_packaged_synonyms,
)

SECTORS = {
    row["code"]: [row["name_en"], row["name_zh_hans"], row["name_zh_hant"]]
    for row in csv.DictReader(
        files("providers.data").joinpath("sectors.csv").read_text("utf-8").splitlines()
    )
}
SYNONYMS = read_packaged_synonyms()


def test_no_phrase_asks_for_two_sectors() -> None:
    owners: dict[str, set[str]] = {}
    for code, names in SECTORS.items():
        for name in names:
            owners.setdefault(key_of(name), set()).add(code)
    for synonym in SYNONYMS:
        for form in surface_forms(synonym.synonym):
            owners.setdefault(form, set()).add(synonym.code)

    assert {form: codes for form, codes in owners.items() if len(codes) > 1} == {}


def test_every_sector_has_synonyms_in_every_script() -> None:
    scripts = Counter((synonym.code, synonym.script) for synonym in SYNONYMS)

    assert {code for code, _ in scripts} == set(SECTORS)
    assert {script for _, script in scripts} == {script.value for script in Script}
    assert all(scripts[code, script.value] >= 1 for code in SECTORS for script in Script)
    assert all(sum(scripts[code, script.value] for script in Script) >= 4 for code in SECTORS)


def test_no_synonym_is_one_character_or_said_twice() -> None:
    assert all(len(key_of(synonym.synonym)) >= 2 for synonym in SYNONYMS)
    assert Counter(SYNONYMS).most_common(1)[0][1] == 1


@pytest.mark.parametrize("word", ["road", "water", "power", "公路", "供水", "电力"])
def test_industries_are_no_sectors(word: str) -> None:
    assert all(key_of(synonym.synonym) != word for synonym in SYNONYMS)


def test_regions_are_dated_and_have_two_letter_members() -> None:
    regions = read_packaged_regions()

    assert all(region.names and region.members is not None for region in regions)
    assert all(len(code) == 2 for region in regions for code in region.members or ())
    asean = [region for region in regions if region.code == "ASEAN"]
    for day, members in [(date(2025, 10, 25), 10), (date(2025, 10, 26), 11)]:
        assert sum(len(region.codes_on(day)) for region in asean) == members


def test_build_joins_the_lists() -> None:
    vocabulary = build_vocabulary(
        {"ACC.AUD": ["Statutory audit", "法定审计"]},
        {"VN": ["Vietnam", ""], "CN-GX": ["Guangxi"], "002": ["Africa"], "ASEAN": ["東協"]},
        [SectorSynonym("ACC.AUD", "en", "audit"), SectorSynonym("OLD.ONE", "en", "gone")],
        [JurisdictionName("ASEAN", ("ASEAN",), ("VN", "TH"))],
    )

    assert {place.code: (place.names, place.members) for place in vocabulary.jurisdictions} == {
        "VN": (("Vietnam",), None),
        "CN-GX": (("Guangxi",), ("CN",)),
        "002": (("Africa",), ()),
        "ASEAN": (("ASEAN", "東協"), ("VN", "TH")),
    }
    assert [(sector.code, sector.names) for sector in vocabulary.sectors] == [
        ("ACC.AUD", ("Statutory audit", "法定审计", "audit"))
    ]
