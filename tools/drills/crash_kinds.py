"""The kinds of jobs that `tools/crash_points.py` lets die: what each begins with, and who does it."""

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event
from uuid import UUID

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.clock import utc_now
from core.crash_points import points_of
from core.db import SessionFactory, make_engine, make_session_factory, reading, transaction
from core.identity.actor import OPERATOR
from core.job_runs import Effects, Handler, Run, Timing, execute_job
from core.jobs import Job, enqueue, set_hint
from core.outbox.kinds import DELIVER_MAIL, DELIVER_WEBHOOKS, NOTIFY
from core.schedules import meet
from core.settings import Settings
from enterprises.rematching import REMATCH, queue_rematch
from jobs.audit import ANCHOR_CHAINS, VERIFY_CHAINS
from jobs.celery_app import sweep
from jobs.embedded import EmbeddedWorker, lock_of
from jobs.index_build import INDEX_BUILD
from jobs.rankers import COMPARE, TRAIN
from jobs.registry import Workshop
from jobs.schedules import SCHEDULES, queue_due
from jobs.upkeep import Upkeep
from matching.types import Float32Array
from providers.engine import Engine
from providers.imports import service
from providers.imports.service import IMPORT_APPLY, IMPORT_CHECK, IMPORT_UNDO
from providers.imports.writing import ENCODE_TEXTS
from providers.vectors import encode_missing
from tools.drills.outbox import OUTBOX, tell
from tools.drills.states import jobs_left
from tools.drills.world import SOURCE, provider_row, providers_table

PROBE = "probe"
PROBE_PART = "probe_part"
CLOCK = "clock"
# Kinds that are not brought about here, and where else they are tried.
NOT_TRIED = {
    TRAIN: "learns for minutes; one proposal, written in the transaction of its end",
    COMPARE: "needs past needs with known answers; one record, in the transaction of its end",
    VERIFY_CHAINS: "only reads",
    ANCHOR_CHAINS: "writes to a place outside, under the same name each time",
    DELIVER_WEBHOOKS: "sends outside: tests/core/outbox has its crashes",
    DELIVER_MAIL: "sends outside, as webhooks do",
}
# When a token or a session was last seen, on which nothing hangs; what was read, told in a transaction
# of its own before the answer leaves; and the points of kinds that are not tried.
NOT_REACHED = frozenset(
    point
    for commit in (
        "request.seen", "reads.noted",
        "outbox.claim", "outbox.expiring", "webhook.recorded", "mail.recorded",
    )
    for point in points_of(commit)
) | {"webhook.sent", "mail.sent"}  # fmt: skip
# A lease that is renewed while the probe waits, and a rest that nobody has to wait for.
TIMING = Timing(lease_seconds=0.6, retry_seconds=0.02)
_PATIENCE_SECONDS = 120.0
_pause = Event()  # never set: waiting for it is waiting


class TinyEncoder:
    """Turns a text into four numbers of its checksum: an encoder that costs nothing."""

    version = "tiny-1"
    dimensions = 4

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        """Encode needs: shape (n, 4)."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        """Encode evidence: shape (n, 4)."""
        digests = [hashlib.sha256(one.encode()).digest()[:4] for one in texts]
        raw = np.array([list(digest) for digest in digests], dtype=np.float32) + 1
        vectors: Float32Array = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        return vectors


def probe(run: Run) -> Effects:
    """Fail once, go on for longer than a third of a lease, and write effects that may stand twice."""
    run.progress(0, 2)
    if run.attempt == 1:
        raise RuntimeError("the first attempt at a probe fails")
    with reading(run.sessions) as session:
        begun = session.scalar(
            select(func.count()).select_from(Job).where(Job.parent_id == run.job_id)
        )
    if not begun:
        with run.chunk(1, 2) as session:
            enqueue(session, PROBE_PART, {"part": 1}, parent_id=run.job_id)
    _pause.wait(TIMING.lease_seconds / 3 * 1.6)

    def write(session: Session) -> None:
        enqueue(session, PROBE_PART, {"part": 2})

    return write


def probe_part(run: Run) -> None:
    """Do nothing: that it was queued is the effect."""
    run.progress(1, 1)


class _WornHolder:
    """Says that the index should be built anew, as after many changes."""

    rebuild_wanted = True

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    def current(self) -> Engine:
        return self._shop.holder.current()


def handlers(shop: Workshop) -> dict[str, Handler]:
    """Return the handlers of this release, and those of the probe."""
    found: dict[str, Handler] = {**shop.registry, PROBE: probe, PROBE_PART: probe_part}
    found[ENCODE_TEXTS] = _encode
    found |= OUTBOX
    return found


def _encode(run: Run) -> None:
    encode_missing(run.sessions, TinyEncoder(), progress=run.progress)


def work(settings: Settings, *, is_worn: bool = False) -> None:
    """Be the worker of a server until no job is left."""
    shop = Workshop(settings)
    upkeep = Upkeep(shop.sessions, _WornHolder(shop) if is_worn else shop.holder)
    worker = EmbeddedWorker(
        shop.sessions,
        handlers(shop),
        lock=lock_of(settings.sqlalchemy_url),
        timing=TIMING,
        when_idle=upkeep,
    )
    set_hint(shop.sessions, worker.wake)
    worker.start()
    worker.is_working.wait(_PATIENCE_SECONDS)
    if is_worn:
        _wait_for_build(shop.sessions)
    while jobs_left(shop.sessions):
        _pause.wait(0.01)
    worker.stop()
    shop.close()


def _wait_for_build(sessions: SessionFactory) -> None:
    while True:
        with reading(sessions) as session:
            if session.scalar(select(Job.id).where(Job.kind == INDEX_BUILD)) is not None:
                return
        _pause.wait(0.01)


def work_by_the_clock(settings: Settings) -> None:
    """Queue what is due by the clock, then be the worker."""
    engine = make_engine(settings.sqlalchemy_url)
    queue_due(make_session_factory(engine))
    engine.dispose()
    work(settings)


def work_swept(settings: Settings) -> None:
    """Do jobs as a worker that hears of them from a sweep, in this process."""
    shop = Workshop(settings)
    registry = handlers(shop)

    def run(job_id: UUID) -> None:
        execute_job(shop.sessions, registry, job_id, timing=TIMING)

    while jobs_left(shop.sessions):
        sweep(shop.sessions, run)
        _pause.wait(0.01)
    shop.close()


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of job is brought about and done.

    Attributes:
        queue: writes what comes before, and the job.
        work: does it, and all that follows from it, in a process that may die.
        is_timed: whether points that are reached as time passes are tried too.
    """

    queue: Callable[[SessionFactory], object]
    work: Callable[[Settings], None] = work
    is_timed: bool = False


