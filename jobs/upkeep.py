"""What is looked after between jobs: an index that has become too old, and jobs long done."""

from collections.abc import Callable
from time import monotonic

from core.clock import utc_now
from core.db import SessionFactory, reading, transaction
from core.errors import Unavailable
from core.job_control import forget_finished, was_queued_lately
from core.jobs import enqueue
from jobs.index_build import INDEX_BUILD
from jobs.registry import Holder
from providers.imports.service import forget_imports

KEPT_DAYS = 30.0
_FORGET_SECONDS = 3600.0
# A build that failed, or that did not help, is not tried again at once.
_BUILD_REST_SECONDS = 600.0


class Upkeep:
    """Called now and then by whoever waits for jobs; most calls cost next to nothing."""

    def __init__(
        self, sessions: SessionFactory, holder: Holder, clock: Callable[[], float] = monotonic
    ) -> None:
        self._sessions = sessions
        self._holder = holder
        self._clock = clock
        self._forgot_at = float("-inf")

    def __call__(self) -> None:
        """Queue what is due."""
        self._rebuild_index()
        if self._clock() - self._forgot_at >= _FORGET_SECONDS:
            self._forgot_at = self._clock()
            with transaction(self._sessions, at="jobs.forgotten") as session:
                forget_finished(session, days=KEPT_DAYS)
            with transaction(self._sessions, at="imports.forgotten") as session:
                forget_imports(session, now=utc_now())

    def _rebuild_index(self) -> None:
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
