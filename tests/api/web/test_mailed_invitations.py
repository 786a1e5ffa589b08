"""Invitations where links are mailed: from whoever invites, by the letter, to the new member."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from core.clock import utc_now
from core.db import SessionFactory, reading, transaction
from core.identity.actor import SYSTEM
from core.identity.invitations import invite
from core.identity.models import Account, Invitation
from core.job_runs import Outcome
from core.outbox.invitation_letters import (
    MAIL_INVITATION,
    MOST_A_DAY,
    TooManyInvitations,
    ask_for_invitation_letter,
    mail_invitation,
)
from tests.api.people_steps import bearer, store_member
from tests.api.web import mailing as steps
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML, Known, make_person, post, settings_of, sign_in
from tests.core.outbox.steps import Postman

PAGE = "/organisation"
SENDING = "/organisation/invitations"
EMAIL = "li@pearl.example"
WORDS = "four words nobody joins"


@pytest.fixture
def mailing(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    with steps.mailing_app(catalogue_url, monkeypatch) as opened:
        yield opened


@pytest.fixture
def manager(mailing: TestClient, catalogue_sessions: SessionFactory) -> Known:
    known = make_person(catalogue_sessions, settings_of(mailing), is_manager=True)
    with transaction(catalogue_sessions) as session:
        session.execute(
            update(Account).where(Account.id == UUID(known.account_id)).values(script="zh-Hant")
        )
    sign_in(mailing, known)
    return known


def deliver(client: TestClient, sessions: SessionFactory, postman: Postman) -> list[Outcome]:
    """Do what waits to be mailed."""
    return steps.deliver(client, sessions, postman, MAIL_INVITATION, mail_invitation)


@pytest.mark.usefixtures("manager")
def test_whoever_invites_sees_the_address_and_the_link_goes_there_alone(
    mailing: TestClient, catalogue_sessions: SessionFactory
) -> None:
    shown = Parsed(post(mailing, PAGE, SENDING, email=EMAIL).text).one("main").text
    postman = Postman(is_away=True)
    assert deliver(mailing, catalogue_sessions, postman) == [Outcome.FAILED]
    postman.is_away = False
    deliver(mailing, catalogue_sessions, postman)

    (letter,) = postman.letters
    found = re.search(r"https://l\.example(/invitations/\S+)", letter.get_content())
    assert found is not None
    assert EMAIL in shown
    assert "/invitations/" not in shown
    assert (letter["To"], letter["Content-Language"]) == (EMAIL, "zh-Hant")
    newcomer = TestClient(mailing.app)
    accepted = post(newcomer, found.group(1), found.group(1), name="Li", password=WORDS)
    assert accepted.status_code == 303
    assert newcomer.get(found.group(1), headers=HTML).status_code == 404


def test_over_the_api_no_link_is_shown_either(mailing: TestClient) -> None:
    headers = bearer(mailing, store_member(mailing))
    answer = mailing.post("/v1/organisation/invitations", json={"email": EMAIL}, headers=headers)

    assert (answer.status_code, answer.json()["url"]) == (201, None)


@pytest.mark.usefixtures("manager")
def test_what_was_taken_back_is_not_mailed(
    mailing: TestClient, catalogue_sessions: SessionFactory
) -> None:
    post(mailing, PAGE, SENDING, email=EMAIL)
    with reading(catalogue_sessions) as session:
        made = session.scalars(select(Invitation.id)).one()
    post(mailing, PAGE, f"{SENDING}/{made}/revoke")
    postman = Postman()

    assert deliver(mailing, catalogue_sessions, postman) == [Outcome.DONE]
    assert postman.letters == []


def test_an_organisation_has_so_many_mailed_in_a_day(
    mailing: TestClient, manager: Known, catalogue_sessions: SessionFactory
) -> None:
    ring = settings_of(mailing).keyring

    def ask(number: int, *, days: int = 0) -> None:
        now = utc_now() + timedelta(days=days)
        with transaction(catalogue_sessions) as session:
            made, _secret = invite(
                session,
                ring,
                SYSTEM,
                organisation_id=UUID(manager.organisation_id),
                email=f"one{number}@pearl.example",
                kind=None,
                is_manager=False,
                now=now,
            )
            ask_for_invitation_letter(session, made, now=now)

    for number in range(MOST_A_DAY):
        ask(number)
    with pytest.raises(TooManyInvitations):
        ask(MOST_A_DAY)
    ask(MOST_A_DAY, days=2)


def test_without_a_mail_server_the_link_is_shown(
    guarded: TestClient, catalogue_sessions: SessionFactory
) -> None:
    known = make_person(catalogue_sessions, settings_of(guarded), is_manager=True)
    sign_in(guarded, known)

    assert (
        "/invitations/" in Parsed(post(guarded, PAGE, SENDING, email=EMAIL).text).one("code").text
    )
