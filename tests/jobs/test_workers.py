"""Workers as processes of their own: with Redis and without, stopped and killed."""

import os
import signal
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import select

from api.app import create_app
from core.db import SessionFactory, make_engine, reading, transaction
from core.job_control import expire_leases, get_job, get_job_tree
from core.jobs import Job, JobState, enqueue, set_hint
from core.migrations.runner import upgrade_to_head
from core.settings import Settings
from enterprises.need_matches import NeedMatch
from enterprises.rematching import REMATCH_SHARD, queue_rematch
from jobs.celery_app import RUN_JOB, Hints, make_celery, sweep
from jobs.hints import HintQueue
from tests.conftest import make_settings
from tests.factories import NOW, make_need
from tests.jobs.processes import kill_group, running, wait_until

WORKER = ["-m", "api.cli.main", "worker", "--concurrency", "2"]


def settings_of(url: str, redis_url: str) -> Settings:
    return make_settings(url).model_copy(update={"redis_url": SecretStr(redis_url)})


def broker_of(redis_url: str) -> Redis:
    return Redis(unix_socket_path=redis_url.removeprefix("unix://"))


def variables_of(url: str, redis_url: str = "") -> dict[str, str]:
    return {
        "LANDBRIDGE_DATABASE_URL": url,
        "LANDBRIDGE_REDIS_URL": redis_url,
        "LANDBRIDGE_ENCODER": "none",
    }


def is_done(sessions: SessionFactory, job_id: UUID) -> bool:
    with reading(sessions) as session:
        return get_job_tree(session, job_id).is_done


def make_needs(sessions: SessionFactory, count: int) -> None:
    with transaction(sessions) as session:
        for number in range(count):
            make_need(session, text=f"audit of water project {number} in Vietnam")


def lists_kept(sessions: SessionFactory) -> int:
    with reading(sessions) as session:
        return len(session.scalars(select(NeedMatch.need_id)).all())


def test_a_celery_worker_does_what_it_is_told_and_what_nobody_told_it(
    catalogue_url: str, catalogue_sessions: SessionFactory, redis_url: str, tmp_path: Path
) -> None:
    make_needs(catalogue_sessions, 5)
    hints = Hints(make_celery(settings_of(catalogue_url, redis_url)))
    with transaction(catalogue_sessions) as session:
        unheard = queue_rematch(session, {"index": "unheard"}).id
        stuck = enqueue(session, REMATCH_SHARD, {"first": str(UUID(int=0)), "end": None,
                                                 "on": NOW.date().isoformat()})  # fmt: skip
        # Its worker died long ago, and took the hint with it.
        stuck.state, stuck.attempt, stuck.lease_until = JobState.RUNNING, 1, NOW
        stuck.hinted_at = NOW
    log = tmp_path / "worker.log"
    with running(WORKER, log, **variables_of(catalogue_url, redis_url)) as worker:
        wait_until(lambda: is_done(catalogue_sessions, unheard), alive=worker)
        wait_until(lambda: is_done(catalogue_sessions, stuck.id), alive=worker)
        assert lists_kept(catalogue_sessions) == 5

        set_hint(catalogue_sessions, hints)
        make_needs(catalogue_sessions, 2)
        with transaction(catalogue_sessions) as session:
            told = queue_rematch(session, {"index": "told"}).id
        wait_until(lambda: is_done(catalogue_sessions, told), alive=worker)
        assert lists_kept(catalogue_sessions) == 7

        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert "Traceback" not in log.read_text("utf-8")


def test_a_worker_killed_with_everything_in_the_broker_loses_nothing(
    catalogue_url: str, catalogue_sessions: SessionFactory, redis_url: str, tmp_path: Path
) -> None:
    make_needs(catalogue_sessions, 3)
    hints = Hints(make_celery(settings_of(catalogue_url, redis_url)))
    set_hint(catalogue_sessions, hints)
    variables = variables_of(catalogue_url, redis_url)
    with running(WORKER, tmp_path / "worker.log", **variables) as worker:
        with transaction(catalogue_sessions) as session:
            job_id = queue_rematch(session, {"index": "any"}).id

        def has_begun() -> bool:
            with reading(catalogue_sessions) as session:
                return get_job(session, job_id).attempt > 0

        wait_until(has_begun, alive=worker)
        kill_group(worker)
    with broker_of(redis_url) as broker:
        broker.delete("celery", "unacked", "unacked_index")
    with transaction(catalogue_sessions) as session:
        expire_leases(session)  # as if their time had passed
        for job in session.scalars(select(Job)):
            job.hinted_at = None

    with running(WORKER, tmp_path / "worker.log", **variables) as worker:
        wait_until(lambda: is_done(catalogue_sessions, job_id), alive=worker)

    assert lists_kept(catalogue_sessions) == 3


