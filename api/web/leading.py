"""The way to the sign-in page and back: where somebody was going, and what they had typed."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.web import forms
from api.web.cookies import remember_session, remember_step
from api.web.forms import FormError
from api.web.rendering import Page, page_of
from core.errors import Forbidden, PlatformError, SecondFactorNeeded
from core.identity.actor import NEED_SECOND_FACTOR, UserKind
from core.identity.sign_in import Step
from core.sealing import Keyring, SealBroken

_PURPOSE: Final = "kept-form"
_MOST_KEPT_CHARACTERS: Final = 200_000
_MOST_ADDRESS_CHARACTERS: Final = 2_000
# Never carried from one page to another.
_NOT_KEPT: Final = frozenset({forms.FIELD, "password", "current_password", "code", "credential"})
_HOMES: Final = {
    UserKind.OPERATOR: "/ops/imports",
    UserKind.COMMITTEE: "/rankers",
    UserKind.ADMINISTRATOR: "/organisations",
    UserKind.PROVIDER: "/provider",
}


@dataclass(frozen=True, slots=True)
class Aim:
    """What somebody wanted when they were asked to sign in.

    Attributes:
        next: a local address, or nothing.
        kept: a form that they had filled in, sealed; or nothing.
    """

    next: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent before its sender had signed in."""

    path: str
    fields: tuple[tuple[str, str], ...]


def local_address(text: str) -> str:
    """Return an address if it is one of this site, else nothing."""
    is_plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    if not is_plain or "\\" in text or len(text) > _MOST_ADDRESS_CHARACTERS:
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc else text


def home_of(kind: UserKind) -> str:
    """Return where a kind of user begins."""
    return _HOMES.get(kind, "/needs/new")


async def lead_to_sign_in(request: Request, error: PlatformError) -> Response:
    """Answer a browser that has to sign in, or to show a second factor, before it goes on.

    What a form had carried comes back once its sender has signed in. A form that another site made
    the browser send is not kept.
    """
    is_form = request.method == "POST"
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    aim = "" if is_form else local_address(here)
    if isinstance(error, SecondFactorNeeded):
        return RedirectResponse(f"/second-factor?next={quote(aim)}", status_code=303)
    if not is_form:
        return RedirectResponse(f"/sign-in?next={quote(aim)}", status_code=303)
    page = page_of(request)
    try:
        forms.require_same_origin(request)
    except Forbidden:
        return RedirectResponse("/sign-in", status_code=303)
    sent = await request.form()
    fields = tuple(
        (name, value)
        for name, value in sent.multi_items()
        if isinstance(value, str) and name not in _NOT_KEPT
    )
    kept = _seal(KeptForm(request.url.path, fields), page.settings.keyring)
    said = page.gettext("You were signed out meanwhile. Sign in: what you entered is kept.")
    return show_sign_in(page, Aim(kept=kept), errors=[FormError(said)], status=401)


def show_sign_in(
    page: Page,
    aim: Aim,
    *,
    email: str = "",
    errors: Sequence[FormError] = (),
    status: int = 200,
    is_again: bool = False,
) -> Response:
    """Show the sign-in page."""
    return page.render(
        "people/sign_in.html",
        status_code=status,
        path="/sign-in",
        aim=aim,
        email=email,
        errors=errors,
        is_again=is_again,
        outside=page.settings.outside_name,
        mails_links=page.settings.mails_links,
        may_register=page.settings.self_registration,
    )


def lead_on(page: Page, step: Step, aim: Aim) -> Response:
    """Answer whoever has just shown who they are: ask for more, or let them go where they wanted."""
    request = page.request
    where = quote(local_address(aim.next))
    response: Response
    if step.is_waiting:
        response = RedirectResponse(f"/second-factor?next={where}", status_code=303)
        if aim.kept:
            response = page.render(
                "people/second_factor.html", path="/second-factor", aim=aim, errors=()
            )
        remember_step(response, request, step.secret)
        return response
    request.state.begun_session = step.secret
    kept = open_kept(aim.kept, page.settings.keyring)
    if kept is not None:
        response = page.render("people/resume.html", path="/account", kept=kept)
    elif step.has_to_set_up:
        response = RedirectResponse(f"/second-factor?next={where}", status_code=303)
    else:
        response = RedirectResponse(local_address(aim.next) or home_of(step.kind), status_code=303)
    remember_session(response, request, step.secret)
    return response


def needs_set_up(kind: UserKind) -> bool:
    """Tell whether users of a kind may do nothing without a second factor."""
    return kind in NEED_SECOND_FACTOR


def _seal(form: KeptForm, ring: Keyring) -> str:
    said = json.dumps([form.path, form.fields])
    if len(said) > _MOST_KEPT_CHARACTERS:
        return ""
    return urlsafe_b64encode(ring.seal(said.encode(), purpose=_PURPOSE)).decode()


def open_kept(sealed: str, ring: Keyring) -> KeptForm | None:
    """Return the form that was kept; None where there is none, or none of ours."""
    if not sealed:
        return None
    try:
        path, fields = json.loads(ring.open(urlsafe_b64decode(sealed), purpose=_PURPOSE))
    except (SealBroken, ValueError):
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields))
