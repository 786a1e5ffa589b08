"""Endpoints of an organisation: made, given new secrets, disabled, tried out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import Forbidden
from core.identity.actor import NEED_SECOND_FACTOR, OPEN_ACCESS_ID, Actor, UserKind
from core.identity.models import Organisation
from core.identity.reach import reaching
from core.outbox.errors import TooManyWebhooks, WebhookDisabledAlready, WebhookNotFound
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.models import (
    DisabledReason,
    EndpointState,
    Notification,
    WebhookEndpoint,
    WebhookSecret,
)
from core.outbox.notifying import notify
from core.outbox.schemas import NotificationRead, WebhookCreate, WebhookMade, WebhookRead
from core.outbox.signing import SignatureScheme, SigningSecret
from core.outbox.webhooks import SECRET_PURPOSE, disable, read_event
from core.outgoing.client import require_usable
from core.sealing import Keyring

MOST_ENDPOINTS: Final = 10
# A replaced secret signs beside the new one for so long.
ROTATION: Final = timedelta(hours=24)
_MOST_SECRETS: Final = 3


def tenant_of(actor: Actor) -> UUID:
    """Return the organisation whose notifications an actor may see.

    Raises:
        SignInNeeded, SecondFactorNeeded: the actor has none, or has to prove who they are.
    """
    if actor.kind is UserKind.SYSTEM:
        return PLATFORM_ID
    if actor.kind in NEED_SECOND_FACTOR:
        actor.require(actor.kind)
        return PLATFORM_ID
    return actor.tenant


def _managed_tenant(actor: Actor) -> UUID:
    tenant_id = tenant_of(actor)
    if tenant_id == PLATFORM_ID:
        actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    elif not (actor.is_manager or tenant_id == OPEN_ACCESS_ID):
        raise Forbidden("this is for those who manage your organisation")
    return tenant_id


@reaching
def create_endpoint(
    session: Session, actor: Actor, ring: Keyring, *, wanted: WebhookCreate, now: datetime
) -> WebhookMade:
    """Have an address told of what happens to the actor's organisation.

    Raises:
        AddressUnusable: nothing can be sent there.
        TooManyWebhooks: the organisation has ten.
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    tenant_id = _managed_tenant(actor)
    require_usable(wanted.url)
    # Held until the commit: two that are made at once are counted one after the other.
    session.get_one(Organisation, tenant_id, with_for_update={"key_share": True})
    mine = select(func.count()).where(WebhookEndpoint.tenant_id == tenant_id)
    if (session.scalar(mine) or 0) >= MOST_ENDPOINTS:
        raise TooManyWebhooks(f"an organisation has {MOST_ENDPOINTS} at most: delete one first")
    endpoint = WebhookEndpoint(
        id=uuid4(),
        tenant_id=tenant_id,
        url=wanted.url,
        note=wanted.note,
        event_types=None if wanted.event_types is None else sorted(set(wanted.event_types)),
        state=EndpointState.ENABLED,
        failures=0,
        created_by=actor.actor_id,
        created_at=now,
    )
    session.add(endpoint)
    session.flush()
    record(session, actor, Action.WEBHOOK_CREATED, _subject(endpoint))
    key = _add_secret(session, endpoint, ring, wanted.scheme, now)
    return _as_made(session, endpoint, key, now)


@reaching
def rotate_secret(
    session: Session,
    actor: Actor,
    ring: Keyring,
    *,
    webhook_id: UUID,
    scheme: SignatureScheme | None,
    now: datetime,
) -> WebhookMade:
    """Give an endpoint a new secret; for a day messages are signed with those before it too.

    Raises:
        WebhookNotFound: the organisation has no such endpoint.
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    endpoint = _locked(session, actor, webhook_id)
    present = _secrets(session, endpoint.id, now)
    for number, secret in enumerate(present):
        ends_at = now + ROTATION if number < _MOST_SECRETS - 1 else now
        secret.ends_at = min(secret.ends_at or ends_at, ends_at)
    session.flush()
    session.execute(
        delete(WebhookSecret).where(
            WebhookSecret.endpoint_id == endpoint.id, WebhookSecret.ends_at <= now
        )
    )
    record(session, actor, Action.WEBHOOK_ROTATED, _subject(endpoint))
    key = _add_secret(session, endpoint, ring, scheme or SignatureScheme(present[0].scheme), now)
    return _as_made(session, endpoint, key, now)


@reaching
def disable_endpoint(
    session: Session, actor: Actor, *, webhook_id: UUID, now: datetime
) -> WebhookRead:
    """Send nothing more to an endpoint; what waits for it is dropped.

    Raises:
        WebhookNotFound: the organisation has no such endpoint.
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    endpoint = _locked(session, actor, webhook_id)
    if endpoint.state != EndpointState.DISABLED:
        disable(session, endpoint, DisabledReason.BY_HAND, now=now)
        record(session, actor, Action.WEBHOOK_DISABLED, _subject(endpoint))
    return _as_read(session, endpoint, now)


@reaching
def enable_endpoint(
    session: Session, actor: Actor, *, webhook_id: UUID, now: datetime
) -> WebhookRead:
    """Send an endpoint what happens from now on.

    Raises:
        WebhookNotFound: the organisation has no such endpoint.
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    endpoint = _locked(session, actor, webhook_id)
    endpoint.state = EndpointState.ENABLED
    endpoint.disabled_reason = endpoint.disabled_at = None
    endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
    session.flush()
    record(session, actor, Action.WEBHOOK_ENABLED, _subject(endpoint))
    return _as_read(session, endpoint, now)


@reaching
def delete_endpoint(session: Session, actor: Actor, *, webhook_id: UUID) -> None:
    """Forget an endpoint with its secrets and what waits for it.

    Raises:
        WebhookNotFound: the organisation has no such endpoint.
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    endpoint = _locked(session, actor, webhook_id)
    record(session, actor, Action.WEBHOOK_DELETED, _subject(endpoint))
    session.delete(endpoint)


