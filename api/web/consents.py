"""Pages of operators: what people at firms agree to, written down for each group of their details."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from api.deps import EngineDep, NowDep, OperatorDep, SessionDep
from api.web import forms
from api.web.consent_forms import people_of, read_consent, say_unfit
from api.web.forms import FormError
from api.web.names import Names
from api.web.rendering import Page, PageDep
from core.errors import Conflict
from core.identity.actor import Actor
from core.privacy.errors import PersonErased, PersonNotFound
from core.privacy.models import Purpose
from providers.contacts.consenting import (
    access_contact,
    list_contact_consents,
    record_contact_consent,
)
from providers.contacts.models import FieldGroup
from providers.contacts.queries import list_firms
from providers.engine import Engine
from providers.errors import ProviderNotFound
from providers.models import Provider

router = APIRouter(include_in_schema=False)

ADDRESS = "/ops/consents"
_SHOWN = 50
Typed = Annotated[str, Form(max_length=400)]


@router.get(ADDRESS)
def find_page(
    *,
    page: PageDep,
    _actor: OperatorDep,
    session: SessionDep,
    text: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Find the firm whose people are meant."""
    response = page.render(
        "operator/consents.html", firms=list_firms(session, text, limit=_SHOWN), text=text
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get(ADDRESS + "/{provider_id}")
def show_page(
    *,
    page: PageDep,
    engine: EngineDep,
    actor: OperatorDep,
    session: SessionDep,
    now: NowDep,
    provider_id: UUID,
) -> Response:
    """Show a firm's people, what they agree to, and all that they said."""
    return _show(page, session, actor, engine, provider_id, now=now)


@router.post(ADDRESS + "/{contact_id}")
def record_consent(
    *,
    page: PageDep,
    engine: EngineDep,
    actor: OperatorDep,
    session: SessionDep,
    now: NowDep,
    contact_id: UUID,
    seen: Annotated[int, Form(ge=0, le=2_147_483_646)] = 0,
    purpose: Annotated[Purpose, Form()] = Purpose.DIRECTORY,
    group: Typed = "",
    said: Typed = "",
    notice_version: Typed = "",
    evidence: Typed = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Write down that a person agrees to a purpose, or does not any more."""
    forms.require_token(page.request, form_token, page.settings)
    provider_id = access_contact(session, actor, contact_id).provider_id
    field = f"evidence-{contact_id}"
    body = read_consent(purpose, group, said, notice_version, evidence)
    if body is None:
        errors = [FormError(say_unfit(page), field)]
        return _show(page, session, actor, engine, provider_id, now=now, errors=errors, status=422)
    try:
        record_contact_consent(
            session,
            actor,
            page.settings.keyring,
            contact_id=contact_id,
            said=body,
            now=now,
            seen=seen,
        )
    except Conflict:
        told = page.gettext(
            "Something else was written down meanwhile. Look at it, then write again."
        )
    except (PersonErased, PersonNotFound):
        told = page.gettext("The person was erased: there is nobody who could agree.")
    else:
        return RedirectResponse(f"{ADDRESS}/{provider_id}#people", status_code=303)
    errors = [FormError(told, field)]
    return _show(page, session, actor, engine, provider_id, now=now, errors=errors, status=409)


def _show(
    page: Page,
    session: Session,
    actor: Actor,
    engine: Engine,
    provider_id: UUID,
    *,
    now: datetime,
    errors: Sequence[FormError] = (),
    status: int = 200,
) -> Response:
    provider = session.get(Provider, provider_id)
    if provider is None:
        raise ProviderNotFound(f"no provider has the id {provider_id}")
    people = people_of(page, session, actor, provider, now=now)
    response = page.render(
        "operator/consents_of_firm.html",
        status_code=status,
        path=f"{ADDRESS}/{provider_id}",
        errors=errors,
        provider=provider,
        people=people,
        records={
            person.stand.id: list_contact_consents(session, actor, person.stand.id)
            for person in people
        },
        purposes=[purpose.value for purpose in Purpose],
        groups=[group.value for group in FieldGroup],
        names=Names(page.script, engine.names),
    )
    response.headers["Cache-Control"] = "no-store"
    return response
