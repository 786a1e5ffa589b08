"""`landbridge worker`, `landbridge jobs ...` and `landbridge rematch`: work that waits in rows."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli.console import note, print_json, progress_bars, say
from api.cli.database import load_settings, open_current_database
from api.cli.erased import apply_erasures
from api.cli.failures import CommandFailed
from api.cli.keys import require_keys

if TYPE_CHECKING:
    from core.db import SessionFactory
    from core.job_control import JobTree
    from core.job_runs import Timing
    from core.jobs import Job
    from core.settings import Settings

app = typer.Typer()
jobs = typer.Typer(
    name="jobs", help="Look at jobs, stop them, try them again.", no_args_is_help=True
)

_WAIT_SECONDS = 0.5

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_JobId = Annotated[str, typer.Argument(metavar="JOB", help="An id, as `jobs list` shows it.")]


@app.command()
def worker(
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=64, help="How many jobs at a time.")
    ] = 2,
) -> None:
    """Work on jobs until it is stopped: those in hand are finished or given back first.

    With LANDBRIDGE_REDIS_URL, any number of workers share the jobs. Without it, one process works
    on an SQLite database; a server that runs does so already.
    """
    run_worker(concurrency)


def run_worker(concurrency: int, *, timing: "Timing | None" = None) -> None:
    """Be a worker until told to stop.

    Args:
        concurrency: how many jobs at a time.
        timing: leases and rests of jobs that a broker brings; as everywhere if None.
    """
    from core.log import configure_logging
    from core.own_folder import remove_left_folders

    settings = load_settings()
    with open_current_database(settings) as engine:
        require_keys(settings, engine)
        apply_erasures(settings, engine)
    remove_left_folders()
    configure_logging(settings.log_level)
    _share_cores(concurrency)
    if settings.redis_url.get_secret_value():
        from api.cli.observing import refuse_forgetful_broker

        refuse_forgetful_broker(settings)
        _run_celery(settings, concurrency, timing)
        return
    from jobs.processes import run_processes

    stopping = Event()

    def stop(_number: int, _frame: object) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    note(f"looking for jobs, {concurrency} at a time (Ctrl-C stops)")
    run_processes(settings, processes=concurrency, stopping=stopping)


def _share_cores(concurrency: int) -> None:
    """Let each process of a worker compute with its part of the cores, unless told otherwise.

    The encoder's threads wait for each other by spinning: two processes with two threads each on two
    cores took four times as long for a text as with one each.
    """
    # The encoder's library reads it, and nothing else: it is no setting of ours.
    os.environ.setdefault("OMP_NUM_THREADS", str(max((os.cpu_count() or 1) // concurrency, 1)))


def _run_celery(settings: "Settings", concurrency: int, timing: "Timing | None") -> None:
    from core.job_runs import DEFAULT_TIMING
    from jobs.celery_app import make_worker_app

    # No gossip, mingling or heartbeats: workers share rows and need not know of each other.
    make_worker_app(settings, timing=timing or DEFAULT_TIMING).Worker(
        concurrency=concurrency,
        loglevel=settings.log_level,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    ).start()


@jobs.command("list")
def list_command(
    state: Annotated[
        str | None,
        typer.Option(help="Only these: queued, running, done, parked or cancelled."),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind; parts of jobs too.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: _AsJson = False,
) -> None:
    """List jobs, newest first, without the parts of others."""
    from core.db import reading
    from core.job_control import list_jobs
    from core.jobs import JobState

    if state is not None and state not in set(JobState):
        raise CommandFailed(f"no job is {state!r}: choose one of {', '.join(JobState)}")
    wanted = None if state is None else JobState(state)
    with _sessions() as sessions, reading(sessions) as session:
        found = list_jobs(session, limit=limit, state=wanted, kind=kind)
        if as_json:
            print_json({"jobs": [_as_json(job) for job in found]})
            return
        for job in found:
            say(f"{job.id}  {job.state:<9} {job.kind:<14} {_progress(job.done, job.total):<14} "
                f"{job.created_at:%Y-%m-%d %H:%M:%S}")  # fmt: skip


@jobs.command("show")
def show_command(job: _JobId, as_json: _AsJson = False) -> None:
    """Show a job, how far it has come with all its parts, and why it failed if it did."""
    from core.db import reading
    from core.job_control import get_job_tree

    with _sessions() as sessions, reading(sessions) as session:
        tree = get_job_tree(session, _parse(job))
        if as_json:
            parts = {"states": tree.states, "done": tree.done, "total": tree.total}
            print_json({**_as_json(tree.job), "with_parts": parts})
            return
        say(f"{tree.job.kind} {tree.job.id}: {tree.job.state}, attempt {tree.job.attempt}")
        say(f"done      {_progress(tree.done, tree.total)}")
        if tree.states:
            parts_of = sorted(tree.states.items())
            say("parts     " + ", ".join(f"{count:,} {state}" for state, count in parts_of))
        if tree.job.request_id:
            say(f"request   {tree.job.request_id}")
        if tree.job.last_error:
            say(f"failed    {tree.job.last_error}")


@jobs.command("cancel")
def cancel_command(job: _JobId) -> None:
    """Stop a job and its parts: those at work end at the next point where they can."""
    from core.db import transaction
    from core.job_control import cancel_job

    with _sessions() as sessions, transaction(sessions) as session:
        stopped = cancel_job(session, _parse(job))
        say(f"{stopped.id} is {'being stopped' if stopped.state == 'running' else stopped.state}")


@jobs.command("retry")
def retry_command(job: _JobId) -> None:
    """Put a parked or cancelled job, or the parts of it that are, back into the queue."""
    from core.db import transaction
    from core.job_control import retry_job

    with _sessions() as sessions, transaction(sessions) as session:
        again = retry_job(session, _parse(job))
        say(f"{again.id} is {again.state}")


@app.command()
def rematch(
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Stay until all is done; work on it here if nobody else does."),
    ] = False,
    as_json: _AsJson = False,
) -> None:
    """Match every open need again and keep the newest list of each."""
    from core.db import transaction
    from enterprises.rematching import queue_rematch

    settings = load_settings()
    with open_current_database(settings) as database:
        from core.db import make_session_factory

        sessions = make_session_factory(database)
        with transaction(sessions) as session:
            job_id = queue_rematch(session, {}).id
        if not wait:
            tell_workers(settings, job_id)
            if as_json:
                print_json({"job": str(job_id)})
            else:
                say(f"{job_id} is queued: `landbridge jobs show {job_id}` says how far it is")
            return
        tree = wait_for_job(settings, sessions, job_id, stage="needs")
    if as_json:
        print_json({"job": str(job_id), "states": tree.states, "needs": tree.total})
    else:
        say(f"{tree.done:,} needs are up to date")
    if not tree.is_done:
        raise CommandFailed(
            f"not all of it is done: see `landbridge jobs show {job_id}`", exit_code=1
        )


def wait_for_job(
    settings: "Settings", sessions: "SessionFactory", job_id: UUID, *, stage: str
) -> "JobTree":
    """Wait for a job and its parts; work on jobs here where no broker brings them to workers.

    Args:
        settings: where the database and the broker are.
        sessions: of the database.
        job_id: which job.
        stage: what its progress is shown as.
    """
    from core.db import reading
    from core.job_control import get_job_tree
    from jobs.embedded import EmbeddedWorker, lock_of
    from jobs.registry import Workshop

    shop = Workshop(settings)
    helper: EmbeddedWorker | None = None
    if settings.redis_url.get_secret_value():
        tell_workers(settings, job_id)
    else:
        lock = lock_of(settings.sqlalchemy_url)
        helper = EmbeddedWorker(shop.sessions, shop.registry, lock=lock)
        helper.start()
    pause = Event()
    try:
        with progress_bars() as report:
            while True:
                with reading(sessions) as session:
                    tree = get_job_tree(session, job_id)
                if tree.total is not None:
                    report(stage, tree.done, tree.total)
                if tree.is_finished:
                    return tree
                pause.wait(_WAIT_SECONDS)
    finally:
        if helper is not None:
            helper.stop()
        shop.close()


def tell_workers(settings: "Settings", job_id: UUID) -> None:
    """Give the workers a hint, where a broker can carry one."""
    if settings.redis_url.get_secret_value():
        from jobs.celery_app import Hints, make_celery

        Hints(make_celery(settings))(job_id)


@contextmanager
def _sessions() -> Generator["SessionFactory"]:
    from core.db import make_session_factory

    with open_current_database(load_settings()) as database:
        yield make_session_factory(database)


def _parse(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise CommandFailed(
            f"{written!r} is no id of a job: `landbridge jobs list` shows them"
        ) from error


def _progress(done: int, total: int | None) -> str:
    return f"{done:,}" if total is None else f"{done:,} of {total:,}"


def _as_json(job: "Job") -> dict[str, object]:
    return {
        "id": str(job.id),
        "kind": job.kind,
        "payload": job.payload,
        "request_id": job.request_id and str(job.request_id),
        "state": job.state,
        "attempt": job.attempt,
        "done": job.done,
        "total": job.total,
        "run_after": job.run_after.isoformat(),
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at and job.finished_at.isoformat(),
        "last_error": job.last_error,
    }
