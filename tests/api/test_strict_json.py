import json
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.problems import UnreadableBody
from api.strict_json import MAX_DEPTH, parse_strictly, parse_whatever
from api.v1.examples import VIETNAM_TEXT
from core.errors import InvalidInput

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"text": "a\\u0000b"}', "#/text"),
        (b'{"text": "\\ud83d"}', "#/text"),
        (b'{"text": "x", "sector_codes": ["BLT", "\\udfff"]}', "#/sector_codes/1"),
        (b'{"\\ud800": 1}', "#"),
        (b'{"amount_usd": NaN}', "#/amount_usd"),
        (b'{"amount_usd": -Infinity}', "#/amount_usd"),
        (b'{"amount_usd": 1e999}', "#/amount_usd"),
        (b'{"amount_usd": 9223372036854775808}', "#/amount_usd"),
        (b'{"top": -9223372036854775809}', "#/top"),
        (b'{"top": ' + b"9" * 100_000 + b"}", "#/top"),
        (b'{"a/b": {"c~d": "\\u0000"}}', "#/a~1b/c~0d"),
        (b"[" * 100 + b"]" * 100, "#" + "/0" * (MAX_DEPTH + 1)),
        (b"[" * 1_000 + b"]" * 1_000, "#"),
        (b'{"a": ' * 100_000, "#"),
        (b"[" * 900_000, "#"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_cannot_be_used_is_named(shared_client: TestClient, body: bytes, pointer: str) -> None:
    response = shared_client.post("/v1/match", content=body, headers=JSON)
    assert response.status_code == 422
    assert response.json()["type"] == "/problems/invalid-input"
    assert pointer in [error["pointer"] for error in response.json()["errors"]]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nothing",
        b'{"text": "x",}',
        b"\xff\xfe{\x00}\x00",
        '{"text": "在越南的农村道路"}'.encode("gb18030"),
        b"\x89PNG\r\n\x1a\n",
        b'{"text": "x"} trailing',
        b"   ",
    ],
)
def test_what_is_no_json_in_utf_8_is_unreadable(shared_client: TestClient, body: bytes) -> None:
    response = shared_client.post("/v1/match", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["type"] == "/problems/unreadable-body"


def test_a_byte_order_mark_does_no_harm(shared_client: TestClient) -> None:
    body = json.dumps({"text": VIETNAM_TEXT}).encode("utf-8-sig")
    assert shared_client.post("/v1/match", content=body, headers=JSON).status_code == 200


def test_what_is_sent_as_something_else_is_a_415(shared_client: TestClient) -> None:
    body = json.dumps({"text": VIETNAM_TEXT})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "nonsense", ""):
        response = shared_client.post("/v1/match", content=body, headers={"Content-Type": kind})
        assert response.status_code == 415, kind
        assert response.json()["type"] == "/problems/unsupported-media-type"


@pytest.mark.parametrize("body", [b"", b"null", b"1", b'"text"', b"[]", b"true"])
def test_what_is_no_object_is_refused(shared_client: TestClient, body: bytes) -> None:
    response = shared_client.post("/v1/match", content=body, headers=JSON)
    assert response.status_code == 422
    assert response.json()["errors"]


def test_a_body_over_the_limit_is_a_413_declared_or_not(shared_client: TestClient) -> None:
    body = b'{"text": "' + b"x" * 1_000_000 + b'"}'

    def trickle() -> Iterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    for content in (body, trickle()):
        response = shared_client.post("/v1/match", content=content, headers=JSON)
        assert response.status_code == 413
        assert response.json()["type"] == "/problems/body-too-large"
        assert "content-security-policy" in response.headers


def test_a_body_in_pieces_is_read(shared_client: TestClient) -> None:
    body = json.dumps({"text": VIETNAM_TEXT}).encode()
    response = shared_client.post(
        "/v1/match", content=(body[i : i + 5] for i in range(0, len(body), 5)), headers=JSON
    )
    assert response.status_code == 200


def test_parses_what_json_holds() -> None:
    value = {"a": [1, 1.5, None, True, "路\u200d😀"], "b": {"c": -(2**63)}}
    assert parse_strictly(json.dumps(value).encode()) == value
    nested: object = 1
    for _ in range(MAX_DEPTH):
        nested = [nested]
    assert parse_strictly(json.dumps(nested).encode()) == nested
    with pytest.raises(InvalidInput):
        parse_strictly(json.dumps([nested]).encode())


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
    max_leaves=12,
)


def outcome_of(parse: Callable[[bytes], object], body: bytes) -> str:
    try:
        return repr(parse(body))
    except (UnreadableBody, InvalidInput) as error:
        return f"{type(error).__name__} {error.detail} {getattr(error, 'fields', None)}"


@settings(max_examples=300, deadline=None)
@given(
    document=documents,
    is_ascii=st.booleans(),
    edits=st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=3)), max_size=2),
)
@example("\ud800", True, [])
@example("\x00", True, [])
@example(2**63, True, [])
@example(1.5, True, [(1, b"e999")])
@example(-0.0, True, [])
def test_the_short_cut_reads_and_refuses_as_the_long_way_does(
    document: object, is_ascii: bool, edits: list[tuple[int, bytes]]
) -> None:
    body = json.dumps(document, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    for place, other in edits:
        body = body[:place] + other + body[place + 1 :]

    assert outcome_of(parse_strictly, body) == outcome_of(parse_whatever, body)
