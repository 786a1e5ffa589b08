"""The job that builds the index's snapshot anew, in processes of its own."""

from collections.abc import Callable
from time import sleep

from sqlalchemy.orm import Session

from core.job_runs import Effects, Run
from core.settings import Settings
from enterprises.rematching import queue_rematch
from providers.snapshot.build import rebuild
from providers.snapshot.errors import BuildRunning

INDEX_BUILD = "index_build"

# Reading providers takes most of the time; what follows is counted in columns.
_READING_PERCENT = 80
_PROVIDERS = "providers"
_LOOK_AGAIN_SECONDS = 2.0


def build_index(
    run: Run, *, settings: Settings, pause: Callable[[float], object] = sleep
) -> Effects:
    """Do an `index_build` job: build, switch, and have every open need matched again.

    Where somebody is building already, it waits and builds after them: theirs may have read the
    database before the change that this job was queued for.

    Args:
        run: the attempt.
        settings: where the database and the snapshots are.
        pause: waits so many seconds.

    Raises:
        LeaseLost, JobCancelled, JobReleased: the index is as it was before.
        SnapshotNotBuilt: the disk is full, or a process was killed; likewise.
        Unavailable: no sector list is published yet, or the store cannot be written.
    """

    def report(done: int, total: int, what: str) -> None:
        share = done / total if total else 1.0
        if what == _PROVIDERS:
            percent = share * _READING_PERCENT
        else:
            percent = _READING_PERCENT + share * (99 - _READING_PERCENT)
        run.progress(int(percent), 100)

    while True:
        try:
            meta = rebuild(settings, report)
            break
        except BuildRunning:
            pause(_LOOK_AGAIN_SECONDS)
            run.progress(0, 100)
    # From here on the index is another: the job may not be cancelled any more, nor given back.

    def write(session: Session) -> None:
        queue_rematch(session, {"index": meta.content})

    return write
