"""Links that people are sent: under the address by which they reach the server."""

from datetime import datetime

from sqlalchemy.orm import Session
from starlette.requests import Request

from core.identity.models import Invitation
from core.outbox.invitation_letters import ask_for_invitation_letter
from core.settings import Settings


def public_base(request: Request, settings: Settings) -> str:
    """Return the address of the server without a slash at its end: the set one, or this request's."""
    return (settings.public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


def hand_out_invitation(
    request: Request,
    session: Session,
    settings: Settings,
    invitation: Invitation,
    secret: str,
    *,
    now: datetime,
) -> str:
    """Have the link of a new invitation mailed, or return it where none are mailed.

    Returns:
        The link, which is shown this once; nothing if it goes to the address alone.

    Raises:
        TooManyInvitations: more are not mailed for the organisation on one day.
    """
    if settings.mails_links:
        ask_for_invitation_letter(session, invitation, now=now)
        return ""
    return f"{public_base(request, settings)}/invitations/{secret}"
