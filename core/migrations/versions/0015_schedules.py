"""Due times of schedules, and qualifications that run out.

Revision ID: 0015
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "due_time",
        sa.Column("schedule", sa.String(length=60), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "due_at", name=op.f("pk_due_time")),
    )
    op.create_table(
        "credential_notice",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('expiring', 'expired')", name=op.f("ck_credential_notice_stage")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_credential_notice_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "provider_id", "jurisdiction_code", name=op.f("pk_credential_notice")
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("credential_notice")
    op.drop_table("due_time")
