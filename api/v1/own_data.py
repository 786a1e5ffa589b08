"""`/v1/me/export` and `/v1/me/requests`: what is kept of whoever asks, and what they want done with it."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from api.contacts import NEVER_KEPT
from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep, SettingsDep
from api.person_archives import ARCHIVE, archive_response
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import provider_examples as examples
from core.errors import SecondFactorNeeded, SignInNeeded
from core.identity.organisations import get_organisation
from core.identity.own import owner_id
from core.privacy import requests
from core.privacy.errors import PersonNotFound, RequestOpen
from core.privacy.people import export_person
from core.privacy.schemas import OwnRequestCreate, PersonRequestList, PersonRequestRead
from providers.people import PERSON_PARTS

router = APIRouter(prefix="/me", tags=["People"], route_class=StrictRoute)

_WHO = (SignInNeeded, SecondFactorNeeded)


@router.get(
    "/export",
    summary="Take your data with you",
    response_class=Response,
    responses={200: ARCHIVE, **problem_responses(PersonNotFound, *_WHO)},
)
def export_me(session: SessionDep, actor: ActorDep, settings: SettingsDep, now: NowDep) -> Response:
    """Return all that is kept of you: an archive of JSON files with a list of their checksums."""
    content = export_person(
        session,
        actor,
        settings.keyring,
        PERSON_PARTS,
        person_id=owner_id(actor),
        now=now,
    )
    return archive_response(content)


@router.get("/requests", summary="List your requests", responses=problem_responses(*_WHO))
def list_own_requests(
    session: ReadSessionDep, actor: ActorDep, now: NowDep, response: Response
) -> PersonRequestList:
    """Return what you asked for, latest first, each with the days that the law sets for it."""
    response.headers.update(NEVER_KEPT)
    found = requests.requests_of(session, owner_id(actor))
    return PersonRequestList(items=[PersonRequestRead.of(one, now) for one in found])


@router.post(
    "/requests",
    status_code=201,
    summary="Ask for your data to be corrected or erased",
    responses=problem_responses(RequestOpen, *_WHO),
)
def open_own_request(
    *,
    body: Annotated[OwnRequestCreate, Body(openapi_examples=examples.OWN_REQUEST)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> PersonRequestRead:
    """Ask the operators; the days they have are those of the law of where your organisation is."""
    person_id = owner_id(actor)
    made = requests.open_request(
        session,
        actor,
        kind=body.kind,
        place=get_organisation(session, actor.tenant).jurisdiction,
        person_id=person_id,
        received_at=now,
    )
    return PersonRequestRead.of(made, now)
