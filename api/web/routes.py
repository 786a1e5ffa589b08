"""Pages of routes: those that matter for a need, and the answer for any two places."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BaseModel, Field

from api.deps import ActorDep, EngineDep, NowDep, ReadSessionDep
from api.web import views
from api.web.correction_changes import say_unknown
from api.web.correction_form import read_day
from api.web.forms import FormError
from api.web.names import Names
from api.web.places import Finder, finder_of
from api.web.rendering import Page, PageDep
from api.web.route_view import view_route, view_routes
from enterprises import queries
from enterprises.access import access_need
from enterprises.corrections import as_used
from enterprises.routes import routes_for
from enterprises.storable import refuse_unstorable
from matching.jurisdictions.facts import CHOICES, Facts
from matching.jurisdictions.graph import FIRST_DAY, LAST_DAY
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import NoRoute, Route, RouteKind
from providers.engine import Engine

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Field(max_length=100), AfterValidator(refuse_unstorable)]
FLAGS = ("commercial", "international", "money_judgment", "superior_court", "final", "opted_in")
DATES = ("choice_concluded", "proceedings_instituted", "judgment_given")


class RouteForm(BaseModel):
    """The form of the page on routes as it stands in its address."""

    kind: Typed = RouteKind.DOCUMENT
    origin: Typed = Field(default="", alias="from")
    destination: Typed = Field(default="", alias="to")
    on: Typed = ""
    fact: Annotated[list[Typed], Field(max_length=20)] = []
    choice_of_court: Typed = ""
    choice_concluded: Typed = ""
    proceedings_instituted: Typed = ""
    judgment_given: Typed = ""

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked yet."""
        return bool(self.origin.strip() or self.destination.strip())


@dataclass(slots=True)
class _Reader:
    """Reads the form of a route, and keeps what is wrong with it."""

    page: Page
    finder: Finder
    today: date
    errors: list[FormError]

    def day(self, typed: str, field: str, *, default: date | None) -> date | None:
        if not typed.strip():
            return default
        day = read_day(typed.strip())
        if day is not None and FIRST_DAY <= day <= LAST_DAY:
            return day
        said = self.page.gettext(
            "Write the date as year, month and day between %(first)s and %(last)s: 2026-12-31.",
            first=FIRST_DAY.year,
            last=LAST_DAY.year,
        )
        self.errors.append(FormError(said, field))
        return default

    def place(self, typed: str, field: str) -> str | None:
        typed = typed.strip()
        if not typed:
            said = self.page.gettext("Name a place.")
            self.errors.append(FormError(said, field))
            return None
        found = self.finder.places(typed, on=self.today)
        if len(found.codes) == 1:
            return found.codes[0]
        if found.codes:
            said = self.page.gettext(
                "“%(typed)s” is several places. Name one of them: %(names)s.",
                typed=typed,
                names=self.page.gettext(", ").join(
                    map(self.finder.names.jurisdiction, found.codes)
                ),
            )
        else:
            said = say_unknown(typed, found, self.page.gettext)
        self.errors.append(FormError(said, field))
        return None


@router.get("/needs/{need_id}/routes")
def show_routes(
    *,
    page: PageDep,
    engine: EngineDep,
    session: ReadSessionDep,
    actor: ActorDep,
    now: NowDep,
    need_id: UUID,
    route: Annotated[int, Query(ge=1, le=99)] = 1,
    on: Typed = "",
) -> HTMLResponse:
    """Show the routes that matter for a need, one of them drawn."""
    need = access_need(session, actor, need_id, now=now)
    names = Names(page.script, engine.names)
    used = as_used(queries.as_structured(need), queries.as_reading(need))
    reader = _Reader(page, finder_of(engine, names), now.date(), [])
    day = reader.day(on, "on", default=now.date()) or now.date()
    found = view_routes(routes_for(engine.graph, used, day), names)
    return page.render(
        "enterprise/routes.html",
        status_code=422 if reader.errors else 200,
        need_id=need_id,
        asked=views.summarise(used, names),
        home=used.home_jurisdiction,
        targets=used.target_jurisdictions or used.secondary_jurisdictions,
        routes=found,
        chosen=min(route, len(found)),
        on=on.strip() if reader.errors else day.isoformat(),
        is_today=day == now.date(),
        errors=reader.errors,
        names=names,
    )


@router.get("/routes")
def ask_route(
    page: PageDep, engine: EngineDep, now: NowDep, form: Annotated[RouteForm, Query()]
) -> HTMLResponse:
    """Answer how something made in one place is used in another."""
    names = Names(page.script, engine.names)
    finder = finder_of(engine, names)
    reader = _Reader(page, finder, now.date(), [])
    route = _answer(form, reader, engine) if form.is_asked else None
    return page.render(
        "public/routes.html",
        status_code=422 if reader.errors else 200,
        form=form,
        kinds=list(RouteKind),
        flags=FLAGS,
        dates=DATES,
        choices=CHOICES,
        has_facts=bool(form.fact or form.choice_of_court or any(getattr(form, d) for d in DATES)),
        today=now.date().isoformat(),
        view=None if route is None else view_route(route, names),
        errors=reader.errors,
        by_field={error.field: error.text for error in reversed(reader.errors) if error.field},
        places=finder.place_names(),
        names=names,
    )


def _answer(form: RouteForm, reader: _Reader, engine: Engine) -> Route | None:
    gettext = reader.page.gettext
    origin, destination = reader.place(form.origin, "from"), reader.place(form.destination, "to")
    day = reader.day(form.on, "on", default=reader.today) or reader.today
    given = {name: reader.day(getattr(form, name), name, default=None) for name in DATES}
    if form.kind not in set(RouteKind):
        reader.errors.append(FormError(gettext("Choose from the list what travels."), "kind"))
    if origin is not None and origin == destination:
        said = gettext("Both are the same place. Name two different ones.")
        reader.errors.append(FormError(said, "to"))
    if reader.errors or origin is None or destination is None:
        return None
    facts = Facts(
        commercial="commercial" in form.fact or None,
        international="international" in form.fact or None,
        money_judgment="money_judgment" in form.fact or None,
        superior_court="superior_court" in form.fact or None,
        final="final" in form.fact or None,
        opted_in="opted_in" in form.fact or None,
        choice_of_court=form.choice_of_court if form.choice_of_court in CHOICES else None,
        choice_concluded=given["choice_concluded"],
        proceedings_instituted=given["proceedings_instituted"],
        judgment_given=given["judgment_given"],
    )
    try:
        return plan_route(
            engine.graph, RouteKind(form.kind), origin, destination, on=day, facts=facts
        )
    except NoRoute as error:
        # What is left is rare (two parts under one law, a withdrawn code) and said in English.
        reader.errors.append(FormError(str(error), "to"))
        return None
