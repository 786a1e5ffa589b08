"""PostgreSQL: an export of one state of the database by COPY, and the way back.

The rows alone are saved. The schema is made by the migrations, at the revision that the backup
names, so a backup fits every version of the server and needs none of its programs.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import Connection

from core.backup.errors import BackupNotMade, BackupRefused, RestoreRefused
from core.backup.files import sync
from core.backup.manifest import Manifest, Part, TableSum, difference
from core.migrations.runner import ROWS_OF_MIGRATIONS, tables_of, upgrade_within, wait_for_others

_VERSION_TABLE = "alembic_version"
_READ_BYTES = 1 << 20
_LOCK_TIMEOUT = "10s"
# Whatever the role or the server prefers, values are written in one way, and nothing is cut short.
_CANONICAL = (
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, YMD'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)
# Tables of which a policy may hide rows from who asks: they would be left out without a word.
# row_security=off would refuse those too that a policy shows as a whole.
_HIDDEN = """
SELECT c.relname
  FROM pg_class c
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
   AND row_security_active(c.oid)
   AND (NOT EXISTS (SELECT FROM pg_policy p
                     WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = '*'
                       AND pg_get_expr(p.polqual, c.oid) = 'true'
                       AND current_user::regrole = ANY (p.polroles))
        OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive))
 ORDER BY c.relname
"""
_COLUMNS = """
SELECT a.attname, t.typcollation <> 0,
       coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
 WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attname
"""
# Statements that have each counter of a column go on after the rows that were restored.
_COUNTERS = """
SELECT format('SELECT setval(%L, max(%I), true) FROM %I.%I HAVING max(%I) IS NOT NULL',
              pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name),
                                     column_name),
              column_name, table_schema, table_name, column_name)
  FROM information_schema.columns
 WHERE table_schema = current_schema()
   AND pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name),
                              column_name) IS NOT NULL
"""
_ROWS = "SELECT 1 FROM {} LIMIT 1 OFFSET {}"

_Driver = psycopg.Connection[tuple[Any, ...]]  # Any: a column's value is of the column's type


def save(engine: Engine, folder: Path) -> tuple[str, int, tuple[TableSum, ...]]:
    """Write one state of a database, while others write to it: a file of rows for each table.

    Returns:
        the revision of its schema, the latest change of its catalogue, and its tables in the order
        in which they are restored: every row after what it refers to.

    Raises:
        BackupNotMade: there is no schema yet.
        OSError: the disk is full.
    """
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        driver = _driver_of(connection)
        _set_canonical(driver)
        if not _has(connection, _VERSION_TABLE):
            raise BackupNotMade("the database is empty: there is nothing to save")
        revision = str(_first(driver, sql.SQL("SELECT version_num FROM alembic_version")))
        sequence = 0
        if _has(connection, "catalogue_state"):
            sequence = int(
                _first(driver, sql.SQL("SELECT max(sequence) FROM catalogue_state")) or 0
            )
        known = tables_of(revision)
        found = [name for name in _in_order(connection) if name in known]
        return revision, sequence, tuple(_save_table(driver, name, folder) for name in found)


def _save_table(driver: _Driver, table: str, folder: Path) -> TableSum:
    path = folder / file_of(table)
    digest = hashlib.sha256()
    with driver.cursor() as cursor, path.open("wb") as file:
        with cursor.copy(_copy_out(driver, table)) as rows:
            for block in rows:
                file.write(block)
                digest.update(block)
        count = cursor.rowcount
    sync(path)
    return TableSum(table, count, digest.hexdigest())


def file_of(table: str) -> str:
    """Return the name of the file of a table's rows."""
    return f"{table}.copy"


def parts_of(folder: Path, tables: Sequence[TableSum]) -> tuple[Part, ...]:
    """Describe the files that were written: each is the canonical form of its table."""
    names = [(file_of(table.name), table.sha256) for table in tables]
    return tuple(Part(name, (folder / name).stat().st_size, sha256) for name, sha256 in names)


def _copy_out(driver: _Driver, table: str) -> sql.Composed:
    """Return the statement that writes the rows of a table: always the same for the same rows."""
    columns = driver.execute(_COLUMNS, (_reference(table),)).fetchall()
    keys = sorted((row for row in columns if row[2]), key=lambda row: int(row[2]))
    # Servers sort words by different rules; bytes are the same everywhere.
    order = [
        sql.SQL('{} COLLATE "C"' if is_text else "{}").format(sql.Identifier(name))
        for name, is_text, _ in keys
    ] or [sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(table))]
    return sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _names(columns), sql.Identifier(table), sql.SQL(", ").join(order)
    )


def _names(columns: Sequence[tuple[Any, ...]]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(row[0]) for row in columns)


def _reference(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


def is_empty(engine: Engine) -> bool:
    """Whether there is nothing that a restore would replace: no table of ours has a row."""
    with engine.connect() as connection:
        return not _filled(connection, _ours(connection, None))


def restore(
    engine: Engine, folder: Path, manifest: Manifest, *, aside: str, replace: bool, keep: bool
) -> bool:
    """Restore a backup in one transaction; tell whether former tables with rows were set aside.

    It is loaded and compared in a schema of its own; only then does it take the place of what is
    there, whose tables move to the schema `aside` if they hold rows.

    Args:
        engine: the database.
        folder: where the backup's parts lie; they are whole.
        manifest: the backup.
        aside: name of a schema that does not exist.
        replace: whether rows may be set aside.
        keep: whether to keep what was restored; if not, the database stays as it is and is not
            locked.

    Raises:
        BackupRefused: what was restored is not what was saved.
        RestoreRefused: there are rows and they may not be replaced, or somebody works on them.
    """
    loaded = f"{aside}_loading"
    with engine.connect() as connection, connection.begin() as transaction:
        driver = _driver_of(connection)
        _set_canonical(driver)
        driver.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(_LOCK_TIMEOUT))
        if keep:
            wait_for_others(connection)
        home = str(_first(driver, sql.SQL("SELECT current_schema()")))
        ours = _ours(connection, manifest)
        driver.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(loaded)))
        driver.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(loaded)))
        _load(connection, driver, folder, manifest)
        if not keep:
            transaction.rollback()
            return False
        driver.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(home)))
        try:
            is_filled = _clear(connection, driver, ours, aside, replace=replace)
        except psycopg.errors.LockNotAvailable as error:
            raise RestoreRefused(
                "somebody works on the database: stop the servers and the workers first"
            ) from error
        for each in manifest.tables:
            _move(driver, each.name, loaded, home)
        driver.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(loaded)))
        driver.execute("ANALYZE")
        return is_filled


