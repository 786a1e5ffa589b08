"""A consent may be about some of a person's fields.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; consents from before are about all fields."""
    op.add_column("consent", sa.Column("field_group", sa.String(length=12), nullable=True))


def downgrade() -> None:
    """Drop the column. What was taken back for some fields is taken back for all of them."""
    op.execute(
        "UPDATE consent SET is_given = false WHERE person_id IN (SELECT person_id FROM consent AS "
        "other WHERE other.field_group IS NOT NULL AND other.purpose = consent.purpose)"
    )
    op.drop_column("consent", "field_group")
