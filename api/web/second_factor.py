"""Pages of the second factor: it is shown here, and set up for the first time."""

import io
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from api.deps import ActorDep, NowDep, SessionDep, SettingsDep, SignInCountsDep
from api.sign_in_counts import SignInCounts, TooManyAttempts
from api.web import forms
from api.web.cookies import remember_session, session_secret, step_cookie
from api.web.forms import FormError
from api.web.leading import Aim, home_of, lead_on, local_address, needs_set_up
from api.web.rendering import Page, PageDep
from api.web.sign_in import NextParameter, too_many
from core.audit.vocabulary import Action
from core.errors import SignInNeeded
from core.identity import second_factor, sign_in
from core.identity.accounts import account_id_of, read_person
from core.identity.actor import Actor
from core.identity.one_time import Purpose, find_one_time, use_one_time
from core.identity.sessions import end_other_sessions, is_fresh, mark_strong
from core.identity.trail import record_account, record_failure
from core.sealing import SealBroken

router = APIRouter(include_in_schema=False)

_CODE_CHARACTERS = 60


@router.get("/second-factor")
def ask_for_second_factor(
    *,
    request: Request,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    aim: Annotated[NextParameter, Query(alias="next")] = "",
) -> Response:
    """Ask for a second factor, or show how to set one up; lead on whoever needs neither."""
    found = Aim(local_address(aim))
    secret = request.cookies.get(step_cookie(request), "")
    if find_one_time(session, secret, purpose=Purpose.SECOND_FACTOR, now=now):
        return _ask(page, found)
    account_id = account_id_of(actor)
    if second_factor.has_second_factor(session, account_id):
        return RedirectResponse("/account", status_code=303)
    if not is_fresh(session, session_secret(request), now=now):
        return RedirectResponse("/sign-in?again=1&next=/second-factor", status_code=303)
    return _offer(page, session, actor, found)


