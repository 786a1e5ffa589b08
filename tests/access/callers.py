"""One caller of each kind, known by a token; and whoever shows none."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from core.identity.actor import UserKind
from core.identity.tokens import Scope, make_token
from core.settings import Settings
from tests.conftest import make_settings
from tests.core.identity.people import make_member, make_organisation
from tests.factories import NOW

ANONYMOUS = "anonymous"
CALLERS = (
    ANONYMOUS,
    UserKind.ENTERPRISE.value,
    UserKind.SERVICE.value,
    UserKind.PROVIDER.value,
    UserKind.OPERATOR.value,
    UserKind.COMMITTEE.value,
    UserKind.ADMINISTRATOR.value,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls.

    Attributes:
        name: one of `CALLERS`.
        headers: what shows who it is.
        tenant_id: the organisation; of somebody unknown one that is nobody's.
        same_id: another organisation of the same kind.
        other_id: one of another kind.
    """

    name: str
    headers: Mapping[str, str]
    tenant_id: UUID
    same_id: UUID
    other_id: UUID


def closed_settings(url: str) -> Settings:
    """Settings with which nobody is let in who has not signed in."""
    return make_settings(url).model_copy(
        update={"open_access": False, "operators_without_sign_in": False}
    )


def make_callers(session: Session) -> dict[str, Caller]:
    """Store an account of each kind, with a token for everything it may do."""
    return {name: _make_caller(session, name) for name in CALLERS}


def _make_caller(session: Session, name: str) -> Caller:
    kind = UserKind.ENTERPRISE if name == ANONYMOUS else UserKind(name)
    own = make_organisation(session, kind)
    is_demand = kind in {UserKind.ENTERPRISE, UserKind.SERVICE}
    return Caller(
        name,
        {} if name == ANONYMOUS else headers_of(session, kind, own),
        tenant_id=own,
        same_id=make_organisation(session, kind),
        other_id=make_organisation(
            session, UserKind.PROVIDER if is_demand else UserKind.ENTERPRISE
        ),
    )


def headers_of(session: Session, kind: UserKind, organisation_id: UUID) -> dict[str, str]:
    """Store a member of an organisation, and return what shows who it is."""
    member = make_member(session, kind, organisation_id=organisation_id)
    _, secret = make_token(
        session,
        account_id=member.account_id,
        organisation_id=organisation_id,
        name=f"test {uuid4().hex[:6]}",
        scopes=list(Scope),
        now=NOW,
    )
    return {"Authorization": f"Bearer {secret}"}
