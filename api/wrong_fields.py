"""What is wrong with a field, in words that say what to change: the same at every door.

Pydantic's own words speak of Python ("dictionary", "items after validation"); those a user is
likely to meet are said anew, the rest is passed on.
"""

from collections.abc import Mapping
from typing import Any

_OBJECT = "send a JSON object here"
_IDENTIFIER = "this is no identifier: write it as 8-4-4-4-12 hexadecimal digits"
_SAID = {
    "extra_forbidden": "there is no such field: check its name",
    "missing": "this is missing: give it a value",
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "dict_type": _OBJECT,
    "uuid_parsing": _IDENTIFIER,
    "uuid_type": _IDENTIFIER,
}


def say_wrong(found: Mapping[str, Any]) -> str:
    """Say one error of Pydantic's.

    Args:
        found: an entry of `ValidationError.errors()`, with its input. Any: the shape is Pydantic's.
    """
    kind = str(found["type"])
    if kind in {"string_too_long", "too_long"} and isinstance(found["input"], str):
        limit = found["ctx"]["max_length"]
        return f"shorten it to {limit:,} characters or fewer: it has {len(found['input']):,}"
    if kind == "too_long":
        return f"give {found['ctx']['max_length']:,} values or fewer"
    if kind == "missing" and tuple(found["loc"]) == ("body",):
        return "the body is empty: send a JSON object"
    if kind in _SAID:
        return _SAID[kind]
    message = str(found["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
