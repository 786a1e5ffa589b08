"""Signing in with the OpenID Connect provider of the installation."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from api.deps import NowDep, SettingsDep, SignInCountsDep
from api.links import public_base
from api.sign_in_counts import TooManyAttempts
from api.web import forms
from api.web.cookies import forget, outside_cookie, remember_outside
from api.web.forms import FormError
from api.web.leading import Aim, lead_on, local_address, show_sign_in
from api.web.rendering import Page, PageDep
from api.web.sign_in import too_many
from core.db import transaction
from core.errors import InvalidInput, NotFound
from core.identity import outside, sign_in
from core.identity.invitations import InvitationNotFound
from core.identity.one_time import Purpose, make_one_time, open_payload, use_one_time
from core.identity.openid import (
    CALLBACK,
    OutsideProvider,
    OutsideRefused,
    ProviderUnavailable,
    Trip,
)
from core.identity.trail import record_failure

router = APIRouter(include_in_schema=False)

LIFETIME: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A sign-in on its way: its secrets, and what its owner wanted."""

    trip: Trip
    aim: Aim
    invitation: str


def provider_of(request: Request) -> OutsideProvider:
    """Return the provider of this installation.

    Raises:
        NotFound: it has none.
    """
    found: OutsideProvider | None = request.app.state.outside_provider
    if found is None:
        raise NotFound("people do not sign in with another provider here")
    return found


@router.post("/sign-in/outside")
def begin(
    *,
    request: Request,
    page: PageDep,
    settings: SettingsDep,
    counts: SignInCountsDep,
    now: NowDep,
    next_address: Annotated[str, Form(alias="next")] = "",
    kept: Annotated[str, Form()] = "",
    invitation: Annotated[str, Form(max_length=200)] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Send a browser to the provider.

    Not by a redirect: browsers hold the policy for forms against the address that one leads to.
    """
    forms.require_same_origin(request)
    provider = provider_of(request)
    aim = Aim(local_address(next_address), kept)
    trip = Trip.begin()
    said = [trip.verifier, trip.nonce, aim.next, aim.kept, invitation.rpartition("/")[2]]
    sealed = settings.keyring.seal(json.dumps(said).encode(), purpose=Purpose.OUTSIDE_SIGN_IN)
    try:
        forms.require_token(request, form_token, settings)
        counts.count_address(request)
        with transaction(request.app.state.sessions) as session:
            state = make_one_time(
                session,
                purpose=Purpose.OUTSIDE_SIGN_IN,
                now=now,
                lifetime=LIFETIME,
                sealed=sealed,
            )
        back = f"{public_base(request, settings)}{CALLBACK}"
        address = provider.address_of(trip, state=state, redirect_uri=back, now=now)
    except TooManyAttempts as error:
        return show_sign_in(page, aim, errors=[FormError(too_many(page))], status=error.status)
    except ProviderUnavailable as error:
        return show_sign_in(page, aim, errors=[_no_answer(page)], status=error.status)
    response = page.render("people/leave.html", path="/sign-in", address=address)
    response.headers["Refresh"] = f"0;url={address}"
    response.headers["Cache-Control"] = "no-store"
    remember_outside(response, request, state)
    return response


@router.get(CALLBACK)
def come_back(
    *,
    request: Request,
    page: PageDep,
    settings: SettingsDep,
    now: NowDep,
    code: Annotated[str, Query(max_length=4_000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Let somebody in whom the provider knows, or say why not."""
    provider = provider_of(request)
    begun = _begun(request, page, state, now=now)
    refused = FormError(page.gettext("This sign-in was not accepted. Begin again."))
    if begun is None or not code or iss.rstrip("/") not in {"", provider.issuer}:
        response = show_sign_in(page, Aim(), errors=[refused], status=403)
        forget(response, request, outside_cookie(request))
        return response
    try:
        back = f"{public_base(request, settings)}{CALLBACK}"
        # Between two transactions: none is open while the provider is asked.
        person = provider.person_of(begun.trip, code=code, redirect_uri=back, now=now)
        with transaction(request.app.state.sessions) as session:
            if begun.invitation:
                account_id = outside.accept_outside(
                    session,
                    settings.keyring,
                    issuer=provider.issuer,
                    person=person,
                    secret=begun.invitation,
                    script=page.script.value,
                    now=now,
                )
            else:
                found = outside.find_outside(
                    session, settings.keyring, issuer=provider.issuer, person=person
                )
                if found is None:
                    record_failure(session, None, proof="outside")
                    return _unknown(page, begun.aim)
                account_id = found
            step = sign_in.begin(session, account_id=account_id, now=now)
    except ProviderUnavailable as error:
        return show_sign_in(page, begun.aim, errors=[_no_answer(page)], status=error.status)
    except (OutsideRefused, InvitationNotFound, InvalidInput):
        with transaction(request.app.state.sessions) as session:
            record_failure(session, None, proof="outside")
        return show_sign_in(page, begun.aim, errors=[refused], status=403)
    response = _unknown(page, begun.aim) if step is None else lead_on(page, step, begun.aim)
    forget(response, request, outside_cookie(request))
    return response


def _begun(request: Request, page: Page, state: str, *, now: datetime) -> _Begun | None:
    """Return the sign-in that this very browser began; it cannot be ended twice."""
    if not state or request.cookies.get(outside_cookie(request)) != state:
        return None
    with transaction(request.app.state.sessions) as session:
        used = use_one_time(session, state, purpose=Purpose.OUTSIDE_SIGN_IN, now=now)
    if used is None:
        return None
    said: list[str] = json.loads(open_payload(page.settings.keyring, used))
    verifier, nonce, aim, kept, invitation = said
    return _Begun(Trip(verifier, nonce), Aim(aim, kept), invitation)


def _unknown(page: Page, aim: Aim) -> Response:
    said = page.gettext("There is no account for you here yet. Ask for an invitation.")
    return show_sign_in(page, aim, errors=[FormError(said)], status=403)


def _no_answer(page: Page) -> FormError:
    return FormError(page.gettext("The sign-in provider does not answer. Try again in a moment."))
