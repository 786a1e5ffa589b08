"""Writes of quality: a ranker is proposed, voted on, promoted, rolled back; `comparing` compares it.

Every change of state is an event. Two changes at once wait for each other: promotions for the
catalogue's row, votes for the ranker's.
"""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from committee import queries
from committee.errors import (
    GateClosed,
    NotAccepted,
    NotAnApprover,
    NotCompared,
    NothingToRollBack,
    RankerExists,
    RankerInForceChanged,
    RankerUnusable,
    VotingClosed,
)
from committee.events import record_event
from committee.models import (
    EventKind,
    Ranker,
    RankerComparison,
    RankerState,
    RankerVote,
    Verdict,
)
from committee.schemas import ComparisonRead
from committee.voting import VotingRules
from core.identity.actor import Actor, UserKind
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.notifying import notify
from enterprises.records import sha256_of
from enterprises.rematching import queue_rematch
from matching.ranker.document import InvalidRanker, read_document, write_document
from providers.catalogue_state import RANKER, lock_catalogue, touch_catalogue

NAME_CHARACTERS = 60
_NAME = re.compile(f"[a-z0-9][a-z0-9_-]{{0,{NAME_CHARACTERS - 1}}}")
_OPEN_TO_PROMOTION = (RankerState.ACCEPTED, RankerState.RETIRED)


def is_name(name: str) -> bool:
    """Tell whether a ranker may be called so: its name stands in addresses."""
    return _NAME.fullmatch(name) is not None


def propose_ranker(
    session: Session, actor: Actor, *, data: bytes, note: str = "", now: datetime
) -> Ranker:
    """Store a ranker for the approvers to decide on.

    Raises:
        RankerUnusable: the document is damaged, edited, or of another catalogue of features.
        RankerExists: the same ranker is stored already, or ships with this release.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR, UserKind.COMMITTEE)
    try:
        document = read_document(data)
    except InvalidRanker as error:
        raise RankerUnusable(str(error)) from error
    version = document.ranker.version
    if not is_name(document.ranker.name):
        raise RankerUnusable(
            f"the name {document.ranker.name[:60]!r} cannot stand in an address: take up to "
            f"{NAME_CHARACTERS} of a-z, 0-9, hyphen and underscore"
        )
    if version == queries.ranker_in_force(session).ranker.version:
        raise RankerExists(f"{version} is in force")
    canonical = write_document(document)
    ranker = Ranker(
        version=version,
        name=document.ranker.name,
        document=canonical,
        sha256=sha256_of(canonical.decode()),
        proposed_by=actor.actor_id,
        proposed_at=now,
        note=note,
        state=RankerState.PROPOSED,
    )
    try:
        with session.begin_nested():
            session.add(ranker)
    except IntegrityError as error:
        known = queries.get_ranker(session, version)
        raise RankerExists(
            f"{version} was proposed by {known.proposed_by} on {known.proposed_at:%Y-%m-%d}; "
            f"it is {known.state.replace('_', ' ')}"
        ) from error
    record_event(session, actor, EventKind.PROPOSED, version, reason=note, now=now)
    notify(session, PLATFORM_ID, EventType.RANKER_PROPOSED, version, now=now)
    return ranker


def vote_on_ranker(
    session: Session,
    actor: Actor,
    *,
    version: str,
    verdict: Verdict,
    reason: str,
    rules: VotingRules,
    now: datetime,
) -> Ranker:
    """Take the vote of an approver, and decide where the votes do.

    An approver has one vote and may change it until the decision. The proposer's is kept and shown
    but does not count.

    Raises:
        RankerNotFound: no ranker has that version.
        NotAnApprover: the settings name others, or the actor has not signed in.
        VotingClosed: it is decided.
    """
    actor.require(UserKind.COMMITTEE)
    if not rules.may_vote(actor):
        raise NotAnApprover(
            f"{actor.actor_id!r} is not among the approvers: LANDBRIDGE_APPROVERS names them"
        )
    ranker = _locked(session, version)
    if ranker.state != RankerState.PROPOSED:
        raise VotingClosed(f"{version} is {ranker.state.replace('_', ' ')} already")
    session.merge(
        RankerVote(
            ranker_version=version,
            approver_id=actor.actor_id,
            verdict=verdict,
            reason=reason,
            voted_at=now,
        )
    )
    session.flush()
    record_event(session, actor, EventKind.VOTED, version, reason=f"{verdict}: {reason}", now=now)
    votes = [(vote.approver_id, vote.verdict) for vote in queries.list_votes(session, version)]
    tally = rules.tally(votes, proposed_by=ranker.proposed_by)
    ranker.state = rules.decide(tally)
    if ranker.state != RankerState.PROPOSED:
        kind = EventKind.ACCEPTED if ranker.state == RankerState.ACCEPTED else EventKind.REFUSED
        said = f"{tally.accepting} for, {tally.refusing} against, quorum {rules.quorum}"
        record_event(session, actor, kind, version, reason=said, now=now)
        decided = {"state": ranker.state.value}
        notify(session, PLATFORM_ID, EventType.RANKER_DECIDED, version, decided, now=now)
    session.flush()
    return ranker


def promote_ranker(
    session: Session, actor: Actor, *, version: str, reason: str, now: datetime
) -> Ranker:
    """Put an accepted ranker in force; every process ranks with it from its next request on.

    Raises:
        RankerNotFound: no ranker has that version.
        NotAccepted: the approvers have not accepted it.
        RankerUnusable: this release cannot use its document.
        NotCompared: there is no comparison with the ranker in force on the frozen queries.
        GateClosed: it did worse in that comparison; no vote outweighs that.
        RankerInForceChanged: it is in force, or another one was promoted since the comparison.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    lock_catalogue(session)
    ranker = _locked(session, version)
    if ranker.state == RankerState.IN_FORCE:
        raise RankerInForceChanged(f"{version} is in force already")
    if ranker not in session:
        raise NotAccepted(f"{version} ships with this release but was not proposed yet")
    if ranker.state not in _OPEN_TO_PROMOTION:
        raise NotAccepted(f"{version} is {ranker.state}: approvers accept it by their votes")
    queries.usable_ranker(ranker)
    against = queries.ranker_in_force(session).ranker.version
    _require_passed(session, version, against)
    return _put_in_force(session, actor, ranker, EventKind.PROMOTED, reason=reason, now=now)


