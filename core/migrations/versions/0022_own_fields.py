"""What a firm wrote itself, which the imports of its source leave as it is.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; who has withdrawn a profile has said so of its status."""
    op.add_column("provider", sa.Column("own_fields", sa.JSON(), nullable=True))
    op.execute(
        "UPDATE provider SET own_fields = '[\"status\"]' "
        "WHERE status = 'suspended' AND status_reason = 'withdrawn by the provider'"
    )
    op.add_column("supply_import_row", sa.Column("kept", sa.JSON(), nullable=True))
    op.add_column(
        "supply_import",
        sa.Column("rows_own", sa.Integer(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Drop the columns: the next import of a source writes over what firms wrote."""
    op.drop_column("supply_import", "rows_own")
    op.drop_column("supply_import_row", "kept")
    op.drop_column("provider", "own_fields")
