"""A process that accepts jobs and works on them, made to be killed: `killed_worker.py URL HOW`.

It prints the id of each job once it is accepted. HOW is `together`, `drain`, which accepts nothing
and ends when all is done, or `apart`: the mechanism broken on purpose, with the effect of a job in
a transaction of its own.
"""

import os
import signal
import sys
from threading import Event

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db import make_engine, make_session_factory, reading, transaction
from core.job_control import list_jobs
from core.job_runs import Effects, Run
from core.jobs import JobState, enqueue
from core.log import configure_logging
from jobs.embedded import EmbeddedWorker, lock_of

PARTS = 3
_pause = Event()


def insert(session: Session, run: Run, part: int) -> None:
    """Write one effect; nothing keeps a second one out."""
    session.execute(
        text("INSERT INTO effect (job_id, part) VALUES (:job_id, :part)"),
        {"job_id": str(run.job_id), "part": part},
    )


def one(run: Run) -> Effects:
    """Write the effect together with the end of the job."""
    _pause.wait(0.02)
    return lambda session: insert(session, run, 0)


def one_apart(run: Run) -> None:
    """Write the effect first, and let the job be done later: what must not be done."""
    with transaction(run.sessions) as session:
        insert(session, run, 0)
    if run.attempt == 1 and run.job_id.int % 4 == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def several(run: Run) -> None:
    """Write effects in parts, going on after those that are there."""
    with reading(run.sessions) as session:
        there = session.scalar(
            text("SELECT count(*) FROM effect WHERE job_id = :id"), {"id": str(run.job_id)}
        )
    for part in range(there or 0, PARTS):
        _pause.wait(0.01)
        with run.chunk(part + 1, PARTS) as session:
            insert(session, run, part)


def main(url: str, how: str) -> None:
    """Be the process."""
    configure_logging("WARNING")
    sessions = make_session_factory(make_engine(url))
    registry = {"one": one_apart if how == "apart" else one, "several": several}
    worker = EmbeddedWorker(sessions, registry, lock=lock_of(url))
    worker.start()
    if how == "drain":
        while True:
            with reading(sessions) as session:
                left = [
                    *list_jobs(session, limit=1, state=JobState.QUEUED),
                    *list_jobs(session, limit=1, state=JobState.RUNNING),
                ]
            if not left:
                break
            _pause.wait(0.05)
        worker.stop()
        return
    number = 0
    while True:
        with transaction(sessions) as session:
            kind = "several" if how == "together" and number % 3 == 0 else "one"
            accepted = enqueue(session, kind, {}).id
        worker.wake()
        sys.stdout.write(f"{accepted}\n")
        sys.stdout.flush()
        number += 1
        _pause.wait(0.02)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
