"""Requests made up from the API's own description, valid and hostile: none may be a 5xx."""

import json
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.problems import MEDIA_TYPE
from api.v1.examples import PROVIDER_ID, VIETNAM_TEXT
from api.v1.match_batch import ADDRESS
from committee.queries import packaged_version
from tests.conftest import make_settings
from tools.fuzz_api import fuzz, headers_of

Json = dict[str, Any]  # Any: an OpenAPI document
SCHEMA: Json = create_app(make_settings("sqlite://")).openapi()
OPERATIONS = [
    (method, path, operation)
    for path, operations in sorted(SCHEMA["paths"].items())
    for method, operation in sorted(operations.items())
]
HOSTILE_VALUES: list[object] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**40,
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\x00",
    "\ud800",
    "\ufffe\u202e\u200d",
    "x" * 20_000,
    "%s%n{{7*7}}${7}",
    "' OR 1=1 --",
    "../../etc/passwd",
    "9999-12-31T23:59:59.999999999Z",
    "0000-00-00",
    "VN",
    "BLT",
    "zh",
    [],
    {},
    [[]] * 3,
    {"a": {"b": [None]}},
]
HOSTILE = st.sampled_from(HOSTILE_VALUES)
# Of the 3,000 that both databases and four roles share.
CASES = 375
NEED, RECOMMENDATION = "stored-need", "stored-recommendation"
PLACES = [["VN"], ["BD", "TZ"], [], None]
SECTORS = [["BLT"], ["LEG", "ACC.AUD"], [], None]
KNOWN: dict[str, list[object]] = {
    "need_id": [NEED],
    "recommendation_id": [RECOMMENDATION],
    "provider_id": [PROVIDER_ID],
    "code": ["BLT", "VN", "not-found"],
    "ranker_version": [packaged_version()],
    "by": ["chan", "li"],
    "kind": ["providers", "evidence"],
    "source": ["operator"],
    "jurisdiction": ["VN"],
    "sector": ["BLT"],
    "version": [1],
    "home_jurisdiction": ["CN", "HK", None],
    "target_jurisdictions": [*PLACES],
    "excluded_jurisdictions": [*PLACES],
    "sector_codes": [*SECTORS],
    "excluded_sector_codes": [["TAX"], None],
    "languages_wanted": [["en", "zh"], [], None],
}
TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["rural roads in Vietnam", "在坦桑尼亞做電力項目審計", "VN", "BLT", "en"]),
)


def values(schema: Json, depth: int = 0) -> st.SearchStrategy[object]:
    """Values that fit a schema, for the most part."""
    if "$ref" in schema:
        return values(SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]], depth)
    if "anyOf" in schema:
        return st.one_of([values(part, depth) for part in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "object" and depth < 3:
        return _objects(schema, depth)
    if schema.get("type") == "array":
        return st.lists(values(schema["items"], depth + 1), max_size=4)
    return _scalars(schema)


def known(name: str, otherwise: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Half of the time, a value that the small catalogue knows under this name."""
    if name not in KNOWN:
        return otherwise
    return st.one_of(st.sampled_from(KNOWN[name]), otherwise)


def _objects(schema: Json, depth: int) -> st.SearchStrategy[object]:
    required = set(schema.get("required", ()))
    fields = {
        name: known(name, values(part, depth + 1))
        for name, part in schema.get("properties", {}).items()
    }
    return st.fixed_dictionaries(
        {name: field for name, field in fields.items() if name in required},
        optional={name: field for name, field in fields.items() if name not in required},
    )


def _scalars(schema: Json) -> st.SearchStrategy[object]:
    by_type: dict[str, st.SearchStrategy[object]] = {
        "integer": st.integers(schema.get("minimum", -5), min(schema.get("maximum", 200), 10**6)),
        "number": st.floats(0, 1e9),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    by_format: dict[str, st.SearchStrategy[object]] = {
        "uuid": st.one_of(st.just(PROVIDER_ID), st.uuids().map(str)),
        "date": st.dates().map(str),
    }
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    return by_type.get(schema.get("type", ""), TEXTS)


@dataclass(frozen=True)
class MadeUp:
    operation: int
    path: str
    query: dict[str, str]
    body: bytes | None


@st.composite
def requests(draw: st.DrawFn) -> MadeUp:
    """A request for one of the operations."""
    position = draw(st.integers(0, len(OPERATIONS) - 1))
    _, path, operation = OPERATIONS[position]
    query: dict[str, str] = {}
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        fitting = known(name, values(parameter["schema"]))
        written = str(draw(st.one_of(fitting, fitting, HOSTILE)))
        written = written.encode("utf-8", "replace").decode()
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(written, safe="") or "%20")
        elif parameter["in"] == "query" and draw(st.booleans()):
            query[name] = written
    body: bytes | None = None
    if "requestBody" in operation:
        (content,) = operation["requestBody"]["content"].values()
        schema = content["schema"]
        value: object = draw(st.one_of(values(schema), values(schema), HOSTILE))
        if isinstance(value, dict) and value and draw(st.integers(0, 2)) == 0:
            fields = cast(dict[str, object], value)
            value = {**fields, draw(st.sampled_from(sorted(fields))): draw(HOSTILE)}
        # A table is text already.
        body = (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")
        if draw(st.integers(0, 9)) == 0:
            body = draw(st.binary(max_size=30))
    return MadeUp(position, path, query, body)


@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(made_up=requests())
def test_no_request_breaks_the_server(shared_client: TestClient, made_up: MadeUp) -> None:
    method, _, operation = OPERATIONS[made_up.operation]
    path = _with_stored_ids(shared_client, made_up.path)
    headers = {}
    if made_up.body is not None:
        (headers["Content-Type"],) = operation["requestBody"]["content"]

    response = shared_client.request(
        method, path, params=made_up.query, content=made_up.body, headers=headers
    )

    assert response.status_code < 500, response.text
    # An answer line by line has begun before a line goes wrong.
    assert made_up.path != ADDRESS or "/problems/platform-error" not in response.text
    assert UUID(response.headers["x-request-id"])
    documented = set(operation["responses"])
    if response.status_code >= 400:
        assert response.headers["content-type"] == MEDIA_TYPE
        # A value with a slash or a NUL may make the address another one.
        documented |= {"404", "405"}
    assert str(response.status_code) in documented


def _with_stored_ids(client: TestClient, path: str) -> str:
    """Put ids of things that are stored where the request asks for them."""
    if NEED not in path and RECOMMENDATION not in path:
        return path
    need = client.post("/v1/needs", json={"text": VIETNAM_TEXT}).headers["location"]
    path = path.replace(NEED, need.rpartition("/")[2])
    if RECOMMENDATION in path:
        made = client.post(f"{need}/recommendations").headers["location"]
        path = path.replace(RECOMMENDATION, made.rpartition("/")[2])
    return path


@pytest.mark.parametrize("role", ["anonymous", "enterprise", "operator", "committee"])
def test_answers_are_as_described_whoever_asks(shared_client: TestClient, role: str) -> None:
    report = fuzz(shared_client, cases=CASES, headers=headers_of(shared_client, role))

    assert not report.failures, report.failures[:3]
    # Some operations take nothing that could be wrong.
    assert report.cases >= 0.9 * CASES
