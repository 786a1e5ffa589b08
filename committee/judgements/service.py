"""Writes: what judges say of providers and what enterprises did about them.

Saying the same again changes nothing. A judge who says something else adds a revision: the last
one counts, the ones before stay and show what was thought before. Outcomes are what happened, so
a second, different report of one is refused.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from committee.access import access_version_to_judge
from committee.judgements.errors import (
    ChangedMeanwhile,
    NotEngaged,
    OutcomeDiffers,
    ProviderNotShown,
)
from committee.judgements.models import Judgement, Outcome, Preference
from committee.judgements.queries import shown_providers
from committee.judgements.schemas import require_fitting_rating
from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import FieldError, Forbidden, InvalidInput
from core.identity import policy
from core.identity.actor import Actor, UserKind
from core.identity.reach import reach
from enterprises.access import access_recommendation_to_report
from matching.learning.types import MAX_GRADE, OutcomeKind
from providers.queries import get_provider

Recorded = TypeVar("Recorded", Judgement, Preference, Outcome)

_IN_TRAIL: Mapping[type[Judgement | Preference | Outcome], tuple[SubjectKind, Action]] = {
    Judgement: (SubjectKind.JUDGEMENT, Action.JUDGEMENT_RECORDED),
    Preference: (SubjectKind.PREFERENCE, Action.PREFERENCE_RECORDED),
    Outcome: (SubjectKind.OUTCOME, Action.OUTCOME_RECORDED),
}


def record_judgement(
    session: Session,
    actor: Actor,
    *,
    need_id: UUID,
    provider_id: UUID,
    grade: int,
    now: datetime,
    need_version: int | None = None,
) -> Judgement:
    """Record a committee member's grade of a provider for a version of a need.

    Args:
        session: the caller's transaction.
        actor: the judge.
        need_id: what was looked at.
        provider_id: who was judged.
        grade: 0 to 3.
        now: the moment.
        need_version: the version that was looked at, the current one if None.

    Returns:
        The judgement in force: the stored one if it says the same.

    Raises:
        NeedNotFound: there is no such need.
        ProviderNotFound: there is no such provider.
        InvalidInput: the need has no such version, or the grade is none.
        ChangedMeanwhile: the same judge judged the same pair at the same moment.
    """
    policy.require(policy.may_judge(actor), actor)
    if not 0 <= grade <= MAX_GRADE:
        raise _wrong("/grade", f"{grade} is no grade: give one of 0, 1, 2, 3")
    version = access_version_to_judge(session, actor, need_id, need_version)
    get_provider(session, provider_id)
    of_pair = (
        Judgement.need_id == need_id,
        Judgement.need_version == version.version,
        Judgement.provider_id == provider_id,
        Judgement.judge_id == actor.actor_id,
    )
    with reach(session, actor):
        last = session.scalar(
            select(Judgement).where(*of_pair).order_by(Judgement.revision.desc()).limit(1)
        )
        if last is not None and last.grade == grade:
            return last
        return _store(
            session,
            actor,
            Judgement(
                id=uuid4(),
                tenant_id=version.tenant_id,
                need_id=need_id,
                need_version=version.version,
                provider_id=provider_id,
                judge_id=actor.actor_id,
                revision=1 if last is None else last.revision + 1,
                grade=grade,
                recorded_at=now,
            ),
        )


def record_preference(
    session: Session,
    actor: Actor,
    *,
    need_id: UUID,
    better_id: UUID,
    worse_id: UUID,
    now: datetime,
    need_version: int | None = None,
) -> Preference:
    """Record a committee member's statement which of two providers answers a need better.

    Returns:
        The preference in force: the stored one if it says the same.

    Raises:
        NeedNotFound: there is no such need.
        ProviderNotFound: there is no such provider.
        InvalidInput: the need has no such version, or the two are one.
        ChangedMeanwhile: the same judge compared the same pair at the same moment.
    """
    policy.require(policy.may_judge(actor), actor)
    if better_id == worse_id:
        raise _wrong("/worse_id", "is the same provider as better_id: name two")
    version = access_version_to_judge(session, actor, need_id, need_version)
    get_provider(session, better_id)
    get_provider(session, worse_id)
    first_id, second_id = sorted((better_id, worse_id))
    of_pair = (
        Preference.need_id == need_id,
        Preference.need_version == version.version,
        Preference.first_id == first_id,
        Preference.second_id == second_id,
        Preference.judge_id == actor.actor_id,
    )
    with reach(session, actor):
        last = session.scalar(
            select(Preference).where(*of_pair).order_by(Preference.revision.desc()).limit(1)
        )
        if last is not None and last.better_id == better_id:
            return last
        return _store(
            session,
            actor,
            Preference(
                id=uuid4(),
                tenant_id=version.tenant_id,
                need_id=need_id,
                need_version=version.version,
                first_id=first_id,
                second_id=second_id,
                better_id=better_id,
                judge_id=actor.actor_id,
                revision=1 if last is None else last.revision + 1,
                recorded_at=now,
            ),
        )


def record_outcome(
    session: Session,
    actor: Actor,
    *,
    recommendation_id: UUID,
    provider_id: UUID,
    enterprise_id: str,
    kind: OutcomeKind,
    now: datetime,
    rating: int | None = None,
    is_verified: bool | None = None,
) -> Outcome:
    """Record what an enterprise did about a provider that a recommendation showed it.

    Steps may be recorded in any order, but a review needs the engagement first, and one that is
    verified a verified one. The place at which the provider was shown is read from the
    recommendation's record, never from the report.

    What an enterprise reports is unverified and weighs nothing until an operator's import vouches
    for it, which may also be taken back. An operator's word also replaces the rating of an
    unverified report: where nobody has to sign in, anybody may have sent it.

    Args:
        session: the caller's transaction.
        actor: the enterprise itself, or an operator for it.
        recommendation_id: the list that was shown.
        provider_id: a provider on it.
        enterprise_id: whose outcome it is.
        kind: what happened.
        now: the moment.
        rating: 1 to 5, of a review.
        is_verified: whether an operator vouches for the enterprise; None leaves it as stored,
            False for a new one.

    Raises:
        Forbidden: an enterprise speaks for another one, or says itself that it is verified.
        RecommendationNotFound: there is no such recommendation.
        ProviderNotShown: it does not hold the provider.
        NotEngaged: a review without the engagement.
        OutcomeDiffers: the same review was recorded with another rating.
        InvalidInput: the rating does not fit the kind.
        ChangedMeanwhile: the same outcome was recorded at the same moment.
    """
    _require_voice(actor, enterprise_id, is_verified=is_verified)
    try:
        require_fitting_rating(kind, rating)
    except ValueError as error:
        raise _wrong("/rating", str(error)) from error
    recommendation = access_recommendation_to_report(session, actor, recommendation_id)
    shown = shown_providers(recommendation)
    if provider_id not in shown:
        raise ProviderNotShown(
            f"recommendation {recommendation_id} does not show the provider {provider_id}: "
            "record outcomes under the recommendation that the enterprise chose from"
        )
    with reach(session, actor):
        steps = _steps_of(session, recommendation_id, provider_id, enterprise_id)
        if kind is OutcomeKind.REVIEWED:
            engaged = steps.get(OutcomeKind.ENGAGED)
            if engaged is None or (is_verified and not engaged.is_verified):
                which = "verified engagement" if is_verified else "engagement"
                raise NotEngaged(
                    f"no {which} of {provider_id} by {enterprise_id} is recorded under this "
                    "recommendation: record it first"
                )
        known = steps.get(kind)
        if known is not None:
            return _say_again(session, actor, known, rating=rating, is_verified=is_verified)
        return _store(
            session,
            actor,
            Outcome(
                id=uuid4(),
                tenant_id=recommendation.tenant_id,
                recommendation_id=recommendation_id,
                provider_id=provider_id,
                enterprise_id=enterprise_id,
                kind=kind,
                place=shown.index(provider_id) + 1,
                rating=rating,
                is_verified=bool(is_verified),
                recorded_at=now,
            ),
        )


def _require_voice(actor: Actor, enterprise_id: str, *, is_verified: bool | None) -> None:
    actor.require(*policy.MEMBERS, *policy.STAFF)
    if is_verified is not None:
        actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    if actor.kind in policy.MEMBERS and enterprise_id not in (actor.actor_id, str(actor.tenant_id)):
        raise Forbidden("an enterprise reports its own outcomes only")


def _steps_of(
    session: Session, recommendation_id: UUID, provider_id: UUID, enterprise_id: str
) -> dict[OutcomeKind, Outcome]:
    found: Sequence[Outcome] = session.scalars(
        select(Outcome).where(
            Outcome.recommendation_id == recommendation_id,
            Outcome.provider_id == provider_id,
            Outcome.enterprise_id == enterprise_id,
        )
    ).all()
    return {OutcomeKind(one.kind): one for one in found}


def _say_again(
    session: Session, actor: Actor, known: Outcome, *, rating: int | None, is_verified: bool | None
) -> Outcome:
    if known.rating != rating:
        if known.is_verified or not is_verified:
            raise OutcomeDiffers(
                f"this review is recorded with the rating {known.rating}, not {rating}"
            )
        known.rating = rating
    if is_verified is not None:
        known.is_verified = is_verified
    if session.is_modified(known):
        _record(session, actor, known)
    session.flush()
    return known


def _store(session: Session, actor: Actor, recorded: Recorded) -> Recorded:
    try:
        # Only the constraint sees two requests at once; the savepoint keeps the transaction usable.
        with session.begin_nested():
            session.add(recorded)
    except IntegrityError as error:
        raise ChangedMeanwhile(
            "the same was being recorded at the same moment: read what is stored and try again"
        ) from error
    _record(session, actor, recorded)
    return recorded


def _record(session: Session, actor: Actor, recorded: Judgement | Preference | Outcome) -> None:
    kind, action = _IN_TRAIL[type(recorded)]
    record(session, actor, action, Subject(kind, str(recorded.id)))


def _wrong(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, fields=[FieldError(detail, f"#{pointer}")])