def roll_back(session: Session, actor: Actor, *, reason: str, now: datetime) -> Ranker:
    """Put the ranker back in force that the latest promotion replaced; outputs are as before it.

    Raises:
        NothingToRollBack: no promotion is left to undo.
        RankerUnusable: this release cannot use the former ranker's document.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    lock_catalogue(session)
    version = queries.version_before(session)
    if version is None:
        raise NothingToRollBack("no promotion is left to roll back")
    ranker = _locked(session, version)
    queries.usable_ranker(ranker)
    return _put_in_force(session, actor, ranker, EventKind.ROLLED_BACK, reason=reason, now=now)


def _require_passed(session: Session, version: str, against: str) -> None:
    found = queries.find_comparison(session, version, against=against)
    if found is None:
        raise _why_not_compared(session, version, against=against)
    if sha256_of(found.document) != found.sha256:
        raise GateClosed(f"{version} against {against}: the comparison was edited; compare again")
    # The flag of the row is for lists; what was found is what counts.
    report = ComparisonRead.model_validate_json(found.document)
    if not report.passed:
        said = "; ".join(one.sentence.en for one in report.findings if not one.passed)
        raise GateClosed(f"{version} against {against}: {said}")


def _put_in_force(
    session: Session, actor: Actor, ranker: Ranker, kind: EventKind, *, reason: str, now: datetime
) -> Ranker:
    replaced = _retire_in_force(session)
    if replaced == ranker.version:
        raise RankerInForceChanged(f"{ranker.version} is in force already")
    ranker.state = RankerState.IN_FORCE
    try:
        session.flush()
    except IntegrityError as error:
        raise RankerInForceChanged(f"{ranker.version} was not put in force") from error
    record_event(
        session, actor, kind, ranker.version, reason=reason, now=now, replaced_version=replaced
    )
    touch_catalogue(session, RANKER)
    queue_rematch(session, {"ranker": ranker.version})
    return ranker


def _retire_in_force(session: Session) -> str:
    """Retire what is in force and return its version; the packaged ranker gets its row here."""
    stored = queries.row_in_force(session)
    if stored is not None:
        stored.state = RankerState.RETIRED
        session.flush()  # before the other takes the one place that there is
        return stored.version
    packaged = queries.packaged_row(session) or _locked(session, queries.packaged_version())
    packaged.state = RankerState.RETIRED
    session.add(packaged)
    session.flush()
    return packaged.version


def _why_not_compared(
    session: Session, version: str, *, against: str
) -> NotCompared | RankerInForceChanged:
    how = f"run `landbridge ranker compare {version}`"
    frozen = queries.latest_frozen_set(session)
    others = select(RankerComparison.against_version).where(
        RankerComparison.ranker_version == version,
        RankerComparison.frozen_query_set_id == (None if frozen is None else frozen.id),
    )
    other = session.scalars(others.order_by(RankerComparison.compared_at.desc()).limit(1)).first()
    if other is not None:
        return RankerInForceChanged(
            f"{version} was compared with {other}, but {against} is in force now: {how}"
        )
    return NotCompared(f"{version} was not compared with {against} on the frozen queries: {how}")


def _locked(session: Session, version: str) -> Ranker:
    """Return a ranker as it is stored now, and let nobody else change it until the end."""
    found = queries.get_ranker(session, version)
    stored = session.get(Ranker, version, with_for_update=True, populate_existing=True)
    return found if stored is None else stored