class HangingBroker:
    """A broker that answers nobody until it is let go."""

    def __init__(self) -> None:
        self.asked: list[UUID] = []
        self.go_on = Event()

    def __call__(self, job_id: UUID) -> None:
        self.asked.append(job_id)
        self.go_on.wait(60)


def test_a_broker_that_hangs_holds_up_no_request(sessions: SessionFactory) -> None:
    broker = HangingBroker()
    hints = HintQueue(broker, room=2)
    hints.start()
    set_hint(sessions, hints)
    ids: list[UUID] = []
    try:
        for _ in range(5):
            with transaction(sessions) as session:
                ids.append(enqueue(session, "work", {}).id)
        wait_until(lambda: broker.asked == ids[:1])
    finally:
        broker.go_on.set()
        hints.stop()
    with reading(sessions) as session:
        assert {get_job(session, job_id).state for job_id in ids} == {JobState.QUEUED}


def test_a_broker_that_failed_is_not_asked_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    app = make_celery(settings_of("sqlite://", "redis://127.0.0.1:1/0"))
    asked: list[object] = []

    def fail(name: str, **_: object) -> None:
        asked.append(name)
        raise OSError("nobody is there")

    monkeypatch.setattr(app, "send_task", fail)
    hints = Hints(app, clock=lambda: now[0])

    hints(uuid4())
    hints(uuid4())
    assert asked == [RUN_JOB]
    now[0] = 6.0
    hints(uuid4())
    assert asked == [RUN_JOB] * 2


def test_a_sweep_tells_of_what_nobody_heard_and_of_it_once(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        job = enqueue(session, "work", {})
        job.created_at = NOW
    told: list[UUID] = []

    assert [sweep(sessions, told.append) for _ in range(2)] == [1, 0]
    assert told == [job.id]


def test_celery_is_set_up_as_the_kill_tests_ask() -> None:
    app = make_celery(settings_of("sqlite://", "unix:///tmp/some.sock"))

    assert app.conf.broker_url == "redis+socket:///tmp/some.sock"
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None
    assert app.conf.accept_content == ["json"]
    assert app.conf.broker_transport_options["visibility_timeout"] == 300
    assert app.conf.broker_transport_options["socket_timeout"] == 5


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    engine = make_engine(url)
    upgrade_to_head(engine)
    engine.dispose()
    return url


def test_a_worker_without_a_broker_uses_processes_and_ends_when_asked(
    catalogue_url: str, catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    make_needs(catalogue_sessions, 4)
    with transaction(catalogue_sessions) as session:
        job_id = queue_rematch(session, {"index": "any"}).id
    log = tmp_path / "worker.log"
    with running(WORKER, log, **variables_of(catalogue_url)) as worker:
        wait_until(lambda: is_done(catalogue_sessions, job_id), alive=worker)
        wait_until(lambda: len(children_of(worker.pid)) >= 1, alive=worker)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert lists_kept(catalogue_sessions) == 4
    assert "Traceback" not in log.read_text("utf-8")


def test_helpers_end_when_the_first_process_is_killed(file_url: str, tmp_path: Path) -> None:
    with running(WORKER, tmp_path / "worker.log", **variables_of(file_url)) as worker:
        wait_until(lambda: len(children_of(worker.pid)) >= 2, alive=worker)
        helpers = children_of(worker.pid)
        os.kill(worker.pid, signal.SIGKILL)
        wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in helpers))


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task")
    lists = [(task / "children").read_text() for task in tasks.iterdir()]
    return [int(child) for line in lists for child in line.split()]


def test_a_server_with_a_broker_tells_workers_and_works_on_nothing_itself(
    catalogue_url: str, catalogue_sessions: SessionFactory, redis_url: str
) -> None:
    app = create_app(settings_of(catalogue_url, redis_url))
    with TestClient(app), broker_of(redis_url) as broker:
        with transaction(app.state.sessions) as session:
            job_id = queue_rematch(session, {"index": "any"}).id
        wait_until(lambda: broker.llen("celery") == 1)
        with transaction(catalogue_sessions) as session:
            unheard = enqueue(session, "work", {})
            unheard.created_at = NOW
        wait_until(lambda: broker.llen("celery") == 2)
    with reading(catalogue_sessions) as session:
        assert get_job(session, job_id).attempt == 0
