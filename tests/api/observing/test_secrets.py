"""No secret of a person, a program or an endpoint is in any line of the log, at any level (S9)."""

import base64
import io
from collections.abc import Iterator
from typing import cast
from uuid import UUID

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from api.app import create_app
from core.clock import utc_now
from core.db import SessionFactory, reading, transaction
from core.identity.resets import make_reset_link
from core.outbox.models import WebhookSecret
from core.outbox.webhooks import SECRET_PURPOSE
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML, PASSWORD, Known, make_person, post, sign_in
from tests.conftest import make_settings
from tests.core.outbox.steps import RING, Simulation

GUESS = "another password that is wrong"
NEW = "five other words for later on"
FALSE_TOKEN = "lbr_" + "Ab1" * 14
ADDRESS = "https://hooks.example.invalid/landbridge"


class World:
    """The application as in production, and what was said in secret."""

    def __init__(self, client: TestClient) -> None:
        app = cast(FastAPI, client.app)
        self.client = client
        self.settings = app.state.settings
        self.sessions = cast(SessionFactory, app.state.sessions)
        self.secrets: dict[str, str] = {"wrong password": GUESS, "false token": FALSE_TOKEN}

    def sign_in(self) -> Known:
        person = make_person(self.sessions, self.settings, is_manager=True, has_app=True)
        assert sign_in(self.client, person, GUESS).status_code == 422
        assert sign_in(self.client, person).status_code == 303
        self.secrets |= {"password": PASSWORD, "seed of codes": person.seed,
                         "session": self.client.cookies["landbridge_session"]}  # fmt: skip
        return person

    def use_tokens(self) -> dict[str, str]:
        fields = {"name": "x", "scopes": ["read", "administer"], "days": "30"}
        shown = Parsed(self.client.get("/account", headers=HTML).text)
        form = {"form_token": shown.find("input", name="form_token")[-1].attributes["value"]}
        made = self.client.post("/account/tokens", data=form | fields, headers=HTML)
        token = next(word for word in made.text.replace("<", " ").replace(">", " ").split()
                     if word.startswith("lbr_"))  # fmt: skip
        self.secrets["token"] = token
        headers = {"Authorization": f"Bearer {token}"}
        assert self.client.get("/v1/me", headers=headers).status_code == 200
        false = {"Authorization": f"Bearer {FALSE_TOKEN}"}
        assert self.client.get("/v1/me", headers=false).status_code == 401
        return headers

    def deliver(self, headers: dict[str, str]) -> None:
        simulation = Simulation(self.sessions)
        made = self.client.post("/v1/webhooks", json={"url": ADDRESS}, headers=headers).json()
        assert self.client.post(f"/v1/webhooks/{made['id']}/test", headers=headers).is_success
        answers = iter((500, None, 204))
        simulation.receiver.answer = lambda _sent: next(answers)
        simulation.run_for(days=2)
        assert len(simulation.receiver.accepted) == 1
        with reading(self.sessions) as session:
            (kept,) = session.scalars(select(WebhookSecret))
        private = RING.open(kept.sealed, purpose=SECRET_PURPOSE)
        for number, sent in enumerate(simulation.receiver.seen):
            self.secrets[f"signature {number}"] = sent.headers["webhook-signature"]
        self.secrets |= {"webhook secret": base64.b64encode(private).decode(),
                         "webhook secret as digits": private.hex()}  # fmt: skip

    def forget_password(self, person: Known) -> None:
        with transaction(self.sessions) as session:
            link = make_reset_link(session, UUID(person.account_id), now=utc_now())
        self.secrets |= {"reset link": link, "new password": NEW}
        stranger = TestClient(self.client.app)
        answer = post(stranger, f"/password/{link}", f"/password/{link}", password=NEW)
        assert answer.status_code == 303
        assert stranger.get(f"/password/{link}", headers=HTML).status_code in {404, 410, 422}

    def found_in(self, text: str) -> set[str]:
        return {name for name, secret in self.secrets.items() if secret in text}


@pytest.fixture
def world(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An application whose jobs nobody else does."""
    monkeypatch.setattr("api.app.start_embedded", lambda *_: None)
    closed = {"open_access": False, "operators_without_sign_in": False}
    keys = {"sealing_keys": SecretStr(base64.b64encode(b"k" * 32).decode())}
    settings = make_settings(catalogue_url).model_copy(update=closed | keys)
    with TestClient(create_app(settings)) as client:
        yield World(client)


def test_no_secret_is_in_any_line(
    world: World, logged: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    caplog.set_level("WARNING", "httpx2")  # it asks: what it says is the caller's own log
    person = world.sign_in()
    world.deliver(world.use_tokens())
    world.forget_password(person)
    told = logged.getvalue() + caplog.text

    assert "event=request" in told
    assert "deliver_webhooks" in told
    assert len(world.secrets) == 13
    assert world.found_in(told) == set()

    for name, secret in world.secrets.items():
        structlog.get_logger().debug("careless", said=secret)
        assert name in world.found_in(logged.getvalue())
