import json

import pytest
from fastapi.testclient import TestClient

from api.v1.examples import VIETNAM_TEXT
from tests.api.ranker_steps import fresh_document, life_of, ready_for
from tests.committee.life import document_of, without_the_strongest

REASON = {"by": "operator-1", "reason": "because"}


def vote(client: TestClient, version: str, by: str, verdict: str = "accept") -> dict[str, object]:
    body = {"by": by, "verdict": verdict, "reason": "looked at it"}
    response = client.post(f"/v1/rankers/{version}/votes", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


def test_a_ranker_is_proposed_voted_on_promoted_and_rolled_back(client: TestClient) -> None:
    [shipped] = client.get("/v1/rankers").json()["items"]
    assert shipped["state"] == "in_force"
    before = client.post("/v1/match", json={"text": VIETNAM_TEXT}).content

    made = client.post(
        "/v1/rankers", json={"by": "li", "note": "n", "document": json.loads(fresh_document())}
    )
    assert made.status_code == 201
    version = made.json()["version"]
    assert made.headers["location"] == f"/v1/rankers/{version}"
    assert made.json()["card"]["data"]["queries"] == 0
    life_of(client).compare(version)
    found = client.get(f"/v1/rankers/{version}/comparison").json()
    assert (found["in_force"], found["passed"]) == (shipped["version"], True)

    assert vote(client, version, "li")["state"] == "proposed"
    assert vote(client, version, "chan")["state"] == "proposed"
    decided = vote(client, version, "wong")
    assert decided["state"] == "accepted"
    assert client.post(f"/v1/rankers/{version}/promotion", json=REASON).status_code == 200
    served = client.post("/v1/match", json={"text": VIETNAM_TEXT})
    assert served.json()["versions"]["ranker"] == version

    back = client.post("/v1/rankers/rollback", json=REASON).json()
    assert back["version"] == shipped["version"]
    assert client.post("/v1/match", json={"text": VIETNAM_TEXT}).content == before
    events = client.get(f"/v1/rankers/{version}").json()["events"]
    assert [one["kind"] for one in events][:3] == ["rolled_back", "promoted", "accepted"]


def test_the_gate_outweighs_the_votes(client: TestClient) -> None:
    version = life_of(client).accepted(document_of("worse", without_the_strongest))

    response = client.post(f"/v1/rankers/{version}/promotion", json=REASON)

    assert response.status_code == 409
    assert response.json()["type"] == "/problems/gate-closed"
    assert "nDCG@10 changes by -0" in response.json()["detail"]


def test_a_document_is_served_byte_for_byte(client: TestClient) -> None:
    data = fresh_document()
    version = life_of(client).propose(data)

    response = client.get(f"/v1/rankers/{version}/document")

    assert response.content == data
    listed = client.get(f"/v1/rankers/{version}").json()
    assert response.headers["etag"] == f'"{listed["sha256"]}"'


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("GET", "nobody-0", None, "404 ranker-not-found"),
        ("GET", "nobody-0/document", None, "404 ranker-not-found"),
        ("GET", "{accepted}/comparison?against=x", None, "404 comparison-not-found"),
        ("POST", "rollback", REASON, "409 nothing-to-roll-back"),
        (
            "POST",
            "{proposed}/votes",
            {"by": "mallory", "verdict": "accept", "reason": "x"},
            "403 not-an-approver",
        ),
        (
            "POST",
            "{accepted}/votes",
            {"by": "chan", "verdict": "refuse", "reason": "x"},
            "409 voting-closed",
        ),
        ("POST", "{proposed}/votes", {"by": "chan", "verdict": "accept"}, "422 invalid-input"),
        (
            "POST",
            "{proposed}/votes",
            {"by": "chan", "verdict": "accept", "reason": "  "},
            "422 invalid-input",
        ),
        ("POST", "{proposed}/promotion", REASON, "409 ranker-not-accepted"),
        ("POST", "", {"by": "li", "document": {"format": 1}}, "422 ranker-unusable"),
        ("POST", "", {"by": "li li", "document": {}}, "422 invalid-input"),
    ],
)
def test_what_cannot_be_done_is_a_problem_of_its_own_type(
    shared_client: TestClient, method: str, path: str, body: object, said: str
) -> None:
    if "{" in path:
        state = "/votes" if "{proposed}" in path else "/promotion"
        version = ready_for(shared_client, state)
        path = path.replace("{proposed}", version).replace("{accepted}", version)
    response = shared_client.request(method, f"/v1/rankers/{path}".rstrip("/"), json=body)

    problem = response.json()
    assert f"{response.status_code} {problem['type'].rpartition('/')[2]}" == said


def test_long_lists_of_rankers_are_paged(client: TestClient) -> None:
    life = life_of(client)
    made = {life.propose(fresh_document()) for _ in range(4)}
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/rankers", params=params).json()
        seen += [one["version"] for one in page["items"]]
        cursor = page["next_cursor"]

    assert cursor is None
    assert len(seen) == len(set(seen)) == 5
    assert made < set(seen)
