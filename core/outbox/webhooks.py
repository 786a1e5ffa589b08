"""Sending messages to endpoints: at least once, each on a schedule of its own.

One job sends what is due for one endpoint. It claims a message by moving its next attempt ahead,
posts it outside any transaction, and writes down what came of it: killed in between, the message is
sent again with the same id. An endpoint that does not answer rests, so that a dead one costs the
others little, and one that accepts nothing for a day is disabled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from core.crash_points import crash_point
from core.db import SessionFactory, transaction
from core.errors import InvalidInput
from core.job_runs import Effects, Run
from core.jobs import enqueue
from core.outbox.events import ABOUT_ENDPOINTS, EventRead, EventType, describe_event
from core.outbox.kinds import DELIVER_WEBHOOKS
from core.outbox.models import (
    DisabledReason,
    EndpointState,
    MessageState,
    Notification,
    OutboxMessage,
    WebhookEndpoint,
    WebhookSecret,
)
from core.outbox.notifying import notify
from core.outbox.schedule import DISABLED_AFTER, next_attempt
from core.outbox.signing import SignatureScheme, SigningSecret, signed_headers
from core.outgoing.client import Answer, Unreachable
from core.sealing import Keyring, SealBroken

SECRET_PURPOSE: Final = "webhook secret"  # noqa: S105 what it is sealed for, not a secret
# Longer than a request may take.
_CLAIM: Final = timedelta(seconds=60)
_MOST_AT_ONCE: Final = 100
_MOST_TIME: Final = timedelta(seconds=20)
# How long an endpoint is left alone once it has failed so often in a row.
_RESTS: Final = (0, 0, 5, 60, 300, 900)
_GONE: Final = 410

Clock = Callable[[], datetime]


class Poster(Protocol):
    """Posts to addresses that others named."""

    def post(self, url: str, *, headers: dict[str, str], body: bytes) -> Answer:
        """Send a body and return what was answered.

        Raises:
            AddressUnusable, Unreachable: nothing was.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A message that is about to be sent, and all that sending it takes."""

    message_id: UUID
    notification_id: UUID
    attempt: int
    url: str
    body: str
    secrets: tuple[bytes, ...]
    schemes: tuple[SignatureScheme, ...]


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of an attempt; `problem` is None where the message was taken."""

    problem: str | None
    answer: Answer | None = None


def deliver_webhooks(
    run: Run, *, poster: Poster, ring: Keyring, clock: Clock, claim: timedelta = _CLAIM
) -> Effects:
    """Do a `deliver_webhooks` job: send what is due for one endpoint, and queue what will be.

    Args:
        run: the attempt; its payload names the endpoint.
        poster: sends requests.
        ring: opens the secrets of endpoints.
        clock: the time by which messages are due.
        claim: how long nobody else sends a message that is being sent.

    Raises:
        LeaseLost, JobCancelled, JobReleased: what was sent and not written down is sent again.
    """
    endpoint_id = UUID(run.payload["endpoint_id"])
    began_at = clock()
    for number in range(_MOST_AT_ONCE):
        if clock() - began_at > _MOST_TIME:
            break
        # Between two messages, never between sending one and writing that down: here it may stop.
        run.progress(number, _MOST_AT_ONCE)
        claimed = _claim(run.sessions, endpoint_id, clock(), claim)
        if claimed is None:
            break
        result = _send(claimed, poster, ring, clock())
        crash_point("webhook.sent")
        with transaction(run.sessions, at="webhook.recorded") as session:
            _record(session, endpoint_id, claimed, result, clock())

    def go_on(session: Session) -> None:
        queue_delivery(session, endpoint_id, now=clock())

    return go_on


def queue_delivery(session: Session, endpoint_id: UUID, *, now: datetime) -> None:
    """Queue the job that sends what waits for an endpoint, for when the first of it is due."""
    endpoint = session.get(WebhookEndpoint, endpoint_id, populate_existing=True)
    if endpoint is None or endpoint.state == EndpointState.DISABLED:
        return
    first = session.scalar(
        select(func.min(OutboxMessage.run_after)).where(
            OutboxMessage.endpoint_id == endpoint_id, OutboxMessage.state == MessageState.WAITING
        )
    )
    if first is None:
        return
    due = max(first, endpoint.rests_until or first)
    payload = {"endpoint_id": str(endpoint_id)}
    if due <= now:
        enqueue(session, DELIVER_WEBHOOKS, payload, key=f"{DELIVER_WEBHOOKS}:{endpoint_id}")
    else:
        # A key of its own: what is due later must not be taken for what is due at once.
        key = f"{DELIVER_WEBHOOKS}:{endpoint_id}:{due.isoformat()}"
        enqueue(session, DELIVER_WEBHOOKS, payload, key=key, run_after=due)


