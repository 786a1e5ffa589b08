"""Writers of one file wait for each other in this process, and not in SQLite's own sleep."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from core.db import make_engine
from core.sqlite_turns import WritersConnection


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path / 'turns.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE written (number INTEGER PRIMARY KEY)"))
    return engine


def write(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO written VALUES (:number)"), {"number": number})


def test_who_waits_writes_as_soon_as_the_turn_is_given_back(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    begin = WritersConnection.begin_writing

    def watched(self: WritersConnection) -> None:
        asked.append(1)
        begin(self)

    monkeypatch.setattr(WritersConnection, "begin_writing", watched)
    with ThreadPoolExecutor(1) as threads:
        with database.begin() as first:
            later = threads.submit(write, database, 2)
            while len(asked) < 2:
                assert not later.done()
            first.execute(text("INSERT INTO written VALUES (1)"))
        later.result()
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM written")).scalar_one() == 2


def test_a_turn_is_given_back_after_every_end(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), database.begin():
        raise ZeroDivisionError
    write(database, 1)
    with pytest.raises(sqlite3.IntegrityError), database.begin() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.cursor().execute("INSERT INTO written VALUES (1)")
    write(database, 2)
    left = database.connect()
    left.begin()
    left.invalidate()
    write(database, 3)
    left.close()


def test_who_gets_no_turn_is_told_that_the_database_is_locked(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sqlite_turns.WAIT_SECONDS", 0.01)
    with (
        database.begin(),
        database.connect() as other,
        pytest.raises(OperationalError, match="database is locked"),
    ):
        other.begin()
    write(database, 1)


def test_another_process_is_waited_for_as_before(database: Engine) -> None:
    path = database.url.database
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as threads:
            later = threads.submit(write, database, 1)
            assert not later.done()
            stranger.execute("COMMIT")
            later.result()
