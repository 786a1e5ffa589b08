from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.v1.examples import TANZANIA_TEXT, VIETNAM_TEXT

Json = dict[str, Any]  # Any: decoded JSON


def create(client: TestClient, **body: object) -> Json:
    response = client.post("/v1/needs", json=body)
    assert response.status_code == 201, response.text
    need: Json = response.json()
    assert response.headers["location"] == f"/v1/needs/{need['id']}"
    return need


def test_a_need_is_stored_with_its_reading(client: TestClient) -> None:
    need = create(client, text=VIETNAM_TEXT, languages_wanted=["en"])

    assert need["version"] == 1
    assert need["text"] == VIETNAM_TEXT
    assert need["languages_wanted"] == ["en"]
    assert need["target_jurisdictions"] is None
    assert need["reading"]["target_jurisdictions"] == ["VN"]
    assert client.get(f"/v1/needs/{need['id']}").json() == need


def test_every_fact_names_the_words_it_was_read_from(shared_client: TestClient) -> None:
    response = shared_client.post("/v1/needs/readings", json={"text": TANZANIA_TEXT})
    assert response.status_code == 200
    reading = response.json()
    spans = {
        fact["value"]: [TANZANIA_TEXT[span["start"] : span["end"]] for span in fact["spans"]]
        for fact in reading["facts"]
    }
    assert spans["TZ"] == ["坦桑尼亞"]
    assert reading["text_lang"] == "zh-Hant"


def test_a_change_makes_a_new_version(client: TestClient) -> None:
    need = create(client, text=VIETNAM_TEXT)
    response = client.put(
        f"/v1/needs/{need['id']}", json={"version": 1, "target_jurisdictions": ["BD"]}
    )

    assert response.status_code == 200
    changed = response.json()
    assert (changed["version"], changed["text"], changed["reading"]) == (2, None, None)
    assert changed["target_jurisdictions"] == ["BD"]
    assert changed["created_at"] == need["created_at"]
    assert client.get(f"/v1/needs/{need['id']}").json() == changed


def test_a_stale_change_is_refused_and_names_the_current_version(client: TestClient) -> None:
    need = create(client, text=VIETNAM_TEXT)
    address = f"/v1/needs/{need['id']}"
    client.put(address, json={"version": 1, "text": "roads in Thailand"})

    response = client.put(address, json={"version": 1, "text": "roads in Bangladesh"})

    assert response.status_code == 409
    problem = response.json()
    assert problem["type"] == "/problems/stale-need"
    assert "version 2 is current" in problem["detail"]
    assert problem["errors"][0]["pointer"] == "#/version"
    assert client.get(address).json()["text"] == "roads in Thailand"


def test_of_changes_at_once_exactly_one_wins(client: TestClient) -> None:
    need = create(client, text=VIETNAM_TEXT)
    address = f"/v1/needs/{need['id']}"
    writers = 6
    start = Barrier(writers)

    def change(number: int) -> int:
        start.wait()
        body = {"version": 1, "text": f"roads in Vietnam, wish {number}"}
        return client.put(address, json=body).status_code

    with ThreadPoolExecutor(writers) as threads:
        statuses = sorted(threads.map(change, range(writers)))

    assert statuses == [200] + [409] * (writers - 1)
    assert client.get(address).json()["version"] == 2


def test_a_deleted_need_is_gone_with_its_recommendations(client: TestClient) -> None:
    need = create(client, text=VIETNAM_TEXT)
    address = f"/v1/needs/{need['id']}"
    recommendation = client.post(f"{address}/recommendations").headers["location"]
    assert client.get(recommendation).status_code == 200

    response = client.delete(address)

    assert (response.status_code, response.content) == (204, b"")
    assert client.get(address).status_code == 404
    assert client.delete(address).status_code == 404
    assert client.put(address, json={"version": 1, "text": "x y"}).status_code == 404
    assert client.post(f"{address}/recommendations").status_code == 404
    assert client.get(recommendation).status_code == 404
    assert client.get("/v1/needs").json()["items"] == []


def test_needs_are_listed_newest_first_a_page_at_a_time(client: TestClient) -> None:
    made = [create(client, text=f"roads in Vietnam {number}")["id"] for number in range(5)]

    seen: list[str] = []
    cursor = None
    for _ in range(3):
        query = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        page = client.get("/v1/needs", params=query).json()
        seen += [need["id"] for need in page["items"]]
        cursor = page["next_cursor"]

    assert cursor is None
    assert seen == made[::-1]


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "é", "AAAA", "W10", "WyJ4IiwieSJd", "WzEsMl0", "e30", "WyIyMDI2LTAxLTAxIiwieCJd"],
)
def test_what_is_no_cursor_is_refused(shared_client: TestClient, cursor: str) -> None:
    for address in ("/v1/needs", "/v1/providers"):
        response = shared_client.get(address, params={"cursor": cursor})
        assert response.status_code == 422
        assert response.json()["errors"][0]["pointer"] == "#/cursor"


@pytest.mark.parametrize("version", [0, -1, 2**31, 2**63 - 1, "1", 1.5, True])
def test_what_is_no_version_is_refused(shared_client: TestClient, version: object) -> None:
    response = shared_client.put(
        f"/v1/needs/{uuid4()}", json={"version": version, "text": VIETNAM_TEXT}
    )
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/version"


def test_nothing_is_stored_of_a_need_that_is_refused(client: TestClient) -> None:
    response = client.post("/v1/needs", json={"text": VIETNAM_TEXT, "sector_codes": ["NOPE"]})
    assert response.status_code == 422
    assert client.get("/v1/needs").json()["items"] == []


def test_an_unknown_need_is_not_found(shared_client: TestClient) -> None:
    response = shared_client.get(f"/v1/needs/{uuid4()}")
    assert response.status_code == 404
    assert response.json()["type"] == "/problems/need-not-found"
