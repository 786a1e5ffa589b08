"""`/v1/person-requests`: what people asked for, dealt with by operators in the days the law sets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from api.deps import NowDep, OperatorDep, ReadSessionDep, SessionDep, SettingsDep
from api.person_archives import ARCHIVE, archive_response
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import provider_examples as examples
from core.errors import Forbidden, SignInNeeded
from core.privacy import carrying_out, requests
from core.privacy.errors import (
    PersonErased,
    PersonNotFound,
    RequestClosed,
    RequestNotFound,
    RequestUnfit,
    ShredListUnusable,
)
from core.privacy.schemas import (
    ClosingCreate,
    PersonRequestCreate,
    PersonRequestList,
    PersonRequestRead,
)
from core.privacy.shredding import ShredList
from providers.people import PERSON_PARTS

router = APIRouter(prefix="/person-requests", tags=["People"], route_class=StrictRoute)

_WHO = (SignInNeeded, Forbidden)
_WHICH = (RequestNotFound, RequestClosed)
RequestId = Annotated[UUID, Path(description="The request.")]


@router.get("", summary="List requests of people", responses=problem_responses(*_WHO))
def list_requests(
    _operator: OperatorDep,
    session: ReadSessionDep,
    now: NowDep,
    is_open: Annotated[bool, Query(description="Only those that wait.")] = True,
) -> PersonRequestList:
    """Return what people asked for, those due first at the top."""
    found = requests.list_requests(session, is_open=is_open)
    return PersonRequestList(items=[PersonRequestRead.of(one, now) for one in found])


@router.post(
    "", status_code=201, summary="Take a request of somebody", responses=problem_responses(*_WHO)
)
def open_request(
    *,
    body: Annotated[PersonRequestCreate, Body(openapi_examples=examples.PERSON_REQUEST)],
    operator: OperatorDep,
    session: SessionDep,
    now: NowDep,
) -> PersonRequestRead:
    """Write down what somebody asked for by letter; the answer says by when it is to be done."""
    made = requests.open_request(
        session,
        operator,
        kind=body.kind,
        place=body.place,
        person_id=body.person_id,
        received_at=now,
    )
    return PersonRequestRead.of(made, now)


@router.post(
    "/{request_id}/answer",
    summary="Note that a person was answered",
    responses=problem_responses(*_WHICH, *_WHO),
)
def answer_request(
    request_id: RequestId, operator: OperatorDep, session: SessionDep, now: NowDep
) -> PersonRequestRead:
    """Write down that the person got a first answer."""
    done = requests.answer_request(session, operator, request_id=request_id, now=now)
    return PersonRequestRead.of(done, now)


@router.post(
    "/{request_id}/extension",
    summary="Put a request off",
    responses=problem_responses(*_WHICH, *_WHO),
)
def extend_request(
    request_id: RequestId, operator: OperatorDep, session: SessionDep, now: NowDep
) -> PersonRequestRead:
    """Put off the day on which it is due, where its law allows that, once."""
    done = requests.extend_request(session, operator, request_id=request_id)
    return PersonRequestRead.of(done, now)


@router.post(
    "/{request_id}/closing", summary="Close a request", responses=problem_responses(*_WHICH, *_WHO)
)
def close_request(
    *,
    request_id: RequestId,
    body: Annotated[ClosingCreate, Body(openapi_examples=examples.CLOSING)],
    operator: OperatorDep,
    session: SessionDep,
    now: NowDep,
) -> PersonRequestRead:
    """Write down how it ended."""
    done = requests.close_request(
        session, operator, request_id=request_id, outcome=body.outcome, now=now
    )
    return PersonRequestRead.of(done, now)


@router.get(
    "/{request_id}/archive",
    summary="Hand out a person's data",
    response_class=Response,
    responses={
        200: ARCHIVE,
        **problem_responses(*_WHICH, RequestUnfit, PersonNotFound, PersonErased, *_WHO),
    },
)
def export_person(
    *,
    request_id: RequestId,
    operator: OperatorDep,
    session: SessionDep,
    settings: SettingsDep,
    now: NowDep,
) -> Response:
    """Return the archive of whoever asked for access, to be sent to them; that it was made is kept."""
    content = carrying_out.export_for_request(
        session, operator, settings.keyring, PERSON_PARTS, request_id=request_id, now=now
    )
    return archive_response(content)


@router.post(
    "/{request_id}/erasure",
    summary="Erase a person",
    responses=problem_responses(
        *_WHICH, RequestUnfit, PersonNotFound, PersonErased, ShredListUnusable, *_WHO
    ),
)
def erase_person(
    *,
    request_id: RequestId,
    operator: OperatorDep,
    session: SessionDep,
    settings: SettingsDep,
    now: NowDep,
) -> PersonRequestRead:
    """Erase whoever asked for it, with the key of every copy, and close the request as done."""
    done = carrying_out.erase_for_request(
        session,
        operator,
        PERSON_PARTS,
        ShredList(settings.shred_location),
        request_id=request_id,
        now=now,
    )
    return PersonRequestRead.of(done, now)
