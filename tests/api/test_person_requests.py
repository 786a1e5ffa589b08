"""What people ask for over HTTP, in the days the law sets, and what operators do about it."""

import io
import json
import zipfile
from datetime import datetime
from uuid import uuid4

from fastapi.testclient import TestClient

from core.identity.actor import UserKind
from core.privacy.law import RequestKind
from tests.api.people_steps import bearer, store_member
from tests.api.provider_steps import store_person, store_request

LIST = "/v1/person-requests"


def operator_of(client: TestClient) -> dict[str, str]:
    return bearer(client, store_member(client, UserKind.OPERATOR))


def opened(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_anybody_takes_away_what_is_kept_of_them_and_of_nobody_else(client: TestClient) -> None:
    first, second = store_person(client), store_person(client, UserKind.PROVIDER)
    answer = client.get("/v1/me/export", headers=bearer(client, first))
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    files = opened(answer.content)
    told = json.loads(files["account.json"])["told"]
    assert told["name"] == "Synthetic Li"
    assert str(first.organisation_id) in files["account.json"]
    assert str(second.organisation_id) not in "".join(files.values())


def test_what_somebody_asks_for_is_due_as_their_law_says_and_is_asked_once(
    client: TestClient,
) -> None:
    person = store_person(client)
    its = bearer(client, person)
    made = client.post("/v1/me/requests", json={"kind": "correction"}, headers=its)
    assert made.status_code == 201
    assert made.json()["law"] == "HK-PDPO"
    days = datetime.fromisoformat(made.json()["carry_out_at"]) - datetime.fromisoformat(
        made.json()["received_at"]
    )
    assert days.days in {39, 40}
    again = client.post("/v1/me/requests", json={"kind": "correction"}, headers=its)
    assert again.json()["type"] == "/problems/person-request-open"
    waiting = client.get(LIST, headers=operator_of(client)).json()["items"]
    assert [one["id"] for one in waiting] == [made.json()["id"]]
    assert waiting[0]["person_id"] == str(person.account_id)
    assert client.get("/v1/me/requests", headers=its).json()["items"] == waiting
    other = bearer(client, store_person(client))
    assert client.get("/v1/me/requests", headers=other).json()["items"] == []


def test_an_operator_erases_whoever_asked_and_nobody_else(client: TestClient) -> None:
    person, operator = store_person(client), operator_of(client)
    its = bearer(client, person)
    asked = client.post("/v1/me/requests", json={"kind": "erasure"}, headers=its).json()["id"]
    unfit = client.get(f"{LIST}/{asked}/archive", headers=operator)
    assert unfit.json()["type"] == "/problems/person-request-unfit"
    assert client.post(f"{LIST}/{asked}/erasure", headers=its).status_code == 403

    done = client.post(f"{LIST}/{asked}/erasure", headers=operator)

    assert done.status_code == 200, done.text
    assert done.json()["outcome"] == "done"
    assert client.get("/v1/me", headers=its).status_code == 401
    assert client.get(LIST, headers=operator).json()["items"] == []
    [closed] = client.get(LIST, params={"is_open": False}, headers=operator).json()["items"]
    assert closed["id"] == asked
    again = client.post(f"{LIST}/{asked}/erasure", headers=operator)
    assert again.json()["type"] == "/problems/person-request-closed"


def test_a_letter_of_somebody_unknown_has_the_strictest_days_and_erases_nobody(
    client: TestClient,
) -> None:
    operator = operator_of(client)
    made = client.post(LIST, json={"kind": "erasure"}, headers=operator).json()
    assert (made["law"], made["person_id"]) == ("unknown", None)
    unfit = client.post(f"{LIST}/{made['id']}/erasure", headers=operator)
    assert unfit.json()["type"] == "/problems/person-request-unfit"
    answered = client.post(f"{LIST}/{made['id']}/answer", headers=operator).json()
    assert answered["answered_at"] is not None
    closing = {"outcome": "refused"}
    closed = client.post(f"{LIST}/{made['id']}/closing", json=closing, headers=operator).json()
    assert closed["outcome"] == "refused"
    nowhere = client.post(f"{LIST}/{uuid4()}/answer", headers=operator)
    assert nowhere.status_code == 404


def test_an_archive_is_handed_out_for_a_request_to_see_it(client: TestClient) -> None:
    person = store_person(client)
    asked = store_request(client, RequestKind.ACCESS, person.account_id)
    answer = client.get(f"{LIST}/{asked}/archive", headers=operator_of(client))
    assert str(person.organisation_id) in opened(answer.content)["account.json"]
