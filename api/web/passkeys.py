"""Where browsers fetch what passkeys sign, and send what they signed."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import ActorDep, NowDep, SessionDep, SignInCountsDep
from api.sign_in_counts import TooManyAttempts
from api.web import forms
from api.web.account import ADDRESS, FormToken, change, show
from api.web.cookies import session_secret, step_cookie
from api.web.forms import FormError
from api.web.leading import Aim, lead_on, local_address, show_sign_in
from api.web.rendering import PageDep
from api.web.second_factor import show_recovery_codes
from api.web.sign_in import too_many
from core.audit.vocabulary import Action
from core.errors import Forbidden, InvalidInput, SignInNeeded
from core.identity import passkeys, second_factor, sign_in
from core.identity.accounts import account_id_of, read_person
from core.identity.one_time import Purpose, find_one_time, use_one_time
from core.identity.passkeys import PasskeyRefused, Site
from core.identity.sessions import end_other_sessions, is_fresh
from core.identity.trail import record_account, record_failure
from core.settings import Settings

router = APIRouter(include_in_schema=False)

Credential = Annotated[str, Form(max_length=20_000)]


def site_of(request: Request, settings: Settings) -> Site:
    """Return what browsers sign for here."""
    base = settings.public_url or f"{request.url.scheme}://{request.url.netloc}"
    parts = urlsplit(base)
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def _as_json(document: str) -> Response:
    return Response(document, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.post("/sign-in/passkey/options")
def options_to_use(
    *,
    request: Request,
    page: PageDep,
    session: SessionDep,
    counts: SignInCountsDep,
    now: NowDep,
    form_token: FormToken = "",
) -> Response:
    """Give a browser a challenge: for anybody's passkey, or for one of whoever has begun to sign in."""
    forms.require_same_origin(request)
    forms.require_token(request, form_token, page.settings)
    counts.count_address(request)
    secret = request.cookies.get(step_cookie(request), "")
    waiting = find_one_time(session, secret, purpose=Purpose.SECOND_FACTOR, now=now)
    return _as_json(
        passkeys.options_to_use(
            session,
            site_of(request, page.settings),
            account_id=None if waiting is None else waiting.account_id,
            now=now,
        )
    )


@router.post("/sign-in/passkey")
def sign_in_with_passkey(
    *,
    request: Request,
    page: PageDep,
    session: SessionDep,
    counts: SignInCountsDep,
    now: NowDep,
    credential: Credential = "",
    next_address: Annotated[str, Form(alias="next")] = "",
    kept: Annotated[str, Form()] = "",
    form_token: FormToken = "",
) -> Response:
    """Let the owner of a passkey in."""
    forms.require_same_origin(request)
    aim = Aim(local_address(next_address), kept)
    secret = request.cookies.get(step_cookie(request), "")
    waiting = find_one_time(session, secret, purpose=Purpose.SECOND_FACTOR, now=now)
    step = None
    try:
        forms.require_token(request, form_token, page.settings)
        counts.count_address(request)
        account_id = passkeys.use_passkey(
            session,
            site_of(request, page.settings),
            credential=credential,
            account_id=None if waiting is None else waiting.account_id,
            now=now,
        )
        step = sign_in.begin(session, account_id=account_id, now=now, is_strong=True)
    except TooManyAttempts as error:
        return show_sign_in(page, aim, errors=[FormError(too_many(page))], status=error.status)
    except (forms.StaleForm, PasskeyRefused):
        pass
    if step is None:
        tried = None if waiting is None else waiting.account_id
        record_failure(session, tried, proof="passkey")
        said = page.gettext("The passkey was not taken. Try again, or sign in with your password.")
        return show_sign_in(page, aim, errors=[FormError(said)], status=422)
    if waiting is not None:
        use_one_time(session, secret, purpose=Purpose.SECOND_FACTOR, now=now)
    return lead_on(page, step, aim)


@router.post(ADDRESS + "/passkeys/options")
def options_to_make(
    *,
    request: Request,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    form_token: FormToken = "",
) -> Response:
    """Give a browser what it makes a passkey with, for whoever has just signed in."""
    forms.require_token(request, form_token, page.settings)
    account_id = account_id_of(actor)
    if not is_fresh(session, session_secret(request), now=now):
        raise SignInNeeded("sign in again: this changes how you sign in")
    person = read_person(session, page.settings.keyring, account_id)
    return _as_json(
        passkeys.options_to_make(session, site_of(request, page.settings), person, now=now)
    )


@router.post(ADDRESS + "/passkeys")
def add_passkey(
    *,
    request: Request,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    credential: Credential = "",
    name: Annotated[str, Form()] = "",
    next_address: Annotated[str, Form(alias="next")] = "",
    form_token: FormToken = "",
) -> Response:
    """Keep a passkey; with the first second factor come the codes for paper."""
    forms.require_token(request, form_token, page.settings)
    account_id = account_id_of(actor)
    if not is_fresh(session, session_secret(request), now=now):
        raise SignInNeeded("sign in again: this changes how you sign in")
    is_first = not second_factor.has_second_factor(session, account_id)
    if not is_first and not actor.is_strong:
        raise Forbidden("show the second factor that you have")
    try:
        site = site_of(request, page.settings)
        passkeys.add_passkey(
            session, site, account_id=account_id, credential=credential, name=name, now=now
        )
    except InvalidInput:
        said = page.gettext("The passkey was not kept: give it a name, and try again.")
        if not actor.is_strong:
            return RedirectResponse("/second-factor", status_code=303)
        errors = [FormError(said, "passkey-name")]
        return show(page, session, actor, now=now, errors=errors, status=422)
    record_account(session, actor, Action.SECOND_FACTOR_SET_UP, account_id, sort="passkey")
    if is_first:
        aim = Aim(local_address(next_address))
        return show_recovery_codes(page, session, actor, aim=aim, now=now)
    end_other_sessions(session, account_id, secret=session_secret(request))
    return RedirectResponse(f"{ADDRESS}#passkeys-title", status_code=303)


@router.post(ADDRESS + "/passkeys/{passkey_id}/remove")
def remove_passkey(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    passkey_id: UUID,
    form_token: FormToken = "",
) -> Response:
    """Forget a passkey."""

    def do(account_id: UUID) -> Response | None:
        passkeys.remove_passkey(session, account_id=account_id, passkey_id=passkey_id)
        record_account(session, actor, Action.SECOND_FACTOR_REMOVED, account_id, sort="passkey")
        return None

    return change(page, session, actor, form_token, do, now=now, anchor="passkeys-title")
