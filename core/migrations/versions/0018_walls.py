"""Walls between organisations: whose each judgement is, who read a need, and row security.

Judgements, preferences and outcomes get the organisation whose need they are about. On PostgreSQL
every table with a `tenant_id` shows a role that owns nothing, `landbridge_app`, the rows of one
organisation only: the one that the transaction has set. Whoever migrates, and owns the tables, sees
all of them by a policy of its own.

Revision ID: 0018
Revises: 0017
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core.migrations.row_security import (
    grant_to_app,
    make_app_role,
    revoke_from_app,
    secure,
    unsecure,
)

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SECURED = (
    "need",
    "need_version",
    "need_match",
    "reading_correction",
    "recommendation",
    "judgement",
    "preference",
    "outcome",
    "need_access",
    "audit_event",
    "audit_head",
    "audit_payload",
    "notification",
    "outbox_message",
    "webhook_endpoint",
    "webhook_secret",
)
_Reference = tuple[str, str, list[str], list[str]]


def upgrade() -> None:
    """Say whose judgements are, keep who reads needs, and put the walls up."""
    with op.batch_alter_table("recommendation", copy_from=_recommendation()) as batch:
        batch.create_unique_constraint(op.f("uq_recommendation_tenant_id_id"), ["tenant_id", "id"])
    for name in _SAID:
        _own(name)
    op.create_table(
        "need_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.String(length=120), nullable=False),
        sa.Column("reader_kind", sa.String(length=14), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_need_access_purpose")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "need_id"],
            ["need.tenant_id", "need.id"],
            name=op.f("fk_need_access_tenant_id_need_id_need"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_access")),
    )
    op.create_index("ix_need_access_tenant_id_need_id", "need_access", ["tenant_id", "need_id"])
    make_app_role()
    for name in _SECURED:
        secure(name)
    grant_to_app()


def downgrade() -> None:
    """Take the walls down and forget who read what; the role itself stays."""
    revoke_from_app()
    for name in reversed(_SECURED):
        unsecure(name)
    op.drop_table("need_access")
    for name in reversed(_SAID):
        _disown(name)
    described = _recommendation(is_unique=True)
    with op.batch_alter_table("recommendation", copy_from=described) as batch:
        batch.drop_constraint(op.f("uq_recommendation_tenant_id_id"), "unique")


def _own(name: str) -> None:
    """Add whose need each row is about."""
    with op.batch_alter_table(name, copy_from=_table(name)) as batch:
        batch.add_column(sa.Column("tenant_id", sa.Uuid(), nullable=True))
    table, column = ("recommendation", "recommendation_id") if name == "outcome" else _OF_NEED
    op.execute(
        f"UPDATE {name} SET tenant_id = "  # noqa: S608 names of ours
        f"(SELECT {table}.tenant_id FROM {table} WHERE {table}.id = {name}.{column})"
    )
    with op.batch_alter_table(name, copy_from=_table(name, tenant="nullable")) as batch:
        batch.alter_column("tenant_id", nullable=False, existing_type=sa.Uuid())
        batch.drop_constraint(op.f(_OLD_REFERENCE[name][0]), "foreignkey")
        batch.drop_constraint(op.f(f"uq_{name}_{_UNIQUE[name][0]}"), "unique")
        constraint, table, columns, referred = _REFERENCE[name]
        batch.create_foreign_key(op.f(constraint), table, columns, referred, ondelete="CASCADE")
        batch.create_unique_constraint(
            op.f(f"uq_{name}_{_UNIQUE[name][0]}"), ["tenant_id", *_UNIQUE[name][1]]
        )


def _disown(name: str) -> None:
    """Drop it again."""
    with op.batch_alter_table(name, copy_from=_table(name, tenant="required")) as batch:
        batch.drop_constraint(op.f(_REFERENCE[name][0]), "foreignkey")
        batch.drop_constraint(op.f(f"uq_{name}_{_UNIQUE[name][0]}"), "unique")
        batch.drop_column("tenant_id")
        constraint, table, columns, referred = _OLD_REFERENCE[name]
        batch.create_foreign_key(op.f(constraint), table, columns, referred, ondelete="CASCADE")
        batch.create_unique_constraint(op.f(f"uq_{name}_{_UNIQUE[name][0]}"), _UNIQUE[name][1])


_SAID = ("judgement", "preference", "outcome")
_OF_NEED = ("need", "need_id")
_VERSION = ["need_id", "need_version"]
_OLD_REFERENCE: dict[str, _Reference] = {
    **{
        name: (
            f"fk_{name}_need_id_need_version_need_version",
            "need_version",
            _VERSION,
            ["need_id", "version"],
        )
        for name in ("judgement", "preference")
    },
    "outcome": (
        "fk_outcome_recommendation_id_recommendation",
        "recommendation",
        ["recommendation_id"],
        ["id"],
    ),
}
_REFERENCE: dict[str, _Reference] = {
    **{
        name: (
            f"fk_{name}_tenant_id_need_id_need_version_need_version",
            "need_version",
            ["tenant_id", *_VERSION],
            ["tenant_id", "need_id", "version"],
        )
        for name in ("judgement", "preference")
    },
    "outcome": (
        "fk_outcome_tenant_id_recommendation_id_recommendation",
        "recommendation",
        ["tenant_id", "recommendation_id"],
        ["tenant_id", "id"],
    ),
}
_UNIQUE: dict[str, tuple[str, list[str]]] = {
    "judgement": ("revision", [*_VERSION, "provider_id", "judge_id", "revision"]),
    "preference": ("revision", [*_VERSION, "first_id", "second_id", "judge_id", "revision"]),
    "outcome": ("kind", ["recommendation_id", "provider_id", "enterprise_id", "kind"]),
}


def _table(name: str, *, tenant: str | None = None) -> sa.Table:
    """Describe a table, so that a script for SQLite, which rebuilds it, needs no database."""
    parts: list[Any] = [*_COLUMNS[name]()]  # Any: columns and constraints, which share no class
    unique = _UNIQUE[name][1]
    reference = _OLD_REFERENCE[name]
    if tenant is not None:
        parts.append(sa.Column("tenant_id", sa.Uuid(), nullable=tenant == "nullable"))
    if tenant == "required":
        unique, reference = ["tenant_id", *unique], _REFERENCE[name]
    constraint, table, columns, referred = reference
    parts += [
        sa.UniqueConstraint(*unique, name=f"uq_{name}_{_UNIQUE[name][0]}"),
        _refer(constraint, table, columns, referred),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.Index(f"ix_{name}_recorded_at", "recorded_at"),
    ]
    return sa.Table(name, sa.MetaData(), *parts)


def _refer(
    constraint: str, table: str, columns: list[str], referred: list[str]
) -> sa.ForeignKeyConstraint:
    there = [f"{table}.{column}" for column in referred]
    return sa.ForeignKeyConstraint(columns, there, name=constraint, ondelete="CASCADE")


def _recommendation(*, is_unique: bool = False) -> sa.Table:
    unique = sa.UniqueConstraint("tenant_id", "id", name="uq_recommendation_tenant_id_id")
    return sa.Table(
        "recommendation",
        sa.MetaData(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched_on", sa.Date(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        _refer(
            "fk_recommendation_tenant_id_need_id_need_version_need_version",
            "need_version",
            ["tenant_id", *_VERSION],
            ["tenant_id", "need_id", "version"],
        ),
        sa.Index("ix_recommendation_need_id_created_at", "need_id", "created_at"),
        *([unique] if is_unique else []),
    )


def _judgement() -> list[Any]:  # Any: as above
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("judge_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade BETWEEN 0 AND 3", name="ck_judgement_grade"),
        sa.CheckConstraint("revision >= 1", name="ck_judgement_revision"),
        _of_provider("judgement", "provider_id"),
    ]


def _preference() -> list[Any]:  # Any: as above
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("better_id", sa.Uuid(), nullable=False),
        sa.Column("judge_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="ck_preference_pair"),
        sa.CheckConstraint("better_id IN (first_id, second_id)", name="ck_preference_better"),
        sa.CheckConstraint("revision >= 1", name="ck_preference_revision"),
        _of_provider("preference", "first_id"),
        _of_provider("preference", "second_id"),
    ]


def _outcome() -> list[Any]:  # Any: as above
    return [
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
            name="ck_outcome_kind",
        ),
        sa.CheckConstraint("place >= 1", name="ck_outcome_place"),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="ck_outcome_rating"),
        sa.CheckConstraint("(kind = 'reviewed') = (rating IS NOT NULL)", name="ck_outcome_review"),
        _of_provider("outcome", "provider_id"),
    ]


def _of_provider(name: str, column: str) -> sa.ForeignKeyConstraint:
    return _refer(f"fk_{name}_{column}_provider", "provider", [column], ["id"])


_COLUMNS = {"judgement": _judgement, "preference": _preference, "outcome": _outcome}
