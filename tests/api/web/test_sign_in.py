import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, func, select, update

from api.sign_in_counts import PER_ACCOUNT, PER_ADDRESS
from core.audit.queries import Wanted, list_events
from core.audit.vocabulary import PLATFORM_CHAIN, Action
from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.actor import UserKind
from core.identity.models import Account, AccountStatus, Membership, UserSession
from core.identity.second_factor import new_recovery_codes
from tests.api.web.parsed import Parsed
from tests.api.web.signing import (
    HTML,
    PASSWORD,
    Known,
    make_person,
    post,
    settings_of,
    sign_in,
)


@pytest.fixture
def enterprise(guarded: TestClient, catalogue_sessions: SessionFactory) -> Known:
    return make_person(catalogue_sessions, settings_of(guarded))


def test_whoever_signs_in_goes_on_where_they_wanted(guarded: TestClient, enterprise: Known) -> None:
    asked = guarded.get("/account", headers=HTML, follow_redirects=False)
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in?next=/account"

    answer = sign_in(guarded, enterprise, aim="/account")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/account"
    page = Parsed(guarded.get("/account", headers=HTML).text)
    assert enterprise.email in page.one("main").text
    assert "Test enterprise" in page.one("header").text


def test_the_cookie_is_for_this_host_over_tls_and_not_for_scripts(
    guarded: TestClient, enterprise: Known
) -> None:
    guarded.base_url = "https://testserver"
    answer = sign_in(guarded, enterprise)
    (cookie,) = [
        one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-landbridge=")
    ]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "path=/", "samesite=lax"} <= attributes
    assert not any(part.startswith(("domain", "max-age", "expires")) for part in attributes)


@pytest.mark.parametrize(
    "aim", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "javascript:1", ""]
)
def test_nobody_is_led_elsewhere(guarded: TestClient, enterprise: Known, aim: str) -> None:
    assert sign_in(guarded, enterprise, aim=aim).headers["location"] == "/needs/new"


