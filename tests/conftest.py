"""Databases and clients for tests: everything that touches a database runs on both kinds.

PostgreSQL is a throwaway server in a temporary folder, reached by a socket in that folder. A
database is prepared once per session and kind, then copied for each test.
"""

import atexit
import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from api.app import create_app
from core.db import SessionFactory, make_engine, make_session_factory, transaction
from core.log import configure_logging
from core.migrations.runner import upgrade_to_head
from core.settings import EncoderKind, Settings
from tests import factories

REQUIRE_ALL = os.environ.get("LANDBRIDGE_TEST_REQUIRE_ALL") == "1"
GIVEN_SERVER = os.environ.get("LANDBRIDGE_TEST_DATABASE_URL", "")

# As in a process of ours: structlog's own way of writing errors parses source, which threads that do
# it at the same time break for each other (CPython issue 106905).
configure_logging("WARNING")

# What takes longest, and mostly waits: begun first, the rest of the tests goes on beside it.
LONGEST = (
    "tests/tools/test_kill_drills.py",
    "tests/tools/test_outage.py",
    "tests/tools/",
    "tests/house/",
)

Prepare = Callable[[Engine], None]
_MEMORY = Path("/dev/shm")  # noqa: S108 only asked whether it is there
_LEAST_ROOM = 2 * 1024**3


def memory_folder() -> str | None:
    """Where files lie in memory, if there is room: databases that are thrown away wait for no disk."""
    is_usable = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return str(_MEMORY) if is_usable and shutil.disk_usage(_MEMORY).free > _LEAST_ROOM else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest in front, and leave the others as they stand."""
    items.sort(
        key=lambda item: next(
            (place for place, name in enumerate(LONGEST) if item.nodeid.startswith(name)),
            len(LONGEST),
        )
    )


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of each search for garbage, as a server that is warm does."""
    gc.collect()
    gc.freeze()


def _prepare_empty(_engine: Engine) -> None:
    """No table at all."""


def _prepare_migrated(engine: Engine) -> None:
    upgrade_to_head(engine)


def _prepare_catalogue(engine: Engine) -> None:
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)


@dataclass(frozen=True)
class SqliteDatabases:
    """Databases that are files."""

    folder: Path

    def copy_of(self, prepare: Prepare) -> str:
        template = self.folder / f"{prepare.__name__}.db"
        if not template.exists():
            engine = make_engine(f"sqlite:///{template}")
            prepare(engine)
            with engine.connect() as connection:
                # What is in the write-ahead log would not be in the copy.
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
        copy = self.folder / f"{uuid4().hex}.db"
        if template.exists():
            shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    def drop(self, url: str) -> None:
        path = make_url(url).database
        assert path is not None
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)


