"""Entity tags: what a client has already, and what it expects to change (RFC 9110, section 13).

The tag of something with a version is that version; of anything else, a digest of what is sent.
"""

import hashlib
from typing import Annotated, Final

from fastapi import Header
from pydantic import BaseModel
from starlette.responses import Response

from core.errors import PlatformError

_MAX_HEADER: Final = 2_000
_DIGEST_BYTES: Final = 16

IfNoneMatch = Annotated[
    str | None, Header(max_length=_MAX_HEADER, description="ETags that are known already.")
]
IfMatch = Annotated[
    str | None,
    Header(
        max_length=_MAX_HEADER,
        description="The ETag that was read with what is to be changed; if it has changed since, "
        "nothing is done and the answer is 412.",
    ),
]
TAGGED: Final = {
    "headers": {
        "ETag": {"description": "Names what was sent.", "schema": {"type": "string"}},
    }
}
UNCHANGED: Final = {"description": "It is the one named in `If-None-Match`."}


class PreconditionFailed(PlatformError):
    """What `If-Match` names is not what is stored now. Read it again, then change that."""

    code = "precondition-failed"
    status = 412
    title = "It has changed meanwhile"


class PreconditionRequired(PlatformError):
    """A change must say what it changes: send the ETag that was read as `If-Match`, or the `version` in the body."""

    code = "precondition-required"
    status = 428
    title = "The change does not say what it changes"


def tag_of_version(version: int) -> str:
    """Return the tag of something in one of its versions."""
    return f'"{version}"'


def tag_of(found: BaseModel) -> str:
    """Return the tag of something without a version that tells all its states apart."""
    return _tag_of_body(_body_of(found))


def is_named(tag: str, header: str | None, *, is_strong: bool = False) -> bool:
    """Tell whether a header names a tag; `*` names whatever there is.

    Args:
        tag: of what is stored.
        header: the value of `If-Match` or `If-None-Match`.
        is_strong: whether a weak tag names nothing, as `If-Match` wants it.
    """
    if header is None:
        return False
    named = {part.strip() for part in header.split(",")}
    if not is_strong:
        named = {part.removeprefix("W/") for part in named}
    return tag in named or "*" in named


def require_match(tag: str, if_match: str | None) -> None:
    """Refuse a change of something else than what is stored.

    Raises:
        PreconditionFailed: `if_match` is given and does not name the tag.
    """
    if if_match is not None and not is_named(tag, if_match, is_strong=True):
        raise PreconditionFailed(f"it is {tag} now: read it again and repeat the change")


def tagged(found: BaseModel, if_none_match: str | None, *, version: int | None = None) -> Response:
    """Answer with something and its tag, or with 304 to whoever has it.

    Args:
        found: what is sent.
        if_none_match: the header.
        version: of what is sent, where it has one that tells all its states apart.
    """
    body = _body_of(found)
    tag = _tag_of_body(body) if version is None else tag_of_version(version)
    if is_named(tag, if_none_match):
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/json", headers={"ETag": tag})


def _body_of(found: BaseModel) -> bytes:
    return found.model_dump_json(by_alias=True).encode()


def _tag_of_body(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest()}"'
