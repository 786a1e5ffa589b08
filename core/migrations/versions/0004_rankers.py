"""Rankers: proposals, votes, events, comparisons, and the queries they are compared on.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "ranker",
        sa.Column("version", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'refused', 'in_force', 'retired')",
            name=op.f("ck_ranker_state"),
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_ranker")),
    )
    op.create_index(
        "uq_ranker_in_force",
        "ranker",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'in_force'"),
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_table(
        "ranker_vote",
        sa.Column("ranker_version", sa.String(length=120), nullable=False),
        sa.Column("approver_id", sa.String(length=120), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('accept', 'refuse')", name=op.f("ck_ranker_vote_verdict")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_ranker_vote_reason")),
        sa.ForeignKeyConstraint(
            ["ranker_version"],
            ["ranker.version"],
            name=op.f("fk_ranker_vote_ranker_version_ranker"),
        ),
        sa.PrimaryKeyConstraint("ranker_version", "approver_id", name=op.f("pk_ranker_vote")),
    )
    op.create_table(
        "ranker_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ranker_version", sa.String(length=120), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_version", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "kind IN ('proposed', 'compared', 'voted', 'accepted', 'refused', 'promoted', "
            "'rolled_back', 'frozen')",
            name=op.f("ck_ranker_event_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["ranker_version"],
            ["ranker.version"],
            name=op.f("fk_ranker_event_ranker_version_ranker"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_version"],
            ["ranker.version"],
            name=op.f("fk_ranker_event_replaced_version_ranker"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranker_event")),
    )
    op.create_index(op.f("ix_ranker_event_ranker_version"), "ranker_event", ["ranker_version"])
    op.create_table(
        "frozen_query_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_query_set")),
    )
    op.create_table(
        "ranker_comparison",
        sa.Column("ranker_version", sa.String(length=120), nullable=False),
        sa.Column("against_version", sa.String(length=120), nullable=False),
        sa.Column("frozen_query_set_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["frozen_query_set_id"],
            ["frozen_query_set.id"],
            name=op.f("fk_ranker_comparison_frozen_query_set_id_frozen_query_set"),
        ),
        sa.ForeignKeyConstraint(
            ["ranker_version"],
            ["ranker.version"],
            name=op.f("fk_ranker_comparison_ranker_version_ranker"),
        ),
        sa.PrimaryKeyConstraint(
            "ranker_version",
            "against_version",
            "frozen_query_set_id",
            name=op.f("pk_ranker_comparison"),
        ),
    )


def downgrade() -> None:
    """Drop them."""
    for table in (
        "ranker_comparison",
        "frozen_query_set",
        "ranker_event",
        "ranker_vote",
        "ranker",
    ):
        op.drop_table(table)
