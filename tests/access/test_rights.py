"""What is taken from somebody is gone with the next request, whichever process answers it."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.app import create_app
from core.db import SessionFactory, transaction
from core.identity.actor import UserKind
from core.identity.models import Account, AccountStatus, ApiToken, Membership, Organisation
from tests.access.callers import closed_settings, headers_of
from tests.core.identity.people import make_organisation
from tests.factories import NOW, make_need

Taking = Callable[[Session, UUID], None]


@pytest.fixture
def servers(catalogue_url: str) -> Iterator[tuple[TestClient, TestClient]]:
    """Two processes' applications on one database."""
    settings = closed_settings(catalogue_url)
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as two:
        yield one, two


def end_membership(session: Session, organisation_id: UUID) -> None:
    session.execute(delete(Membership).where(Membership.organisation_id == organisation_id))


def become_a_provider(session: Session, organisation_id: UUID) -> None:
    of_theirs = Membership.organisation_id == organisation_id
    session.execute(update(Membership).where(of_theirs).values(kind=UserKind.PROVIDER.value))


def suspend_account(session: Session, _organisation_id: UUID) -> None:
    session.execute(update(Account).values(status=AccountStatus.SUSPENDED))


def suspend_organisation(session: Session, organisation_id: UUID) -> None:
    of_theirs = Organisation.id == organisation_id
    session.execute(update(Organisation).where(of_theirs).values(suspended_at=NOW))


def revoke(session: Session, organisation_id: UUID) -> None:
    of_theirs = ApiToken.organisation_id == organisation_id
    session.execute(update(ApiToken).where(of_theirs).values(revoked_at=NOW))


@pytest.mark.parametrize(
    ("take", "status"),
    [
        (end_membership, 401),
        (become_a_provider, 404),
        (suspend_account, 401),
        (suspend_organisation, 401),
        (revoke, 401),
    ],
)
def test_a_right_that_is_taken_is_gone_with_the_next_request(
    servers: tuple[TestClient, TestClient],
    catalogue_sessions: SessionFactory,
    take: Taking,
    status: int,
) -> None:
    with transaction(catalogue_sessions) as session:
        tenant_id = make_organisation(session)
        headers = headers_of(session, UserKind.ENTERPRISE, tenant_id)
        address = f"/v1/needs/{make_need(session, tenant_id=tenant_id).id}"
    assert [one.get(address, headers=headers).status_code for one in servers] == [200, 200]

    with transaction(catalogue_sessions) as session:
        take(session, tenant_id)

    assert [one.get(address, headers=headers).status_code for one in servers] == [status] * 2
