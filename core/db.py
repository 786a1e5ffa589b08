"""The one place that knows databases and their dialects.

SQLite gets the events of the SQLAlchemy documentation (the driver must not decide where a
transaction begins), write-ahead logging with full durability, and BEGIN IMMEDIATE: a transaction
that reads and then writes cannot be upgraded once another has written (measured: 446 of 480 such
transactions failed at once in deferred mode, none in immediate mode).
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from core.crash_points import crash_point, points_of

SessionFactory = sessionmaker[Session]

_AFTER_COMMIT = "landbridge_after_commit"


class Base(DeclarativeBase):
    """The declarative base; constraints are named so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in UTC on both databases; SQLite alone would lose the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values, store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware value."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def make_engine(url: str, *, pool_size: int = 16) -> Engine:
    """Create an engine for SQLite or PostgreSQL.

    Args:
        url: an SQLAlchemy URL; `postgresql://` is taken to mean the psycopg driver.
        pool_size: connections at most; equal to the number of request threads, so that no
            request waits for a connection while it holds a thread.
    """
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        is_file = bool(parsed.database) and parsed.database != ":memory:"
        if is_file and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            connect_args={"check_same_thread": False, "timeout": 10},
            # A database in memory has a pool of another kind, which takes no limits.
            **(_pool_of(pool_size) if is_file else {}),
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        parsed, pool_pre_ping=True, connect_args={"connect_timeout": 3}, **_pool_of(pool_size)
    )


def _pool_of(pool_size: int) -> dict[str, int]:
    return {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 3}


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 the driver’s own class
    dbapi_connection.isolation_level = None  # SQLAlchemy decides where a transaction begins
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=10000"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_reader = connection.get_execution_options().get("readonly", False)
    connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")


def make_session_factory(engine: Engine) -> SessionFactory:
    """Sessions of this engine; objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction(sessions: SessionFactory, *, at: str | None = None) -> Generator[Session]:
    """One request, one job, one command: one transaction, committed at the end or not at all.

    Args:
        sessions: whose transaction.
        at: name of the commit where a crash before or after it is tried: one of
            `core.crash_points.COMMITS`.
    """
    with sessions() as session:
        with session.begin():
            yield session
            _reach(session, at, 0)
        _reach(session, at, 1)
        for run in session.info.pop(_AFTER_COMMIT, []):
            run()
        _reach(session, at, 2)


def _reach(session: Session, at: str | None, place: int) -> None:
    if at is not None:
        if place == 0:
            session.flush()  # what is tried is a crash between the last statement and the commit
        crash_point(points_of(at)[place])


@contextmanager
def reading(source: Engine | SessionFactory) -> Generator[Session]:
    """A transaction that only reads, and in which all reads see one state of the database.

    On SQLite it does not wait for writers.
    """
    engine: Engine = source if isinstance(source, Engine) else source.kw["bind"]
    options: dict[str, str | bool] = {"readonly": True}
    if engine.dialect.name == "postgresql":
        # Its default shows each statement what was committed meanwhile.
        options["isolation_level"] = "REPEATABLE READ"
    with (
        engine.connect().execution_options(**options) as connection,
        Session(connection, expire_on_commit=False) as session,
    ):
        yield session


def after_commit(session: Session, run: Callable[[], None]) -> None:
    """Run something once the outermost transaction is committed, and never if it is not."""
    session.info.setdefault(_AFTER_COMMIT, []).append(run)


def overwrite_deleted(session: Session) -> None:
    """Leave nothing on the disk of what the transaction deletes, as far as the database can.

    SQLite overwrites it, and empties the write-ahead log once the transaction is committed, unless
    somebody still reads an older state. PostgreSQL keeps dead rows until it vacuums.
    """
    bind = session.get_bind()
    if bind.dialect.name != "sqlite":
        return
    session.connection().exec_driver_sql("PRAGMA secure_delete=on")
    engine = bind.engine

    def empty_log() -> None:
        connection = engine.raw_connection()  # outside of any transaction, as SQLite wants it
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    after_commit(session, empty_log)
