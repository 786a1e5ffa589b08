"""Every request that writes, and every one that shows a need, stands in the audit trail."""

from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from api import deps
from api.app import create_app
from api.v1.examples import PROVIDER_ID
from api.web import outside
from core.audit.models import AuditEvent
from core.db import SessionFactory, reading
from tests.api import test_openapi
from tests.api.import_steps import import_ready_for
from tests.api.job_steps import job_ready_for
from tests.api.people_forms import PEOPLE_FORMS, Somebody
from tests.api.provider_forms import PROVIDER_FORMS
from tests.api.ranker_steps import ready_for
from tests.api.web.visits import form_token, send_need
from tests.conftest import make_settings

Json = dict[str, Any]  # Any: an OpenAPI operation
Operation = tuple[str, str, Json, object]

APP = create_app(make_settings("sqlite://"))
DEPENDANTS: dict[tuple[str, str], Dependant | None] = {
    (method, context.path): getattr(context.route, "dependant", None)
    for context in iter_route_contexts(APP.routes)
    for method in context.methods or ()
    if context.path is not None
}
WRITING = {route for route in DEPENDANTS if route[0] not in {"GET", "HEAD", "OPTIONS"}}
# These work something out and store nothing.
COMPUTING = {
    ("POST", "/v1/match"),
    ("POST", "/v1/match/batch"),
    ("POST", "/v1/match/why"),
    ("POST", "/v1/needs/readings"),
    ("POST", "/v1/routes/disputes"),
}
# These hand out what is signed or sent back within minutes, and store its digest until then.
CHALLENGING = {
    ("POST", "/account/passkeys/options"),
    ("POST", "/sign-in/outside"),
    ("POST", "/sign-in/passkey/options"),
}
DESCRIBED: dict[tuple[str, str], Operation] = {}
for _one in test_openapi.REQUESTS:
    _method, _path, _operation, _body = _one.values
    assert isinstance(_method, str)
    assert isinstance(_path, str)
    # One example of each will do.
    DESCRIBED.setdefault((_method.upper(), _path), (_method, _path, _operation, _body))  # type: ignore[arg-type]  # as the list was made

Form = Callable[[TestClient], Response]


def _need(client: TestClient, text: str = "legal advice in Vietnam") -> str:
    sent = send_need(client, text)
    assert sent.status_code == 303, sent.text
    return sent.headers["location"].removesuffix("/matches")


def _post(client: TestClient, address: str, token_of: str, **data: str) -> Response:
    token = form_token(client, token_of)
    return client.post(address, data={"form_token": token, **data}, follow_redirects=False)


def _match_again(client: TestClient) -> Response:
    need = _need(client)
    return _post(client, f"{need}/matches", "/needs/new")


def _correct(client: TestClient) -> Response:
    need = _need(client)
    return _post(client, f"{need}/reading", f"{need}/reading", version="1")


def _change_words(client: TestClient) -> Response:
    need = _need(client)
    return _post(client, f"{need}/words", f"{need}/words", version="1", text="roads in Vietnam")


def _vote(client: TestClient) -> Response:
    version = ready_for(client, "/votes")
    address = f"/rankers/{version}"
    said = {"by": "chan", "verdict": "accept", "reason": "it reads well"}
    return _post(client, f"{address}/votes", address, **said)


def _send_table(client: TestClient) -> Response:
    token = form_token(client, "/ops/imports")
    return client.post(
        "/ops/imports",
        data={"form_token": token, "kind": "providers", "source": "operator"},
        files={"file": ("firms.csv", f"source_ref,name\n{uuid4()},x\n".encode(), "text/csv")},
        follow_redirects=False,
    )


def _confirm(client: TestClient) -> Response:
    address = f"/ops/imports/{import_ready_for(client, '/confirm')}"
    return _post(client, f"{address}/confirm", "/ops/imports")


def _stop_job(client: TestClient) -> Response:
    address = f"/ops/jobs/{job_ready_for(client, '/cancel')}"
    return _post(client, f"{address}/cancel", address)


FORMS: dict[str, Form] = {
    "/needs": lambda client: send_need(client, "legal advice in Vietnam"),
    "/needs/{need_id}/matches": _match_again,
    "/needs/{need_id}/reading": _correct,
    "/needs/{need_id}/words": _change_words,
    "/rankers/{version}/votes": _vote,
    "/ops/imports": _send_table,
    "/ops/imports/{import_id}/{step}": _confirm,
    "/ops/jobs/{job_id}/{step}": _stop_job,
}


ABOUT_PEOPLE = PEOPLE_FORMS | PROVIDER_FORMS


def sessions_of(client: TestClient) -> SessionFactory:
    assert isinstance(client.app, FastAPI)
    sessions: SessionFactory = client.app.state.sessions
    return sessions


