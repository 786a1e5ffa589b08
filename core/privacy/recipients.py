"""Where those are who are shown somebody's data."""

import re
from typing import Final

from sqlalchemy.orm import Session

from core.identity.actor import Actor, UserKind
from core.identity.models import Organisation
from core.privacy.transfers import Recipient

_PLACE: Final = re.compile("[A-Z]{2}(-[A-Z0-9]{1,9})?")


# Members of the platform are known to it.
_FROM_OUTSIDE: Final = (UserKind.ENTERPRISE, UserKind.PROVIDER, UserKind.SERVICE)


def is_unverified(session: Session, actor: Actor) -> bool:
    """Tell whether an actor's organisation is only what it says of itself: its place as well.

    An operator vouches for one by verifying it, or by letting it answer for a provider's profile.

    Args:
        session: the caller's transaction.
        actor: who asks.
    """
    if actor.kind not in _FROM_OUTSIDE or actor.tenant_id is None:
        return False
    organisation = session.get(Organisation, actor.tenant_id)
    if organisation is None:
        return True
    return not organisation.is_verified and organisation.provider_id is None


def recipient_of(session: Session, actor: Actor, *, platform_place: str) -> Recipient:
    """Return an actor as a recipient: its organisation and where that is.

    Args:
        session: the caller's transaction.
        actor: who asks; without an organisation it is the platform itself.
        platform_place: where the platform is.
    """
    if actor.tenant_id is None:
        return Recipient(None, platform_place)
    organisation = session.get(Organisation, actor.tenant_id)
    place = organisation.jurisdiction if organisation is not None else None
    return Recipient(actor.tenant_id, place if place and _PLACE.fullmatch(place) else None)
