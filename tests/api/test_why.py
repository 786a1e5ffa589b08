from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.v1.examples import PROVIDER_ID, VIETNAM_TEXT
from enterprises.match_schemas import MatchRead

Json = dict[str, Any]  # Any: decoded JSON


def why(client: TestClient, provider_id: str, **body: object) -> Json:
    response = client.post("/v1/match/why", json={**body, "provider_id": provider_id})
    assert response.status_code == 200, response.text
    found: Json = response.json()
    return found


def test_everybody_in_a_list_is_explained_as_the_list_has_it(shared_client: TestClient) -> None:
    body = {"text": VIETNAM_TEXT, "on": "2026-11-22"}
    listed = shared_client.post("/v1/match", json={**body, "top": 100}).json()

    for ranked in listed["ranked"][:6]:
        found = why(shared_client, ranked["provider"]["id"], **body, top=1)

        explained = found["explained"]
        for part in ("rank", "shares_place", "provider", "score", "fit", "contributions", "gaps"):
            assert explained[part] == ranked[part]
        assert explained["reasons"] == ranked["reasons"]
        assert (found["top"], found["eligible"]) == (1, listed["eligible"])
        assert found["versions"] == listed["versions"]
        assert found["broken"] == []
        assert (found["rank"] <= 1) == (explained["score"] >= found["score_to_reach"])
        if found["rank"] <= 1:
            assert found["change"] is None


def test_cited_evidence_says_what_it_is_worth(shared_client: TestClient) -> None:
    first = shared_client.post("/v1/match", json={"text": VIETNAM_TEXT}).json()["ranked"][0]
    found = why(shared_client, first["provider"]["id"], text=VIETNAM_TEXT)

    worths = [e["worth"] for r in found["explained"]["reasons"] for e in r["evidence"]]

    assert worths
    assert all(isinstance(worth, float) for worth in worths)
    assert 0.0 < max(worths) <= first["score"]


def test_who_is_removed_learns_the_rule_and_what_would_change_it(
    shared_client: TestClient,
) -> None:
    found = why(shared_client, PROVIDER_ID, target_jurisdictions=["BD"], sector_codes=["BLT"])

    assert found["rank"] is None
    assert [rule["rule"] for rule in found["broken"]] == ["sector_covered"]
    assert set(found["sentence"]) == {"en", "zh-Hans", "zh-Hant"}
    change = found["change"]
    assert change["is_enough"]
    assert change["rank"] <= found["top"]
    assert {fact["kind"] for fact in change["facts"]} <= {
        "accepting", "languages", "listed", "verified", "renewed", "partner", "qualified", "work"
    }  # fmt: skip
    assert all(
        fact["sentence"]["zh-Hant"] in change["sentence"]["zh-Hant"] for fact in change["facts"]
    )


def test_a_stored_need_answers_as_its_fields_do(client: TestClient) -> None:
    body = {"text": VIETNAM_TEXT, "sector_codes": ["BLT"]}
    address = client.post("/v1/needs", json=body).headers["location"]

    stored = client.get(f"{address}/why/{PROVIDER_ID}", params={"top": 2})

    assert stored.status_code == 200
    assert stored.json() == why(client, PROVIDER_ID, **body, top=2)


@pytest.mark.parametrize("top", ["0", "101", "ten"])
def test_refuses_a_number_of_places_that_no_list_has(shared_client: TestClient, top: str) -> None:
    need = shared_client.post("/v1/needs", json={"text": VIETNAM_TEXT}).headers["location"]
    answer = shared_client.get(f"{need}/why/{PROVIDER_ID}", params={"top": top})
    assert answer.status_code == 422


def test_nobody_is_not_found(shared_client: TestClient) -> None:
    need = shared_client.post("/v1/needs", json={"text": VIETNAM_TEXT}).headers["location"]
    nobody = str(uuid4())

    asked = shared_client.post("/v1/match/why", json={"text": VIETNAM_TEXT, "provider_id": nobody})

    assert (asked.status_code, asked.json()["type"]) == (404, "/problems/provider-not-found")
    assert shared_client.get(f"{need}/why/{nobody}").status_code == 404
    unknown_need = shared_client.get(f"/v1/needs/{nobody}/why/{PROVIDER_ID}")
    assert unknown_need.json()["type"] == "/problems/need-not-found"


def test_records_from_before_worth_and_kinds_are_read(shared_client: TestClient) -> None:
    made = shared_client.post("/v1/match", json={"text": VIETNAM_TEXT}).json()
    for ranked in made["ranked"]:
        for reason in ranked["reasons"]:
            reason["feature"] = reason.pop("kind")
            for evidence in reason["evidence"]:
                del evidence["worth"]

    read = MatchRead.model_validate(made)

    reasons = [reason for ranked in read.ranked for reason in ranked.reasons]
    assert {reason.kind for reason in reasons} >= {"similar_work"}
    assert {cited.worth for reason in reasons for cited in reason.evidence} == {None}
