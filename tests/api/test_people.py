import pytest
from fastapi.testclient import TestClient

from core.identity.actor import UserKind
from core.identity.tokens import PREFIX, Scope
from tests.api.people_steps import bearer, store_member


def test_a_program_learns_who_it_acts_for(client: TestClient) -> None:
    member = store_member(client)
    said = client.get("/v1/me", headers=bearer(client, member, Scope.READ)).json()
    assert said["account_id"] == str(member.account_id)
    assert said["organisation"]["id"] == str(member.organisation_id)
    assert said["scopes"] == ["read"]
    assert client.get("/v1/me").status_code == 401


def test_a_token_is_shown_once_and_works_until_it_is_revoked(client: TestClient) -> None:
    manager = bearer(client, store_member(client))
    made = client.post("/v1/me/tokens", json={"name": "x", "scopes": ["read"]}, headers=manager)
    secret = made.json()["secret"]
    assert secret.startswith(PREFIX)
    its = {"Authorization": f"Bearer {secret}"}
    listed = client.get("/v1/me/tokens", headers=its)
    assert secret not in listed.text
    assert client.delete(f"/v1/me/tokens/{made.json()['id']}", headers=manager).status_code == 204
    assert client.get("/v1/me", headers=its).status_code == 401


@pytest.mark.parametrize("scope", [Scope.READ, Scope.WRITE])
def test_a_token_makes_no_other_that_may_more(client: TestClient, scope: Scope) -> None:
    weak = bearer(client, store_member(client), scope)
    asked = {"name": "x", "scopes": ["administer"]}
    assert client.post("/v1/me/tokens", json=asked, headers=weak).status_code == 403
    assert client.get("/v1/organisation/members", headers=weak).status_code == 403
    plain = bearer(client, store_member(client, is_manager=False))
    assert client.post("/v1/me/tokens", json=asked, headers=plain).status_code == 403


def test_managers_see_and_change_their_own_organisation_only(client: TestClient) -> None:
    mine, theirs = store_member(client), store_member(client)
    headers = bearer(client, mine)
    stranger = f"/v1/organisation/members/{theirs.account_id}"
    assert client.patch(stranger, json={"is_manager": False}, headers=headers).status_code == 404
    assert client.delete(stranger, headers=headers).status_code == 404
    listed = client.get("/v1/organisation/members", headers=headers).json()["items"]
    assert [one["account_id"] for one in listed] == [str(mine.account_id)]


def test_whoever_is_removed_is_out_with_the_next_request(client: TestClient) -> None:
    manager = store_member(client)
    member = store_member(client, beside=manager, is_manager=False)
    his = bearer(client, member, Scope.READ)
    assert client.get("/v1/me", headers=his).status_code == 200
    address = f"/v1/organisation/members/{member.account_id}"
    assert client.delete(address, headers=bearer(client, manager)).status_code == 204
    assert client.get("/v1/me", headers=his).status_code == 401


def test_the_last_manager_stays(client: TestClient) -> None:
    manager = store_member(client)
    headers = bearer(client, manager)
    address = f"/v1/organisation/members/{manager.account_id}"
    refused = client.patch(address, json={"is_manager": False}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/last-manager")


def test_a_program_has_tokens_and_manages_nothing(client: TestClient) -> None:
    headers = bearer(client, store_member(client))
    made = client.post("/v1/organisation/services", json={"name": "ERP"}, headers=headers).json()
    tokens = f"/v1/organisation/services/{made['account_id']}/tokens"
    wide = client.post(tokens, json={"name": "x", "scopes": ["administer"]}, headers=headers)
    assert wide.status_code == 403
    secret = client.post(tokens, json={"name": "x", "scopes": ["write"]}, headers=headers).json()
    its = {"Authorization": f"Bearer {secret['secret']}"}
    assert client.get("/v1/me", headers=its).json()["kind"] == "service"
    assert client.get("/v1/organisation/members", headers=its).status_code == 403


@pytest.mark.parametrize(
    ("kind", "status"),
    [(UserKind.ADMINISTRATOR, 201), (UserKind.OPERATOR, 403), (UserKind.COMMITTEE, 403)],
)
def test_administrators_alone_appoint_people_of_the_platform(
    client: TestClient, kind: UserKind, status: int
) -> None:
    headers = bearer(client, store_member(client, kind))
    asked = {"email": "new@example.com", "kind": "operator"}
    made = client.post("/v1/organisation/invitations", json=asked, headers=headers)
    assert made.status_code == status
