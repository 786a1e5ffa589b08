"""Telling organisations: a row in the transaction in which something happened, and messages of it.

Whoever changes something calls `notify` in that transaction: it is told if, and only if, that
commits. A job then makes a message for each endpoint and each person who is to know.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.job_runs import Effects, Run
from core.jobs import enqueue
from core.moment import moment
from core.outbox.events import ABOUT_ENDPOINTS, Details, Event, EventType, describe_event
from core.outbox.kinds import DELIVER_MAIL, DELIVER_WEBHOOKS, NOTIFY
from core.outbox.models import (
    EndpointState,
    MessageState,
    Notification,
    OutboxMessage,
    WebhookEndpoint,
)
from core.outbox.recipients import find_recipients

KEPT_DAYS: Final = 90
_SPREAD_AT_ONCE: Final = 200
# Transactions that tell of one subject at the same time; each round, one of them is through.
_MOST_RIVALS: Final = 30
# A night's re-matching changes many lists: they wait for each other, to be one letter.
_MAIL_RESTS: Final = {EventType.NEED_REMATCHED: timedelta(minutes=15)}


def notify(
    session: Session,
    tenant_id: UUID,
    event_type: EventType,
    subject_id: str,
    payload: Details | None = None,
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
                details=event.details,
                occurred_at=moment() if now is None else now,
            )
        )
    return made


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
        enqueue(session, DELIVER_MAIL, {}, key=f"{DELIVER_MAIL}:{at.isoformat()}", run_after=at)


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


def forget_notifications(session: Session, *, now: datetime) -> int:
    """Delete what happened more than 90 days ago, with its messages; return how many."""
    old = delete(Notification).where(Notification.occurred_at < now - timedelta(days=KEPT_DAYS))
    gone = session.scalars(
        old.returning(Notification.id).execution_options(synchronize_session=False)
    )
    return len(gone.all())
