import json
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.app import create_app
from api.problems import known_types
from api.v1.examples import VIETNAM_TEXT
from core.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    InvalidState,
    NotFound,
    PlatformError,
    RateLimited,
    Unavailable,
)
from tests.conftest import make_settings

Json = dict[str, Any]  # Any: decoded JSON
PRIVATE = "the text of somebody's need"


def assert_problem(response: Response, status: int, code: str) -> Json:
    headers = response.headers
    body: Json = response.json()
    assert response.status_code == status
    assert headers["content-type"] == "application/problem+json"
    assert body["type"] == f"/problems/{code}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == f"urn:uuid:{UUID(headers['x-request-id'])}"
    return body


@pytest.fixture
def broken(tmp_path: Path) -> Iterator[TestClient]:
    """The application with routes that fail, on a database that has no tables."""
    app = create_app(make_settings(f"sqlite:///{tmp_path / 'empty.db'}"))
    for error in _ERRORS:
        _add_failing_route(app, error)
    with TestClient(app) as client:
        yield client


class Odd(Exception):
    pass


_ERRORS: tuple[Exception, ...] = (
    NotFound(),
    Forbidden(),
    Conflict(),
    InvalidState(),
    InvalidInput(),
    RateLimited(),
    Unavailable(),
    Odd(PRIVATE),
    OperationalError("SELECT 1", {"text": PRIVATE}, Exception("server closed the connection")),
    DataError("INSERT", {"text": PRIVATE}, Exception("out of range")),
    PoolTimeoutError("no connection"),
)


def _add_failing_route(app: FastAPI, error: Exception) -> None:
    def fail() -> None:
        raise error

    # Before the pages, whose routes are tried in order.
    app.add_api_route(f"/v1/fail/{type(error).__name__}", fail, response_model=None)


@pytest.mark.parametrize("error", [e for e in _ERRORS if isinstance(e, PlatformError)], ids=repr)
def test_each_error_of_ours_has_its_status_and_type(
    broken: TestClient, error: PlatformError
) -> None:
    response = broken.get(f"/v1/fail/{type(error).__name__}")
    problem = assert_problem(response, error.status, error.code)
    assert problem["title"] == error.title
    assert ("retry-after" in response.headers) is (error.status in {429, 503})


@pytest.mark.parametrize("name", ["OperationalError", "TimeoutError"])
def test_a_database_that_does_not_answer_is_a_503(broken: TestClient, name: str) -> None:
    response = broken.get(f"/v1/fail/{name}")
    assert_problem(response, 503, "database-unavailable")
    assert int(response.headers["retry-after"]) > 0


def of_request(
    logged: list[MutableMapping[str, Any]], response: Response
) -> list[MutableMapping[str, Any]]:  # Any: the values are structlog’s
    """What was logged of one request, among what the rest of the process says meanwhile."""
    request_id = response.headers["x-request-id"]
    return [entry for entry in logged if entry.get("request_id") == request_id]


@pytest.mark.parametrize("name", ["Odd", "DataError"])
def test_what_nobody_foresaw_is_logged_once_and_not_told(broken: TestClient, name: str) -> None:
    with structlog.testing.capture_logs() as logged:
        response = broken.get(f"/v1/fail/{name}")
    assert_problem(response, 500, "platform-error")
    assert PRIVATE not in response.text
    assert "content-security-policy" in response.headers
    (entry,) = of_request(logged, response)
    assert entry["event"] == "unexpected error"


def test_values_of_a_statement_stay_out_of_the_log(broken: TestClient) -> None:
    with structlog.testing.capture_logs() as logged:
        response = broken.get("/v1/fail/DataError")
    (entry,) = of_request(logged, response)
    assert PRIVATE not in str(entry["exc_info"])


def test_a_database_without_tables_is_a_503(broken: TestClient) -> None:
    for address in ("/v1/providers", "/v1/sectors", "/v1/needs"):
        assert_problem(broken.get(address), 503, "database-unavailable")
    assert_problem(
        broken.post("/v1/match", json={"text": VIETNAM_TEXT}), 503, "database-unavailable"
    )


def test_a_postgresql_that_is_down_is_a_503() -> None:
    app = create_app(make_settings("postgresql://landbridge@127.0.0.1:9/landbridge"))
    with TestClient(app) as client:
        assert_problem(client.get("/v1/needs"), 503, "database-unavailable")


def test_an_empty_catalogue_says_what_to_run(database_url: str) -> None:
    from core.db import make_engine
    from core.migrations.runner import upgrade_to_head

    engine = make_engine(database_url)
    upgrade_to_head(engine)
    engine.dispose()
    with TestClient(create_app(make_settings(database_url))) as client:
        response = client.post("/v1/match", json={"text": VIETNAM_TEXT})
        problem = assert_problem(response, 503, "unavailable")
        assert "landbridge demo" in str(problem["detail"])
        assert client.get("/v1/jurisdictions").json() == {"items": []}
        assert_problem(client.get("/v1/sectors"), 503, "no-sector-list")


def test_an_unknown_address_is_a_problem(shared_client: TestClient) -> None:
    assert_problem(shared_client.get("/v1/nothing"), 404, "not-found")
    assert_problem(shared_client.get("/v1/sectors/%00"), 404, "not-found")


def test_a_method_that_is_not_taken_names_those_that_are(shared_client: TestClient) -> None:
    response = shared_client.patch("/v1/needs")
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "GET, POST"
    identifier = "0b7f4cbe-57c1-4f3c-9a51-5b4d4f3f8a11"
    response = shared_client.post(f"/v1/needs/{identifier}")
    assert response.headers["allow"] == "DELETE, GET, PUT"


def test_an_id_that_is_none_is_named(shared_client: TestClient) -> None:
    problem = assert_problem(shared_client.get("/v1/needs/7"), 422, "invalid-input")
    assert problem["errors"][0]["pointer"] == "#/need_id"


def test_every_type_has_its_page(shared_client: TestClient) -> None:
    listed = shared_client.get("/problems").json()["items"]
    assert {row["type"] for row in listed} == {f"/problems/{code}" for code in known_types()}
    assert {"not-found", "stale-need", "body-too-large"} <= set(known_types())
    for row in listed:
        assert shared_client.get(row["type"]).json() == row
        page = shared_client.get(row["type"], headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
    assert_problem(shared_client.get("/problems/nothing"), 404, "not-found")


def test_types_differ_in_code_and_say_what_they_mean() -> None:
    for code, kind in known_types().items():
        assert kind.code == code
        assert 400 <= kind.status < 600
        assert kind.title
        assert kind.__doc__


def test_a_person_gets_a_page_and_a_program_a_problem(shared_client: TestClient) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = shared_client.get("/nothing-here", headers=accept)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert_problem(shared_client.get("/nothing-here"), 404, "not-found")
    assert_problem(shared_client.get("/v1/nothing-here", headers=accept), 404, "not-found")


def test_at_most_fifty_wrong_fields_are_listed(shared_client: TestClient) -> None:
    body = json.dumps({"text": "x", **{f"wrong{number}": 1 for number in range(500)}})
    response = shared_client.post(
        "/v1/match", content=body, headers={"Content-Type": "application/json"}
    )
    problem = assert_problem(response, 422, "invalid-input")
    assert len(problem["errors"]) == 50
