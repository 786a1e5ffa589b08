from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text as sql
from structlog.testing import capture_logs

from api.app import create_app
from api.v1.examples import VIETNAM_TEXT
from core.db import SessionFactory, transaction
from core.identity.actor import ENTERPRISE
from core.single_flight import SingleFlight
from enterprises import service
from enterprises.access import list_needs
from enterprises.match_schemas import RecommendationRead
from enterprises.schemas import NeedUpdate
from matching.search.laid import OutOfTime
from matching.types import MatchResult, Query
from providers.engine import Engine
from tests.conftest import make_settings
from tests.factories import NOW

BODY = {"text": VIETNAM_TEXT, "sector_codes": ["BLT"]}
OTHER = {"text": VIETNAM_TEXT, "sector_codes": ["LEG"]}


@contextmanager
def served(url: str, **limits: int) -> Iterator[TestClient]:
    settings = make_settings(url).model_copy(update=limits)
    with TestClient(create_app(settings)) as client:
        yield client


class Watch:
    """Stands before the engine: counts its matches and lets something happen before each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: Callable[[], object]) -> None:
        self.times = 0
        self.gave_up = 0
        match = Engine.match

        # Any: whatever else the engine is asked with.
        def watched(engine: Engine, query: Query, **asked: Any) -> MatchResult:  # noqa: ANN401
            self.times += 1
            before()
            if asked["out_of_time"]():
                self.gave_up += 1
                raise OutOfTime
            return match(engine, query, **asked)

        monkeypatch.setattr(Engine, "match", watched)


class Gate:
    """Holds whoever comes until it is opened."""

    def __init__(self) -> None:
        self.has_come = Event()
        self.is_open = Event()

    def __call__(self) -> None:
        self.has_come.set()
        assert self.is_open.wait(timeout=30)


def watch_joining(monkeypatch: pytest.MonkeyPatch) -> Semaphore:
    """Return what is released each time somebody joins the computation of another."""
    joined = Semaphore(0)
    join = SingleFlight.compute_or_join

    def watched(
        flights: SingleFlight[object, bytes], key: object, compute: Callable[[], bytes]
    ) -> Future[bytes]:
        outcome = join(flights, key, compute)
        if not outcome.done():
            joined.release()
        return outcome

    monkeypatch.setattr(SingleFlight, "compute_or_join", watched)
    return joined


def test_identical_requests_at_the_same_time_share_one_computation(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = watch_joining(monkeypatch)
    with served(catalogue_url, matches_at_once=2) as client, ThreadPoolExecutor(5) as threads:
        alone = client.post("/v1/match", json=BODY)
        gate = Gate()
        watch = Watch(monkeypatch, gate)
        first = threads.submit(client.post, "/v1/match", json=BODY)
        assert gate.has_come.wait(timeout=30)
        # Written another way it is the same need.
        spaced = ' {"sector_codes": ["BLT"], "top": 10, "text": "' + VIETNAM_TEXT + '"} '
        headers = {"Content-Type": "application/json"}
        others = [
            threads.submit(client.post, "/v1/match", content=spaced, headers=headers)
            for _ in range(4)
        ]
        assert all(joined.acquire(timeout=30) for _ in others)
        gate.is_open.set()
        answers = [one.result(timeout=30) for one in (first, *others)]

        assert watch.times == 1
        assert {answer.content for answer in answers} == {alone.content}
        assert client.post("/v1/match", json=OTHER).content != alone.content
    assert watch.times == 2


def test_a_match_that_takes_too_long_is_given_up(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(catalogue_url, match_deadline_ms=20) as client:
        need = client.post("/v1/needs", json=BODY).headers["location"]
        late = Event()
        watch = Watch(monkeypatch, lambda: late.wait(timeout=0.05))
        answers = [
            client.post("/v1/match", json=BODY),
            client.post(f"{need}/recommendations"),
        ]
    for answer in answers:
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/match-out-of-time"
        assert int(answer.headers["retry-after"]) > 0
    assert watch.gave_up == watch.times == 2


def test_who_waits_too_long_or_finds_too_many_waiting_is_told_to_come_back(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"matches_at_once": 1, "matches_waiting": 0}
    with served(catalogue_url, **limits) as client, ThreadPoolExecutor(1) as threads:
        client.post("/v1/match", json=BODY)
        gate = Gate()
        Watch(monkeypatch, gate)
        first = threads.submit(client.post, "/v1/match", json=BODY)
        assert gate.has_come.wait(timeout=30)
        refused = client.post("/v1/match", json=OTHER)
        healthy = client.get("/healthz")
        gate.is_open.set()
        assert first.result(timeout=30).status_code == 200
        assert client.post("/v1/match", json=OTHER).status_code == 200

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/overloaded"
    assert int(refused.headers["retry-after"]) > 0
    assert healthy.status_code == 200


def test_what_goes_wrong_for_one_goes_wrong_for_those_who_share_it_and_no_longer(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = watch_joining(monkeypatch)
    limits = {"matches_at_once": 2}
    with served(catalogue_url, **limits) as client, ThreadPoolExecutor(3) as threads:
        client.post("/v1/match", json=BODY)
        gate = Gate()

        def fail() -> None:
            gate()
            raise RuntimeError("broken for a moment")

        # Captured, since to draw a traceback with all its values takes seconds.
        with monkeypatch.context() as patched, capture_logs() as logged:
            watch = Watch(patched, fail)
            first = threads.submit(client.post, "/v1/match", json=BODY)
            assert gate.has_come.wait(timeout=30)
            others = [threads.submit(client.post, "/v1/match", json=BODY) for _ in range(2)]
            assert all(joined.acquire(timeout=30) for _ in others)
            gate.is_open.set()
            statuses = [one.result(timeout=30).status_code for one in (first, *others)]
        assert (statuses, watch.times) == ([500] * 3, 1)
        assert len([line for line in logged if line["log_level"] == "error"]) == 3
        assert client.post("/v1/match", json=BODY).status_code == 200


def test_who_has_time_left_computes_anew_what_another_gave_up(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined = watch_joining(monkeypatch)
    limits = {"matches_at_once": 2}
    with served(catalogue_url, **limits) as client, ThreadPoolExecutor(2) as threads:
        alone = client.post("/v1/match", json=BODY)
        gate, given_up = Gate(), [OutOfTime()]

        def give_up_once() -> None:
            gate()
            if given_up:
                raise given_up.pop()

        watch = Watch(monkeypatch, give_up_once)
        first = threads.submit(client.post, "/v1/match", json=BODY)
        assert gate.has_come.wait(timeout=30)
        second = threads.submit(client.post, "/v1/match", json=BODY)
        assert joined.acquire(timeout=30)
        gate.is_open.set()

        assert first.result(timeout=30).status_code == 503
        assert second.result(timeout=30).content == alone.content
    assert watch.times == 2


def test_others_may_write_while_a_recommendation_is_matched(
    catalogue_url: str, catalogue_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(catalogue_url) as client:
        need = client.post("/v1/needs", json=BODY).headers["location"]

        def write() -> None:
            with transaction(catalogue_sessions) as session:
                session.execute(sql("UPDATE need SET updated_at = updated_at"))

        watch = Watch(monkeypatch, write)
        assert client.post(f"{need}/recommendations").status_code == 201
        assert watch.times == 1


def test_a_need_that_changes_while_it_is_matched_is_matched_as_it_is_then(
    catalogue_url: str, catalogue_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(catalogue_url) as client:
        location = client.post("/v1/needs", json=BODY).headers["location"]
        app = client.app
        assert isinstance(app, FastAPI)
        engine = app.state.engine_holder.current()
        changes = [OTHER]

        def change() -> None:
            if changes:
                with transaction(catalogue_sessions) as session:
                    (need,) = list_needs(session, ENTERPRISE, limit=2)
                    body = NeedUpdate.model_validate({**changes.pop(), "version": 1})
                    service.update_need(
                        session, ENTERPRISE, engine, need_id=need.id, body=body, now=NOW
                    )

        watch = Watch(monkeypatch, change)
        made = RecommendationRead.model_validate(client.post(f"{location}/recommendations").json())

    assert watch.times == 2
    assert made.need_version == 2
    assert made.result.need.sector_codes == ["LEG"]


def test_a_page_stores_a_need_with_its_match_in_one_short_transaction(
    catalogue_url: str, catalogue_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(catalogue_url) as client:
        page = client.get("/needs/new").text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        with catalogue_sessions() as session:
            before = len(list_needs(session, ENTERPRISE, limit=10))
        seen: list[int] = []

        def look_and_write() -> None:
            with transaction(catalogue_sessions) as session:
                session.execute(sql("UPDATE need SET updated_at = updated_at"))
                seen.append(len(list_needs(session, ENTERPRISE, limit=10)))

        Watch(monkeypatch, look_and_write)
        answer = client.post(
            "/needs",
            data={"text": VIETNAM_TEXT, "form_token": token},
            headers={"Origin": "http://testserver"},
        )
        assert answer.status_code == 200
        assert "/matches" in str(answer.url)
    assert seen == [before]


def test_a_repeated_read_of_a_recommendation_is_not_sent_again_nor_by_head(
    shared_client: TestClient,
) -> None:
    need = shared_client.post("/v1/needs", json=BODY).headers["location"]
    made = shared_client.post(f"{need}/recommendations")
    address, etag = made.headers["location"], made.headers["etag"]
    head = shared_client.head(address)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
    for known in (etag, f"W/{etag}"):
        head = shared_client.head(address, headers={"If-None-Match": known})
        assert (head.status_code, head.content, head.headers["etag"]) == (304, b"", etag)
