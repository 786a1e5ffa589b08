from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.actor import OPEN_ACCESS_ID
from core.identity.tokens import Scope, make_token
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.models import OutboxMessage
from core.outbox.notifying import notify
from tests.api.webhook_steps import ADDRESS
from tests.core.identity.people import make_member, make_organisation


def test_a_secret_is_shown_once_and_a_public_key_always(client: TestClient) -> None:
    for scheme, prefix in (("v1", "whsec_"), ("v1a", "whpk_")):
        made = client.post("/v1/webhooks", json={"url": ADDRESS, "scheme": scheme})
        assert made.status_code == 201
        assert made.json()["verification_key"].startswith(prefix)
        read = client.get(made.headers["location"])
        assert "verification_key" not in read.json()
        assert "whsec_" not in read.text + client.get("/v1/webhooks").text
        keys = [made.json()["verification_key"]] if scheme == "v1a" else []
        assert read.json()["public_keys"] == keys


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/x"],
)
def test_refuses_an_address_nothing_can_be_sent_to(client: TestClient, url: str) -> None:
    answer = client.post("/v1/webhooks", json={"url": url})

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/address-unusable"


def test_an_organisation_has_ten_at_most(client: TestClient) -> None:
    answers = [client.post("/v1/webhooks", json={"url": ADDRESS}) for _ in range(11)]

    assert [one.status_code for one in answers] == [201] * 10 + [409]
    assert answers[-1].json()["type"] == "/problems/too-many-webhooks"
    client.delete(answers[0].headers["location"])
    assert client.post("/v1/webhooks", json={"url": ADDRESS}).status_code == 201


def test_a_disabled_endpoint_cannot_be_tried_out(client: TestClient) -> None:
    address = client.post("/v1/webhooks", json={"url": ADDRESS}).headers["location"]
    disabled = client.post(f"{address}/disable").json()
    refused = client.post(f"{address}/test")
    enabled = client.post(f"{address}/enable").json()

    assert (disabled["state"], disabled["disabled_reason"]) == ("disabled", "by_hand")
    assert refused.json()["type"] == "/problems/webhook-disabled"
    assert (enabled["state"], enabled["disabled_reason"]) == ("enabled", None)
    assert client.post(f"{address}/test").status_code == 202


@pytest.fixture
def token(catalogue_sessions: SessionFactory) -> str:
    """Of somebody who manages an organisation of their own."""
    return _token(catalogue_sessions, is_manager=True)


def _token(sessions: SessionFactory, *, is_manager: bool) -> str:
    with transaction(sessions) as session:
        organisation_id = make_organisation(session)
        member = make_member(session, organisation_id=organisation_id, is_manager=is_manager)
        return make_token(
            session,
            account_id=member.account_id,
            organisation_id=organisation_id,
            name="a test",
            scopes=[Scope.READ, Scope.WRITE],
            now=utc_now(),
        )[1]


def test_what_belongs_to_another_organisation_is_not_there(client: TestClient, token: str) -> None:
    theirs = {"Authorization": f"Bearer {token}"}
    ours = client.post("/v1/webhooks", json={"url": ADDRESS}).json()["id"]
    requests = [
        ("GET", ""), ("DELETE", ""), ("POST", "/rotate"), ("POST", "/disable"),
        ("POST", "/enable"), ("POST", "/test"),
    ]  # fmt: skip

    for method, what in requests:
        json: dict[str, str] | None = {} if what == "/rotate" else None
        foreign = client.request(method, f"/v1/webhooks/{ours}{what}", headers=theirs, json=json)
        missing = client.request(method, f"/v1/webhooks/{uuid4()}{what}", headers=theirs, json=json)
        assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/webhook-not-found")
        assert len(foreign.content) == len(missing.content)
    assert client.get("/v1/webhooks", headers=theirs).json() == {"items": []}
    assert client.get(f"/v1/webhooks/{ours}").json()["state"] == "enabled"


def test_only_who_manages_an_organisation_makes_its_endpoints(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    plain = {"Authorization": f"Bearer {_token(catalogue_sessions, is_manager=False)}"}

    assert client.post("/v1/webhooks", json={"url": ADDRESS}, headers=plain).status_code == 403
    assert client.get("/v1/webhooks", headers=plain).status_code == 403
    assert client.get("/v1/notifications", headers=plain).status_code == 200


def test_lists_what_happened_page_by_page_and_to_nobody_else(
    client: TestClient, catalogue_sessions: SessionFactory, token: str
) -> None:
    began = utc_now() - timedelta(hours=1)
    with transaction(catalogue_sessions) as session:
        for number in range(5):
            notify(
                session,
                OPEN_ACCESS_ID,
                EventType.NEED_REMATCHED,
                f"need-{number % 2}",
                {"need_version": 1},
                now=began + timedelta(minutes=number // 2),
            )
        notify(session, PLATFORM_ID, EventType.JOB_PARKED, "a job", {"kind": "rematch"})

    seen: list[dict[str, object]] = []
    cursor: str | None = None
    while True:
        asked = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/notifications", params=asked).json()
        seen += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert len({one["id"] for one in seen}) == 5
    assert [one["timestamp"] for one in seen] == sorted(
        (str(one["timestamp"]) for one in seen), reverse=True
    )
    assert seen[0]["type"] == "need.rematched"
    assert seen[0]["data"] == {"id": "need-0", "sequence": 3, "need_version": 1}
    assert client.get("/v1/notifications", params={"event_type": "job.parked"}).json() == {
        "items": [],
        "next_cursor": None,
    }
    theirs = client.get("/v1/notifications", headers={"Authorization": f"Bearer {token}"})
    assert theirs.json()["items"] == []


def test_deleting_an_endpoint_takes_what_waits_for_it_along(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    address = client.post("/v1/webhooks", json={"url": ADDRESS}).headers["location"]
    client.post(f"{address}/test")

    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    with catalogue_sessions() as session:
        assert session.query(OutboxMessage).count() == 0
