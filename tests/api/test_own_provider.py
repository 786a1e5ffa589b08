"""A firm's own people: what they may say, what waits for an operator, and what is nobody else's."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.v1.examples import PROVIDER_ID
from core.clock import utc_now
from core.db import reading, transaction
from core.identity.actor import UserKind
from core.identity.models import Organisation
from core.identity.organisations import verify_organisation
from core.outbox.events import EventType
from core.outbox.models import Notification
from providers.catalogue_state import catalogue_sequence
from providers.own.service import MAX_CLAIMS
from tests.api.people_steps import bearer, store_member
from tests.api.provider_steps import Firm, state_of, store_contact, store_firm, store_refused
from tests.core.identity.people import make_organisation
from tests.providers.contact_steps import row_of

Headers = dict[str, str]
CLAIM = {"kind": "statement", "title": "We know Vietnam", "jurisdictions": ["VN"]}


@pytest.fixture
def firm(client: TestClient) -> Firm:
    return store_firm(client)


@pytest.fixture
def its(client: TestClient, firm: Firm) -> Headers:
    """What shows that it is the firm's manager."""
    return bearer(client, firm.manager)


def sequence(client: TestClient) -> int:
    with reading(state_of(client)[0]) as session:
        return catalogue_sequence(session)


def own(client: TestClient, its: Headers) -> dict[str, Any]:  # Any: JSON
    found: dict[str, Any] = client.get("/v1/provider", headers=its).json()
    return found


def test_a_change_names_what_it_changes_and_is_followed_by_the_index(
    client: TestClient, its: Headers
) -> None:
    read = client.get("/v1/provider", headers=its)
    tag, before = read.headers["etag"], sequence(client)
    asked = {"languages": ["en", "vi"], "claimed_sectors": ["LEG"], "is_accepting": True}
    assert client.patch("/v1/provider", json=asked, headers=its).status_code == 428

    changed = client.patch("/v1/provider", json=asked, headers={**its, "If-Match": tag})

    assert changed.status_code == 200, changed.text
    assert sequence(client) == before + 1
    found = changed.json()
    assert (found["languages"], found["is_accepting"]) == (["en", "vi"], True)
    assert found["sectors"] == [{"sector_code": "LEG", "basis": "claimed"}]
    assert client.get("/v1/provider", headers=its).headers["etag"] == changed.headers["etag"]
    late = client.patch("/v1/provider", json={"city": "Hue"}, headers={**its, "If-Match": tag})
    assert late.status_code == 412
    stale = client.patch("/v1/provider", json={"version": 1, "city": "Hue"}, headers=its)
    assert stale.status_code == 409
    assert own(client, its)["city"] is None


@pytest.mark.parametrize("field", ["qualified_in", "home_jurisdiction", "network_in", "status"])
def test_what_operators_verify_is_not_changed_by_the_firm(
    client: TestClient, its: Headers, field: str
) -> None:
    answer = client.patch("/v1/provider", json={"version": 1, field: None}, headers=its)
    assert answer.status_code == 422


def test_a_name_like_that_of_a_verified_firm_is_refused(client: TestClient, its: Headers) -> None:
    with transaction(state_of(client)[0]) as session:
        other = make_organisation(session, UserKind.PROVIDER)
        session.get_one(Organisation, other).name = "Pearl Law"
        verify_organisation(session, other, now=utc_now())
    for name in ("Pearl Law", "Реarl Lаw"):
        answer = client.patch("/v1/provider", json={"version": 1, "name": name}, headers=its)
        assert answer.json()["type"] == "/problems/name-taken"
    hidden = client.patch("/v1/provider", json={"version": 1, "name": "a\u202eb"}, headers=its)
    assert hidden.status_code == 422


def test_a_claim_is_unverified_until_an_operator_has_looked(
    client: TestClient, firm: Firm, its: Headers
) -> None:
    claim = client.post("/v1/provider/evidence", json=CLAIM, headers=its).json()
    assert claim["is_verified"] is False
    assert own(client, its)["evidence_unverified"] == 1
    public = client.get(f"/v1/providers/{firm.provider_id}/evidence").json()["items"]
    assert [one["id"] for one in public] == [claim["id"]]

    address = f"/v1/evidence/{claim['id']}/verification"
    assert client.put(address, json={"is_verified": True}, headers=its).status_code == 403
    operator = bearer(client, store_member(client, UserKind.OPERATOR))
    before = sequence(client)
    verified = client.put(address, json={"is_verified": True}, headers=operator)
    assert verified.json()["is_verified"] is True
    assert sequence(client) == before + 1
    assert own(client, its)["evidence_verified"] == 1


