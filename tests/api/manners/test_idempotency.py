"""A request that is repeated with its key is answered as it was, and done once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from api.app import create_app
from api.manners import idempotency
from api.manners.idempotency import HEADER, REPLAYED
from core.db import transaction
from core.idempotency import KEPT, RETENTION, KeptAnswer, forget_answers_to
from enterprises import service
from enterprises.models import Need
from tests.api.import_steps import CSV, sessions_of
from tests.conftest import make_settings
from tests.providers.import_steps import as_csv, provider_row

BODY = {"sector_codes": ["BLT"]}


def post(client: TestClient, key: str, body: object = BODY, address: str = "/v1/needs") -> Response:
    return client.post(address, json=body, headers={HEADER: key})


def needs_of(client: TestClient) -> int:
    with sessions_of(client)() as session:
        return session.scalar(select(func.count()).select_from(Need)) or 0


def test_the_same_again_is_the_same_answer_and_done_once(client: TestClient) -> None:
    first = post(client, "a")
    again = post(client, "a")

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert needs_of(client) == 1


def test_another_request_with_the_key_is_refused(client: TestClient) -> None:
    post(client, "a")

    answer = post(client, "a", {"sector_codes": ["LEG"]})

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")
    assert needs_of(client) == 1


def test_a_key_of_one_address_is_no_key_of_another(client: TestClient) -> None:
    need = post(client, "a").headers["location"]

    made = post(client, "a", {"top": 1}, f"{need}/recommendations")
    other = post(client, "a", {"top": 1}, f"/v1/needs/{uuid4()}/recommendations")

    assert made.status_code == 201
    # The same kind of request for something else: the key tells of the first one.
    assert other.json()["type"] == "/problems/key-reused"


def test_what_the_handler_refused_stays_refused(client: TestClient) -> None:
    address = f"/v1/needs/{uuid4()}/recommendations"

    first = post(client, "a", {}, address)
    again = post(client, "a", {}, address)

    assert first.status_code == again.status_code == 404
    assert again.content == first.content
    assert again.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body", [{"sector_codes": ["NONE"]}, {"txt": "x"}, {"text": 3}, {}, [1]], ids=str
)
def test_what_cannot_be_used_uses_up_no_key(client: TestClient, body: object) -> None:
    assert post(client, "a", body).status_code == 422

    assert post(client, "a").status_code == 201


def test_a_failure_is_told_again_and_leaves_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = service.create_need

    def fail(*given: Any, **named: Any) -> None:  # noqa: ANN401 whatever the function takes
        create(*given, **named)
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(service, "create_need", fail)
    first = post(client, "a")
    monkeypatch.undo()
    again = post(client, "a")

    assert first.status_code == again.status_code == 500
    assert again.content == first.content
    assert needs_of(client) == 0


def test_a_key_is_one_to_255_visible_characters(client: TestClient) -> None:
    assert post(client, "x" * 255).status_code == 201
    for key in ("", "x" * 256, "\t", "é", "a\x7f"):
        answer = client.post("/v1/needs", json=BODY, headers={HEADER.encode(): key.encode()})
        assert answer.status_code == 422, key
        assert HEADER.lower() in answer.json()["errors"][0]["pointer"].lower()


def test_after_a_day_a_key_is_forgotten(client: TestClient) -> None:
    post(client, "a")
    post(client, "b")
    with transaction(sessions_of(client)) as session:
        row = session.scalars(select(KeptAnswer).where(KeptAnswer.key == "a")).one()
        row.created_at -= KEPT
        now = row.created_at + KEPT

    assert REPLAYED not in post(client, "a").headers
    assert needs_of(client) == 3
    (kept,) = RETENTION
    with transaction(sessions_of(client)) as session:
        late = kept.before(now + KEPT + timedelta(minutes=1))
        assert kept.delete(session, late, 100) == 2
        assert session.scalars(select(KeptAnswer)).all() == []


def test_answers_go_with_whom_they_were_for(client: TestClient) -> None:
    post(client, "a")
    with transaction(sessions_of(client)) as session:
        forget_answers_to(session, "somebody-else")
        kept = session.scalars(select(KeptAnswer)).one()
        forget_answers_to(session, kept.actor_id)

    assert REPLAYED not in post(client, "a").headers


def test_a_file_that_is_sent_again_is_read_and_compared(client: TestClient) -> None:
    def send(table: bytes) -> Response:
        return client.post(
            "/v1/imports", params={"kind": "providers"}, content=table, headers={**CSV, HEADER: "f"}
        )

    table = as_csv([provider_row("a")])
    first = send(table)
    again = send(table)

    assert (again.status_code, again.content) == (202, first.content)
    assert first.json()["is_repeat"] is False
    assert send(as_csv([provider_row("b")])).json()["type"] == "/problems/key-reused"
    assert send(table + b" " * 21_000_000).status_code in {413, 422}


def test_of_twenty_at_once_one_is_done(client: TestClient) -> None:
    start = Barrier(20)

    def send(_number: int) -> Response:
        start.wait()
        return post(client, "a")

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(send, range(20)))

    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    refused = [answer.json()["type"] for answer in answers if answer.status_code == 409]
    assert set(refused) <= {"/problems/key-in-progress"}
    assert needs_of(client) == 1
    assert post(client, "a").headers[REPLAYED] == "true"


def test_a_request_in_hand_is_not_begun_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = Event(), Event()
    create = service.create_need

    def wait(*given: Any, **named: Any) -> Need:  # noqa: ANN401 whatever the function takes
        begun.set()
        assert go_on.wait(60)
        return create(*given, **named)

    monkeypatch.setattr(service, "create_need", wait)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(post, client, "a")
        assert begun.wait(60)
        second = post(client, "a")
        go_on.set()
        assert first.result().status_code == 201

    assert (second.status_code, second.json()["type"]) == (409, "/problems/key-in-progress")
    assert post(client, "a").content == first.result().content


@pytest.fixture
def other_process(catalogue_url: str, client: TestClient) -> Iterator[TestClient]:
    """A second server on the database of `client`, which shares nothing else with it."""
    with TestClient(create_app(make_settings(catalogue_url))) as opened:
        yield opened


def test_of_two_processes_one_does_it(
    client: TestClient, other_process: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked before the first wrote: the row decides."""
    assert needs_of(client) == 0

    def look_first(*_: object) -> None:
        monkeypatch.undo()
        assert post(client, "a").status_code == 201

    monkeypatch.setattr(idempotency, "_find", look_first)
    late = post(other_process, "a")

    assert (late.status_code, late.json()["type"]) == (409, "/problems/key-in-progress")
    assert needs_of(client) == 1
    assert post(other_process, "a").headers[REPLAYED] == "true"


def test_a_commit_that_fails_keeps_no_answer(client: TestClient) -> None:
    sessions = sessions_of(client)

    def fail(_session: Session) -> None:
        raise RuntimeError("the power goes")

    event.listen(sessions.class_, "before_commit", fail)
    try:
        assert post(client, "a").status_code == 500
    finally:
        event.remove(sessions.class_, "before_commit", fail)

    assert needs_of(client) == 0
    assert REPLAYED not in post(client, "a").headers
    assert needs_of(client) == 1
