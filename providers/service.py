"""Writes of supply that an operator does by hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.errors import InvalidState
from core.identity.actor import Actor, UserKind
from providers.catalogue_state import touch_catalogue
from providers.errors import ProviderNotFound
from providers.models import Provider, ProviderStatus


def suspend_provider(
    session: Session, actor: Actor, *, provider_id: UUID, reason: str, now: datetime
) -> Provider:
    """Take a provider out of every match from now on; the reason is kept.

    Raises:
        ProviderNotFound: there is none.
        InvalidState: it is not published.
    """
    actor.require(UserKind.OPERATOR)
    provider = session.get(Provider, provider_id, with_for_update=True)
    if provider is None:
        raise ProviderNotFound(f"no provider has the id {provider_id}")
    if provider.status != ProviderStatus.PUBLISHED:
        raise InvalidState(
            f"{provider.name} is {provider.status}: only a published one is suspended"
        )
    provider.status = ProviderStatus.SUSPENDED
    provider.status_reason = reason
    return _changed(session, provider, now)


def publish_provider(
    session: Session, actor: Actor, *, provider_id: UUID, now: datetime
) -> Provider:
    """Let a draft or a suspended provider be matched.

    Raises:
        ProviderNotFound: there is none.
        InvalidState: it is published already.
    """
    actor.require(UserKind.OPERATOR)
    provider = session.get(Provider, provider_id, with_for_update=True)
    if provider is None:
        raise ProviderNotFound(f"no provider has the id {provider_id}")
    if provider.status == ProviderStatus.PUBLISHED:
        raise InvalidState(f"{provider.name} is published already")
    provider.status = ProviderStatus.PUBLISHED
    provider.status_reason = None
    return _changed(session, provider, now)


def _changed(session: Session, provider: Provider, now: datetime) -> Provider:
    provider.version += 1
    provider.updated_at = now
    touch_catalogue(session)
    session.flush()
    return provider
