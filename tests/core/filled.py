"""A database with two rows in every table and, between the two, a value in every column."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Engine,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Uuid,
    insert,
    inspect,
    text,
)

import committee.judgements.models
import committee.models
import core.audit.models
import core.idempotency
import core.identity.models
import core.jobs
import core.names
import core.outbox.models
import core.privacy.models
import core.schedules
import enterprises.models
import enterprises.need_accesses
import enterprises.need_matches
import providers.contacts.models
import providers.credentials
import providers.imports.models
import providers.jurisdictions.models
import providers.models
import providers.own.models
import providers.sectors.models
from core.db import Base, UtcDateTime

TABLE_MODULES = (
    committee.judgements.models,
    committee.models,
    core.audit.models,
    core.identity.models,
    core.idempotency,
    core.jobs,
    core.names,
    core.privacy.models,
    core.outbox.models,
    core.schedules,
    enterprises.models,
    enterprises.need_accesses,
    enterprises.need_matches,
    providers.contacts.models,
    providers.credentials,
    providers.imports.models,
    providers.jurisdictions.models,
    providers.models,
    providers.own.models,
    providers.sectors.models,
)

Rows = dict[str, list[dict[str, object]]]
_PROVIDERS = [UUID(int=7), UUID(int=8)]

# What the constraints of a table ask for, by table and column: for the first row and the second.
_CHOSEN: dict[tuple[str, str], tuple[object, object]] = {
    ("account", "is_service"): (False, True),
    ("account", "password_hash"): ("a hash", None),
    ("account", "status"): ("active", "suspended"),
    ("consent", "purpose"): ("directory", "referral"),
    ("consent", "field_group"): (None, "messenger"),
    ("contact", "transfer_basis"): ("none", "gba_contract"),
    ("contact_fields", "field_group"): ("identity", "business"),
    ("person_request", "kind"): ("access", "erasure"),
    ("person_request", "closed_at"): (datetime(2026, 1, 3, tzinfo=UTC), None),
    ("person_request", "outcome"): ("done", None),
    ("personal_transfer", "kind"): ("shown", "stored"),
    ("personal_transfer", "recipient_country"): ("SG", "ZZ"),
    ("credential_notice", "stage"): ("expiring", "expired"),
    ("bilateral_agreement", "b_code"): ("code-1", "code-0"),
    ("instrument_objection", "against_code"): ("code-1", "code-0"),
    ("import_run", "state"): ("running", "done"),
    ("invitation", "kind"): ("enterprise", "operator"),
    ("job", "state"): ("running", "done"),
    ("job", "lease_until"): (datetime(2026, 1, 2, tzinfo=UTC), None),
    ("jurisdiction", "code"): ("code-0", "code-1"),
    ("membership", "kind"): ("provider", "enterprise"),
    ("need_match", "ranked"): ([["a", 0.5]], None),
    ("need_match", "problem"): (None, "it names a code that is gone"),
    ("outcome", "kind"): ("reviewed", "engaged"),
    ("outcome", "rating"): (4, None),
    ("judgement", "grade"): (0, 3),
    ("organisation", "kind"): ("provider", "enterprise"),
    ("organisation", "provider_id"): (UUID(int=7), None),
    ("outbox_message", "account_id"): (UUID(int=1), None),
    ("outbox_message", "endpoint_id"): (None, UUID(int=2)),
    ("outbox_message", "state"): ("waiting", "sent"),
    ("preference", "first_id"): (_PROVIDERS[0], _PROVIDERS[0]),
    ("preference", "second_id"): (_PROVIDERS[1], _PROVIDERS[1]),
    ("preference", "better_id"): (_PROVIDERS[0], _PROVIDERS[1]),
    ("provider", "id"): (_PROVIDERS[0], _PROVIDERS[1]),
    ("provider", "status"): ("published", "suspended"),
    ("ranker", "state"): ("in_force", "retired"),
    ("ranker_event", "kind"): ("proposed", "promoted"),
    ("ranker_vote", "verdict"): ("accept", "refuse"),
    ("sector_list", "status"): ("published", "superseded"),
    ("webhook_endpoint", "disabled_reason"): (None, "failing"),
    ("webhook_endpoint", "state"): ("enabled", "disabled"),
    ("webhook_secret", "scheme"): ("v1", "v1a"),
    ("supply_import", "state"): ("checked", "applied"),
}


def fill(engine: Engine) -> None:
    """Fill a database that has the newest schema and no row."""
    made: Rows = {}
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            count = 1 if table.name == "catalogue_state" else 2
            for number in range(count):
                row: dict[str, object] = {}
                made.setdefault(table.name, []).append(row)
                for column in table.columns:
                    row[column.name] = _value(table, column, number, made)
                connection.execute(insert(table).values(row))


def _value(table: Table, column: Column[object], number: int, made: Rows) -> object:
    if (table.name, column.name) in _CHOSEN:
        return _CHOSEN[table.name, column.name][number]
    referred = sorted((key.column for key in column.foreign_keys), key=lambda c: c.table is table)
    if referred and referred[0].table is table:
        return _value(table, referred[0], number, made)  # a row that is its own parent
    if referred:
        return made[referred[0].table.name][number][referred[0].name]
    for kind, make in _PLAIN:
        if isinstance(column.type, kind):
            value = make(number)
            length = column.type.length if isinstance(column.type, String) else None
            return f"{value} {column.name}"[:length] if isinstance(value, str) else value
    raise AssertionError(f"no value for {column.type!r}: add one")


_PLAIN: list[tuple[type[object], Callable[[int], object]]] = [
    (Uuid, lambda number: UUID(int=1 + number)),
    (JSON, lambda number: {"路": [1, 0.5, None, f"row {number}"]}),
    (UtcDateTime, lambda number: datetime(2026, 1, 1 + number, 12, 30, 1, 999, tzinfo=UTC)),
    (Date, lambda number: date(2026, 1, 1 + number)),
    (Boolean, lambda number: number == 0),
    (Integer, lambda number: 1 + number),
    (Float, lambda number: 0.1 + number),
    (Numeric, lambda number: Decimal("1234567890.25") + number),
    (LargeBinary, lambda number: bytes(range(number, 256))),
    (String, lambda number: f"{number}路\t'”"),
]


def rows_of(engine: Engine) -> Rows:
    """Return every row of every table, in an order of its own, as the driver gives it."""
    found: Rows = {}
    with engine.connect() as connection:
        for name in sorted(inspect(connection).get_table_names()):
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()  # noqa: S608 a name of the schema
            found[name] = sorted(
                (dict(sorted((str(name), value) for name, value in row.items())) for row in rows),
                key=repr,
            )
    return found


def empty_columns(engine: Engine) -> set[str]:
    """Return the columns in which no row has a value."""
    return {
        f"{table}.{column}"
        for table, rows in rows_of(engine).items()
        for column in (rows[0] if rows else ["no row"])
        if all(row.get(column) is None for row in rows)
    }
