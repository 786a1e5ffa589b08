from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from core.errors import Forbidden
from core.identity.actor import Actor, UserKind
from core.identity.models import Membership
from core.identity.organisations import MemberNotFound, change_member, get_member, remove_member
from tests.core.identity.people import make_member


def actor_of(member: Membership) -> Actor:
    return Actor(
        UserKind(member.kind), str(member.account_id), member.organisation_id, is_manager=True
    )


@pytest.fixture
def administrator(session: Session) -> Membership:
    return make_member(session, UserKind.ADMINISTRATOR, is_manager=True)


def test_an_operator_who_manages_cannot_take_administrators_away(
    session: Session, administrator: Membership
) -> None:
    platform: UUID = administrator.organisation_id
    operator = make_member(session, UserKind.OPERATOR, organisation_id=platform, is_manager=True)
    for change in (
        lambda: remove_member(session, actor_of(operator), account_id=administrator.account_id),
        lambda: change_member(
            session, actor_of(operator), account_id=administrator.account_id, is_manager=False
        ),
        lambda: change_member(
            session,
            actor_of(operator),
            account_id=operator.account_id,
            kind=UserKind.ADMINISTRATOR,
        ),
    ):
        with pytest.raises(Forbidden):
            change()
    remove_member(session, actor_of(administrator), account_id=operator.account_id)
    with pytest.raises(MemberNotFound):
        get_member(session, platform, operator.account_id)
