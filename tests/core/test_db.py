from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.pool import QueuePool

from core.db import SessionFactory, after_commit, make_engine, reading, transaction
from enterprises.models import Need
from tests.factories import NOW, make_need, make_provider


def test_a_transaction_is_stored_whole_or_not_at_all(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        make_need(session)
    with pytest.raises(RuntimeError, match="half-way"), transaction(sessions) as session:
        make_need(session)
        raise RuntimeError("half-way")
    with sessions() as session:
        assert len(session.scalars(select(Need)).all()) == 1


def test_what_waits_for_the_commit_runs_after_it_and_never_without(
    sessions: SessionFactory,
) -> None:
    ran: list[str] = []
    with transaction(sessions) as session:
        with session.begin_nested():
            after_commit(session, lambda: ran.append("hint"))
        assert ran == []
    assert ran == ["hint"]
    with pytest.raises(RuntimeError, match="no"), transaction(sessions) as session:
        after_commit(session, lambda: ran.append("lost"))
        raise RuntimeError("no")
    assert ran == ["hint"]


def test_a_savepoint_that_fails_leaves_the_transaction_usable(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        need = make_need(session)
        twin = insert(Need).values(id=need.id, version=1, created_at=NOW, updated_at=NOW)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(twin)
        make_need(session)
    with sessions() as session:
        assert len(session.scalars(select(Need)).all()) == 2


def test_moments_come_back_aware_and_in_utc(sessions: SessionFactory) -> None:
    hong_kong = timezone(timedelta(hours=8))
    with transaction(sessions) as session:
        need = make_need(session, now=datetime(2026, 11, 22, 17, 0, 0, 123456, hong_kong))
    with sessions() as session:
        found = session.get_one(Need, need.id)
    assert found.created_at == datetime(2026, 11, 22, 9, 0, 0, 123456, UTC)
    assert found.created_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(sessions: SessionFactory) -> None:
    with pytest.raises(StatementError, match="naive"), transaction(sessions) as session:
        make_need(session, now=NOW.replace(tzinfo=None))


def test_foreign_keys_hold(sessions: SessionFactory) -> None:
    with pytest.raises(IntegrityError), transaction(sessions) as session:
        make_provider(session, home="XX")


def test_a_reader_does_not_wait_for_a_writer(db_engine: Engine, sessions: SessionFactory) -> None:
    with transaction(sessions) as writer:
        make_need(writer)
        with reading(db_engine) as reader:
            assert reader.scalars(select(Need)).all() == []


def test_all_reads_of_a_reader_see_one_state(db_engine: Engine, sessions: SessionFactory) -> None:
    with reading(db_engine) as reader:
        assert reader.scalars(select(Need)).all() == []
        with transaction(sessions) as writer:
            make_need(writer)
        assert reader.scalars(select(Need)).all() == []
    with reading(sessions) as later:
        assert len(later.scalars(select(Need)).all()) == 1


def test_there_are_as_many_connections_as_asked_for_and_no_more(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=2)
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(engine.connect())
        assert isinstance(engine.pool, QueuePool)
        assert (engine.pool.size(), engine.pool.checkedout()) == (2, 2)
        assert engine.pool.overflow() == 0
        assert engine.pool.timeout() == 3
    engine.dispose()


def test_sqlite_commits_are_durable_and_writers_queue(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'landbridge.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }
