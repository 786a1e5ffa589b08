"""Consents, the transfer ledger, requests of people, tombstones, and contacts of providers.

Going back loses all of it; keys of contacts stay behind, and open nothing that is left.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create_duties()
    _create_contacts()


def _create_duties() -> None:
    op.create_table(
        "consent",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("notice_version", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('directory', 'referral', 'marketing_own', 'marketing_others', 'transfer_abroad')",
            name=op.f("ck_consent_purpose"),
        ),
        sa.PrimaryKeyConstraint("person_id", "number", name=op.f("pk_consent")),
    )
    op.create_table(
        "erased_digest",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased_digest")),
    )
    op.create_index(
        op.f("ix_erased_digest_person_id"), "erased_digest", ["person_id"], unique=False
    )
    op.create_table(
        "person_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=True),
        sa.Column("law", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carry_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.CheckConstraint(
            "kind IN ('access', 'correction', 'erasure', 'withdrawal')",
            name=op.f("ck_person_request_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('done', 'refused', 'withdrawn') OR outcome IS NULL",
            name=op.f("ck_person_request_outcome"),
        ),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_person_request_closed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_request")),
    )
    op.create_index(
        "ix_person_request_carry_out_at", "person_request", ["carry_out_at"], unique=False
    )
    op.create_table(
        "person_tombstone",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("erased_by", sa.String(length=120), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_tombstone")),
    )
    op.create_table(
        "personal_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_place", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_country", sa.String(length=2), nullable=False),
        sa.Column("onward", sa.JSON(), nullable=False),
        sa.Column("law", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("contract_ref", sa.String(length=120), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('shown', 'sent', 'stored')", name=op.f("ck_personal_transfer_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_transfer")),
    )
    op.create_index("ix_personal_transfer_at", "personal_transfer", ["at"], unique=False)
    op.create_index(
        "ix_personal_transfer_person_id_at", "personal_transfer", ["person_id", "at"], unique=False
    )
    op.create_table(
        "personal_transfer_person",
        sa.Column("law", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "law", "year", "person_id", name=op.f("pk_personal_transfer_person")
        ),
    )
    op.create_table(
        "personal_transfer_year",
        sa.Column("law", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("sensitive_persons", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("law", "year", name=op.f("pk_personal_transfer_year")),
    )


def _create_contacts() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("transfer_basis", sa.String(length=20), nullable=False),
        sa.Column("contract_ref", sa.String(length=120), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "transfer_basis IN ('none', 'consent', 'contract', 'below_threshold', 'standard_contract', 'certification', 'security_assessment', 'impact_dossier', 'gba_contract')",
            name=op.f("ck_contact_transfer_basis"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_contact_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("digest", name=op.f("uq_contact_digest")),
    )
    op.create_index(op.f("ix_contact_provider_id"), "contact", ["provider_id"], unique=False)
    op.create_table(
        "contact_fields",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("field_group", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("notice_version", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "field_group IN ('identity', 'business', 'messenger')",
            name=op.f("ck_contact_fields_field_group"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_fields_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "field_group", name=op.f("pk_contact_fields")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("contact_fields")
    op.drop_table("contact")
    op.drop_table("personal_transfer_year")
    op.drop_table("personal_transfer_person")
    op.drop_table("personal_transfer")
    op.drop_table("person_tombstone")
    op.drop_table("person_request")
    op.drop_table("erased_digest")
    op.drop_table("consent")
