"""An enterprise registers, from the page to the letter and back."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import func, select, update

from core.clock import utc_now
from core.db import SessionFactory, reading, transaction
from core.identity.models import Account, OneTimeSecret, Organisation
from core.job_runs import Outcome
from core.jobs import Job
from core.outbox.registration_letters import MAIL_REGISTRATION, mail_registration
from jobs.retention import CLASSES
from tests.api.web import mailing as steps
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML, Known, make_person, post, settings_of
from tests.core.outbox.steps import Postman

ADDRESS = "/register"
EMAIL = "chan@pearl.example"
WORDS = "four words nobody joins"
OTHER = "quite another set of words"


@pytest.fixture
def open_to_all(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with steps.mailing_app(catalogue_url, monkeypatch, self_registration=True) as opened:
        yield opened


def register(client: TestClient, **fields: str) -> Response:
    typed = {"organisation": "Pearl River Tools", "name": "Chan Tai Man", "password": WORDS}
    return post(client, ADDRESS, ADDRESS, **(typed | {"email": EMAIL} | fields))


def deliver(client: TestClient, sessions: SessionFactory, postman: Postman) -> list[Outcome]:
    """Do what waits to be mailed."""
    return steps.deliver(client, sessions, postman, MAIL_REGISTRATION, mail_registration)


def link_in(postman: Postman) -> str:
    found = re.search(r"https://l\.example(/\S+)", postman.letters[-1].get_content())
    assert found is not None
    return found.group(1)


def count(sessions: SessionFactory) -> tuple[int, int]:
    """Count accounts and organisations."""
    with reading(sessions) as session:
        accounts = session.scalar(select(func.count()).select_from(Account))
        organisations = session.scalar(select(func.count()).select_from(Organisation))
    return accounts or 0, organisations or 0


def test_nothing_is_made_before_the_mailed_link_is_confirmed_with_the_password(
    open_to_all: TestClient, catalogue_sessions: SessionFactory
) -> None:
    before = count(catalogue_sessions)
    assert ADDRESS in open_to_all.get("/sign-in", headers=HTML).text
    register(open_to_all)
    postman = Postman()
    deliver(open_to_all, catalogue_sessions, postman)
    link = link_in(postman)
    early = post(open_to_all, "/sign-in", "/sign-in", email=EMAIL, password=WORDS)
    mistaken = post(open_to_all, link, link, password=OTHER)

    assert postman.letters[0]["To"] == EMAIL
    assert (early.status_code, mistaken.status_code) == (422, 422)
    assert count(catalogue_sessions) == before

    assert post(open_to_all, link, link, password=WORDS).status_code == 303
    me = open_to_all.get("/v1/me").json()
    with reading(catalogue_sessions) as session:
        made = session.scalars(
            select(Organisation).where(Organisation.name == "Pearl River Tools")
        ).one()
    assert me["email"] == EMAIL
    assert me["organisation"]["id"] == str(made.id)
    assert (made.kind, made.is_verified) == ("enterprise", False)
    assert open_to_all.get(link, headers=HTML).status_code == 404
    assert open_to_all.get("/organisation", headers=HTML).status_code == 200


def test_a_known_address_gets_the_same_answer_and_another_letter(
    open_to_all: TestClient, catalogue_sessions: SessionFactory
) -> None:
    known: Known = make_person(catalogue_sessions, settings_of(open_to_all))
    answers = [register(open_to_all, email=email) for email in (known.email, EMAIL)]
    over_the_api = [
        open_to_all.post(
            "/v1/registrations",
            json={"organisation": "P", "email": email, "name": "C", "password": WORDS},
        )
        for email in (known.email, "third@pearl.example")
    ]
    postman = Postman()

    assert len({Parsed(answer.text).one("main").text for answer in answers}) == 1
    assert [answer.status_code for answer in (*answers, *over_the_api)] == [200] * 2 + [202] * 2
    assert deliver(open_to_all, catalogue_sessions, postman) == [Outcome.DONE] * 3
    links = {
        letter["To"]: re.findall(r"l\.example/([a-z-]+)", letter.get_content())
        for letter in postman.letters
    }
    assert links == {
        known.email: ["sign-in"],
        EMAIL: ["register"],
        "third@pearl.example": ["register"],
    }


def test_what_waits_in_the_database_opens_nothing_and_a_second_try_makes_another_link(
    open_to_all: TestClient, catalogue_sessions: SessionFactory
) -> None:
    register(open_to_all)
    postman = Postman(is_away=True)
    assert deliver(open_to_all, catalogue_sessions, postman) == [Outcome.FAILED]
    postman.is_away = False
    deliver(open_to_all, catalogue_sessions, postman)

    link = link_in(postman)
    with reading(catalogue_sessions) as session:
        rows = " ".join(
            str(vars(one))
            for table in (Job, OneTimeSecret)
            for one in session.scalars(select(table))
        )
    assert link.rpartition("/")[2] not in rows
    assert EMAIL not in rows
    assert post(open_to_all, link, link, password=WORDS).status_code == 303


def test_asking_again_soon_mails_nothing_and_later_the_newer_one_stands(
    open_to_all: TestClient, catalogue_sessions: SessionFactory
) -> None:
    postman = Postman()
    for _ in range(2):
        register(open_to_all)
        deliver(open_to_all, catalogue_sessions, postman)
    assert len(postman.letters) == 1

    with transaction(catalogue_sessions) as session:
        session.execute(update(OneTimeSecret).values(created_at=utc_now() - timedelta(minutes=6)))
    register(open_to_all, password=OTHER)
    deliver(open_to_all, catalogue_sessions, postman)
    link = link_in(postman)
    assert len(postman.letters) == 2
    assert post(open_to_all, link, link, password=WORDS).status_code == 422
    assert post(open_to_all, link, link, password=OTHER).status_code == 303


def test_a_registration_ends_after_three_days_and_is_then_deleted(
    open_to_all: TestClient, catalogue_sessions: SessionFactory
) -> None:
    register(open_to_all)
    postman = Postman()
    deliver(open_to_all, catalogue_sessions, postman)
    with transaction(catalogue_sessions) as session:
        session.execute(update(OneTimeSecret).values(expires_at=utc_now() - timedelta(days=2)))
    assert open_to_all.get(link_in(postman), headers=HTML).status_code == 404

    of_secrets = next(one for one in CLASSES if one.name == "one-time secrets that have ended")
    with transaction(catalogue_sessions) as session:
        of_secrets.delete(session, of_secrets.before(utc_now()), 500)
        assert session.scalars(select(OneTimeSecret)).all() == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("organisation", " "),
        ("email", "no address"),
        ("name", ""),
        ("password", "12345678"),
        ("password", EMAIL),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    open_to_all: TestClient, field: str, typed: str
) -> None:
    answer = register(open_to_all, **{field: typed})

    assert answer.status_code == 422
    assert Parsed(answer.text).one("input", id=field).attributes["aria-invalid"] == "true"


def test_attempts_are_limited_for_an_address(open_to_all: TestClient) -> None:
    statuses = [register(open_to_all).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_where_it_is_off_there_is_no_page(guarded: TestClient) -> None:
    assert guarded.get(ADDRESS, headers=HTML).status_code == 404
    assert ADDRESS not in guarded.get("/sign-in", headers=HTML).text
