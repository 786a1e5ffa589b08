from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.v1.examples import PROVIDER_ID
from core.db import SessionFactory, transaction
from providers.models import ProviderStatus
from tests.factories import make_provider

Json = dict[str, Any]  # Any: decoded JSON


def items(client: TestClient, address: str, **query: str | int) -> list[Json]:
    response = client.get(address, params=query)
    assert response.status_code == 200, response.text
    found: list[Json] = response.json()["items"]
    return found


def test_providers_are_searched_by_name_place_and_sector(shared_client: TestClient) -> None:
    everybody = items(shared_client, "/v1/providers", limit=100)
    assert len(everybody) == 12
    by_name = items(shared_client, "/v1/providers", text="ROADS viet")
    assert [provider["name"] for provider in by_name] == ["Synthetic Roads Vietnam"]
    in_tanzania = items(shared_client, "/v1/providers", jurisdiction="TZ")
    assert {provider["home_jurisdiction"] for provider in in_tanzania} == {"TZ"}
    lawyers = items(shared_client, "/v1/providers", sector="LEG", jurisdiction="SG")
    assert [provider["name"] for provider in lawyers] == ["Synthetic Lion City Law"]
    assert items(shared_client, "/v1/providers", text="%") == []


def test_providers_come_a_page_at_a_time(shared_client: TestClient) -> None:
    seen: list[str] = []
    query: Json = {"limit": 5}
    while True:
        page = shared_client.get("/v1/providers", params=query).json()
        seen += [provider["id"] for provider in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [row["id"] for row in items(shared_client, "/v1/providers", limit=100)]


def test_what_is_unknown_of_a_provider_is_null(shared_client: TestClient) -> None:
    found = items(shared_client, "/v1/providers", text="Regional Engineers")[0]
    profile = shared_client.get(f"/v1/providers/{found['id']}").json()
    assert profile == found
    assert (profile["languages"], profile["is_accepting"]) == (None, None)


def test_evidence_comes_latest_first_a_page_at_a_time(shared_client: TestClient) -> None:
    address = f"/v1/providers/{PROVIDER_ID}/evidence"
    everything = items(shared_client, address)
    assert [piece["dated_on"] for piece in everything] == ["2022-03-01", "2021-03-01"]
    assert everything[0]["jurisdictions"] == ["VN"]

    first = shared_client.get(address, params={"limit": 1}).json()
    second = shared_client.get(address, params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [first["items"][0], second["items"][0]] == everything
    assert second["next_cursor"] is None


def test_who_is_not_published_is_not_found(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        draft = make_provider(session, name="Synthetic Draft", status=ProviderStatus.DRAFT)
    for address in (f"/v1/providers/{draft.id}", f"/v1/providers/{draft.id}/evidence"):
        response = client.get(address)
        assert response.status_code == 404
        assert response.json()["type"] == "/problems/provider-not-found"
    assert items(client, "/v1/providers", text="Synthetic Draft") == []
    assert client.get(f"/v1/providers/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": 0}, "#/limit"),
        ({"limit": 101}, "#/limit"),
        ({"limit": 10**30}, "#/limit"),
        ({"limit": "ten"}, "#/limit"),
        ({"text": "x" * 201}, "#/text"),
        ({"text": "a\x00b"}, "#/text"),
        ({"sector": "\x00"}, "#/sector"),
        ({"jurisdiction": "x" * 21}, "#/jurisdiction"),
        ({"jurisdiction": "ZZ"}, "#/jurisdiction"),
        ({"sector": "NO.SUCH"}, "#/sector"),
    ],
)
def test_a_wrong_parameter_is_named(shared_client: TestClient, query: Json, pointer: str) -> None:
    response = shared_client.get("/v1/providers", params=query)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer


def test_the_sector_list_has_its_version_and_three_scripts(shared_client: TestClient) -> None:
    published = shared_client.get("/v1/sectors").json()
    assert published["version"] == 1
    assert len(published["items"]) == 121
    sector = shared_client.get("/v1/sectors/BLT.PMC").json()
    assert sector in published["items"]
    assert sector["parent_code"] == "BLT"
    assert all(sector[name] for name in ("name_en", "name_zh_hans", "name_zh_hant"))


def test_jurisdictions_are_listed_by_kind(shared_client: TestClient) -> None:
    everything = items(shared_client, "/v1/jurisdictions")
    assert {"HK", "MO", "TW", "VN", "CN-GX"} <= {row["code"] for row in everything}
    states = items(shared_client, "/v1/jurisdictions", kind="state")
    assert {row["kind"] for row in states} == {"state"}
    assert len(states) < len(everything)
    assert shared_client.get("/v1/jurisdictions/HK").json() in everything


@pytest.mark.parametrize("address", ["/v1/sectors/NOPE", "/v1/jurisdictions/XX"])
def test_an_unknown_code_is_not_found(shared_client: TestClient, address: str) -> None:
    response = shared_client.get(address)
    assert response.status_code == 404
    assert response.json()["type"].endswith("-not-found")
