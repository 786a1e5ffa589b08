"""Long lists in pages: an opaque cursor names the last thing seen, so nothing is seen twice."""

import base64
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Generic, TypeVar, cast
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from core.errors import FieldError, InvalidInput
from enterprises.storable import refuse_unstorable

Item = TypeVar("Item")
Position = TypeVar("Position")

CursorParameter = Annotated[
    str | None,
    Query(
        max_length=1_000,
        description="`next_cursor` of the page before; leave it out for the first page.",
    ),
]
LimitParameter = Annotated[
    int, Query(ge=1, le=100, description="How many to return at most.", examples=[20])
]


class Page(BaseModel, Generic[Item]):
    """Part of a list."""

    items: list[Item]
    next_cursor: str | None = Field(description="Where to go on; null at the end of the list.")


def encode_cursor(parts: Sequence[str]) -> str:
    """Make a cursor from what names the last thing of a page."""
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> tuple[str, ...] | None:
    """Return the parts of a cursor, None for none.

    Raises:
        InvalidInput: it is not a cursor of this many parts.
    """
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        parts: object = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(parts, list):
            raise _not_a_cursor()
        texts = [str(part) for part in cast(list[object], parts)]
        if len(texts) != length:
            raise _not_a_cursor()
        return tuple(refuse_unstorable(text) for text in texts)
    except (ValueError, RecursionError) as error:
        raise _not_a_cursor() from error


def decode_position(cursor: str | None, parse: Callable[[str, UUID], Position]) -> Position | None:
    """Return the position that a cursor names, None for the beginning.

    Args:
        cursor: as it was received.
        parse: makes the position from what the list is ordered by and the id of the last thing
            seen; raises ValueError where they do not fit.

    Raises:
        InvalidInput: it is not a cursor of this list.
    """
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return None
    try:
        return parse(parts[0], UUID(parts[1]))
    except ValueError as error:
        raise _not_a_cursor() from error


def parse_moment(written: str, identifier: UUID) -> tuple[datetime, UUID]:
    """Parse a position in a list ordered by a moment."""
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    try:
        return at.astimezone(UTC), identifier
    except OverflowError as error:
        raise ValueError("a moment outside the calendar") from error


def parse_name(written: str, identifier: UUID) -> tuple[str, UUID]:
    """Parse a position in a list ordered by a name."""
    return written, identifier


def parse_day(written: str, identifier: UUID) -> tuple[date | None, UUID]:
    """Parse a position in a list ordered by a day that may be missing."""
    return date.fromisoformat(written) if written else None, identifier


def _not_a_cursor() -> InvalidInput:
    detail = "this is no cursor of this list: send `next_cursor` as it was received"
    return InvalidInput(detail, fields=[FieldError(detail, "#/cursor")])
