"""The page for those who have forgotten their password."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.deps import SessionDep, SettingsDep, SignInCountsDep
from api.sign_in_counts import TooManyAttempts
from api.web import forms
from api.web.forms import FormError
from api.web.rendering import Page, PageDep
from api.web.sign_in import too_many
from core.errors import NotFound
from core.identity import sign_in
from core.identity.trail import record_link_asked
from core.outbox.reset_letters import ask_for_reset_link
from core.settings import Settings

router = APIRouter(include_in_schema=False)

ADDRESS = "/forgotten-password"


@router.get(ADDRESS)
def show_forgotten(page: PageDep, settings: SettingsDep) -> Response:
    """Ask for the address that a link is mailed to."""
    _require_mail(settings)
    return _show(page)


@router.post(ADDRESS)
def send_link(
    *,
    request: Request,
    page: PageDep,
    session: SessionDep,
    settings: SettingsDep,
    counts: SignInCountsDep,
    email: Annotated[str, Form(max_length=2_000)] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Have a link mailed: the same rows are written and the same is said to whoever asks."""
    forms.require_same_origin(request)
    _require_mail(settings)
    try:
        forms.require_token(request, form_token, settings)
        counts.count_address(request)
        claim = sign_in.look_up(session, settings.keyring, email=email)
        counts.count_account(f"reset:{claim.caller}")
    except forms.StaleForm:
        said = page.gettext("This page had been open for too long. Send it again.")
        return _show(page, error=said, status=403)
    except TooManyAttempts as error:
        answer = _show(page, error=too_many(page), status=error.status)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    record_link_asked(session, claim.account_id)
    ask_for_reset_link(session, claim.account_id)
    return _show(page, is_asked=True)


def _require_mail(settings: Settings) -> None:
    if not settings.mails_links:
        raise NotFound("this installation sends no mail: ask whoever runs it for a link")


def _show(page: Page, *, error: str = "", is_asked: bool = False, status: int = 200) -> Response:
    return page.render(
        "people/forgotten.html",
        status_code=status,
        path=ADDRESS,
        errors=[FormError(error, "email")] if error else [],
        is_asked=is_asked,
    )
