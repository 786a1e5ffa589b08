"""The log of changes to the catalogue, and an id that tells catalogues apart.

What changed before is not known: the log is complete from the number at which this finds it.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Made by the database, so that a script run on two of them gives each an id of its own.
_RANDOM_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def upgrade() -> None:
    """Create the log and give a catalogue that is there its id."""
    op.create_table(
        "catalogue_change",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", "number", name=op.f("pk_catalogue_change")),
    )
    op.add_column("catalogue_state", sa.Column("catalogue_id", sa.Uuid(), nullable=True))
    op.add_column("catalogue_state", sa.Column("complete_since", sa.Integer(), nullable=True))
    made = _RANDOM_ID[op.get_context().dialect.name]
    op.execute(f"UPDATE catalogue_state SET catalogue_id = {made}, complete_since = sequence")  # noqa: S608 a constant of ours
    with op.batch_alter_table("catalogue_state", copy_from=_state()) as batch:
        batch.alter_column("catalogue_id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("complete_since", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    """Drop both; what was built from the catalogue has to be built anew."""
    with op.batch_alter_table("catalogue_state", copy_from=_state()) as batch:
        batch.drop_column("complete_since")
        batch.drop_column("catalogue_id")
    op.drop_table("catalogue_change")


def _state() -> sa.Table:
    """Describe the table between the steps: a script has no database to ask."""
    return sa.Table(
        "catalogue_state",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("complete_since", sa.Integer(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_state")),
    )