def recorded_at(client: TestClient, response: Response) -> list[tuple[str, str]]:
    """What the trail says was done at a request, and to what."""
    request_id = UUID(response.headers["x-request-id"])
    with reading(sessions_of(client)) as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.request_id == request_id))
        return [(one.action, one.subject_id) for one in found]


@pytest.fixture
def answers(shared_client: TestClient) -> Iterator[list[Response]]:
    """The answers to all requests of a test, in order."""
    seen: list[Response] = []
    shared_client.event_hooks["response"].append(seen.append)
    yield seen
    shared_client.event_hooks["response"].remove(seen.append)


def test_every_request_that_may_write_is_tried_here() -> None:
    pages = {("POST", path) for path in (*FORMS, *ABOUT_PEOPLE)} | CHALLENGING
    assert {route for route in DESCRIBED if route in WRITING} | pages == WRITING
    assert COMPUTING < WRITING


@pytest.mark.parametrize("route", sorted(COMPUTING), ids=" ".join)
def test_what_only_computes_has_no_transaction_that_writes(route: tuple[str, str]) -> None:
    dependant = DEPENDANTS[route]
    assert dependant is not None
    assert deps.get_session not in _calls(dependant)


@pytest.mark.parametrize("route", sorted(WRITING & DESCRIBED.keys() - COMPUTING), ids=" ".join)
def test_a_write_over_the_api_leaves_an_event(
    shared_client: TestClient, answers: list[Response], route: tuple[str, str]
) -> None:
    test_openapi.test_every_example_works_as_it_stands(shared_client, *DESCRIBED[route])

    done = [action for action, _ in recorded_at(shared_client, answers[-1])]

    assert answers[-1].is_success
    assert set(done) - {"need.text_read"}, route


@pytest.mark.parametrize("path", sorted(FORMS))
def test_a_write_by_a_form_leaves_an_event(shared_client: TestClient, path: str) -> None:
    answer = FORMS[path](shared_client)

    assert answer.status_code == 303, answer.text
    done = [action for action, _ in recorded_at(shared_client, answer)]
    assert set(done) - {"need.text_read"}, path


@pytest.mark.parametrize("path", sorted(ABOUT_PEOPLE))
def test_what_is_done_about_people_leaves_its_events(shared_client: TestClient, path: str) -> None:
    send, status, expected = ABOUT_PEOPLE[path]
    answer = send(shared_client)

    assert answer.status_code == status, answer.text
    assert sorted(done for done, _ in recorded_at(shared_client, answer)) == sorted(expected)


@pytest.mark.parametrize("route", sorted(CHALLENGING), ids=" ".join)
def test_a_challenge_is_all_that_is_stored_with_it(
    shared_client: TestClient, monkeypatch: pytest.MonkeyPatch, route: tuple[str, str]
) -> None:
    assert isinstance(shared_client.app, FastAPI)
    provider = SimpleNamespace(address_of=lambda _trip, **_more: "https://id.example/begin")
    monkeypatch.setattr(outside, "provider_of", lambda _request: provider)
    browser = Somebody(shared_client).browser
    token = form_token(browser, "/account")
    written: list[str] = []

    def note(*said: object) -> None:
        statement = str(said[2])
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(" ".join(statement.split()[:3]))

    engine = shared_client.app.state.db_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = browser.post(route[1], data={"form_token": token})
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert answer.status_code == 200, answer.text
    assert written == ["INSERT INTO one_time_secret"]


def _calls(dependant: Dependant) -> list[object]:
    return [one.call for one in dependant.dependencies]


def test_what_reads_gives_its_connection_back_after_what_writes_has_committed() -> None:
    """Reads are written when the session that read ends: another transaction would be in its way."""
    both = [
        calls
        for dependant in DEPENDANTS.values()
        if dependant is not None
        and {deps.get_session, deps.get_read_session} <= set(calls := _calls(dependant))
    ]
    assert len(both) > 3
    for calls in both:
        assert calls.index(deps.get_read_session) < calls.index(deps.get_session)


class Canaries:
    """Stored needs, each with a word of its own in its text."""

    def __init__(self, client: TestClient, count: int) -> None:
        self.client = client
        self.words: dict[str, str] = {}
        self.recommendations: dict[str, str] = {}
        for _ in range(count):
            word = f"canary{uuid4().hex[:12]}"
            answer = client.post("/v1/needs", json={"text": f"legal advice in Vietnam for {word}"})
            need_id = answer.json()["id"]
            self.words[need_id] = word
            made = client.post(f"/v1/needs/{need_id}/recommendations")
            self.recommendations[need_id] = made.json()["id"]

    def shown_in(self, answer: Response) -> list[str]:
        """The needs whose words an answer holds."""
        return sorted(need_id for need_id, word in self.words.items() if word in answer.text)

    def addresses(self, need_id: str) -> tuple[str, ...]:
        """Every address at which a need can be seen."""
        return (
            f"/v1/needs/{need_id}",
            "/v1/needs?limit=100",
            "/v1/needs?limit=2",
            f"/needs/{need_id}/matches",
            f"/needs/{need_id}/reading",
            f"/needs/{need_id}/words",
            f"/needs/new?from={need_id}",
        )


