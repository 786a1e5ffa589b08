"""JSON bodies read strictly: UTF-8, no NaN, no half characters, nothing the databases cannot hold.

Python's parser accepts NaN, integers of any length and lone surrogates; each would come up later
as an error of a database or of an encoder.
"""

import json
import math
import re
from collections.abc import Callable, Coroutine, Iterator
from email.message import Message as Header
from typing import Any, cast

import orjson
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.manners.careful_route import CarefulRoute, refuse_unknown
from api.problems import (
    MAX_FIELDS,
    UnreadableBody,
    UnsupportedMediaType,
    escape_segment,
    invalid_input,
)
from core.errors import FieldError, InvalidInput

MAX_DEPTH = 32
_MAX_INTEGER = 2**63 - 1
_TOO_LONG = object()
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_SMALL_BYTES = 16_000
# What orjson lets pass or reads in another way: NUL as an escape, whole numbers of many digits, and
# numbers beyond a double, which have many digits or an exponent.
_UNUSUAL = re.compile(rb"\\u0000|[0-9]{16}|[0-9.][eE]")


class StrictRequest(Request):
    """A request whose JSON body was parsed by `StrictRoute`."""

    parsed: object = None

    async def json(self) -> object:
        """Return the parsed body."""
        return self.parsed


class StrictRoute(CarefulRoute):
    """A route that takes its body as strict JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler: parse before it, so that errors are ours and have pointers."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            body = await strict.body()
            if body:
                strict.parsed = await _parse_request(request, body)
            return await handle(strict)

        return handle_strictly


class DirectRoute(APIRoute):
    """A strict route for a coroutine that takes `request` and `body` and returns a response.

    It is described as any other, but FastAPI does not stand between: finding out what to call with
    what costs it more than half of what the smallest request costs altogether.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Parse and validate the body, then call."""
        kind = None if self.body_field is None else self.body_field.field_info.annotation
        if kind is None:
            raise TypeError(f"{self.name} takes no body: use StrictRoute")
        # Any: the arguments are the endpoint's own.
        endpoint = cast(Callable[..., Coroutine[Any, Any, Response]], self.endpoint)
        schema: TypeAdapter[object] = TypeAdapter(kind)

        async def handle_directly(request: Request) -> Response:
            refuse_unknown(request, ())
            body = await request.body()
            if not body:
                detail = "the body is empty: send a JSON object"
                raise InvalidInput(f"#: {detail}", fields=[FieldError(detail, "#")])
            parsed = await _parse_request(request, body)
            try:
                value = schema.validate_python(parsed)
            except ValidationError as error:
                raise invalid_input(error.errors()) from error
            return await endpoint(request=request, body=value)

        return handle_directly


async def _parse_request(request: Request, body: bytes) -> object:
    _require_json(request.headers.get("content-type", ""))
    return await parse_in_time(body)


async def parse_in_time(body: bytes, called: str = "the body") -> object:
    """As `parse_strictly`, without keeping the event loop for long."""
    # A hostile megabyte takes some tenths of a second. What is small is done here sooner than a
    # thread would begin.
    if len(body) <= _SMALL_BYTES:
        return parse_strictly(body, called)
    return await run_in_threadpool(parse_strictly, body, called)


def parse_strictly(body: bytes, called: str = "the body") -> object:
    """Parse a JSON document.

    What is usual, which nearly all of them are, takes a twentieth of the time of what is not.

    Args:
        body: the document.
        called: what it is called where it is refused.

    Raises:
        UnreadableBody: the bytes are not UTF-8, or not JSON.
        InvalidInput: values that cannot be used, each with its pointer.
    """
    # Each level opens with a bracket: fewer of them cannot be nested too deeply.
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH and not _UNUSUAL.search(body):
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            pass  # what is wrong is said below
    return parse_whatever(body, called)


def parse_whatever(body: bytes, called: str = "the body") -> object:
    """Parse a JSON document as `parse_strictly` does, which is this with a short cut before it."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableBody(
            f"byte {error.start + 1} is not UTF-8: send {called} as JSON in UTF-8"
        ) from error
    try:
        parsed = json.loads(text, parse_int=_parse_integer)
    except json.JSONDecodeError as error:
        raise UnreadableBody(
            f"{called} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    except RecursionError as error:
        raise InvalidInput(
            f"{called} is nested deeper than {MAX_DEPTH} levels",
            fields=[FieldError(f"nest at most {MAX_DEPTH} levels", "#")],
        ) from error
    errors: list[FieldError] = []
    for found in _find_unusable(parsed, "#", 0):
        errors.append(found)
        if len(errors) == MAX_FIELDS:
            break
    if errors:
        raise InvalidInput(
            "; ".join(f"{error.pointer}: {error.detail}" for error in errors[:3]), fields=errors
        )
    return parsed


def _require_json(content_type: str) -> None:
    if content_type == "application/json":
        return
    header = Header()
    header["content-type"] = content_type
    subtype = header.get_content_subtype()
    if header.get_content_maintype() != "application" or not (
        subtype == "json" or subtype.endswith("+json")
    ):
        raise UnsupportedMediaType("send the body as JSON with `Content-Type: application/json`")


def _parse_integer(digits: str) -> object:
    # Converting a million digits takes minutes; nothing here needs more than 64 bits.
    return int(digits) if len(digits) <= 20 else _TOO_LONG


def _find_unusable(value: object, pointer: str, depth: int) -> Iterator[FieldError]:
    if depth > MAX_DEPTH:
        yield FieldError(f"nest at most {MAX_DEPTH} levels", pointer)
    elif isinstance(value, list):
        for position, part in enumerate(cast(list[object], value)):
            yield from _find_unusable(part, f"{pointer}/{position}", depth + 1)
    elif isinstance(value, dict):
        for name, part in cast(dict[str, object], value).items():
            if (reason := _why_unusable(name)) is not None:
                yield FieldError(f"the name of a field: {reason}", pointer)
            yield from _find_unusable(part, f"{pointer}/{escape_segment(name)}", depth + 1)
    elif (reason := _why_unusable(value)) is not None:
        yield FieldError(reason, pointer)


def _why_unusable(value: object) -> str | None:
    if value is _TOO_LONG or (
        isinstance(value, int) and not -_MAX_INTEGER - 1 <= value <= _MAX_INTEGER
    ):
        return "the number does not fit in 64 bits"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN and infinities are no JSON numbers"
    if isinstance(value, str):
        if "\x00" in value:
            return "take out the NUL character (U+0000)"
        if _HALF_CHARACTER.search(value):
            return "half of a surrogate pair is no character"
    return None
