"""Telling organisations: a row in the transaction in which something happened, and messages of it.

Whoever changes something calls `notify` in that transaction: it is told if, and only if, that
commits. A job then makes the messages (`core.outbox.spreading`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import across_tenants
from core.jobs import enqueue
from core.moment import moment
from core.outbox.events import Event, EventType, describe_event
from core.outbox.kinds import NOTIFY
from core.outbox.models import (
    Notification,
)

# Transactions that tell of one subject at the same time; each round, one of them is through.
_MOST_RIVALS: Final = 30


def notify(
    session: Session,
    tenant_id: UUID,
    event_type: EventType,
    subject_id: str,
    payload: Mapping[str, str | int] | None = None,
    *,
    now: datetime | None = None,
) -> Notification:
    """Tell an organisation that something happened, in the caller's transaction.

    Args:
        session: the transaction in which it happens.
        tenant_id: the organisation; `PLATFORM_ID` for those who run the platform.
        event_type: what happened.
        subject_id: to what: an id or a version, never a name.
        payload: the fields of that type beside `id` and `sequence`.
        now: when; by the clock of the database if None.

    Raises:
        ValueError: the payload is not that of the type.
    """
    (written,) = notify_all(
        session, [Event(tenant_id, event_type, subject_id, payload or {})], now=now
    )
    return written


def notify_all(
    session: Session, events: Iterable[Event], *, now: datetime | None = None
) -> Sequence[Notification]:
    """Tell of several things at once; see `notify`."""
    # In one order by everybody: two that told of the same subjects would wait for each other.
    listed = sorted(events, key=lambda one: (one.tenant_id, one.subject_id))
    if not listed:
        return ()
    # What one organisation does may be for another to know, such as those who run the platform.
    with across_tenants(session):
        for is_last in (*[False] * _MOST_RIVALS, True):
            written = _number(session, listed, now)
            try:
                with session.begin_nested():
                    session.add_all(written)
                break
            except IntegrityError:
                # Another transaction told of the same subject first, and has committed by now.
                if is_last:
                    raise
    enqueue(session, NOTIFY, {})
    return written


def _number(session: Session, events: Sequence[Event], now: datetime | None) -> list[Notification]:
    """Make the rows, each with the number after the last one of its subject.

    Two that would have the same number meet in the constraint, where the later waits for the commit
    of the earlier: so numbers follow the order of the commits.
    """
    last: dict[tuple[UUID, str], int] = {}
    counted = (
        select(Notification.tenant_id, Notification.subject_id, func.max(Notification.sequence))
        .where(
            Notification.tenant_id.in_({one.tenant_id for one in events}),
            Notification.subject_id.in_({one.subject_id for one in events}),
        )
        .group_by(Notification.tenant_id, Notification.subject_id)
    )
    for tenant_id, subject_id, sequence in session.execute(counted):
        last[tenant_id, subject_id] = sequence
    made = []
    for event in events:
        subject = (event.tenant_id, event.subject_id)
        last[subject] = sequence = last.get(subject, 0) + 1
        describe_event(event.type, event.subject_id, sequence, event.details)
        made.append(
            Notification(
                id=uuid4(),
                tenant_id=event.tenant_id,
                event_type=event.type,
                subject_id=event.subject_id,
                sequence=sequence,
                details=dict(event.details),
                occurred_at=moment() if now is None else now,
            )
        )
    return made
