from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.v1.examples import OTHER_PROVIDER_ID, PROVIDER_ID, VIETNAM_TEXT
from committee.judgements import queries
from core.db import SessionFactory

Json = dict[str, Any]  # Any: a JSON document


@pytest.fixture
def need_id(client: TestClient) -> str:
    return str(client.post("/v1/needs", json={"text": VIETNAM_TEXT}).json()["id"])


@pytest.fixture
def recommendation(client: TestClient, need_id: str) -> Json:
    made: Json = client.post(f"/v1/needs/{need_id}/recommendations").json()
    return made


def judgement(need_id: str, **changes: object) -> Json:
    return {
        "need_id": need_id,
        "provider_id": PROVIDER_ID,
        "judge_id": "judge-1",
        "grade": 3,
        **changes,
    }


def test_a_judgement_is_recorded_once_and_revised(client: TestClient, need_id: str) -> None:
    first, again, revised = (
        client.post("/v1/judgements", json=judgement(need_id, grade=grade)) for grade in (3, 3, 1)
    )
    assert {first.status_code, again.status_code, revised.status_code} == {201}
    assert first.json() == again.json()
    assert (first.json()["need_version"], first.json()["revision"]) == (1, 1)
    assert (revised.json()["grade"], revised.json()["revision"]) == (1, 2)
    listed = client.get("/v1/judgements").json()
    assert listed == {"items": [revised.json(), first.json()], "next_cursor": None}


def test_lists_are_paged_and_nothing_is_seen_twice(client: TestClient, need_id: str) -> None:
    for number in range(5):
        client.post("/v1/judgements", json=judgement(need_id, judge_id=f"judge-{number}"))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/judgements", params=query).json()
        seen += [item["judge_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"judge-{number}" for number in (4, 3, 2, 1, 0)]
    assert client.get("/v1/judgements", params={"cursor": "nonsense"}).status_code == 422


def test_a_preference_is_recorded(client: TestClient, need_id: str) -> None:
    body = {
        "need_id": need_id,
        "better_id": OTHER_PROVIDER_ID,
        "worse_id": PROVIDER_ID,
        "judge_id": "judge-1",
    }
    made = client.post("/v1/preferences", json=body).json()
    assert {name: made[name] for name in body} == body
    assert client.get("/v1/preferences").json()["items"] == [made]


def test_an_outcome_has_its_place_from_the_record_and_is_not_verified(
    client: TestClient, recommendation: Json, catalogue_sessions: SessionFactory
) -> None:
    shown = [ranked["provider"]["id"] for ranked in recommendation["result"]["ranked"]]
    assert len(shown) > 1
    body = {
        "recommendation_id": recommendation["id"],
        "provider_id": shown[-1],
        "enterprise_id": "e1",
        "kind": "engaged",
    }
    made = client.post("/v1/outcomes", json=body)
    assert made.status_code == 201
    assert (made.json()["place"], made.json()["is_verified"], made.json()["rating"]) == (
        len(shown),
        False,
        None,
    )
    assert client.get("/v1/outcomes").json()["items"] == [made.json()]
    with catalogue_sessions() as session:
        said = queries.feedback(session)
    (showing,) = said.showings
    assert list(showing.provider_ids) == shown
    assert list(showing.scores) == [one["score"] for one in recommendation["result"]["ranked"]]
    assert showing.ranker == recommendation["result"]["versions"]["ranker"]
    assert said.outcomes[0].provider_id == shown[-1]


def test_each_refusal_has_its_type_and_its_field(
    client: TestClient, need_id: str, recommendation: Json
) -> None:
    outcome = {
        "recommendation_id": recommendation["id"],
        "provider_id": recommendation["result"]["ranked"][0]["provider"]["id"],
        "enterprise_id": "e1",
        "kind": "engaged",
    }
    pair = {"better_id": PROVIDER_ID, "worse_id": PROVIDER_ID}
    refused = {
        "grade": ("judgements", judgement(need_id, grade=4)),
        "judge": ("judgements", judgement(need_id, judge_id=" ")),
        "hidden": ("judgements", judgement(need_id, judge_id="jud\u200bge")),
        "version": ("judgements", judgement(need_id, need_version=2)),
        "need": ("judgements", judgement(str(uuid4()))),
        "provider": ("judgements", judgement(need_id, provider_id=str(uuid4()))),
        "same": ("preferences", {"need_id": need_id, "judge_id": "j", **pair}),
        "shown": ("outcomes", {**outcome, "provider_id": str(uuid4())}),
        "list": ("outcomes", {**outcome, "recommendation_id": str(uuid4())}),
        "review": ("outcomes", {**outcome, "kind": "reviewed", "rating": 5}),
        "rating": ("outcomes", {**outcome, "rating": 5}),
        "verified": ("outcomes", {**outcome, "is_verified": True}),
    }
    found = {}
    for name, (address, body) in refused.items():
        problem = client.post(f"/v1/{address}", json=body).json()
        pointers = [error["pointer"] for error in problem.get("errors", [])]
        found[name] = (problem["status"], problem["type"].rpartition("/")[2], pointers)
    assert found == {
        "grade": (422, "invalid-input", ["#/grade"]),
        "judge": (422, "invalid-input", ["#/judge_id"]),
        "hidden": (422, "invalid-input", ["#/judge_id"]),
        "version": (422, "invalid-input", ["#/need_version"]),
        "need": (404, "need-not-found", []),
        "provider": (404, "provider-not-found", []),
        "same": (422, "invalid-input", ["#"]),
        "shown": (409, "provider-not-shown", []),
        "list": (404, "recommendation-not-found", []),
        "review": (409, "not-engaged", []),
        "rating": (422, "invalid-input", ["#"]),
        "verified": (422, "invalid-input", ["#/is_verified"]),
    }


def test_a_second_review_with_another_rating_is_a_conflict(
    client: TestClient, recommendation: Json
) -> None:
    body = {
        "recommendation_id": recommendation["id"],
        "provider_id": recommendation["result"]["ranked"][0]["provider"]["id"],
        "enterprise_id": "e1",
    }
    client.post("/v1/outcomes", json={**body, "kind": "engaged"})
    review = {**body, "kind": "reviewed"}
    assert client.post("/v1/outcomes", json={**review, "rating": 2}).status_code == 201
    second = client.post("/v1/outcomes", json={**review, "rating": 5})
    assert second.json()["type"] == "/problems/outcome-differs"
