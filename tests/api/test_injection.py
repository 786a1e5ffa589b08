"""What is asked for is never carried out: hostile words are answered like any other words (I8).

`LANDBRIDGE_TEST_PAYLOADS=500` sends every payload to every place; a few go to each otherwise.
"""

import os
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, cast
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.v1.examples import PROVIDER_ID
from tests.conftest import make_settings
from tools.fuzz_api import headers_of

Json = dict[str, Any]  # Any: an OpenAPI document
Where = Literal["path", "query", "header", "body", "name"]
SCHEMA: Json = create_app(make_settings("sqlite://")).openapi()
EACH = int(os.environ.get("LANDBRIDGE_TEST_PAYLOADS", "1"))
# A way out of the place where words stand, something to be carried out, and what hides the rest.
GRAMMAR = {
    "SQL": (
        ["'", '"', "')", "0", "\\'"],
        [" OR 1=1", " UNION SELECT NULL", "; DROP TABLE need", " AND sleep(9)", "||version()"],
        ["--", " /*", "#", ";", ""],
    ),
    "template": (
        ["{{", "${", "<%=", "#{", "{%"],
        ["7*7", "config", "self.__init__", "''.__class__", "T(java.lang.Runtime)"],
        ["}}", "}", "%>", "%}"],
    ),
    "path": (
        ["../", "..\\", "%2e%2e/", "....//", "file:///"],
        ["etc/passwd", "app/.env", "proc/self/environ", "windows/win.ini"],
        ["", ".json", "?", "%00"],
    ),
    "shell": (
        [";", "|", "`", "$(", "&&", "\n"],
        ["id", "sleep 9", "cat /etc/passwd", "nslookup b.test"],
        ["", "`", ")", " #"],
    ),
    "header": (
        ["x%0d%0a", "x\u560d\u560a", "x\\r\\n"],
        ["Set-Cookie: a=b", "Location: //b.test", "Content-Length: 0", "X-A: 1"],
        ["%0d%0a%0d%0a", "", "%0d%0a%0d%0a<b>"],
    ),
    "LDAP": (
        ["*)", "*))(|", "x)(", "\\2a"],
        ["(uid=*", "(cn=admin", "(&(a=b", "(objectClass=*"],
        [")", "))", "%00", ""],
    ),
    "NoSQL": (
        ["", "'", "[", "x; "],
        ['{"$gt": ""}', '{"$ne": null}', '{"$where": "sleep(9)"}', "return true", "[$regex]=.*"],
        ["", "//", "]", ";", "'"],
    ),
}
PAYLOADS = sorted({"".join(parts) for one in GRAMMAR.values() for parts in product(*one)})
HARMLESS = "harmless"
# Each request has its own, whatever is asked.
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIMES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
READ_HEADERS = (
    "Accept", "Accept-Language", "Cookie", "If-None-Match", "Landbridge-Version", "traceparent",
    "User-Agent", "X-Request-Id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a request where words go; `name` is of a parameter, a field or a header."""

    method: str
    path: str
    where: Where
    name: str


def places() -> Iterator[Place]:
    for path, operations in sorted(SCHEMA["paths"].items()):
        for method, operation in sorted(operations.items()):
            for parameter in operation.get("parameters", ()):
                where = cast(Where, parameter["in"])
                yield Place(method, path, where, parameter["name"])
            if method == "get":
                # Names of parameters are words of the caller's too.
                yield Place(method, path, "name", "any")
            for name, value in body_of(operation).items():
                if isinstance(value, str):
                    yield Place(method, path, "body", name)
    for name in READ_HEADERS:
        yield Place("get", "/v1/providers", "header", name)


def body_of(operation: Json) -> Json:
    """Return the first body that the description gives as an example."""
    content = operation.get("requestBody", {}).get("content", {})
    examples = content.get("application/json", {}).get("examples", {})
    return cast(Json, next((one["value"] for one in examples.values()), {}))


def ask(client: TestClient, place: Place, words: str, known: Mapping[str, str]) -> Response:
    operation = SCHEMA["paths"][place.path][place.method]
    path = place.path
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            is_meant = place.where == "path" and parameter["name"] == place.name
            written = words if is_meant else PROVIDER_ID
            path = path.replace(f"{{{parameter['name']}}}", quote(written, safe=""))
    params = {"query": {place.name: words}, "name": {words: "1"}}.get(place.where, {})
    body = body_of(operation)
    if place.where == "body":
        body = body | {place.name: words}
    sent = words.encode("utf-8").replace(b"\n", b" ")
    headers = {name.encode(): value.encode() for name, value in known.items()}
    if place.where == "header":
        headers[place.name.encode()] = sent
    return client.request(
        place.method,
        path,
        params=params,
        json=body if "requestBody" in operation else None,
        headers=headers,
        follow_redirects=False,
    )


def plain(answer: Response, words: str) -> str:
    """Return an answer without what is another in each, and without the words that were sent."""
    text = answer.text
    for written in (words, words.replace("\\", "\\\\").replace('"', '\\"'), quote(words)):
        text = text.replace(written, "")
    return _TIMES.sub("", _IDS.sub("", text))


@pytest.mark.parametrize("role", ["anonymous", "administrator"])
def test_hostile_words_are_answered_like_harmless_ones(
    shared_client: TestClient, role: str
) -> None:
    assert len(PAYLOADS) >= 500
    chosen = random.Random(8)  # noqa: S311 picks test cases, guards nothing
    known = headers_of(shared_client, role)
    before = shared_client.get("/v1/providers", params={"limit": 100}).json()
    differing: list[tuple[Place, str, int, int]] = []
    for place in places():
        for words in chosen.sample(PAYLOADS, min(EACH, len(PAYLOADS))):
            harmless = (HARMLESS * len(words))[: len(words)]
            expected = ask(shared_client, place, harmless, known)
            found = ask(shared_client, place, words, known)
            if found.status_code != expected.status_code:
                # A slash makes the address another one; what is no such name is refused; and what
                # was stored a moment ago is there already.
                is_as_good = found.status_code in {400, 404, 405, 409, 422}
            elif place.method == "get" and found.status_code < 300:
                is_as_good = plain(found, words) == plain(expected, harmless)
            else:
                is_as_good = found.status_code < 500
            if not is_as_good:
                differing.append((place, words, expected.status_code, found.status_code))
    told = "\n".join(map(str, differing))
    assert not differing, told
    assert shared_client.get("/v1/providers", params={"limit": 100}).json() == before
