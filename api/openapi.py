"""The API's description: complete, with every problem that an operation may answer with."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.manners.idempotency import HEADER as KEY_HEADER
from api.manners.versions import UnsupportedVersion, describe_header
from api.problems import (
    DatabaseUnavailable,
    Problem,
    UnreadableBody,
    UnsupportedMediaType,
    problem_responses,
)
from core.errors import (
    BodyTooLarge,
    Forbidden,
    InvalidInput,
    PlatformError,
    RateLimited,
    SecondFactorNeeded,
    SignInNeeded,
    Unavailable,
)
from core.idempotency import KeyInProgress, KeyReused

TITLE = "Landbridge API"
DESCRIPTION = """Matches enterprises that go abroad with professional-service providers, and shows
why.

Every error is a problem document (RFC 9457) whose `type` is a page that explains it; a 422 lists
each wrong field with a JSON pointer. Every sentence comes in three scripts: `en`, `zh-Hans`,
`zh-Hant`. Lists are paged: send `next_cursor` back as `cursor`.

Versions are dated: `Landbridge-Version` asks for one, and every answer names its own. A server may
limit how often one address calls; it then says so in `RateLimit-Policy` and `RateLimit`, and answers
429 with `Retry-After`. Send an `Idempotency-Key` with what stores something: repeated with it, the
request is answered as it was and nothing is done twice. An `X-Request-ID` that is a UUID becomes the id of the request.
"""
TAGS = [
    {"name": "Matching", "description": "A need in, ranked providers with reasons out."},
    {"name": "Needs", "description": "Needs with their versions."},
    {"name": "Recommendations", "description": "Records of what was recommended."},
    {
        "name": "Judgements",
        "description": "What judges say of providers for needs, and what enterprises did.",
    },
    {"name": "Providers", "description": "Published providers and the evidence for them."},
    {
        "name": "Imports",
        "description": "Tables of providers and evidence: looked at, confirmed, undone; and out again.",
    },
    {
        "name": "Jobs",
        "description": "What works beside the requests: looked at, stopped, tried again.",
    },
    {
        "name": "Notifications",
        "description": "What happened to your organisation, and the endpoints that are told of it.",
    },
    {"name": "Rankers", "description": "What makes the order: cards, comparisons, votes."},
    {"name": "Routes", "description": "What is enforced or usable where, and the dispute chain."},
    {
        "name": "People",
        "description": "Who you are, your tokens, and the people and programs of an organisation.",
    },
    {"name": "Lists", "description": "Sectors and jurisdictions."},
    {"name": "Audit", "description": "Who did what, and who read what was told in confidence."},
    {"name": "Health", "description": "For supervisors and load balancers."},
    {"name": "Problems", "description": "What the types of problems mean."},
]
_OUTSIDE_THE_DATABASE = ("/healthz", "/readyz", "/problems")


def install(app: FastAPI) -> None:
    """Make the application describe itself; the description is made once, when first asked for."""

    def describe() -> dict[str, Any]:  # Any: an OpenAPI document
        if app.openapi_schema is None:
            app.openapi_schema = _make_schema(app)
        return app.openapi_schema

    # FastAPI's documented way to change the description; the type checker sees a method replaced.
    app.openapi = describe  # type: ignore[method-assign]


def _make_schema(app: FastAPI) -> dict[str, Any]:  # Any: as above
    schema = get_openapi(
        title=TITLE,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        webhooks=app.webhooks.routes,
        tags=TAGS,
        license_info=None,
    )
    for received in schema["webhooks"].values():
        received["post"]["responses"].pop("422")  # as below; and it is not we who answer
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components |= problem.pop("$defs", {})
    components["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            _add_common_problems(path, operation)
    return schema


def _add_common_problems(path: str, operation: dict[str, Any]) -> None:  # Any: as above
    kinds: list[type[PlatformError]] = [PlatformError]
    if "requestBody" in operation:
        kinds += [UnreadableBody, BodyTooLarge, UnsupportedMediaType]
    if "requestBody" in operation or operation.get("parameters") or path.startswith("/v1/"):
        kinds.append(InvalidInput)
        # FastAPI describes its own shape, which is never sent here.
        operation["responses"].pop("422", None)
    if not path.startswith(_OUTSIDE_THE_DATABASE):
        kinds += [DatabaseUnavailable, Unavailable]
    if any(one["name"] == KEY_HEADER for one in operation.get("parameters", ())):
        kinds += [KeyInProgress, KeyReused]
    if path.startswith("/v1/"):
        operation.setdefault("parameters", []).append(describe_header())
        kinds += [UnsupportedVersion, RateLimited, SignInNeeded, SecondFactorNeeded, Forbidden]
    for status, response in problem_responses(*kinds).items():
        present = operation["responses"].setdefault(str(status), response)
        if present is not response:
            present["description"] = f"{present['description']} {response['description']}"
            for media_type, content in response["content"].items():
                own = present.setdefault("content", {}).setdefault(media_type, content)
                own["examples"] = {**content["examples"], **own["examples"]}
    operation["responses"] = dict(sorted(operation["responses"].items()))
