from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from api.app import create_app
from api.v1.examples import VIETNAM_TEXT
from core.db import make_engine
from core.migrations.runner import head_revision, upgrade_to_head
from tests.conftest import make_settings


def test_alive_whatever_the_database_says() -> None:
    app = create_app(make_settings("postgresql://landbridge@127.0.0.1:9/landbridge"))
    with TestClient(app) as client:
        assert client.get("/healthz").json() == {"status": "alive"}
        response = client.get("/readyz")
        assert response.status_code == 503
        assert "retry-after" in response.headers
        verdicts = {check["name"]: check for check in response.json()["checks"]}
        assert verdicts["database"]["verdict"] == "the database does not answer"
        assert not any(check["is_ready"] for check in verdicts.values())


def test_ready_with_a_verdict_for_each_part(shared_client: TestClient) -> None:
    response = shared_client.get("/readyz")
    assert response.status_code == 200
    body = response.json()
    assert body["is_ready"] is True
    assert [check["name"] for check in body["checks"]] == ["database", "schema", "engine"]
    assert all(check["is_ready"] and check["verdict"] for check in body["checks"])
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
