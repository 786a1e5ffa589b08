from collections.abc import Iterator
from time import perf_counter
from typing import cast

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from api.manners.call_counts import CallCounts
from api.manners.call_rules import CallRules
from api.manners.versions import CURRENT, VERSIONS
from api.observing.metrics import Metrics
from api.observing.requests import RequestObserver
from api.observing.route_names import RouteNames
from tests.conftest import make_settings


@pytest.fixture
def limited(catalogue_url: str) -> Iterator[TestClient]:
    settings = make_settings(catalogue_url).model_copy(update={"requests_per_minute": 3})
    with TestClient(create_app(settings)) as client:
        # Windows of the real clock turn; those of this one do not.
        counts: CallCounts = cast(FastAPI, client.app).state.call_counts
        counts._clock = lambda: 60_000.0
        yield client


def test_one_call_too_many_is_a_429_that_says_when_to_come_again(limited: TestClient) -> None:
    answers = [limited.get("/v1/sectors") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"address";r=2;t=60',
        '"address";r=1;t=60',
        '"address";r=0;t=60',
        '"address";r=0;t=60',
    ]
    last = answers[3]
    assert last.headers["ratelimit-policy"] == '"address";q=3;w=60'
    assert int(last.headers["retry-after"]) > 0
    assert last.headers["connection"] == "close"
    assert last.json()["type"] == "/problems/rate-limited"
    assert last.json()["instance"] == f"urn:uuid:{last.headers['x-request-id']}"
    metrics: Metrics = cast(FastAPI, limited.app).state.metrics
    assert metrics.registry.get_sample_value("landbridge_rate_limited_total") == 1


def test_supervisors_are_always_answered_and_people_get_a_page(limited: TestClient) -> None:
    for _ in range(4):
        page = limited.get("/needs/new", headers={"accept": "text/html", "accept-language": "en"})

    assert page.status_code == 429
    assert "Wait a minute and try again" in page.text
    assert "ratelimit" not in limited.get("/healthz").headers
    assert limited.get("/readyz").status_code == 200


def test_nobody_is_counted_unless_it_is_set(shared_client: TestClient) -> None:
    answers = [shared_client.get("/v1/sectors") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit" not in answers[0].headers


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_that_exists_is_answered_in(shared_client: TestClient, version: str) -> None:
    answer = shared_client.get("/v1/sectors", headers={"Landbridge-Version": version})

    assert (answer.status_code, answer.headers["landbridge-version"]) == (200, CURRENT)


@pytest.mark.parametrize("version", ["", "2020-01-01", "newest", "é"])
def test_another_version_is_refused_with_those_that_exist(
    shared_client: TestClient, version: str
) -> None:
    answer = shared_client.get("/v1/sectors", headers={b"Landbridge-Version": version.encode()})

    assert (answer.status_code, answer.headers["landbridge-version"]) == (400, CURRENT)
    assert answer.json()["type"] == "/problems/unsupported-version"
    assert CURRENT in answer.json()["detail"]


def test_pages_have_no_version(shared_client: TestClient) -> None:
    answer = shared_client.get("/providers", headers={"Landbridge-Version": "none"})

    assert answer.status_code == 200
    assert "landbridge-version" not in answer.headers


def test_watching_and_counting_cost_microseconds() -> None:
    """Some thirty here; ten times as many are allowed, since a test may run beside others."""

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    metrics = Metrics()
    rules = CallRules(answer, counts=CallCounts(10**9), metrics=metrics)
    observed = RequestObserver(rules, names=RouteNames(), metrics=metrics, tracing=None)
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/match",
        "headers": [(b"host", b"a.example")],
        "client": ("192.0.2.1", 1),
    }

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(_message: Message) -> None:
        pass

    async def call() -> float:
        began = perf_counter()
        for _ in range(200):
            await observed(scope, receive, send)
        return (perf_counter() - began) / 200

    assert min(anyio.run(call) for _ in range(20)) < 300e-6
