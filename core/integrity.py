"""Whether a database is whole: its pages and indexes, and that every reference has its row."""

from sqlalchemy import Connection, Engine

_FINDINGS = 5
# An index whose building was broken off, and a constraint that was never checked on the rows that
# were there: PostgreSQL keeps both without a word.
_UNSOUND = """
SELECT format('the index %s is not valid', c.relname)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT i.indisvalid AND n.nspname = current_schema()
UNION ALL
SELECT format('the constraint %s was never checked', c.conname)
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
 WHERE NOT c.convalidated AND n.nspname = current_schema()
 LIMIT 5
"""


def find_damage(engine: Engine) -> list[str]:
    """Return what is wrong with a database, at most a few findings; none where it is whole.

    SQLite reads all of its file. PostgreSQL checks pages when it reads them; asked here is what it
    knows to be unsound.
    """
    with engine.connect().execution_options(readonly=True) as connection:
        if engine.dialect.name == "sqlite":
            return _damage_of_file(connection)
        return list(connection.exec_driver_sql(_UNSOUND).scalars())


def _damage_of_file(connection: Connection) -> list[str]:
    said = connection.exec_driver_sql(f"PRAGMA integrity_check({_FINDINGS})").scalars().all()
    if said != ["ok"]:
        return [str(line) for line in said]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_FINDINGS)
    return [
        f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there" for row in broken
    ]
