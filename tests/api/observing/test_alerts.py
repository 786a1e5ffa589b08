"""Each alert of the runbook fires from what the server tells, and none where all is well."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from sqlalchemy import update

from api.app import create_app
from api.observing.metrics import Metrics
from api.observing.state import StateCollector
from api.sign_in_counts import SignInCounts
from core.audit.models import AuditEvent
from core.clock import utc_now
from core.db import SessionFactory, make_engine, transaction
from core.job_runs import JobImpossible, Outcome, Run, execute_job
from core.jobs import enqueue
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.notifying import notify
from jobs.audit import VERIFY_CHAINS
from jobs.registry import make_registry
from providers.catalogue_state import of_providers, touch_catalogue
from tests.api.observing.rules import Samples, read_rules, scrape
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML
from tests.conftest import make_settings
from tests.factories import make_provider

ROOT = Path(__file__).parents[3]
RULES = read_rules()


@pytest.fixture
def server(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """An application whose jobs nobody does, so that they stay as a test leaves them."""
    monkeypatch.setattr("api.app.start_embedded", lambda *_: None)
    with TestClient(create_app(make_settings(catalogue_url))) as client:
        client.post("/v1/match", json={"text": "roads in Vietnam"})
        yield client


def app_of(client: TestClient) -> FastAPI:
    return cast(FastAPI, client.app)


def sessions_of(client: TestClient) -> SessionFactory:
    return cast(SessionFactory, app_of(client).state.sessions)


def metrics_of(client: TestClient) -> Metrics:
    return cast(Metrics, app_of(client).state.metrics)


def told_by(client: TestClient) -> Samples:
    state = app_of(client).state
    return scrape(getattr(state, "scraped", state.metrics.registry))


def lose_database(client: TestClient) -> None:
    state = app_of(client).state
    gone = make_engine("postgresql://nobody@/none?host=/nowhere")
    state.scraped = CollectorRegistry()
    state.scraped.register(StateCollector(gone, state.engine_holder, Path("/nowhere")))


def fail_unforeseen(client: TestClient) -> None:
    for _ in range(6):
        metrics_of(client).count_request("GET", "/v1/needs", 500, 0.1)


def leave_jobs(client: TestClient) -> None:
    with transaction(sessions_of(client)) as session:
        enqueue(session, "none", {}, run_after=utc_now() - timedelta(minutes=5))


def do(client: TestClient, kind: str) -> Outcome:
    with transaction(sessions_of(client)) as session:
        job_id = enqueue(session, kind, {}).id
    state = app_of(client).state
    registry = make_registry(state.settings, state.engine_holder)
    return execute_job(sessions_of(client), {**registry, "none": give_up}, job_id)


def give_up(_run: Run) -> None:
    raise JobImpossible("it cannot be done")


def park_a_job(client: TestClient) -> None:
    assert do(client, "none") is Outcome.PARKED


def send_nothing(client: TestClient) -> None:
    with transaction(sessions_of(client)) as session:
        long_ago = utc_now() - timedelta(hours=1)
        notify(session, PLATFORM_ID, EventType.RANKER_PROPOSED, "prior-1", now=long_ago)


def try_passwords(client: TestClient) -> None:
    state = app_of(client).state
    state.sign_in_counts = SignInCounts(state.call_counts, per_account=100, per_address=100)
    shown = Parsed(client.get("/sign-in", headers=HTML).text)
    token = shown.find("input", name="form_token")[-1].attributes["value"]
    for _ in range(31):
        form = {"form_token": token, "email": "nobody@example.com", "password": "a guess of many"}
        assert client.post("/sign-in", data=form, headers=HTML).status_code == 422


def change_the_trail(client: TestClient) -> None:
    client.post("/v1/needs", json={"text": "roads in Vietnam"})
    assert do(client, VERIFY_CHAINS) is Outcome.DONE
    with transaction(sessions_of(client)) as session:
        session.execute(update(AuditEvent).values(actor_id="somebody else"))
    assert do(client, VERIFY_CHAINS) is Outcome.PARKED


def change_the_catalogue(client: TestClient) -> None:
    with transaction(sessions_of(client)) as session:
        for _ in range(501):
            touch_catalogue(session, of_providers([]))


def wear_the_index(client: TestClient) -> None:
    with transaction(sessions_of(client)) as session:
        for number in range(40):
            make_provider(session, name=f"Synthetic firm {number}")
    client.post("/v1/match", json={"text": "roads in Vietnam"})


def forget_a_transfer(client: TestClient) -> None:
    metrics_of(client).count_transfers(shown=1, recorded=0)


def turn_away(client: TestClient) -> None:
    metrics_of(client).matches_turned_away.inc(21)


CONDITIONS: dict[str, Callable[[TestClient], None]] = {
    "LandbridgeServerErrors": fail_unforeseen,
    "LandbridgeJobsWait": leave_jobs,
    "LandbridgeJobsParked": park_a_job,
    "LandbridgeMessagesUnsent": send_nothing,
    "LandbridgeSignInsFail": try_passwords,
    "LandbridgeAuditTrailBroken": change_the_trail,
    "LandbridgeIndexBehind": change_the_catalogue,
    "LandbridgeIndexWorn": wear_the_index,
    "LandbridgeTransfersUnrecorded": forget_a_transfer,
    "LandbridgeMatchesTurnedAway": turn_away,
    # Last: nothing else is told after it.
    "LandbridgeDatabaseDown": lose_database,
}


def firing(before: Samples, now: Samples) -> set[str]:
    return {name for name, rule in RULES.items() if rule.fires(before, now)}


def test_each_alert_fires_when_what_it_is_for_happens_and_not_before(server: TestClient) -> None:
    before = told_by(server)

    for alert, bring_about in CONDITIONS.items():
        assert alert not in firing(before, told_by(server))
        bring_about(server)
        assert alert in firing(before, told_by(server))


def test_every_alert_is_tried_named_in_the_runbook_and_reads_what_is_told(
    server: TestClient,
) -> None:
    told = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in metrics_of(server).registry.collect()
    }
    runbook = (ROOT / "docs/operations.md").read_text("utf-8")

    assert set(CONDITIONS) == set(RULES)
    assert re.findall(r"^\| `(Landbridge\w+)` \|", runbook, re.MULTILINE) == list(RULES)
    assert {term["name"] for rule in RULES.values() for term in rule.terms()} <= told
