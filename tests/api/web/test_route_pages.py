"""Routes as a browser without script sees them: those of a need, and those of any two places."""

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from matching.text.folding import script_of
from tests.api.web.parsed import Parsed
from tests.api.web.visits import send_need

HTML = {"Accept": "text/html"}
DISPUTE = "We are a Shenzhen company and need arbitration counsel against a buyer in Vietnam"


def read(
    client: TestClient, path: str, params: Mapping[str, str] | None = None, *, status: int = 200
) -> Parsed:
    query = urlencode({"lang": "en"} | dict(params or {}))
    answer = client.get(f"{path}{'&' if '?' in path else '?'}{query}", headers=HTML)
    assert answer.status_code == status, answer.text
    page = Parsed(answer.text)
    assert len(page.find("h1")) == 1
    assert len(page.ids) == len(set(page.ids))
    return page


def need_of(client: TestClient, text: str = DISPUTE) -> str:
    return send_need(client, text).headers["location"].removesuffix("/matches")


def error(page: Parsed) -> str:
    return page.one("div", id="error-summary").children("li")[0].text


def test_a_need_shows_its_routes_in_a_sentence_each_and_leads_to_them(
    routes_client: TestClient,
) -> None:
    need = need_of(routes_client)
    panel = read(routes_client, f"{need}/matches").one("section", class_="routes-panel")
    links = panel.children("a")
    assert len(links) == 4
    assert links[0].text == (
        "An arbitral award made in Mainland China can be enforced in Vietnam under the New York "
        "Convention."
    )
    assert [link.attributes["href"] for link in links] == [
        *(f"{need}/routes?route={number}" for number in (1, 2, 3)),
        f"{need}/routes",
    ]
    assert "not legal advice" in panel.text


def test_tabs_lead_to_at_most_four_routes_of_which_one_is_shown(routes_client: TestClient) -> None:
    need = need_of(routes_client)
    tabs = read(routes_client, f"{need}/routes").one("nav", class_="tabs").children("a")
    assert [tab.text for tab in tabs] == [
        "Arbitral award: Mainland China → Vietnam",
        "Judgment: Mainland China → Vietnam",
        "Mediated settlement: Mainland China → Vietnam",
        "Arbitral award made in Hong Kong: Mainland China → Hong Kong → Vietnam",
    ]
    page = read(routes_client, f"{need}/routes")
    assert any("Only the routes that matter most" in p.text for p in page.find("p", class_="hint"))
    assert "Ask for any two places" in [a.text for a in page.find("a", href="/routes")]
    for tab in tabs:
        page = read(routes_client, tab.attributes["href"])
        assert page.one("h2", id="route-title").text == tab.text
        here = [a.text for a in page.find("a") if a.attributes.get("aria-current") == "page"]
        assert tab.text in here
    assert read(routes_client, f"{need}/routes?route=9").one("h2", id="route-title").text == (
        tabs[-1].text
    )


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
def test_every_stop_leads_to_its_step_and_is_named_by_what_it_shows(
    routes_client: TestClient, lang: str
) -> None:
    page = read(
        routes_client, "/routes", {"lang": lang, "kind": "award"} | {"from": "HK", "to": "CN"}
    )
    stops = page.one("svg", role="group").children("a")
    steps = page.one("ol", id="steps").children("li")
    assert len(stops) == len(steps) >= 4
    for stop, step in zip(stops, steps, strict=True):
        assert stop.attributes["href"] == f"#{step.attributes['id']}"
        assert stop.attributes["aria-label"].startswith(stop.text)
        heading = step.children("h4")[0].text.partition(" ·")[0]
        assert stop.text.partition(" ")[2] == heading
    assert page.one("title", id="picture-title").text
    assert not page.find("style")
    assert all("style" not in element.attributes for element in page.elements)


def test_steps_say_who_and_lead_to_providers_in_their_place(routes_client: TestClient) -> None:
    page = read(
        routes_client, "/routes", {"kind": "document", "from": "Hong Kong", "to": "中国内地"}
    )
    assert page.one("p", class_="answer").text.startswith("A document made in Hong Kong")
    assert page.one("input", id="to").attributes["value"] == "Mainland China"
    first = page.one("li", id="step-1")
    assert "Who: China-Appointed Attesting Officer" in first.text
    link = first.children("a")[0].attributes["href"]
    assert link == "/providers?sector=NOT.CAA&jurisdiction=HK"
    assert routes_client.get(link, headers=HTML).status_code == 200


def test_stops_of_one_desk_share_a_frame_and_say_where(routes_client: TestClient) -> None:
    page = read(routes_client, "/routes", {"kind": "document"} | {"from": "CN", "to": "VN"})
    assert len(page.find("rect", class_="together")) == 1
    assert "Can be done with other steps at:" in page.one("li", id="step-1").text


def test_an_answer_shows_its_ground_its_checks_its_sources_and_what_it_is_not(
    routes_client: TestClient,
) -> None:
    page = read(routes_client, "/routes", {"kind": "award"} | {"from": "CN", "to": "VN"})
    assert "Vietnam: in force since 11 December 1995" in page.one("html").text
    assert page.one("h3", id="checks-title").text == "Check before you rely on it"
    sources = [a for a in page.find("a") if a.attributes["href"].startswith("http")]
    assert sources
    assert "not legal advice" in page.find("p", class_="notice")[-1].text


def test_another_day_has_another_answer_that_names_the_change(routes_client: TestClient) -> None:
    asked = {"kind": "document", "from": "CN", "to": "VN"}
    before = read(routes_client, "/routes", {"on": "2026-09-10"} | asked)
    assert "consular legalisation" in before.one("p", class_="answer").text
    assert before.one("p", class_="change").text == "From 2026-09-11 by apostille."
    after = read(routes_client, "/routes", {"on": "2026-09-11"} | asked)
    assert "apostille" in after.one("p", class_="answer").text
    assert not after.find("p", class_="change")


