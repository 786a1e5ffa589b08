"""The request that asked for a job.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; jobs from before belong to no request that is known."""
    op.add_column("job", sa.Column("request_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("job", "request_id")
