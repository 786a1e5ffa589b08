"""Pages on which an enterprise mends a need: its facts, or its words."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.deps import ActorDep, EngineDep, MatchDeskDep, NowDep, ReadSessionDep, SessionDep
from api.recommending import match_before_storing
from api.web import forms
from api.web.correction_changes import apply_form
from api.web.correction_form import CorrectionForm, form_for
from api.web.correction_view import list_wishes, view_corrections
from api.web.directory import list_branches
from api.web.forms import FormError
from api.web.names import Names
from api.web.places import finder_of
from api.web.rendering import Page, PageDep
from api.web.words import ADVISED_CHARACTERS, BadText, checked_text, plain_lines
from core.errors import InvalidInput
from enterprises import matching_service, queries, service
from enterprises.access import access_need_to_change
from enterprises.corrections import as_used
from enterprises.errors import StaleNeed
from enterprises.models import Need
from enterprises.schemas import MAX_TEXT_CHARACTERS, NeedUpdate
from providers.engine import Engine

router = APIRouter(include_in_schema=False)

SHOWN = 10
CURRENCIES = (
    "CNY", "HKD", "MOP", "TWD", "USD", "EUR", "GBP", "SGD", "MYR", "THB", "VND", "IDR", "PHP",
    "KHR", "LAK", "MMK", "BND", "JPY", "KRW", "AED", "SAR", "INR", "AUD",
)  # fmt: skip


@router.get("/needs/{need_id}/reading")
def show_reading(
    *,
    page: PageDep,
    engine: EngineDep,
    session: ReadSessionDep,
    actor: ActorDep,
    now: NowDep,
    need_id: UUID,
) -> HTMLResponse:
    """Show every fact that was read, to be kept, taken out or added to."""
    need = access_need_to_change(session, actor, need_id, now=now)
    structured, reading = queries.as_structured(need), queries.as_reading(need)
    names = Names(page.script, engine.names)
    home = as_used(structured, reading).home_jurisdiction
    form = form_for(
        structured,
        reading,
        version=need.version,
        home=names.jurisdiction(home) if home else "",
    )
    return _correct(page, engine, session, need=need, form=form, errors=[])


@router.post("/needs/{need_id}/reading")
def correct_reading(
    *,
    request: Request,
    page: PageDep,
    engine: EngineDep,
    reads: ReadSessionDep,
    session: SessionDep,
    desk: MatchDeskDep,
    actor: ActorDep,
    now: NowDep,
    need_id: UUID,
    form: Annotated[CorrectionForm, Form()],
) -> Response:
    """Store the corrections, find advisers again, and lead to them."""
    forms.require_same_origin(request)
    need = access_need_to_change(reads, actor, need_id, now=now)
    try:
        forms.require_token(request, form.form_token, page.settings)
    except forms.StaleForm:
        said = page.gettext(
            "This page had been open for too long. What you entered is kept: send it again."
        )
        return _correct(
            page,
            engine,
            reads,
            need=need,
            form=form,
            errors=[FormError(said, "save")],
            status=403,
        )
    if form.version != need.version:
        return _conflict(page, engine, reads, need, form)
    body = apply_form(
        form,
        queries.as_structured(need),
        queries.as_reading(need),
        finder=finder_of(engine, Names(page.script, engine.names)),
        today=now.date(),
        gettext=page.gettext,
    )
    if isinstance(body, list):
        return _correct(page, engine, reads, need=need, form=form, errors=body, status=422)
    reads.close()
    try:
        matched = match_before_storing(engine, desk, body, top=SHOWN, now=now)
        changed = service.update_need(session, actor, engine, need_id=need_id, body=body, now=now)
    except StaleNeed:
        current = access_need_to_change(session, actor, need_id, now=now)
        return _conflict(page, engine, session, current, form)
    except InvalidInput:
        said = page.gettext("Nothing would be left to look for. Keep a place or a kind of work.")
        errors = [FormError(said, "add_target_jurisdictions")]
        return _correct(page, engine, session, need=need, form=form, errors=errors, status=422)
    matching_service.recommend(
        session,
        actor,
        engine,
        need_id=need_id,
        top=SHOWN,
        now=now,
        matched=matched,
        matched_version=changed.version,
    )
    return RedirectResponse(f"/needs/{need_id}/matches", status_code=303)


@router.get("/needs/{need_id}/words")
def show_words(
    page: PageDep, session: ReadSessionDep, actor: ActorDep, now: NowDep, need_id: UUID
) -> HTMLResponse:
    """Show the words of a need, to be changed."""
    need = access_need_to_change(session, actor, need_id, now=now)
    text = queries.as_structured(need).text or ""
    judged = queries.as_structured(need).may_be_judged
    return _words(page, need_id, need.version, text=text, may_be_judged=judged, errors=[])


@router.post("/needs/{need_id}/words")
def change_words(
    *,
    request: Request,
    page: PageDep,
    engine: EngineDep,
    reads: ReadSessionDep,
    session: SessionDep,
    desk: MatchDeskDep,
    actor: ActorDep,
    now: NowDep,
    need_id: UUID,
    version: Annotated[int, Form(ge=1, le=2_147_483_646)],
    text: Annotated[str, Form()] = "",
    may_be_judged: Annotated[bool, Form()] = False,
    form_token: Annotated[str, Form()] = "",
) -> Response:
    """Read the changed words, apply the corrections made before, and find advisers again."""
    forms.require_same_origin(request)
    text = plain_lines(text)
    need = access_need_to_change(reads, actor, need_id, now=now)
    reads.close()
    structured = queries.as_structured(need)
    words = partial(_words, page, need_id, text=text, may_be_judged=may_be_judged)
    try:
        forms.require_token(request, form_token, page.settings)
        checked_text(page, text)
        body = NeedUpdate.model_validate(
            structured.model_dump()
            | {"text": text, "may_be_judged": may_be_judged, "version": version}
        )
        matched = match_before_storing(engine, desk, body, top=SHOWN, now=now)
        changed = service.update_need(session, actor, engine, need_id=need_id, body=body, now=now)
    except forms.StaleForm:
        said = page.gettext(
            "This page had been open for too long. Your text is kept: send it again."
        )
        return words(version, errors=[FormError(said, "send")], status=403)
    except BadText as error:
        return words(version, errors=[FormError(error.said, "text")], status=422)
    except StaleNeed:
        current = access_need_to_change(session, actor, need_id, now=now)
        said = page.gettext(
            "The need was changed meanwhile. Compare both texts, then send yours again or leave it."
        )
        return words(
            current.version,
            errors=[FormError(said, "text")],
            status=409,
            stored=queries.as_structured(current).text or "",
        )
    except InvalidInput:
        said = page.gettext("We could not read this as text. Write it in English or Chinese.")
        return words(version, errors=[FormError(said, "text")], status=422)
    matching_service.recommend(
        session,
        actor,
        engine,
        need_id=need_id,
        top=SHOWN,
        now=now,
        matched=matched,
        matched_version=changed.version,
    )
    return RedirectResponse(f"/needs/{need_id}/matches", status_code=303)


def _conflict(
    page: Page, engine: Engine, session: Session, need: Need, form: CorrectionForm
) -> HTMLResponse:
    said = page.gettext(
        "The need was changed meanwhile. Below it stands as it is now, with what you entered: "
        "check it and save again."
    )
    fresh = form.model_copy(update={"version": need.version})
    errors = [FormError(said, "wishes")]
    return _correct(page, engine, session, need=need, form=fresh, errors=errors, status=409)


def _correct(
    page: Page,
    engine: Engine,
    session: Session,
    *,
    need: Need,
    form: CorrectionForm,
    errors: list[FormError],
    status: int = 200,
) -> HTMLResponse:
    names = Names(page.script, engine.names)
    structured, reading = queries.as_structured(need), queries.as_reading(need)
    finder = finder_of(engine, names)
    return page.render(
        "enterprise/correct.html",
        status_code=status,
        need_id=need.id,
        form=form,
        view=view_corrections(form, structured, reading, names),
        text=structured.text,
        is_conflict=status == 409,
        wishes=list_wishes(form, names) if status == 409 else (),
        errors=errors,
        by_field={error.field: error.text for error in reversed(errors) if error.field},
        places=finder.place_names(),
        languages_offered=finder.language_names(),
        sectors=list_branches(session, names),
        currencies=CURRENCIES,
        names=names,
    )


def _words(
    page: Page,
    need_id: UUID,
    version: int,
    *,
    text: str,
    may_be_judged: bool,
    errors: list[FormError],
    status: int = 200,
    stored: str | None = None,
) -> HTMLResponse:
    return page.render(
        "enterprise/change_words.html",
        status_code=status,
        need_id=need_id,
        version=version,
        text=text,
        may_be_judged=may_be_judged,
        stored=stored,
        errors=errors,
        advised=ADVISED_CHARACTERS,
        limit=MAX_TEXT_CHARACTERS,
    )
