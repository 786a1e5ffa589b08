"""Many who read at the same time, and one commit for all who wait."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event

from core.audit.reads import ReadsDesk
from core.audit.service import record_read
from core.audit.verify import verify_trail
from core.audit.vocabulary import ReadPurpose, Subject, SubjectKind
from core.db import SessionFactory, make_session_factory, reading
from tests.core.audit.steps import CLERK
from tests.core.audit.test_service import events_of

TENANT = uuid4()
READERS = 6


def read(desk: ReadsDesk, sessions: SessionFactory, number: int, tenant_id: UUID = TENANT) -> None:
    with reading(sessions) as session:
        need = Subject(SubjectKind.NEED, f"need-{number}", tenant_id)
        record_read(session, CLERK, need, purpose=ReadPurpose.SUPPORT)
        desk.write(session)


class Commits:
    """Counts the commits of an engine, and holds the first until it is told to let it go."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        self.is_begun, self.goes_on = Event(), Event()
        event.listen(engine, "commit", self._commit)

    def _commit(self, _connection: object) -> None:
        self.count += 1
        if self.count == 1:
            self.is_begun.set()
            assert self.goes_on.wait(30)


@pytest.fixture
def pooled(db_engine: Engine) -> SessionFactory:
    return make_session_factory(db_engine)


def test_all_who_wait_for_a_commit_share_the_next_one(
    db_engine: Engine, pooled: SessionFactory
) -> None:
    desk, commits = ReadsDesk(pooled), Commits(db_engine)
    with ThreadPoolExecutor(READERS) as threads:
        first = threads.submit(read, desk, pooled, 0)
        assert commits.is_begun.wait(30)
        others = [threads.submit(read, desk, pooled, number) for number in range(1, READERS)]
        (queue,) = desk._queues.values()
        while len(queue.waiting) < READERS - 1:
            assert not any(one.done() for one in others)
        commits.goes_on.set()
        for one in (first, *others):
            one.result()

    assert commits.count == 2
    assert len(events_of(pooled)) == READERS
    with reading(pooled) as session:
        assert verify_trail(session).findings == ()
    assert not desk._queues


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)  # SQLite has one writer
def test_nobody_waits_for_readers_of_another_organisation(
    db_engine: Engine, pooled: SessionFactory
) -> None:
    desk, commits = ReadsDesk(pooled), Commits(db_engine)
    with ThreadPoolExecutor(2) as threads:
        stuck = threads.submit(read, desk, pooled, 0)
        assert commits.is_begun.wait(30)
        threads.submit(read, desk, pooled, 1, uuid4()).result(timeout=30)
        assert not stuck.done()
        commits.goes_on.set()
        stuck.result()


def test_what_could_not_be_committed_was_read_by_nobody(
    db_engine: Engine, pooled: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, commits = ReadsDesk(pooled), Commits(db_engine)

    def refuse(*_: object) -> None:
        raise OSError("the disk is full")

    with ThreadPoolExecutor(READERS) as threads:
        first = threads.submit(read, desk, pooled, 0)
        assert commits.is_begun.wait(30)
        others = [threads.submit(read, desk, pooled, number) for number in range(1, READERS)]
        (queue,) = desk._queues.values()
        while len(queue.waiting) < READERS - 1:
            assert not any(one.done() for one in others)
        monkeypatch.setattr("core.audit.reads.write_entries", refuse)
        commits.goes_on.set()
        first.result()
        for one in others:
            with pytest.raises(OSError, match="disk is full"):
                one.result()