def test_a_day_is_kept_from_tab_to_tab(routes_client: TestClient) -> None:
    need = need_of(routes_client, "Shenzhen company, legal advice for a factory in Vietnam")
    page = read(routes_client, f"{need}/routes", {"on": "2026-09-10"})
    assert "consular legalisation" in page.one("p", class_="answer").text
    tabs = page.one("nav", class_="tabs").children("a")
    assert all(tab.attributes["href"].endswith("&on=2026-09-10") for tab in tabs)


def test_facts_of_the_case_are_kept_and_change_the_answer(routes_client: TestClient) -> None:
    asked = {"kind": "judgment", "from": "SG", "to": "CN"}
    without = read(routes_client, "/routes", asked)
    assert "open" not in without.one("details").attributes
    known = {"choice_of_court": "exclusive", "choice_concluded": "2025-01-01", "fact": "final"}
    given = read(routes_client, "/routes", asked | known)
    assert "open" in given.one("details").attributes
    assert "checked" in given.one("input", value="final").attributes
    assert given.one("input", id="choice_concluded").attributes["value"] == "2025-01-01"
    settled = {"kind": "settlement", "from": "SG", "to": "JP"}
    assert (
        "no treaty route" in read(routes_client, "/routes", settled).one("p", class_="answer").text
    )
    opted = read(routes_client, "/routes", {"fact": "opted_in"} | settled)
    assert "Singapore Convention" in opted.one("p", class_="answer").text


def test_nothing_is_asked_at_first_and_examples_can_be_followed(routes_client: TestClient) -> None:
    page = read(routes_client, "/routes")
    examples = page.one("ul", class_="examples-list").children("a")
    assert len(examples) == 5
    for example in examples:
        assert read(routes_client, example.attributes["href"]).one("p", class_="answer").text


@pytest.mark.parametrize(
    ("params", "field", "said"),
    [
        ({"from": "HK", "to": ""}, "to", "Name a place"),
        ({"from": "", "to": "CN"}, "from", "Name a place"),
        ({"from": "HK", "to": "HK"}, "to", "same place"),
        ({"from": "HK", "to": "hong kong"}, "to", "same place"),
        ({"from": "Vietnem", "to": "CN"}, "from", "Did you mean Vietnam?"),
        ({"from": "ASEAN", "to": "CN"}, "from", "several places"),
        ({"from": "SU", "to": "CN"}, "from", "Russia"),
        ({"from": "ZR", "to": "CN"}, "from", "Congo"),
        ({"from": "HK", "to": "CN", "on": "22/11/2026"}, "on", "1900 and 2100"),
        ({"from": "HK", "to": "CN", "on": "1899-12-31"}, "on", "1900 and 2100"),
        ({"from": "HK", "to": "CN", "on": "2026-02-30"}, "on", "1900 and 2100"),
        ({"from": "HK", "to": "CN", "kind": "parcel"}, "kind", "what travels"),
        ({"from": "HK", "to": "CN", "judgment_given": "x"}, "judgment_given", "1900 and 2100"),
    ],
)
def test_a_wrong_question_gets_one_error_at_its_field(
    routes_client: TestClient, params: dict[str, str], field: str, said: str
) -> None:
    page = read(routes_client, "/routes", params, status=422)
    assert len(page.one("div", id="error-summary").children("li")) == 1
    assert said in error(page)
    assert page.one("p", id=f"{field}-error").text == error(page)
    assert not page.find("svg", role="group")
    for name, typed in params.items():
        element = next(e for e in page.elements if e.attributes.get("id") == name)
        if element.tag == "input":
            assert element.attributes["value"] == typed


def test_a_wrong_day_on_the_routes_of_a_need_is_said_and_today_is_shown(
    routes_client: TestClient,
) -> None:
    page = read(routes_client, f"{need_of(routes_client)}/routes", {"on": "tomorrow"}, status=422)
    assert "1900 and 2100" in error(page)
    assert page.one("input", id="on").attributes["value"] == "tomorrow"
    assert page.find("svg", role="group")


@pytest.mark.parametrize(
    ("text", "said", "anchor"),
    [
        ("legal advice in Vietnam", "We do not know where you are.", "home"),
        ("We are a Shenzhen company", "where the work is", "add_target_jurisdictions"),
        ("help", "where you are, nor where the work is", "home"),
    ],
)
def test_a_missing_place_is_named_with_the_way_to_add_it(
    routes_client: TestClient, text: str, said: str, anchor: str
) -> None:
    need = need_of(routes_client, text)
    page = read(routes_client, f"{need}/routes")
    assert said in page.one("main", id="main").text
    links = [a.attributes["href"] for a in page.find("a", class_="button")]
    assert f"{need}/reading#{anchor}" in links
    form = read(routes_client, f"{need}/reading")
    assert anchor in form.ids


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant"])
def test_routes_are_in_the_readers_script(routes_client: TestClient, lang: str) -> None:
    page = read(
        routes_client, "/routes", {"lang": lang, "kind": "award"} | {"from": "HK", "to": "CN"}
    )
    for element in (*page.find("h1"), *page.find("h2"), *page.find("h3"), *page.find("h4")):
        assert script_of(element.text).value in {lang, "zh-Hans", "zh-Hant"}, element.text
    assert script_of(page.one("ol", id="steps").text).value == lang


def test_hostile_words_stay_words(routes_client: TestClient) -> None:
    bad = "<script>alert(1)</script>\"'"
    page = read(routes_client, "/routes", {"from": bad, "to": "CN"}, status=422)
    assert page.one("input", id="from").attributes["value"] == bad
    assert bad in error(page)
