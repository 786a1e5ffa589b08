"""Providers in the order in which they are listed.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the index of states by one that also holds the order of a list."""
    op.create_index(
        "ix_provider_status_name_folded_id", "provider", ["status", "name_folded", "id"]
    )
    op.drop_index("ix_provider_status", table_name="provider")


def downgrade() -> None:
    """Replace it back."""
    op.create_index("ix_provider_status", "provider", ["status"])
    op.drop_index("ix_provider_status_name_folded_id", table_name="provider")
