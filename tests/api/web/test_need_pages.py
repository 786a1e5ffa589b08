"""From words to advisers as a browser without script sees it."""

import pytest
from fastapi.testclient import TestClient

from api.web.enterprise import EXAMPLES
from core.db import SessionFactory, transaction
from enterprises.schemas import MAX_TEXT_CHARACTERS
from matching.text.folding import script_of
from providers.catalogue_state import touch_catalogue
from providers.models import Provider, ProviderStatus
from tests import factories
from tests.api.web.parsed import Parsed
from tests.api.web.visits import form_token, read_matches, send_need

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }} roads in Vietnam"


def test_the_root_leads_to_the_first_page(shared_client: TestClient) -> None:
    answer = shared_client.get("/", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/needs/new"


def test_the_first_page_offers_an_example_in_each_script(shared_client: TestClient) -> None:
    page = Parsed(shared_client.get("/needs/new?lang=en").text)
    buttons = page.find("button", name="text")
    assert [button.attributes["value"] for button in buttons] == [
        "feasibility study for rural roads in Vietnam",
        "孟加拉国供水项目的施工监理",
        "在坦桑尼亞做電力項目審計",
    ]
    assert [button.lang for button in buttons] == ["en", "zh-Hans", "zh-Hant"]


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_each_example_finds_advisers_with_evidence_in_every_language(
    shared_client: TestClient, lang: str, example: str
) -> None:
    page = read_matches(shared_client, example, lang=lang)
    assert page.one("html").attributes["lang"] == lang
    assert example in page.one("h1").text
    cards = page.find("article", class_="card")
    assert 1 <= len(cards) <= 10
    links = page.find("ol", class_="cited")
    assert len(links) == len(cards)
    assert len(page.ids) == len(set(page.ids))


def test_the_reading_shows_each_fact_with_its_words_and_marks_them(
    shared_client: TestClient,
) -> None:
    page = read_matches(
        shared_client, "feasibility study for rural roads in Vietnam", lang="zh-Hant"
    )
    chips = [chip.text for chip in page.find("span", class_="chip")]
    assert "越南" in chips
    assert "Vietnam" in [quote.text for quote in page.find("q")]
    assert "Vietnam" in [mark.text for mark in page.find("mark")]
    said = page.one("p", class_="said")
    assert said.text == "feasibility study for rural roads in Vietnam"
    assert said.lang == "en"


def test_evidence_links_lead_to_the_cited_piece(shared_client: TestClient) -> None:
    page = read_matches(shared_client, "feasibility study for rural roads in Vietnam")
    link = next(
        element
        for element in page.find("a")
        if "#evidence-" in element.attributes["href"] and "rural roads" in element.text
    )
    address, _, anchor = link.attributes["href"].partition("#")
    profile = Parsed(shared_client.get(address).text)
    cited = profile.one("li", id=anchor)
    assert "is-cited" in cited.attributes["class"]
    assert "rural roads" in cited.text


def test_parts_of_the_score_add_up(shared_client: TestClient) -> None:
    page = read_matches(shared_client, "feasibility study for rural roads in Vietnam")
    at = next(i for i, e in enumerate(page.elements) if "parts" in e.attributes.get("class", ""))
    rest = page.elements[at + 1 :]
    table = rest[: next(i for i, e in enumerate(rest) if e.tag == "tfoot") + 5]
    *parts, total = [e.text for e in table if e.attributes.get("class") == "number"][1:]
    numbers = [float(part) for part in parts if part != "not known"]
    assert sum(numbers) == pytest.approx(float(total), abs=0.01 * len(numbers))
    assert "not known" in parts


def test_gaps_and_unknowns_stand_beside_reasons(shared_client: TestClient) -> None:
    page = read_matches(shared_client, "legal advice in Vietnam, in Chinese")
    unknown = {gap.text for gap in page.find("li", class_="unknown")}
    assert "Practising rights: not known" in unknown


def test_what_rules_left_out_is_counted(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        session.query(Provider).filter_by(name="Synthetic Roads Vietnam").update(
            {"status": ProviderStatus.SUSPENDED}
        )
        touch_catalogue(session)
    page = read_matches(client, "rural roads in Vietnam")
    assert "1 are suspended" in page.one("p", class_="counts").text
    names = [name.text for name in page.find("bdi")]
    assert "Synthetic Roads Vietnam" not in names


def test_where_nobody_is_left_the_page_says_what_would_open_it(shared_client: TestClient) -> None:
    body = {"sector_codes": ["LEG"], "languages_wanted": ["sw"], "languages_required": True}
    need = shared_client.post("/v1/needs", json=body).headers["location"]
    opening = shared_client.post(f"{need}/recommendations").json()["result"]["opening"]
    assert "languages" in [one["rule"] for one in opening]
    for lang in ("en", "zh-Hans", "zh-Hant"):
        page = shared_client.get(f"{need.removeprefix('/v1')}/matches?lang={lang}").text
        for one in opening:
            assert f"<li>{one['sentence'][lang]}</li>" in page


def test_change_your_words_brings_them_back(shared_client: TestClient) -> None:
    page = read_matches(shared_client, "道路設計\n在越南", lang="zh-Hant")
    link = page.one("a", class_="back")
    form = Parsed(shared_client.get(link.attributes["href"]).text)
    assert "".join(form.one("textarea").pieces) == "\n道路設計\n在越南"


@pytest.mark.parametrize("text", ["", "   \n\t "])
def test_an_empty_need_is_told_so_in_the_readers_language(
    shared_client: TestClient, text: str
) -> None:
    answer = send_need(shared_client, text, lang="zh-Hant")
    page = Parsed(answer.text)
    assert answer.status_code == 422
    assert page.one("title").text.startswith("錯誤：")
    summary = page.one("div", id="error-summary")
    assert "autofocus" in summary.attributes
    assert page.one("a", href="#text").text == "請告訴我們你的需求，一句話便可。"
    assert page.one("p", id="text-error").text == page.one("a", href="#text").text
    assert "text-error" in page.one("textarea").attributes["aria-describedby"]
    # The address of a form cannot be opened, so the switch leads to the form's own page.
    assert page.one("a", hreflang="en").attributes["href"] == "/needs/new?lang=en"


def test_the_limit_counts_characters_and_keeps_the_text(shared_client: TestClient) -> None:
    long = "越南公路😀" * (MAX_TEXT_CHARACTERS // 5)
    assert send_need(shared_client, long).status_code == 303
    answer = send_need(shared_client, long + "一")
    page = Parsed(answer.text)
    assert answer.status_code == 422
    assert "10,001" in page.one("p", id="text-error").text
    assert page.one("textarea").text == long + "一"


def test_line_ends_of_browsers_count_once(shared_client: TestClient) -> None:
    lines = "\r\n".join(["roads in Vietnam"] + ["a"] * ((MAX_TEXT_CHARACTERS - 16) // 2))
    assert send_need(shared_client, lines).status_code == 303


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "ถนนในเวียดนาม",
        "طرق في فيتنام",
        "🛣️🇻🇳",
        "\u202eroads in Vietnam",
        "%s %(n)s {0} ${x} roads",
        "a" * 3_000,
        "</textarea></p><h1>roads",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_any_text_gives_a_well_formed_page_with_one_heading(
    shared_client: TestClient, text: str
) -> None:
    sent = send_need(shared_client, text)
    assert sent.status_code in {303, 422}
    html = sent.text
    if sent.status_code == 303:
        html = shared_client.get(sent.headers["location"]).text
    page = Parsed(html)
    assert len(page.find("h1")) == 1
    assert not page.find("img")
    assert all(script.attributes.get("src") for script in page.find("script"))


def test_hostile_text_is_shown_as_it_was_typed(shared_client: TestClient) -> None:
    page = read_matches(shared_client, HOSTILE)
    assert page.one("p", class_="said").text == " ".join(HOSTILE.split())


def test_a_hostile_name_stays_a_name(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    name = 'Synthetic <b onclick="x()">Roads</b> & Söhne'
    with transaction(catalogue_sessions) as session:
        provider = factories.make_provider(session, name=name, home="VN", city="<i>Hanoi</i>")
        factories.make_evidence(
            session, provider, title="<u>rural roads</u>", description="roads in Vietnam"
        )
    page = read_matches(client, "rural roads in Vietnam")
    assert name in [element.text for element in page.find("bdi")]
    assert not page.find("u")
    assert not page.find("i")


def test_says_above_the_list_that_nobody_on_it_is_on_record_for_the_work(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        provider = factories.make_provider(session, name="Synthetic Unknown", home="VN")
        factories.make_evidence(session, provider)

    def notices(text: str) -> list[str]:
        found = [element.text for element in read_matches(client, text).find("p", class_="notice")]
        return [words for words in found if words.startswith("No firm shown here is on record")]

    assert len(notices("court interpreter in Vietnam")) == 1
    assert notices("feasibility study in Vietnam") == []


@pytest.mark.parametrize("text", ["a\x00b", "\x00"])
def test_characters_that_no_database_takes_are_refused(
    shared_client: TestClient, text: str
) -> None:
    answer = send_need(shared_client, text)
    assert answer.status_code == 422
    assert "characters that cannot be stored" in Parsed(answer.text).one("p", id="text-error").text


def test_a_need_of_the_api_is_matched_by_a_button(shared_client: TestClient) -> None:
    made = shared_client.post("/v1/needs", json={"target_jurisdictions": ["VN"]})
    path = f"/needs/{made.json()['id']}/matches"
    page = Parsed(shared_client.get(f"{path}?lang=en").text)
    assert page.one("h1").text == "Not matched yet: Vietnam"
    token = form_token(shared_client, path)
    sent = shared_client.post(path, data={"form_token": token}, follow_redirects=False)
    assert sent.status_code == 303
    assert "Vietnam" in Parsed(shared_client.get(sent.headers["location"]).text).one("h1").text


def test_a_changed_need_does_not_show_the_old_advisers(shared_client: TestClient) -> None:
    sent = send_need(shared_client, "rural roads in Vietnam")
    need_id = sent.headers["location"].split("/")[2]
    changed = shared_client.put(
        f"/v1/needs/{need_id}", json={"text": "audit in Tanzania", "version": 1}
    )
    assert changed.status_code == 200
    page = Parsed(shared_client.get(sent.headers["location"]).text)
    assert page.one("h1").text == "Not matched yet: audit in Tanzania"


@pytest.mark.parametrize(
    "path",
    [
        "/needs/00000000-0000-4000-8000-000000000000/matches",
        "/needs/new?from=00000000-0000-4000-8000-000000000000",
        "/providers/00000000-0000-4000-8000-000000000000",
        "/nothing-here",
    ],
)
def test_what_is_not_there_is_a_page_in_the_readers_language(
    shared_client: TestClient, path: str
) -> None:
    answer = shared_client.get(path, headers={"Accept": "text/html", "Cookie": "lang=zh-Hans"})
    page = Parsed(answer.text)
    assert answer.status_code == 404
    assert script_of(page.one("h1").text).value == "zh-Hans"


@pytest.mark.parametrize("path", ["/needs/seven/matches", "/providers/seven"])
def test_an_address_with_an_identifier_that_is_none_is_not_there(
    shared_client: TestClient, path: str
) -> None:
    answer = shared_client.get(path, params={"lang": "en"}, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert Parsed(answer.text).one("h1").text == "Page not found"
    assert "UUID" not in answer.text


def test_committee_members_may_read_a_need_only_while_its_box_is_ticked(
    shared_client: TestClient,
) -> None:
    token = form_token(shared_client)
    words = {"form_token": token, "text": "roads in Vietnam"}
    sent = shared_client.post(
        "/needs", data=words | {"may_be_judged": "true"}, follow_redirects=False
    )
    need = sent.headers["location"].removesuffix("/matches")
    assert shared_client.get(f"/v1{need}").json()["may_be_judged"] is True
    box = Parsed(shared_client.get(f"{need}/words").text).one("input", name="may_be_judged")
    assert "checked" in box.attributes

    changed = words | {"version": "1", "text": "rural roads in Vietnam"}
    assert shared_client.post(f"{need}/words", data=changed).status_code == 200
    assert shared_client.get(f"/v1{need}").json()["may_be_judged"] is False
    assert send_need(shared_client, "roads in Vietnam").status_code == 303
