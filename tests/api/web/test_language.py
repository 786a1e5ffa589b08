import pytest
from fastapi.testclient import TestClient

from api.web.language import choose_script, negotiate, script_of_tag
from matching.types import Script
from tests.api.web.parsed import Parsed

LANGUAGES = ["en", "zh-Hant", "zh-Hans"]


@pytest.mark.parametrize(
    ("tag", "script"),
    [
        ("zh-HK", Script.ZH_HANT),
        ("zh-TW", Script.ZH_HANT),
        ("zh-mo", Script.ZH_HANT),
        ("zh-Hant-CN", Script.ZH_HANT),
        ("zh-Hans-HK", Script.ZH_HANS),
        ("zh", Script.ZH_HANS),
        ("zh-CN", Script.ZH_HANS),
        ("zh-SG", Script.ZH_HANS),
        ("en-GB", Script.EN),
        ("fr", None),
        ("", None),
        ("; drop", None),
    ],
)
def test_maps_a_language_tag_to_a_script(tag: str, script: Script | None) -> None:
    assert script_of_tag(tag) == script


@pytest.mark.parametrize(
    ("accept", "script"),
    [
        ("zh-HK,zh;q=0.9,en;q=0.8", Script.ZH_HANT),
        ("fr-FR, en;q=0.5, zh-CN;q=0.7", Script.ZH_HANS),
        ("zh-TW;q=0, en", Script.EN),
        ("th", Script.EN),
        ("", Script.EN),
        ("zh;q=much", Script.EN),
    ],
)
def test_negotiates_by_the_weights_of_the_header(accept: str, script: Script) -> None:
    assert negotiate(accept) == script


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() -> None:
    assert choose_script("zh-Hans", "zh-Hant", "en") is Script.ZH_HANS
    assert choose_script(None, "zh-Hant", "en") is Script.ZH_HANT
    assert choose_script("klingon", None, "zh-HK") is Script.ZH_HANT


def test_a_choice_in_the_address_is_remembered(client: TestClient) -> None:
    client.get("/needs/new?lang=zh-Hant")
    page = Parsed(client.get("/privacy", headers={"Accept-Language": "en"}).text)
    assert page.one("html").attributes["lang"] == "zh-Hant"
    assert page.one("h1").text == "私隱"


def test_nothing_is_remembered_that_was_not_chosen(client: TestClient) -> None:
    answer = client.get("/privacy", headers={"Accept-Language": "zh-CN"})
    assert answer.headers["content-language"] == "zh-Hans"
    assert "lang" not in answer.cookies


def test_the_switch_keeps_the_page_and_its_filters(client: TestClient) -> None:
    page = Parsed(client.get("/providers?q=synthetic&jurisdiction=VN&lang=en").text)
    link = page.one("a", hreflang="zh-Hans")
    assert link.attributes["href"] == "/providers?q=synthetic&jurisdiction=VN&lang=zh-Hans"
    assert link.lang == "zh-Hans"
    other = Parsed(client.get(link.attributes["href"]).text)
    assert other.one("html").attributes["lang"] == "zh-Hans"
    assert other.one("input", name="q").attributes["value"] == "synthetic"
