"""Correcting a reading and changing the words, as a browser without script does it."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.web.reading_view import MAX_PHRASES
from core.db import SessionFactory
from enterprises.models import ReadingCorrection
from tests.api.web.parsed import Element, Parsed
from tests.api.web.visits import form_token, send_need

TEXT = "We are a Shenzhen company. Legal advice in Vietnam, not Thailand, in English"
HTML = {"Accept": "text/html"}


def make_need(client: TestClient, text: str = TEXT) -> str:
    sent = send_need(client, text)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"].removesuffix("/matches")


def read_page(client: TestClient, path: str, lang: str = "en") -> Parsed:
    answer = client.get(path, params={"lang": lang}, headers=HTML)
    assert answer.status_code == 200, answer.text
    return Parsed(answer.text)


def fields_of(page: Parsed) -> dict[str, list[str]]:
    """What a browser would send if the form were sent as it stands."""
    data: dict[str, list[str]] = {}
    for at, element in enumerate(page.elements):
        name = element.attributes.get("name")
        if element.tag == "input" and name:
            is_box = element.attributes.get("type") == "checkbox"
            if not is_box or "checked" in element.attributes:
                data.setdefault(name, []).append(element.attributes.get("value", "on"))
        if element.tag == "select" and name:
            chosen = [
                option.attributes["value"]
                for option in _options_of(page, at)
                if "selected" in option.attributes
            ]
            data.setdefault(name, []).append(chosen[0] if chosen else "")
    return data


def _options_of(page: Parsed, at: int) -> list[Element]:
    options: list[Element] = []
    for element in page.elements[at + 1 :]:
        if element.tag not in {"option", "optgroup"}:
            break
        if element.tag == "option":
            options.append(element)
    return options


def save(
    client: TestClient, need: str, changes: dict[str, list[str]], *, page: Parsed | None = None
) -> Response:
    shown = page or read_page(client, f"{need}/reading")
    data = fields_of(shown) | changes
    return client.post(f"{need}/reading", data=data, headers=HTML, follow_redirects=False)


def chips(client: TestClient, need: str) -> list[str]:
    return [chip.text for chip in read_page(client, f"{need}/matches").find("span", class_="chip")]


def without(data: dict[str, list[str]], key: str) -> list[str]:
    return [value for value in data["kept"] if value != key]


def test_saving_the_form_as_it_stands_changes_no_fact(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    before = chips(shared_client, need)
    assert save(shared_client, need, {}).status_code == 303
    assert chips(shared_client, need) == before
    assert "set by you" not in read_page(shared_client, f"{need}/matches").one("html").text


def test_a_correction_is_matched_marked_and_undone(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    page = read_page(shared_client, f"{need}/reading")
    changes = {
        "kept": without(fields_of(page), "target_jurisdictions:VN"),
        "add_target_jurisdictions": ["Bangladesh", ""],
    }
    sent = save(shared_client, need, changes, page=page)
    assert sent.status_code == 303
    matches = read_page(shared_client, f"{need}/matches")
    assert "Not matched yet" not in matches.one("h1").text
    assert "Bangladesh" in chips(shared_client, need)
    assert "Vietnam" not in chips(shared_client, need)
    assert "set by you" in [element.text for element in matches.find("span", class_="words")]
    assert [gone.text for gone in matches.find("s")] == ["Vietnam"]

    page = read_page(shared_client, f"{need}/reading")
    undo = {
        "back": ["target_jurisdictions:VN"],
        "kept": without(fields_of(page), "target_jurisdictions:BD"),
    }
    save(shared_client, need, undo, page=page)
    assert "Vietnam" in chips(shared_client, need)
    assert "Bangladesh" not in chips(shared_client, need)


def test_home_deadline_and_budget_are_set_and_undone(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    changes = {
        "home": ["Hong Kong"],
        "urgency": ["critical"],
        "deadline": ["2027-03-01"],
        "budget_min": ["1,000"],
        "budget_max": ["2000"],
        "budget_currency": ["hkd"],
        "budget_basis": ["per_month"],
    }
    assert save(shared_client, need, changes).status_code == 303
    shown = chips(shared_client, need)
    for said in (
        "Hong Kong",
        "Very urgent: within days",
        "by 1 March 2027",
        "HKD 1,000 to HKD 2,000 per month",
    ):
        assert said in shown
    undone = ["home_jurisdiction", "urgency", "deadline", "budget"]
    assert save(shared_client, need, {"undo": undone}).status_code == 303
    assert "Hong Kong" not in chips(shared_client, need)
    assert "Mainland China" in chips(shared_client, need)


def test_mistakes_keep_everything_that_was_typed(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    page = read_page(shared_client, f"{need}/reading", lang="zh-Hant")
    changes = {
        "kept": without(fields_of(page), "languages_wanted:en"),
        "add_target_jurisdictions": ["Vietnem", "泰國"],
        "budget_min": ["很多"],
        "use_for_training": ["true"],
    }
    answer = save(shared_client, need, changes, page=page)
    wrong = Parsed(answer.text)
    assert answer.status_code == 422
    assert wrong.one("title").text.startswith("錯誤：")
    assert "autofocus" in wrong.one("div", id="error-summary").attributes
    assert "越南" in wrong.one("a", href="#add_target_jurisdictions").text
    assert wrong.one("p", id="budget_min-error").text == wrong.one("a", href="#budget_min").text
    assert wrong.one("input", id="budget_min").attributes["aria-invalid"] == "true"
    typed = fields_of(wrong)
    assert typed["add_target_jurisdictions"][:2] == ["Vietnem", "泰國"]
    assert typed["budget_min"] == ["很多"]
    assert typed["use_for_training"] == ["true"]
    assert "languages_wanted:en" not in typed["kept"]
    assert len(wrong.ids) == len(set(wrong.ids))
    targets = {a.attributes["href"][1:] for a in wrong.find("a") if a.attributes["href"][0] == "#"}
    assert targets <= set(wrong.ids)


def test_a_need_changed_meanwhile_shows_both_and_saves_nothing(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    page = read_page(shared_client, f"{need}/reading")
    assert save(shared_client, need, {"add_languages_wanted": ["Vietnamese"]}).status_code == 303

    changes = {
        "kept": without(fields_of(page), "target_jurisdictions:VN"),
        "add_target_jurisdictions": ["Bangladesh", ""],
        "home": ["Singapore"],
    }
    answer = save(shared_client, need, changes, page=page)
    both = Parsed(answer.text)
    assert answer.status_code == 409
    wishes = [item.text for item in both.one("section", id="wishes").children("li")]
    assert wishes == ["Take out: Vietnam", "Add: Bangladesh"]
    assert "Stored now: Mainland China" in [hint.text for hint in both.find("p", class_="hint")]
    typed = fields_of(both)
    assert typed["home"] == ["Singapore"]
    assert "languages_wanted:vi" in typed["kept"]
    assert "target_jurisdictions:VN" not in typed["kept"]
    assert "Bangladesh" not in chips(shared_client, need)

    mistaken = save(shared_client, need, changes | {"home": ["Atlantis"]}, page=page)
    assert mistaken.status_code == 409, "a mistake in an old form is not the first thing to mend"

    assert save(shared_client, need, {}, page=both).status_code == 303
    after = chips(shared_client, need)
    assert {"Bangladesh", "Singapore", "Vietnamese"} <= set(after)
    assert "Vietnam" not in after


def test_consent_keeps_the_corrections_and_its_end_forgets_them(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    def kept() -> int:
        with catalogue_sessions() as session:
            wanted = UUID(need.rpartition("/")[2])
            return session.query(ReadingCorrection).filter_by(need_id=wanted).count()

    need = make_need(client)
    box = read_page(client, f"{need}/reading").one("input", name="use_for_training")
    assert "checked" not in box.attributes
    save(client, need, {"add_languages_wanted": ["Thai"]})
    assert kept() == 0
    save(client, need, {"use_for_training": ["true"]})
    assert kept() == 1
    save(client, need, {"use_for_training": []})
    assert kept() == 0


def test_a_need_of_the_api_without_words_can_be_corrected(shared_client: TestClient) -> None:
    made = shared_client.post("/v1/needs", json={"target_jurisdictions": ["VN"]})
    need = f"/needs/{made.json()['id']}"
    assert save(shared_client, need, {"add_target_jurisdictions": ["Thailand"]}).status_code == 303
    assert "Thailand" in chips(shared_client, need)
    answer = save(shared_client, need, {"kept": []})
    assert answer.status_code == 422
    assert "Nothing would be left" in Parsed(answer.text).one("div", id="error-summary").text


def test_a_form_of_another_browser_is_kept_and_not_saved(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    answer = save(shared_client, need, {"form_token": ["forged"], "add_languages_wanted": ["Thai"]})
    assert answer.status_code == 403
    assert fields_of(Parsed(answer.text))["add_languages_wanted"] == ["Thai", ""]
    assert "Thai" not in chips(shared_client, need)


@pytest.mark.parametrize("lang", ["en", "zh-Hans", "zh-Hant"])
def test_names_are_taken_in_any_script(shared_client: TestClient, lang: str) -> None:
    need = make_need(shared_client)
    page = read_page(shared_client, f"{need}/reading", lang=lang)
    changes = {"add_secondary_jurisdictions": ["新加坡"], "add_languages_wanted": ["Thai"]}
    assert save(shared_client, need, changes, page=page).status_code == 303
    assert {"Singapore", "Thai"} <= set(chips(shared_client, need))


def test_changed_words_keep_the_need_and_its_corrections(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    page = read_page(shared_client, f"{need}/reading")
    save(
        shared_client,
        need,
        {
            "kept": without(fields_of(page), "excluded_jurisdictions:TH"),
            "add_languages_wanted": ["Vietnamese"],
        },
        page=page,
    )
    words = read_page(shared_client, f"{need}/words")
    assert words.one("textarea").text == TEXT
    data = fields_of(words) | {"text": ["Audit in Bangladesh, not Thailand"]}
    sent = shared_client.post(f"{need}/words", data=data, headers=HTML, follow_redirects=False)
    assert sent.status_code == 303
    assert sent.headers["location"] == f"{need}/matches"
    after = chips(shared_client, need)
    assert {"Bangladesh", "Vietnamese"} <= set(after)
    assert "Thailand" not in after


def test_words_changed_meanwhile_are_shown_beside_those_typed(shared_client: TestClient) -> None:
    need = make_need(shared_client)
    old = fields_of(read_page(shared_client, f"{need}/words"))
    assert save(shared_client, need, {"add_languages_wanted": ["Thai"]}).status_code == 303
    answer = shared_client.post(
        f"{need}/words", data=old | {"text": ["Audit in Bangladesh"]}, headers=HTML
    )
    page = Parsed(answer.text)
    assert answer.status_code == 409
    assert page.one("textarea").text == "Audit in Bangladesh"
    assert page.one("p", class_="said").text == TEXT
    sent = shared_client.post(
        f"{need}/words",
        data=fields_of(page) | {"text": ["Audit in Bangladesh"]},
        headers=HTML,
        follow_redirects=False,
    )
    assert sent.status_code == 303
    assert "Thai" in chips(shared_client, need)


@pytest.mark.parametrize(("text", "status"), [("", 422), ("a" * 10_001, 422), ("a\x00b", 422)])
def test_words_that_cannot_be_a_need_are_told_so(
    shared_client: TestClient, text: str, status: int
) -> None:
    need = make_need(shared_client)
    data = fields_of(read_page(shared_client, f"{need}/words")) | {"text": [text]}
    answer = shared_client.post(f"{need}/words", data=data, headers=HTML)
    assert answer.status_code == status
    assert Parsed(answer.text).one("p", id="text-error").text
    assert TEXT in read_page(shared_client, f"{need}/matches").one("html").text


@pytest.mark.parametrize("page", ["reading", "words"])
def test_pages_of_a_need_that_is_not_there(shared_client: TestClient, page: str) -> None:
    path = f"/needs/00000000-0000-4000-8000-000000000000/{page}"
    assert shared_client.get(path, headers=HTML).status_code == 404
    token = form_token(shared_client)
    data = {"form_token": token, "version": "1", "text": "x"}
    assert shared_client.post(path, data=data, headers=HTML).status_code == 404


def questions(client: TestClient, need: str) -> str:
    asked = read_page(client, f"{need}/matches").find("p", class_="asking")
    return " ".join(element.text for element in asked)


def test_a_question_is_asked_until_it_is_answered(shared_client: TestClient) -> None:
    need = make_need(shared_client, "we need an audit")
    assert "did not name a place" in questions(shared_client, need)
    save(shared_client, need, {"add_target_jurisdictions": ["Tanzania"]})
    assert questions(shared_client, need) == ""


@pytest.mark.parametrize(
    ("text", "asked", "not_asked"),
    [
        ("Audit in Vietnam, not Vietnam", "both wanted and ruled out", "did not name a place"),
        ("我们在越南需要律师，不需要律师", "both wanted and ruled out", "found no kind of work"),
    ],
)
def test_a_contradiction_is_asked_about_once(
    shared_client: TestClient, text: str, asked: str, not_asked: str
) -> None:
    said = questions(shared_client, make_need(shared_client, text))
    assert asked in said
    assert not_asked not in said


def test_of_noise_only_some_phrases_are_shown(shared_client: TestClient) -> None:
    words = ("grumf", "blick", "snorp", "tweel", "quang")
    text = ". ".join(f"{words[n % 5]}{n} {words[n // 5 % 5]}{n}" for n in range(200))
    page = read_page(shared_client, f"{make_need(shared_client, text)}/matches")
    (said,) = [p.text for p in page.find("p", class_="hint") if "grumf0" in p.text]
    assert len(said.split(" · ")) == MAX_PHRASES + 1
    assert said.endswith("…")


def test_limits_in_the_words_of_the_text_are_shown_and_taken_out(
    shared_client: TestClient,
) -> None:
    need = make_need(shared_client, "Audit in Tanzania by a firm that is not Big Four")
    page = read_page(shared_client, f"{need}/reading")
    data = fields_of(page)
    limits = [key for key in data["shown"] if key.startswith("provider_constraints:")]
    assert [limit.partition(":")[2].casefold() for limit in limits] == ["not big four"]
    assert "not Big Four" in [quote.text for quote in page.find("q")]
    save(shared_client, need, {"kept": without(data, limits[0])}, page=page)
    gone = [element.text for element in read_page(shared_client, f"{need}/matches").find("s")]
    assert [words.casefold() for words in gone] == ["not big four"]
