"""A database with the packaged lists and made-up supply: SQLite in a file, or PostgreSQL."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from functools import lru_cache
from importlib.resources import as_file, files
from multiprocessing import get_context
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from api.bench.material import read_material
from api.bench.supply_rows import TableRows, as_rows
from api.cli.console import Report
from core.clock import utc_now
from core.db import make_engine, make_session_factory, reading, transaction
from core.migrations.runner import upgrade_to_head
from matching.evaluation.bench.shape import Material, Shape
from matching.evaluation.bench.supply import SupplyMaker
from providers.catalogue import PACKAGED_TABLES
from providers.catalogue_state import EVERYTHING, touch_catalogue
from providers.importing.kinds import EVIDENCE, PROVIDERS
from providers.importing.plan import plan_import
from providers.importing.run import run_import

WORKERS = 2

Rows = tuple[TableRows, ...]


@lru_cache(maxsize=1)
def material() -> Material:
    """Read the real evidence once in each process."""
    return read_material()


@lru_cache(maxsize=1)
def maker_of(shape: Shape) -> SupplyMaker:
    """Return what makes the chunks of a shape, once in each process."""
    return SupplyMaker(shape, material())


def make_lists(url: str) -> None:
    """Create the tables, and load the packaged lists: sectors, jurisdictions, treaties; no firm."""
    engine = make_engine(url)
    try:
        upgrade_to_head(engine)
        sessions = make_session_factory(engine)
        with as_file(files("providers.data")) as folder:
            for table in PACKAGED_TABLES:
                if table.spec is PROVIDERS or table.spec is EVIDENCE:
                    continue
                with reading(sessions) as session:
                    plan = plan_import(
                        session, (table.spec,), folder / table.file_name, source=table.source
                    )
                run_import(sessions, plan, keep_good=False, now=utc_now())
    finally:
        engine.dispose()


def load_supply(url: str, shape: Shape, report: Report) -> None:
    """Make the supply and write it into a database that holds the lists and no provider.

    Two processes make the rows while this one writes them; chunks are written in their order.
    """
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:

        def made() -> Iterator[Rows]:
            pending: list[Future[Rows]] = []
            for number in range(shape.chunks + WORKERS):
                if number < shape.chunks:
                    pending.append(pool.submit(make_rows, shape, number))
                if number >= WORKERS:
                    yield pending.pop(0).result()
                    done = min((number - WORKERS + 1) * shape.chunk, shape.providers)
                    report("providers", done, shape.providers)

        store_rows(url, made())


def store_rows(url: str, chunks: Iterable[Rows]) -> None:
    """Write rows, chunk after chunk, and log that everything has changed."""
    with closing(_writer_of(url)) as writer:
        for chunk in chunks:
            for part in chunk:
                writer.write(part)
        writer.finish()
    engine = make_engine(url)
    try:
        with transaction(make_session_factory(engine)) as session:
            touch_catalogue(session, EVERYTHING)
    finally:
        engine.dispose()


def make_rows(shape: Shape, number: int) -> Rows:
    """Make a chunk of the supply, as rows."""
    maker = maker_of(shape)
    return as_rows(maker.chunk(number), maker.material.encoder)


class _Writer(Protocol):
    def write(self, part: TableRows) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


def _writer_of(url: str) -> _Writer:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _SqliteWriter(parsed.database or "")
    return _PostgresqlWriter(
        parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    )


class _SqliteWriter:
    """Writes without a journal: a database for one measurement is made again, not repaired."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "journal_mode=off",
            "synchronous=off",
            "cache_size=-1000000",
            "foreign_keys=off",
        ):
            self._database.execute(f"PRAGMA {pragma}")
        # An index built at the end takes a third of the time of one that grows with each row.
        self._indexes: list[tuple[str, str]] = self._database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND "
            "tbl_name IN ('provider', 'evidence', 'evidence_jurisdiction', 'evidence_sector')"
        ).fetchall()
        for name, _ in self._indexes:
            self._database.execute(f'DROP INDEX "{name}"')

    def write(self, part: TableRows) -> None:
        """Write rows; a vector whose text has one already is left out."""
        self._database.execute("BEGIN")
        self._database.executemany(
            f"INSERT OR IGNORE INTO {part.table} ({', '.join(part.columns)}) "  # noqa: S608 our own names
            f"VALUES ({', '.join('?' * len(part.columns))})",
            part.rows,
        )
        self._database.execute("COMMIT")

    def finish(self) -> None:
        """Build the indexes again, and let the application's journal begin."""
        for _, made_by in self._indexes:
            self._database.execute(made_by)
        self._database.execute("ANALYZE")
        self._database.execute("PRAGMA journal_mode=wal")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class _PostgresqlWriter:
    """Writes with COPY."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)

    def write(self, part: TableRows) -> None:
        """Write rows; a vector whose text has one already is left out."""
        table, staging = sql.Identifier(part.table), sql.Identifier("made_up_rows")
        columns = sql.SQL(", ").join(map(sql.Identifier, part.columns))
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE TEMP TABLE {} (LIKE {} INCLUDING DEFAULTS) ON COMMIT DROP").format(
                    staging, table
                )
            )
            self._copy(cursor, staging, columns, part.rows)
            cursor.execute(
                sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT DO NOTHING").format(
                    table, columns, columns, staging
                )
            )

    @staticmethod
    def _copy(
        cursor: psycopg.Cursor[tuple[object, ...]],
        table: sql.Identifier,
        columns: sql.Composed,
        rows: Sequence[tuple[object, ...]],
    ) -> None:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self) -> None:
        """Let the planner know what there is."""
        self._connection.execute("ANALYZE")

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()
