"""Records that can be compared byte by byte: canonical JSON and its checksum."""

import hashlib
import json
from datetime import UTC, datetime

from enterprises.models import Recommendation


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


def as_document(recommendation: Recommendation) -> bytes:
    """Return a recommendation as it is sent: canonical JSON with the stored record inside.

    The record is copied as text: parsing it and writing it again could change a digit.
    """
    parts = {
        "created_at": canonical_json(format_instant(recommendation.created_at)),
        "id": canonical_json(str(recommendation.id)),
        "need_id": canonical_json(str(recommendation.need_id)),
        "need_version": canonical_json(recommendation.need_version),
        "result": recommendation.record,
        "sha256": canonical_json(recommendation.sha256),
    }
    return ("{" + ",".join(f'"{name}":{part}' for name, part in parts.items()) + "}").encode()