@reaching
def send_test(session: Session, actor: Actor, *, webhook_id: UUID, now: datetime) -> UUID:
    """Send an endpoint, and it alone, a message without consequence; return its `webhook-id`.

    Raises:
        WebhookNotFound: the organisation has no such endpoint.
        WebhookDisabledAlready: nothing is sent to it.
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    endpoint = _locked(session, actor, webhook_id)
    if endpoint.state == EndpointState.DISABLED:
        raise WebhookDisabledAlready(f"{webhook_id} is disabled: enable it first")
    record(session, actor, Action.WEBHOOK_TESTED, _subject(endpoint))
    kind = EventType.WEBHOOK_TEST
    return notify(session, endpoint.tenant_id, kind, str(webhook_id), now=now).id


@reaching
def list_endpoints(session: Session, actor: Actor, *, now: datetime) -> list[WebhookRead]:
    """Return the endpoints of the actor's organisation, oldest first.

    Raises:
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    mine = (
        select(WebhookEndpoint)
        .where(WebhookEndpoint.tenant_id == _managed_tenant(actor))
        .order_by(WebhookEndpoint.created_at, WebhookEndpoint.id)
    )
    return [_as_read(session, one, now) for one in session.scalars(mine)]


@reaching
def get_endpoint(session: Session, actor: Actor, *, webhook_id: UUID, now: datetime) -> WebhookRead:
    """Return an endpoint of the actor's organisation.

    Raises:
        WebhookNotFound: there is none.
        SignInNeeded, Forbidden: the actor manages no organisation.
    """
    return _as_read(session, _find(session, actor, webhook_id), now)


@reaching
def list_notifications(
    session: Session,
    actor: Actor,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
    event_type: EventType | None = None,
) -> Sequence[NotificationRead]:
    """Return what happened to the actor's organisation, newest first.

    Raises:
        SignInNeeded: the actor has none.
    """
    mine = select(Notification).where(Notification.tenant_id == tenant_of(actor))
    if event_type is not None:
        mine = mine.where(Notification.event_type == event_type)
    if after is not None:
        place = tuple_(Notification.occurred_at, Notification.id)
        mine = mine.where(place < after)
    newest = mine.order_by(Notification.occurred_at.desc(), Notification.id.desc()).limit(limit)
    return [NotificationRead(id=one.id, **dict(read_event(one))) for one in session.scalars(newest)]


def _subject(endpoint: WebhookEndpoint) -> Subject:
    return Subject(SubjectKind.WEBHOOK, str(endpoint.id), endpoint.tenant_id)


def _find(
    session: Session, actor: Actor, webhook_id: UUID, *, is_locked: bool = False
) -> WebhookEndpoint:
    wanted = select(WebhookEndpoint).where(
        WebhookEndpoint.id == webhook_id, WebhookEndpoint.tenant_id == _managed_tenant(actor)
    )
    found = session.scalar(wanted.with_for_update(key_share=True) if is_locked else wanted)
    if found is None:
        raise WebhookNotFound(f"no endpoint of your organisation has the id {webhook_id}")
    return found


def _locked(session: Session, actor: Actor, webhook_id: UUID) -> WebhookEndpoint:
    return _find(session, actor, webhook_id, is_locked=True)


def _secrets(session: Session, endpoint_id: UUID, now: datetime) -> Sequence[WebhookSecret]:
    """Return the secrets that sign now, newest first."""
    stored = session.scalars(
        select(WebhookSecret)
        .where(WebhookSecret.endpoint_id == endpoint_id)
        .order_by(WebhookSecret.ends_at.is_not(None), WebhookSecret.ends_at.desc())
    )
    return [one for one in stored if one.ends_at is None or one.ends_at > now]


def _add_secret(
    session: Session,
    endpoint: WebhookEndpoint,
    ring: Keyring,
    scheme: SignatureScheme,
    now: datetime,
) -> str:
    made = SigningSecret.make(scheme)
    key = made.verification_key()
    session.add(
        WebhookSecret(
            id=uuid4(),
            tenant_id=endpoint.tenant_id,
            endpoint_id=endpoint.id,
            scheme=scheme,
            sealed=ring.seal(made.secret, purpose=SECRET_PURPOSE),
            public_key=None if scheme is SignatureScheme.HMAC else key,
            created_at=now,
        )
    )
    session.flush()
    return key


def _as_read(session: Session, endpoint: WebhookEndpoint, now: datetime) -> WebhookRead:
    secrets = _secrets(session, endpoint.id, now)
    return WebhookRead(
        id=endpoint.id,
        url=endpoint.url,
        note=endpoint.note,
        event_types=None
        if endpoint.event_types is None
        else [EventType(one) for one in endpoint.event_types],
        scheme=SignatureScheme(secrets[0].scheme),
        public_keys=[one.public_key for one in secrets if one.public_key is not None],
        state=endpoint.state,
        disabled_reason=endpoint.disabled_reason,
        failures=endpoint.failures,
        failing_since=endpoint.failing_since,
        last_at=endpoint.last_at,
        last_status=endpoint.last_status,
        last_problem=endpoint.last_problem,
        created_at=endpoint.created_at,
        disabled_at=endpoint.disabled_at,
    )


def _as_made(session: Session, endpoint: WebhookEndpoint, key: str, now: datetime) -> WebhookMade:
    read = _as_read(session, endpoint, now)
    return WebhookMade(**read.model_dump(), verification_key=key)
