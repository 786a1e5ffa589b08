"""Keeping the list of every open need up to date: matched anew when the engine becomes another.

A snapshot that is switched or a ranker that is promoted queues one job. It cuts the open needs into
shards by id, each a job of its own, so that any number of workers share them. A shard matches what
is not matched yet under the engine as it finds it and commits every few needs, so that one which is
killed goes on where it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from core.db import reading
from core.errors import InvalidInput
from core.job_control import cancel_parts
from core.job_runs import Effects, Run
from core.jobs import Job, enqueue
from core.outbox.events import Event, EventType
from core.outbox.notifying import notify_all
from enterprises import queries, understanding
from enterprises.corrections import as_used
from enterprises.models import Need
from enterprises.need_matches import NeedMatch
from enterprises.records import canonical_json, sha256_of
from enterprises.schemas import StructuredNeed
from matching.types import Float32Array, Query
from matching.understanding.equivalents import equivalents
from providers.engine import Engine

REMATCH = "rematch"
REMATCH_SHARD = "rematch_shard"

SHARD_NEEDS = 500
# Texts are encoded, and lists committed, so many at a time.
BATCH_NEEDS = 32
TOP = 10
_MAX_PROBLEM_CHARACTERS = 500

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A need to be matched: `query` is None where it cannot be any more, `problem` says why."""

    need_id: UUID
    version: int
    query: Query | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Rematched:
    """What came of a need: provider ids and scores, best first, or the need's problem."""

    need_id: UUID
    version: int
    ranked: tuple[tuple[str, float], ...] | None
    problem: str | None

    @property
    def sha256(self) -> str:
        """Checksum of the list, or of the problem."""
        return sha256_of(canonical_json([self.ranked, self.problem]))


def queue_rematch(session: Session, versions: Mapping[str, str]) -> Job:
    """Have every open need matched again, once the caller's transaction is committed.

    Called where a snapshot is switched or a ranker put in force, in that transaction. One that
    waits for the same versions is not queued twice.

    Args:
        session: the caller's transaction.
        versions: what became another, by name: `index`, `ranker`.
    """
    name = ",".join(f"{part}={version}" for part, version in sorted(versions.items()))
    key = f"{REMATCH}:{sha256_of(name)[:32]}"
    return enqueue(session, REMATCH, {"versions": dict(versions)}, key=key)


def cut_into_shards(run: Run, *, today: date) -> Effects:
    """Do a `rematch` job: queue one job for every 500 open needs, in place of those still left."""
    with reading(run.sessions) as session:
        ids = session.scalars(_open().order_by(Need.id)).all()
    total = len(ids)
    starts = ids[::SHARD_NEEDS]

    def write(session: Session) -> None:
        # Shards of an earlier engine: what they commit from now on would be older than ours.
        cancel_parts(session, REMATCH_SHARD)
        for place, first in enumerate(starts):
            after = starts[place + 1] if place + 1 < len(starts) else None
            job = enqueue(
                session,
                REMATCH_SHARD,
                {
                    # Of the first shard and the last an end is open, for needs that are yet to come.
                    "first": str(first) if place else None,
                    "end": None if after is None else str(after),
                    "on": today.isoformat(),
                },
                parent_id=run.job_id,
            )
            job.total = min(SHARD_NEEDS, total - place * SHARD_NEEDS)

    return write


def rematch_shard(
    run: Run, *, current_engine: Callable[[], Engine], now: Callable[[], datetime]
) -> None:
    """Do a `rematch_shard` job: match the needs of an id range that are not matched yet.

    Raises:
        LeaseLost, JobCancelled, JobReleased: the rest is another's, or for another time.
    """
    engine = current_engine()
    versions = _as_document(engine)
    on = date.fromisoformat(run.payload["on"])
    first, end = run.payload["first"], run.payload["end"]
    in_range = []
    if first is not None:
        in_range.append(Need.id >= UUID(first))
    if end is not None:
        in_range.append(Need.id < UUID(end))
    with reading(run.sessions) as session:
        ids = session.scalars(_open().where(*in_range).order_by(Need.id)).all()
        kept = _matched(session, ids, versions, on)
    left = [need_id for need_id in ids if need_id not in kept]
    done, total = len(ids) - len(left), len(ids)
    for some in _batches(left, BATCH_NEEDS):
        with reading(run.sessions) as session:
            needs = read_needs(session, engine, some, on=on)
        matched = list(rematch_needs(engine, needs, on_need=partial(run.progress, done, total)))
        with run.chunk(done + len(some), total) as session:
            store_matches(session, matched, versions=versions, on=on, now=now())
        done += len(some)
    with run.chunk(total, total) as session:
        _forget_deleted(session, in_range)


def read_needs(
    session: Session, engine: Engine, need_ids: Sequence[UUID], *, on: date
) -> list[OpenNeed]:
    """Read open needs as they are to be matched on a day, in the order of their ids."""
    needs = session.scalars(
        select(Need).where(Need.id.in_(need_ids), Need.deleted_at.is_(None)).order_by(Need.id)
    )
    return [_as_open_need(engine, need, on) for need in needs]


