"""Claims that were refused, so that their firms learn why.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; what was refused before is not known any more."""
    op.create_table(
        "refused_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_refused_claim_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_claim")),
    )
    op.create_index("ix_refused_claim_provider_id", "refused_claim", ["provider_id"])
    op.create_index("ix_refused_claim_refused_at", "refused_claim", ["refused_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("refused_claim")
