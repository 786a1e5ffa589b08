"""PostgreSQL that is slow or locked: an answer in time, and no tenant waits for another's request."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.problems import DatabaseUnavailable, foresee
from core.crash_points import watching
from core.db import SessionFactory, is_outage, make_engine, transaction
from core.identity.actor import UserKind
from core.session_limits import JOBS
from core.settings import Settings
from tests.access.callers import closed_settings, headers_of
from tests.conftest import make_settings
from tests.core.identity.people import make_organisation
from tools.drills.waiting import wait_until

NEED = {"text": "rural roads in Vietnam"}
# SQLite has one writer at a time and no such limits.
pytestmark = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)


@pytest.fixture
def hurried(request: pytest.FixtureRequest, catalogue_url: str) -> Iterator[TestClient]:
    """A server that bears with nobody for long in the one respect that a test is about."""
    settings = closed_settings(catalogue_url).model_copy(update=request.param)
    with TestClient(create_app(settings)) as client:
        yield client


def borne_with(**limits: float) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("hurried", [limits], indirect=True)


def sessions_of(client: TestClient) -> SessionFactory:
    return cast(SessionFactory, cast(FastAPI, client.app).state.sessions)


def tenant(client: TestClient) -> dict[str, str]:
    with transaction(sessions_of(client)) as session:
        return headers_of(session, UserKind.ENTERPRISE, make_organisation(session))


def idle_transactions(sessions: SessionFactory) -> int:
    with sessions() as session:
        found: int = session.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
            )
        ).scalar_one()
        return found


def test_requests_and_jobs_have_the_limits_of_their_kind(catalogue_url: str) -> None:
    def limits(engine_url: str, **options: object) -> list[str]:
        engine = make_engine(engine_url, **options)  # type: ignore[arg-type]  # test's own
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
                 "application_name")  # fmt: skip
        with engine.connect() as connection:
            found = [connection.execute(text(f"SHOW {name}")).scalar_one() for name in names]
        engine.dispose()
        return found

    unchanged = Settings.model_fields["idle_transaction_seconds"].default
    settings = make_settings(catalogue_url)
    requests = settings.model_copy(update={"idle_transaction_seconds": unchanged}).session_limits
    of_url = f"{catalogue_url}&options=-c%20work_mem%3D1MB"

    assert limits(catalogue_url, limits=requests) == ["5s", "2s", "30s", "landbridge-requests"]
    assert limits(of_url, limits=requests)[:3] == ["5s", "2s", "30s"]
    assert limits(catalogue_url, limits=JOBS) == ["1h", "1min", "1h", "landbridge-jobs"]
    assert limits(catalogue_url)[:3] == ["0", "0", "0"]


@borne_with(idle_transaction_seconds=3)
def test_a_transaction_that_is_stuck_holds_up_no_other_tenant_and_is_cut_off(
    hurried: TestClient,
) -> None:
    stuck, other = tenant(hurried), tenant(hurried)
    held, may_go_on = Event(), Event()

    def hold_the_first(point: str) -> None:
        if point == "request" and not held.is_set():
            held.set()
            may_go_on.wait(30)

    with watching(hold_the_first), ThreadPoolExecutor(1) as caller:
        answer = caller.submit(hurried.post, "/v1/needs", json=NEED, headers=stuck)
        try:
            assert held.wait(10)
            assert hurried.post("/v1/needs", json=NEED, headers=other).status_code == 201
            assert hurried.get("/v1/needs", headers=other).status_code == 200
            sessions = sessions_of(hurried)
            assert idle_transactions(sessions) == 1
            wait_until(lambda: not idle_transactions(sessions), 10, "it is not cut off")
        finally:
            may_go_on.set()
        refused = answer.result()

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/database-unavailable"
    assert int(refused.headers["Retry-After"]) > 0
    assert hurried.get("/v1/needs", headers=stuck).json()["items"] == []
    assert hurried.post("/v1/needs", json=NEED, headers=stuck).status_code == 201


@borne_with(lock_seconds=0.4)
def test_who_waits_for_a_lock_is_told_to_come_again(hurried: TestClient) -> None:
    headers = tenant(hurried)
    need = hurried.post("/v1/needs", json=NEED, headers=headers).json()
    path = f"/v1/needs/{need['id']}"
    changed = {**NEED, "version": need["version"]}

    with transaction(sessions_of(hurried)) as session:
        session.execute(text("SELECT id FROM need FOR UPDATE"))
        refused = hurried.put(path, json=changed, headers=headers)

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/database-unavailable"
    assert int(refused.headers["Retry-After"]) > 0
    assert hurried.put(path, json=changed, headers=headers).status_code == 200


@borne_with(statement_seconds=0.8)
def test_a_statement_that_takes_too_long_is_the_databases_failure(hurried: TestClient) -> None:
    with pytest.raises(OperationalError) as caught, transaction(sessions_of(hurried)) as session:
        session.execute(text("SELECT pg_sleep(20)"))

    assert is_outage(caught.value)
    assert isinstance(foresee(caught.value), DatabaseUnavailable)