def _as_open_need(engine: Engine, need: Need, on: date) -> OpenNeed:
    structured: StructuredNeed = queries.as_structured(need)
    try:
        understanding.require_known_codes(engine, structured)
    except InvalidInput as error:
        # A list in force has dropped a code: one need less, and not the whole shard.
        problem = error.detail[:_MAX_PROBLEM_CHARACTERS]
        return OpenNeed(need.id, need.version, None, problem)
    used = as_used(structured, queries.as_reading(need))
    return OpenNeed(need.id, need.version, queries.as_query(used, on=on))


def rematch_needs(
    engine: Engine,
    needs: Iterable[OpenNeed],
    *,
    top: int = TOP,
    on_need: Callable[[], None] = lambda: None,
) -> Iterator[Rematched]:
    """Match needs one after the other with one engine, their texts encoded in batches.

    Args:
        engine: what is matched with; it is not looked at again whether it is in force.
        needs: any number; no more than a batch of them is held.
        top: how many providers are kept for each.
        on_need: called before each match; whatever it raises ends the work.
    """
    for some in _batches(needs, BATCH_NEEDS):
        vectors = _encode(engine, [need.query.text for need in some if need.query is not None])
        for need in some:
            on_need()
            if need.query is None:
                yield Rematched(need.need_id, need.version, None, need.problem)
                continue
            ranked = _rank(engine, need.query, vectors[need.query.text], top)
            yield Rematched(need.need_id, need.version, ranked, None)


def _encode(engine: Engine, texts: Sequence[str]) -> Mapping[str, Float32Array]:
    # Together they take a fraction of the time that they take one by one.
    distinct = list(dict.fromkeys(texts))
    vectors = engine.encoder.encode_queries(distinct) if distinct else ()
    return dict(zip(distinct, vectors, strict=True))


def _rank(
    engine: Engine, query: Query, vector: Float32Array, top: int
) -> tuple[tuple[str, float], ...]:
    """Rank as `Engine.match` does, with a vector that is at hand."""
    if not query.equivalents:
        query = replace(query, equivalents=equivalents(query.text, engine.terms))
    from matching.search.match import rank_view  # noqa: PLC0415 Numba: half a second, for matches only

    ranked = rank_view(query, vector, engine.view, engine.ranker, top=top, band=engine.band)
    return tuple((one.provider_id, one.score) for one in ranked)


def store_matches(
    session: Session,
    matched: Sequence[Rematched],
    *,
    versions: Mapping[str, str | int],
    on: date,
    now: datetime,
) -> int:
    """Keep the newest lists; return how many differ from what was kept before.

    A list that is the same as before only has its versions and its day brought up to date; of one
    that is another the organisation whose need it is for is told.
    """
    ids = [one.need_id for one in matched]
    whose = select(Need.id, Need.tenant_id).where(Need.id.in_(ids))
    tenants = dict(session.execute(whose).all())
    stored = {
        row.need_id: row
        for row in session.scalars(select(NeedMatch).where(NeedMatch.need_id.in_(ids)))
    }
    same: list[UUID] = []
    changed = 0
    events: list[Event] = []
    for one in matched:
        row, sha256 = stored.get(one.need_id), one.sha256
        if row is not None and (row.sha256, row.need_version) == (sha256, one.version):
            same.append(one.need_id)
            continue
        changed += 1
        if row is None:
            row = NeedMatch(need_id=one.need_id, tenant_id=tenants[one.need_id])
            session.add(row)
        elif row.sha256 != sha256:
            kind, said = EventType.NEED_REMATCHED, {"need_version": one.version}
            events.append(Event(row.tenant_id, kind, str(one.need_id), said))
        row.need_version = one.version
        row.versions = dict(versions)
        row.matched_on = on
        row.sha256 = sha256
        row.ranked = None if one.ranked is None else [list(pair) for pair in one.ranked]
        row.problem = one.problem
        row.changed_at = now
    session.flush()
    notify_all(session, events, now=now)
    if same:
        session.execute(
            update(NeedMatch)
            .where(NeedMatch.need_id.in_(same))
            .values(versions=dict(versions), matched_on=on)
            .execution_options(synchronize_session=False)
        )
    return changed


def _open() -> Select[UUID]:
    return select(Need.id).where(Need.deleted_at.is_(None))


def _matched(
    session: Session, ids: Sequence[UUID], versions: Mapping[str, str | int], on: date
) -> set[UUID]:
    """Return which of these needs were matched, as they are now, under the same versions."""
    rows = session.execute(
        select(NeedMatch.need_id, NeedMatch.versions)
        .join(Need, Need.id == NeedMatch.need_id)
        .where(
            NeedMatch.need_id.in_(ids),
            NeedMatch.need_version == Need.version,
            NeedMatch.matched_on >= on,
        )
    )
    return {need_id for need_id, stored in rows if stored == versions}


def _forget_deleted(session: Session, in_range: Sequence[Any]) -> None:  # Any: SQL conditions
    deleted = select(Need.id).where(*in_range, Need.deleted_at.is_not(None))
    session.execute(
        delete(NeedMatch)
        .where(NeedMatch.need_id.in_(deleted))
        .execution_options(synchronize_session=False)
    )


def _as_document(engine: Engine) -> dict[str, str | int]:
    return asdict(engine.versions)


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
