"""What is looked after between jobs: an index that has become too old."""

from core.db import SessionFactory, reading, transaction
from core.errors import Unavailable
from core.job_control import was_queued_lately
from core.jobs import enqueue
from jobs.index_build import INDEX_BUILD
from jobs.registry import Holder

# A build that failed, or that did not help, is not tried again at once.
_BUILD_REST_SECONDS = 600.0


class Upkeep:
    """Called now and then by whoever waits for jobs; most calls cost next to nothing."""

    def __init__(self, sessions: SessionFactory, holder: Holder) -> None:
        self._sessions = sessions
        self._holder = holder

    def __call__(self) -> None:
        """Queue the building of the index where it is due."""
        if not self._holder.rebuild_wanted:
            return
        with reading(self._sessions) as session:
            if was_queued_lately(session, INDEX_BUILD, seconds=_BUILD_REST_SECONDS):
                return
        try:
            # It may not have looked since the last build: then it finds the new snapshot now.
            self._holder.current()
        except Unavailable:
            return
        if self._holder.rebuild_wanted:
            with transaction(self._sessions, at="index.wanted") as session:
                enqueue(session, INDEX_BUILD, {}, key=INDEX_BUILD)
