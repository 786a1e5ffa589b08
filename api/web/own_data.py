"""On the page of one's account: what is kept of oneself, and what one wants done with it."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.deps import ActorDep, NowDep, SessionDep
from api.person_archives import archive_response
from api.web import forms
from api.web.account import ADDRESS, show
from api.web.forms import FormError
from api.web.rendering import PageDep
from core.identity.organisations import get_organisation
from core.identity.own import owner_id
from core.privacy.errors import RequestOpen
from core.privacy.law import RequestKind
from core.privacy.people import export_person
from core.privacy.requests import open_request
from providers.people import PERSON_PARTS

router = APIRouter(include_in_schema=False)

FormToken = Annotated[str, Form(max_length=200)]


@router.post(ADDRESS + "/export")
def export_me(
    page: PageDep, actor: ActorDep, session: SessionDep, now: NowDep, form_token: FormToken = ""
) -> Response:
    """Hand out all that is kept of whoever has signed in."""
    account_id = owner_id(actor)
    forms.require_token(page.request, form_token, page.settings)
    content = export_person(
        session, actor, page.settings.keyring, PERSON_PARTS, person_id=account_id, now=now
    )
    return archive_response(content)


@router.post(ADDRESS + "/requests")
def ask(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    kind: Annotated[RequestKind, Form()] = RequestKind.CORRECTION,
    form_token: FormToken = "",
) -> Response:
    """Ask the operators to correct or erase it."""
    account_id = owner_id(actor)
    forms.require_token(page.request, form_token, page.settings)
    place = get_organisation(session, actor.tenant).jurisdiction
    try:
        open_request(session, actor, kind=kind, place=place, person_id=account_id, received_at=now)
    except RequestOpen:
        said = page.gettext("You have asked for this already. It is being dealt with.")
        errors = [FormError(said, "request-kind")]
        return show(page, session, actor, now=now, errors=errors, status=409)
    return RedirectResponse(f"{ADDRESS}#data-title", status_code=303)
