"""Corrections of readings that their authors let us keep.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "reading_correction",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("read", sa.JSON(), nullable=False),
        sa.Column("meant", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id", "version"],
            ["need_version.need_id", "need_version.version"],
            name=op.f("fk_reading_correction_need_id_version_need_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("need_id", "version", "field", name=op.f("pk_reading_correction")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("reading_correction")
