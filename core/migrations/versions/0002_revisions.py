"""Statements about the law become append-only; institutions, cooperations, desks, merged provinces.

Every stored row becomes the first revision of its statement, recorded at the time of the migration.

Revision ID: 0002
Revises: 0001
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Row = dict[str, Any]  # Any: a column's value is of the column's type

_STATEMENTS = uuid5(NAMESPACE_URL, "landbridge:statement")
_AGREEMENTS = uuid5(NAMESPACE_URL, "landbridge:bilateral-agreement")
_FACTS = ("name_en", "name_zh_hans", "kind", "subject", "year", "source_url", "as_of")
_VERSIONED = ("instrument_membership", "bilateral_agreement", "instrument_objection")
_NAMED = ("institution", "cooperation", "desk")
_ABOUT_THE_REVISION = ("statement_id", "revision", "recorded_at", "recorded_from")


def upgrade() -> None:
    """Take the rows out, make the tables anew, and put the rows back as first revisions."""
    kept = {name: _read(name) for name in ("instrument", *_VERSIONED)}
    _drop(*_VERSIONED, "instrument")
    _create_instruments()
    _create_memberships()
    _create_agreements()
    _create_objections()
    _create_named()
    _extend_jurisdictions()
    _insert("instrument", [{"id": row["id"]} for row in kept["instrument"]])
    instruments = [
        {"instrument_id": row["id"], "status": "current", **{name: row[name] for name in _FACTS}}
        for row in kept["instrument"]
    ]
    agreements = [_without(row, "id") for row in kept["bilateral_agreement"]]
    objections = [{**row, "status": "current"} for row in kept["instrument_objection"]]
    _insert_first("instrument_revision", instruments)
    _insert_first("instrument_membership", kept["instrument_membership"])
    _insert_first("bilateral_agreement", agreements)
    _insert_first("instrument_objection", objections)


def downgrade() -> None:
    """Keep what holds now: one row of each party, for which alone there was room before."""
    kept = {name: _read_current(name) for name in ("instrument_revision", *_VERSIONED)}
    _drop(*_NAMED, *_VERSIONED, "instrument_revision", "instrument")
    with op.batch_alter_table("jurisdiction", copy_from=_jurisdiction(is_extended=True)) as batch:
        batch.drop_constraint(op.f("fk_jurisdiction_successor_code_jurisdiction"), "foreignkey")
        for name in ("successor_code", "valid_to", "languages"):
            batch.drop_column(name)
    _create_tables_of_before()
    instruments = [
        {"id": row["instrument_id"], **{name: row[name] for name in _FACTS}}
        for row in kept["instrument_revision"]
    ]
    memberships = {
        (row["instrument_id"], row["jurisdiction_code"]): _without(row, "in_force_to")
        for row in kept["instrument_membership"]
    }
    agreements = {
        key: {**_without(row, "in_force_to"), "id": key}
        for row in kept["bilateral_agreement"]
        for key in [uuid5(_AGREEMENTS, "|".join((*_pair_of(row), row["note"])))]
    }
    objections = [_without(row, "status") for row in kept["instrument_objection"]]
    _insert("instrument", instruments)
    _insert("instrument_membership", list(memberships.values()))
    _insert("bilateral_agreement", list(agreements.values()))
    _insert("instrument_objection", objections)
    # Files count as imported no more: after another upgrade they bring back what had no room.
    op.execute("DELETE FROM import_run WHERE kind = 'jurisdictions'")


def _key(table: str, row: Row) -> str:
    """Say what a row is about; the same text as the importer makes, on which its id rests."""
    if table == "instrument_revision":
        return str(row["instrument_id"])
    first = row.get("in_force_from")
    day = first.isoformat() if isinstance(first, date) else ""
    if table == "instrument_membership":
        return f"{row['instrument_id']}|{row['jurisdiction_code']}|{day}"
    if table == "bilateral_agreement":
        named = row["note"].partition(":")[0].strip()
        is_instrument = "_" in named and named.replace("_", "").isalnum()
        return "|".join((*_pair_of(row), named if is_instrument else row["note"], day))
    pair = sorted((row["objector_code"], row["against_code"]))
    return "|".join((row["instrument_id"], *pair))


def _pair_of(row: Row) -> tuple[str, ...]:
    return (row["instrument_kind"], *sorted((row["a_code"], row["b_code"])))


def _read(table: str) -> list[Row]:
    if context.is_offline_mode():
        return []  # a script makes a new schema: there is nothing to keep
    bind = op.get_bind()
    stored = sa.Table(table, sa.MetaData(), autoload_with=bind)
    return [dict(row) for row in bind.execute(sa.select(stored)).mappings()]


def _read_current(table: str) -> list[Row]:
    newest: dict[object, Row] = {}
    for row in sorted(_read(table), key=lambda row: int(row["revision"])):
        newest[row["statement_id"]] = row
    # Without its last day, for which there was no room, what has ended would seem to go on.
    today = datetime.now(UTC).date()
    standing = [row for row in newest.values() if (row.get("in_force_to") or today) >= today]
    standing = [row for row in standing if row["status"] != "retracted"]
    standing.sort(key=lambda row: row.get("in_force_from") or date.min)
    return [_without(row, *_ABOUT_THE_REVISION) for row in standing]


def _without(row: Row, *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


def _insert_first(table: str, rows: Iterable[Row]) -> None:
    recorded = {"revision": 1, "recorded_at": datetime.now(UTC), "recorded_from": "landbridge"}
    first: dict[object, Row] = {}
    for row in rows:
        statement_id = uuid5(_STATEMENTS, f"{table}|{_key(table, row)}")
        first.setdefault(statement_id, {**row, **recorded, "statement_id": statement_id})
    _insert(table, list(first.values()))


def _insert(table: str, rows: list[Row]) -> None:
    if rows:
        bind = op.get_bind()
        # What is read from SQLite's own description would not take a UUID.
        ids = [
            sa.Column(key, sa.Uuid(), primary_key=True)
            for key, value in rows[0].items()
            if type(value) is UUID
        ]
        stored = sa.Table(table, sa.MetaData(), *ids, autoload_with=bind)
        bind.execute(sa.insert(stored), rows)


def _drop(*tables: str) -> None:
    for table in tables:
        op.drop_table(table)


def _revision_columns() -> list[sa.Column[Any]]:  # Any: columns of several types
    return [
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_from", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
    ]


def _code_column(name: str, *, is_required: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=10), nullable=not is_required)


def _constraints(
    table: str, references: dict[str, str], checks: dict[str, str]
) -> list[sa.Constraint]:
    """Name the key of revisions, each foreign key (column to table) and each check."""
    return [
        sa.PrimaryKeyConstraint("statement_id", "revision", name=op.f(f"pk_{table}")),
        sa.CheckConstraint("revision >= 1", name=op.f(f"ck_{table}_revision")),
        *(
            sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}"))
            for name, text in checks.items()
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["instrument.id" if to == "instrument" else "jurisdiction.code"],
                name=op.f(f"fk_{table}_{column}_{to}"),
            )
            for column, to in references.items()
        ),
    ]


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _create_instruments() -> None:
    op.create_table(
        "instrument",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
    )
    op.create_table(
        "instrument_revision",
        *_revision_columns(),
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("name_zh_hans", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.String(length=10), nullable=True),
        *_constraints("instrument_revision", {"instrument_id": "instrument"}, {}),
    )
    _index("instrument_revision", "instrument_id")


def _create_memberships() -> None:
    op.create_table(
        "instrument_membership",
        *_revision_columns(),
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        _code_column("jurisdiction_code"),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_constraints(
            "instrument_membership",
            {"instrument_id": "instrument", "jurisdiction_code": "jurisdiction"},
            {"days": "in_force_to >= in_force_from"},
        ),
    )
    _index("instrument_membership", "instrument_id", "jurisdiction_code")


def _create_agreements() -> None:
    op.create_table(
        "bilateral_agreement",
        *_revision_columns(),
        sa.Column("instrument_kind", sa.String(length=60), nullable=False),
        _code_column("a_code"),
        _code_column("b_code"),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("in_force_to", sa.Date(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_constraints(
            "bilateral_agreement",
            {"a_code": "jurisdiction", "b_code": "jurisdiction"},
            {"days": "in_force_to >= in_force_from", "two_parties": "a_code <> b_code"},
        ),
    )
    _index("bilateral_agreement", "a_code", "b_code")


def _create_objections() -> None:
    op.create_table(
        "instrument_objection",
        *_revision_columns(),
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        _code_column("objector_code"),
        _code_column("against_code"),
        sa.Column("effect", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        *_constraints(
            "instrument_objection",
            {
                "instrument_id": "instrument",
                "objector_code": "jurisdiction",
                "against_code": "jurisdiction",
            },
            {"two_parties": "objector_code <> against_code"},
        ),
    )
    _index("instrument_objection", "instrument_id")


def _create_named() -> None:
    """Create what has a name and a note in three scripts."""
    own: dict[str, tuple[list[sa.Column[Any]], dict[str, str], dict[str, str]]] = {
        "institution": (
            [
                sa.Column("short_name", sa.String(length=60), nullable=False),
                sa.Column("steps", sa.JSON(), nullable=False),
                _code_column("seat_code"),
                sa.Column("is_listed_for_interim", sa.Boolean(), nullable=True),
            ],
            {"seat_code": "jurisdiction"},
            {},
        ),
        "cooperation": (
            [
                sa.Column("members", sa.JSON(), nullable=False),
                sa.Column("subject", sa.String(length=60), nullable=False),
                sa.Column("valid_to", sa.Date(), nullable=True),
            ],
            {},
            {"days": "valid_to >= valid_from"},
        ),
        "desk": (
            [_code_column("place_code"), sa.Column("actions", sa.JSON(), nullable=False)],
            {"place_code": "jurisdiction"},
            {},
        ),
    }
    scripts = ("en", "zh_hans", "zh_hant")
    for table, (columns, references, checks) in own.items():
        op.create_table(
            table,
            *_revision_columns(),
            sa.Column(f"{table}_id", sa.String(length=60), nullable=False),
            *(
                sa.Column(f"name_{script}", sa.String(length=200), nullable=False)
                for script in scripts
            ),
            *(sa.Column(f"note_{script}", sa.Text(), nullable=False) for script in scripts),
            sa.Column("valid_from", sa.Date(), nullable=True),
            *columns,
            *_constraints(table, references, checks),
        )
        _index(table, f"{table}_id")


def _jurisdiction(*, is_extended: bool) -> sa.Table:
    """Describe the table, so that a script for SQLite, which rebuilds it, needs no database."""
    added: list[sa.Column[Any] | sa.Constraint] = (
        [
            sa.Column("languages", sa.JSON(), server_default="[]", nullable=False),
            sa.Column("valid_to", sa.Date(), nullable=True),
            _code_column("successor_code", is_required=False),
            sa.ForeignKeyConstraint(
                ["successor_code"],
                ["jurisdiction.code"],
                name="fk_jurisdiction_successor_code_jurisdiction",
            ),
        ]
        if is_extended
        else []
    )
    return sa.Table(
        "jurisdiction",
        sa.MetaData(),
        _code_column("code"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        _code_column("parent_code", is_required=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_zh_hans", sa.String(length=120), nullable=False),
        sa.Column("name_zh_hant", sa.String(length=120), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("name_source", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"],
            ["jurisdiction.code"],
            name="fk_jurisdiction_parent_code_jurisdiction",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_jurisdiction"),
        *added,
    )


def _extend_jurisdictions() -> None:
    with op.batch_alter_table("jurisdiction", copy_from=_jurisdiction(is_extended=False)) as batch:
        batch.add_column(sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("valid_to", sa.Date(), nullable=True))
        batch.add_column(_code_column("successor_code", is_required=False))
        batch.create_foreign_key(
            op.f("fk_jurisdiction_successor_code_jurisdiction"),
            "jurisdiction",
            ["successor_code"],
            ["code"],
        )


def _create_tables_of_before() -> None:
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
        _code_column("jurisdiction_code"),
        *_binding_columns(),
        _reference("instrument_membership", "instrument_id", "instrument"),
        _reference("instrument_membership", "jurisdiction_code", "jurisdiction"),
        sa.PrimaryKeyConstraint(
            "instrument_id", "jurisdiction_code", name=op.f("pk_instrument_membership")
        ),
    )
    op.create_table(
        "bilateral_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument_kind", sa.String(length=60), nullable=False),
        _code_column("a_code"),
        _code_column("b_code"),
        *_binding_columns(),
        sa.CheckConstraint("a_code <> b_code", name=op.f("ck_bilateral_agreement_two_parties")),
        _reference("bilateral_agreement", "a_code", "jurisdiction"),
        _reference("bilateral_agreement", "b_code", "jurisdiction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bilateral_agreement")),
    )
    _index("bilateral_agreement", "a_code", "b_code")
    op.create_table(
        "instrument_objection",
        sa.Column("instrument_id", sa.String(length=60), nullable=False),
        _code_column("objector_code"),
        _code_column("against_code"),
        sa.Column("effect", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        _reference("instrument_objection", "instrument_id", "instrument"),
        _reference("instrument_objection", "objector_code", "jurisdiction"),
        _reference("instrument_objection", "against_code", "jurisdiction"),
        sa.PrimaryKeyConstraint(
            "instrument_id", "objector_code", "against_code", name=op.f("pk_instrument_objection")
        ),
    )


def _binding_columns() -> list[sa.Column[Any]]:  # Any: columns of several types
    return [
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
    ]


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        ["instrument.id" if to == "instrument" else "jurisdiction.code"],
        name=op.f(f"fk_{table}_{column}_{to}"),
        ondelete="CASCADE" if to == "instrument" else None,
    )
