"""`/v1/recommendations`: records of what was recommended, word for word."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.deps import ActorDep, NowDep, ReadSessionDep
from api.manners.entity_tags import TAGGED, UNCHANGED, IfNoneMatch, is_named
from api.problems import problem_responses
from api.strict_json import StrictRoute
from enterprises import access
from enterprises.errors import RecommendationNotFound
from enterprises.match_schemas import RecommendationRead
from enterprises.models import Recommendation
from enterprises.records import as_document

router = APIRouter(prefix="/recommendations", tags=["Recommendations"], route_class=StrictRoute)


def recommendation_response(recommendation: Recommendation, *, status_code: int = 200) -> Response:
    """Answer with a stored recommendation; its bytes are the same each time."""
    return Response(
        as_document(recommendation),
        status_code=status_code,
        media_type="application/json",
        headers={"ETag": _etag(recommendation)},
    )


@router.get(
    "/{recommendation_id}",
    summary="Read a recommendation",
    response_model=RecommendationRead,
    responses={
        200: TAGGED,
        304: UNCHANGED,
        **problem_responses(RecommendationNotFound),
    },
)
def read_recommendation(
    recommendation_id: UUID,
    session: ReadSessionDep,
    actor: ActorDep,
    now: NowDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return a recommendation as it was made, the same bytes each time."""
    recommendation = access.access_recommendation(session, actor, recommendation_id, now=now)
    if is_named(_etag(recommendation), if_none_match):
        return Response(status_code=304, headers={"ETag": _etag(recommendation)})
    return recommendation_response(recommendation)


def _etag(recommendation: Recommendation) -> str:
    return f'"{recommendation.sha256}"'
