import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.accounts import find_account
from core.identity.actor import UserKind
from core.identity.models import UserSession
from core.identity.resets import make_reset_link
from core.identity.sessions import FRESH
from core.identity.tokens import PREFIX
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML, PASSWORD, Known, make_person, post, settings_of, sign_in

NEW = "quite another set of words"


@pytest.fixture
def manager(guarded: TestClient, catalogue_sessions: SessionFactory) -> Known:
    person = make_person(catalogue_sessions, settings_of(guarded), is_manager=True)
    sign_in(guarded, person)
    return person


def another_browser(guarded: TestClient, person: Known, password: str = PASSWORD) -> str:
    """Sign in elsewhere; return the session's secret there."""
    there = TestClient(guarded.app)
    sign_in(there, person, password)
    return str(there.cookies.get("landbridge_session", default=""))


def is_signed_in(guarded: TestClient, secret: str) -> bool:
    answer = TestClient(guarded.app, cookies={"landbridge_session": secret}).get("/v1/me")
    return answer.status_code == 200


def test_another_password_signs_out_everywhere_else(guarded: TestClient, manager: Known) -> None:
    elsewhere = another_browser(guarded, manager)
    assert is_signed_in(guarded, elsewhere)
    wrong = post(guarded, "/account", "/account/password", current_password=NEW, password=NEW)
    assert wrong.status_code == 422
    done = post(guarded, "/account", "/account/password", current_password=PASSWORD, password=NEW)
    assert done.status_code == 303
    assert not is_signed_in(guarded, elsewhere)
    assert guarded.get("/account", headers=HTML, follow_redirects=False).status_code == 200
    assert another_browser(guarded, manager) == ""
    assert is_signed_in(guarded, another_browser(guarded, manager, NEW))


@pytest.mark.parametrize("password", ["short", "password", "11111111", "enterprise@example.com"])
def test_a_password_that_is_guessed_first_is_refused(
    guarded: TestClient, manager: Known, password: str
) -> None:
    said = post(
        guarded, "/account", "/account/password", current_password=PASSWORD, password=password
    )
    assert said.status_code == 422
    assert Parsed(said.text).one("input", id="new_password").attributes["aria-invalid"] == "true"


def test_how_one_signs_in_is_changed_only_by_whoever_has_just_signed_in(
    guarded: TestClient, manager: Known, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        session.execute(update(UserSession).values(created_at=utc_now() - FRESH * 1.1))
    for address in ("/account/tokens", "/account/recovery-codes", "/account/second-factor/remove"):
        led = post(guarded, "/account", address, name="x", scopes="read")
        assert led.headers["location"] == "/sign-in?again=1&next=/account"
    assert guarded.get("/second-factor", headers=HTML, follow_redirects=False).status_code == 303


def test_a_token_is_shown_once(guarded: TestClient, manager: Known) -> None:
    made = post(guarded, "/account", "/account/tokens", name="export", scopes="read", days="30")
    secret = Parsed(made.text).one("div", class_="secret").children("code")[0].text
    assert secret.startswith(PREFIX)
    its = {"Authorization": f"Bearer {secret}"}
    assert TestClient(guarded.app).get("/v1/me", headers=its).json()["email"] == manager.email
    assert secret not in guarded.get("/account", headers=HTML).text


def test_somebody_invited_makes_an_account_once(guarded: TestClient, manager: Known) -> None:
    made = post(guarded, "/organisation", "/organisation/invitations", email="new@example.com")
    link = Parsed(made.text).one("div", class_="secret").children("code")[0].text
    path = link.removeprefix("http://testserver")
    guarded.cookies.clear()
    shown = guarded.get(path, headers=HTML)
    assert "new@example.com" in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    done = post(guarded, path, path, name="新同事", password=NEW)
    assert done.headers["location"] == "/needs/new"
    me = guarded.get("/v1/me").json()
    assert (me["name"], me["email"], me["is_manager"]) == ("新同事", "new@example.com", False)
    assert me["organisation"]["id"] == manager.organisation_id
    assert guarded.get(path, headers=HTML).status_code == 404


def test_somebody_known_joins_with_the_account_that_was_invited_and_no_other(
    guarded: TestClient, manager: Known, catalogue_sessions: SessionFactory
) -> None:
    settings = settings_of(guarded)
    known = make_person(catalogue_sessions, settings, UserKind.PROVIDER, email="known@example.com")
    made = post(guarded, "/organisation", "/organisation/invitations", email=known.email)
    link = Parsed(made.text).one("div", class_="secret").children("code")[0].text
    path = link.removeprefix("http://testserver")
    page = Parsed(guarded.get(path, headers=HTML).text)
    token = page.find("input", name="form_token")[0].attributes["value"]
    refused = guarded.post(path, data={"form_token": token}, headers=HTML)
    assert refused.status_code == 403
    sign_in(guarded, known)
    assert post(guarded, path, path).headers["location"] == "/account"
    shown = Parsed(guarded.get("/account", headers=HTML).text)
    other = shown.one("input", name="organisation_id").attributes["value"]
    assert other == manager.organisation_id
    post(guarded, "/account", "/account/organisation", organisation_id=other)
    assert guarded.get("/v1/me").json()["organisation"]["id"] == manager.organisation_id


def test_an_invitation_that_is_taken_back_is_void(guarded: TestClient, manager: Known) -> None:
    made = post(guarded, "/organisation", "/organisation/invitations", email="new@example.com")
    page = Parsed(made.text)
    path = page.one("div", class_="secret").children("code")[0].text[len("http://testserver") :]
    (form,) = [f for f in page.find("form") if f.attributes["action"].endswith("/revoke")]
    post(guarded, "/organisation", form.attributes["action"])
    assert guarded.get(path, headers=HTML).status_code == 404


def test_a_forgotten_password_is_replaced_once_by_the_link(
    guarded: TestClient, manager: Known, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        account = find_account(session, settings_of(guarded).keyring, email=manager.email)
        assert account is not None
        path = f"/password/{make_reset_link(session, account.id, now=utc_now())}"
    inside = guarded.cookies["landbridge_session"]
    assert post(guarded, path, path, password=NEW[:7]).status_code == 422
    assert post(guarded, path, path, password=NEW).headers["location"] == "/sign-in"
    assert not is_signed_in(guarded, inside)
    assert guarded.get(path, headers=HTML).status_code == 404
    guarded.cookies.clear()
    assert sign_in(guarded, manager, NEW).status_code == 303


def test_operators_make_organisations_and_invite_their_first_managers(
    guarded: TestClient, catalogue_sessions: SessionFactory
) -> None:
    operator = make_person(
        catalogue_sessions, settings_of(guarded), UserKind.OPERATOR, has_app=True
    )
    sign_in(guarded, operator)
    made = post(
        guarded,
        "/organisations",
        "/organisations",
        name="Pearl River Tools",
        manager_email="ceo@example.com",
    )
    page = Parsed(made.text)
    assert "/invitations/" in page.one("div", class_="secret").text
    assert "Pearl River Tools" in page.one("main").text
    path = page.one("div", class_="secret").children("code")[0].text[len("http://testserver") :]
    guarded.cookies.clear()
    post(guarded, path, path, name="CEO", password=NEW)
    assert guarded.get("/organisation", headers=HTML, follow_redirects=False).status_code == 200
    assert guarded.get("/organisations", headers=HTML, follow_redirects=False).status_code == 403
