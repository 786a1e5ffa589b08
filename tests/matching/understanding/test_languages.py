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
        ("公证、英文翻译一起办", "en"),
        ("俄文或者蒙古文都得", "ru mn"),
        ("團隊最好能以廣東話或普通話溝通", "yue cmn"),
        ("English report is fine", "en"),
        ("an arbitrator who reads Chinese", "zh"),
        ("translate into simplified Chinese", "zh"),
        ("interpreter Mandarin<>Indonesian", "cmn id"),
        ("Portugese speaking lawyer", "pt"),
        ("translate the contract from Chinese into Thai", "th"),
        ("英文合同要翻译成越南文", "vi"),
        ("想搵律師睇一份英文分銷合約", ""),
        ("合同是英文的，请律师审一下", ""),
        ("葡文憑證自己搞掂", ""),
        ("we have Vietnamese speakers in-house", ""),
        ("法語我哋有同事識，唔使", ""),
        ("负责人会英语，阿拉伯语的沟通得靠你们", "ar"),
        ("西班牙语我们有三个同事，没问题", ""),
        ("two managers, who both speak Thai", ""),
        ("The legal team of our head office will attend and speaks English.", ""),
        ("report in English & German", "de en"),
        ("Portuguese drafting", "pt"),
        ("Adviser should speak Bahasa and Mandarin", "cmn id"),
        ("The contract is in Portuguese, explain it in Mandarin", "cmn"),
        ("我们自己有泰语翻译，只要泰国律师", ""),
    ],
)
def test_reads_languages(text: str, tags: str) -> None:
    reading = read_need(text, VOCABULARY, on=date(2026, 11, 20))
    assert sorted(reading.languages_wanted) == sorted(tags.split())


def test_a_pair_of_languages_names_no_place() -> None:
    reading = read_need("合同要中越翻译", VOCABULARY, on=date(2026, 11, 20))
    assert reading.target_jurisdictions == ()
