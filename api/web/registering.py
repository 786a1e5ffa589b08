"""Pages on which an enterprise registers, and confirms it by the link that was mailed."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.deps import NowDep, PasswordDeskDep, ReadSessionDep, SettingsDep, SignInCountsDep
from api.registering import read_and_hash, require_open
from api.sign_in_counts import TooManyAttempts
from api.web import forms
from api.web.account import say_refused
from api.web.forms import FormError
from api.web.leading import Aim, lead_on, show_sign_in
from api.web.rendering import Page, PageDep
from api.web.sign_in import too_many
from core.db import transaction
from core.errors import InvalidInput
from core.identity import registrations, sign_in
from core.identity.accounts import read_email, read_name
from core.identity.organisations import read_organisation_name
from core.identity.passwords import PasswordRefused
from core.identity.registrations import Registration
from core.identity.sessions import digest_of
from core.identity.sign_in import Step
from core.identity.trail import record_failure
from core.outbox.registration_letters import register

router = APIRouter(include_in_schema=False)

ADDRESS = "/register"
Secret = Annotated[str, Path(max_length=100)]
Written = Annotated[str, Form(max_length=2_000)]


@router.get(ADDRESS)
def show_registering(page: PageDep, settings: SettingsDep) -> Response:
    """Ask for the enterprise, and for who is to manage it."""
    require_open(settings)
    return _show(page)


@router.post(ADDRESS)
async def send_registration(
    *,
    request: Request,
    page: PageDep,
    settings: SettingsDep,
    desk: PasswordDeskDep,
    counts: SignInCountsDep,
    now: NowDep,
    organisation: Written = "",
    email: Written = "",
    name: Written = "",
    password: Written = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Have a letter mailed: the same is done and said whoever has the address."""
    forms.require_same_origin(request)
    require_open(settings)
    typed = {"organisation": organisation, "email": email, "name": name}

    def again(said: str, field: str, status: int = 422) -> Response:
        return _show(page, typed=typed, error=FormError(said, field), status=status)

    def keep(wanted: Registration) -> None:
        with transaction(request.app.state.sessions) as session:
            register(session, settings.keyring, wanted, now=now)

    try:
        forms.require_token(request, form_token, settings)
        wrong = _find_wrong(page, typed)
        if wrong is not None:
            return _show(page, typed=typed, error=wrong, status=422)
        wanted = await read_and_hash(
            request,
            settings,
            desk,
            counts,
            organisation=organisation,
            email=email,
            name=name,
            script=page.script.value,
            password=password,
        )
    except forms.StaleForm:
        said = page.gettext("This page had been open for too long. Send it again.")
        return again(said, "organisation", 403)
    except PasswordRefused as error:
        return again(say_refused(page, error), "password")
    except TooManyAttempts as error:
        answer = again(too_many(page), "email", error.status)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    await run_in_threadpool(keep, wanted)
    return _show(page, is_taken=True)


def _find_wrong(page: Page, typed: dict[str, str]) -> FormError | None:
    for field, read, said in (
        (
            "organisation",
            read_organisation_name,
            page.gettext("Write the name of the enterprise in 1 to 300 ordinary characters."),
        ),
        ("email", read_email, page.gettext("Write an e-mail address, such as name@company.com.")),
        ("name", read_name, page.gettext("Write your name in 1 to 120 characters.")),
    ):
        try:
            read(typed[field])
        except InvalidInput:
            return FormError(said, field)
    return None


def _show(
    page: Page,
    *,
    typed: dict[str, str] | None = None,
    error: FormError | None = None,
    is_taken: bool = False,
    status: int = 200,
) -> Response:
    return page.render(
        "people/register.html",
        status_code=status,
        path=ADDRESS,
        errors=[error] if error else [],
        typed=typed or dict.fromkeys(("organisation", "email", "name"), ""),
        is_taken=is_taken,
    )


@router.get(ADDRESS + "/{secret}")
def show_registration(
    page: PageDep, session: ReadSessionDep, settings: SettingsDep, now: NowDep, secret: Secret
) -> Response:
    """Show what the link confirms, and ask for the password that was chosen."""
    require_open(settings)
    return _show_link(page, session, secret, now=now)


def _show_link(
    page: Page,
    session: Session,
    secret: str,
    *,
    now: datetime,
    error: FormError | None = None,
    status: int = 200,
) -> Response:
    found = registrations.find_registration(session, page.settings.keyring, secret, now=now)
    return page.render_behind_link(
        "people/confirm_registration.html",
        status_code=status,
        errors=[error] if error else [],
        wanted=found,
        address=f"{ADDRESS}/{secret}",
    )


@router.post(ADDRESS + "/{secret}")
async def confirm_registration(
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
    """Make the account and its organisation.

    The link shows whose the mail box is, the password who registered: somebody who registers with
    another's address gets no account that its owner then confirms.
    """
    forms.require_same_origin(request)
    require_open(settings)
    sessions = request.app.state.sessions
    ring = settings.keyring

    def again(said: str, status: int = 422) -> Response:
        with transaction(sessions) as session:
            error = FormError(said, "password")
            return _show_link(page, session, secret, now=now, error=error, status=status)

    def find() -> Registration:
        with transaction(sessions) as session:
            return registrations.find_registration(session, ring, secret, now=now)

    def refuse() -> Response:
        with transaction(sessions) as session:
            record_failure(session, None, proof="registration")
        return again(page.gettext("This is not the password that was chosen."))

    def make(seen: Registration) -> Step | None:
        with transaction(sessions) as session:
            account = registrations.confirm_registration(
                session, ring, secret=secret, seen=seen, now=now
            )
            return sign_in.begin(session, account_id=account.id, now=now)

    try:
        forms.require_token(request, form_token, settings)
        counts.count_address(request)
        seen = await run_in_threadpool(find)
        # Counts lie where other processes see them: the secret itself does not.
        counts.count_account(f"registration:{digest_of(secret)}")
    except forms.StaleForm:
        said = page.gettext("This page had been open for too long. Send it again.")
        return await run_in_threadpool(again, said, 403)
    except TooManyAttempts as error:
        answer = await run_in_threadpool(again, too_many(page), error.status)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    is_right, _renewed = await desk.verify(password, seen.password_hash)
    if not is_right:
        return await run_in_threadpool(refuse)
    step = await run_in_threadpool(make, seen)
    if step is None:
        return show_sign_in(page, Aim())
    return lead_on(page, step, Aim())
