from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.errors import InvalidInput
from core.identity.actor import UserKind
from core.identity.models import ApiToken, Membership
from core.identity.tokens import (
    PREFIX,
    Scope,
    TokenNotFound,
    find_token_actor,
    make_token,
    mark_used,
    revoke_token,
)
from tests.core.identity.people import make_member
from tests.factories import NOW


def make(session: Session, member: Membership, *scopes: Scope) -> tuple[ApiToken, str]:
    return make_token(
        session,
        account_id=member.account_id,
        organisation_id=member.organisation_id,
        name="nightly import",
        scopes=scopes or (Scope.READ,),
        now=NOW,
        lifetime=timedelta(days=1),
    )


def test_a_token_stands_for_its_account_until_it_expires_or_is_revoked(session: Session) -> None:
    member = make_member(session, UserKind.SERVICE)
    token, secret = make(session, member)
    assert secret.startswith(PREFIX)
    assert secret not in repr(vars(token))
    actor = find_token_actor(session, secret, now=NOW)
    assert actor is not None
    assert (actor.kind, actor.tenant_id) == (UserKind.SERVICE, member.organisation_id)
    assert actor.scopes == frozenset({"read"})
    assert find_token_actor(session, secret, now=NOW + timedelta(days=1)) is None
    with pytest.raises(TokenNotFound):
        revoke_token(
            session, account_id=make_member(session).account_id, token_id=token.id, now=NOW
        )
    revoke_token(session, account_id=member.account_id, token_id=token.id, now=NOW)
    assert find_token_actor(session, secret, now=NOW) is None


def test_its_last_use_is_noted_once_a_minute(session: Session) -> None:
    token, secret = make(session, make_member(session))
    for seconds, noted in ((0, 0), (30, 0), (61, 61)):
        mark_used(session, secret, now=NOW + timedelta(seconds=seconds))
        session.refresh(token)
        assert token.used_at == NOW + timedelta(seconds=noted)


def test_it_has_a_scope_and_an_end(session: Session) -> None:
    member = make_member(session)
    for lifetime, scopes in ((timedelta(0), ["read"]), (timedelta(days=400), ["read"])):
        with pytest.raises(InvalidInput, match="days"):
            make_token(
                session,
                account_id=member.account_id,
                organisation_id=member.organisation_id,
                name="x",
                scopes=[Scope(scope) for scope in scopes],
                now=NOW,
                lifetime=lifetime,
            )
    with pytest.raises(InvalidInput, match="scope"):
        make_token(
            session,
            account_id=member.account_id,
            organisation_id=member.organisation_id,
            name="x",
            scopes=[],
            now=NOW,
        )
