"""The kinds of jobs there are, and what a process needs to do them."""

from collections.abc import Callable
from functools import partial
from typing import Protocol
from uuid import UUID

from committee.queries import ranker_in_force
from core.clock import utc_now
from core.db import SessionFactory, make_engine, make_session_factory, transaction
from core.job_runs import Effects, Registry, Run
from core.jobs import set_hint
from core.outbox.expiring import tell_of_expiring
from core.outbox.invitation_letters import MAIL_INVITATION
from core.outbox.kinds import DELIVER_MAIL, DELIVER_WEBHOOKS, NOTIFY
from core.outbox.registration_letters import MAIL_REGISTRATION
from core.outbox.reset_letters import MAIL_RESET_LINK
from core.session_limits import JOBS
from core.settings import Settings
from enterprises.rematching import (
    REMATCH,
    REMATCH_SHARD,
    cut_into_shards,
    queue_rematch,
    rematch_shard,
)
from jobs import imports, messages
from jobs.audit import ANCHOR_CHAINS, VERIFY_CHAINS, anchor_chains, verify_chains
from jobs.index_build import INDEX_BUILD, build_index
from jobs.rankers import COMPARE, TRAIN, compare_ranker, train_ranker
from jobs.retention import RETENTION, delete_overdue
from providers.credentials import CREDENTIAL_EXPIRY, scan_credentials
from providers.engine import Engine, EngineHolder
from providers.imports.service import IMPORT_APPLY, IMPORT_CHECK, IMPORT_UNDO
from providers.imports.writing import ENCODE_TEXTS

# A job and the keeping of its lease, for two jobs at a time, the engine, and what looks at the clock.
CONNECTIONS = 6


class Holder(Protocol):
    """Gives out the engine in force, and knows whether its snapshot has become too old."""

    def current(self) -> Engine:
        """Return the engine.

        Raises:
            Unavailable: there is nothing to build it from.
        """
        ...

    @property
    def rebuild_wanted(self) -> bool:
        """Whether so much has changed since the snapshot that it should be built anew."""
        ...


def make_registry(settings: Settings, holder: Holder) -> Registry:
    """Return the handlers of this release by kind; nothing is opened.

    Args:
        settings: where the database and the snapshots are.
        holder: gives out the engine in force, as a request gets it.
    """

    def rematch(run: Run) -> Effects:
        return cut_into_shards(run, today=utc_now().date())

    def shard(run: Run) -> None:
        rematch_shard(run, current_engine=holder.current, now=utc_now)

    def scan(run: Run) -> None:
        with transaction(run.sessions, at="outbox.expiring") as session:
            tell_of_expiring(session, now=utc_now())
        scan_credentials(
            run,
            tell=messages.tell_of_qualifications,
            when_expired=lambda session: queue_rematch(session, {}),
        )

    return {
        REMATCH: rematch,
        REMATCH_SHARD: shard,
        INDEX_BUILD: partial(build_index, settings=settings),
        ANCHOR_CHAINS: partial(anchor_chains, settings=settings),
        VERIFY_CHAINS: partial(verify_chains, settings=settings),
        IMPORT_CHECK: imports.check,
        IMPORT_APPLY: imports.apply,
        IMPORT_UNDO: imports.undo,
        NOTIFY: partial(messages.spread, settings=settings),
        DELIVER_WEBHOOKS: partial(messages.send_webhooks, settings=settings),
        DELIVER_MAIL: partial(messages.send_mail, settings=settings),
        MAIL_INVITATION: partial(messages.send_invitation, settings=settings),
        MAIL_REGISTRATION: partial(messages.send_registration_letter, settings=settings),
        MAIL_RESET_LINK: partial(messages.send_reset_link, settings=settings),
        ENCODE_TEXTS: partial(imports.encode_texts, settings=settings),
        TRAIN: partial(train_ranker, settings=settings, current_engine=holder.current),
        COMPARE: partial(compare_ranker, current_engine=holder.current),
        CREDENTIAL_EXPIRY: scan,
        RETENTION: delete_overdue,
    }


class Workshop:
    """What one process needs to do jobs: connections of its own, and the engine.

    Nothing is opened before the first job.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        hint: Callable[[UUID], None] | None = None,
        holder: Holder | None = None,
    ) -> None:
        """Prepare.

        Args:
            settings: those of the process.
            hint: called with each job that a job queues, after its commit.
            holder: gives out the engine; one of its own if None.
        """
        self._database = make_engine(settings.sqlalchemy_url, pool_size=CONNECTIONS, limits=JOBS)
        self.sessions: SessionFactory = make_session_factory(self._database)
        if hint is not None:
            set_hint(self.sessions, hint)
        self._own: EngineHolder | None = None
        if holder is None:
            self._own = EngineHolder(self._database, settings, ranker_in_force=ranker_in_force)
            holder = self._own
        self.holder: Holder = holder
        self.registry: Registry = make_registry(settings, self.holder)

    def close(self) -> None:
        """Let go of the connections."""
        if self._own is not None:
            self._own.settle(2)
        self._database.dispose()
