"""Why a firm is missing from a list, as a browser without script asks and sees it."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.api.web.parsed import Parsed
from tests.api.web.visits import read_matches, send_need

ROADS = "feasibility study for rural roads in Vietnam"
HTML = {"Accept": "text/html"}


def need_of(client: TestClient, text: str = ROADS, *, lang: str = "en") -> str:
    """Store a need and return its address."""
    location = send_need(client, text, lang=lang).headers["location"]
    return location.removesuffix("/matches")


def ask(client: TestClient, need: str, name: str, *, lang: str = "en") -> Parsed:
    """Ask for a firm by its name, and read the page this leads to."""
    answer = client.get(f"{need}/why", params={"q": name, "lang": lang}, headers=HTML)
    assert answer.status_code == 200, answer.text
    return Parsed(answer.text)


def test_each_card_says_what_its_score_is_made_of(shared_client: TestClient) -> None:
    page = read_matches(shared_client, ROADS)
    card = page.find("article", class_="card")[0]
    assert "How the score is made up" in [summary.text for summary in card.children("summary")]
    tables = card.children("table")
    parts, measures = (
        [[cell.text for cell in row.children("td")] for row in table.children("tr")[1:]]
        for table in tables
    )
    total = float(parts[-1][-1])
    adds = [float(cells[-1]) for cells in measures]
    assert sum(adds) == pytest.approx(total, abs=0.005 * len(adds) + 0.005)
    assert all(0.0 <= float(cells[0]) <= 1.0 for cells in measures)


def test_the_list_asks_whom_the_reader_misses(shared_client: TestClient) -> None:
    page = read_matches(shared_client, ROADS)
    (form,) = [form for form in page.find("form") if form.attributes["action"].endswith("/why")]
    assert form.attributes["method"] == "get"
    assert page.one("input", name="q").attributes["type"] == "search"


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_a_firm_that_is_named_is_explained(shared_client: TestClient, lang: str) -> None:
    need = need_of(shared_client, lang=lang)

    page = ask(shared_client, need, "synthetic ROADS vietnam", lang=lang)

    assert "Synthetic Roads Vietnam" in page.one("h1").text
    assert page.one("html").attributes["lang"] == lang
    assert len(page.find("article", class_="card")) == 1
    assert len(page.ids) == len(set(page.ids))
    said = page.one("section", class_="panel").text
    expected = {
        "en": "By its score it stands at place 1 of",
        "zh-Hant": "按分數，該機構在可承辦的",
        "zh-Hans": "按分数，该机构在可承办的",
    }
    assert expected[lang] in said


def test_a_firm_that_a_rule_removes_has_no_place_and_learns_what_would_change_it(
    shared_client: TestClient,
) -> None:
    need = need_of(shared_client, "court litigation in Vietnam")

    page = ask(shared_client, need, "Synthetic Roads Vietnam")

    said = page.one("section", class_="panel").text
    assert "It is left out: it is not known for the sectors asked for" in said
    assert "What would change it" in said
    assert "would stand at place" in said
    assert page.one("span", class_="rank").text == "–"


def test_several_firms_of_a_name_are_offered(shared_client: TestClient) -> None:
    need = need_of(shared_client)
    page = ask(shared_client, need, "synthetic")
    links = [a.attributes["href"] for a in page.one("ul", class_="found").children("a")]
    assert len(links) > 1
    assert all(link.startswith(f"{need}/why/") for link in links)
    assert shared_client.get(links[-1], headers=HTML).status_code == 200


@pytest.mark.parametrize("name", ["no such firm", "<script>alert(1)</script>", "%", ""])
def test_a_name_that_nobody_has_leads_to_the_form_again(
    shared_client: TestClient, name: str
) -> None:
    page = ask(shared_client, need_of(shared_client), name)
    assert page.one("input", name="q").attributes["value"] == name
    assert not page.find("ul", class_="found")
    assert not page.find("script", src="")


def test_needs_and_firms_that_are_not_there_are_not_found(shared_client: TestClient) -> None:
    need = need_of(shared_client)
    for path in (
        f"{need}/why/{uuid4()}",
        f"/needs/{uuid4()}/why/{uuid4()}",
        f"/needs/{uuid4()}/why?q=roads",
    ):
        assert shared_client.get(path, headers=HTML).status_code == 404
    assert shared_client.get(f"{need}/why?q=%00", headers=HTML).status_code == 422
