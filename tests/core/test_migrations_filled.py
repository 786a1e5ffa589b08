"""Migrations on filled tables: there and back without a loss, and never half of one."""

import os
import signal
from collections.abc import Callable
from itertools import pairwise
from multiprocessing import get_context

import pytest
from sqlalchemy import Engine, create_engine, event

from core.db import make_engine
from core.migrations import runner
from tests.core.filled import empty_columns, fill, rows_of

KILLS = 20
OLDEST = "0001"
# Running migrations in a process of its own, killed before its nth statement.
_CONTEXT = get_context("fork")


@pytest.fixture
def filled(db_engine: Engine) -> Engine:
    fill(db_engine)
    assert empty_columns(db_engine) == set()
    return db_engine


def steps() -> list[tuple[str, str]]:
    """Each revision with the one above it, from the newest down."""
    return list(pairwise(sorted(runner.known_revisions())))[::-1]


def test_every_migration_goes_down_up_and_down_again_without_a_loss(filled: Engine) -> None:
    for lower, upper in steps():
        runner.downgrade_to(filled, lower)
        before = rows_of(filled)
        runner.upgrade_to(filled, upper)
        assert runner.current_revision(filled) == upper
        runner.downgrade_to(filled, lower)

        assert rows_of(filled) == before, f"{lower} to {upper}"
    assert len(before["provider"]) == 2


def _migrate(
    url: str, migrate: Callable[[Engine], None], last: int, make: Callable[[str], Engine]
) -> None:
    """Migrate, and be killed before the `last`th statement."""
    engine = make(url)
    count = 0

    def count_down(*_: object) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count_down)
    event.listen(engine, "commit", count_down)
    migrate(engine)
    os._exit(count % 251)  # a process that was not killed says how far it came


def _go_up(engine: Engine) -> None:
    runner.upgrade_to_head(engine)


def _go_down(engine: Engine) -> None:
    runner.downgrade_to(engine, OLDEST)


def _ended(
    url: str,
    migrate: Callable[[Engine], None],
    last: int,
    make: Callable[[str], Engine] = make_engine,
) -> int:
    process = _CONTEXT.Process(target=_migrate, args=(url, migrate, last, make))
    process.start()
    process.join(120)
    assert process.exitcode is not None
    return process.exitcode


@pytest.mark.parametrize("migrate", [_go_up, _go_down])
def test_killed_anywhere_a_migration_has_done_nothing(
    migrate: Callable[[Engine], None], filled: Engine
) -> None:
    url = filled.url.render_as_string(hide_password=False)
    if migrate is _go_up:
        runner.downgrade_to(filled, OLDEST)
    before, revision = rows_of(filled), runner.current_revision(filled)
    # A child that inherits a connection would speak on its parent's.
    filled.dispose()
    statements = _statements(url, migrate)

    for kill in range(1, KILLS + 1):
        last = max(1, round(statements * kill / KILLS))  # the last one is the commit
        assert _ended(url, migrate, last) == -signal.SIGKILL
        assert runner.current_revision(filled) == revision
        assert rows_of(filled) == before
        filled.dispose()

    migrate(filled)
    assert runner.current_revision(filled) not in {None, revision}


def _statements(url: str, migrate: Callable[[Engine], None]) -> int:
    """Count what a whole migration executes, on a connection that is given back undone."""
    engine = make_engine(url)
    counted: list[str] = []

    class Enough(Exception):
        pass

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    def undo(_connection: object) -> None:
        raise Enough

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", undo)
    with pytest.raises(Enough):
        migrate(engine)
    engine.dispose()
    return len(counted) + 1


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)  # PostgreSQL's has no such default
def test_without_our_transactions_half_a_migration_would_stay(filled: Engine) -> None:
    url = filled.url.render_as_string(hide_password=False)
    runner.downgrade_to(filled, OLDEST)
    before = rows_of(filled)
    filled.dispose()
    statements = _statements(url, _go_up)

    # As the driver would have it: a transaction ends where the schema is changed.
    assert _ended(url, _go_up, statements // 2, create_engine) == -signal.SIGKILL

    assert rows_of(filled) != before
