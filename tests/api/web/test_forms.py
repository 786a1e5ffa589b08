import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.web import forms
from core.settings import Settings
from tests.api.web.parsed import Parsed
from tests.api.web.visits import form_token, send_need

HERE = "http://testserver"


def test_a_token_of_another_key_is_not_ours() -> None:
    ours = Settings(secret_key=SecretStr("one"))
    theirs = Settings(secret_key=SecretStr("two"))
    assert forms.is_ours(forms.new_token(ours), ours)
    assert not forms.is_ours(forms.new_token(theirs), ours)
    assert not forms.is_ours("", ours)
    assert not forms.is_ours("value.", ours)


def test_the_cookie_is_for_this_site_and_not_for_scripts(client: TestClient) -> None:
    cookie = client.get("/needs/new").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_the_token_stays_the_same_for_a_browser(client: TestClient) -> None:
    assert form_token(client) == form_token(client)


@pytest.mark.parametrize("token", ["", "made.up", "ключ"])
def test_a_form_without_our_token_comes_back_with_its_text(client: TestClient, token: str) -> None:
    client.get("/needs/new?lang=en")
    answer = client.post("/needs", data={"text": "roads in Vietnam", "form_token": token})
    page = Parsed(answer.text)
    assert answer.status_code == 403
    assert page.one("title").text.startswith("Error:")
    assert page.one("textarea").text == "roads in Vietnam"


def test_a_token_of_another_browser_is_refused(client: TestClient) -> None:
    stolen = form_token(client)
    client.cookies.clear()
    client.get("/needs/new")
    answer = client.post("/needs", data={"text": "roads in Vietnam", "form_token": stolen})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
        {"Sec-Fetch-Site": "same-site", "Origin": HERE},
    ],
)
def test_a_form_from_elsewhere_is_refused_as_a_page(
    client: TestClient, headers: dict[str, str]
) -> None:
    answer = send_need(client, "roads in Vietnam", **headers)
    page = Parsed(answer.text)
    assert answer.status_code == 403
    assert page.one("h1").text == "This form was not sent from our page"
    assert not page.find("textarea"), "text that another site sent is not shown"


@pytest.mark.parametrize(
    "headers", [{"Origin": HERE}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {}]
)
def test_a_form_of_ours_passes(client: TestClient, headers: dict[str, str]) -> None:
    assert send_need(client, "roads in Vietnam", **headers).status_code == 303
