from core.db import SessionFactory
from matching.types import Sentence
from providers.names import language_names, read_names


def test_languages_are_called_as_hong_kong_calls_them() -> None:
    names = language_names()

    assert names["cmn"] == Sentence("Putonghua", "普通话", "普通話")
    assert names["yue"] == Sentence("Cantonese", "粤语", "廣東話")
    assert names["vi"] == Sentence("Vietnamese", "越南语", "越南文")
    assert names["zh"].en == "Chinese"
    assert not any("_" in tag or "-" in tag for tag in names)


def test_names_come_from_the_lists_in_force(catalogue_sessions: SessionFactory) -> None:
    with catalogue_sessions() as session:
        names = read_names(session)

    assert names.sectors["LEG"] == Sentence("Legal services", "法律服务", "法律服務")
    assert names.jurisdictions["VN"] == Sentence("Vietnam", "越南", "越南")
    assert names.places(["VN", "TH"]).en == "Vietnam, Thailand"
    assert names.places(["VN", "nowhere"]).zh_hant == "越南、nowhere"
    assert names.languages_named(["en", "yue"]).en == "English, Cantonese"
    assert names.sectors_named(["LEG"]).zh_hans == "法律服务"
