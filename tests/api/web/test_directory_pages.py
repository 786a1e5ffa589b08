from datetime import date

import pytest
from fastapi.testclient import TestClient

from core.db import SessionFactory, transaction
from tests import factories
from tests.api.web.parsed import Parsed

HTML = {"Accept": "text/html"}


def names_on(page: Parsed) -> list[str]:
    return [name.text for name in page.find("bdi")]


def test_finds_a_provider_by_part_of_its_name(shared_client: TestClient) -> None:
    page = Parsed(shared_client.get("/providers?q=mekong&lang=en").text)
    assert names_on(page) == ["Synthetic Mekong Law"]
    assert page.one("input", name="q").attributes["value"] == "mekong"
    assert "1 provider found" in page.one("section", id="results").text


def test_filters_by_place_and_sector_and_keeps_them_chosen(shared_client: TestClient) -> None:
    page = Parsed(shared_client.get("/providers?jurisdiction=TZ&sector=ACC&lang=zh-Hant").text)
    assert names_on(page) == ["Synthetic Audit Arusha", "Synthetic Power Audit Dar"]
    chosen = [o.attributes["value"] for o in page.find("option") if "selected" in o.attributes]
    assert chosen == ["TZ", "ACC"]
    assert page.one("option", value="TZ").text == "坦桑尼亞"


def test_an_empty_result_says_what_to_do(shared_client: TestClient) -> None:
    page = Parsed(shared_client.get("/providers?q=nobody+is+called+this&lang=en").text)
    assert "No provider fits all of this." in page.one("section", id="results").text
    assert page.find("a", href="/providers", class_="button")


def test_pages_follow_each_other_without_a_repeat(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        for number in range(30):
            factories.make_provider(session, name=f"Synthetic twin {number % 3}")
    seen: list[str] = []
    path: str | None = "/providers?q=twin&lang=en"
    while path:
        page = Parsed(client.get(path).text)
        seen += [a.attributes["href"] for a in page.find("a") if "twin" in a.text]
        following = page.find("a", class_="quiet")
        path = following[0].attributes["href"] if following else None
    assert len(seen) == len(set(seen)) == 30


def test_a_profile_says_what_is_not_known(shared_client: TestClient) -> None:
    found = Parsed(shared_client.get("/providers?q=water+dhaka&lang=en").text)
    address = next(
        link.attributes["href"] for link in found.find("a") if "Water Dhaka" in link.text
    )
    page = Parsed(shared_client.get(address).text)
    facts = page.one("dl", class_="facts").text
    assert page.one("h1").text == "Synthetic Water Dhaka"
    assert "Working languages Not known" in facts
    assert "Qualified in Not known" in facts
    assert "Based in Bangladesh" in facts
    assert "Source: synthetic." in page.one("main").text


def test_a_profile_shows_what_is_known(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        provider = factories.make_provider(
            session,
            home="HK",
            city="Central",
            languages=["yue", "en"],
            qualified_in={"HK": "2027-03-31", "VN": None},
            is_accepting=True,
        )
        factories.make_evidence(session, provider, dated_on=None, is_verified=False)
        key = provider.id
    page = Parsed(client.get(f"/providers/{key}?lang=en").text)
    facts = page.one("dl", class_="facts").text
    assert "Working languages Cantonese, English" in facts
    assert "Hong Kong SAR" in facts or "Hong Kong" in facts
    assert "until 31 March 2027" in facts
    assert "Takes new work Yes" in facts
    evidence = page.one("section", id="evidence").text
    assert "date not known" in evidence
    assert "not verified" in evidence


def test_evidence_comes_in_pages_and_cited_pieces_are_not_repeated(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        provider = factories.make_provider(session)
        pieces = [
            factories.make_evidence(
                session, provider, title=f"Piece {n}", dated_on=date(2020, 1, 1 + n % 5)
            )
            for n in range(45)
        ]
        other = factories.make_evidence(session, factories.make_provider(session), title="Alien")
        key, cited, foreign = provider.id, pieces[3].id, other.id
    seen: list[str] = []
    path: str | None = f"/providers/{key}?cited={cited}&cited={foreign}&lang=en"
    while path:
        page = Parsed(client.get(path).text)
        ids = [i for i in page.ids if i.startswith("evidence-") and i != "evidence-title"]
        assert ids[0] == f"evidence-{cited}"
        assert f"evidence-{foreign}" not in ids
        seen += ids[1:]
        following = page.find("a", class_="quiet")
        path = following[0].attributes["href"] if following else None
    assert len(seen) == len(set(seen)) == 44


@pytest.mark.parametrize(
    "query",
    ["after=%21", "after=bm90", "q=a%00b", "q=" + "a" * 201, "cited=7", "jurisdiction=" + "x" * 99],
)
def test_a_wrong_address_is_a_page_that_says_so(shared_client: TestClient, query: str) -> None:
    found = Parsed(shared_client.get("/providers?q=mekong").text)
    profile = next(a.attributes["href"] for a in found.find("a") if "Mekong" in a.text)
    path = f"{profile}?{query}" if query.startswith("cited") else f"/providers?{query}"
    answer = shared_client.get(path, headers=HTML)
    assert answer.status_code == 422
    assert Parsed(answer.text).find("h1")


def test_search_folds_scripts_and_takes_patterns_as_they_are(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        factories.make_provider(session, name="合成律師事務所 100%")
    assert names_on(Parsed(client.get("/providers?q=合成律师事务所").text)) == [
        "合成律師事務所 100%"
    ]
    assert names_on(Parsed(client.get("/providers?q=%25").text)) == ["合成律師事務所 100%"]
    assert names_on(Parsed(client.get("/providers?q=_").text)) == []
