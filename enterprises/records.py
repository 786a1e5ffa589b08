"""Records that can be compared byte by byte: canonical JSON and its checksum."""

from core.canonical import canonical_json, format_instant, sha256_of
from enterprises.models import Recommendation

__all__ = ["as_document", "canonical_json", "format_instant", "sha256_of"]


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
