"""Tables of what leaves the platform: what happened, who wants to know, and what was sent."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Owned, UtcDateTime
from core.identity.models import Organisation
from core.outbox.events import SUBJECT_CHARACTERS, Details, EventType
from core.outbox.signing import SignatureScheme
from core.outgoing.addresses import MAX_URL_CHARACTERS

MAX_NOTE_CHARACTERS: Final = 200
MAX_PROBLEM_CHARACTERS: Final = 200


class EndpointState(StrEnum):
    """Whether anything is sent to an endpoint."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class DisabledReason(StrEnum):
    """Why nothing is sent any more."""

    BY_HAND = "by_hand"
    GONE = "gone"
    FAILING = "failing"


class MessageState(StrEnum):
    """What became of a message; one is dropped when whoever it was for is not there any more."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Notification(Owned, Base):
    """Something that happened, written in the transaction in which it did.

    `sequence` counts what happened to one subject, from 1 and in the order of the commits. `details`
    are the fields of the type, ids and states only. `spread_at` is when messages were made of it.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("tenant_id", "subject_id", "sequence"),
        CheckConstraint("sequence >= 1", name="sequence"),
        Index("ix_notification_tenant_id_occurred_at_id", "tenant_id", "occurred_at", "id"),
        Index("ix_notification_spread_at", "spread_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id, ondelete="CASCADE"))
    event_type: Mapped[EventType] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(SUBJECT_CHARACTERS))
    sequence: Mapped[int]
    details: Mapped[Details] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    spread_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookEndpoint(Owned, Base):
    """An address of an organisation that is told of what happens.

    `event_types` are those it wants, null for all. `failing_since` is when it first failed after
    having last accepted something, `failures` how often since, and nothing is sent before
    `rests_until`. `last_status` and `last_problem` are what the last attempt met with.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        CheckConstraint("state IN ('enabled', 'disabled')", name="state"),
        CheckConstraint(
            "(state = 'disabled') = (disabled_reason IS NOT NULL)", name="disabled_reason"
        ),
        CheckConstraint("disabled_reason IN ('by_hand', 'gone', 'failing')", name="known_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id, ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(MAX_URL_CHARACTERS))
    note: Mapped[str] = mapped_column(String(MAX_NOTE_CHARACTERS))
    event_types: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[EndpointState] = mapped_column(String(8))
    disabled_reason: Mapped[DisabledReason | None] = mapped_column(String(8))
    failures: Mapped[int]
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[int | None]
    last_problem: Mapped[str | None] = mapped_column(String(MAX_PROBLEM_CHARACTERS))
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookSecret(Owned, Base):
    """What messages to an endpoint are signed with, sealed; one that is replaced ends at `ends_at`.

    `public_key` is what its receiver checks with, where that is not the secret itself.
    """

    __tablename__ = "webhook_secret"
    __table_args__ = (
        CheckConstraint("scheme IN ('v1', 'v1a')", name="scheme"),
        ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoint.tenant_id", "webhook_endpoint.id"],
            ondelete="CASCADE",
        ),
        Index("ix_webhook_secret_endpoint_id", "endpoint_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    endpoint_id: Mapped[UUID]
    scheme: Mapped[SignatureScheme] = mapped_column(String(3))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OutboxMessage(Owned, Base):
    """A notification on its way to one endpoint, or to one account by e-mail.

    `attempt` counts what was begun and is what fences an attempt that was given up; `run_after` is
    when the next may begin, and while one is under way, when it is given up. `letter_id` is the first
    of the messages that go into one letter; null before its first attempt, and for endpoints.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'dropped')", name="state"),
        CheckConstraint("(endpoint_id IS NULL) <> (account_id IS NULL)", name="one_receiver"),
        UniqueConstraint("tenant_id", "notification_id", "endpoint_id"),
        UniqueConstraint("tenant_id", "notification_id", "account_id"),
        ForeignKeyConstraint(
            ["tenant_id", "notification_id"],
            ["notification.tenant_id", "notification.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoint.tenant_id", "webhook_endpoint.id"],
            ondelete="CASCADE",
        ),
        Index("ix_outbox_message_endpoint_id_state", "endpoint_id", "state", "run_after"),
        Index("ix_outbox_message_account_id_state", "account_id", "state", "run_after"),
        Index("ix_outbox_message_state_run_after", "state", "run_after"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    notification_id: Mapped[UUID]
    endpoint_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    letter_id: Mapped[UUID | None]
    state: Mapped[MessageState] = mapped_column(String(7))
    attempt: Mapped[int]
    run_after: Mapped[datetime] = mapped_column(UtcDateTime)
    last_problem: Mapped[str | None] = mapped_column(String(MAX_PROBLEM_CHARACTERS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
