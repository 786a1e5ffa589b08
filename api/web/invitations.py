"""Pages behind links that were sent: an invitation, and another password for a forgotten one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.deps import ActorDep, NowDep, PasswordDeskDep, ReadSessionDep, SettingsDep, SignInCountsDep
from api.web import forms
from api.web.account import say_refused
from api.web.forms import FormError
from api.web.leading import Aim, lead_on, show_sign_in
from api.web.rendering import Page, PageDep
from core.db import transaction
from core.errors import InvalidInput
from core.identity import invitations, resets, sign_in
from core.identity.accounts import (
    account_id_of,
    create_account,
    find_account,
    get_account,
    read_name,
    read_person,
)
from core.identity.passwords import PasswordRefused, require_usable
from core.identity.sign_in import Step

router = APIRouter(include_in_schema=False)

Secret = Annotated[str, Path(max_length=100)]
Written = Annotated[str, Form(max_length=2_000)]


@router.get("/invitations/{secret}")
def show_invitation(
    page: PageDep, session: ReadSessionDep, now: NowDep, secret: Secret
) -> Response:
    """Show who invites, and ask for a name and a password; known people accept with a button."""
    return _show(page, session, secret, now=now)


def _show(
    page: Page,
    session: Session,
    secret: str,
    *,
    now: datetime,
    name: str = "",
    error: FormError | None = None,
    status: int = 200,
) -> Response:
    invitation, organisation = invitations.find_invitation(session, secret, now=now)
    ring = page.settings.keyring
    email = invitations.read_address(ring, invitation)
    return page.render_behind_link(
        "people/invitation.html",
        status_code=status,
        errors=[error] if error else [],
        organisation=organisation,
        kind=invitation.kind,
        email=email,
        name=name,
        expires_at=invitation.expires_at,
        is_known=find_account(session, ring, email=email) is not None,
        is_theirs=page.person is not None and page.person.email == email,
        address=f"/invitations/{secret}",
        outside=page.settings.outside_name,
    )


@router.post("/invitations/{secret}")
async def accept_invitation(
    *,
    request: Request,
    page: PageDep,
    actor: ActorDep,
    settings: SettingsDep,
    desk: PasswordDeskDep,
    counts: SignInCountsDep,
    now: NowDep,
    secret: Secret,
    name: Written = "",
    password: Written = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Make the account and its place; or give whoever has signed in another place."""
    forms.require_same_origin(request)
    ring = settings.keyring
    sessions = request.app.state.sessions

    def again(said: str, field: str, status: int = 422) -> Response:
        with transaction(sessions) as session:
            error = FormError(said, field)
            return _show(page, session, secret, now=now, name=name, error=error, status=status)

    def email_of() -> tuple[str, bool]:
        with transaction(sessions) as session:
            invitation, _organisation = invitations.find_invitation(session, secret, now=now)
            email = invitations.read_address(ring, invitation)
            return email, find_account(session, ring, email=email) is not None

    def join() -> Response:
        account_id = account_id_of(actor)
        with transaction(sessions) as session:
            account = get_account(session, account_id)
            invitations.accept_invitation(session, secret=secret, account=account, now=now)
        return RedirectResponse("/account", status_code=303)

    def make(email: str, hashed: str) -> Step | None:
        with transaction(sessions) as session:
            account = create_account(
                session,
                ring,
                email=email,
                name=name,
                script=page.script.value,
                password_hash=hashed,
                now=now,
            )
            invitations.accept_invitation(session, secret=secret, account=account, now=now)
            return sign_in.begin(session, account_id=account.id, now=now)

    try:
        forms.require_token(request, form_token, settings)
        counts.count_address(request)
        email, is_known = await run_in_threadpool(email_of)
        if is_known:
            return await run_in_threadpool(join)
        read_name(name)
        require_usable(password, known=(email, name))
    except forms.StaleForm:
        said = page.gettext("This page had been open for too long. Send it again.")
        return await run_in_threadpool(again, said, "name", 403)
    except PasswordRefused as error:
        return await run_in_threadpool(again, say_refused(page, error), "password")
    except InvalidInput:
        said = page.gettext("Write your name in 1 to 120 characters.")
        return await run_in_threadpool(again, said, "name")
    step = await run_in_threadpool(make, email, await desk.hash(password))
    if step is None:
        return show_sign_in(page, Aim())
    return lead_on(page, step, Aim())


@router.get("/password/{secret}")
def show_reset(page: PageDep, session: ReadSessionDep, now: NowDep, secret: Secret) -> Response:
    """Ask for another password."""
    return _show_reset(page, session, secret, now=now)


def _show_reset(
    page: Page,
    session: Session,
    secret: str,
    *,
    now: datetime,
    error: FormError | None = None,
    status: int = 200,
) -> Response:
    account = resets.find_reset(session, secret, now=now)
    return page.render_behind_link(
        "people/new_password.html",
        status_code=status,
        errors=[error] if error else [],
        email=read_person(session, page.settings.keyring, account.id).email,
        address=f"/password/{secret}",
    )


@router.post("/password/{secret}")
async def reset_password(
    *,
    request: Request,
    page: PageDep,
    settings: SettingsDep,
    desk: PasswordDeskDep,
    counts: SignInCountsDep,
    now: NowDep,
    secret: Secret,
    password: Written = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Take the password, sign its account out everywhere, and lead to the sign-in page."""
    forms.require_same_origin(request)
    sessions = request.app.state.sessions

    def again(said: str, status: int = 422) -> Response:
        with transaction(sessions) as session:
            error = FormError(said, "password")
            return _show_reset(page, session, secret, now=now, error=error, status=status)

    def known() -> tuple[str, str]:
        with transaction(sessions) as session:
            account = resets.find_reset(session, secret, now=now)
            person = read_person(session, settings.keyring, account.id)
            return person.email, person.name

    def store(hashed: str) -> None:
        with transaction(sessions) as session:
            resets.reset_password(session, secret, hashed, now=now)

    try:
        forms.require_token(request, form_token, settings)
        counts.count_address(request)
        require_usable(password, known=await run_in_threadpool(known))
    except forms.StaleForm:
        said = page.gettext("This page had been open for too long. Send it again.")
        return await run_in_threadpool(again, said, 403)
    except PasswordRefused as error:
        return await run_in_threadpool(again, say_refused(page, error))
    await run_in_threadpool(store, await desk.hash(password))
    return RedirectResponse("/sign-in", status_code=303)
