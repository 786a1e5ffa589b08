"""`/v1/rankers`: the life of a ranker, from its proposal to the vote and the day it is in force."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import JsonValue

from api.acting import acting, looking
from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep, SettingsDep
from api.manners.entity_tags import TAGGED, UNCHANGED, IfNoneMatch, tagged
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import ranker_examples as examples
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_cursor,
    encode_cursor,
)
from committee import access, queries, service
from committee.errors import (
    ComparisonNotFound,
    GateClosed,
    NotAccepted,
    NotAnApprover,
    NotCompared,
    NothingToRollBack,
    RankerExists,
    RankerInForceChanged,
    RankerNotFound,
    RankerUnusable,
    VotingClosed,
)
from committee.models import VERSION_CHARACTERS, RankerState
from committee.schemas import (
    ComparisonRead,
    PromotionCreate,
    RankerCreate,
    RankerDetail,
    RankerRead,
    VoteCreate,
)
from committee.voting import VotingRules
from core.identity.actor import UserKind
from enterprises.records import canonical_json
from enterprises.storable import StorableText

router = APIRouter(prefix="/rankers", tags=["Rankers"], route_class=StrictRoute)

LOCATION = {"Location": {"description": "Address of it.", "schema": {"type": "string"}}}


RankerVersion = Annotated[
    StorableText,
    Path(max_length=VERSION_CHARACTERS, description="As the list of rankers has it."),
]


@router.get("", summary="List rankers")
def list_rankers(
    session: ReadSessionDep,
    *,
    state: Annotated[RankerState | None, Query(description="Only rankers that stand here.")] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[RankerRead]:
    """Return rankers with their state, latest first; the one that ships stands last."""
    rows = queries.list_rankers(session)
    seen = decode_cursor(cursor, 1)
    start = 0
    if seen is not None:
        start = next((i + 1 for i, row in enumerate(rows) if row.version == seen[0]), len(rows))
    # The one seen last may stand elsewhere by now: it is looked for among all.
    found = [row for row in rows[start:] if state is None or row.state == state]
    shown = found[:limit]
    return Page(
        items=[RankerRead.model_validate(row) for row in shown],
        next_cursor=encode_cursor([shown[-1].version]) if len(found) > limit else None,
    )


@router.post(
    "",
    status_code=201,
    summary="Propose a ranker",
    responses={201: {"headers": LOCATION}, **problem_responses(RankerExists, RankerUnusable)},
)
def propose_ranker(
    *,
    request: Request,
    body: Annotated[RankerCreate, Body(openapi_examples=examples.RANKER_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
    response: Response,
) -> RankerDetail:
    """Store a ranker for the approvers to decide on.

    Send the document as `landbridge train` wrote it. One that was edited, that is damaged, or that
    was learned from other features than this release has is refused with the reason.
    """
    ranker = service.propose_ranker(
        session,
        acting(request, actor, UserKind.OPERATOR, named=body.by, field="by"),
        data=canonical_json(body.document).encode(),
        note=body.note,
        now=now,
    )
    response.headers["Location"] = f"/v1/rankers/{ranker.version}"
    return queries.describe_ranker(session, ranker.version, rules=VotingRules.of(settings))


# Before `/{ranker_version}`: a fixed address wins over a version.
@router.post(
    "/rollback",
    summary="Roll the latest promotion back",
    responses=problem_responses(NothingToRollBack, RankerInForceChanged, RankerUnusable),
)
def roll_back(
    *,
    request: Request,
    body: Annotated[PromotionCreate, Body(openapi_examples=examples.ROLLBACK_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> RankerDetail:
    """Put the ranker back in force that the latest promotion replaced: it ranks as it did."""
    ranker = service.roll_back(
        session,
        acting(request, actor, UserKind.OPERATOR, named=body.by, field="by"),
        reason=body.reason,
        now=now,
    )
    return queries.describe_ranker(session, ranker.version, rules=VotingRules.of(settings))


@router.get(
    "/{ranker_version}",
    summary="Read a ranker",
    response_model=RankerDetail,
    responses={200: TAGGED, 304: UNCHANGED, **problem_responses(RankerNotFound)},
)
def read_ranker(
    ranker_version: RankerVersion,
    session: ReadSessionDep,
    settings: SettingsDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return a ranker's card, where it stands, the votes on it and what happened to it."""
    found = queries.describe_ranker(session, ranker_version, rules=VotingRules.of(settings))
    return tagged(found, if_none_match)


@router.get(
    "/{ranker_version}/document",
    summary="Read a ranker's document",
    response_model=dict[str, JsonValue],
    responses=problem_responses(RankerNotFound),
)
def read_document(ranker_version: RankerVersion, session: ReadSessionDep) -> Response:
    """Return the whole ranker, every step of every curve, byte for byte as it was proposed."""
    ranker = queries.get_ranker(session, ranker_version)
    return Response(
        ranker.document, media_type="application/json", headers={"ETag": f'"{ranker.sha256}"'}
    )


@router.get(
    "/{ranker_version}/comparison",
    summary="Compare a ranker with the one in force",
    responses=problem_responses(RankerNotFound, ComparisonNotFound),
)
def read_comparison(
    *,
    request: Request,
    ranker_version: RankerVersion,
    session: ReadSessionDep,
    actor: ActorDep,
    against: Annotated[
        StorableText | None,
        Query(
            max_length=VERSION_CHARACTERS,
            description="Another ranker; the latest comparison if it is left out.",
        ),
    ] = None,
) -> ComparisonRead:
    """Return how a ranker does on the frozen queries beside the one that was in force then.

    Figures with intervals, groups of needs with the losers first, and the needs whose first five
    change most; those of them that are enterprises' own, the committee sees. An operator compares with `landbridge ranker compare VERSION`.
    """
    return access.get_comparison(session, looking(request, actor), ranker_version, against=against)


@router.post(
    "/{ranker_version}/votes",
    summary="Vote on a ranker",
    responses=problem_responses(RankerNotFound, NotAnApprover, VotingClosed),
)
def vote_on_ranker(
    *,
    request: Request,
    ranker_version: RankerVersion,
    body: Annotated[VoteCreate, Body(openapi_examples=examples.VOTE_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> RankerDetail:
    """Accept or refuse a ranker, with a reason.

    An approver has one vote and may change it until the decision. Votes decide when they reach the
    quorum; that of the proposer does not count.
    """
    service.vote_on_ranker(
        session,
        acting(request, actor, UserKind.COMMITTEE, named=body.by, field="by"),
        version=ranker_version,
        verdict=body.verdict,
        reason=body.reason,
        rules=VotingRules.of(settings),
        now=now,
    )
    return queries.describe_ranker(session, ranker_version, rules=VotingRules.of(settings))


@router.post(
    "/{ranker_version}/promotion",
    summary="Put a ranker in force",
    responses=problem_responses(
        RankerNotFound, RankerUnusable, NotAccepted, NotCompared, GateClosed, RankerInForceChanged
    ),
)
def promote_ranker(
    *,
    request: Request,
    ranker_version: RankerVersion,
    body: Annotated[PromotionCreate, Body(openapi_examples=examples.PROMOTION_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> RankerDetail:
    """Put an accepted ranker in force, if it did no worse on the frozen queries.

    Every process ranks with it from its next request on; each recommendation names its ranker.
    """
    service.promote_ranker(
        session,
        acting(request, actor, UserKind.OPERATOR, named=body.by, field="by"),
        version=ranker_version,
        reason=body.reason,
        now=now,
    )
    return queries.describe_ranker(session, ranker_version, rules=VotingRules.of(settings))
