"""The cookies that say who somebody is: kept from scripts, and sent to this very host only."""

from fastapi import Request
from fastapi.responses import Response

from core.identity.sign_in import STEP_LIFETIME


def session_cookie(request: Request) -> str:
    """Return the name of the cookie that holds a session.

    Browsers take a name with this prefix over TLS only, and from this very host.
    """
    return "__Host-landbridge" if request.url.scheme == "https" else "landbridge_session"


def step_cookie(request: Request) -> str:
    """Return the name of the cookie that holds a sign-in which waits for its second factor."""
    return "__Host-landbridge-step" if request.url.scheme == "https" else "landbridge_step"


def outside_cookie(request: Request) -> str:
    """Return the name of the cookie by which a browser is known that comes back from a provider."""
    return "__Host-landbridge-outside" if request.url.scheme == "https" else "landbridge_outside"


def session_secret(request: Request) -> str:
    """Return the secret of the session that this request is part of, or has just begun."""
    begun: str | None = getattr(request.state, "begun_session", None)
    return begun if begun is not None else request.cookies.get(session_cookie(request), "")


def remember_session(response: Response, request: Request, secret: str) -> None:
    """Give the browser the secret of a session; it goes when the browser ends."""
    _set(response, request, session_cookie(request), secret, None)
    forget(response, request, step_cookie(request))


def remember_step(response: Response, request: Request, secret: str) -> None:
    """Give the browser the secret of a sign-in that waits for its second factor."""
    _set(response, request, step_cookie(request), secret, int(STEP_LIFETIME.total_seconds()))


def remember_outside(response: Response, request: Request, state: str) -> None:
    """Give the browser what it has to bring back from a provider."""
    _set(response, request, outside_cookie(request), state, int(STEP_LIFETIME.total_seconds()))


def forget_all(response: Response, request: Request) -> None:
    """Take both from the browser."""
    for name in (session_cookie(request), step_cookie(request)):
        forget(response, request, name)


def forget(response: Response, request: Request, name: str) -> None:
    """Take one from the browser, where it has it."""
    if name in request.cookies:
        response.delete_cookie(
            name, path="/", httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )


def _set(response: Response, request: Request, name: str, secret: str, seconds: int | None) -> None:
    response.set_cookie(
        name,
        secret,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
