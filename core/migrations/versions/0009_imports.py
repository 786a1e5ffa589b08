"""Imports that are looked at, confirmed, written by jobs and taken back.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "supply_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_bytes", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.String(length=1000), nullable=True),
        sa.Column("encoding", sa.String(length=20), nullable=True),
        sa.Column("is_guessed", sa.Boolean(), nullable=True),
        sa.Column("columns", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("rows_new", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("rows_same", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("rows_written", sa.Integer(), nullable=False),
        sa.Column("rows_stale", sa.Integer(), nullable=False),
        sa.Column("rows_restored", sa.Integer(), nullable=False),
        sa.Column("rows_kept", sa.Integer(), nullable=False),
        sa.Column("repeats_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'refused', 'checked', 'discarded', 'applying', 'applied', "
            "'undoing', 'undone')",
            name=op.f("ck_supply_import_state"),
        ),
        sa.ForeignKeyConstraint(
            ["repeats_id"],
            ["supply_import.id"],
            name=op.f("fk_supply_import_repeats_id_supply_import"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_import")),
    )
    op.create_index("ix_supply_import_created_at_id", "supply_import", ["created_at", "id"])
    op.create_index("ix_supply_import_file", "supply_import", ["kind", "source", "file_sha256"])
    op.create_table(
        "supply_import_part",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["supply_import.id"],
            name=op.f("fk_supply_import_part_import_id_supply_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_supply_import_part")),
    )
    op.create_table(
        "supply_import_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problems", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("undo", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["supply_import.id"],
            name=op.f("fk_supply_import_row_import_id_supply_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("import_id", "row_no", name=op.f("pk_supply_import_row")),
    )
    op.create_index(
        "ix_supply_import_row_outcome", "supply_import_row", ["import_id", "outcome", "row_no"]
    )
    op.create_index("ix_supply_import_row_target_id", "supply_import_row", ["target_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("supply_import_row")
    op.drop_table("supply_import_part")
    op.drop_table("supply_import")
