"""People made up for tests."""

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from core.identity.actor import UserKind
from core.identity.models import (
    Account,
    AccountStatus,
    Membership,
    Organisation,
    OrganisationKind,
)
from tests.factories import NOW

_ORGANISATIONS = {
    UserKind.ENTERPRISE: OrganisationKind.ENTERPRISE,
    UserKind.SERVICE: OrganisationKind.ENTERPRISE,
    UserKind.PROVIDER: OrganisationKind.PROVIDER,
}


def make_organisation(session: Session, kind: UserKind = UserKind.ENTERPRISE) -> UUID:
    """Store an organisation for users of a kind; return its id."""
    made = Organisation(
        id=uuid4(),
        kind=_ORGANISATIONS.get(kind, OrganisationKind.PLATFORM),
        name=f"{kind} {uuid4().hex[:6]}",
        is_verified=True,
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    return made.id


def make_member(
    session: Session,
    kind: UserKind = UserKind.ENTERPRISE,
    *,
    organisation_id: UUID | None = None,
    is_manager: bool = False,
) -> Membership:
    """Store an account that nobody can sign in to, with its place in an organisation."""
    account = Account(
        id=uuid4(),
        script="en",
        is_service=kind is UserKind.SERVICE,
        status=AccountStatus.ACTIVE,
        created_at=NOW,
    )
    session.add(account)
    session.flush()
    member = Membership(
        account_id=account.id,
        organisation_id=organisation_id or make_organisation(session, kind),
        kind=kind,
        is_manager=is_manager,
        created_at=NOW,
    )
    session.add(member)
    session.flush()
    return member
