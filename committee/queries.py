"""Reads of quality: rankers, the votes on them, what happened to them, how they compare."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from committee.errors import ComparisonNotFound, RankerNotFound, RankerUnusable
from committee.frozen import need_id_of
from committee.models import (
    EventKind,
    FrozenQuerySet,
    Ranker,
    RankerComparison,
    RankerEvent,
    RankerState,
    RankerVote,
)
from committee.schemas import ComparisonRead, EventRead, RankerDetail, RankerRead, VoteRead
from committee.voting import VotingRules
from enterprises.records import sha256_of
from enterprises.storable import is_storable
from enterprises.trail import note_read
from matching.ranker.additive import AdditiveRanker
from matching.ranker.document import (
    InvalidRanker,
    RankerDocument,
    read_document,
    write_document,
)
from providers.packaged_ranker import read_packaged_ranker

# Who "proposed" what came with the software.
SHIPPED_BY = "landbridge"

log = structlog.get_logger()


def ranker_in_force(session: Session) -> RankerDocument:
    """Return the ranker that ranks now: the promoted one, or the packaged one.

    A promoted ranker that this release cannot read (its features have changed) does not stop the
    service: the packaged one ranks until a new one is promoted, and the log says why.
    """
    row = row_in_force(session)
    if row is not None:
        try:
            return read_document(row.document)
        except InvalidRanker as error:
            log.warning("the promoted ranker cannot be used", ranker=row.version, reason=str(error))
    return read_packaged_ranker()


def problem_in_force(session: Session) -> str | None:
    """Say why the promoted ranker cannot be used; None where it can, or none was promoted."""
    row = row_in_force(session)
    return None if row is None else problem_of(row)


def problem_of(ranker: Ranker) -> str | None:
    """Say why this release cannot use a ranker's document; None where it can."""
    try:
        read_document(ranker.document)
    except InvalidRanker as error:
        return str(error)
    return None


def list_rankers(session: Session) -> Sequence[Ranker]:
    """Return every ranker, latest first; the packaged one stands last.

    While none was promoted, the packaged one has no row and is made up here.
    """
    # A list tells of no curve, and a document is a hundred times as long as the rest of its row.
    newest_first = select(Ranker).order_by(Ranker.proposed_at.desc(), Ranker.version)
    rows = session.scalars(newest_first.options(defer(Ranker.document))).all()
    packaged = packaged_row(session)
    return rows if packaged is None else (*rows, packaged)


def get_ranker(session: Session, version: str) -> Ranker:
    """Return one ranker; the packaged one is made up while it has no row.

    Raises:
        RankerNotFound: no ranker has that version.
    """
    row = session.get(Ranker, version) if is_storable(version) else None
    if row is None:
        row = packaged_row(session)
    if row is None or row.version != version:
        raise RankerNotFound(f"no ranker has the version {version[:120]!r}")
    return row


def packaged_version() -> str:
    """Return the version of the ranker that ships."""
    return read_packaged_ranker().ranker.version


def packaged_row(session: Session) -> Ranker | None:
    """Describe the packaged ranker as a row that is not stored; None where it has one.

    It is in force unless another one is.
    """
    document = read_packaged_ranker()
    if session.get(Ranker, document.ranker.version) is not None:
        return None
    data = write_document(document)
    in_force = row_in_force(session)
    return Ranker(
        version=document.ranker.version,
        name=document.ranker.name,
        document=data,
        sha256=sha256_of(data.decode()),
        proposed_by=SHIPPED_BY,
        proposed_at=datetime.combine(document.card.created_on, time(), UTC),
        note="shipped with the product",
        state=RankerState.IN_FORCE if in_force is None else RankerState.RETIRED,
    )


def describe_ranker(session: Session, version: str, *, rules: VotingRules) -> RankerDetail:
    """Return a ranker with its card, the votes on it and what happened to it.

    Raises:
        RankerNotFound: no ranker has that version.
    """
    ranker = get_ranker(session, version)
    problem = problem_of(ranker)
    return RankerDetail(
        **RankerRead.model_validate(ranker).model_dump(),
        problem=problem,
        card=None if problem else json.loads(ranker.document)["card"],
        quorum=rules.quorum,
        votes=describe_votes(session, ranker, rules=rules),
        events=[EventRead.model_validate(event) for event in list_events(session, version)],
    )