@pytest.fixture(scope="module")
def canaries(shared_client: TestClient) -> Canaries:
    return Canaries(shared_client, 5)


def test_each_need_that_an_answer_shows_is_recorded_once_as_read(canaries: Canaries) -> None:
    client = canaries.client
    rng = Random(7)  # noqa: S311 which addresses are tried is no secret
    shown = recorded = 0
    for _ in range(60):
        address = rng.choice(canaries.addresses(rng.choice(list(canaries.words))))
        answer = client.get(address, headers={"Accept": "application/json, text/html"})
        assert answer.status_code == 200, address
        read = [need for action, need in recorded_at(client, answer) if action == "need.text_read"]
        assert sorted(need for need in read if need in canaries.words) == canaries.shown_in(answer)
        shown += len(canaries.shown_in(answer))
        recorded += len(read)
    assert shown > 60
    assert recorded >= shown


@pytest.mark.parametrize("address", ["/v1/recommendations/{made}", "/v1/needs/{need}/why/{other}"])
def test_what_repeats_a_need_counts_as_reading_it(canaries: Canaries, address: str) -> None:
    need_id, made = next(iter(canaries.recommendations.items()))

    answer = canaries.client.get(address.format(need=need_id, made=made, other=PROVIDER_ID))

    assert answer.status_code == 200
    assert recorded_at(canaries.client, answer) == [("need.text_read", need_id)]


def test_a_request_whose_read_is_recorded_never_holds_two_connections(
    canaries: Canaries,
) -> None:
    assert isinstance(canaries.client.app, FastAPI)
    pool = canaries.client.app.state.db_engine.pool
    held, most = 0, 0

    def taken(*_: object) -> None:
        nonlocal held, most
        held += 1
        most = max(most, held)

    def given_back(*_: object) -> None:
        nonlocal held
        held -= 1

    event.listen(pool, "checkout", taken)
    event.listen(pool, "checkin", given_back)
    try:
        answer = canaries.client.get("/v1/needs?limit=100")
    finally:
        event.remove(pool, "checkout", taken)
        event.remove(pool, "checkin", given_back)

    assert len(canaries.shown_in(answer)) == 5
    assert (held, most) == (0, 1)


def test_the_count_would_show_a_read_that_is_not_recorded(
    canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deps, "watch_reads", lambda _session: None)
    answer = canaries.client.get("/v1/needs?limit=100")

    assert len(canaries.shown_in(answer)) == 5
    assert recorded_at(canaries.client, answer) == []


def test_no_text_leaves_where_its_reading_cannot_be_recorded(
    canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_sessions: SessionFactory, *, at: str) -> None:
        raise OperationalError("insert", {}, Exception(f"no room at {at}"))

    monkeypatch.setattr("core.audit.reads.transaction", fail)
    answer = canaries.client.get("/v1/needs?limit=100")

    assert answer.status_code == 503
    assert canaries.shown_in(answer) == []


def test_events_are_listed_for_operators_by_what_they_were_done_to(canaries: Canaries) -> None:
    client, need_id = canaries.client, next(iter(canaries.words))
    wanted = {"subject_id": need_id, "action": "need.created"}

    (found,) = client.get("/v1/audit", params=wanted).json()["items"]

    assert found["subject_kind"] == "need"
    assert found["sequence"] >= 1
    assert canaries.words[need_id] not in str(found)


def test_the_list_of_events_goes_on_where_a_page_ended(canaries: Canaries) -> None:
    client, need_id = canaries.client, next(iter(canaries.words))
    whole = client.get("/v1/audit", params={"subject_id": need_id, "limit": 100}).json()["items"]
    paged: list[object] = []
    cursor: str | None = None
    while cursor or not paged:
        query = {"subject_id": need_id, "limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/audit", params=query).json()
        paged += page["items"]
        cursor = page["next_cursor"]
    assert len(paged) > 2
    assert paged == whole


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "WyIyMDI2LTExLTIyIiwieCIsIjEiXQ"])
def test_a_cursor_of_another_list_is_refused(shared_client: TestClient, cursor: str) -> None:
    answer = shared_client.get("/v1/audit", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/cursor"
