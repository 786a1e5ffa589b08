"""Forms that only our own pages may send: a signed double-submit token and the sender's origin.

The token proves one thing: whoever sends the form could read a page of ours that carried the same
token as the cookie, in the same session; it is void once that has ended. The browser's own word on where a request comes
from (`Sec-Fetch-Site`, else `Origin`) is asked first.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from api.web.cookies import session_secret
from core.errors import Forbidden
from core.settings import Settings

COOKIE = "landbridge_form"
FIELD = "form_token"


@dataclass(frozen=True, slots=True)
class FormError:
    """One line of an error summary; `field` is the id of the field it is about."""

    text: str
    field: str | None = None


class ForeignForm(Forbidden):
    """The form was sent from somewhere else."""

    code = "foreign-form"
    title = "This form was not sent from our page"


class StaleForm(Forbidden):
    """The form carries no token of ours, or not the one of this browser."""

    code = "stale-form"
    title = "This page was open for too long"


def new_token(settings: Settings, session: str = "") -> str:
    """Make a token: a random value and our signature on it and on the session it is for."""
    value = secrets.token_urlsafe(18)
    return f"{value}.{_sign(value, settings, session)}"


def is_ours(token: str, settings: Settings, session: str = "") -> bool:
    """Tell whether a token carries our signature, for this session."""
    value, _, signature = token.partition(".")
    return hmac.compare_digest(signature.encode(), _sign(value, settings, session).encode())


def token_for(request: Request, settings: Settings) -> str:
    """Return this browser's token, or a new one where it has none of ours."""
    known = request.cookies.get(COOKIE, "")
    session = session_secret(request)
    return known if is_ours(known, settings, session) else new_token(settings, session)


def remember_token(response: Response, request: Request, token: str) -> None:
    """Give the browser the token that the page's forms carry."""
    if request.cookies.get(COOKIE) == token:
        return
    response.set_cookie(
        COOKIE, token, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )


def require_same_origin(request: Request) -> None:
    """Refuse a form that another site made the browser send.

    Raises:
        ForeignForm: the browser says that it comes from elsewhere.
    """
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        if fetch_site not in {"same-origin", "none"}:
            raise ForeignForm("open the page on this site and send the form from there")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForeignForm("open the page on this site and send the form from there")


def require_token(request: Request, sent: str, settings: Settings) -> None:
    """Refuse a form without this browser's token.

    Raises:
        StaleForm: the token is missing, not ours, or another browser's.
    """
    known = request.cookies.get(COOKIE, "")
    is_known = is_ours(known, settings, session_secret(request))
    if not is_known or not hmac.compare_digest(sent.encode(), known.encode()):
        raise StaleForm("the form had lost its connection to this browser: send it again")


def _sign(value: str, settings: Settings, session: str) -> str:
    key = settings.secret_key.get_secret_value().encode()
    signed = f"form:{value}:{session}".encode()
    return hmac.new(key, signed, hashlib.sha256).hexdigest()[:43]
