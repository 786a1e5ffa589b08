"""What organisations are told of, their endpoints, and the messages on their way.

The organisation that is added stands for those who run the platform: it is told of jobs, imports and
rankers.

Revision ID: 0013
Revises: 0012
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_PLATFORM = UUID("00000000-0000-4000-8000-706c6174666d")
_OPEN_ACCESS = UUID("00000000-0000-4000-8000-00006c616e64")
_ORGANISATION = sa.table(
    "organisation",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("name", sa.String()),
    sa.column("is_verified", sa.Boolean()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
_OTHER = _ORGANISATION.alias()


def upgrade() -> None:
    """Create the tables, and the organisation of those who run the platform."""
    # Beside the one that is there already, unless it stayed when these tables went before.
    columns = _ORGANISATION.c
    present = sa.exists().where(_OTHER.c.id == sa.cast(_PLATFORM, sa.Uuid()))
    made = sa.select(
        sa.cast(_PLATFORM, sa.Uuid()),
        sa.literal("platform"),
        sa.literal("Platform"),
        sa.true(),
        columns.created_at,
    ).where(columns.id == _OPEN_ACCESS, ~present)
    op.execute(sa.insert(_ORGANISATION).from_select(list(columns), made))
    _create_notification()
    _create_webhooks()
    _create_outbox_message()


def _create_notification() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("event_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spread_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_notification_sequence")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["organisation.id"],
            name=op.f("fk_notification_tenant_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_notification_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id",
            "subject_id",
            "sequence",
            name=op.f("uq_notification_tenant_id_subject_id_sequence"),
        ),
    )
    op.create_index("ix_notification_spread_at", "notification", ["spread_at"])
    op.create_index(
        "ix_notification_tenant_id_occurred_at_id",
        "notification",
        ["tenant_id", "occurred_at", "id"],
    )


def _create_webhooks() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("event_types", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("disabled_reason", sa.String(length=8), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_problem", sa.String(length=200), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('enabled', 'disabled')", name=op.f("ck_webhook_endpoint_state")
        ),
        sa.CheckConstraint(
            "(state = 'disabled') = (disabled_reason IS NOT NULL)",
            name=op.f("ck_webhook_endpoint_disabled_reason"),
        ),
        sa.CheckConstraint(
            "disabled_reason IN ('by_hand', 'gone', 'failing')",
            name=op.f("ck_webhook_endpoint_known_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["organisation.id"],
            name=op.f("fk_webhook_endpoint_tenant_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_webhook_endpoint_tenant_id_id")),
    )
    op.create_table(
        "webhook_secret",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=3), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("scheme IN ('v1', 'v1a')", name=op.f("ck_webhook_secret_scheme")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoint.tenant_id", "webhook_endpoint.id"],
            name=op.f("fk_webhook_secret_tenant_id_endpoint_id_webhook_endpoint"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_secret")),
    )
    op.create_index("ix_webhook_secret_endpoint_id", "webhook_secret", ["endpoint_id"])


def _create_outbox_message() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_problem", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed', 'dropped')",
            name=op.f("ck_outbox_message_state"),
        ),
        sa.CheckConstraint(
            "(endpoint_id IS NULL) <> (account_id IS NULL)",
            name=op.f("ck_outbox_message_one_receiver"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_outbox_message_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoint.tenant_id", "webhook_endpoint.id"],
            name=op.f("fk_outbox_message_tenant_id_endpoint_id_webhook_endpoint"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "notification_id"],
            ["notification.tenant_id", "notification.id"],
            name=op.f("fk_outbox_message_tenant_id_notification_id_notification"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint(
            "tenant_id",
            "notification_id",
            "account_id",
            name=op.f("uq_outbox_message_tenant_id_notification_id_account_id"),
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "notification_id",
            "endpoint_id",
            name=op.f("uq_outbox_message_tenant_id_notification_id_endpoint_id"),
        ),
    )
    for receiver in ("account_id", "endpoint_id"):
        op.create_index(
            f"ix_outbox_message_{receiver}_state",
            "outbox_message",
            [receiver, "state", "run_after"],
        )
    op.create_index("ix_outbox_message_state_run_after", "outbox_message", ["state", "run_after"])


def downgrade() -> None:
    """Drop the tables; the organisation stays, since people may have become its members."""
    op.drop_table("outbox_message")
    op.drop_table("webhook_secret")
    op.drop_table("webhook_endpoint")
    op.drop_table("notification")