@dataclass(frozen=True)
class PostgresqlDatabases:
    """Databases of a server; `server_url` names one that we may connect to while creating more."""

    server_url: str
    templates: dict[Prepare, str] = field(default_factory=dict[Prepare, str])

    def copy_of(self, prepare: Prepare) -> str:
        if prepare not in self.templates:
            self.templates[prepare] = self._make_template(prepare)
        template = self.templates[prepare]
        name = f"test_{uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self._url_of(name)

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        """Leave nothing behind on a server that was not started here."""
        for template in self.templates.values():
            self._run(f'DROP DATABASE "{template}" WITH (FORCE)')

    def _make_template(self, prepare: Prepare) -> str:
        name = f"template_{uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8')
        engine = make_engine(self._url_of(name))
        prepare(engine)
        engine.dispose()
        return name

    def _url_of(self, name: str) -> str:
        url = make_url(self.server_url).set(database=name)
        return url.render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        url = make_url(self.server_url).set(drivername="postgresql")
        with psycopg.connect(
            url.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute(statement.encode())


Databases = SqliteDatabases | PostgresqlDatabases


def _find_program(name: str) -> str | None:
    found = shutil.which(name)
    if found:
        return found
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(installed[0]) if installed else None


@contextmanager
def _running_postgresql(initdb: str, pg_ctl: str) -> Generator[str, None, None]:
    """Run a server that forgets everything, as a user of its own where we are root."""
    # Not pytest's own folder: nobody but us may pass through that one, and a socket's path must be
    # short.
    folder = Path(tempfile.mkdtemp(prefix="landbridge-pg-", dir=memory_folder()))
    owner = "nobody" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(folder, owner)

    def run(*command: str) -> None:
        done = subprocess.run(
            command,
            user=owner,
            extra_groups=[] if owner else None,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command[0]}: {done.stdout}"

    data = str(folder / "data")
    log = str(folder / "log")
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off"
    try:
        run(
            initdb, "-D", data, "-U", "landbridge", "-A", "trust", "--no-locale", "-E", "UTF8", "-N"
        )
        run(pg_ctl, "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://landbridge@/postgres?host={folder}"
        finally:
            run(pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a PostgreSQL server: the one that is given, or one that is started here."""
    if GIVEN_SERVER:
        yield (
            make_url(GIVEN_SERVER)
            .set(drivername="postgresql+psycopg")
            .render_as_string(hide_password=False)
        )
        return
    initdb, pg_ctl = _find_program("initdb"), _find_program("pg_ctl")
    if initdb is None or pg_ctl is None:
        reason = "initdb and pg_ctl are not installed (Debian: postgresql)"
        if REQUIRE_ALL:
            pytest.fail(reason)
        pytest.skip(reason)
    with _running_postgresql(initdb, pg_ctl) as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Where databases come from: each test that asks runs on both kinds."""
    if request.param == "sqlite":
        with tempfile.TemporaryDirectory(prefix="landbridge-sqlite-", dir=memory_folder()) as name:
            yield SqliteDatabases(Path(name))
        return
    made = PostgresqlDatabases(request.getfixturevalue("postgresql_server"))
    yield made
    made.close()


@contextmanager
def _copied(databases: Databases, prepare: Prepare) -> Generator[str, None, None]:
    url = databases.copy_of(prepare)
    try:
        yield url
    finally:
        databases.drop(url)


@contextmanager
def _opened(url: str) -> Generator[Engine, None, None]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """An empty database."""
    with _copied(databases, _prepare_empty) as url:
        yield url


@pytest.fixture
def db_engine(databases: Databases) -> Iterator[Engine]:
    """A database with every table and no row."""
    with _copied(databases, _prepare_migrated) as url, _opened(url) as engine:
        yield engine


@pytest.fixture
def sessions(db_engine: Engine) -> SessionFactory:
    """Sessions of a database with every table and no row."""
    return make_session_factory(db_engine)


@pytest.fixture
def session(sessions: SessionFactory) -> Iterator[Session]:
    """A session on empty tables; what it does is rolled back."""
    with sessions() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def catalogue_url(databases: Databases) -> Iterator[str]:
    """A database with the packaged lists and the small catalogue."""
    with _copied(databases, _prepare_catalogue) as url:
        yield url


@pytest.fixture
def catalogue_sessions(catalogue_url: str) -> Iterator[SessionFactory]:
    """Sessions of the database that `client` serves."""
    with _opened(catalogue_url) as engine:
        yield make_session_factory(engine)


@cache
def _folder_of_data() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="landbridge-data-", dir=memory_folder())
    atexit.register(folder.cleanup)
    return Path(folder.name)


def make_settings(url: str, encoder: EncoderKind = EncoderKind.NONE) -> Settings:
    """Settings for a test, whatever the environment says."""
    # _env_file is pydantic-settings' own argument, which its generated signature leaves out.
    return Settings(
        _env_file=None,
        # One for each: an index that one test published is none of another's.
        data_dir=_folder_of_data() / uuid4().hex,
        database_url=url,
        encoder=encoder,
        request_threads=8,
        approvers=("chan", "li", "wong"),
        approval_quorum=2,
        # Where nobody ran them before, the first match compiles the loops it runs in.
        match_deadline_ms=120_000,
        idle_transaction_seconds=120,
    )


@pytest.fixture
def client(catalogue_url: str) -> Iterator[TestClient]:
    """The application over the small catalogue, without the encoder of texts."""
    with TestClient(create_app(make_settings(catalogue_url))) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_client(databases: Databases) -> Iterator[TestClient]:
    """As `client`, shared by a module's tests that do not mind each other."""
    with (
        _copied(databases, _prepare_catalogue) as url,
        TestClient(create_app(make_settings(url))) as opened,
    ):
        yield opened
