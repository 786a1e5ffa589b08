"""A random mark for each change of the catalogue.

Two databases that were one until a backup was restored count their changes with the same numbers;
their marks tell them apart. What changed before has none, so the log is complete from here on.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Made by the database, so that a script run on two of them gives each a mark of its own.
_RANDOM_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def upgrade() -> None:
    """Create the table and mark the change at which the catalogue stands."""
    op.create_table(
        "catalogue_mark",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_catalogue_mark")),
    )
    made = _RANDOM_ID[op.get_context().dialect.name]
    op.execute(
        f"INSERT INTO catalogue_mark (sequence, mark) SELECT sequence, {made} FROM catalogue_state"  # noqa: S608 a constant of ours
    )
    op.execute("UPDATE catalogue_state SET complete_since = sequence")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("catalogue_mark")
