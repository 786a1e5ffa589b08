"""What is asked for only when the metrics are read: the index, the jobs, the database."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.audit.queries import count_lately
from core.audit.vocabulary import Action
from core.db import reading
from core.job_control import JobsAhead, jobs_ahead, parked_by_kind
from core.jobs import JobState
from core.outbox.waiting import oldest_unsent_seconds
from providers.catalogue_state import catalogue_sequence
from providers.engine import EngineHolder, Status

log = structlog.get_logger(__name__)

_LATELY_SECONDS = 300.0


class StateCollector(Collector):
    """Reads the state of what a server stands on, anew at each scrape.

    Args:
        database: where the jobs and the number of the latest change are.
        holder: gives out the engine.
        snapshots: the folder of the snapshots on this machine.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        database: Engine,
        holder: EngineHolder,
        snapshots: Path,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._holder = holder
        self._snapshots = snapshots
        self._clock = clock

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: nothing is read when this is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read and tell; what the database does not say is left out."""
        ahead: JobsAhead | None = None
        sequence = 0
        counted: list[Metric] = []
        try:
            with reading(self._database) as session:
                sequence = catalogue_sequence(session)
                counted = [*_of_parked(session), *_of_messages(session), *_of_sign_ins(session)]
                ahead = jobs_ahead(session)
        except SQLAlchemyError as error:
            log.warning("metrics without the database", error=type(error).__name__)
        yield GaugeMetricFamily(
            "landbridge_database_up",
            "1 where the database answered this scrape",
            value=0.0 if ahead is None else 1.0,
        )
        if ahead is not None:
            yield from _of_jobs(ahead)
            yield from counted
        status = self._holder.status
        if status is not None:
            yield from self._of_index(status, None if ahead is None else sequence)

    def _of_index(self, status: Status, sequence: int | None) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "landbridge_index_providers", "Providers that are served", value=status.providers
        )
        yield GaugeMetricFamily(
            "landbridge_index_changed_providers",
            "Providers that changed since the snapshot and are laid over it",
            value=status.changed,
        )
        if sequence is not None:
            yield GaugeMetricFamily(
                "landbridge_index_changes_behind",
                "Changes of the catalogue that are not taken up yet; the next match takes them up",
                value=max(sequence - status.sequence, 0),
            )
        age = self._age(status)
        if age is not None:
            yield GaugeMetricFamily(
                "landbridge_index_age_seconds",
                "Since the snapshot that serves was written; absent where all is in memory",
                value=age,
            )

    def _age(self, status: Status) -> float | None:
        if status.snapshot is None:
            return None
        try:
            written_at = (self._snapshots / status.snapshot).stat().st_mtime
        except OSError:
            return None  # deleted: what is mapped goes on serving
        return max(self._clock() - written_at, 0.0)


def _of_jobs(ahead: JobsAhead) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("landbridge_jobs", "Jobs by state", labels=["state"])
    for state in JobState:
        jobs.add_metric([state.value], ahead.states.get(state.value, 0))
    yield jobs
    yield GaugeMetricFamily(
        "landbridge_jobs_oldest_wait_seconds",
        "How long the job that has waited longest has been due",
        value=ahead.oldest_wait_seconds,
    )


def _of_parked(session: Session) -> Iterator[Metric]:
    parked = GaugeMetricFamily(
        "landbridge_jobs_parked", "Jobs that somebody has to look at, by kind", labels=["kind"]
    )
    for kind, count in parked_by_kind(session).items():
        parked.add_metric([kind], count)
    yield parked


def _of_messages(session: Session) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "landbridge_outbox_oldest_unsent_seconds",
        "How long the oldest message that is due has waited to be sent",
        value=oldest_unsent_seconds(session),
    )


def _of_sign_ins(session: Session) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "landbridge_sign_ins_failed",
        "Sign-ins that failed in the last five minutes, on all servers",
        value=count_lately(session, Action.ACCOUNT_SIGN_IN_FAILED, seconds=_LATELY_SECONDS),
    )
