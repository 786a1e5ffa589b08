"""Steps that tests of imports over HTTP share."""

from uuid import UUID, uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from core.db import SessionFactory
from core.job_runs import Outcome
from tests.providers.import_steps import as_csv, provider_row, work

CSV = {"Content-Type": "text/csv"}


def sessions_of(client: TestClient) -> SessionFactory:
    app = client.app
    assert isinstance(app, FastAPI)
    sessions: SessionFactory = app.state.sessions
    return sessions


def send(client: TestClient, content: bytes, **query: str) -> Response:
    asked = {"kind": "providers", "file_name": "firms.csv", **query}
    return client.post("/v1/imports", params=asked, content=content, headers=CSV)


def settle(client: TestClient, import_id: str) -> None:
    """Do the job of an import here, unless the worker of the server was sooner."""
    if work(sessions_of(client), UUID(import_id)) is Outcome.DONE:
        return
    for _ in range(2_000):
        found = client.get(f"/v1/imports/{import_id}").json()
        if found["state"] not in {"waiting", "applying", "undoing"}:
            return
    raise AssertionError(f"the import stays {found['state']}")


def import_ready_for(client: TestClient, path: str) -> str:
    """Return an import to which the operation at a path can be applied."""
    sent = send(client, as_csv([provider_row(uuid4().hex)])).json()
    import_id: str = sent["id"]
    settle(client, import_id)
    if path.endswith("/undo"):
        client.post(f"/v1/imports/{import_id}/confirm")
        settle(client, import_id)
    return import_id
