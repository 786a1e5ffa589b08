from uuid import UUID

import anyio
import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.middleware import CONTENT_SECURITY_POLICY, RequestGuard
from api.problems import REQUEST_ID


@pytest.mark.parametrize(
    "address",
    [
        "/healthz",
        "/v1/sectors",
        "/v1/nothing",
        "/needs/new",
        "/openapi.json",
        "/problems/not-found",
    ],
)
def test_every_answer_has_its_security_headers(shared_client: TestClient, address: str) -> None:
    headers = shared_client.get(address).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"]
    assert UUID(headers["x-request-id"])


def test_each_request_has_an_id_of_its_own(shared_client: TestClient) -> None:
    ids = {shared_client.get("/healthz").headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


def test_other_sites_are_given_nothing(shared_client: TestClient) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    response = shared_client.options("/v1/match", headers=headers)
    assert response.status_code == 405
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_head_is_answered_as_get_without_the_body(shared_client: TestClient) -> None:
    for address in ("/v1/sectors", "/v1/nothing"):
        got, head = shared_client.get(address), shared_client.head(address)
        assert head.status_code == got.status_code
        assert head.content == b""
        assert head.headers["content-type"] == got.headers["content-type"]


def test_the_reference_pages_of_the_framework_are_off(shared_client: TestClient) -> None:
    for address in ("/docs", "/redoc"):
        assert shared_client.get(address).status_code == 404


def test_a_body_that_is_too_long_is_not_read_to_its_end() -> None:
    limit, piece = 10_000, 1_000
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += piece
        return {"type": "http.request", "body": b"x" * piece, "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def never(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("the body should have been refused")

    class App:
        state = None

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/match",
        "headers": [(b"transfer-encoding", b"chunked")],
        "app": App(),
        REQUEST_ID: "6f9c0d8e-2f6b-4a53-9d0c-1c1f3a0b7e55",
    }
    anyio.run(RequestGuard(never, limit), scope, receive, send)
    assert sent[0]["status"] == 413
    assert read <= 1.1 * limit
