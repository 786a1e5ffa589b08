"""The one way from whoever acts to the profile their organisation answers for."""

from uuid import UUID

from sqlalchemy.orm import Session

from core.identity.actor import Actor, UserKind
from core.identity.models import Organisation
from providers.models import Provider
from providers.own.errors import NoProfile


def own_provider_id(session: Session, actor: Actor) -> UUID:
    """Return the profile that the actor's organisation answers for.

    Programs of a provider's organisation act for it as its people do.

    Raises:
        SignInNeeded, Forbidden: the actor is of no provider.
        NoProfile: no profile is tied to the organisation.
    """
    actor.require(UserKind.PROVIDER, UserKind.SERVICE)
    organisation = session.get(Organisation, actor.tenant)
    if organisation is None or organisation.provider_id is None:
        raise NoProfile("your organisation answers for no profile: ask the operators to tie it")
    return organisation.provider_id


def own_provider(session: Session, actor: Actor) -> Provider:
    """Return that profile, whatever its state.

    Raises:
        SignInNeeded, Forbidden, NoProfile: see `own_provider_id`.
    """
    return session.get_one(Provider, own_provider_id(session, actor))