def _claim(
    sessions: SessionFactory, endpoint_id: UUID, now: datetime, claim: timedelta
) -> _Claimed | None:
    with transaction(sessions, at="outbox.claim") as session:
        endpoint = session.get(WebhookEndpoint, endpoint_id)
        if endpoint is None or endpoint.state == EndpointState.DISABLED:
            return None
        if endpoint.rests_until is not None and endpoint.rests_until > now:
            return None
        due = session.execute(
            select(OutboxMessage, Notification)
            .join(Notification, Notification.id == OutboxMessage.notification_id)
            .where(
                OutboxMessage.endpoint_id == endpoint_id,
                OutboxMessage.state == MessageState.WAITING,
                OutboxMessage.run_after <= now,
            )
            .order_by(Notification.occurred_at, Notification.sequence, OutboxMessage.id)
            .limit(1)
            .with_for_update(of=OutboxMessage, skip_locked=True)
        ).first()
        if due is None:
            return None
        message, notification = due
        message.attempt += 1
        message.run_after = now + claim
        secrets = session.scalars(
            select(WebhookSecret)
            .where(
                WebhookSecret.endpoint_id == endpoint_id,
                or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > now),
            )
            .order_by(WebhookSecret.created_at.desc(), WebhookSecret.id)
        ).all()
        return _Claimed(
            message_id=message.id,
            notification_id=notification.id,
            attempt=message.attempt,
            url=endpoint.url,
            body=body_of(notification),
            secrets=tuple(one.sealed for one in secrets),
            schemes=tuple(SignatureScheme(one.scheme) for one in secrets),
        )


def read_event(notification: Notification) -> EventRead:
    """Return a notification as its document."""
    return EventRead(
        type=EventType(notification.event_type),
        timestamp=notification.occurred_at,
        data=describe_event(
            EventType(notification.event_type),
            notification.subject_id,
            notification.sequence,
            notification.details,
        ),
    )


def body_of(notification: Notification) -> str:
    """Return what is sent: the same bytes at every attempt."""
    return read_event(notification).model_dump_json()


def _send(claimed: _Claimed, poster: Poster, ring: Keyring, now: datetime) -> _Result:
    try:
        signing = [
            SigningSecret(scheme, ring.open(sealed, purpose=SECRET_PURPOSE))
            for scheme, sealed in zip(claimed.schemes, claimed.secrets, strict=True)
        ]
    except SealBroken:
        return _Result("its secret cannot be opened: rotate it")
    headers = signed_headers(str(claimed.notification_id), now, claimed.body, signing)
    headers |= {"Content-Type": "application/json", "User-Agent": "Landbridge-Webhooks/1"}
    try:
        answer = poster.post(claimed.url, headers=headers, body=claimed.body.encode())
    except Unreachable as error:
        return _Result(str(error))
    except InvalidInput as error:
        return _Result(error.detail)
    return _Result(None if answer.is_success else f"it answered {answer.status}", answer)


def _record(
    session: Session, endpoint_id: UUID, claimed: _Claimed, result: _Result, now: datetime
) -> None:
    """Write down what came of an attempt, unless another one has begun since."""
    # Not against those who write messages to it, whose foreign keys only need it to stay.
    lock = {"key_share": True}
    endpoint = session.get(WebhookEndpoint, endpoint_id, with_for_update=lock)
    message = session.get(OutboxMessage, claimed.message_id, with_for_update=lock)
    if endpoint is None or message is None:
        return
    is_ours = message.attempt == claimed.attempt and message.state == MessageState.WAITING
    endpoint.last_at = now
    endpoint.last_status = None if result.answer is None else result.answer.status
    endpoint.last_problem = result.problem
    if result.problem is None:
        endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
        if is_ours:
            _settle(message, MessageState.SENT, None, now)
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    rest = _RESTS[min(endpoint.failures, len(_RESTS) - 1)]
    endpoint.rests_until = now + timedelta(seconds=rest) if rest else None
    disabled_at = endpoint.failing_since + DISABLED_AFTER
    if result.answer is not None and result.answer.status == _GONE:
        disable(session, endpoint, DisabledReason.GONE, now=now)
    elif now >= disabled_at:
        disable(session, endpoint, DisabledReason.FAILING, now=now)
    elif is_ours:
        wished = None if result.answer is None else result.answer.retry_after_seconds
        later = next_attempt(
            message.attempt, failed_at=now, message_id=message.id, wished_seconds=wished
        )
        if later is None:
            _settle(message, MessageState.FAILED, result.problem, now)
            _tell_of_failure(session, message, now)
        else:
            # The last word on a failing endpoint is asked for when its day is over, not hours after.
            message.run_after = disabled_at if disabled_at < later else later
            message.last_problem = result.problem


def _tell_of_failure(session: Session, message: OutboxMessage, now: datetime) -> None:
    about = session.get_one(Notification, message.notification_id)
    if about.event_type in ABOUT_ENDPOINTS:
        return
    notify(
        session,
        message.tenant_id,
        EventType.WEBHOOK_DELIVERY_FAILED,
        str(message.endpoint_id),
        {"notification_id": str(about.id)},
        now=now,
    )


def disable(
    session: Session, endpoint: WebhookEndpoint, reason: DisabledReason, *, now: datetime
) -> None:
    """Send nothing more to an endpoint; its organisation is told unless it asked for that itself.

    What still waits for it is dropped: it stands in the list of notifications.
    """
    endpoint.state = EndpointState.DISABLED
    endpoint.disabled_reason = reason
    endpoint.disabled_at = now
    endpoint.rests_until = None
    session.flush()
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.endpoint_id == endpoint.id,
            OutboxMessage.state == MessageState.WAITING,
        )
        .values(state=MessageState.DROPPED, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    if reason != DisabledReason.BY_HAND:
        notify(
            session,
            endpoint.tenant_id,
            EventType.WEBHOOK_DISABLED,
            str(endpoint.id),
            {"reason": reason.value},
            now=now,
        )


def _settle(
    message: OutboxMessage, state: MessageState, problem: str | None, now: datetime
) -> None:
    message.state = state
    message.last_problem = problem
    message.settled_at = now
