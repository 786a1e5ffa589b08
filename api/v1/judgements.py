"""`/v1/judgements`, `/v1/preferences`, `/v1/outcomes`: what people say of recommendations."""

from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request

from api.acting import acting, looking
from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import examples
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_position,
    encode_cursor,
    parse_moment,
)
from committee import access
from committee.judgements import service
from committee.judgements.errors import (
    ChangedMeanwhile,
    NotEngaged,
    OutcomeDiffers,
    ProviderNotShown,
)
from committee.judgements.models import Judgement, Outcome, Preference
from committee.judgements.schemas import (
    JudgementCreate,
    JudgementRead,
    OutcomeCreate,
    OutcomeRead,
    PreferenceCreate,
    PreferenceRead,
)
from core.identity.actor import UserKind
from enterprises.errors import NeedNotFound, RecommendationNotFound
from providers.errors import ProviderNotFound

router = APIRouter(tags=["Judgements"], route_class=StrictRoute)

OfNeed = Annotated[UUID | None, Query(description="Only what was said about this need.")]
OfProvider = Annotated[UUID | None, Query(description="Only what was said about this provider.")]


@router.post(
    "/judgements",
    status_code=201,
    summary="Judge a provider for a need",
    responses=problem_responses(NeedNotFound, ProviderNotFound, ChangedMeanwhile),
)
def create_judgement(
    *,
    request: Request,
    body: Annotated[JudgementCreate, Body(openapi_examples=examples.JUDGEMENT_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> JudgementRead:
    """Record a judge's grade of a provider for a need.

    The same grade again changes nothing. Another one is a new revision, which counts from then on.
    """
    judgement = service.record_judgement(
        session,
        acting(request, actor, UserKind.COMMITTEE, named=body.judge_id, field="judge_id"),
        need_id=body.need_id,
        need_version=body.need_version,
        provider_id=body.provider_id,
        grade=body.grade,
        now=now,
    )
    return JudgementRead.model_validate(judgement)


@router.get("/judgements", summary="List judgements")
def list_judgements(
    *,
    request: Request,
    session: ReadSessionDep,
    actor: ActorDep,
    need_id: OfNeed = None,
    provider_id: OfProvider = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[JudgementRead]:
    """Return judgements with their earlier revisions, newest first.

    Members of the committee see what they said themselves, operators everything.
    """
    found = access.list_recorded(
        session,
        looking(request, actor),
        Judgement,
        before=decode_position(cursor, parse_moment),
        limit=limit + 1,
        need_id=need_id,
        provider_id=provider_id,
    )
    return _page([JudgementRead.model_validate(one) for one in found], limit)


@router.post(
    "/preferences",
    status_code=201,
    summary="Say which of two providers answers a need better",
    responses=problem_responses(NeedNotFound, ProviderNotFound, ChangedMeanwhile),
)
def create_preference(
    *,
    request: Request,
    body: Annotated[PreferenceCreate, Body(openapi_examples=examples.PREFERENCE_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> PreferenceRead:
    """Record a judge's statement which of two providers answers a need better.

    The same again changes nothing. The opposite is a new revision, which counts from then on.
    """
    preference = service.record_preference(
        session,
        acting(request, actor, UserKind.COMMITTEE, named=body.judge_id, field="judge_id"),
        need_id=body.need_id,
        need_version=body.need_version,
        better_id=body.better_id,
        worse_id=body.worse_id,
        now=now,
    )
    return PreferenceRead.model_validate(preference)


@router.get("/preferences", summary="List preferences")
def list_preferences(
    *,
    request: Request,
    session: ReadSessionDep,
    actor: ActorDep,
    need_id: OfNeed = None,
    provider_id: OfProvider = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[PreferenceRead]:
    """Return preferences with their earlier revisions, newest first.

    Members of the committee see what they said themselves, operators everything.
    """
    found = access.list_recorded(
        session,
        looking(request, actor),
        Preference,
        before=decode_position(cursor, parse_moment),
        limit=limit + 1,
        need_id=need_id,
        provider_id=provider_id,
    )
    return _page([PreferenceRead.model_validate(one) for one in found], limit)


@router.post(
    "/outcomes",
    status_code=201,
    summary="Report what came of a recommendation",
    responses=problem_responses(
        RecommendationNotFound, ProviderNotShown, NotEngaged, OutcomeDiffers, ChangedMeanwhile
    ),
)
def create_outcome(
    *,
    request: Request,
    body: Annotated[OutcomeCreate, Body(openapi_examples=examples.OUTCOME_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> OutcomeRead:
    """Record what an enterprise did about a provider that a recommendation showed it.

    It is unverified, and changes no ranking, until an operator vouches for the enterprise. The
    same again changes nothing; a review needs the engagement first.
    """
    reporter = acting(
        request, actor, UserKind.ENTERPRISE, named=body.enterprise_id, field="enterprise_id"
    )
    outcome = service.record_outcome(
        session,
        reporter,
        recommendation_id=body.recommendation_id,
        provider_id=body.provider_id,
        enterprise_id=body.enterprise_id or str(reporter.tenant),
        kind=body.kind,
        rating=body.rating,
        now=now,
    )
    return OutcomeRead.model_validate(outcome)


@router.get("/outcomes", summary="List outcomes")
def list_outcomes(
    *,
    request: Request,
    session: ReadSessionDep,
    actor: ActorDep,
    need_id: OfNeed = None,
    provider_id: OfProvider = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[OutcomeRead]:
    """Return outcomes, newest first: your organisation's, or to operators everybody's."""
    found = access.list_recorded(
        session,
        looking(request, actor),
        Outcome,
        before=decode_position(cursor, parse_moment),
        limit=limit + 1,
        need_id=need_id,
        provider_id=provider_id,
    )
    return _page([OutcomeRead.model_validate(one) for one in found], limit)


Read = TypeVar("Read", JudgementRead, PreferenceRead, OutcomeRead)


def _page(found: Sequence[Read], limit: int) -> Page[Read]:
    shown = list(found[:limit])
    return Page(
        items=shown,
        next_cursor=(
            encode_cursor([shown[-1].recorded_at.isoformat(), str(shown[-1].id)])
            if len(found) > limit
            else None
        ),
    )
