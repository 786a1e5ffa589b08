"""Links that people are sent: under the address by which they reach the server."""

from starlette.requests import Request

from core.settings import Settings


def public_base(request: Request, settings: Settings) -> str:
    """Return the address of the server without a slash at its end: the set one, or this request's."""
    return (settings.public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


def invitation_link(request: Request, settings: Settings, secret: str) -> str:
    """Return the link with which an invitation is accepted."""
    return f"{public_base(request, settings)}/invitations/{secret}"
