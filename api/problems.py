"""The one place that turns errors into answers: `application/problem+json` (RFC 9457), or a page.

The type of a problem is `/problems/<code>`, a page that says what it means. The detail of an
unexpected error stays in the log; the answer's `instance` is the request id to look for there.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from api.wrong_fields import say_wrong
from core.db import is_outage
from core.errors import (
    FieldError,
    InvalidInput,
    NotFound,
    PlatformError,
    RateLimited,
    SecondFactorNeeded,
    SignInNeeded,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "landbridge.request_id"
MAX_FIELDS = 50
_MAX_SEGMENT_CHARACTERS = 60
# What only programs ask for is answered as JSON, whatever a browser would accept.
_PROGRAM_PATHS = ("/v1", "/healthz", "/readyz", "/openapi.json")

log = structlog.get_logger(__name__)


class UnreadableBody(PlatformError):
    """The body is no JSON in UTF-8, so nothing in it could be looked at."""

    code = "unreadable-body"
    status = 400
    title = "The body cannot be read"


class MethodNotAllowed(PlatformError):
    """The address exists but takes other methods; the header `Allow` lists them."""

    code = "method-not-allowed"
    status = 405
    title = "This address does not take that method"


class UnsupportedMediaType(PlatformError):
    """The body was sent as something other than JSON; set `Content-Type: application/json`."""

    code = "unsupported-media-type"
    status = 415
    title = "The body is not sent as JSON"


class BadRequest(PlatformError):
    """The request as a whole cannot be understood."""

    code = "bad-request"
    status = 400
    title = "The request cannot be understood"


class DatabaseUnavailable(Unavailable):
    """The database does not answer in time or has no current schema. Nothing was changed; try again."""

    code = "database-unavailable"
    title = "The database does not answer"


class ProblemField(BaseModel):
    """One wrong field."""

    detail: str = Field(description="What is wrong with it and what to change.")
    pointer: str = Field(
        description="Where it stands: a JSON pointer into the body, or `#/` and the name of a "
        "parameter."
    )


class Problem(BaseModel):
    """A problem document of RFC 9457."""

    type: Annotated[str, Field(description="`/problems/` and the code; a page that explains it.")]
    title: Annotated[str, Field(description="The same for every occurrence of the type.")]
    status: int
    detail: Annotated[str, Field(description="What happened this time and what to change.")]
    instance: Annotated[str, Field(description="The request id, as in the header `X-Request-Id`.")]
    errors: list[ProblemField] | None = None


ProblemPage = Callable[[Request, Problem], Response]
LeadToSignIn = Callable[[Request, PlatformError], Awaitable[Response]]


def make_problem(error: PlatformError, scope: Scope) -> Problem:
    """Describe an error of this request."""
    fields = [
        ProblemField(detail=field.detail, pointer=field.pointer)
        for field in error.fields[:MAX_FIELDS]
    ]
    return Problem(
        type=f"/problems/{error.code}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=f"urn:uuid:{scope[REQUEST_ID]}",
        errors=fields or None,
    )


def as_response(request: Request, error: PlatformError) -> Response:
    """Answer with an error: a page for a person, a problem document for everybody else."""
    problem = make_problem(error, request.scope)
    page: ProblemPage | None = getattr(request.app.state, "problem_page", None)
    if page is not None and wants_page(request):
        response = page(request, problem)
    else:
        response = problem_response(problem)
    if isinstance(error, SignInNeeded):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable | RateLimited):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def problem_response(problem: Problem) -> Response:
    """Write a problem document."""
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store"},
    )


def wants_page(request: Request) -> bool:
    """Tell whether a person with a browser is asking."""
    return not _is_for_programs(request) and "text/html" in request.headers.get("accept", "")


def _is_for_programs(request: Request) -> bool:
    path = request.url.path
    return any(path == prefix or path.startswith(prefix + "/") for prefix in _PROGRAM_PATHS)


def install(app: FastAPI) -> None:
    """Register the handlers: whatever fails in this application is answered here."""
    app.add_exception_handler(PlatformError, _on_platform_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(PoolTimeoutError, _on_database_error)


async def _on_platform_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, PlatformError)  # noqa: S101 for the type checker: registered for it
    if error.status >= 500:
        log.error("request failed", code=error.code, detail=error.detail)
    if isinstance(error, SignInNeeded | SecondFactorNeeded) and wants_page(request):
        lead: LeadToSignIn = request.app.state.lead_to_sign_in
        return await lead(request, error)
    return as_response(request, error)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 as above
    is_address = all(found["loc"][:1] == ("path",) for found in error.errors())
    if is_address and not _is_for_programs(request):
        # To a person a page's address that cannot be is one that is not there.
        return as_response(request, NotFound(f"nothing is at {request.url.path[:200]}"))
    # The first part of FastAPI's location says where in the request: in the body, the address.
    found = [{**one, "loc": one["loc"][1:]} for one in error.errors()[:MAX_FIELDS]]
    return as_response(request, invalid_input(found))


def invalid_input(found: Sequence[Mapping[str, Any]]) -> InvalidInput:
    """Say what Pydantic found wrong.

    Args:
        found: `ValidationError.errors()`, locations within the document. Any: as Pydantic has it.
    """
    fields = [FieldError(say_wrong(one), _point(one["loc"])) for one in found[:MAX_FIELDS]]
    detail = "; ".join(f"{field.pointer}: {field.detail}" for field in fields[:3])
    return InvalidInput(detail, fields=fields)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 as above
    if error.status_code == 404:
        return as_response(request, NotFound(f"nothing is at {request.url.path[:200]}"))
    if error.status_code == 405:
        allowed = ", ".join(sorted(_allowed_methods(request)))
        response = as_response(
            request, MethodNotAllowed(f"{request.method} is not taken here; these are: {allowed}")
        )
        response.headers["Allow"] = allowed
        return response
    return as_response(request, BadRequest(str(error.detail)))


async def _on_database_error(request: Request, error: Exception) -> Response:
    return as_response(request, as_platform_error(request.scope, error))


def foresee(error: Exception) -> PlatformError:
    """Return what may be said about an error."""
    if isinstance(error, PlatformError):
        return error
    if isinstance(error, RequestValidationError):
        return InvalidInput("the input cannot be used")
    if isinstance(error, HTTPException):
        return BadRequest(str(error.detail))
    if is_outage(error):
        return DatabaseUnavailable("nothing was changed; try again in a few seconds")
    # A statement of ours that the database refuses is a mistake of ours, as all others are.
    return PlatformError("the error was logged under the request id given as instance")


def as_platform_error(scope: Scope, error: Exception) -> PlatformError:
    """Return what may be said about an error; one that nobody foresaw is logged."""
    foreseen = foresee(error)
    if foreseen is error:
        return foreseen
    if not isinstance(foreseen, DatabaseUnavailable):
        return unexpected(scope, error)
    log.error("database unavailable", error=type(error).__name__)
    return foreseen


def unexpected(scope: Scope, error: Exception) -> PlatformError:
    """Log an error that nobody foresaw, once, and return what may be said about it."""
    # Values of a statement may hold what a need says, so they stay out of the log.
    if isinstance(error, DBAPIError):
        error.hide_parameters = True
    # No address either: it may hold what somebody typed. The line of the request names its route.
    log.error("unexpected error", request_id=scope[REQUEST_ID], exc_info=error)
    return PlatformError("the error was logged under the request id given as instance")


def _point(location: Sequence[int | str]) -> str:
    """Write Pydantic's location as a JSON pointer in a fragment (RFC 6901, section 6)."""
    return "#" + "".join(f"/{escape_segment(part)}" for part in location)


