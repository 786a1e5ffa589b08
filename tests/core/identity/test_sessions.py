from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import SecondFactorNeeded
from core.identity.actor import Actor, UserKind
from core.identity.models import Account, AccountStatus, Membership, Organisation, UserSession
from core.identity.sessions import (
    IDLE,
    LIFETIME,
    delete_ended,
    end_session,
    end_sessions_of,
    find_session_actor,
    is_due_to_be_seen,
    mark_seen,
    mark_strong,
    start_session,
)
from tests.core.identity.people import make_member
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def sign_in(session: Session, member: Membership) -> str:
    return start_session(
        session, account_id=member.account_id, organisation_id=member.organisation_id, now=NOW
    )


def test_whoever_holds_the_secret_is_who_signed_in(session: Session) -> None:
    member = make_member(session, is_manager=True)
    secret = sign_in(session, member)
    assert find_session_actor(session, secret, now=NOW) == Actor(
        UserKind.ENTERPRISE, str(member.account_id), member.organisation_id, is_manager=True
    )
    assert find_session_actor(session, secret[:-1], now=NOW) is None
    assert secret not in repr(session.scalars(select(UserSession.digest)).all())


def test_a_session_ends_when_idle_and_after_its_time_however_busy(session: Session) -> None:
    secret = sign_in(session, make_member(session))
    assert find_session_actor(session, secret, now=NOW + IDLE - MINUTE) is not None
    assert find_session_actor(session, secret, now=NOW + IDLE) is None
    now = NOW
    while now < NOW + LIFETIME - MINUTE:
        now += IDLE - MINUTE
        assert (find_session_actor(session, secret, now=now) is not None) == (now < NOW + LIFETIME)
        mark_seen(session, secret, now=now)
    assert find_session_actor(session, secret, now=NOW + LIFETIME) is None
    assert delete_ended(session, now=NOW + LIFETIME) == 1


def test_it_is_marked_as_seen_once_a_minute(session: Session) -> None:
    secret = sign_in(session, make_member(session))
    assert not is_due_to_be_seen(session, secret, now=NOW + MINUTE / 2)
    assert is_due_to_be_seen(session, secret, now=NOW + MINUTE)


def test_signing_out_ends_it_on_one_browser_or_on_all(session: Session) -> None:
    member = make_member(session)
    first, second, third = (sign_in(session, member) for _ in range(3))
    end_session(session, first)
    assert find_session_actor(session, first, now=NOW) is None
    assert find_session_actor(session, second, now=NOW) is not None
    end_sessions_of(session, member.account_id)
    assert find_session_actor(session, third, now=NOW) is None


@pytest.mark.parametrize("kind", list(UserKind)[:6])
def test_the_next_request_knows_what_was_taken_away(session: Session, kind: UserKind) -> None:
    for take_away in (
        update(Account).values(status=AccountStatus.SUSPENDED),
        update(Organisation).values(suspended_at=NOW),
    ):
        secret = sign_in(session, make_member(session, kind))
        assert find_session_actor(session, secret, now=NOW) is not None
        session.execute(take_away)
        assert find_session_actor(session, secret, now=NOW) is None
        session.execute(update(Account).values(status=AccountStatus.ACTIVE))
        session.execute(update(Organisation).values(suspended_at=None))


def test_another_role_holds_for_the_next_request_and_no_place_ends_the_session(
    session: Session,
) -> None:
    member = make_member(session, UserKind.OPERATOR)
    secret = sign_in(session, member)
    member.kind = UserKind.COMMITTEE
    session.flush()
    actor = find_session_actor(session, secret, now=NOW)
    assert actor is not None
    assert actor.kind is UserKind.COMMITTEE
    session.delete(member)
    session.flush()
    assert find_session_actor(session, secret, now=NOW) is None
    assert session.scalars(select(UserSession)).all() == []


def test_operators_may_nothing_before_their_second_factor_which_changes_the_secret(
    session: Session,
) -> None:
    secret = sign_in(session, make_member(session, UserKind.OPERATOR))
    weak = find_session_actor(session, secret, now=NOW)
    assert weak is not None
    with pytest.raises(SecondFactorNeeded):
        weak.require(UserKind.OPERATOR)
    renewed = mark_strong(session, secret, now=NOW)
    assert find_session_actor(session, secret, now=NOW) is None
    strong = find_session_actor(session, renewed, now=NOW)
    assert strong is not None
    strong.require(UserKind.OPERATOR)
