"""Making messages of notifications: one for each endpoint and each person who is to know."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.job_runs import Effects, Run
from core.jobs import enqueue
from core.outbox.events import ABOUT_ENDPOINTS, EventType
from core.outbox.kinds import DELIVER_MAIL, DELIVER_WEBHOOKS, NOTIFY
from core.outbox.models import (
    EndpointState,
    MessageState,
    Notification,
    OutboxMessage,
    WebhookEndpoint,
)
from core.outbox.recipients import find_recipients

_SPREAD_AT_ONCE: Final = 200
# A night's re-matching changes many lists: they wait for each other, to be one letter.
_MAIL_RESTS: Final = {EventType.NEED_REMATCHED: timedelta(minutes=15)}


def spread_notifications(_run: Run, *, has_mail: bool, clock: Callable[[], datetime]) -> Effects:
    """Do a `notify` job: make messages of what nobody has made any of yet, and have them sent.

    Several at once take different rows; one that finds none has nothing to do.

    Args:
        has_mail: whether there is a mail server, and so anybody to write to.
        clock: the time by which messages are due.
    """

    def write(session: Session) -> None:
        now = clock()
        fresh = session.scalars(
            select(Notification)
            .where(Notification.spread_at.is_(None))
            .order_by(Notification.occurred_at, Notification.id)
            .limit(_SPREAD_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        _write_messages(session, fresh, has_mail, now)
        if len(fresh) == _SPREAD_AT_ONCE:
            enqueue(session, NOTIFY, {})

    return write


def _write_messages(
    session: Session, fresh: Sequence[Notification], has_mail: bool, now: datetime
) -> None:
    endpoints = session.scalars(
        select(WebhookEndpoint).where(
            WebhookEndpoint.tenant_id.in_({one.tenant_id for one in fresh}),
            WebhookEndpoint.state == EndpointState.ENABLED,
        )
    ).all()
    asked = {(one.tenant_id, EventType(one.event_type)) for one in fresh} if has_mail else set()
    people = find_recipients(session, asked)
    woken: set[UUID] = set()
    mails: set[datetime] = set()
    for one in fresh:
        one.spread_at = now
        for endpoint in endpoints:
            if _wants(endpoint, one):
                woken.add(endpoint.id)
                session.add(_message(one, now, endpoint_id=endpoint.id))
        for account_id in people.get((one.tenant_id, EventType(one.event_type)), ()):
            message = _message(one, now, account_id=account_id)
            message.run_after = now + _MAIL_RESTS.get(EventType(one.event_type), timedelta())
            mails.add(message.run_after)
            session.add(message)
    # Keys are held until the commit: in the same order by everybody, or two would wait for each other.
    for endpoint_id in sorted(woken):
        enqueue(
            session,
            DELIVER_WEBHOOKS,
            {"endpoint_id": str(endpoint_id)},
            key=f"{DELIVER_WEBHOOKS}:{endpoint_id}",
        )
    for at in sorted(mails):
        # A key of its own where it is due later, as for endpoints.
        is_due = at <= now
        key = DELIVER_MAIL if is_due else f"{DELIVER_MAIL}:{at.isoformat()}"
        enqueue(session, DELIVER_MAIL, {}, key=key, run_after=None if is_due else at)


def _wants(endpoint: WebhookEndpoint, one: Notification) -> bool:
    if endpoint.tenant_id != one.tenant_id:
        return False
    is_its_own = one.subject_id == str(endpoint.id)
    if one.event_type == EventType.WEBHOOK_TEST:
        return is_its_own
    if one.event_type in ABOUT_ENDPOINTS and is_its_own:
        return False
    return endpoint.event_types is None or one.event_type in endpoint.event_types


def _message(
    one: Notification,
    now: datetime,
    *,
    endpoint_id: UUID | None = None,
    account_id: UUID | None = None,
) -> OutboxMessage:
    return OutboxMessage(
        id=uuid4(),
        tenant_id=one.tenant_id,
        notification_id=one.id,
        endpoint_id=endpoint_id,
        account_id=account_id,
        state=MessageState.WAITING,
        attempt=0,
        run_after=now,
        created_at=now,
    )
