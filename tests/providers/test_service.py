from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from core.errors import Forbidden, InvalidState
from core.identity.actor import ENTERPRISE, OPERATOR, SYSTEM
from providers.catalogue_state import catalogue_sequence
from providers.errors import ProviderNotFound
from providers.models import ProviderStatus
from providers.service import publish_provider, suspend_provider
from tests.factories import NOW, make_provider

LATER = NOW.replace(hour=10)


def test_suspends_with_a_reason_and_publishes_again(session: Session) -> None:
    provider = make_provider(session, home=None)
    before = catalogue_sequence(session)

    suspended = suspend_provider(
        session, OPERATOR, provider_id=provider.id, reason="licence withdrawn", now=LATER
    )

    assert suspended is provider
    assert (provider.status, provider.status_reason) == (
        ProviderStatus.SUSPENDED,
        "licence withdrawn",
    )
    assert (provider.version, provider.updated_at) == (2, LATER)
    assert catalogue_sequence(session) == before + 1

    publish_provider(session, SYSTEM, provider_id=provider.id, now=LATER)

    assert (provider.status, provider.status_reason) == (ProviderStatus.PUBLISHED, None)
    assert provider.version == 3
    assert catalogue_sequence(session) == before + 2


def test_a_draft_is_published(session: Session) -> None:
    provider = make_provider(session, home=None, status=ProviderStatus.DRAFT)

    publish_provider(session, OPERATOR, provider_id=provider.id, now=NOW)

    assert provider.status is ProviderStatus.PUBLISHED


@pytest.mark.parametrize("status", [ProviderStatus.DRAFT, ProviderStatus.SUSPENDED])
def test_only_a_published_provider_is_suspended(session: Session, status: ProviderStatus) -> None:
    provider = make_provider(session, home=None, status=status)
    before = catalogue_sequence(session)

    with pytest.raises(InvalidState, match=f"is {status}: only a published one"):
        suspend_provider(session, OPERATOR, provider_id=provider.id, reason="x", now=NOW)

    assert (provider.status, provider.version) == (status, 1)
    assert catalogue_sequence(session) == before


def test_a_published_provider_is_not_published_twice(session: Session) -> None:
    provider = make_provider(session, home=None)

    with pytest.raises(InvalidState, match="is published already"):
        publish_provider(session, OPERATOR, provider_id=provider.id, now=NOW)


def test_nobody_but_an_operator_may(session: Session) -> None:
    provider = make_provider(session, home=None)

    with pytest.raises(Forbidden, match="operator"):
        suspend_provider(session, ENTERPRISE, provider_id=provider.id, reason="x", now=NOW)
    with pytest.raises(Forbidden, match="operator"):
        publish_provider(session, ENTERPRISE, provider_id=provider.id, now=NOW)

    assert provider.status is ProviderStatus.PUBLISHED


def test_an_unknown_provider_is_not_found(session: Session) -> None:
    with pytest.raises(ProviderNotFound):
        suspend_provider(session, OPERATOR, provider_id=uuid4(), reason="x", now=NOW)
    with pytest.raises(ProviderNotFound):
        publish_provider(session, OPERATOR, provider_id=uuid4(), now=NOW)
