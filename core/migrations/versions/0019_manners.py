"""Answers kept by the keys of their requests, and names that verified firms alone may have.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from core.migrations.row_security import secure, unsecure

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "kept_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.String(length=120), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["organisation.id"],
            name=op.f("fk_kept_answer_tenant_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
        sa.UniqueConstraint("tenant_id", "actor_id", "route", "key", name="uq_kept_answer_key"),
    )
    op.create_index(op.f("ix_kept_answer_created_at"), "kept_answer", ["created_at"])
    secure("kept_answer")
    op.create_table(
        "verified_name",
        sa.Column("skeleton", sa.String(length=600), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_verified_name_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("skeleton", name=op.f("pk_verified_name")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_verified_name_organisation_id")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("verified_name")
    unsecure("kept_answer")
    op.drop_table("kept_answer")
