"""The way to what enterprises have told: every read of a need on somebody's behalf goes through here.

What may not be seen is answered as what is not there. Staff and judges look beyond their own tenant
within this module only. Jobs and commands are the platform itself: they read needs where they work
with all of them (`enterprises.rematching`, `committee.judgements.queries`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, ReadPurpose
from core.identity import policy
from core.identity.actor import Actor
from core.identity.policy import Verdict
from core.identity.reach import reach
from core.outbox.events import EventType
from core.outbox.notifying import notify
from enterprises import need_accesses, queries
from enterprises.errors import NeedNotFound, RecommendationNotFound
from enterprises.models import Need, NeedVersion, Recommendation
from enterprises.need_accesses import NeedAccess
from enterprises.need_filter import NeedFilter
from enterprises.need_matches import NeedMatch
from enterprises.trail import need_subject
from providers.queries import require_known_codes

log = structlog.get_logger()


def access_need(session: Session, actor: Actor, need_id: UUID, *, now: datetime) -> Need:
    """Return a need that the actor may read, with its current version.

    Raises:
        NeedNotFound: there is none, it was deleted, or the actor may not know of it.
        SignInNeeded: nobody has signed in.
    """
    need = _find_need(session, actor, need_id)
    policy.require(_may_read(session, actor, need, now=now), actor, _no_need(need_id))
    return need


def access_need_to_change(session: Session, actor: Actor, need_id: UUID, *, now: datetime) -> Need:
    """Return a need that the actor may change or have matched.

    Raises:
        NeedNotFound: there is none, it was deleted, or the actor may not know of it.
        Forbidden: the actor may read it, and no more.
        SignInNeeded: nobody has signed in.
    """
    need = _find_need(session, actor, need_id)
    is_seen = _may_read(session, actor, need, now=now) is Verdict.ALLOWED
    verdict = policy.may_change_need(actor, tenant_id=need.tenant_id, is_seen=is_seen)
    policy.require(verdict, actor, _no_need(need_id))
    return need


def lock_own_need(session: Session, actor: Actor, need_id: UUID) -> tuple[UUID, int]:
    """Return whose a need is and its version; nobody changes it until the transaction ends.

    Raises:
        NeedNotFound: there is none of the actor's organisation.
    """
    locked = session.execute(
        select(Need.tenant_id, Need.version)
        .where(Need.id == need_id, Need.tenant_id == actor.tenant, Need.deleted_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if locked is None:
        raise _no_need(need_id)
    tenant_id, version = locked
    return tenant_id, version


def access_need_to_judge(session: Session, actor: Actor, need_id: UUID) -> Need:
    """Return a need that the actor may judge providers for.

    Raises:
        NeedNotFound: there is none, it was deleted, or its enterprise has not agreed.
        Forbidden: the actor is no member of the committee.
        SignInNeeded: nobody has signed in.
    """
    policy.require(policy.may_judge(actor), actor)
    need = _find_need(session, actor, need_id)
    verdict = policy.may_judge_need(tenant_id=need.tenant_id, is_agreed=_is_agreed(need))
    policy.require(verdict, actor, _no_need(need_id))
    return need


def list_needs(
    session: Session,
    actor: Actor,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
    chosen: NeedFilter | None = None,
) -> Sequence[Need]:
    """Return the needs of the actor's organisation, newest first.

    Args:
        session: the caller's transaction.
        actor: who asks.
        before: `created_at` and `id` of the last need already seen; those after it are returned.
        limit: how many at most.
        chosen: which of them; all if None.

    Raises:
        SignInNeeded: nobody has signed in.
        InvalidInput: the filter names a jurisdiction or a sector that is not in the lists.
    """
    wanted = select(Need).where(Need.tenant_id == actor.tenant, Need.deleted_at.is_(None))
    if chosen is not None:
        require_known_codes(session, chosen.jurisdiction, chosen.sector)
        wanted = wanted.join(
            NeedVersion,
            and_(NeedVersion.need_id == Need.id, NeedVersion.version == Need.version),
        ).where(*chosen.conditions())
    if before is not None:
        wanted = wanted.where(tuple_(Need.created_at, Need.id) < before)
    newest_first = wanted.order_by(Need.created_at.desc(), Need.id.desc())
    return session.scalars(newest_first.limit(limit)).all()


def access_recommendation(
    session: Session, actor: Actor, recommendation_id: UUID, *, now: datetime
) -> Recommendation:
    """Return a stored recommendation of a need that the actor may read.

    Raises:
        RecommendationNotFound: there is none, its need was deleted, or the actor may not know of it.
        SignInNeeded: nobody has signed in.
    """
    found, need = _find_recommendation(session, actor, recommendation_id)
    verdict = _may_read(session, actor, need, now=now)
    policy.require(verdict, actor, _no_recommendation(recommendation_id))
    return found


def access_recommendation_to_report(
    session: Session, actor: Actor, recommendation_id: UUID
) -> Recommendation:
    """Return a recommendation of which the actor may say what came of it.

    Raises:
        RecommendationNotFound: there is none, its need was deleted, or the actor may not know of it.
        SignInNeeded: nobody has signed in.
    """
    found, need = _find_recommendation(session, actor, recommendation_id)
    verdict = policy.may_report_outcome(actor, tenant_id=need.tenant_id)
    policy.require(verdict, actor, _no_recommendation(recommendation_id))
    return found


def latest_recommendation(session: Session, actor: Actor, need: Need) -> Recommendation | None:
    """Return the newest recommendation for a need that was accessed, whatever its version."""
    newest_first = (
        select(Recommendation)
        .where(Recommendation.need_id == need.id)
        .order_by(Recommendation.created_at.desc(), Recommendation.id.desc())
    )
    with reach(session, actor):
        return session.scalar(newest_first.limit(1))


def find_need_match(session: Session, actor: Actor, need: Need) -> NeedMatch | None:
    """Return the newest list of a need that was accessed; None where it was not matched yet.

    The list may be of an earlier version of the need: its `need_version` says of which.
    """
    with reach(session, actor):
        return session.get(NeedMatch, need.id)


def open_need(
    session: Session, actor: Actor, need_id: UUID, *, purpose: str, now: datetime
) -> NeedAccess:
    """Let one of the platform's staff read a need for an hour; its enterprise sees who and why.

    Raises:
        Forbidden: the actor is not of the staff.
        NeedNotFound: there is no such need.
        SignInNeeded, SecondFactorNeeded: it is not known well enough who asks.
    """
    policy.require(policy.may_open_needs(actor), actor)
    need = _find_need(session, actor, need_id)
    with reach(session, actor):
        access = need_accesses.add_access(session, actor, need, purpose=purpose, now=now)
    # The purpose is free text: the trail has its id alone.
    said = {"access_id": str(access.id)}
    record(session, actor, Action.NEED_OPENED, need_subject(need.id, need.tenant_id), said)
    notify(
        session,
        need.tenant_id,
        EventType.NEED_TEXT_READ,
        str(need_id),
        {"purpose": ReadPurpose.SUPPORT},
    )
    log.info("a need was opened", need_id=str(need_id), access_id=str(access.id))
    return access


def list_accesses(
    session: Session, actor: Actor, need_id: UUID, *, now: datetime
) -> Sequence[NeedAccess]:
    """Return who was let in to a need of the actor's own, and why, latest first.

    Raises:
        NeedNotFound, Forbidden, SignInNeeded: as `access_need_to_change` does.
    """
    need = access_need_to_change(session, actor, need_id, now=now)
    return need_accesses.accesses_of(session, need.id)


def accesses_to_show(session: Session, actor: Actor, need: Need) -> Sequence[NeedAccess]:
    """Return who was let in to a need that was accessed: to its own enterprise, to others nobody."""
    if need.tenant_id != actor.tenant_id:
        return ()
    return need_accesses.accesses_of(session, need.id)


def _find_need(session: Session, actor: Actor, need_id: UUID) -> Need:
    with reach(session, actor):
        need = session.scalar(select(Need).where(Need.id == need_id, Need.deleted_at.is_(None)))
    if need is None:
        raise policy.refusal(Verdict.HIDDEN, actor, _no_need(need_id))
    return need


def _find_recommendation(
    session: Session, actor: Actor, recommendation_id: UUID
) -> tuple[Recommendation, Need]:
    wanted = (
        select(Recommendation, Need)
        .join(Need, Need.id == Recommendation.need_id)
        .where(Recommendation.id == recommendation_id, Need.deleted_at.is_(None))
    )
    with reach(session, actor):
        row = session.execute(wanted).one_or_none()
    if row is None:
        raise policy.refusal(Verdict.HIDDEN, actor, _no_recommendation(recommendation_id))
    found, need = row
    return found, need


def _may_read(session: Session, actor: Actor, need: Need, *, now: datetime) -> Verdict:
    is_opened = False
    if actor.kind in policy.STAFF:
        with reach(session, actor):
            is_opened = need_accesses.is_open_to(session, actor, need.id, now=now)
    return policy.may_read_need(
        actor, tenant_id=need.tenant_id, is_opened=is_opened, is_agreed=_is_agreed(need)
    )


def may_be_judged(need: Need) -> bool:
    """Tell whether committee members may be shown a need."""
    verdict = policy.may_judge_need(tenant_id=need.tenant_id, is_agreed=_is_agreed(need))
    return verdict is Verdict.ALLOWED


def _is_agreed(need: Need) -> bool:
    return queries.as_structured(need).may_be_judged


def _no_need(need_id: UUID) -> NeedNotFound:
    return NeedNotFound(f"no need has the id {need_id}")


def _no_recommendation(recommendation_id: UUID) -> RecommendationNotFound:
    return RecommendationNotFound(f"no recommendation has the id {recommendation_id}")
