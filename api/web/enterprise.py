"""Pages of the enterprise: a need in its own words, and who may serve it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import AfterValidator

from api.deps import ActorDep, EngineDep, MatchDeskDep, NowDep, ReadSessionDep, SessionDep
from api.off_record import is_off_record
from api.recommending import match_before_storing, recommend_stored
from api.web import forms, views
from api.web.forms import FormError
from api.web.leading import home_of
from api.web.names import Names
from api.web.reading_view import view_reading
from api.web.rendering import Page, PageDep
from api.web.route_view import view_routes
from api.web.words import ADVISED_CHARACTERS, BadText, checked_text, plain_lines
from core.errors import InvalidInput
from core.identity import policy
from enterprises import access, matching_service, queries, service
from enterprises.corrections import as_used
from enterprises.match_schemas import VersionsRead
from enterprises.routes import routes_for
from enterprises.schemas import MAX_TEXT_CHARACTERS
from enterprises.storable import refuse_unstorable
from enterprises.why import explain_provider_for_need, find_by_name

router = APIRouter(include_in_schema=False)

SHOWN = 10
ROUTES_SHOWN = 3
SUGGESTED = 20
# One in each script, as they may well be typed.
EXAMPLES = (
    "feasibility study for rural roads in Vietnam",
    "孟加拉国供水项目的施工监理",
    "在坦桑尼亞做電力項目審計",
)


@router.get("/")
async def home(actor: ActorDep) -> Response:
    """Lead to the first page that users of a kind have."""
    return RedirectResponse(home_of(actor.kind), status_code=303)


@router.get("/needs/new")
def new_need(
    page: PageDep,
    session: ReadSessionDep,
    actor: ActorDep,
    now: NowDep,
    from_need: Annotated[UUID | None, Query(alias="from")] = None,
) -> HTMLResponse:
    """Ask for a need; `from` brings the words of one that exists."""
    # Whoever could not send it shall not write it first.
    policy.require(policy.may_write_needs(actor), actor)
    text = ""
    if from_need is not None:
        need = access.access_need(session, actor, from_need, now=now)
        text = queries.as_structured(need).text or ""
    return _intake(page, text, [])


@router.post("/needs")
def create_need(
    *,
    request: Request,
    page: PageDep,
    engine: EngineDep,
    session: SessionDep,
    desk: MatchDeskDep,
    actor: ActorDep,
    now: NowDep,
    text: Annotated[str, Form()] = "",
    may_be_judged: Annotated[bool, Form()] = False,
    form_token: Annotated[str, Form()] = "",
) -> Response:
    """Store a need, find advisers for it, and lead to them."""
    forms.require_same_origin(request)
    text = plain_lines(text)
    try:
        forms.require_token(request, form_token, page.settings)
        body = checked_text(page, text, may_be_judged=may_be_judged)
        matched = match_before_storing(engine, desk, body, top=SHOWN, now=now)
        need = service.create_need(session, actor, engine, body=body, now=now)
    except forms.StaleForm:
        said = page.gettext(
            "This page had been open for too long. Your text is kept: send it again."
        )
        errors, status = [FormError(said, "send")], 403
        return _intake(page, text, errors, may_be_judged=may_be_judged, status_code=status)
    except BadText as error:
        errors, status = [FormError(error.said, "text")], 422
        return _intake(page, text, errors, may_be_judged=may_be_judged, status_code=status)
    except InvalidInput:
        said = page.gettext("We could not read this as text. Write it in English or Chinese.")
        errors, status = [FormError(said, "text")], 422
        return _intake(page, text, errors, may_be_judged=may_be_judged, status_code=status)
    matching_service.recommend(
        session,
        actor,
        engine,
        need_id=need.id,
        top=SHOWN,
        now=now,
        matched=matched,
        matched_version=need.version,
    )
    return RedirectResponse(f"/needs/{need.id}/matches", status_code=303)


@router.get("/needs/{need_id}/matches")
def show_matches(
    *,
    page: PageDep,
    engine: EngineDep,
    session: ReadSessionDep,
    actor: ActorDep,
    now: NowDep,
    need_id: UUID,
) -> HTMLResponse:
    """Show who may serve a need, as the last recommendation has it."""
    need = access.access_need(session, actor, need_id, now=now)
    names = Names(page.script, engine.names)
    latest = access.latest_recommendation(session, actor, need)
    made = (
        matching_service.as_recommendation_read(latest)
        if latest is not None and latest.need_version == need.version
        else None
    )
    match = made.result if made else None
    structured, reading = queries.as_structured(need), queries.as_reading(need)
    used = match.need if match else as_used(structured, reading)
    on = match.on if match else now.date()
    return page.render(
        "enterprise/matches.html",
        need_id=need_id,
        asked=views.summarise(used, names),
        reading=view_reading(structured, used, reading, names),
        routes=view_routes(routes_for(engine.graph, used, on), names)[:ROUTES_SHOWN],
        match=match,
        made_at=made.created_at if made else None,
        cards=views.view_cards(match.ranked, names) if match else (),
        is_off_record=match is not None and is_off_record(match),
        removed=[rule for rule in match.removed if rule.removed] if match else [],
        accesses=access.accesses_to_show(session, actor, need),
        sources=sorted({row.provider.source for row in match.ranked}) if match else [],
        names=names,
    )


@router.post("/needs/{need_id}/matches")
def match_again(
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
    form_token: Annotated[str, Form()] = "",
) -> Response:
    """Find advisers for a need that exists, and lead to them."""
    forms.require_same_origin(request)
    forms.require_token(request, form_token, page.settings)
    recommend_stored(reads, session, actor, engine, desk, need_id=need_id, top=SHOWN, now=now)
    return RedirectResponse(f"/needs/{need_id}/matches", status_code=303)


@router.get("/needs/{need_id}/why")
def ask_why(
    *,
    page: PageDep,
    session: ReadSessionDep,
    actor: ActorDep,
    now: NowDep,
    need_id: UUID,
    q: Annotated[str, Query(max_length=200), AfterValidator(refuse_unstorable)] = "",
) -> Response:
    """Find the provider that is missed in the list, by its name."""
    access.access_need(session, actor, need_id, now=now)
    found = find_by_name(session, q, limit=SUGGESTED + 1)
    if len(found) == 1:
        return RedirectResponse(f"/needs/{need_id}/why/{found[0].id}", status_code=303)
    return page.render(
        "enterprise/why_search.html",
        need_id=need_id,
        q=q.strip(),
        providers=found[:SUGGESTED],
        has_more=len(found) > SUGGESTED,
    )


@router.get("/needs/{need_id}/why/{provider_id}")
def show_why(
    *,
    page: PageDep,
    engine: EngineDep,
    session: ReadSessionDep,
    desk: MatchDeskDep,
    actor: ActorDep,
    now: NowDep,
    need_id: UUID,
    provider_id: UUID,
) -> HTMLResponse:
    """Show why a provider stands where it stands, and what would bring it among the first."""
    need = access.access_need(session, actor, need_id, now=now)
    latest = access.latest_recommendation(session, actor, need)
    # As of the day of the list it is missed in, so that the places are those of the list.
    is_of_need = latest is not None and latest.need_version == need.version
    on = latest.matched_on if latest is not None and is_of_need else now.date()
    with desk.turns.take() as turn:
        found = explain_provider_for_need(
            engine,
            session,
            need,
            provider_id=provider_id,
            on=on,
            top=SHOWN,
            out_of_time=turn.is_over,
        )
    names = Names(page.script, engine.names)
    (card,) = views.view_cards([found.explained], names)
    return page.render(
        "enterprise/why.html",
        need_id=need_id,
        asked=views.summarise(found.need, names),
        found=found,
        card=card,
        is_changed=latest is not None
        and VersionsRead.model_validate(latest.versions) != found.versions,
        names=names,
    )


def _intake(
    page: Page,
    text: str,
    errors: list[FormError],
    *,
    may_be_judged: bool = False,
    status_code: int = 200,
) -> HTMLResponse:
    return page.render(
        "enterprise/new_need.html",
        status_code=status_code,
        path="/needs/new" if errors else None,
        text=text,
        may_be_judged=may_be_judged,
        errors=errors,
        advised=ADVISED_CHARACTERS,
        limit=MAX_TEXT_CHARACTERS,
        examples=EXAMPLES,
    )