def _load(connection: Connection, driver: _Driver, folder: Path, manifest: Manifest) -> None:
    upgrade_within(connection, manifest.revision)
    names = [table.name for table in manifest.tables]
    missing = sorted(set(names) ^ set(_in_order(connection)))
    if missing:
        raise BackupRefused(
            f"the schema {manifest.revision} of this release has other tables than the backup: "
            f"{', '.join(missing)}"
        )
    every = sql.SQL(", ").join(map(sql.Identifier, names))
    driver.execute(sql.SQL("TRUNCATE {}").format(every))  # rows that migrations write
    for name in names:
        columns = driver.execute(_COLUMNS, (_reference(name),)).fetchall()
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), _names(columns))
        try:
            with (
                (folder / file_of(name)).open("rb") as file,
                driver.cursor() as cursor,
                cursor.copy(statement) as rows,
            ):
                while block := file.read(_READ_BYTES):
                    rows.write(block)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            raise BackupRefused(f"the rows of {name} cannot be restored: {error}") from error
    for (counter,) in driver.execute(_COUNTERS).fetchall():
        driver.execute(counter.encode())
    problem = difference(manifest.tables, [_sum_of(driver, name) for name in names])
    if problem is not None:
        raise BackupRefused(f"{folder} does not restore to what was saved: {problem}")


def _sum_of(driver: _Driver, table: str) -> TableSum:
    digest = hashlib.sha256()
    with driver.cursor() as cursor:
        with cursor.copy(_copy_out(driver, table)) as rows:
            for block in rows:
                digest.update(block)
        return TableSum(table, cursor.rowcount, digest.hexdigest())


def sums(engine: Engine) -> tuple[TableSum, ...]:
    """Count and hash the rows of every table of one state of a database."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        driver = _driver_of(connection)
        _set_canonical(driver)
        return tuple(_sum_of(driver, name) for name in _in_order(connection))


def _clear(
    connection: Connection, driver: _Driver, ours: Sequence[str], aside: str, *, replace: bool
) -> bool:
    """Make room: set tables with rows aside, drop empty ones; tell whether there were rows."""
    if ours:
        every = sql.SQL(", ").join(map(sql.Identifier, ours))
        driver.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(every))
        if not _filled(connection, ours):
            driver.execute(sql.SQL("DROP TABLE {}").format(every))
            return False
        if not replace:
            raise RestoreRefused("the database is not empty")
        driver.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(aside)))
        home = str(_first(driver, sql.SQL("SELECT current_schema()")))
        for table in ours:
            _move(driver, table, home, aside)
        return True
    return False


def _move(driver: _Driver, table: str, source: str, target: str) -> None:
    driver.execute(
        sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(
            sql.Identifier(source, table), sql.Identifier(target)
        )
    )


def _ours(connection: Connection, manifest: Manifest | None) -> list[str]:
    """Return the tables that are Landbridge's, of whatever revision; others are left alone."""
    found = set(inspect(connection).get_table_names())
    if _VERSION_TABLE not in found:
        return sorted(found & {table.name for table in manifest.tables}) if manifest else []
    revision = str(
        _first(_driver_of(connection), sql.SQL("SELECT version_num FROM alembic_version"))
    )
    return sorted(found & tables_of(revision))


def _filled(connection: Connection, tables: Sequence[str]) -> bool:
    driver = _driver_of(connection)
    return any(
        _first(driver, sql.SQL(_ROWS).format(sql.Identifier(name), ROWS_OF_MIGRATIONS.get(name, 0)))
        is not None
        for name in tables
        if name != _VERSION_TABLE
    )


def _in_order(connection: Connection) -> list[str]:
    """Return the tables so that each comes after those that it refers to."""
    ordered = inspect(connection).get_sorted_table_and_fkc_names()
    return [name for name, _ in ordered if name is not None]


def _has(connection: Connection, table: str) -> bool:
    return inspect(connection).has_table(table)


def _first(driver: _Driver, query: sql.SQL | sql.Composed) -> Any:  # noqa: ANN401 a column's value
    row = driver.execute(query).fetchone()
    return None if row is None else row[0]


def _set_canonical(driver: _Driver) -> None:
    for statement in _CANONICAL:
        driver.execute(statement.encode())
    hidden = [str(name) for (name,) in driver.execute(_HIDDEN.encode()).fetchall()]
    if hidden:
        raise BackupNotMade(
            f"row security hides rows of {', '.join(hidden)} from this user: take the one who owns "
            "the tables"
        )


def _driver_of(connection: Connection) -> _Driver:
    # SQLAlchemy begins a transaction with its first statement; the driver's own go into it.
    connection.exec_driver_sql("SELECT 1")
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):  # pragma: no cover  # core.db gives no other
        raise TypeError(f"psycopg is needed, not {type(driver)}")
    return driver