def test_a_wrong_password_an_unknown_address_and_a_suspended_account_look_alike(
    guarded: TestClient, enterprise: Known, catalogue_sessions: SessionFactory
) -> None:
    answers = [sign_in(guarded, enterprise, "not the password")]
    answers.append(sign_in(guarded, Known("nobody@example.com", "", "")))
    with transaction(catalogue_sessions) as session:
        session.execute(update(Account).values(status=AccountStatus.SUSPENDED))
    answers.append(sign_in(guarded, enterprise))

    pages = [Parsed(answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert len({page.one("div", class_="error-summary").text for page in pages}) == 1
    assert all(page.one("title").text.startswith("Error:") for page in pages)
    assert PASSWORD not in "".join(answer.text for answer in answers)


def test_whoever_is_not_let_in_stands_in_the_trail_without_an_address(
    guarded: TestClient, catalogue_sessions: SessionFactory
) -> None:
    person = make_person(catalogue_sessions, settings_of(guarded), has_app=True)
    sign_in(guarded, person, "not the password")
    sign_in(guarded, Known("nobody@example.com", "", ""))
    post(guarded, "/sign-in", "/sign-in", email=person.email, password=PASSWORD)
    post(guarded, "/second-factor", "/second-factor", code="000 000")

    with transaction(catalogue_sessions) as session:
        events = list_events(session, Wanted(action=Action.ACCOUNT_SIGN_IN_FAILED), limit=10)
        asked = list_events(session, Wanted(action=Action.ACCOUNT_SECOND_FACTOR_ASKED), limit=10)
        found = [(one.tenant_id, one.subject_id, said) for one, said in reversed(events)]
    assert found == [
        (PLATFORM_CHAIN, person.account_id, '{"proof":"password"}'),
        (PLATFORM_CHAIN, "unknown", '{"proof":"password"}'),
        (PLATFORM_CHAIN, person.account_id, '{"proof":"code"}'),
    ]
    assert [str(one.tenant_id) for one, _said in asked] == [person.organisation_id]


def test_signing_out_makes_every_copy_of_the_cookie_void(
    guarded: TestClient, enterprise: Known, catalogue_sessions: SessionFactory
) -> None:
    sign_in(guarded, enterprise)
    stolen = guarded.cookies["landbridge_session"]
    left = post(guarded, "/account", "/sign-out")
    assert left.headers["location"] == "/sign-in"
    assert "landbridge_session" not in guarded.cookies
    guarded.cookies.set("landbridge_session", stolen)
    assert guarded.get("/account", headers=HTML, follow_redirects=False).status_code == 303
    with transaction(catalogue_sessions) as session:
        assert session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_a_form_of_another_session_is_stale(guarded: TestClient, enterprise: Known) -> None:
    sign_in(guarded, enterprise)
    old = Parsed(guarded.get("/account", headers=HTML).text)
    token = old.find("input", name="form_token")[0].attributes["value"]
    sign_in(guarded, enterprise)
    answer = guarded.post("/sign-out", data={"form_token": token}, headers=HTML)
    assert answer.status_code == 403


def test_six_attempts_a_minute_are_one_too_many_for_an_account(
    guarded: TestClient, enterprise: Known
) -> None:
    answers = [sign_in(guarded, enterprise, "wrong password") for _ in range(PER_ACCOUNT)]
    assert {answer.status_code for answer in answers} == {422}
    refused = sign_in(guarded, enterprise)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    unknown = Known("nobody@example.com", "", "")
    assert [sign_in(guarded, unknown).status_code for _ in range(PER_ACCOUNT + 1)] == [
        *[422] * PER_ACCOUNT,
        429,
    ]


def test_twenty_one_attempts_a_minute_are_one_too_many_for_an_address(
    guarded: TestClient,
) -> None:
    nobodies = [Known(f"nobody-{n}@example.com", "", "") for n in range(PER_ADDRESS + 1)]
    answers = [sign_in(guarded, nobody).status_code for nobody in nobodies]
    assert answers == [*[422] * PER_ADDRESS, 429]


def test_what_was_typed_survives_the_end_of_the_session(
    guarded: TestClient, enterprise: Known, catalogue_sessions: SessionFactory
) -> None:
    sign_in(guarded, enterprise)
    token = (
        Parsed(guarded.get("/needs/new", headers=HTML).text)
        .find("input", name="form_token")[0]
        .attributes["value"]
    )
    with transaction(catalogue_sessions) as session:
        session.execute(delete(UserSession))
    said = "道路 audit in Vietnam <b>"
    asked = guarded.post("/account/tokens", data={"text": said, "form_token": token}, headers=HTML)
    page = Parsed(asked.text)
    assert asked.status_code == 401
    fields = {
        e.attributes["name"]: e.attributes["value"] for e in page.find("input", type="hidden")
    }
    assert said not in asked.text

    answer = guarded.post(
        "/sign-in",
        data={
            "email": enterprise.email,
            "password": PASSWORD,
            "form_token": fields["form_token"],
            "kept": fields["kept"],
        },
        headers=HTML,
    )

    form = Parsed(answer.text).find("form", action="/account/tokens")[0]
    sent = {e.attributes["name"]: e.attributes["value"] for e in form.children("input")}
    assert sent["text"] == said
    assert (
        guarded.post(
            "/account/tokens", data=sent | {"name": "kept", "scopes": "read"}, headers=HTML
        ).status_code
        == 200
    )


def test_what_another_site_sends_is_not_kept(guarded: TestClient) -> None:
    answer = guarded.post(
        "/account/tokens",
        data={"name": "theirs"},
        headers=HTML | {"Sec-Fetch-Site": "cross-site"},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_program_is_told_by_status_and_not_led_to_a_page(guarded: TestClient) -> None:
    answer = guarded.get("/v1/imports")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", [UserKind.OPERATOR, UserKind.COMMITTEE, UserKind.ADMINISTRATOR])
def test_who_needs_a_second_factor_sets_it_up_before_anything_else(
    guarded: TestClient, catalogue_sessions: SessionFactory, kind: UserKind
) -> None:
    person = make_person(catalogue_sessions, settings_of(guarded), kind)
    sign_in(guarded, person)
    weak = guarded.cookies["landbridge_session"]
    for address in (
        ("/account", "/ops/imports") if kind is not UserKind.COMMITTEE else ("/account",)
    ):
        led = guarded.get(address, headers=HTML, follow_redirects=False)
        assert led.headers["location"].startswith("/second-factor?next=")
    assert guarded.get("/v1/imports").status_code == 403

    page = Parsed(guarded.get("/second-factor", headers=HTML).text)
    assert page.find("svg", class_="qr")
    sealed = page.one("input", name="seed").attributes["value"]
    seed = "".join(page.one("p", class_="key").text.split())
    known = Known(person.email, person.account_id, person.organisation_id, seed)
    done = post(guarded, "/second-factor", "/second-factor/app", seed=sealed, code=known.code())

    assert done.status_code == 200
    codes = [e.text for e in Parsed(done.text).one("ul", class_="codes").children("code")]
    assert len(set(codes)) == 10
    assert guarded.get("/account", headers=HTML, follow_redirects=False).status_code == 200
    assert guarded.cookies["landbridge_session"] != weak


def test_a_code_is_taken_once_and_before_it_there_is_no_session(
    guarded: TestClient, catalogue_sessions: SessionFactory
) -> None:
    person = make_person(catalogue_sessions, settings_of(guarded), has_app=True)
    first = post(guarded, "/sign-in", "/sign-in", email=person.email, password=PASSWORD)
    assert first.headers["location"].startswith("/second-factor")
    assert "landbridge_session" not in guarded.cookies
    assert guarded.get("/account", headers=HTML, follow_redirects=False).status_code == 303
    code = person.code()
    assert post(guarded, "/second-factor", "/second-factor", code="000 000").status_code == 422
    assert post(guarded, "/second-factor", "/second-factor", code=code).status_code == 303
    assert guarded.get("/account", headers=HTML, follow_redirects=False).status_code == 200

    post(guarded, "/account", "/sign-out")
    post(guarded, "/sign-in", "/sign-in", email=person.email, password=PASSWORD)
    assert post(guarded, "/second-factor", "/second-factor", code=code).status_code == 422


def test_a_recovery_code_lets_in_once(
    guarded: TestClient, catalogue_sessions: SessionFactory
) -> None:
    person = make_person(catalogue_sessions, settings_of(guarded), has_app=True)
    with transaction(catalogue_sessions) as session:
        account_id = session.scalars(select(Account.id)).one()
        code = new_recovery_codes(session, account_id, now=utc_now())[3]
    for status in (303, 422):
        guarded.cookies.clear()
        post(guarded, "/sign-in", "/sign-in", email=person.email, password=PASSWORD)
        written = code.upper().replace("-", " ")
        shown = post(guarded, "/second-factor", "/second-factor", code=written)
        assert shown.status_code == status


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(
    guarded: TestClient, catalogue_sessions: SessionFactory
) -> None:
    person = make_person(catalogue_sessions, settings_of(guarded), UserKind.OPERATOR, has_app=True)
    sign_in(guarded, person)
    assert guarded.get("/v1/imports").status_code == 200
    with transaction(catalogue_sessions) as session:
        session.execute(update(Membership).values(kind=UserKind.COMMITTEE))
    assert guarded.get("/v1/imports").status_code == 403
    with transaction(catalogue_sessions) as session:
        session.execute(delete(Membership))
    assert guarded.get("/v1/imports").status_code == 401


def test_a_firm_begins_at_its_profile_and_is_led_there_from_every_page(
    guarded: TestClient, catalogue_sessions: SessionFactory
) -> None:
    person = make_person(catalogue_sessions, settings_of(guarded), UserKind.PROVIDER)
    assert sign_in(guarded, person).headers["location"] == "/provider"
    links = [
        one.attributes["href"]
        for one in Parsed(guarded.get("/providers", headers=HTML).text).find("a")
        if "href" in one.attributes
    ]
    assert "/provider" in links
    assert "/needs/new" not in links
