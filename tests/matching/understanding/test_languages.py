"""Languages wanted of the provider, against those the enterprise speaks or refuses."""

from datetime import date

import pytest

from api.cli.understanding_files import packaged_vocabulary
from matching.understanding.reading import read_need

VOCABULARY = packaged_vocabulary()


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("合同中译葡", "pt"),
        ("中越翻译一名", "zh vi"),
        ("中德同傳", "zh de"),
        ("需要中英雙語律師", "zh en"),
        ("英文和泰文版本的意见书", "en th"),
        ("report in English and Chinese", "en zh"),
        ("Putonghua-speaking counsel", "cmn"),
        ("Interpreter needed, Spanish-Chinese", "es zh"),
        ("Burmese certified translation", "my"),
        ("团队里要有会俄语的", "ru"),
        ("識講廣東話嘅律師", "yue"),
        ("our team covers Vietnamese", ""),
        ("Arabic we cover ourselves", ""),
        ("俄语我们自己有人", ""),
        ("韓文溝通我哋自己同事搞掂", ""),
        ("不需要英语", ""),
        ("a Vietnamese-Chinese joint venture", ""),
        ("西班牙语我们自己会，要葡萄牙语翻译", "pt"),
    ],
)
def test_reads_languages(text: str, tags: str) -> None:
    reading = read_need(text, VOCABULARY, on=date(2026, 11, 20))
    assert sorted(reading.languages_wanted) == sorted(tags.split())


def test_a_pair_of_languages_names_no_place() -> None:
    reading = read_need("合同要中越翻译", VOCABULARY, on=date(2026, 11, 20))
    assert reading.target_jurisdictions == ()