def test_a_firm_is_told_what_became_of_its_claims_and_why_one_was_refused(
    client: TestClient, firm: Firm, its: Headers
) -> None:
    claims = [
        client.post("/v1/provider/evidence", json=CLAIM, headers=its).json()["id"] for _ in range(2)
    ]
    operator = bearer(client, store_member(client, UserKind.OPERATOR))
    for is_verified in (True, True, False):
        address = f"/v1/evidence/{claims[0]}/verification"
        client.put(address, json={"is_verified": is_verified}, headers=operator)
    address, why = f"/v1/evidence/{claims[1]}/refusal", {"reason": "contradicted"}
    assert client.post(address, json=why, headers=its).status_code == 403
    assert client.post(address, json={"reason": "dull"}, headers=operator).status_code == 422
    assert client.post(address, json=why, headers=operator).status_code == 204
    assert client.post(address, json=why, headers=operator).status_code == 404

    with reading(state_of(client)[0]) as session:
        told = [
            (one.tenant_id, one.subject_id, one.details["state"])
            for one in session.scalars(
                select(Notification)
                .where(Notification.event_type == EventType.CLAIM_DECIDED)
                .order_by(Notification.occurred_at, Notification.sequence)
            )
        ]
    whose = firm.manager.organisation_id
    assert told == [
        (whose, claims[0], "verified"),
        (whose, claims[0], "unverified"),
        (whose, claims[1], "refused"),
    ]
    (refused,) = client.get("/v1/provider/refused-claims", headers=its).json()["items"]
    assert (refused["id"], refused["title"]) == (claims[1], CLAIM["title"])
    assert refused["reason"] == "contradicted"
    public = client.get(f"/v1/providers/{firm.provider_id}/evidence").json()["items"]
    assert [one["id"] for one in public] == [claims[0]]


def test_a_refusal_is_dismissed_by_its_firm_alone(
    client: TestClient, firm: Firm, its: Headers
) -> None:
    address = f"/v1/provider/refused-claims/{store_refused(client, firm)}"
    strangers = bearer(client, store_firm(client).manager)
    assert client.get("/v1/provider/refused-claims", headers=strangers).json() == {"items": []}
    assert client.delete(address, headers=strangers).status_code == 404
    assert client.delete(address, headers=its).status_code == 204
    assert client.delete(address, headers=its).status_code == 404
    assert client.get("/v1/provider/refused-claims", headers=its).json() == {"items": []}


def test_refusals_are_not_for_those_who_answer_for_the_profile_next(
    client: TestClient, firm: Firm
) -> None:
    store_refused(client, firm)
    next_firm = store_firm(client, is_tied=False)
    operator = bearer(client, store_member(client, UserKind.OPERATOR))
    for whose, profile in ((firm, None), (next_firm, str(firm.provider_id))):
        address = f"/v1/organisations/{whose.manager.organisation_id}/provider"
        tied = client.put(address, json={"provider_id": profile}, headers=operator)
        assert tied.status_code == 200
    theirs = bearer(client, next_firm.manager)
    assert client.get("/v1/provider/refused-claims", headers=theirs).json() == {"items": []}


def test_what_is_on_public_record_or_verified_is_not_refused(
    client: TestClient, its: Headers
) -> None:
    operator = bearer(client, store_member(client, UserKind.OPERATOR))
    claim = client.post("/v1/provider/evidence", json=CLAIM, headers=its).json()["id"]
    client.put(f"/v1/evidence/{claim}/verification", json={"is_verified": True}, headers=operator)
    on_record = client.get(f"/v1/providers/{PROVIDER_ID}/evidence").json()["items"][0]["id"]
    for evidence, status in ((claim, 409), (on_record, 404)):
        address = f"/v1/evidence/{evidence}/refusal"
        refused = client.post(address, json={"reason": "not_shown"}, headers=operator)
        assert refused.status_code == status
    assert own(client, its)["evidence_verified"] == 1


def test_a_claim_with_a_code_of_no_list_or_a_day_to_come_is_refused(
    client: TestClient, its: Headers
) -> None:
    for field, wrong in (
        ("jurisdictions", ["XX"]),
        ("sector_codes", ["nothing"]),
        ("dated_on", "2999-01-01"),
    ):
        answer = client.post("/v1/provider/evidence", json={**CLAIM, field: wrong}, headers=its)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"].startswith(f"#/{field}")
    assert own(client, its)["evidence_unverified"] == 0


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_there_is_room_for_so_many_claims(client: TestClient, its: Headers) -> None:
    statuses = [
        client.post("/v1/provider/evidence", json=CLAIM, headers=its).status_code
        for _ in range(MAX_CLAIMS + 1)
    ]
    assert statuses == [201] * MAX_CLAIMS + [409]


def test_only_claims_of_ones_own_are_withdrawn(client: TestClient, its: Headers) -> None:
    strangers = bearer(client, store_firm(client).manager)
    claim = client.post("/v1/provider/evidence", json=CLAIM, headers=its).json()
    on_record = client.get(f"/v1/providers/{PROVIDER_ID}/evidence").json()["items"]
    assert on_record
    address = f"/v1/provider/evidence/{claim['id']}"
    assert client.delete(address, headers=strangers).status_code == 404
    for piece in on_record:
        refused = client.delete(f"/v1/provider/evidence/{piece['id']}", headers=its)
        assert refused.status_code == 404
    assert client.delete(address, headers=its).status_code == 204
    assert own(client, its)["evidence_unverified"] == 0