def describe_votes(session: Session, ranker: Ranker, *, rules: VotingRules) -> list[VoteRead]:
    """Return the votes on a ranker, first voted first, each with whether it counts."""
    return [
        VoteRead(
            approver_id=vote.approver_id,
            verdict=vote.verdict,
            reason=vote.reason,
            voted_at=vote.voted_at,
            counts=rules.counts(vote.approver_id, proposed_by=ranker.proposed_by),
        )
        for vote in list_votes(session, ranker.version)
    ]


def list_votes(session: Session, version: str) -> Sequence[RankerVote]:
    """Return the votes on a ranker, first voted first."""
    wanted = select(RankerVote).where(RankerVote.ranker_version == version)
    return session.scalars(wanted.order_by(RankerVote.voted_at, RankerVote.approver_id)).all()


def list_events(
    session: Session, version: str | None = None, *, limit: int = 100
) -> Sequence[RankerEvent]:
    """Return what happened to one ranker, or to all of them, latest first."""
    wanted = select(RankerEvent).order_by(RankerEvent.id.desc()).limit(limit)
    if version is not None:
        wanted = wanted.where(
            (RankerEvent.ranker_version == version) | (RankerEvent.replaced_version == version)
        )
    return session.scalars(wanted).all()


def version_before(session: Session) -> str | None:
    """Return which ranker a rollback puts back; None where no promotion is left to undo.

    Promotions are a stack: a rollback undoes the latest one that was not undone yet.
    """
    moves = session.scalars(
        select(RankerEvent)
        .where(RankerEvent.kind.in_([EventKind.PROMOTED, EventKind.ROLLED_BACK]))
        .order_by(RankerEvent.id)
    )
    replaced: list[str] = []
    for move in moves:
        if move.kind == EventKind.ROLLED_BACK:
            replaced.pop()
        elif move.replaced_version is not None:
            replaced.append(move.replaced_version)
    return replaced[-1] if replaced else None


def latest_frozen_set(session: Session) -> FrozenQuerySet | None:
    """Return the frozen queries that count now; None before the first comparison."""
    newest = select(FrozenQuerySet).order_by(FrozenQuerySet.created_at.desc(), FrozenQuerySet.id)
    return session.scalars(newest.limit(1)).first()


def find_comparison(session: Session, version: str, *, against: str) -> RankerComparison | None:
    """Return a ranker's comparison with another on the frozen queries that count now."""
    frozen = latest_frozen_set(session)
    return None if frozen is None else session.get(RankerComparison, (version, against, frozen.id))


def get_comparison(session: Session, version: str, *, against: str | None = None) -> ComparisonRead:
    """Return how a ranker compares with another one.

    Args:
        session: the caller's transaction.
        version: the ranker.
        against: the other; without it the latest comparison, whatever it was made with.

    Raises:
        RankerNotFound: no ranker has that version.
        ComparisonNotFound: there is no such comparison.
    """
    get_ranker(session, version)
    found = select(RankerComparison).where(RankerComparison.ranker_version == version)
    if against is not None:
        found = found.where(RankerComparison.against_version == against)
    latest = session.scalars(found.order_by(RankerComparison.compared_at.desc()).limit(1)).first()
    if latest is None:
        other = "any other" if against is None else repr(against[:120])
        raise ComparisonNotFound(
            f"{version} was not compared with {other} yet: run "
            f"`landbridge ranker compare {version}`"
        )
    comparison = ComparisonRead.model_validate_json(latest.document)
    note_read(session, shown_needs(comparison))
    return comparison


def shown_needs(comparison: ComparisonRead) -> list[UUID]:
    """Return the stored needs whose words a comparison shows."""
    found = (need_id_of(one.query_id) for one in comparison.changed)
    return [need_id for need_id in found if need_id is not None]


def row_in_force(session: Session) -> Ranker | None:
    """Return the promoted ranker; None while the packaged one is in force."""
    return session.scalar(select(Ranker).where(Ranker.state == RankerState.IN_FORCE))


def usable_ranker(ranker: Ranker) -> AdditiveRanker:
    """Return what a stored ranker ranks with.

    Raises:
        RankerUnusable: this release cannot use its document.
    """
    try:
        return read_document(ranker.document).ranker
    except InvalidRanker as error:
        raise RankerUnusable(f"{ranker.version}: {error}") from error
