"""The first tables: jurisdictions, sectors, providers with their evidence, imports, needs.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, in the order in which they refer to each other."""
    _create_jurisdictions()
    _create_sectors()
    _create_providers()
    _create_imports()
    _create_needs()


def downgrade() -> None:
    """Drop them in the opposite order; their indexes go with them."""
    for table in reversed(_TABLES):
        op.drop_table(table)


_TABLES = (
    "jurisdiction",
    "instrument",
    "instrument_membership",
    "bilateral_agreement",
    "instrument_objection",
    "legal_family",
    "sector_list",
    "sector",
    "provider",
    "provider_sector",
    "evidence",
    "evidence_jurisdiction",
    "evidence_sector",
    "text_vector",
    "catalogue_state",
    "import_run",
    "need",
    "need_version",
    "recommendation",
)


def _create_jurisdictions() -> None:
    """Create the jurisdiction graph: nodes, instruments, and who is bound by them."""
    op.create_table(
        "jurisdiction",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent_code", sa.String(length=10), nullable=True),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_zh_hans", sa.String(length=120), nullable=False),
        sa.Column("name_zh_hant", sa.String(length=120), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("name_source", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"],
            ["jurisdiction.code"],
            name=op.f("fk_jurisdiction_parent_code_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_jurisdiction")),
    )
    op.create_table(
        "instrument",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("name_zh_hans", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("as_of", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
    )
    op.create_table(
        "instrument_membership",
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["instrument.id"],
            name=op.f("fk_instrument_membership_instrument_id_instrument"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_code"],
            ["jurisdiction.code"],
            name=op.f("fk_instrument_membership_jurisdiction_code_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint(
            "instrument_id", "jurisdiction_code", name=op.f("pk_instrument_membership")
        ),
    )
    op.create_table(
        "bilateral_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument_kind", sa.String(length=60), nullable=False),
        sa.Column("a_code", sa.String(length=10), nullable=False),
        sa.Column("b_code", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.CheckConstraint("a_code <> b_code", name=op.f("ck_bilateral_agreement_two_parties")),
        sa.ForeignKeyConstraint(
            ["a_code"],
            ["jurisdiction.code"],
            name=op.f("fk_bilateral_agreement_a_code_jurisdiction"),
        ),
        sa.ForeignKeyConstraint(
            ["b_code"],
            ["jurisdiction.code"],
            name=op.f("fk_bilateral_agreement_b_code_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bilateral_agreement")),
    )
    op.create_index(op.f("ix_bilateral_agreement_a_code"), "bilateral_agreement", ["a_code"])
    op.create_index(op.f("ix_bilateral_agreement_b_code"), "bilateral_agreement", ["b_code"])
    op.create_table(
        "instrument_objection",
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        sa.Column("objector_code", sa.String(length=10), nullable=False),
        sa.Column("against_code", sa.String(length=10), nullable=False),
        sa.Column("effect", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["against_code"],
            ["jurisdiction.code"],
            name=op.f("fk_instrument_objection_against_code_jurisdiction"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["instrument.id"],
            name=op.f("fk_instrument_objection_instrument_id_instrument"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["objector_code"],
            ["jurisdiction.code"],
            name=op.f("fk_instrument_objection_objector_code_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint(
            "instrument_id", "objector_code", "against_code", name=op.f("pk_instrument_objection")
        ),
    )
    op.create_table(
        "legal_family",
        sa.Column("jurisdiction_code", sa.String(length=10), nullable=False),
        sa.Column("family_primary", sa.String(length=60), nullable=False),
        sa.Column("family_derived", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_code"],
            ["jurisdiction.code"],
            name=op.f("fk_legal_family_jurisdiction_code_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint("jurisdiction_code", name=op.f("pk_legal_family")),
    )


def _create_sectors() -> None:
    """Create the sector lists."""
    op.create_table(
        "sector_list",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'superseded')", name=op.f("ck_sector_list_status")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_sector_list")),
    )
    op.create_index(
        "uq_sector_list_published",
        "sector_list",
        ["status"],
        unique=True,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "sector",
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh_hans", sa.String(length=200), nullable=False),
        sa.Column("name_zh_hant", sa.String(length=200), nullable=False),
        sa.Column("cpc_prov", sa.String(length=200), nullable=False),
        sa.Column("cpc_verified", sa.Boolean(), nullable=False),
        sa.Column("isic4", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_version", "parent_code"],
            ["sector.list_version", "sector.code"],
            name=op.f("fk_sector_list_version_parent_code_sector"),
        ),
        sa.ForeignKeyConstraint(
            ["list_version"],
            ["sector_list.version"],
            name=op.f("fk_sector_list_version_sector_list"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_version", "code", name=op.f("pk_sector")),
    )


def _create_providers() -> None:
    """Create supply: providers, their evidence and its vectors."""
    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("source_ref", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("name_folded", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("home_jurisdiction", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("status_reason", sa.String(length=500), nullable=True),
        sa.Column("languages", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("qualified_in", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("network_in", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_accepting", sa.Boolean(), nullable=True),
        sa.Column("listed_as", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'suspended')", name=op.f("ck_provider_status")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_provider_version")),
        sa.ForeignKeyConstraint(
            ["home_jurisdiction"],
            ["jurisdiction.code"],
            name=op.f("fk_provider_home_jurisdiction_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_provider_source_source_ref")),
    )
    op.create_index(op.f("ix_provider_name_folded"), "provider", ["name_folded"])
    op.create_index(op.f("ix_provider_status"), "provider", ["status"])
    op.create_table(
        "provider_sector",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("sector_code", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_provider_sector_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", "sector_code", name=op.f("pk_provider_sector")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("matter_ref", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("amount_usd", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("client_ref", sa.String(length=120), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["provider.id"],
            name=op.f("fk_evidence_provider_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "provider_id",
            "source",
            "matter_ref",
            name=op.f("uq_evidence_provider_id_source_matter_ref"),
        ),
    )
    op.create_index("ix_evidence_matter", "evidence", ["source", "matter_ref"])
    op.create_index(op.f("ix_evidence_provider_id"), "evidence", ["provider_id"])
    op.create_index(op.f("ix_evidence_text_hash"), "evidence", ["text_hash"])
    op.create_table(
        "evidence_jurisdiction",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_code", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_evidence_jurisdiction_evidence_id_evidence"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_code"],
            ["jurisdiction.code"],
            name=op.f("fk_evidence_jurisdiction_jurisdiction_code_jurisdiction"),
        ),
        sa.PrimaryKeyConstraint(
            "evidence_id", "jurisdiction_code", name=op.f("pk_evidence_jurisdiction")
        ),
    )
    op.create_index(
        op.f("ix_evidence_jurisdiction_jurisdiction_code"),
        "evidence_jurisdiction",
        ["jurisdiction_code"],
    )
    op.create_table(
        "evidence_sector",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("sector_code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_evidence_sector_evidence_id_evidence"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("evidence_id", "sector_code", name=op.f("pk_evidence_sector")),
    )
    op.create_index(op.f("ix_evidence_sector_sector_code"), "evidence_sector", ["sector_code"])
    op.create_table(
        "text_vector",
        sa.Column("encoder_version", sa.String(length=80), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.Column("scale", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("encoder_version", "text_hash", name=op.f("pk_text_vector")),
    )


def _create_imports() -> None:
    """Create what the catalogue's loading keeps: its sequence and the runs of imports."""
    op.create_table(
        "catalogue_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_state")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_bad", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done')", name=op.f("ck_import_run_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint(
            "kind", "source", "file_sha256", name=op.f("uq_import_run_kind_source_file_sha256")
        ),
    )


def _create_needs() -> None:
    """Create demand: needs, their versions, recommendations."""
    op.create_table(
        "need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_need_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index("ix_need_created_at_id", "need", ["created_at", "id"])
    op.create_table(
        "need_version",
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("structured", sa.JSON(), nullable=False),
        sa.Column("reading", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["need.id"], name=op.f("fk_need_version_need_id_need"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("need_id", "version", name=op.f("pk_need_version")),
    )
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matched_on", sa.Date(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id", "need_version"],
            ["need_version.need_id", "need_version.version"],
            name=op.f("fk_recommendation_need_id_need_version_need_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    op.create_index(
        "ix_recommendation_need_id_created_at", "recommendation", ["need_id", "created_at"]
    )
