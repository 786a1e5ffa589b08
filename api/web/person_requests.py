"""Pages of operators: what people asked for, by when it is due, and carrying it out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from api.deps import NowDep, OperatorDep, ReadSessionDep, SessionDep
from api.person_archives import archive_response
from api.web import forms
from api.web.forms import FormError
from api.web.rendering import Page, PageDep
from core.errors import NotFound
from core.identity.actor import Actor
from core.privacy import carrying_out, requests
from core.privacy.errors import PersonErased, PersonNotFound, RequestClosed, RequestUnfit
from core.privacy.law import RequestKind
from core.privacy.requests import Outcome
from core.privacy.schemas import PersonRequestRead
from core.privacy.shredding import ShredList
from core.settings import Settings
from providers.contacts.schemas import require_place
from providers.people import PERSON_PARTS

router = APIRouter(include_in_schema=False)

ADDRESS = "/ops/requests"
FormToken = Annotated[str, Form(max_length=200)]
Written = Annotated[str, Form(max_length=60)]


@router.get(ADDRESS)
def list_page(
    *,
    page: PageDep,
    _actor: OperatorDep,
    session: ReadSessionDep,
    now: NowDep,
    closed: Annotated[bool, Query()] = False,
) -> Response:
    """Show what people asked for, those due first at the top."""
    return _show(page, session, now=now, shows_closed=closed)


@router.post(ADDRESS)
def take(
    *,
    page: PageDep,
    actor: OperatorDep,
    session: SessionDep,
    now: NowDep,
    kind: Annotated[RequestKind, Form()] = RequestKind.ACCESS,
    place: Written = "",
    person_id: Written = "",
    form_token: FormToken = "",
) -> Response:
    """Write down what somebody asked for by letter."""
    forms.require_token(page.request, form_token, page.settings)
    errors: list[FormError] = []
    where, who = place.strip() or None, None
    try:
        where = where and require_place(where)
    except ValueError:
        said = page.gettext("Write a country's code, such as HK, or leave it empty.")
        errors.append(FormError(said, "place"))
    try:
        who = UUID(person_id.strip()) if person_id.strip() else None
    except ValueError:
        said = page.gettext("Write the id of an account or a contact, or leave it empty.")
        errors.append(FormError(said, "person_id"))
    if errors:
        return _show(page, session, now=now, errors=errors, status=422)
    requests.open_request(session, actor, kind=kind, place=where, person_id=who, received_at=now)
    return RedirectResponse(ADDRESS, status_code=303)


@router.post(ADDRESS + "/{request_id}/{step}")
def carry_out(
    *,
    page: PageDep,
    actor: OperatorDep,
    session: SessionDep,
    now: NowDep,
    request_id: UUID,
    step: str,
    is_sure: Annotated[bool, Form()] = False,
    form_token: FormToken = "",
) -> Response:
    """Answer, put off, close or carry out a request."""
    forms.require_token(page.request, form_token, page.settings)
    said = ""
    if step == "erase" and not is_sure:
        said = page.gettext("Tick that you are sure: nobody can bring the person back.")
    else:
        try:
            archive = _do(session, actor, page.settings, request_id, step, now=now)
            if archive is not None:
                return archive_response(archive)
        except RequestClosed:
            said = page.gettext("That is not possible any more, or its law does not allow it.")
        except (RequestUnfit, PersonErased, PersonNotFound):
            said = page.gettext(
                "Nobody is known who could be meant, or it asks for something else."
            )
    if said:
        errors = [FormError(said, f"request-{request_id}")]
        return _show(page, session, now=now, errors=errors, status=409)
    return RedirectResponse(ADDRESS, status_code=303)


def _do(
    session: Session,
    actor: Actor,
    settings: Settings,
    request_id: UUID,
    step: str,
    *,
    now: datetime,
) -> bytes | None:
    """Do a step; return an archive where that is what it makes."""
    if step == "export":
        return carrying_out.export_for_request(
            session, actor, settings.keyring, PERSON_PARTS, request_id=request_id, now=now
        )
    if step == "answer":
        requests.answer_request(session, actor, request_id=request_id, now=now)
    elif step == "extend":
        requests.extend_request(session, actor, request_id=request_id)
    elif step == "erase":
        shred = ShredList(settings.shred_location)
        carrying_out.erase_for_request(
            session, actor, PERSON_PARTS, shred, request_id=request_id, now=now
        )
    elif step in set(Outcome):
        requests.close_request(
            session, actor, request_id=request_id, outcome=Outcome(step), now=now
        )
    else:
        raise NotFound(f"a request has no step {step[:40]!r}")
    return None


def _show(
    page: Page,
    session: Session,
    *,
    now: datetime,
    shows_closed: bool = False,
    errors: Sequence[FormError] = (),
    status: int = 200,
) -> Response:
    found = requests.list_requests(session, is_open=not shows_closed)
    response = page.render(
        "operator/requests.html",
        status_code=status,
        path=ADDRESS,
        errors=errors,
        requests=[PersonRequestRead.of(one, now) for one in found],
        shows_closed=shows_closed,
        kinds=[kind.value for kind in RequestKind],
    )
    response.headers["Cache-Control"] = "no-store"
    return response
