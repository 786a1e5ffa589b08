"""Named points at which a process may die, so that each of them can be tried.

`core.db.transaction` reaches three for every commit that has a name: the name itself just before the
commit, `….committed` after it and before anybody is told of it, and `….hinted` after that. What else
matters is named where it happens, with `crash_point`. Nobody watches in a process of ours: only
`tools/crash_points.py` has one die there, and compares what is left with an unbroken run.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

COMMITS: Final = (
    "request", "request.file", "request.failure", "request.seen", "reads.noted",
    "job.claim", "job.progress", "job.chunk", "job.end", "job.fail", "job.lease",
    "jobs.taken_up", "jobs.offered", "schedules.met",
    "index.wanted", "index.pruned", "index.changes_pruned", "texts.encoded",
    "outbox.claim", "webhook.recorded", "mail.recorded", "outbox.expiring",
)  # fmt: skip
STEPS: Final = (
    "job.begun", "job.worked", "index.built", "index.published",
    "webhook.sent", "mail.sent",
)  # fmt: skip

Watcher = Callable[[str], None]
_watchers: list[Watcher] = []


def crash_point(name: str) -> None:
    """Say that a point is reached; nothing happens unless somebody watches."""
    for watcher in _watchers:
        watcher(name)


@contextmanager
def watching(watcher: Watcher) -> Generator[None]:
    """Have every point told to `watcher`, which may end the process."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)


def points_of(commit: str) -> tuple[str, str, str]:
    """Return the points that a commit of this name reaches, in order."""
    return commit, f"{commit}.committed", f"{commit}.hinted"
