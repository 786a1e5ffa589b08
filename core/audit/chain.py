"""How events hang together: each hash is over the event and the hash before it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from uuid import UUID

from core.canonical import canonical_json, format_instant, sha256_of

# Stands in front of what is hashed: another way of hashing gets another number.
_FORMAT: Final = 1
# The hash before the first event of a chain.
NOTHING: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """What the hash of an event is over."""

    tenant_id: UUID
    sequence: int
    at: datetime
    actor_kind: str
    actor_id: str
    action: str
    subject_kind: str
    subject_id: str
    request_id: UUID | None
    payload_sha256: str | None
    previous_hash: str

    def as_row(self) -> dict[str, object]:
        """Return the values by the names of their columns."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def hash(self) -> str:
        """Return the SHA-256 of the event, 64 hexadecimal digits.

        It is over a JSON list of strings, whole numbers and nulls, so that what belongs to which
        field cannot be shifted.
        """
        return sha256_of(
            canonical_json(
                [
                    _FORMAT,
                    str(self.tenant_id),
                    self.sequence,
                    format_instant(self.at),
                    self.actor_kind,
                    self.actor_id,
                    self.action,
                    self.subject_kind,
                    self.subject_id,
                    None if self.request_id is None else str(self.request_id),
                    self.payload_sha256,
                    self.previous_hash,
                ]
            )
        )


_COLUMNS: Final = tuple(field.name for field in fields(Link))


def payload_sha256(document: str, salt: str) -> str:
    """Return what the chain keeps of a payload."""
    return sha256_of(salt + document)
