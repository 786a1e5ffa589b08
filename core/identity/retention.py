"""How long what proves who somebody is is kept once it proves nothing any more."""

from sqlalchemy import or_

from core.identity.models import ApiToken, Invitation, OneTimeSecret, UserSession
from core.retention import rows_of

RETENTION = (
    rows_of(
        "ended sessions",
        days=1,
        key=UserSession.digest,
        needless=lambda before: UserSession.expires_at < before,
    ),
    rows_of(
        "one-time secrets that have ended",
        days=1,
        key=OneTimeSecret.digest,
        needless=lambda before: OneTimeSecret.expires_at < before,
    ),
    rows_of(
        "invitations that have ended",
        days=30,
        key=Invitation.id,
        needless=lambda before: Invitation.expires_at < before,
    ),
    # So long it can still be told what a token that leaked belonged to.
    rows_of(
        "tokens that have ended",
        days=365,
        key=ApiToken.id,
        needless=lambda before: or_(ApiToken.expires_at < before, ApiToken.revoked_at < before),
    ),
)
