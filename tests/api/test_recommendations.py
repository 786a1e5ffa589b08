import hashlib
import json
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from api.v1.examples import VIETNAM_TEXT
from core.db import SessionFactory, transaction
from core.identity.actor import OPERATOR
from providers.service import suspend_provider
from tests.factories import NOW


@pytest.fixture
def need_address(client: TestClient) -> str:
    need = client.post("/v1/needs", json={"text": VIETNAM_TEXT, "sector_codes": ["BLT"]})
    return str(need.headers["location"])


def test_reads_back_to_the_same_bytes_whatever_happens_meanwhile(
    client: TestClient, need_address: str, catalogue_sessions: SessionFactory
) -> None:
    made = client.post(f"{need_address}/recommendations")
    assert made.status_code == 201
    first = made.json()["result"]["ranked"][0]["provider"]
    with transaction(catalogue_sessions) as session:
        suspend_provider(session, OPERATOR, provider_id=UUID(first["id"]), reason="test", now=NOW)
    client.put(need_address, json={"version": 1, "text": "something else in Thailand"})

    reads = [client.get(made.headers["location"]) for _ in range(3)]

    assert {read.content for read in reads} == {made.content}
    assert {read.headers["etag"] for read in reads} == {made.headers["etag"]}


def test_its_checksum_is_that_of_the_result_as_canonical_json(
    client: TestClient, need_address: str
) -> None:
    made = client.post(f"{need_address}/recommendations")
    document = made.json()
    canonical = json.dumps(
        document["result"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert hashlib.sha256(canonical.encode()).hexdigest() == document["sha256"]
    assert made.headers["etag"] == f'"{document["sha256"]}"'
    assert canonical in made.text


def test_is_not_sent_again_to_who_has_it(client: TestClient, need_address: str) -> None:
    made = client.post(f"{need_address}/recommendations")
    address, etag = made.headers["location"], made.headers["etag"]

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = client.get(address, headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == etag
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_names_the_need_its_version_and_what_it_depends_on(
    client: TestClient, need_address: str
) -> None:
    client.put(need_address, json={"version": 1, "text": VIETNAM_TEXT, "sector_codes": ["LEG"]})
    document = client.post(f"{need_address}/recommendations", json={"top": 2}).json()

    assert need_address.endswith(document["need_id"])
    assert document["need_version"] == 2
    assert document["result"]["need"]["sector_codes"] == ["LEG"]
    assert len(document["result"]["ranked"]) == 2
    versions = document["result"]["versions"]
    expected = {"sector_list", "index", "ranker", "features", "encoder", "treaties"}
    assert set(versions) == expected
    assert all(versions.values())


def test_is_what_a_match_gives_on_that_day(client: TestClient, need_address: str) -> None:
    recommended = client.post(f"{need_address}/recommendations").json()["result"]
    matched = client.post(
        "/v1/match",
        json={"text": VIETNAM_TEXT, "sector_codes": ["BLT"], "on": recommended["on"]},
    ).json()
    assert recommended == matched


def test_how_many_may_be_said_or_left_out(client: TestClient, need_address: str) -> None:
    for body, expected in ((None, 201), ({}, 201), ({"top": 1}, 201), ({"top": 101}, 422)):
        response = client.post(f"{need_address}/recommendations", json=body)
        assert response.status_code == expected


def test_an_unknown_recommendation_is_not_found(shared_client: TestClient) -> None:
    response = shared_client.get(f"/v1/recommendations/{uuid4()}")
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/recommendation-not-found"
