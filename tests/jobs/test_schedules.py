"""Schedulers: several at once, killed at any moment, and each due time has one job."""

import random
import signal
import subprocess
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from api.app import create_app
from core.db import SessionFactory, reading, transaction
from core.jobs import Job
from core.moment import moment
from core.schedules import DueTime
from jobs import schedules
from jobs.celery_app import sweep_once
from jobs.registry import make_registry
from jobs.schedules import SCHEDULES, Repeater, queue_due
from providers.engine import EngineHolder
from tests.conftest import make_settings
from tests.jobs.killed_scheduler import TICK
from tests.jobs.processes import kill_group, running, wait_until

PROGRAM = str(Path(__file__).with_name("killed_scheduler.py"))


def ticks(sessions: SessionFactory) -> int:
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(DueTime)) or 0


def look_and_kill(
    sessions: SessionFactory, url: str, folder: Path, *, kills: int, until: int
) -> None:
    """Let two schedulers look; kill one again and again, and start another in its place."""
    rng = random.Random(20261122)  # noqa: S311 moments of death, not secrets
    pause = Event()
    log = folder / "scheduler.log"

    def wait_ready(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    with running([PROGRAM, url, "together"], log) as steady:
        wait_ready(steady)
        for _ in range(kills):
            with running([PROGRAM, url, "together"], log) as other:
                wait_ready(other)
                pause.wait(0.2 + rng.random() * 0.5)
                kill_group(other)
        wait_until(lambda: ticks(sessions) >= until, alive=steady)


def test_each_due_time_has_one_job_however_schedulers_are_killed(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    url = sessions.kw["bind"].url.render_as_string(hide_password=False)

    look_and_kill(sessions, url, tmp_path, kills=3, until=8)

    with reading(sessions) as session:
        rows = session.scalars(select(DueTime).order_by(DueTime.due_at)).all()
        jobs = set(session.scalars(select(Job.id).where(Job.kind == TICK.kind)))
    gaps = {later.due_at - row.due_at for row, later in pairwise(rows)}
    assert gaps == {TICK.every}, "no due time is left out"
    assert rows[0].job_id is None
    assert Counter(row.job_id for row in rows[1:]) == Counter(jobs), "each has a job of its own"
    late = [row.recorded_at - row.due_at for row in rows[1:]]
    assert max(late) < timedelta(seconds=30)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_check_reports_jobs_queued_apart_from_their_due_times(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    url = sessions.kw["bind"].url.render_as_string(hide_password=False)

    log = tmp_path / "scheduler.log"
    with running([PROGRAM, url, "apart"], log) as steady:
        with running([PROGRAM, url, "dies"], log) as other:
            assert other.wait(60) == -signal.SIGKILL
        after = ticks(sessions) + 1
        wait_until(lambda: ticks(sessions) >= after, alive=steady)

    with reading(sessions) as session:
        jobs = session.scalar(select(func.count()).select_from(Job)) or 0
    assert jobs > ticks(sessions), "two schedulers have queued the same"


def test_every_schedule_has_a_kind_that_workers_know(sessions: SessionFactory) -> None:
    settings = make_settings("sqlite://")
    known = make_registry(settings, EngineHolder(sessions.kw["bind"], settings))

    assert {schedule.kind for schedule in SCHEDULES} <= known.keys()
    assert len({schedule.name for schedule in SCHEDULES}) == len(SCHEDULES)


def test_a_server_looks_at_the_clock(
    catalogue_url: str, catalogue_sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "LOOK_SECONDS", 0.05)
    queue_due(catalogue_sessions)  # all are known from now on
    with transaction(catalogue_sessions) as session:
        row = session.scalars(select(DueTime).where(DueTime.schedule == "retention")).one()
        missed = row.due_at
        row.due_at = missed - timedelta(days=1)

    def is_done() -> bool:
        with reading(catalogue_sessions) as session:
            job = session.scalars(select(Job).where(Job.kind == "retention")).one_or_none()
            return job is not None and job.state == "done"

    with TestClient(create_app(make_settings(catalogue_url))):
        wait_until(is_done)
    with reading(catalogue_sessions) as session:
        met = session.get_one(DueTime, ("retention", missed))
        assert met.job_id == session.scalars(select(Job.id)).one()
        assert met.recorded_at <= session.scalars(select(moment())).one()


def test_a_celery_worker_looks_at_the_clock_with_its_sweep(
    catalogue_url: str, catalogue_sessions: SessionFactory
) -> None:
    queue_due(catalogue_sessions)
    with transaction(catalogue_sessions) as session:
        row = session.scalars(select(DueTime).where(DueTime.schedule == "retention")).one()
        row.due_at -= timedelta(days=1)
    told: list[UUID] = []

    for _ in range(2):
        sweep_once(make_settings(catalogue_url), told.append)

    with reading(catalogue_sessions) as session:
        (job_id,) = session.scalars(select(Job.id).where(Job.kind == "retention"))
    assert set(told) == {job_id}


def test_what_goes_wrong_is_no_end_of_looking() -> None:
    went: list[int] = []
    enough = Event()

    def fail() -> None:
        went.append(len(went))
        if len(went) == 3:
            enough.set()
        raise OSError("the database is away")

    thread = Repeater(fail, 0.001, name="any")
    thread.start()
    assert enough.wait(30)
    thread.stop()
    after = len(went)
    assert after >= 3
