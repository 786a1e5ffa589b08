"""What happens between jobs: a worn index is built anew, old jobs go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core import job_runs
from core.db import SessionFactory, reading, transaction
from core.job_control import cancel_job, get_job
from core.job_runs import Outcome, execute_job
from core.jobs import Job, JobState, enqueue
from enterprises.rematching import REMATCH
from jobs import index_build
from jobs.index_build import INDEX_BUILD, build_index
from jobs.registry import make_registry
from jobs.upkeep import Upkeep
from matching.index.files import SnapshotMeta
from providers.engine import Engine, EngineHolder
from providers.snapshot.errors import BuildRunning
from providers.snapshot.store import open_store
from tests.conftest import make_settings

META = SnapshotMeta(
    format_version=1,
    catalogue_id="any",
    sequence=1,
    encoder="none",
    sector_list=1,
    built_at=datetime(2026, 11, 22, tzinfo=UTC).isoformat(),
    providers=0,
    pieces=0,
    content="ab" * 16,
    writer="a test",
)


class WornHolder:
    """Says that the index is worn until it has looked so many times."""

    def __init__(self, *, until: int) -> None:
        self.looked = 0
        self._until = until

    @property
    def rebuild_wanted(self) -> bool:
        return self.looked < self._until

    def current(self) -> Engine:
        self.looked += 1
        return None  # type: ignore[return-value]  # nobody matches here


def kinds(sessions: SessionFactory) -> list[str]:
    with reading(sessions) as session:
        return list(session.scalars(select(Job.kind).order_by(Job.created_at)))


def test_a_worn_index_is_queued_once_to_be_built(sessions: SessionFactory) -> None:
    upkeep = Upkeep(sessions, WornHolder(until=100))

    for _ in range(3):
        upkeep()

    assert kinds(sessions) == [INDEX_BUILD]


def test_a_build_is_not_repeated_soon_after_the_last_one(sessions: SessionFactory) -> None:
    upkeep = Upkeep(sessions, WornHolder(until=100))
    upkeep()
    ended = update(Job).values(state=JobState.PARKED, finished_at=datetime.now(UTC))
    with transaction(sessions) as session:
        session.execute(ended)
    upkeep()
    assert kinds(sessions) == [INDEX_BUILD]

    with transaction(sessions) as session:
        session.execute(ended.values(finished_at=datetime.now(UTC) - timedelta(hours=1)))
    upkeep()

    assert kinds(sessions) == [INDEX_BUILD] * 2


def test_nothing_is_built_where_the_new_index_is_only_not_taken_over_yet(
    sessions: SessionFactory,
) -> None:
    Upkeep(sessions, WornHolder(until=1))()

    assert kinds(sessions) == []


def test_the_index_is_built_by_a_job_and_needs_are_matched_after_it(
    catalogue_url: str, catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    settings = make_settings(catalogue_url).model_copy(update={"index_url": f"{tmp_path}/index"})
    holder = EngineHolder(catalogue_sessions.kw["bind"], settings)
    with transaction(catalogue_sessions) as session:
        job_id = enqueue(session, INDEX_BUILD, {}).id

    outcome = execute_job(catalogue_sessions, make_registry(settings, holder), job_id)

    assert outcome is Outcome.DONE
    assert open_store(settings).current() is not None
    assert kinds(catalogue_sessions) == [INDEX_BUILD, REMATCH]


def build_made_up(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch, before: Callable[[UUID], None]
) -> tuple[UUID, Outcome, list[float]]:
    """Run a job whose building of the index is `before`, then a snapshot that nobody built."""
    with transaction(sessions) as session:
        job_id = enqueue(session, INDEX_BUILD, {}).id
    pauses: list[float] = []

    def rebuild(_settings: object, progress: Callable[[int, int, str], None]) -> SnapshotMeta:
        progress(1, 2, "providers")
        before(job_id)
        return META

    monkeypatch.setattr(index_build, "rebuild", rebuild)
    settings = make_settings("sqlite://")
    build = partial(build_index, settings=settings, pause=pauses.append)
    return job_id, execute_job(sessions, {INDEX_BUILD: build}, job_id), pauses


def test_a_build_that_is_wished_away_too_late_is_done_with_all_that_follows(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel(job_id: UUID) -> None:
        with transaction(sessions) as session:
            cancel_job(session, job_id)

    job_id, outcome, _ = build_made_up(sessions, monkeypatch, cancel)

    assert outcome is Outcome.DONE
    assert kinds(sessions) == [INDEX_BUILD, REMATCH]
    with reading(sessions) as session:
        assert (get_job(session, job_id).done, get_job(session, job_id).total) == (100, 100)


def test_a_build_waits_for_another_and_then_builds_after_it(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [BuildRunning("one"), BuildRunning("two")]

    def be_second(_job_id: UUID) -> None:
        if others:
            raise others.pop()

    _, outcome, pauses = build_made_up(sessions, monkeypatch, be_second)

    assert (outcome, len(pauses)) == (Outcome.DONE, 2)
    assert kinds(sessions) == [INDEX_BUILD, REMATCH]


def test_a_build_that_waits_for_another_can_be_stopped(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_stopped(job_id: UUID) -> None:
        with transaction(sessions) as session:
            session.get_one(Job, job_id).is_cancel_wanted = True
        raise BuildRunning("for ever")

    monkeypatch.setattr(job_runs, "_REPORT_SECONDS", 0.0)
    _, outcome, _ = build_made_up(sessions, monkeypatch, be_stopped)

    assert outcome is Outcome.CANCELLED
    assert kinds(sessions) == [INDEX_BUILD]
