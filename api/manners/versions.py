"""Versions of the API, each the day from which it holds.

A version lives on for two years after the next one. What takes something away or asks for more makes
a new version: a field or an address removed or renamed, a parameter or a rule that callers must
follow added, a right withdrawn. What only adds does not.
"""

from typing import Any, Final

from core.errors import PlatformError

HEADER: Final = "Landbridge-Version"
VERSIONS: Final = ("2026-11-22",)
CURRENT: Final = VERSIONS[-1]


class UnsupportedVersion(PlatformError):
    """The header `Landbridge-Version` names none of the versions of the API; leave it out for the newest."""

    code = "unsupported-version"
    status = 400
    title = "There is no such version of the API"


def require_known(asked: bytes) -> None:
    """Refuse a version that is none of ours.

    Raises:
        UnsupportedVersion: say so.
    """
    if asked.decode("latin-1") not in VERSIONS:
        raise UnsupportedVersion(
            f"the header {HEADER} takes {', '.join(VERSIONS)}: send one of these, or leave it out"
        )


def describe_header() -> dict[str, Any]:  # Any: an OpenAPI Parameter Object
    """Return the header as a parameter of OpenAPI."""
    return {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "Version of the API that the answer is to follow; the newest if left out. "
        "Every answer names its version in the same header.",
        "schema": {"type": "string", "enum": list(VERSIONS), "examples": [CURRENT]},
    }
