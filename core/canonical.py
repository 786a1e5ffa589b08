"""JSON written in one way only, so that equal values are equal bytes, and its checksum."""

import hashlib
import json
from datetime import UTC, datetime


def canonical_json(value: object) -> str:
    """Write a JSON value in one way only: keys sorted, no spaces, UTF-8, no NaN.

    Raises:
        ValueError: NaN or an infinity, which JSON does not have.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(text: str) -> str:
    """Return the checksum of a text's UTF-8 bytes, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def format_instant(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC with microseconds, so equal moments are equal texts."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