def test_a_firm_that_withdraws_is_found_nowhere_and_comes_back(
    client: TestClient, firm: Firm, its: Headers
) -> None:
    public = f"/v1/providers/{firm.provider_id}"
    colleague = store_member(client, UserKind.PROVIDER, beside=firm.manager, is_manager=False)
    refused = client.post("/v1/provider/withdrawal", headers=bearer(client, colleague))
    assert refused.status_code == 403
    assert client.post("/v1/provider/withdrawal", headers=its).json()["status"] == "suspended"
    assert client.get(public).status_code == 404
    assert own(client, its)["status_reason"] == "withdrawn by the provider"
    assert client.post("/v1/provider/withdrawal", headers=its).status_code == 409
    assert client.delete("/v1/provider/withdrawal", headers=its).status_code == 204
    assert client.get(public).status_code == 200
    assert client.delete("/v1/provider/withdrawal", headers=its).status_code == 409


def test_one_organisation_at_a_time_answers_for_a_profile(client: TestClient, firm: Firm) -> None:
    operator = bearer(client, store_member(client, UserKind.OPERATOR))
    other = store_firm(client, is_tied=False)
    address = f"/v1/organisations/{other.manager.organisation_id}/provider"
    body = {"provider_id": str(firm.provider_id)}
    taken = client.put(address, json=body, headers=operator)
    assert taken.json()["type"] == "/problems/profile-tied"
    untied = f"/v1/organisations/{firm.manager.organisation_id}/provider"
    assert client.put(untied, json={"provider_id": None}, headers=operator).status_code == 200
    assert client.put(address, json=body, headers=operator).status_code == 200
    assert own(client, bearer(client, other.manager))["id"] == str(firm.provider_id)
    gone = client.get("/v1/provider", headers=bearer(client, firm.manager))
    assert gone.json()["type"] == "/problems/no-profile"
    enterprise = store_member(client).organisation_id
    answer = client.put(f"/v1/organisations/{enterprise}/provider", json=body, headers=operator)
    assert answer.status_code == 422


def _shown(client: TestClient, firm: Firm) -> list[dict[str, Any]]:  # Any: JSON
    reader = bearer(client, store_member(client))
    answer = client.get(f"/v1/providers/{firm.provider_id}/contacts", headers=reader)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def _say(client: TestClient, person: UUID, headers: Headers, **said: object) -> int:
    body = {"notice_version": "2026-1", "evidence": "letter 8", "purpose": "directory", **said}
    return client.post(f"/v1/contacts/{person}/consents", json=body, headers=headers).status_code


@pytest.mark.parametrize("who", ["firm", "operator"])
def test_what_a_person_takes_back_is_hidden_with_the_next_request(
    client: TestClient, firm: Firm, its: Headers, who: str
) -> None:
    operator = bearer(client, store_member(client, UserKind.OPERATOR))
    headers = its if who == "firm" else operator
    row = row_of("Synthetic Li", ref=firm.ref, wechat="synthetic_id", email="li@firm.example")
    person = store_contact(client, firm, row)
    [shown] = _shown(client, firm)
    assert (shown["email"], shown["wechat"]) == ("li@firm.example", "synthetic_id")

    assert _say(client, person, headers, is_given=False, group="messenger") == 201
    [shown] = _shown(client, firm)
    assert (shown["email"], shown["wechat"]) == ("li@firm.example", None)
    assert _say(client, person, headers, is_given=False) == 201
    assert _shown(client, firm) == []
    assert _say(client, person, headers, is_given=True, group="business") == 201
    [shown] = _shown(client, firm)
    assert (shown["email"], shown["name"], shown["wechat"]) == ("li@firm.example", None, None)

    [stand] = client.get(
        "/v1/contacts", params={"provider_id": str(firm.provider_id)}, headers=headers
    ).json()["items"]
    assert stand["agrees_to"] == [{"purpose": "directory", "groups": ["business"]}]
    assert "li@" not in str(stand)
    said = client.get(f"/v1/contacts/{person}/consents", headers=headers).json()["items"]
    assert [(one["group"], one["is_given"]) for one in said] == [
        (None, True),
        ("messenger", False),
        (None, False),
        ("business", True),
    ]


def test_people_of_other_firms_are_nobodys_business(client: TestClient, firm: Firm) -> None:
    person = store_contact(client, firm)
    stranger = bearer(client, store_firm(client).manager)
    assert client.get(f"/v1/contacts/{person}/consents", headers=stranger).status_code == 404
    assert _say(client, person, stranger, is_given=False) == 404
    asked = {"provider_id": str(firm.provider_id)}
    assert client.get("/v1/contacts", params=asked, headers=stranger).json() == {"items": []}
    assert len(_shown(client, firm)) == 1
