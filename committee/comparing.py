"""A ranker compared with the one in force on frozen queries, and the result kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from committee import queries
from committee.comparison import Progress, compare
from committee.errors import RankerInForceChanged, RankerNotFound
from committee.events import record_event
from committee.frozen import FrozenQueries, as_judged, freeze, read_frozen, write_frozen
from committee.judgements.queries import feedback
from committee.models import EventKind, FrozenQuerySet, Ranker, RankerComparison
from committee.schemas import ComparisonRead
from core.audit.vocabulary import ReadPurpose
from core.db import SessionFactory, reading, transaction
from core.identity.actor import Actor, UserKind
from enterprises.records import canonical_json, sha256_of
from enterprises.trail import record_needs_read
from providers.catalogue_state import lock_catalogue
from providers.engine import Engine, EngineHolder


def freeze_queries(
    session: Session,
    actor: Actor,
    *,
    frozen: FrozenQueries,
    reason: str,
    now: datetime,
    set_id: UUID | None = None,
) -> FrozenQuerySet:
    """Store a new set of frozen queries; comparisons made on the one before count no more."""
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR, UserKind.COMMITTEE)
    document = write_frozen(frozen)
    stored = FrozenQuerySet(
        id=set_id or uuid4(), created_at=now, document=document, sha256=sha256_of(document)
    )
    session.add(stored)
    session.flush()
    record_event(session, actor, EventKind.FROZEN, None, reason=reason, now=now)
    return stored


@dataclass(frozen=True, slots=True)
class Measured:
    """A comparison that is not kept yet; `frozen` are its queries where they are new."""

    found: ComparisonRead
    frozen: FrozenQueries | None


def compare_rankers(
    sessions: SessionFactory,
    actor: Actor,
    holder: EngineHolder,
    *,
    version: str,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> ComparisonRead:
    """Compare a ranker with the one in force on the frozen queries, and keep the result.

    Ranking them takes long, so it happens between two transactions; broken off, it has changed
    nothing.

    Raises:
        what `measure_rankers` and `keep_comparison` raise.
    """
    measured = measure_rankers(sessions, actor, holder.current, version=version, progress=progress)
    with transaction(sessions) as session:
        keep_comparison(session, actor, measured, now=now)
    return measured.found


def measure_rankers(
    sessions: SessionFactory,
    actor: Actor,
    current_engine: Callable[[], Engine],
    *,
    version: str,
    progress: Progress = lambda done, total: None,
) -> Measured:
    """Compare a ranker with the one in force on the frozen queries; nothing is stored.

    Where none are frozen yet, they are chosen.

    Raises:
        RankerNotFound: no ranker has that version.
        RankerUnusable: this release cannot use its document.
        RankerInForceChanged: it is in force itself.
        NothingToFreeze: the catalogue has no past needs with known answers.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR, UserKind.COMMITTEE)
    with reading(sessions) as session:
        candidate = queries.usable_ranker(queries.get_ranker(session, version))
        is_stored = session.get(Ranker, version) is not None
        in_force = queries.ranker_in_force(session).ranker
        stored = queries.latest_frozen_set(session)
    if candidate.version == in_force.version:
        raise RankerInForceChanged(f"{version} is in force: there is nothing to compare it with")
    if not is_stored:
        raise RankerNotFound(f"{version} ships with this release but was not proposed yet")
    engine = current_engine()
    if stored is None:
        with reading(sessions) as session:
            frozen = freeze(engine.index, as_judged(feedback(session), engine.index))
    else:
        frozen = read_frozen(stored.document)
    found = compare(
        engine,
        frozen,
        candidate,
        in_force,
        frozen_query_set_id=uuid4() if stored is None else stored.id,
        progress=progress,
    )
    return Measured(found, frozen if stored is None else None)


def keep_comparison(session: Session, actor: Actor, measured: Measured, *, now: datetime) -> None:
    """Store a comparison; the first one freezes its queries.

    Raises:
        RankerInForceChanged: another ranker was promoted meanwhile.
    """
    found = measured.found
    lock_catalogue(session)
    if queries.ranker_in_force(session).ranker.version != found.in_force:
        raise RankerInForceChanged(
            f"{found.in_force} is no longer in force: compare {found.candidate} again"
        )
    if measured.frozen is not None:
        freeze_queries(
            session,
            actor,
            frozen=measured.frozen,
            reason=f"first comparison, of {found.candidate}",
            now=now,
            set_id=found.frozen_query_set,
        )
    _store_comparison(session, actor, found, now=now)
    shown = queries.shown_needs(found)
    record_needs_read(session, actor, shown, purpose=ReadPurpose.JUDGING)


def _store_comparison(
    session: Session, actor: Actor, found: ComparisonRead, *, now: datetime
) -> None:
    document = canonical_json(found.model_dump(mode="json", by_alias=True))
    session.merge(
        RankerComparison(
            ranker_version=found.candidate,
            against_version=found.in_force,
            frozen_query_set_id=found.frozen_query_set,
            document=document,
            sha256=sha256_of(document),
            passed=found.passed,
            compared_at=now,
        )
    )
    said = f"{'passes' if found.passed else 'fails'} the gate against {found.in_force}"
    session.flush()
    record_event(session, actor, EventKind.COMPARED, found.candidate, reason=said, now=now)
