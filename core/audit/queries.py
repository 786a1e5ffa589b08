"""Reads of the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent, AuditHead, AuditPayload
from core.audit.service import EventNotFound
from core.audit.vocabulary import Action
from core.moment import moment

Position = tuple[datetime, UUID, int]
"""Where a list stands: the moment, the chain and the number of the last event that was seen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are wanted; what is None does not matter."""

    tenant_id: UUID | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    actor_id: str | None = None
    action: str | None = None
    request_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_events(
    session: Session, wanted: Wanted, *, before: Position | None = None, limit: int
) -> Sequence[tuple[AuditEvent, str | None]]:
    """Return events with what they say, newest first.

    Args:
        session: the caller's transaction.
        wanted: which.
        before: the last event already seen; those after it in the list are returned.
        limit: how many at most.
    """
    of_event = (AuditPayload.tenant_id == AuditEvent.tenant_id) & (
        AuditPayload.sequence == AuditEvent.sequence
    )
    found = select(AuditEvent, AuditPayload.document).outerjoin(AuditPayload, of_event)
    for column, value in (
        (AuditEvent.tenant_id, wanted.tenant_id),
        (AuditEvent.subject_kind, wanted.subject_kind),
        (AuditEvent.subject_id, wanted.subject_id),
        (AuditEvent.actor_id, wanted.actor_id),
        (AuditEvent.action, wanted.action),
        (AuditEvent.request_id, wanted.request_id),
    ):
        if value is not None:
            found = found.where(column == value)
    if wanted.since is not None:
        found = found.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        found = found.where(AuditEvent.at < wanted.until)
    place = tuple_(AuditEvent.at, AuditEvent.tenant_id, AuditEvent.sequence)
    if before is not None:
        found = found.where(place < before)
    newest_first = found.order_by(
        AuditEvent.at.desc(), AuditEvent.tenant_id.desc(), AuditEvent.sequence.desc()
    )
    return session.execute(newest_first.limit(limit)).all()


def get_event(session: Session, *, tenant_id: UUID, sequence: int) -> tuple[AuditEvent, str | None]:
    """Return an event, and what it says beside its row.

    Raises:
        EventNotFound: there is none.
    """
    event = session.get(AuditEvent, (tenant_id, sequence))
    if event is None:
        raise EventNotFound(f"the chain of {tenant_id} has no event {sequence}")
    payload = session.get(AuditPayload, (tenant_id, sequence))
    return event, None if payload is None else payload.document


def list_heads(session: Session) -> Sequence[AuditHead]:
    """Return how far each chain has come."""
    return session.scalars(select(AuditHead).order_by(AuditHead.tenant_id)).all()


def count_lately(session: Session, action: Action, *, seconds: float) -> int:
    """Count what was done in the last so many seconds, by whomever."""
    lately = select(func.count()).where(
        AuditEvent.at > moment(-seconds), AuditEvent.action == action
    )
    return session.scalar(lately) or 0