@router.post("/second-factor")
def show_second_factor(
    *,
    request: Request,
    page: PageDep,
    session: SessionDep,
    settings: SettingsDep,
    counts: SignInCountsDep,
    now: NowDep,
    code: Annotated[str, Form(max_length=_CODE_CHARACTERS)] = "",
    next_address: Annotated[str, Form(alias="next")] = "",
    kept: Annotated[str, Form()] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take a code of an app or from paper, and let its owner in."""
    forms.require_same_origin(request)
    aim = Aim(local_address(next_address), kept)
    secret = request.cookies.get(step_cookie(request), "")
    waiting = find_one_time(session, secret, purpose=Purpose.SECOND_FACTOR, now=now)
    if waiting is None or waiting.account_id is None:
        raise SignInNeeded("this sign-in took too long: begin again")
    account_id = waiting.account_id
    try:
        forms.require_token(request, form_token, settings)
        _count(request, counts, account_id)
    except forms.StaleForm:
        said = page.gettext("This page had been open for too long. Enter the code again.")
        return _ask(page, aim, said, 403)
    except TooManyAttempts as error:
        return _ask(page, aim, too_many(page), error.status)
    is_right = second_factor.use_totp(
        session, settings.keyring, account_id, code=code, now=now
    ) or second_factor.use_recovery_code(session, account_id, code=code, now=now)
    if not is_right:
        record_failure(session, account_id, proof="code")
        said = page.gettext("The code is not right, or was used already. Take the next one.")
        return _ask(page, aim, said, 422)
    use_one_time(session, secret, purpose=Purpose.SECOND_FACTOR, now=now)
    step = sign_in.begin(session, account_id=account_id, now=now, is_strong=True)
    if step is None:
        raise SignInNeeded("this account has no place to act from any more")
    return lead_on(page, step, aim)


def _count(request: Request, counts: SignInCounts, account_id: UUID) -> None:
    counts.count_address(request)
    counts.count_account(f"second-factor:{account_id}")


@router.post("/second-factor/app")
def set_up_app(
    *,
    request: Request,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    settings: SettingsDep,
    now: NowDep,
    seed: Annotated[str, Form(max_length=400)] = "",
    code: Annotated[str, Form(max_length=_CODE_CHARACTERS)] = "",
    next_address: Annotated[str, Form(alias="next")] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take the app whose code was typed as the second factor, and show the codes for paper."""
    account_id = account_id_of(actor)
    aim = Aim(local_address(next_address))
    try:
        forms.require_token(request, form_token, settings)
        plain = settings.keyring.open(urlsafe_b64decode(seed), purpose=_purpose(account_id))
    except (forms.StaleForm, SealBroken, ValueError):
        said = page.gettext("This page had been open for too long. Scan the new code.")
        return _offer(page, session, actor, aim, [FormError(said, "code")], status=403)
    if not is_fresh(session, session_secret(request), now=now):
        return RedirectResponse("/sign-in?again=1&next=/second-factor", status_code=303)
    if second_factor.has_second_factor(session, account_id):
        return RedirectResponse("/account", status_code=303)
    is_right = second_factor.set_up_totp(
        session, settings.keyring, account_id, seed=plain.decode(), code=code, now=now
    )
    if not is_right:
        said = page.gettext("The code is not right. Check the clock of your phone, and try again.")
        return _offer(
            page, session, actor, aim, [FormError(said, "code")], seed=plain.decode(), status=422
        )
    record_account(session, actor, Action.SECOND_FACTOR_SET_UP, account_id, sort="app")
    return show_recovery_codes(page, session, actor, aim=aim, now=now)


def show_recovery_codes(
    page: Page, session: Session, actor: Actor, *, aim: Aim, now: datetime
) -> Response:
    """Make the session strong, end the others, and show the codes for paper, this once."""
    request = page.request
    account_id = account_id_of(actor)
    codes = second_factor.new_recovery_codes(session, account_id, now=now)
    record_account(session, actor, Action.RECOVERY_CODES_MADE, account_id)
    secret = mark_strong(session, session_secret(request), now=now)
    end_other_sessions(session, account_id, secret=secret)
    request.state.begun_session = secret
    response = page.render(
        "people/recovery_codes.html",
        path="/account",
        codes=codes,
        onward=aim.next or home_of(actor.kind),
    )
    response.headers["Cache-Control"] = "no-store"
    remember_session(response, request, secret)
    return response


def _ask(page: Page, aim: Aim, said: str = "", status: int = 200) -> Response:
    return page.render(
        "people/second_factor.html",
        status_code=status,
        path="/second-factor",
        aim=aim,
        errors=[FormError(said, "code")] if said else (),
    )


def _offer(
    page: Page,
    session: Session,
    actor: Actor,
    aim: Aim,
    errors: Sequence[FormError] = (),
    *,
    seed: str = "",
    status: int = 200,
) -> Response:
    account_id = account_id_of(actor)
    ring = page.settings.keyring
    shown = seed or second_factor.new_seed()
    person = read_person(session, ring, account_id)
    address = second_factor.address_of_seed(shown, name=person.email or str(account_id))
    response = page.render(
        "people/set_up_second_factor.html",
        status_code=status,
        path="/second-factor",
        aim=aim,
        errors=errors,
        is_required=needs_set_up(actor.kind),
        picture=_draw(address),
        written=" ".join(shown[at : at + 4] for at in range(0, len(shown), 4)),
        seed=urlsafe_b64encode(ring.seal(shown.encode(), purpose=_purpose(account_id))).decode(),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _draw(address: str) -> Markup:
    """Draw a QR code as SVG that brings neither a style nor a script."""
    stream = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(
        stream,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
        border=2,
    )
    # Made by the library from squares alone: nothing of the address is in the markup as text.
    return Markup(stream.getvalue().decode())  # noqa: S704 see above


def _purpose(account_id: UUID) -> str:
    return f"totp-set-up:{account_id}"
