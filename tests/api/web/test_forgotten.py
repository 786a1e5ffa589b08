"""A forgotten password, from the page to the letter and back."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from core.clock import utc_now
from core.db import SessionFactory, reading, transaction
from core.identity.models import OneTimeSecret
from core.job_runs import Outcome
from core.jobs import Job
from core.outbox.reset_letters import MAIL_RESET_LINK, ask_for_reset_link, mail_reset_link
from tests.api.web import mailing as steps
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML, PASSWORD, Known, make_person, post, settings_of, sign_in
from tests.core.outbox.steps import Postman

ADDRESS = "/forgotten-password"
OTHER = "three other unlikely words"


@pytest.fixture
def mailing(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with steps.mailing_app(catalogue_url, monkeypatch) as opened:
        yield opened


@pytest.fixture
def known(mailing: TestClient, catalogue_sessions: SessionFactory) -> Known:
    return make_person(catalogue_sessions, settings_of(mailing))


def deliver(client: TestClient, sessions: SessionFactory, postman: Postman) -> list[Outcome]:
    """Do what waits to be mailed."""
    return steps.deliver(client, sessions, postman, MAIL_RESET_LINK, mail_reset_link)


def link_in(postman: Postman) -> str:
    found = re.search(r"https://l\.example(/password/\S+)", postman.letters[-1].get_content())
    assert found is not None
    return found.group(1)


def test_a_link_comes_by_mail_and_is_good_once(
    mailing: TestClient, known: Known, catalogue_sessions: SessionFactory
) -> None:
    assert ADDRESS in mailing.get("/sign-in", headers=HTML).text
    post(mailing, ADDRESS, ADDRESS, email=known.email)
    postman = Postman()
    deliver(mailing, catalogue_sessions, postman)

    link = link_in(postman)
    assert postman.letters[0]["To"] == known.email
    assert post(mailing, link, link, password=OTHER).status_code == 303
    assert mailing.get(link, headers=HTML).status_code == 404
    assert sign_in(mailing, known, PASSWORD).status_code == 422
    assert sign_in(mailing, known, OTHER).status_code == 303


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_rows(
    mailing: TestClient, known: Known, catalogue_sessions: SessionFactory
) -> None:
    answers = [
        post(mailing, ADDRESS, ADDRESS, email=email)
        for email in (known.email, "nobody@example.com", "no address")
    ]
    postman = Postman()

    said = {Parsed(answer.text).one("main").text for answer in answers}
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len(said) == 1
    assert deliver(mailing, catalogue_sessions, postman) == [Outcome.DONE] * 3
    assert len(postman.letters) == 1


def test_a_secret_stands_in_no_row_and_a_second_try_makes_another(
    mailing: TestClient, known: Known, catalogue_sessions: SessionFactory
) -> None:
    post(mailing, ADDRESS, ADDRESS, email=known.email)
    postman = Postman(is_away=True)
    assert deliver(mailing, catalogue_sessions, postman) == [Outcome.FAILED]
    postman.is_away = False
    deliver(mailing, catalogue_sessions, postman)

    secret = link_in(postman).rpartition("/")[2]
    with reading(catalogue_sessions) as session:
        rows = [str(vars(one)) for one in session.scalars(select(Job))]
        rows += [str(vars(one)) for one in session.scalars(select(OneTimeSecret))]
    assert secret not in " ".join(rows)
    assert mailing.get(f"/password/{secret}", headers=HTML).status_code == 200


def test_asking_again_soon_sends_nothing_and_voids_nothing(
    mailing: TestClient, known: Known, catalogue_sessions: SessionFactory
) -> None:
    postman = Postman()
    for _ in range(2):
        post(mailing, ADDRESS, ADDRESS, email=known.email)
        deliver(mailing, catalogue_sessions, postman)
    assert len(postman.letters) == 1
    assert mailing.get(link_in(postman), headers=HTML).status_code == 200

    with transaction(catalogue_sessions) as session:
        session.execute(update(OneTimeSecret).values(created_at=utc_now() - timedelta(minutes=6)))
        ask_for_reset_link(session, None)
    post(mailing, ADDRESS, ADDRESS, email=known.email)
    deliver(mailing, catalogue_sessions, postman)
    assert len(postman.letters) == 2


def test_without_a_mail_server_there_is_no_page(guarded: TestClient) -> None:
    assert guarded.get(ADDRESS, headers=HTML).status_code == 404
    assert ADDRESS not in guarded.get("/sign-in", headers=HTML).text