def escape_segment(part: int | str) -> str:
    """Escape one segment of a JSON pointer that stands in a fragment."""
    text = str(part)[:_MAX_SEGMENT_CHARACTERS].replace("~", "~0").replace("/", "~1")
    return quote(text, safe="~-._", errors="replace")


def _allowed_methods(request: Request) -> Iterator[str]:
    """Find every method that some route takes here; Starlette names those of one route only."""
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes):
            yield method


def known_types() -> dict[str, type[PlatformError]]:
    """Return every type of problem by its code."""
    found: dict[str, type[PlatformError]] = {}
    waiting: list[type[PlatformError]] = [PlatformError]
    while waiting:
        kind = waiting.pop()
        found.setdefault(kind.code, kind)
        waiting.extend(kind.__subclasses__())
    return dict(sorted(found.items()))


def explain(kind: type[PlatformError]) -> str:
    """Say what a type of problem means, from its own description."""
    return " ".join((kind.__doc__ or kind.title).partition("\n\n")[0].split())


def problem_responses(*kinds: type[PlatformError]) -> dict[int | str, dict[str, Any]]:
    """Describe problems for OpenAPI: by status, an example of each type.

    Any: the shape of the values is that of OpenAPI's Response Object.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        response = responses.setdefault(
            kind.status,
            {
                "description": "",
                "content": {
                    MEDIA_TYPE: {
                        "schema": {"$ref": "#/components/schemas/Problem"},
                        "examples": {},
                    }
                },
            },
        )
        response["description"] = (response["description"] + f" {kind.title}.").strip()
        response["content"][MEDIA_TYPE]["examples"][kind.code] = {
            "summary": kind.title,
            "value": {
                "type": f"/problems/{kind.code}",
                "title": kind.title,
                "status": kind.status,
                "detail": explain(kind),
                "instance": "urn:uuid:6f9c0d8e-2f6b-4a53-9d0c-1c1f3a0b7e55",
            },
        }
    return responses