def _enqueue(sessions: SessionFactory, kind: str) -> None:
    with transaction(sessions) as session:
        enqueue(session, kind, {})


def _rematch(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        queue_rematch(session, {"index": "drill"})


def _rematch_long_ago(sessions: SessionFactory) -> None:
    _rematch(sessions)
    with transaction(sessions) as session:
        for job in session.scalars(select(Job)):
            job.created_at = job.created_at.replace(year=2020)


def _known_since_yesterday(sessions: SessionFactory) -> None:
    """Have every schedule met before: the first time of one queues nothing."""
    with transaction(sessions) as session:
        for schedule in SCHEDULES:
            meet(session, schedule, schedule.latest(utc_now()) - schedule.every)


def _send(sessions: SessionFactory) -> UUID:
    # Half of them are there already with another city, so that there is something to put back.
    rows = [provider_row(number, city="Hanoi") for number in range(0, 12, 2)]
    rows += [provider_row(number, "new") for number in range(5)]
    content = providers_table([*rows, provider_row(1, "bad", kind="nonsense")])
    with transaction(sessions) as session:
        return service.accept_file(
            session, OPERATOR, kind="providers", source=SOURCE, now=utc_now(),
            file=service.UploadedFile(
                io.BytesIO(content), "drill.csv", hashlib.sha256(content).hexdigest(), len(content)
            ),
        ).supply_import.id  # fmt: skip


def _done(sessions: SessionFactory, settings: Settings) -> None:
    """Do what is queued at present, without dying."""
    shop = Workshop(settings)
    registry = handlers(shop)
    while jobs_left(sessions):
        with reading(sessions) as session:
            waiting = session.scalars(select(Job.id).where(Job.state == "queued")).all()
        for job_id in waiting:
            execute_job(shop.sessions, registry, job_id, timing=TIMING)
    shop.close()


def kinds(settings: Settings) -> Mapping[str, Kind]:
    """Return the kinds by name; what comes before is done with these settings."""

    def confirmed(sessions: SessionFactory) -> UUID:
        import_id = _send(sessions)
        _done(sessions, settings)
        with transaction(sessions) as session:
            service.confirm_import(session, OPERATOR, import_id=import_id, now=utc_now())
        return import_id

    def undone(sessions: SessionFactory) -> None:
        import_id = confirmed(sessions)
        _done(sessions, settings)
        with transaction(sessions) as session:
            service.undo_import(session, OPERATOR, import_id=import_id, now=utc_now())

    def encoding(sessions: SessionFactory) -> None:
        with transaction(sessions) as session:
            session.execute(text("DELETE FROM text_vector"))
        _enqueue(sessions, ENCODE_TEXTS)

    return {
        REMATCH: Kind(_rematch),
        INDEX_BUILD: Kind(partial(_enqueue, kind=INDEX_BUILD)),
        IMPORT_CHECK: Kind(_send),
        IMPORT_APPLY: Kind(confirmed),
        IMPORT_UNDO: Kind(undone),
        ENCODE_TEXTS: Kind(encoding),
        NOTIFY: Kind(tell),
        PROBE: Kind(partial(_enqueue, kind=PROBE), is_timed=True),
        "swept": Kind(_rematch_long_ago, work_swept),
        CLOCK: Kind(_known_since_yesterday, work_by_the_clock),
        "upkeep": Kind(lambda _sessions: None, partial(work, is_worn=True)),
    }
