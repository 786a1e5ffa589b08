from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.openapi import TAGS
from api.person_archives import ZIP_TYPE
from api.problems import MEDIA_TYPE, known_types
from api.table_files import CSV_TYPE, XLSX_TYPE
from api.v1.examples import VIETNAM_TEXT
from api.v1.match_batch import ADDRESS
from api.v1.match_batch import MEDIA_TYPE as MEDIA_TYPE_OF_LINES
from tests.api.import_steps import import_ready_for
from tests.api.job_steps import job_ready_for
from tests.api.people_steps import ADDRESSES as ADDRESSES_OF_PEOPLE
from tests.api.people_steps import mailing, people_ready_for
from tests.api.provider_steps import provider_ready_for
from tests.api.ranker_steps import ready_for
from tests.api.webhook_steps import webhook_ready_for
from tests.conftest import make_settings

Json = dict[str, Any]  # Any: an OpenAPI document
SCHEMA: Json = create_app(make_settings("sqlite://")).openapi()
OPERATIONS: list[tuple[str, str, Json]] = [
    (method, path, operation)
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
]
STREAMED = {ADDRESS}
MAILING = {"/v1/registrations"}
FILES = {
    "/v1/exports/{kind}": CSV_TYPE,
    "/v1/imports/{import_id}/errors": XLSX_TYPE,
    "/v1/me/export": ZIP_TYPE,
    "/v1/person-requests/{request_id}/archive": ZIP_TYPE,
}
IDS = [f"{method.upper()} {path}" for method, path, _ in OPERATIONS]


def test_lists_every_address_of_the_api() -> None:
    assert set(SCHEMA["paths"]) == {
        "/v1/match",
        "/v1/match/batch",
        "/v1/match/why",
        "/v1/me",
        "/v1/me/export",
        "/v1/me/requests",
        "/v1/me/sessions",
        "/v1/me/sessions/{session_id}",
        "/v1/me/tokens",
        "/v1/me/tokens/{token_id}",
        "/v1/organisation/invitations",
        "/v1/organisation/invitations/{invitation_id}",
        "/v1/organisation/members",
        "/v1/organisation/members/{member_id}",
        "/v1/organisation/services",
        "/v1/organisation/services/{service_id}/tokens",
        "/v1/organisation/services/{service_id}/tokens/{token_id}",
        "/v1/organisations",
        "/v1/organisations/{organisation_id}/provider",
        "/v1/registrations",
        "/v1/person-requests",
        "/v1/person-requests/{request_id}/answer",
        "/v1/person-requests/{request_id}/archive",
        "/v1/person-requests/{request_id}/closing",
        "/v1/person-requests/{request_id}/erasure",
        "/v1/person-requests/{request_id}/extension",
        "/v1/provider",
        "/v1/provider/evidence",
        "/v1/provider/evidence/{evidence_id}",
        "/v1/provider/refused-claims",
        "/v1/provider/refused-claims/{evidence_id}",
        "/v1/provider/withdrawal",
        "/v1/contacts",
        "/v1/contacts/{contact_id}/consents",
        "/v1/evidence/{evidence_id}/refusal",
        "/v1/evidence/{evidence_id}/verification",
        "/v1/needs",
        "/v1/needs/readings",
        "/v1/needs/{need_id}",
        "/v1/needs/{need_id}/accesses",
        "/v1/needs/{need_id}/recommendations",
        "/v1/needs/{need_id}/why/{provider_id}",
        "/v1/recommendations/{recommendation_id}",
        "/v1/rankers",
        "/v1/rankers/rollback",
        "/v1/rankers/{ranker_version}",
        "/v1/rankers/{ranker_version}/comparison",
        "/v1/rankers/{ranker_version}/document",
        "/v1/rankers/{ranker_version}/promotion",
        "/v1/rankers/{ranker_version}/votes",
        "/v1/judgements",
        "/v1/preferences",
        "/v1/outcomes",
        "/v1/audit",
        "/v1/exports/{kind}",
        "/v1/imports",
        "/v1/imports/{import_id}",
        "/v1/imports/{import_id}/confirm",
        "/v1/imports/{import_id}/discard",
        "/v1/imports/{import_id}/errors",
        "/v1/imports/{import_id}/rows",
        "/v1/imports/{import_id}/undo",
        "/v1/jobs",
        "/v1/jobs/{job_id}",
        "/v1/jobs/{job_id}/cancel",
        "/v1/jobs/{job_id}/retry",
        "/v1/providers",
        "/v1/providers/{provider_id}",
        "/v1/providers/{provider_id}/contacts",
        "/v1/providers/{provider_id}/evidence",
        "/v1/routes/{kind}/{from}/{to}",
        "/v1/routes/disputes",
        "/v1/notifications",
        "/v1/webhooks",
        "/v1/webhooks/{webhook_id}",
        "/v1/webhooks/{webhook_id}/disable",
        "/v1/webhooks/{webhook_id}/enable",
        "/v1/webhooks/{webhook_id}/rotate",
        "/v1/webhooks/{webhook_id}/test",
        "/v1/sectors",
        "/v1/sectors/{code}",
        "/v1/jurisdictions",
        "/v1/jurisdictions/{code}",
        "/healthz",
        "/readyz",
        "/problems",
        "/problems/{code}",
    }


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)
def test_each_operation_is_described_to_its_end(method: str, path: str, operation: Json) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert set(operation["tags"]) <= {tag["name"] for tag in TAGS}
    succeeding = [status for status in operation["responses"] if status.startswith("2")]
    assert len(succeeding) == 1
    if succeeding != ["204"]:
        content = operation["responses"][succeeding[0]]["content"]
        expected = MEDIA_TYPE_OF_LINES if path in STREAMED else "application/json"
        assert content[FILES.get(path, expected)]["schema"]
    for parameter in operation.get("parameters", ()):
        assert parameter["in"] == "path" or parameter.get("description"), parameter["name"]
    # The API refuses parameters that nothing reads.
    takes_input = bool(operation.get("parameters") or operation.get("requestBody"))
    assert ("422" in operation["responses"]) is (takes_input or path.startswith("/v1/"))
    assert {"400", "413", "415"} <= set(operation["responses"]) or "requestBody" not in operation
    assert "500" in operation["responses"]


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=IDS)
def test_each_problem_is_a_problem_document_of_a_known_type(
    method: str, path: str, operation: Json
) -> None:
    for status, response in operation["responses"].items():
        if status.startswith(("2", "3")) or (path, status) == ("/readyz", "503"):
            continue
        content = response["content"][MEDIA_TYPE]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert content["examples"]
        for code, example in content["examples"].items():
            assert example["value"]["type"] == f"/problems/{code}"
            assert known_types()[code].status == int(status) == example["value"]["status"]


