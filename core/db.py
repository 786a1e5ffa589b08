"""The one place that knows databases and their dialects.

SQLite gets the events of the SQLAlchemy documentation (the driver must not decide where a
transaction begins), write-ahead logging with full durability, and BEGIN IMMEDIATE: a transaction
that reads and then writes cannot be upgraded once another has written (measured: 446 of 480 such
transactions failed at once in deferred mode, none in immediate mode).

A session may be confined to one tenant: then what is another's is not there for it. Every statement
of the ORM gets the condition; PostgreSQL enforces it once more by row security, for statements of any
kind, as a role that owns nothing. `across_tenants` is the one way out.
"""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import (
    DeclarativeBase,
    LoaderCriteriaOption,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.types import TypeDecorator

from core.crash_points import crash_point, points_of
from core.session_limits import COMMAND, SessionLimits
from core.sqlite_turns import WAIT_SECONDS, WritersConnection

SessionFactory = sessionmaker[Session]

# What confined sessions are in PostgreSQL; migrations create it. It owns no table and may not pass
# by row security.
APP_ROLE: Final = "landbridge_app"

_AFTER_COMMIT = "landbridge_after_commit"
_CONFINED_TO = "landbridge_confined_to"
_IS_ACROSS = "landbridge_is_across"
# Whose nothing is: visitors see no row of any tenant.
_NOBODY = UUID(int=0)
_CONFINE = text(
    "SELECT set_config('role', :role, true), set_config('app.tenant', :tenant, true)"
).bindparams(role=APP_ROLE)


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


class Owned:
    """Of tables whose rows are one tenant's; confined sessions see and write their tenant's only."""

    tenant_id: Mapped[UUID]


class StrangersRow(Exception):
    """A confined session was about to write a row of another tenant: a fault of ours."""


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


def make_engine(url: str, *, pool_size: int = 16, limits: SessionLimits = COMMAND) -> Engine:
    """Create an engine for SQLite or PostgreSQL.

    Args:
        url: an SQLAlchemy URL; `postgresql://` is taken to mean the psycopg driver.
        pool_size: connections at most; equal to the number of request threads, so that no
            request waits for a connection while it holds a thread.
        limits: of the sessions on PostgreSQL; SQLite's writers wait ten seconds for each other.
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
            connect_args={
                "check_same_thread": False,
                "timeout": WAIT_SECONDS,
                "factory": WritersConnection,
            },
            # A database in memory has a pool of another kind, which takes no limits.
            **(_pool_of(pool_size) if is_file else {}),
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    given = parsed.query.get("options", "")
    options = " ".join(given) if isinstance(given, tuple) else given
    return create_engine(
        parsed,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 3,
            "fallback_application_name": limits.name,
            "options": f"{options} {limits.options}".strip(),
        },
        **_pool_of(pool_size),
    )


def is_outage(error: Exception) -> bool:
    """Tell whether the database is what failed: it is gone, or took longer than it may.

    What it was asked is not at fault, and may be asked again later.
    """
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def _pool_of(pool_size: int) -> dict[str, int]:
    return {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 3}


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 the driver’s own class
    dbapi_connection.isolation_level = None  # SQLAlchemy decides where a transaction begins
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("readonly", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, WritersConnection)  # noqa: S101 the engine makes no other
    try:
        driver.begin_writing()
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def make_session_factory(engine: Engine) -> SessionFactory:
    """Sessions of this engine; objects stay readable after the commit."""
    return sessionmaker(engine, class_=ConfinedSession, expire_on_commit=False)


class ConfinedSession(Session):
    """A session that keeps to one tenant if its `info` says so; see `tenant_session`."""


@event.listens_for(ConfinedSession, "after_begin")
def _confine(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Become a role to which row security applies, for this transaction and this tenant."""
    if _is_confined(session) and connection.dialect.name == "postgresql":
        connection.execute(_CONFINE, {"tenant": str(session.info[_CONFINED_TO])})


@event.listens_for(ConfinedSession, "do_orm_execute")
def _see_own_only(state: ORMExecuteState) -> None:
    if not (state.is_orm_statement and _is_confined(state.session)):
        return
    if state.is_select or state.is_update or state.is_delete:
        tables = tuple(Owned.__subclasses__())
        state.statement = state.statement.options(
            *_own_only(state.session.info[_CONFINED_TO], tables)
        )


@lru_cache(maxsize=1_024)
def _own_only(tenant_id: UUID, tables: tuple[type[Owned], ...]) -> list[LoaderCriteriaOption]:
    """Return the condition on each table that is anybody's; made anew it took a millisecond."""
    return [
        with_loader_criteria(table, table.tenant_id == tenant_id, include_aliases=True)
        for table in tables
    ]


@event.listens_for(ConfinedSession, "before_flush")
def _write_own_only(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    if _is_confined(session):
        for row in (*session.new, *session.dirty):
            if isinstance(row, Owned) and row.tenant_id != session.info[_CONFINED_TO]:
                raise StrangersRow(f"a row of {type(row).__name__} is another tenant's")


def _is_confined(session: Session) -> bool:
    return _CONFINED_TO in session.info and not session.info.get(_IS_ACROSS, False)


def confined_to(tenant_id: UUID | None) -> dict[str, object]:
    """Return the `info` of a session that sees one tenant's rows only; None: nobody's."""
    return {_CONFINED_TO: tenant_id or _NOBODY}


@contextmanager
def tenant_session(
    sessions: SessionFactory, tenant_id: UUID | None, *, at: str | None = None
) -> Generator[Session]:
    """Open a transaction as `transaction` does, which sees and writes one tenant's rows only."""
    with _committing(sessions(info=confined_to(tenant_id)), at) as session:
        yield session


@contextmanager
def across_tenants(session: Session) -> Generator[None]:
    """Look beyond the session's tenant; whoever calls it has to say who may and why.

    What is pending is written before the end. A session that is not confined stays as it is.
    """
    if not _is_confined(session):
        yield
        return
    is_postgresql = session.connection().dialect.name == "postgresql"
    session.info[_IS_ACROSS] = True
    try:
        if is_postgresql:
            session.execute(text("SELECT set_config('role', 'none', true)"))
        yield
        session.flush()
    except DBAPIError:
        # The transaction is over, and with it what was set for it.
        session.info[_IS_ACROSS] = False
        raise
    except BaseException:
        _come_back(session, is_postgresql=is_postgresql)
        raise
    _come_back(session, is_postgresql=is_postgresql)


def _come_back(session: Session, *, is_postgresql: bool) -> None:
    session.info[_IS_ACROSS] = False
    if is_postgresql:
        session.execute(_CONFINE, {"tenant": str(session.info[_CONFINED_TO])})


@contextmanager
def transaction(sessions: SessionFactory, *, at: str | None = None) -> Generator[Session]:
    """One request, one job, one command: one transaction, committed at the end or not at all.

    Args:
        sessions: whose transaction.
        at: name of the commit where a crash before or after it is tried: one of
            `core.crash_points.COMMITS`.
    """
    with _committing(sessions(), at) as session:
        yield session


@contextmanager
def _committing(opened: Session, at: str | None) -> Generator[Session]:
    with opened as session:
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
        ConfinedSession(connection, expire_on_commit=False) as session,
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
