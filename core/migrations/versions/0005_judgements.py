"""Judgements, preferences and outcomes.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "judgement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("judge_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade BETWEEN 0 AND 3", name=op.f("ck_judgement_grade")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_judgement_revision")),
        sa.ForeignKeyConstraint(
            ["need_id", "need_version"],
            ["need_version.need_id", "need_version.version"],
            name=op.f("fk_judgement_need_id_need_version_need_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_judgement_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
        sa.UniqueConstraint(
            "need_id",
            "need_version",
            "provider_id",
            "judge_id",
            "revision",
            name=op.f("uq_judgement_revision"),
        ),
    )
    op.create_index(op.f("ix_judgement_recorded_at"), "judgement", ["recorded_at"])
    op.create_table(
        "preference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("better_id", sa.Uuid(), nullable=False),
        sa.Column("judge_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_preference_pair")),
        sa.CheckConstraint("better_id IN (first_id, second_id)", name=op.f("ck_preference_better")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_preference_revision")),
        sa.ForeignKeyConstraint(
            ["need_id", "need_version"],
            ["need_version.need_id", "need_version.version"],
            name=op.f("fk_preference_need_id_need_version_need_version"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["provider.id"],
            name=op.f("fk_preference_first_id_provider"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["provider.id"],
            name=op.f("fk_preference_second_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint(
            "need_id",
            "need_version",
            "first_id",
            "second_id",
            "judge_id",
            "revision",
            name=op.f("uq_preference_revision"),
        ),
    )
    op.create_index(op.f("ix_preference_recorded_at"), "preference", ["recorded_at"])
    op.create_table(
        "outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('shortlisted', 'referred', 'accepted', 'engaged', 'completed', 'reviewed')",
            name=op.f("ck_outcome_kind"),
        ),
        sa.CheckConstraint("place >= 1", name=op.f("ck_outcome_place")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_outcome_rating")),
        sa.CheckConstraint(
            "(kind = 'reviewed') = (rating IS NOT NULL)", name=op.f("ck_outcome_review")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_outcome_recommendation_id_recommendation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_outcome_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint(
            "recommendation_id",
            "provider_id",
            "enterprise_id",
            "kind",
            name=op.f("uq_outcome_kind"),
        ),
    )
    op.create_index(op.f("ix_outcome_recorded_at"), "outcome", ["recorded_at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("outcome")
    op.drop_table("preference")
    op.drop_table("judgement")
