"""The way to what the committee keeps: judgements, outcomes, comparisons, and the needs that are judged."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.orm import Session

from committee import queries
from committee.frozen import is_judged
from committee.judgements.models import Judgement, Outcome, Preference
from committee.schemas import ComparisonRead
from core.errors import FieldError, InvalidInput
from core.identity import policy
from core.identity.actor import Actor, UserKind
from core.identity.policy import Verdict
from core.identity.reach import reach
from enterprises.access import access_need_to_judge, may_be_judged
from enterprises.models import Need, NeedVersion, Recommendation

Recorded = TypeVar("Recorded", Judgement, Preference, Outcome)


def get_comparison(
    session: Session, actor: Actor, version: str, *, against: str | None = None
) -> ComparisonRead:
    """Return how a ranker compares with another one, as far as the actor may see it.

    Needs of enterprises, which were judged, are told to the committee and the staff only.

    Args:
        session: the caller's transaction.
        actor: who asks.
        version: the ranker.
        against: the other; without it the latest comparison, whatever it was made with.

    Raises:
        RankerNotFound: no ranker has that version.
        ComparisonNotFound: there is no such comparison.
    """
    found = queries.get_comparison(session, version, against=against)
    if policy.may_see_judged_needs(actor) is Verdict.ALLOWED:
        return found
    of_record = [need for need in found.changed if not is_judged(need.query_id)]
    return found.model_copy(update={"changed": of_record})


def list_recorded(
    session: Session,
    actor: Actor,
    model: type[Recorded],
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int,
    need_id: UUID | None = None,
    provider_id: UUID | None = None,
) -> Sequence[Recorded]:
    """Return what was recorded about needs that are not deleted, newest first.

    Staff see everything, committee members what they said themselves, enterprises the outcomes of
    their own recommendations.

    Args:
        session: the caller's transaction.
        actor: who asks.
        model: `Judgement`, `Preference` or `Outcome`.
        before: `recorded_at` and `id` of the last one already seen; those after it are returned.
        limit: how many at most.
        need_id: only what was said about this need.
        provider_id: only what was said about this provider.

    Raises:
        SignInNeeded, SecondFactorNeeded: it is not known well enough who asks.
        Forbidden: users of the actor's kind see none.
    """
    is_outcome = issubclass(model, Outcome)
    may_see = policy.may_see_outcomes if is_outcome else policy.may_see_judgements
    policy.require(may_see(actor), actor)
    wanted = of_living_needs(model)
    if need_id is not None:
        wanted = wanted.where(Need.id == need_id)
    if provider_id is not None and issubclass(model, Preference):
        wanted = wanted.where(
            or_(Preference.first_id == provider_id, Preference.second_id == provider_id)
        )
    elif provider_id is not None:
        wanted = wanted.where(model.provider_id == provider_id)
    if actor.kind in policy.MEMBERS:
        wanted = wanted.where(model.tenant_id == actor.tenant)
    if actor.kind is UserKind.COMMITTEE and not issubclass(model, Outcome):
        # What others said would sway a judge who has yet to say it.
        wanted = wanted.where(model.judge_id == actor.actor_id)
    if before is not None:
        wanted = wanted.where(tuple_(model.recorded_at, model.id) < before)
    newest_first = wanted.order_by(model.recorded_at.desc(), model.id.desc())
    with reach(session, actor):
        return session.scalars(newest_first.limit(limit)).all()


def access_version_to_judge(
    session: Session, actor: Actor, need_id: UUID, version: int | None
) -> NeedVersion:
    """Return the version of a need that the actor wants to judge; the current one if None.

    Raises:
        NeedNotFound: there is none that the actor may judge.
        InvalidInput: the need has no such version.
        Forbidden, SignInNeeded, SecondFactorNeeded: the actor judges nothing.
    """
    need = access_need_to_judge(session, actor, need_id)
    with reach(session, actor):
        found = session.get(NeedVersion, (need_id, need.version if version is None else version))
    if found is None:
        detail = f"the need has no version {version}; the last one is {need.version}"
        raise InvalidInput(detail, fields=[FieldError(detail, "#/need_version")])
    return found


def versions_to_judge(session: Session, need_ids: Collection[UUID]) -> dict[UUID, set[int]]:
    """Return the versions of those of these needs that may be judged, for an import of judgements."""
    needs = session.scalars(select(Need).where(Need.id.in_(need_ids), Need.deleted_at.is_(None)))
    open_ids = [need.id for need in needs if may_be_judged(need)]
    versions: dict[UUID, set[int]] = {}
    written = select(NeedVersion.need_id, NeedVersion.version).where(
        NeedVersion.need_id.in_(open_ids)
    )
    for need_id, version in session.execute(written):
        versions.setdefault(need_id, set()).add(version)
    return versions


def of_living_needs(model: type[Recorded]) -> Select[Recorded]:
    """Return the query of what was recorded about needs that are not deleted."""
    wanted = select(model)
    if issubclass(model, Outcome):
        wanted = wanted.join(Recommendation, Recommendation.id == model.recommendation_id)
        return wanted.join(Need, Need.id == Recommendation.need_id).where(Need.deleted_at.is_(None))
    return wanted.join(Need, Need.id == model.need_id).where(Need.deleted_at.is_(None))
