"""What is told of the audit trail."""

import json
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue

from core.audit.models import AuditEvent


class AuditEventRead(BaseModel):
    """Something that was done."""

    tenant_id: UUID = Field(
        description="The organisation in whose chain it stands, which is the platform's own for what "
        "belongs to no other."
    )
    sequence: int = Field(description="Its number in the chain, from 1 without gaps.")
    at: datetime
    actor_kind: str
    actor_id: str
    action: str
    subject_kind: str
    subject_id: str
    request_id: UUID | None = Field(
        description="The request it was done at; null if none is known."
    )
    payload: dict[str, JsonValue] | None = Field(
        description="What else is known; null if nothing is, or if it was erased."
    )
    payload_sha256: str | None = Field(
        description="Checksum of the payload with its salt; it stays when the payload is erased."
    )
    previous_hash: str = Field(description="Hash of the event before it in the chain.")
    hash: str = Field(description="SHA-256 over all of the event but the payload.")


def as_event_read(event: AuditEvent, payload: str | None) -> AuditEventRead:
    """Return an event as it is sent."""
    return AuditEventRead(
        tenant_id=event.tenant_id,
        sequence=event.sequence,
        at=event.at,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        action=event.action,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        request_id=event.request_id,
        payload=None if payload is None else json.loads(payload),
        payload_sha256=event.payload_sha256,
        previous_hash=event.previous_hash,
        hash=event.hash,
    )
