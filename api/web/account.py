"""The page of one's own account: password, second factor, passkeys, tokens, sessions."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.deps import (
    ActorDep,
    NowDep,
    PasswordDeskDep,
    ReadSessionDep,
    SessionDep,
    SettingsDep,
    SignInCountsDep,
)
from api.sign_in_counts import TooManyAttempts
from api.web import forms
from api.web.cookies import remember_session, session_secret
from api.web.forms import FormError
from api.web.rendering import Page, PageDep
from api.web.sign_in import too_many
from core.audit.vocabulary import Action
from core.db import transaction
from core.errors import Forbidden, InvalidInput, SignInNeeded
from core.identity import own, passkeys, second_factor, sign_in
from core.identity.accounts import get_account, read_person, set_password
from core.identity.actor import NEED_SECOND_FACTOR, Actor
from core.identity.passwords import (
    PasswordRefused,
    PasswordTooCommon,
    require_usable,
)
from core.identity.sessions import digest_of, end_other_sessions, is_fresh, start_session
from core.identity.tokens import Scope
from core.identity.trail import record_account
from core.privacy.law import RequestKind
from core.privacy.requests import requests_of

router = APIRouter(include_in_schema=False)

ADDRESS = "/account"
_TOKEN_DAYS = (30, 90, 365)
FormToken = Annotated[str, Form(max_length=200)]


@router.get(ADDRESS)
def show_account(page: PageDep, actor: ActorDep, session: ReadSessionDep, now: NowDep) -> Response:
    """Show how the account is signed in to, and from where it is."""
    return show(page, session, actor, now=now)


def show(
    page: Page,
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    errors: Sequence[FormError] = (),
    status: int = 200,
    made_token: str = "",
) -> Response:
    """Show the page, with what went wrong on it or what is shown this once."""
    account_id = own.owner_id(actor)
    account = get_account(session, account_id)
    response = page.render(
        "people/account.html",
        status_code=status,
        path=ADDRESS,
        errors=errors,
        who=read_person(session, page.settings.keyring, account_id),
        kind=actor.kind.value,
        has_password=account.password_hash is not None,
        has_app=account.totp_sealed is not None,
        has_second_factor=second_factor.has_second_factor(session, account_id),
        needs_second_factor=actor.kind in NEED_SECOND_FACTOR,
        codes_left=second_factor.recovery_codes_left(session, account_id),
        passkeys=passkeys.list_passkeys(session, account_id),
        tokens=own.list_tokens(session, account_id, now=now),
        made_token=made_token,
        scopes=_scopes_for(actor),
        token_days=_TOKEN_DAYS,
        sessions=own.list_sessions(session, actor, now=now),
        this_session=digest_of(session_secret(page.request)),
        id_characters=own.SESSION_ID_CHARACTERS,
        places=sign_in.memberships_of(session, account_id),
        tenant_id=actor.tenant_id,
        is_manager=actor.is_manager,
        requests=requests_of(session, account_id),
        request_kinds=[kind.value for kind in RequestKind],
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _scopes_for(actor: Actor) -> list[str]:
    may_administer = actor.is_manager or actor.kind in NEED_SECOND_FACTOR
    return [scope.value for scope in Scope if may_administer or scope is not Scope.ADMINISTER]


@router.post(ADDRESS + "/password")
async def change_password(
    *,
    request: Request,
    page: PageDep,
    actor: ActorDep,
    settings: SettingsDep,
    desk: PasswordDeskDep,
    counts: SignInCountsDep,
    now: NowDep,
    current_password: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    form_token: FormToken = "",
) -> Response:
    """Take another password, and sign the account out everywhere else."""
    account_id = own.owner_id(actor)
    sessions = request.app.state.sessions

    def again(said: str, field: str, status: int = 422) -> Response:
        with transaction(sessions) as session:
            errors = [FormError(said, field)]
            return show(page, session, actor, now=now, errors=errors, status=status)

    def known() -> tuple[str | None, tuple[str, ...]]:
        with transaction(sessions) as session:
            person = read_person(session, settings.keyring, account_id)
            return get_account(session, account_id).password_hash, (person.email, person.name)

    def store(hashed: str) -> str:
        with transaction(sessions) as session:
            set_password(session, get_account(session, account_id), hashed, now=now)
            record_account(session, actor, Action.PASSWORD_CHANGED, account_id, by="password")
            return start_session(
                session,
                account_id=account_id,
                organisation_id=actor.tenant,
                now=now,
                is_strong=second_factor.has_second_factor(session, account_id),
            )

    try:
        forms.require_token(request, form_token, settings)
        counts.count_account(f"password:{account_id}")
        old, said_of = await run_in_threadpool(known)
        is_right, _renewed = await desk.verify(current_password, old)
        if not is_right:
            wrong = page.gettext("The present password is not right.")
            return await run_in_threadpool(again, wrong, "current_password")
        require_usable(password, known=said_of)
    except forms.StaleForm:
        return await run_in_threadpool(again, _stale(page), "current_password", 403)
    except TooManyAttempts as error:
        return await run_in_threadpool(again, too_many(page), "current_password", error.status)
    except PasswordRefused as error:
        return await run_in_threadpool(again, say_refused(page, error), "new_password")
    secret = await run_in_threadpool(store, await desk.hash(password))
    response = RedirectResponse(f"{ADDRESS}#password-title", status_code=303)
    remember_session(response, request, secret)
    return response


def say_refused(page: Page, error: PasswordRefused) -> str:
    """Say what is wrong with a new password."""
    if isinstance(error, PasswordTooCommon):
        return page.gettext("This password is among the first that are tried. Choose another.")
    return page.gettext("Choose a password of 8 to 256 characters.")


def _stale(page: Page) -> str:
    return page.gettext("This page had been open for too long. Press the button again.")


def change(
    page: Page,
    session: Session,
    actor: Actor,
    form_token: str,
    do: Callable[[UUID], Response | None],
    *,
    now: datetime,
    anchor: str,
) -> Response:
    """Do something about how an account is signed in to, if its owner has just signed in."""
    account_id = own.owner_id(actor)
    try:
        forms.require_token(page.request, form_token, page.settings)
    except forms.StaleForm:
        errors = [FormError(_stale(page))]
        return show(page, session, actor, now=now, errors=errors, status=403)
    secret = session_secret(page.request)
    if actor.scopes is not None:
        raise SignInNeeded("this is done by a person who has signed in")
    if not is_fresh(session, secret, now=now):
        return RedirectResponse(f"/sign-in?again=1&next={ADDRESS}", status_code=303)
    return do(account_id) or RedirectResponse(f"{ADDRESS}#{anchor}", status_code=303)


@router.post(ADDRESS + "/second-factor/remove")
def remove_second_factor(
    page: PageDep, actor: ActorDep, session: SessionDep, now: NowDep, form_token: FormToken = ""
) -> Response:
    """Forget app, passkeys and codes; those who need a second factor set up another."""

    def do(account_id: UUID) -> Response | None:
        second_factor.remove_second_factors(session, account_id)
        record_account(session, actor, Action.SECOND_FACTOR_REMOVED, account_id, sort="all")
        end_other_sessions(session, account_id, secret=session_secret(page.request))
        is_needed = actor.kind in NEED_SECOND_FACTOR
        return RedirectResponse("/second-factor", status_code=303) if is_needed else None

    return change(page, session, actor, form_token, do, now=now, anchor="factor-title")


@router.post(ADDRESS + "/recovery-codes")
def renew_recovery_codes(
    page: PageDep, actor: ActorDep, session: SessionDep, now: NowDep, form_token: FormToken = ""
) -> Response:
    """Make new codes for paper, and show them this once."""

    def do(account_id: UUID) -> Response | None:
        codes = second_factor.new_recovery_codes(session, account_id, now=now)
        record_account(session, actor, Action.RECOVERY_CODES_MADE, account_id)
        response = page.render(
            "people/recovery_codes.html", path=ADDRESS, codes=codes, onward=ADDRESS
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return change(page, session, actor, form_token, do, now=now, anchor="factor-title")


@router.post(ADDRESS + "/tokens")
def make_token(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[list[Scope] | None, Form()] = None,
    days: Annotated[int, Form(ge=1, le=366)] = 90,
    form_token: FormToken = "",
) -> Response:
    """Make a token, and show it this once."""

    def do(_account_id: UUID) -> Response | None:
        try:
            _token, secret = own.make_own_token(
                session, actor, name=name, scopes=scopes or (), days=days, now=now
            )
        except (InvalidInput, Forbidden):
            said = page.gettext("Give the token a name of 1 to 120 characters and a scope.")
            errors = [FormError(said, "token-name")]
            return show(page, session, actor, now=now, errors=errors, status=422)
        return show(page, session, actor, now=now, made_token=secret)

    return change(page, session, actor, form_token, do, now=now, anchor="tokens-title")


@router.post(ADDRESS + "/tokens/{token_id}/revoke")
def revoke(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    token_id: UUID,
    form_token: FormToken = "",
) -> Response:
    """Make a token void."""
    forms.require_token(page.request, form_token, page.settings)
    own.revoke_own_token(session, actor, token_id=token_id, now=now)
    return RedirectResponse(f"{ADDRESS}#tokens-title", status_code=303)


@router.post(ADDRESS + "/sessions/end")
def end_others(
    page: PageDep, actor: ActorDep, session: SessionDep, form_token: FormToken = ""
) -> Response:
    """Sign the account out everywhere but here."""
    forms.require_token(page.request, form_token, page.settings)
    own.end_own_others(session, actor, secret=session_secret(page.request))
    return RedirectResponse(f"{ADDRESS}#sessions-title", status_code=303)


@router.post(ADDRESS + "/sessions/{session_id}/end")
def end_one(
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    session_id: str,
    form_token: FormToken = "",
) -> Response:
    """Sign the account out on one browser."""
    forms.require_token(page.request, form_token, page.settings)
    own.end_own_session(session, actor, session_id=session_id)
    return RedirectResponse(f"{ADDRESS}#sessions-title", status_code=303)


@router.post(ADDRESS + "/organisation")
def act_for(
    *,
    page: PageDep,
    actor: ActorDep,
    session: SessionDep,
    now: NowDep,
    organisation_id: Annotated[UUID, Form()],
    form_token: FormToken = "",
) -> Response:
    """Go on for another organisation of one's own, in a new session."""
    account_id = own.owner_id(actor)
    forms.require_token(page.request, form_token, page.settings)
    step = sign_in.begin(
        session,
        account_id=account_id,
        organisation_id=organisation_id,
        now=now,
        is_strong=second_factor.has_second_factor(session, account_id),
    )
    if step is None:
        raise SignInNeeded("you have no place in that organisation")
    own.end_own_session(
        session,
        actor,
        session_id=digest_of(session_secret(page.request))[: own.SESSION_ID_CHARACTERS],
    )
    response = RedirectResponse(ADDRESS, status_code=303)
    remember_session(response, page.request, step.secret)
    return response
