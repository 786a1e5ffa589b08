import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import Engine, event

from api.app import create_app
from api.v1.examples import VIETNAM_TEXT
from core.clock import utc_now
from core.db import SessionFactory, make_engine, transaction
from core.jobs import Job, JobState, enqueue
from core.migrations.runner import head_revision, upgrade_to_head
from providers.engine import EngineHolder, Status
from tests.conftest import make_settings
from tests.jobs.conftest import redis_url

__all__ = ["redis_url"]  # a fixture
Json = dict[str, Any]  # Any: a JSON document


def test_alive_whatever_the_database_says() -> None:
    app = create_app(make_settings("postgresql://landbridge@127.0.0.1:9/landbridge"))
    with TestClient(app) as client:
        assert client.get("/healthz").json() == {"status": "alive"}
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["state"] == "down"
        assert "retry-after" in response.headers
        verdicts = {check["name"]: check for check in response.json()["checks"]}
        assert verdicts["database"]["verdict"] == "the database does not answer"
        assert not any(check["is_ready"] for check in verdicts.values())


def test_ready_with_a_verdict_for_each_part(shared_client: TestClient) -> None:
    response = shared_client.get("/readyz")
    assert response.status_code == 200
    body = response.json()
    assert body["is_ready"] is True
    assert body["state"] == "ok"
    names = [check["name"] for check in body["checks"]]
    assert names == ["database", "schema", "engine", "index", "jobs"]
    assert all(check["is_ready"] and check["verdict"] for check in body["checks"])
    assert {check["state"] for check in body["checks"]} == {"ok"}
    assert head_revision() in body["checks"][1]["verdict"]


def test_not_ready_without_tables_and_then_without_a_catalogue(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with TestClient(create_app(make_settings(url))) as client:
        checks = {check["name"]: check for check in client.get("/readyz").json()["checks"]}
        assert checks["database"]["is_ready"]
        assert "landbridge migrate" in checks["schema"]["verdict"]
        assert not checks["engine"]["is_ready"]

        engine = make_engine(url)
        upgrade_to_head(engine)
        engine.dispose()
        response = client.get("/readyz")
        checks = {check["name"]: check for check in response.json()["checks"]}
        assert response.status_code == 503
        assert checks["schema"]["is_ready"]
        assert "landbridge demo" in checks["engine"]["verdict"]


def readiness(client: TestClient) -> tuple[int, str, Json]:
    response = client.get("/readyz")
    body = response.json()
    return response.status_code, body["state"], {one["name"]: one for one in body["checks"]}


@contextmanager
def with_redis(catalogue_url: str, redis_url: str) -> Generator[TestClient]:
    settings = make_settings(catalogue_url).model_copy(update={"redis_url": SecretStr(redis_url)})
    with TestClient(create_app(settings)) as client:
        yield client


def test_a_redis_that_is_gone_degrades_and_is_back_when_it_is(
    catalogue_url: str, redis_url: str
) -> None:
    gone = "redis://127.0.0.1:9/0"
    with with_redis(catalogue_url, gone) as client:
        status, state, checks = readiness(client)
        assert (status, state, checks["redis"]["state"]) == (200, "degraded", "degraded")
        assert "does not answer" in checks["redis"]["verdict"]
        assert "every request" in checks["redis"]["still_works"]
        assert client.post("/v1/needs", json={"text": VIETNAM_TEXT}).status_code == 201
    with with_redis(catalogue_url, redis_url) as client:
        status, state, checks = readiness(client)
        assert (status, state, checks["redis"]["state"]) == (200, "ok", "ok")


def test_a_redis_that_hangs_holds_nobody_up(catalogue_url: str) -> None:
    # It takes connections and never says a word. Waited for without end, no answer would come at all;
    # ten seconds are for machines that do other things too.
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        address = f"redis://127.0.0.1:{frozen.getsockname()[1]}/0"
        with with_redis(catalogue_url, address) as client:
            began = monotonic()
            assert client.get("/readyz").json()["state"] == "degraded"
            asked = monotonic()
            assert asked - began < 10
            assert client.post("/v1/needs", json={"text": VIETNAM_TEXT}).status_code == 201
            assert monotonic() - asked < 10


def test_a_redis_that_forgets_degrades(catalogue_url: str, redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        redis.config_set("maxmemory-policy", "allkeys-lru")
    with with_redis(catalogue_url, redis_url) as client:
        status, state, checks = readiness(client)
        assert (status, state) == (200, "degraded")
        assert "set it to noeviction" in checks["redis"]["verdict"]


def test_jobs_that_nobody_does_degrade(
    catalogue_url: str, catalogue_sessions: SessionFactory, redis_url: str
) -> None:
    with with_redis(catalogue_url, redis_url) as client:
        with transaction(catalogue_sessions) as session:
            job = enqueue(session, "none", {})
            parked = enqueue(session, "none", {})
        with transaction(catalogue_sessions) as session:
            session.get_one(Job, parked.id).state = JobState.PARKED
        status, state, checks = readiness(client)
        assert (status, state) == (200, "ok")
        assert "1 jobs are parked" in checks["jobs"]["verdict"]

        with transaction(catalogue_sessions) as session:
            session.get_one(Job, job.id).run_after = utc_now() - timedelta(minutes=2)
        status, state, checks = readiness(client)
        assert (status, state, checks["jobs"]["state"]) == (200, "degraded", "degraded")
        assert "landbridge worker" in checks["jobs"]["verdict"]


def test_a_worn_index_degrades(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/v1/match", json={"text": VIETNAM_TEXT})
    worn = Status(snapshot="index-7-abc.lbx", providers=10, changed=9, sequence=8, refused=())
    monkeypatch.setattr(EngineHolder, "status", worn)
    monkeypatch.setattr(EngineHolder, "rebuild_wanted", True)
    status, state, checks = readiness(client)
    assert (status, state) == (200, "degraded")
    assert "9 providers have changed" in checks["index"]["verdict"]
    assert "every match" in checks["index"]["still_works"]

    monkeypatch.setattr(EngineHolder, "rebuild_wanted", False)
    assert readiness(client)[1] == "ok"
    monkeypatch.setattr(EngineHolder, "status", replace(worn, refused=("another is damaged",)))
    assert "another is damaged" in readiness(client)[2]["index"]["verdict"]


def test_no_request_holds_two_connections(client: TestClient) -> None:
    engine: Engine = client.app.state.db_engine  # type: ignore[attr-defined]  # our application
    held = most = 0

    def take(*_: object) -> None:
        nonlocal held, most
        held += 1
        most = max(most, held)

    def give_back(*_: object) -> None:
        nonlocal held
        held -= 1

    event.listen(engine, "checkout", take)
    event.listen(engine, "checkin", give_back)
    need = client.post("/v1/needs", json={"text": VIETNAM_TEXT})
    address = need.headers["location"]
    recommendation = client.post(f"{address}/recommendations").headers["location"]
    client.put(address, json={"version": 1, "text": "roads in Thailand"})
    client.post("/v1/match", json={"text": VIETNAM_TEXT})
    for read in (address, recommendation, "/v1/providers", "/readyz", "/needs/new", "/providers"):
        assert client.get(read).status_code == 200, read
    assert (held, most) == (0, 1)
