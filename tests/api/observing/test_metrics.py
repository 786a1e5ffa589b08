import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry, generate_latest

from api.observing.listener import serving_metrics
from api.observing.metrics import Metrics
from api.observing.turns import WatchedTurns
from core.db import SessionFactory, transaction
from core.errors import Overloaded
from core.jobs import enqueue
from tests.factories import make_provider

ROOT = Path(__file__).parents[3]


def registry_of(client: TestClient) -> CollectorRegistry:
    metrics: Metrics = cast(FastAPI, client.app).state.metrics
    return metrics.registry


def value_of(registry: CollectorRegistry, name: str, **labels: str) -> float:
    return registry.get_sample_value(name, labels) or 0.0


def test_requests_are_counted_by_template(client: TestClient) -> None:
    for number in range(3):
        client.get(f"/v1/needs/6f9c0d8e-2f6b-4a53-9d0c-1c1f3a0b7e5{number}")
    client.post("/v1/match", json={"text": "roads in Vietnam"})
    client.head("/")

    registry = registry_of(client)
    route = {"method": "GET", "route": "/v1/needs/{need_id}"}
    assert value_of(registry, "landbridge_requests_total", status="404", **route) == 3
    assert value_of(registry, "landbridge_request_seconds_count", **route) == 3
    assert value_of(registry, "landbridge_match_seconds_count") == 1
    assert value_of(registry, "landbridge_matches_running") == 0
    assert "/v1/needs/6f9c" not in generate_latest(registry).decode()


def test_index_and_jobs_are_read_at_each_scrape(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    registry = registry_of(client)
    client.post("/v1/match", json={"text": "roads in Vietnam"})
    before = value_of(registry, "landbridge_jobs", state="queued")
    with transaction(catalogue_sessions) as session:
        make_provider(session)
        # Of a kind that nobody does, and not yet.
        enqueue(session, "none", {}, run_after=None)

    assert value_of(registry, "landbridge_database_up") == 1
    assert value_of(registry, "landbridge_index_providers") > 0
    assert value_of(registry, "landbridge_index_changes_behind") >= 0
    states = ("queued", "running", "done", "parked", "cancelled")
    assert sum(value_of(registry, "landbridge_jobs", state=state) for state in states) > before


def test_the_listed_metrics_are_those_that_are_told(client: TestClient) -> None:
    client.post("/v1/match", json={"text": "roads in Vietnam"})
    told = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in registry_of(client).collect()
    }
    document = (ROOT / "docs/operations.md").read_text("utf-8")

    listed = set(re.findall(r"^\| `(landbridge_\w+)`", document, re.MULTILINE))

    # No snapshot is kept of few providers, so none has an age.
    assert listed == {name for name in told if name.startswith("landbridge_")} | {
        "landbridge_index_age_seconds"
    }


def test_metrics_have_a_port_of_their_own(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 404

    with serving_metrics(registry_of(client), "127.0.0.1", 0) as port:
        address = f"http://127.0.0.1:{port}/metrics"
        text = urllib.request.urlopen(address, timeout=10).read().decode()
    assert "landbridge_requests_total" in text


def test_who_waits_and_who_is_turned_away_is_counted() -> None:
    metrics = Metrics()
    now = 0.0
    clock: Callable[[], float] = lambda: now  # noqa: E731 a clock that stands still
    turns = WatchedTurns(metrics, at_once=1, waiting=0, seconds=1, clock=clock)

    with turns.take():
        assert value_of(metrics.registry, "landbridge_matches_running") == 1
        with pytest.raises(Overloaded), turns.take():
            raise AssertionError("there is one turn only")
        assert value_of(metrics.registry, "landbridge_matches_turned_away_total") == 1
    with pytest.raises(Overloaded), turns.take():
        raise Overloaded("an error of the work itself")

    assert value_of(metrics.registry, "landbridge_matches_turned_away_total") == 1
    assert value_of(metrics.registry, "landbridge_matches_waiting") == 0
    assert value_of(metrics.registry, "landbridge_matches_running") == 0
    assert value_of(metrics.registry, "landbridge_match_seconds_count") == 2