def test_every_reference_leads_somewhere() -> None:
    def references(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, part in cast(Json, value).items():
                if key == "$ref":
                    yield part
                else:
                    yield from references(part)
        elif isinstance(value, list):
            for part in cast(list[object], value):
                yield from references(part)

    found = set(references(SCHEMA))
    assert "#/components/schemas/Problem" in found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in SCHEMA["components"]["schemas"]


def _examples(operation: Json) -> list[tuple[str, object]]:
    body = operation.get("requestBody")
    if body is None:
        return [("", None)]
    (content,) = body["content"].values()
    examples = content["examples"]
    return [(name, example["value"]) for name, example in examples.items()]


REQUESTS = [
    pytest.param(method, path, operation, body, id=f"{method.upper()} {path} {name}")
    for method, path, operation in OPERATIONS
    for name, body in _examples(operation)
]


def _ready_for(client: TestClient, method: str, path: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return headers of somebody who may ask, and the ids that an address needs."""
    ready = provider_ready_for(client, method, path)
    if ready is not None:
        return ready
    if path.startswith(ADDRESSES_OF_PEOPLE):
        return people_ready_for(client, path)
    need = client.post("/v1/needs", json={"text": VIETNAM_TEXT}).headers["location"]
    recommendation = client.post(f"{need}/recommendations").headers["location"]
    known = {
        "need_id": need.rpartition("/")[2],
        "recommendation_id": recommendation.rpartition("/")[2],
    }
    if path.startswith("/v1/rankers/"):
        known["ranker_version"] = ready_for(client, path)
    if "import_id" in path:
        known["import_id"] = import_ready_for(client, path)
    if "job_id" in path:
        known["job_id"] = job_ready_for(client, path)
    if "webhook_id" in path:
        known["webhook_id"] = webhook_ready_for(client)
    return {}, known


@pytest.mark.parametrize(("method", "path", "operation", "body"), REQUESTS)
def test_every_example_works_as_it_stands(
    shared_client: TestClient, method: str, path: str, operation: Json, body: object
) -> None:
    """Ids that exist only after something was stored come from storing it."""
    who, known = _ready_for(shared_client, method, path)
    query: dict[str, str] = {}
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        schema = parameter["schema"]
        examples = schema.get("examples") or ([known[name]] if name in known else [])
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", str(examples[0]))
        elif parameter["in"] == "query" and examples:
            query[name] = str(examples[0])
    if isinstance(body, dict):
        fields = cast(Json, body)
        body = {**fields, **{name: known[name] for name in known.keys() & fields.keys()}}
    if path in STREAMED:
        response = shared_client.request(
            method, path, content=str(body), headers={"Content-Type": MEDIA_TYPE_OF_LINES}
        )
        assert "problem" not in response.text
    elif isinstance(body, str):
        (media_type,) = operation["requestBody"]["content"]
        headers = {"Content-Type": media_type}
        response = shared_client.request(method, path, params=query, content=body, headers=headers)
    else:
        with mailing(shared_client) if path in MAILING else nullcontext():
            response = shared_client.request(method, path, params=query, json=body, headers=who)
    documented = next(status for status in operation["responses"] if status.startswith("2"))
    assert str(response.status_code) == documented, response.text


def test_the_document_is_served(shared_client: TestClient) -> None:
    assert shared_client.get("/openapi.json").json() == SCHEMA
