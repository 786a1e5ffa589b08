import pytest
from fastapi.testclient import TestClient

from api.problems import known_types
from matching.eligibility import RULES
from matching.features.catalogue import CATALOGUE
from providers.packaged_ranker import read_packaged_ranker
from tests.api.web.parsed import Parsed

LANGUAGES = ["en", "zh-Hant", "zh-Hans"]
PATHS = ["/needs/new", "/providers", "/how-matching-works", "/accessibility", "/privacy"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_whole_in_every_language(
    shared_client: TestClient, path: str, lang: str
) -> None:
    answer = shared_client.get(f"{path}?lang={lang}")
    page = Parsed(answer.text)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    assert page.one("html").attributes["lang"] == lang
    assert len(page.find("h1")) == 1
    assert page.one("title").text.endswith("· Landbridge")
    assert page.one("a", class_="skip").attributes["href"] == "#main"
    assert len(page.ids) == len(set(page.ids))
    assert not [e for e in page.elements if "style" in e.attributes or e.tag == "style"]
    assert not [n for e in page.elements for n in e.attributes if n.startswith("on")]


@pytest.mark.parametrize("lang", ["zh-Hant", "zh-Hans"])
def test_chinese_pages_hold_no_english_sentence(shared_client: TestClient, lang: str) -> None:
    for path in PATHS:
        page = Parsed(shared_client.get(f"{path}?lang={lang}").text)
        for element in page.elements:
            if element.tag in {"p", "h1", "h2", "th", "dt", "label"} and element.lang == lang:
                letters = sum(c.isascii() and c.isalpha() for c in element.text)
                assert letters * 2 <= len(element.text), f"{path}: {element.text}"


def test_the_page_on_matching_lists_every_rule_and_every_weight(shared_client: TestClient) -> None:
    page = Parsed(shared_client.get("/how-matching-works?lang=zh-Hant").text)
    text = page.one("main").text
    for rule in RULES:
        assert rule.says.zh_hant in text
    for feature in CATALOGUE:
        assert feature.measures.zh_hant in text
    ranker = read_packaged_ranker().ranker
    total = sum(curve.greatest for curve in ranker.curves)
    total += sum(max(map(max, table.values)) for table in ranker.pairs)
    assert f"{total:.2f}" in text
    assert ranker.version in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_type_of_problem_has_its_page(shared_client: TestClient, lang: str) -> None:
    for code, kind in known_types().items():
        answer = shared_client.get(f"/problems/{code}?lang={lang}", headers={"Accept": "text/html"})
        page = Parsed(answer.text)
        assert answer.status_code == 200, code
        assert page.one("html").attributes["lang"] == lang
        assert page.one("h1").text
        assert str(kind.status) in page.one("main").text


def test_a_program_gets_a_problem_and_a_person_a_page(shared_client: TestClient) -> None:
    program = shared_client.get("/providers/seven")
    person = shared_client.get("/providers/seven", headers={"Accept": "text/html"})
    assert program.headers["content-type"] == "application/problem+json"
    assert person.headers["content-type"] == "text/html; charset=utf-8"
    assert program.status_code == person.status_code == 404
