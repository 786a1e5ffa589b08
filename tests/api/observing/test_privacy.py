"""What somebody typed is in no line of the log, no label of a metric and no span (P10)."""

import io
from collections.abc import Iterator
from typing import cast

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest
from sqlalchemy.exc import DataError, OperationalError

from api.app import create_app
from api.observing.traces import Tracing
from tests.conftest import make_settings

# As a name, an address and a need would be: in two scripts, and as addresses carry them.
CANARIES = ("Kanarienvogel", "金絲雀", "%E9%87%91%E7%B5%B2%E9%9B%80", "xn--canary", "6123-4567")
TEXT = "Kanarienvogel 金絲雀 wants a lawyer in Vietnam, call 6123-4567, mail a@xn--canary.example"


class Watched:
    """The application with everything on, and all that it tells."""

    def __init__(self, client: TestClient, spans: InMemorySpanExporter, log: io.StringIO) -> None:
        self.client = client
        self.spans = spans
        self.log = log

    def told(self) -> str:
        app = cast(FastAPI, self.client.app)
        spans = "".join(span.to_json() for span in self.spans.get_finished_spans())
        metrics = generate_latest(app.state.metrics.registry).decode()
        return f"{self.log.getvalue()}\n{metrics}\n{spans}"

    def leaks(self) -> list[str]:
        return [line for line in self.told().splitlines() if any(one in line for one in CANARIES)]


@pytest.fixture
def watched(
    catalogue_url: str, logged: io.StringIO, caplog: pytest.LogCaptureFixture
) -> Iterator[Watched]:
    caplog.set_level("DEBUG")
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    app = create_app(make_settings(catalogue_url), tracing=Tracing(provider))

    @app.get("/v1/fail/odd")
    def fail() -> None:
        raise ValueError(TEXT)

    @app.get("/v1/fail/chained")
    def fail_twice() -> None:
        try:
            raise OperationalError("SELECT 1", {"text": TEXT}, Exception(TEXT))
        except OperationalError as error:
            raise RuntimeError(TEXT) from error

    @app.get("/v1/fail/statement")
    def fail_in_a_statement() -> None:
        raise DataError("SELECT 1", {"text": TEXT}, Exception(TEXT))

    @app.get("/v1/fail/careless")
    def log_it() -> None:
        structlog.get_logger().info("need", text=TEXT)

    with TestClient(app) as client:
        yield Watched(client, exporter, logged)


def _ask_in_every_way(client: TestClient) -> set[int]:
    need = client.post("/v1/needs", json={"text": TEXT, "title": TEXT}).headers.get("location")
    need = need or client.post("/v1/needs", json={"text": TEXT}).headers["location"]
    forms = {"content-type": "application/x-www-form-urlencoded"}
    headers = {
        "X-Request-ID": "Kanarienvogel",
        "traceparent": "Kanarienvogel",
        "Cookie": "a=6123-4567",
    }
    answers = [
        client.post("/v1/match", json={"text": TEXT}),
        client.post("/v1/match", json={"text": TEXT, "Kanarienvogel": TEXT}),
        client.post("/v1/match", content=TEXT.encode()),
        client.post("/v1/match/batch", content=f'{{"text": "{TEXT}"}}\n{TEXT}'.encode()),
        client.post("/v1/readings", json={"text": TEXT}),
        client.post(f"{need}/recommendations"),
        client.put(need, json={"version": 1, "text": TEXT}),
        client.get("/v1/providers", params={"q": TEXT, "Kanarienvogel": "1"}),
        client.get("/v1/needs", params={"cursor": TEXT}),
        client.get("/v1/needs/Kanarienvogel"),
        client.get("/v1/sectors/Kanarienvogel"),
        client.get("/nothing/Kanarienvogel/金絲雀?q=6123-4567"),
        client.request("KANARIENVOGEL", "/v1/match"),
        client.get("/healthz", headers=headers),
        client.get("/providers", params={"q": TEXT}, headers={"accept": "text/html"}),
        client.post("/needs", content=f"text={TEXT}".encode(), headers=forms),
        client.post("/v1/judgements", json={"by": TEXT, "reason": TEXT}),
        *(client.get(f"/v1/fail/{kind}") for kind in ("odd", "chained", "statement")),
    ]
    return {answer.status_code for answer in answers}


def test_nothing_that_somebody_typed_is_told(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    statuses = _ask_in_every_way(watched.client)

    assert {200, 404, 422, 500} <= statuses
    assert watched.leaks() == []
    # What the client of these tests says of itself is no line of the server's.
    lines = [one.getMessage() for one in caplog.records if not one.name.startswith("http")]
    assert not any(canary in line for line in lines for canary in CANARIES)
    told = watched.told()
    for line in ('method="OTHER"', "event=request", "unexpected error", "http.route", "ValueError"):
        assert line in told


def test_a_careless_line_would_be_found(watched: Watched) -> None:
    watched.client.get("/v1/fail/careless")

    assert len(watched.leaks()) == 1
