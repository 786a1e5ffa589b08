import base64
import os
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

import core.sealed_rows
from core.audit.models import AuditEvent
from core.db import SessionFactory, reading, transaction
from core.identity.accounts import create_account, find_account, read_person
from core.identity.actor import OPERATOR
from core.identity.invitations import invite, read_address
from core.identity.models import Invitation, PersonKey
from core.identity.registrations import (
    Registration,
    find_registration,
    keep_registration,
    make_registration_link,
    read_registration,
)
from core.outbox.endpoints import create_endpoint
from core.outbox.models import WebhookSecret
from core.outbox.schemas import WebhookCreate
from core.outbox.webhooks import SECRET_PURPOSE
from core.sealed_rows import count_sealed, find_key_fault, seal_anew
from core.sealing import Keyring
from tests.core.outbox.steps import make_manager

OLD, NEW, OTHER = (base64.b64encode(os.urandom(32)).decode() for _ in range(3))
BEFORE = Keyring.of([OLD], secret="")
BOTH = Keyring.of([NEW, OLD], secret="")
AFTER = Keyring.of([NEW], secret="", digest_key=BOTH.digest_key)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
EMAIL = "amy@jade.example"
HASH = "of no password"


@pytest.fixture
def link(sessions: SessionFactory) -> str:
    """Something of every kind, sealed with the old key; the secret of the link of a registration."""
    with transaction(sessions) as session:
        for number, email in enumerate((EMAIL, "ben@jade.example", "cai@jade.example")):
            create_account(
                session,
                BEFORE,
                email=email,
                name=f"Person {number}",
                script="en",
                password_hash=None,
                now=NOW,
            )
        manager = make_manager(session)
        wanted = WebhookCreate.model_validate({"url": "https://hooks.example.com/"})
        create_endpoint(session, manager, BEFORE, wanted=wanted, now=NOW)
        invite(
            session,
            BEFORE,
            OPERATOR,
            organisation_id=manager.tenant,
            email="dan@jade.example",
            kind=None,
            is_manager=True,
            now=NOW,
        )
        registration_id = keep_registration(session, BEFORE, _registration(), now=NOW)
        assert registration_id is not None
        return make_registration_link(session, BEFORE, registration_id, now=NOW)


def _registration() -> Registration:
    return read_registration(
        organisation="Jade", email="eve@jade.example", name="Eve", script="en", password_hash=HASH
    )


def _seal_anew(sessions: SessionFactory, ring: Keyring = BOTH) -> dict[str, int]:
    return seal_anew(sessions, OPERATOR, ring, report=lambda *_: None)


def _fault(sessions: SessionFactory, ring: Keyring) -> str | None:
    with reading(sessions) as session:
        return find_key_fault(session, ring)


def test_a_key_can_be_taken_out_once_everything_is_sealed_anew(
    sessions: SessionFactory, link: str
) -> None:
    told: list[tuple[str, int, int]] = []
    done = seal_anew(sessions, OPERATOR, BOTH, report=lambda *said: told.append(said))

    assert list(done.values()) == [3, 1, 1, 2]
    assert (told[0][1:], told[-1][1:]) == ((0, 7), (7, 7))
    with reading(sessions) as session:
        counts = count_sealed(session)
        assert {key for by_key in counts.values() for key in by_key} == {AFTER.ids[0]}
        amy = find_account(session, AFTER, email=EMAIL)
        assert amy is not None
        assert read_person(session, AFTER, amy.id).name == "Person 0"
        assert read_address(AFTER, session.scalars(select(Invitation)).one()) == "dan@jade.example"
        assert find_registration(session, AFTER, link, now=NOW) == _registration()
        sealed = session.scalars(select(WebhookSecret.sealed)).one()
        assert AFTER.open(sealed, purpose=SECRET_PURPOSE)
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "keys.renewed"))
        # One for each transaction, so that what is done stands in the trail wherever it is broken off.
        assert [event.subject_id for event in events] == [AFTER.ids[0].hex()] * 4
    assert _fault(sessions, AFTER) is None
    assert sum(_seal_anew(sessions).values()) == 0


@pytest.mark.usefixtures("link")
def test_keys_that_are_not_those_of_the_database_are_named(sessions: SessionFactory) -> None:
    assert _fault(sessions, BOTH) is None
    too_early = _fault(sessions, AFTER)
    assert too_early is not None
    assert "keys of people (3) and secrets of webhooks (1) were sealed with a key" in too_early
    _seal_anew(sessions)
    without_digests = _fault(sessions, Keyring.of([NEW], secret=""))
    assert without_digests is not None
    assert "LANDBRIDGE_DIGEST_KEY" in without_digests


def test_an_empty_database_has_no_fault(sessions: SessionFactory) -> None:
    assert _fault(sessions, BEFORE) is None
    assert sum(_seal_anew(sessions).values()) == 0


@pytest.mark.usefixtures("link")
def test_broken_off_it_goes_on_where_it_was(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.sealed_rows, "_AT_ONCE", 2)

    def break_off(_stage: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seal_anew(sessions, OPERATOR, BOTH, report=break_off)
    assert _fault(sessions, BOTH) is None
    assert list(_seal_anew(sessions).values()) == [1, 1, 1, 2]


@pytest.mark.usefixtures("link")
def test_what_none_of_the_keys_opens_is_left_as_it_is(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        first = session.scalars(select(PersonKey).order_by(PersonKey.person_id)).first()
        assert first is not None
        damaged = first.wrapped[:-1] + bytes([first.wrapped[-1] ^ 1])
        first.wrapped = damaged
        person_id = first.person_id

    assert list(_seal_anew(sessions).values()) == [2, 1, 1, 2]

    assert _fault(sessions, BOTH) is None
    with reading(sessions) as session:
        assert session.get_one(PersonKey, person_id).wrapped == damaged


@pytest.mark.usefixtures("link")
def test_what_changes_meanwhile_stays_as_it_becomes(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = b"sealed by somebody else at the same moment"
    with transaction(sessions) as session:
        key, before = session.execute(select(WebhookSecret.id, WebhookSecret.sealed)).one()
        session.execute(update(WebhookSecret).values(sealed=newer))
    stale = [[(key, before, SECRET_PURPOSE)]]
    monkeypatch.setattr(core.sealed_rows, "_after", lambda *_: stale.pop() if stale else [])

    assert sum(_seal_anew(sessions).values()) == 0

    with reading(sessions) as session:
        assert session.scalars(select(WebhookSecret.sealed)).one() == newer
