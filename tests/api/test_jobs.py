"""`/v1/jobs`: operators see what works beside the requests, stop it and try it again."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from core.db import SessionFactory, transaction
from core.jobs import Job, JobState
from core.settings import Environment
from tests.api.import_steps import sessions_of
from tests.api.job_steps import idle_server, queue
from tests.conftest import make_settings


@pytest.fixture
def client(catalogue_url: str) -> Iterator[TestClient]:
    with idle_server(make_settings(catalogue_url)) as opened:
        yield opened


@pytest.fixture
def sessions(client: TestClient) -> SessionFactory:
    return sessions_of(client)


def test_lists_jobs_in_pages_by_state_and_kind(
    client: TestClient, sessions: SessionFactory
) -> None:
    ids = [queue(sessions) for _ in range(3)]
    parked = queue(sessions, parent_id=UUID(ids[0]), parked=True)
    seen: list[str] = []
    query: dict[str, str | int] = {"limit": 2, "state": "queued"}
    while True:
        page = client.get("/v1/jobs", params=query).json()
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert sorted(seen) == sorted(ids)
    found = client.get("/v1/jobs", params={"state": "parked"}).json()["items"]
    assert [one["id"] for one in found] == [parked], "parts are shown where they are parked"
    of_kind = client.get("/v1/jobs", params={"kind": "work", "limit": 100}).json()["items"]
    assert {one["id"] for one in of_kind} == {*ids, parked}
    assert client.get("/v1/jobs", params={"kind": "other"}).json()["items"] == []


def test_a_parked_job_is_seen_tried_again_and_stopped(
    client: TestClient, sessions: SessionFactory
) -> None:
    address = f"/v1/jobs/{queue(sessions, parked=True)}"
    found = client.get(address).json()
    assert (found["state"], found["last_error"]) == ("parked", "ValueError: no such place")
    assert found["with_parts"] == {"states": {}, "done": 0, "total": None}

    again = client.post(f"{address}/retry")
    assert again.status_code == 200, again.text
    assert again.json()["state"] == "queued"
    stopped = client.post(f"{address}/cancel").json()
    assert stopped["state"] == "cancelled"

    late = client.post(f"{address}/cancel")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/job-finished")


def test_what_waits_is_not_tried_again(client: TestClient, sessions: SessionFactory) -> None:
    answer = client.post(f"/v1/jobs/{queue(sessions)}/retry")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/job-not-parked")


@pytest.mark.parametrize("step", ["", "/cancel", "/retry"])
def test_a_job_that_is_not_there_is_not_found(client: TestClient, step: str) -> None:
    ask = client.post if step else client.get
    answer = ask(f"/v1/jobs/{uuid4()}{step}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/job-not-found")


def test_only_operators_see_and_change_jobs(
    catalogue_url: str, catalogue_sessions: SessionFactory
) -> None:
    job_id = queue(catalogue_sessions)
    settings = make_settings(catalogue_url).model_copy(
        update={"environment": Environment.PRODUCTION}
    )
    with idle_server(settings) as client:
        answers = [
            client.get("/v1/jobs"),
            client.get(f"/v1/jobs/{job_id}"),
            client.post(f"/v1/jobs/{job_id}/cancel"),
            client.post(f"/v1/jobs/{job_id}/retry"),
            client.get("/ops/jobs"),
        ]
    assert [answer.status_code for answer in answers] == [401] * 5
    with transaction(catalogue_sessions) as session:
        assert session.get_one(Job, UUID(job_id)).state == JobState.QUEUED
