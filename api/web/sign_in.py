"""Pages on which people sign in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.deps import (
    NowDep,
    PasswordDeskDep,
    SessionDep,
    SettingsDep,
    SignInCountsDep,
)
from api.sign_in_counts import TooManyAttempts
from api.web import forms
from api.web.cookies import forget_all, session_cookie, step_cookie
from api.web.forms import FormError
from api.web.leading import Aim, lead_on, local_address, show_sign_in
from api.web.rendering import Page, PageDep
from core.db import transaction
from core.errors import Overloaded
from core.identity import sign_in as service
from core.identity.one_time import Purpose, use_one_time
from core.identity.sessions import end_session
from core.identity.sign_in import Claim, Step
from core.identity.trail import record_failure

router = APIRouter(include_in_schema=False)

NextParameter = Annotated[str, Query(max_length=2_000)]


class SignInForm(BaseModel):
    """The form as it is sent: nothing in it is required, so that what is missing is said in words."""

    email: str = ""
    password: str = ""
    next: str = ""
    kept: str = ""
    form_token: str = ""

    @property
    def aim(self) -> Aim:
        """What the sender wanted before."""
        return Aim(local_address(self.next), self.kept)


@router.get("/sign-in")
def ask_to_sign_in(
    page: PageDep,
    aim: Annotated[NextParameter, Query(alias="next")] = "",
    again: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """Ask who somebody is."""
    return show_sign_in(page, Aim(local_address(aim)), is_again=bool(again))


@router.post("/sign-in")
async def sign_in(
    *,
    request: Request,
    page: PageDep,
    settings: SettingsDep,
    desk: PasswordDeskDep,
    counts: SignInCountsDep,
    now: NowDep,
    form: Annotated[SignInForm, Form()],
) -> Response:
    """Compare a password, and let its owner in or ask for the second factor.

    Known and unknown addresses get the same answer in the same time: each costs one look at the
    database, one comparison and one event of the trail.
    """
    forms.require_same_origin(request)
    sessions = request.app.state.sessions

    def again(said: str, status: int, field: str | None = None) -> Response:
        errors = [FormError(said, field)]
        return show_sign_in(page, form.aim, email=form.email, errors=errors, status=status)

    def look() -> Claim:
        with transaction(sessions) as session:
            return service.look_up(session, settings.keyring, email=form.email)

    def let_in(claim: Claim, renewed: str | None) -> Step | None:
        if claim.account_id is None:
            return None
        with transaction(sessions) as session:
            service.renew_hash(session, claim.account_id, renewed, old=claim.password_hash)
            return service.begin(session, account_id=claim.account_id, now=now)

    def note_failure(claim: Claim) -> None:
        with transaction(sessions) as session:
            record_failure(session, claim.account_id, proof="password")

    try:
        forms.require_token(request, form.form_token, settings)
        counts.count_address(request)
        claim = await run_in_threadpool(look)
        counts.count_account(claim.caller)
        is_right, renewed = await desk.verify(form.password, claim.password_hash)
    except forms.StaleForm:
        return again(page.gettext("This page had been open for too long. Sign in again."), 403)
    except TooManyAttempts as error:
        answer = again(too_many(page), error.status)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    except Overloaded as error:
        said = page.gettext("Many people sign in at this moment. Try again in a few seconds.")
        return again(said, error.status)
    step = await run_in_threadpool(let_in, claim, renewed) if is_right else None
    if step is None:
        await run_in_threadpool(note_failure, claim)
        said = page.gettext("The e-mail address or the password is not right.")
        return again(said, 422, "email")
    return lead_on(page, step, form.aim)


def too_many(page: Page) -> str:
    """Say that somebody has tried too often."""
    return page.gettext("Too many attempts. Wait a minute, then try again.")


@router.post("/sign-out")
def sign_out(
    *,
    request: Request,
    page: PageDep,
    session: SessionDep,
    now: NowDep,
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """End the session: every copy of its secret is void."""
    forms.require_same_origin(request)
    forms.require_token(request, form_token, page.settings)
    end_session(session, request.cookies.get(session_cookie(request), ""))
    waiting = request.cookies.get(step_cookie(request), "")
    use_one_time(session, waiting, purpose=Purpose.SECOND_FACTOR, now=now)
    response = RedirectResponse("/sign-in", status_code=303)
    forget_all(response, request)
    return response
