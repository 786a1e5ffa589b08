"""Values that both databases can store and every client can write back."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def refuse_unstorable(value: str) -> str:
    """Let a text pass if both databases can store it and UTF-8 can carry it.

    Raises:
        ValueError: a NUL character or half of a surrogate pair.
    """
    if "\x00" in value:
        raise ValueError("take out the NUL character (U+0000)")
    if _HALF_CHARACTER.search(value):
        raise ValueError("half of a surrogate pair is no character: send the text as UTF-8")
    return value


def is_storable(value: str) -> bool:
    """Tell whether both databases can store a text; nothing stored is called otherwise."""
    try:
        refuse_unstorable(value)
    except ValueError:
        return False
    return True


def _require_written_date(value: object) -> object:
    # Pydantic would take a number for seconds since 1970.
    if isinstance(value, str) and _DATE.fullmatch(value):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("write the date as YYYY-MM-DD")


StorableText = Annotated[str, AfterValidator(refuse_unstorable)]
Code = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(refuse_unstorable)]
WrittenDate = Annotated[date, BeforeValidator(_require_written_date)]
