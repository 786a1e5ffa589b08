"""Pages from templates: one Jinja environment per script, and what every page is given."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Annotated
from urllib.parse import urlencode

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.deps import ActorDep
from api.web import forms, language
from api.web.interval_picture import say_figure
from api.web.names import Names, lang_of
from api.web.static import static_url
from api.web.translations import LOCALES, translations_for
from core.identity.accounts import Person
from core.identity.actor import Actor, UserKind
from core.settings import Settings
from matching.types import Script


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One entry of the language switch."""

    script: Script
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One request for a page: who asks, and in which script the answer is written."""

    request: Request
    script: Script
    settings: Settings

    def gettext(self, message: str, **values: object) -> str:
        """Say a message of the catalogue in the script of the page."""
        said = translations_for(self.script).gettext(message)
        return said % values if values else said

    def render(
        self, template: str, *, status_code: int = 200, path: str | None = None, **values: object
    ) -> HTMLResponse:
        """Fill a template.

        Args:
            template: its name below `templates/`.
            status_code: of the answer.
            path: the address to which the language switch leads; the present one if None.
            values: what the template needs beside what every page is given.
        """
        token = forms.token_for(self.request, self.settings)
        html = (
            environment(self.script)
            .get_template(template)
            .render(
                lang=self.script.value,
                languages=self._language_links(path),
                form_token=token,
                path=self.request.url.path,
                shows_operators=self.settings.is_open_to_operators,
                person=self.person,
                is_provider=self._is_provider,
                **values,
            )
        )
        response = HTMLResponse(html, status_code=status_code)
        # What a need says is nobody else's business; Back must still be quick.
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Content-Language"] = self.script.value
        response.headers["Vary"] = "Accept-Language, Cookie"
        forms.remember_token(response, self.request, token)
        self._remember_script(response)
        return response

    def render_behind_link(
        self, template: str, *, status_code: int = 200, **values: object
    ) -> HTMLResponse:
        """As `render`, for an address that is a secret: nobody keeps the page.

        Nor does a page that is opened from it learn the address.
        """
        response = self.render(template, status_code=status_code, path=None, **values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @property
    def person(self) -> Person | None:
        """Who has signed in on this browser, as far as it was looked up for this request."""
        found: Person | None = getattr(self.request.state, "person", None)
        return found

    @property
    def _is_provider(self) -> bool:
        actor: Actor | None = getattr(self.request.state, "actor", None)
        return actor is not None and actor.kind is UserKind.PROVIDER

    def number(self, value: int) -> str:
        """Write a number as readers of the script do."""
        return str(format_decimal(value, locale=LOCALES[self.script]))

    def _language_links(self, path: str | None) -> list[LanguageLink]:
        url = self.request.url
        query = [(key, value) for key, value in self.request.query_params.multi_items()]
        kept = [] if path else [pair for pair in query if pair[0] != "lang"]
        return [
            LanguageLink(
                script,
                name,
                f"{path or url.path}?{urlencode([*kept, ('lang', script.value)])}",
                script is self.script,
            )
            for script, name in language.OWN_NAMES.items()
        ]

    def _remember_script(self, response: HTMLResponse) -> None:
        asked = language.script_of_tag(self.request.query_params.get("lang", ""))
        if asked is not None and self.request.cookies.get(language.COOKIE) != asked.value:
            response.set_cookie(
                language.COOKIE,
                asked.value,
                max_age=language.COOKIE_SECONDS,
                path="/",
                samesite="lax",
                httponly=True,
                secure=self.request.url.scheme == "https",
            )


def page_of(request: Request) -> Page:
    """Choose the script of the page that is asked for."""
    settings: Settings = request.app.state.settings
    script = language.choose_script(
        request.query_params.get("lang"),
        request.cookies.get(language.COOKIE),
        request.headers.get("accept-language"),
    )
    return Page(request, script, settings)


async def page_for(request: Request, _actor: ActorDep) -> Page:
    """Do the same once it is known who asks: every page names whoever has signed in."""
    return page_of(request)


PageDep = Annotated[Page, Depends(page_for)]


@lru_cache(maxsize=len(Script))
def environment(script: Script) -> Environment:
    """Return the Jinja environment of a script: its messages, dates and numbers."""
    locale = LOCALES[script]
    made = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # The extension adds this method when it is loaded, where type checkers cannot see it.
    made.install_gettext_translations(translations_for(script), newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.globals["static_url"] = static_url

    def say_date(value: date) -> str:
        return format_date(value, format="long", locale=locale)

    def say_moment(value: datetime) -> str:
        return f"{say_date(value)} {format_time(value, 'HH:mm', locale=locale)} UTC"

    def say_number(value: float | Decimal) -> str:
        return str(format_decimal(value, locale=locale))

    def say_score(value: float) -> str:
        return str(format_decimal(value, format="0.00", locale=locale))

    def say_day(value: str) -> str:
        return say_date(date.fromisoformat(value))

    def say_dollars(value: float | Decimal) -> str:
        return str(
            format_currency(
                round(value), "USD", format="¤#,##0", locale=locale, currency_digits=False
            )
        )

    def say_money(value: float, currency: str | None) -> str:
        # The code and not the sign: "$" is five currencies along these routes.
        if currency is None:
            return say_number(value)
        return str(
            format_currency(value, currency, format="¤¤ #,##0.##", locale=locale)
            if not value.is_integer()
            else format_currency(
                value, currency, format="¤¤ #,##0", locale=locale, currency_digits=False
            )
        )

    made.filters.update(
        date=say_date,
        moment=say_moment,
        number=say_number,
        dollars=say_dollars,
        money=say_money,
        lang_of=lang_of,
        score=say_score,
        figure=partial(say_figure, script=script),
        change=partial(say_figure, script=script, is_change=True),
        day=say_day,
        say=partial(say, script=script),
        name_of_place=name_of_place,
        name_of_language=name_of_language,
    )
    return made


def say(sentence: object, *, script: Script) -> str:
    """Take one script out of a sentence: a value of matching, or the API's with the same fields."""
    said: str = getattr(sentence, script.value.replace("-", "_").lower())
    return said


def name_of_place(code: str, names: Names) -> str:
    """Return the name of a jurisdiction, for templates that map a list of codes."""
    return names.jurisdiction(code)


def name_of_language(tag: str, names: Names) -> str:
    """Return the name of a language, for templates that map a list of tags."""
    return names.language(tag)
