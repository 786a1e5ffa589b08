"""A worker of its own without a broker: as many processes as jobs are to be done at a time."""

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Event, Thread

import structlog

from core.log import configure_logging
from core.settings import Settings
from jobs.embedded import EmbeddedWorker, lock_of
from jobs.registry import Workshop
from jobs.schedules import watch_clock
from jobs.upkeep import Upkeep

log = structlog.get_logger()


def run_processes(settings: Settings, *, processes: int, stopping: Event) -> None:
    """Work on jobs until `stopping` is set, then let those in hand end.

    This process works too, and alone holds the lock of an SQLite database; the others, which are
    matching at the same time on other cores, end with it.
    """
    shop = Workshop(settings)
    worker = EmbeddedWorker(
        shop.sessions,
        shop.registry,
        lock=lock_of(settings.sqlalchemy_url),
        when_idle=Upkeep(shop.sessions, shop.holder),
    )
    worker.start()
    clock = watch_clock(shop.sessions)
    clock.start()
    # Spawned, not forked: nothing of this process, connections least of all, is shared.
    context = multiprocessing.get_context("spawn")
    helpers: list[tuple[SpawnProcess, Connection]] = []
    try:
        has_said = False
        while not (worker.is_working.wait(0.5) or stopping.is_set()):
            if worker.has_waited.is_set() and not has_said:
                has_said = True
                log.warning("another process works on the jobs of this database: waiting for it")
        if has_said and not stopping.is_set():
            log.info("the other process has ended: working on jobs")
        for _ in range(processes - 1):
            ours, theirs = context.Pipe()
            helper = context.Process(target=_help, args=(settings, theirs), name="jobs-helper")
            helper.start()
            theirs.close()
            helpers.append((helper, ours))
        stopping.wait()
    finally:
        for _, ours in helpers:
            ours.close()
        clock.stop()
        worker.stop()
        for helper, _ in helpers:
            helper.join()
        shop.close()


def _help(settings: Settings, parent: Connection) -> None:
    """Be one of the other processes: work until the first one closes its end, or dies."""
    configure_logging(settings.log_level)
    shop = Workshop(settings)
    worker = EmbeddedWorker(shop.sessions, shop.registry)
    worker.start()
    gone = Event()
    Thread(target=_watch, args=(parent, gone), daemon=True).start()
    try:
        gone.wait()
    except KeyboardInterrupt:
        pass  # Ctrl-C goes to all processes of a terminal; the first one tells when to stop
    finally:
        worker.stop()
        shop.close()


def _watch(parent: Connection, gone: Event) -> None:
    try:
        parent.recv()
    except (EOFError, OSError):
        gone.set()
