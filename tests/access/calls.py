"""How each route is called: with what a caller who may would send, or nearly.

Where doing it would need much before it, what is sent names a thing that is not there: whoever may
is told so, everybody else is refused before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response

from api.v1.disputes import EXAMPLES as DISPUTES
from api.v1.examples import OTHER_PROVIDER_ID, PROVIDER_ID, VIETNAM_TEXT
from api.v1.match_batch import MEDIA_TYPE as LINES
from api.web import forms
from core.settings import Settings
from tests.access.callers import Caller
from tests.access.objects import Object

Json = dict[str, Any]  # Any: a JSON document
NOWHERE = UUID(int=0)
_NAMED = re.compile(r"\{[a-z_]+\}")
OF_OBJECTS = ("{need_id}", "{recommendation_id}")
# Routes of objects that have their id in the body.
_IN_BODY = {
    ("POST", "/v1/judgements"),
    ("POST", "/v1/preferences"),
    ("POST", "/v1/outcomes"),
    ("GET", "/needs/new"),
}
DISPUTE = DISPUTES["seats"]["value"]
_PATH = {
    "provider_id": PROVIDER_ID,
    "code": "LEG",
    "ranker_version": "no-such-ranker",
    "version": "no-such-ranker",
    "import_id": str(NOWHERE),
    "step": "confirm",
    "kind": "providers",
    "from": "CN",
    "to": "VN",
    "digest": "0",
    "name": "app.css",
    "session_id": "0" * 16,
}
_BY_ROUTE = {
    "/v1/jurisdictions/{code}": {"code": "VN"},
    "/problems/{code}": {"code": "not-found"},
    "/v1/routes/{kind}/{from}/{to}": {"kind": "award"},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes with a request beside its address."""

    json: Json | None = None
    form: Mapping[str, str] | None = None
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    content: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Operation:
    """A method of a route."""

    method: str
    path: str

    @property
    def is_of_objects(self) -> bool:
        """Whether it is about a need or a recommendation."""
        return (self.method, self.path) in _IN_BODY or any(one in self.path for one in OF_OBJECTS)


def operations(app: FastAPI) -> list[Operation]:
    """Return every operation of every route of an application."""
    found: set[Operation] = set()
    for context in iter_route_contexts(app.routes):
        methods = set(getattr(context, "methods", None) or ()) - {"HEAD", "OPTIONS"}
        found |= {Operation(method, str(context.path)) for method in methods}
    return sorted(found)


def call(
    client: TestClient, operation: Operation, caller: Caller, about: Object | None
) -> Response:
    """Send a request, about an object or about none."""
    need_id = about.need_id if about else NOWHERE
    recommendation_id = about.recommendation_id if about else NOWHERE
    path = operation.path
    fixed = {**_PATH, **_BY_ROUTE.get(path, {})}
    ids = {"need_id": str(need_id), "recommendation_id": str(recommendation_id)}
    for name, value in {**fixed, **ids}.items():
        path = path.replace(f"{{{name}}}", value)
    # Whatever else is named is nobody's.
    path = _NAMED.sub(str(NOWHERE), path)
    app = client.app
    assert isinstance(app, FastAPI)
    settings: Settings = app.state.settings
    token = forms.new_token(settings)
    sent = _sent(operation, ids, token)
    if sent == Sent():
        sent = Sent(json=_example(app, operation))
    headers = {**caller.headers, "Accept": "application/json"}
    if sent.media_type:
        headers["Content-Type"] = sent.media_type
    if sent.form is not None:
        headers["Cookie"] = f"{forms.COOKIE}={token}"
    return client.request(
        operation.method,
        path,
        params=sent.query,
        json=sent.json,
        data=sent.form,
        content=sent.content,
        headers=headers,
        follow_redirects=False,
    )


def _sent(operation: Operation, ids: Mapping[str, str], token: str) -> Sent:
    """Return what goes with a request, with the ids of what it is about put in."""
    if operation.method == "POST" and not operation.path.startswith("/v1"):
        form = {"form_token": token, "version": "1", "text": "roads in Thailand"}
        return Sent(form={**form, "verdict": "accept", "reason": "looked at it"})
    sent = _BODIES.get((operation.method, operation.path), Sent())
    named = {f"{{{name}}}": value for name, value in ids.items()}
    body = sent.json and {key: named.get(str(value), value) for key, value in sent.json.items()}
    query = {key: named.get(value, value) for key, value in sent.query.items()}
    return replace(sent, json=body, query=query)


def _example(app: FastAPI, operation: Operation) -> Json | None:
    """Return the first body that the API's own description gives."""
    described: Json = app.openapi()["paths"].get(operation.path, {})
    content = described.get(operation.method.lower(), {}).get("requestBody", {}).get("content", {})
    examples = content.get("application/json", {}).get("examples", {})
    return next((one["value"] for one in examples.values()), None)


_ABOUT = {"need_id": "{need_id}", "provider_id": PROVIDER_ID}
_WORDS = Sent(json={"text": VIETNAM_TEXT})
_REASON = Sent(json={"reason": "looked at it"})
_BODIES: Mapping[tuple[str, str], Sent] = {
    ("POST", "/v1/needs"): _WORDS,
    ("POST", "/v1/needs/readings"): _WORDS,
    ("POST", "/v1/match"): _WORDS,
    ("POST", "/v1/match/why"): Sent(json={"text": VIETNAM_TEXT, "provider_id": PROVIDER_ID}),
    ("POST", "/v1/match/batch"): Sent(
        content=f'{{"id": 1, "text": "{VIETNAM_TEXT}"}}\n', media_type=LINES
    ),
    ("PUT", "/v1/needs/{need_id}"): Sent(json={"version": 1, "text": "roads in Thailand"}),
    ("POST", "/v1/needs/{need_id}/accesses"): Sent(json={"purpose": "the enterprise asked to"}),
    ("POST", "/v1/judgements"): Sent(json={**_ABOUT, "grade": 2}),
    ("POST", "/v1/preferences"): Sent(
        json={"need_id": "{need_id}", "better_id": PROVIDER_ID, "worse_id": OTHER_PROVIDER_ID}
    ),
    ("POST", "/v1/outcomes"): Sent(
        json={
            "recommendation_id": "{recommendation_id}",
            "provider_id": str(NOWHERE),
            "kind": "engaged",
        }
    ),
    ("POST", "/v1/rankers"): Sent(json={"document": {}}),
    ("POST", "/v1/rankers/{ranker_version}/votes"): Sent(
        json={"verdict": "accept", "reason": "looked at it"}
    ),
    ("POST", "/v1/rankers/rollback"): _REASON,
    ("POST", "/v1/rankers/{ranker_version}/promotion"): _REASON,
    ("POST", "/v1/imports"): Sent(
        query={"kind": "no-such-kind"}, content="a,b\r\n", media_type="text/csv"
    ),
    ("POST", "/v1/routes/disputes"): Sent(json=DISPUTE),
    ("GET", "/needs/new"): Sent(query={"from": "{need_id}"}),
}
