"""Organisations and accounts, and whose each need is.

Needs from before belong to the organisation of those who have not signed in. Going back, the needs
of every organisation can be read by whoever could read any: the release before knows no others.

Revision ID: 0011
Revises: 0010
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OPEN_ACCESS = UUID("00000000-0000-4000-8000-00006c616e64")
# Each after what it refers to.
_OWNED = ("need", "need_version", "need_match", "reading_correction", "recommendation")
_PEOPLE = (
    "outside_identity",
    "recovery_code",
    "passkey",
    "invitation",
    "api_token",
    "user_session",
    "membership",
    "account",
    "person_key",
    "organisation",
)


def upgrade() -> None:
    """Create the tables of people, and say of each need whose it is."""
    _create_people()
    _create_proofs()
    op.bulk_insert(
        sa.table(
            "organisation",
            sa.column("id", sa.Uuid()),
            sa.column("kind", sa.String()),
            sa.column("name", sa.String()),
            sa.column("is_verified", sa.Boolean()),
            sa.column("created_at", sa.DateTime(timezone=True)),
        ),
        [
            {
                "id": _OPEN_ACCESS,
                "kind": "enterprise",
                "name": "Open access",
                "is_verified": False,
                "created_at": datetime(2026, 11, 22, tzinfo=UTC),
            }
        ],
    )
    for name in _OWNED:
        _own(name)


def downgrade() -> None:
    """Forget whose each need is, and everybody."""
    for name in reversed(_OWNED):
        _disown(name)
    for name in _PEOPLE:
        op.drop_table(name)


def _create_people() -> None:
    """Create organisations, accounts and what joins them."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("jurisdiction", sa.String(length=12), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind = 'provider' OR provider_id IS NULL", name=op.f("ck_organisation_provider_id")
        ),
        sa.CheckConstraint(
            "kind IN ('enterprise', 'provider', 'platform')", name=op.f("ck_organisation_kind")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_organisation_provider_id_provider"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_provider_id"), "organisation", ["provider_id"])
    op.create_table(
        "person_key",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_key")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("script", sa.String(length=10), nullable=False),
        sa.Column("is_service", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'erased')", name=op.f("ck_account_status")
        ),
        sa.CheckConstraint(
            "NOT is_service OR password_hash IS NULL", name=op.f("ck_account_is_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_digest", name=op.f("uq_account_email_digest")),
    )
    op.create_table(
        "membership",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('enterprise', 'provider', 'operator', 'committee', 'administrator', 'service')",
            name=op.f("ck_membership_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_membership_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "organisation_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"])


def _create_proofs() -> None:
    """Create what shows who somebody is."""
    op.create_table(
        "user_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "organisation_id"],
            ["membership.account_id", "membership.organisation_id"],
            name=op.f("fk_user_session_account_id_organisation_id_membership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_account_id"), "user_session", ["account_id"])
    op.create_index(op.f("ix_user_session_expires_at"), "user_session", ["expires_at"])
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "organisation_id"],
            ["membership.account_id", "membership.organisation_id"],
            name=op.f("fk_api_token_account_id_organisation_id_membership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("invited_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('enterprise', 'provider', 'operator', 'committee', 'administrator')",
            name=op.f("ck_invitation_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"])
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_passkey_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_recovery_code_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "outside_identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_outside_identity_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject_digest", name=op.f("pk_outside_identity")),
        sa.UniqueConstraint(
            "issuer", "account_id", name=op.f("uq_outside_identity_issuer_account_id")
        ),
    )
    op.create_index(op.f("ix_outside_identity_account_id"), "outside_identity", ["account_id"])


def _own(name: str) -> None:
    """Add whose the rows are; where there were rows before accounts, everybody's."""
    with op.batch_alter_table(name, copy_from=_table(name, is_owned=False)) as batch:
        if name in _OLD_REFERENCE:
            batch.drop_constraint(op.f(_OLD_REFERENCE[name][0]), "foreignkey")
        batch.add_column(
            sa.Column("tenant_id", sa.Uuid(), server_default=_OPEN_ACCESS.hex, nullable=False)
        )
        for constraint, columns in _UNIQUE.get(name, {}).items():
            batch.create_unique_constraint(op.f(constraint), columns)
        constraint, table, columns, referred = _REFERENCE[name]
        batch.create_foreign_key(
            op.f(constraint), table, columns, referred, ondelete=_on_delete(name)
        )
    with op.batch_alter_table(
        name, copy_from=_table(name, is_owned=True, has_default=True)
    ) as batch:
        batch.alter_column("tenant_id", server_default=None, existing_type=sa.Uuid())
    if name == "need":
        op.create_index(_INDEX, name, ["tenant_id", "created_at", "id"])


