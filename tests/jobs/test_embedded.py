"""The worker in the server's own process: killed at any moment, it loses and doubles nothing."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text, update
from structlog.testing import capture_logs

from api.app import create_app
from core.db import SessionFactory, make_engine, make_session_factory, reading, transaction
from core.job_control import get_job, get_job_tree
from core.job_runs import Run
from core.jobs import Job, JobState, enqueue
from core.migrations.runner import upgrade_to_head
from core.moment import moment
from enterprises.need_matches import NeedMatch
from enterprises.rematching import queue_rematch
from jobs import embedded
from jobs.embedded import EmbeddedWorker, lock_of
from jobs.processes import run_processes
from jobs.worker_lock import WorkerLock
from tests.conftest import make_settings
from tests.factories import make_need
from tests.jobs.killed_worker import PARTS
from tests.jobs.processes import kill_group, running, wait_until

KILLS = 15
PROGRAM = str(Path(__file__).with_name("killed_worker.py"))


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """An SQLite file with every table, and one for effects in which everything may stand twice."""
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    engine = make_engine(url)
    upgrade_to_head(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE effect (job_id VARCHAR, part INTEGER)"))
    engine.dispose()
    return url


@dataclass(frozen=True, slots=True)
class Findings:
    """What the kills did to the jobs that were accepted."""

    accepted: int
    lost: int
    missing: int
    doubled: int
    interrupted: int
    is_intact: bool


def check(url: str, accepted: list[str]) -> Findings:
    """Compare the effects that are there with the jobs that were accepted."""
    engine = make_engine(url)
    with engine.connect() as connection:
        jobs = {
            str(UUID(row.id)): row
            for row in connection.execute(text("SELECT id, kind, state, attempt FROM job"))
        }
        effects: dict[tuple[str, int], int] = {}
        for job_id, part in connection.execute(text("SELECT job_id, part FROM effect")):
            effects[job_id, part] = effects.get((job_id, part), 0) + 1
        is_intact = connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    engine.dispose()
    wanted = {
        (job_id, part)
        for job_id, row in jobs.items()
        for part in range(PARTS if row.kind == "several" else 1)
    }
    return Findings(
        accepted=len(accepted),
        lost=sum(job_id not in jobs or jobs[job_id].state != "done" for job_id in accepted),
        missing=len(wanted - effects.keys()),
        doubled=sum(count > 1 for count in effects.values()),
        interrupted=sum(row.attempt > 1 for row in jobs.values()),
        is_intact=is_intact,
    )


def accept_and_kill(url: str, how: str, folder: Path, *, rounds: int) -> list[str]:
    """Let a process accept jobs and work on them, and kill it, again and again."""
    rng = random.Random(20261122)  # noqa: S311 moments of death, not secrets
    pause = Event()
    accepted: list[str] = []
    for _ in range(rounds):
        with running([PROGRAM, url, how], folder / "killed.log") as process:
            assert process.stdout is not None
            for _line in range(rng.randint(2, 12)):
                line = process.stdout.readline().strip()
                if line:
                    accepted.append(line)
            pause.wait(rng.random() * 0.06)
            process.kill()
            # What was written before the kill was accepted too.
            accepted += process.stdout.read().split()
    return accepted


def finish(url: str, folder: Path) -> None:
    with running([PROGRAM, url, "drain"], folder / "killed.log") as process:
        assert process.wait(60) == 0


def test_no_kill_loses_or_doubles_anything(file_url: str, tmp_path: Path) -> None:
    accepted = accept_and_kill(file_url, "together", tmp_path, rounds=KILLS)
    finish(file_url, tmp_path)

    found = check(file_url, accepted)

    assert (found.lost, found.missing, found.doubled, found.is_intact) == (0, 0, 0, True)
    assert found.accepted >= KILLS * 2
    assert found.interrupted > 0, "no kill met a job at work: nothing was tested"


def test_the_check_reports_effects_that_are_written_apart_from_the_end(
    file_url: str, tmp_path: Path
) -> None:
    accepted = accept_and_kill(file_url, "apart", tmp_path, rounds=3)
    finish(file_url, tmp_path)

    assert check(file_url, accepted).doubled > 0


def test_the_check_reports_what_is_lost(file_url: str, tmp_path: Path) -> None:
    accepted = accept_and_kill(file_url, "together", tmp_path, rounds=1)
    finish(file_url, tmp_path)
    with make_engine(file_url).begin() as connection:
        gone = {"id": UUID(accepted[0]).hex, "text": accepted[0]}
        connection.execute(text("DELETE FROM job WHERE id = :id"), gone)
        connection.execute(text("DELETE FROM effect WHERE job_id = :text"), gone)
        connection.execute(text("DELETE FROM effect WHERE job_id = :id"), {"id": accepted[1]})

    found = check(file_url, accepted)

    assert (found.lost, found.missing > 0) == (1, True)


def done_when_idle(sessions: SessionFactory, job_id: UUID) -> bool:
    with reading(sessions) as session:
        return get_job(session, job_id).state == JobState.DONE


def test_what_a_dead_process_left_is_taken_up_at_once(file_url: str) -> None:
    sessions = make_session_factory(make_engine(file_url))
    with transaction(sessions) as session:
        job = enqueue(session, "work", {})
        session.flush()
        session.execute(
            update(Job).values(state=JobState.RUNNING, attempt=1, lease_until=moment(3600))
        )
    attempts: list[int] = []
    worker = EmbeddedWorker(
        sessions,
        {"work": lambda run: attempts.append(run.attempt)},
        lock=lock_of(file_url),
    )

    worker.start()
    wait_until(lambda: done_when_idle(sessions, job.id))

    assert worker.stop()
    assert attempts == [2]


def test_one_process_works_and_the_next_takes_over(file_url: str) -> None:
    sessions = make_session_factory(make_engine(file_url))
    who: list[str] = []

    def worker_called(name: str) -> EmbeddedWorker:
        def work(_run: Run) -> None:
            who.append(name)

        return EmbeddedWorker(sessions, {"work": work}, lock=lock_of(file_url))

    first, second = worker_called("first"), worker_called("second")
    first.start()
    wait_until(first.is_working.is_set)
    second.start()
    for _ in range(3):
        with transaction(sessions) as session:
            job_id = enqueue(session, "work", {}).id
        first.wake()
        second.wake()
        wait_until(lambda wanted=job_id: done_when_idle(sessions, wanted))  # type: ignore[misc]  # bound
    assert who == ["first"] * 3
    assert not second.is_working.is_set()
    assert (first.has_waited.is_set(), second.has_waited.is_set()) == (False, True)

    first.stop()
    with transaction(sessions) as session:
        job_id = enqueue(session, "work", {}).id
    wait_until(lambda: done_when_idle(sessions, job_id))

    assert who == ["first"] * 3 + ["second"]
    second.stop()


def test_a_worker_says_that_another_process_works_on_the_jobs(file_url: str) -> None:
    lock = lock_of(file_url)
    assert lock is not None
    assert lock.try_to_take()
    stopping = Event()

    def said() -> list[str]:
        return [entry["event"] for entry in logged if "another process" in entry["event"]]

    with capture_logs() as logged, ThreadPoolExecutor(1) as threads:
        work = threads.submit(
            run_processes, make_settings(file_url), processes=1, stopping=stopping
        )
        try:
            wait_until(lambda: bool(said()))
        finally:
            stopping.set()
        work.result(timeout=30)
    lock.release()

    assert len(said()) == 1


def test_a_worker_that_stops_ends_the_job_in_hand_and_claims_no_other(file_url: str) -> None:
    sessions = make_session_factory(make_engine(file_url))
    begun, go_on = Event(), Event()

    def work(_run: Run) -> None:
        begun.set()
        go_on.wait(30)

    with transaction(sessions) as session:
        jobs = [enqueue(session, "work", {}).id for _ in range(2)]
    worker = EmbeddedWorker(sessions, {"work": work}, lock=lock_of(file_url))
    worker.start()
    assert begun.wait(30)
    assert not worker.stop(timeout=0.1), "the job is still in hand"
    go_on.set()
    assert worker.stop()

    with reading(sessions) as session:
        states = sorted(get_job(session, job_id).state for job_id in jobs)
    assert states == ["done", "queued"]


def test_a_job_that_cannot_be_claimed_does_not_make_the_worker_spin(
    file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    spun = Event()

    def always_one(*_: object, **__: object) -> list[UUID]:
        nonlocal looked
        looked += 1
        if looked > 20:
            spun.set()
        return [uuid4()]

    monkeypatch.setattr(embedded, "due_jobs", always_one)
    monkeypatch.setattr(embedded, "POLL_SECONDS", 3600.0)
    sessions = make_session_factory(make_engine(file_url))
    worker = EmbeddedWorker(sessions, {}, lock=lock_of(file_url))
    worker.start()
    wait_until(lambda: looked >= 1)

    assert not spun.wait(0.3)
    before = looked
    worker.wake()
    wait_until(lambda: looked > before)
    assert worker.stop()


def test_the_lock_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "some.worker.lock"
    holder = (
        "import sys; from pathlib import Path; from jobs.worker_lock import WorkerLock\n"
        f"print(WorkerLock(Path({str(path)!r})).try_to_take(), flush=True)\n"
        "import threading; threading.Event().wait(60)"
    )
    ours = WorkerLock(path)
    with running(["-c", holder], tmp_path / "holder.log") as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "True"
        assert not ours.try_to_take()
        kill_group(process)
        assert ours.try_to_take()
    assert not WorkerLock(path).try_to_take()
    ours.release()


def test_a_server_without_a_broker_does_its_jobs_itself(
    catalogue_url: str, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        need_id = make_need(session, text="rural roads in Vietnam").id
    app = create_app(make_settings(catalogue_url))
    with TestClient(app):
        with transaction(app.state.sessions) as session:
            job_id = queue_rematch(session, {"index": "any"}).id

        def is_done() -> bool:
            with reading(catalogue_sessions) as session:
                return get_job_tree(session, job_id).is_done

        wait_until(is_done)
    with reading(catalogue_sessions) as session:
        found = session.get(NeedMatch, need_id)
    assert found is not None
    assert found.ranked
