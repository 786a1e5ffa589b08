"""Steps that tests of people share: a token that may all, and whatever an address names."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from core.clock import utc_now
from core.db import transaction
from core.identity.actor import UserKind
from core.identity.models import Membership
from core.identity.own import SESSION_ID_CHARACTERS
from core.identity.sessions import digest_of, start_session
from core.identity.tokens import Scope, make_token
from tests.core.identity.people import make_member, make_organisation

ADDRESSES = ("/v1/me", "/v1/organisation")


@contextmanager
def mailing(client: TestClient) -> Iterator[None]:
    """Let an application mail links and take registrations for some requests."""
    app = client.app
    assert isinstance(app, FastAPI)
    mails = {
        "smtp_url": SecretStr("smtp://mail.example.com"),
        "public_url": "https://l.example",
        "self_registration": True,
    }
    before = app.state.settings
    app.state.settings = before.model_copy(update=mails)
    try:
        yield
    finally:
        app.state.settings = before


def bearer(client: TestClient, member: Membership, *scopes: Scope) -> dict[str, str]:
    """The header of a new token of a member."""
    with transaction(client.app.state.sessions) as session:  # type: ignore[attr-defined]  # FastAPI's
        _token, secret = make_token(
            session,
            account_id=member.account_id,
            organisation_id=member.organisation_id,
            name="test",
            scopes=scopes or (Scope.ADMINISTER,),
            now=utc_now(),
        )
    return {"Authorization": f"Bearer {secret}"}


def store_member(
    client: TestClient,
    kind: UserKind = UserKind.ENTERPRISE,
    *,
    beside: Membership | None = None,
    is_manager: bool = True,
) -> Membership:
    """Store a member, of another's organisation if one is given."""
    with transaction(client.app.state.sessions) as session:  # type: ignore[attr-defined]  # as above
        return make_member(
            session,
            kind,
            organisation_id=beside.organisation_id if beside else make_organisation(session, kind),
            is_manager=is_manager,
        )


def people_ready_for(client: TestClient, path: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return headers of somebody who may, and the ids that an address needs."""
    is_of_platform = path.startswith("/v1/organisations")
    manager = store_member(client, UserKind.OPERATOR if is_of_platform else UserKind.ENTERPRISE)
    headers = bearer(client, manager)
    known: dict[str, str] = {}
    if "{member_id}" in path:
        known["member_id"] = str(store_member(client, beside=manager, is_manager=False).account_id)
    if "{invitation_id}" in path:
        made = client.post(
            "/v1/organisation/invitations", json={"email": "x@example.com"}, headers=headers
        )
        known["invitation_id"] = made.json()["id"]
    address = "/v1/me/tokens"
    if "{service_id}" in path:
        service = client.post("/v1/organisation/services", json={"name": "ERP"}, headers=headers)
        known["service_id"] = service.json()["account_id"]
        address = f"/v1/organisation/services/{known['service_id']}/tokens"
    if "{token_id}" in path:
        token = client.post(address, json={"name": "x", "scopes": ["read"]}, headers=headers)
        known["token_id"] = token.json()["id"]
    if "{session_id}" in path:
        with transaction(client.app.state.sessions) as session:  # type: ignore[attr-defined]  # as above
            secret = start_session(
                session,
                account_id=manager.account_id,
                organisation_id=manager.organisation_id,
                now=utc_now(),
            )
        known["session_id"] = digest_of(secret)[:SESSION_ID_CHARACTERS]
    return headers, known