def _disown(name: str) -> None:
    """Drop it again."""
    if name == "need":
        op.drop_index(_INDEX, name)
    with op.batch_alter_table(name, copy_from=_table(name, is_owned=True)) as batch:
        batch.drop_constraint(op.f(_REFERENCE[name][0]), "foreignkey")
        for constraint in _UNIQUE.get(name, {}):
            batch.drop_constraint(op.f(constraint), "unique")
        batch.drop_column("tenant_id")
        if name in _OLD_REFERENCE:
            constraint, table, columns, referred = _OLD_REFERENCE[name]
            batch.create_foreign_key(op.f(constraint), table, columns, referred, ondelete="CASCADE")


_INDEX = "ix_need_tenant_id_created_at_id"
_Reference = tuple[str, str, list[str], list[str]]

_OLD_REFERENCE: dict[str, _Reference] = {
    "need_version": ("fk_need_version_need_id_need", "need", ["need_id"], ["id"]),
    "need_match": ("fk_need_match_need_id_need", "need", ["need_id"], ["id"]),
    "reading_correction": (
        "fk_reading_correction_need_id_version_need_version",
        "need_version",
        ["need_id", "version"],
        ["need_id", "version"],
    ),
    "recommendation": (
        "fk_recommendation_need_id_need_version_need_version",
        "need_version",
        ["need_id", "need_version"],
        ["need_id", "version"],
    ),
}
_REFERENCE: dict[str, _Reference] = {
    "need": ("fk_need_tenant_id_organisation", "organisation", ["tenant_id"], ["id"]),
    "need_version": (
        "fk_need_version_tenant_id_need_id_need",
        "need",
        ["tenant_id", "need_id"],
        ["tenant_id", "id"],
    ),
    "need_match": (
        "fk_need_match_tenant_id_need_id_need",
        "need",
        ["tenant_id", "need_id"],
        ["tenant_id", "id"],
    ),
    "reading_correction": (
        "fk_reading_correction_tenant_id_need_id_version_need_version",
        "need_version",
        ["tenant_id", "need_id", "version"],
        ["tenant_id", "need_id", "version"],
    ),
    "recommendation": (
        "fk_recommendation_tenant_id_need_id_need_version_need_version",
        "need_version",
        ["tenant_id", "need_id", "need_version"],
        ["tenant_id", "need_id", "version"],
    ),
}
_UNIQUE: dict[str, dict[str, list[str]]] = {
    "need": {"uq_need_tenant_id_id": ["tenant_id", "id"]},
    "need_version": {
        "uq_need_version_tenant_id_need_id_version": ["tenant_id", "need_id", "version"]
    },
}


def _on_delete(name: str) -> str | None:
    return None if name == "need" else "CASCADE"


def _table(name: str, *, is_owned: bool, has_default: bool = False) -> sa.Table:
    """Describe a table, so that a script for SQLite, which rebuilds it, needs no database."""
    parts: list[Any] = [*_COLUMNS[name]()]  # Any: columns and constraints, which share no class
    if is_owned:
        default = _OPEN_ACCESS.hex if has_default else None
        parts.append(sa.Column("tenant_id", sa.Uuid(), server_default=default, nullable=False))
        parts += [
            sa.UniqueConstraint(*columns, name=constraint)
            for constraint, columns in _UNIQUE.get(name, {}).items()
        ]
    reference = _REFERENCE[name] if is_owned else _OLD_REFERENCE.get(name)
    if reference is not None:
        constraint, table, columns, referred = reference
        parts.append(
            sa.ForeignKeyConstraint(
                columns,
                [f"{table}.{column}" for column in referred],
                name=constraint,
                ondelete=_on_delete(name),
            )
        )
    return sa.Table(name, sa.MetaData(), *parts)


def _need() -> list[Any]:  # Any: as above
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name="ck_need_version"),
        sa.PrimaryKeyConstraint("id", name="pk_need"),
        sa.Index("ix_need_created_at_id", "created_at", "id"),
    ]


def _need_version() -> list[Any]:  # Any: as above
    return [
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("structured", sa.JSON(), nullable=False),
        sa.Column("reading", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("need_id", "version", name="pk_need_version"),
    ]


def _need_match() -> list[Any]:  # Any: as above
    return [
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("matched_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ranked", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(ranked IS NULL) = (problem IS NOT NULL)", name="ck_need_match_problem"
        ),
        sa.PrimaryKeyConstraint("need_id", name="pk_need_match"),
    ]


def _reading_correction() -> list[Any]:  # Any: as above
    return [
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("read", sa.JSON(), nullable=False),
        sa.Column("meant", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("need_id", "version", "field", name="pk_reading_correction"),
    ]


def _recommendation() -> list[Any]:  # Any: as above
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched_on", sa.Date(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation"),
        sa.Index("ix_recommendation_need_id_created_at", "need_id", "created_at"),
    ]


_COLUMNS = {
    "need": _need,
    "need_version": _need_version,
    "need_match": _need_match,
    "reading_correction": _reading_correction,
    "recommendation": _recommendation,
}
