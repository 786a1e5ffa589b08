import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.schema import CreateSchema, DropSchema

import providers.jurisdictions.models
import providers.models
import providers.sectors.models
from core.db import Base, SessionFactory, make_engine, make_session_factory
from providers.catalogue import load_packaged_catalogue
from providers.importing.kinds import SUPPLY_KINDS
from providers.importing.plan import plan_import
from providers.importing.run import run_import

SERVER = "LANDBRIDGE_TEST_DATABASE_URL"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DATA = Path(providers.__path__[0]) / "data"


def backends() -> list[str]:
    """Every database to test on: SQLite, and PostgreSQL where a server is given."""
    return ["sqlite"] + (["postgresql"] if os.environ.get(SERVER) else [])


@contextmanager
def empty_database(backend: str, sqlite_url: str) -> Iterator[Engine]:
    """An engine whose tables are new; on PostgreSQL in a schema of its own."""
    if backend == "sqlite":
        engine = make_engine(sqlite_url)
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
        return
    url, schema = make_url(os.environ[SERVER]), f"import_{uuid4().hex[:12]}"
    server = make_engine(url.render_as_string(hide_password=False))
    with server.begin() as connection:
        connection.execute(CreateSchema(schema))
    own = url.update_query_dict({"options": f"-csearch_path={schema}"})
    engine = make_engine(own.render_as_string(hide_password=False))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    with server.begin() as connection:
        connection.execute(DropSchema(schema, cascade=True))
    server.dispose()


@pytest.fixture(params=backends())
def memory_sessions(request: pytest.FixtureRequest) -> Iterator[SessionFactory]:
    """Sessions of an empty database."""
    with empty_database(request.param, "sqlite://") as engine:
        yield make_session_factory(engine)


@pytest.fixture
def listed_sessions(memory_sessions: SessionFactory) -> SessionFactory:
    """Sessions of a database that knows the packaged sectors and jurisdictions, no provider."""
    for kind, name in (
        ("sectors", "sectors.csv"),
        ("jurisdictions", "jurisdictions/jurisdictions.csv"),
    ):
        with memory_sessions() as session:
            plan = plan_import(session, SUPPLY_KINDS[kind], DATA / name)
        run_import(memory_sessions, plan, keep_good=False, now=NOW)
    return memory_sessions


@pytest.fixture(scope="module", params=backends())
def packaged_sessions(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SessionFactory]:
    """Sessions of a database with the whole packaged catalogue, shared by a module's tests."""
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.db"
    with empty_database(request.param, f"sqlite:///{path}") as engine:
        sessions = make_session_factory(engine)
        load_packaged_catalogue(sessions, now=NOW)
        yield sessions
