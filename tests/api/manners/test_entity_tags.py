import pytest
from fastapi.testclient import TestClient

from api.manners.entity_tags import is_named
from api.v1.examples import PROVIDER_ID
from committee.queries import packaged_version
from tests.api.import_steps import send
from tests.providers.import_steps import as_csv, provider_row


@pytest.fixture
def need(client: TestClient) -> str:
    """Address of a need in its second version."""
    address = client.post("/v1/needs", json={"sector_codes": ["BLT"]}).headers["location"]
    client.put(address, json={"version": 1, "sector_codes": ["LEG"]})
    return address


def test_a_change_of_what_was_read_is_made_and_of_anything_else_is_not(
    client: TestClient, need: str
) -> None:
    body = {"sector_codes": ["TAX"]}

    stale = client.put(need, json=body, headers={"If-Match": '"1"'})
    weak = client.put(need, json=body, headers={"If-Match": 'W/"2"'})
    changed = client.put(need, json=body, headers={"If-Match": '"7", "2"'})

    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/precondition-failed")
    assert weak.status_code == 412
    assert (changed.status_code, changed.headers["etag"]) == (200, '"3"')
    assert changed.json()["sector_codes"] == ["TAX"]
    assert client.get(need).headers["etag"] == '"3"'


def test_a_change_must_say_what_it_changes(client: TestClient, need: str) -> None:
    answer = client.put(need, json={"sector_codes": ["TAX"]})

    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/precondition-required")
    assert client.get(need).json()["version"] == 2


def test_body_and_header_must_agree(client: TestClient, need: str) -> None:
    body = {"version": 1, "sector_codes": ["TAX"]}

    assert client.put(need, json=body, headers={"If-Match": '"2"'}).status_code == 409
    assert client.put(need, json=body, headers={"If-Match": '"1"'}).status_code == 412


def test_only_what_was_read_is_deleted(client: TestClient, need: str) -> None:
    assert client.delete(need, headers={"If-Match": '"1"'}).status_code == 412
    assert client.get(need).status_code == 200
    assert client.delete(need, headers={"If-Match": "*"}).status_code == 204
    assert client.get(need).status_code == 404


def test_who_has_it_already_is_told_so(client: TestClient, need: str) -> None:
    table = send(client, as_csv([provider_row("a")])).headers["location"]
    for address in (
        need,
        f"/v1/providers/{PROVIDER_ID}",
        f"/v1/rankers/{packaged_version()}",
        f"{table}",
    ):
        tag = client.get(address).headers["etag"]

        again = client.get(address, headers={"If-None-Match": f'"other", W/{tag}'})

        # The import's job may have moved on meanwhile.
        if address != table:
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_changed_need_is_sent_again(client: TestClient, need: str) -> None:
    tag = client.get(need).headers["etag"]
    client.put(need, json={"sector_codes": ["ACC"]}, headers={"If-Match": tag})

    assert client.get(need, headers={"If-None-Match": tag}).json()["version"] == 3


@pytest.mark.parametrize(
    ("header", "is_strong", "named"),
    [
        ('"1"', True, True),
        ('W/"1"', True, False),
        ('W/"1"', False, True),
        ('"2" , "1"', True, True),
        ("*", True, True),
        ("", False, False),
        ("1", False, False),
        (None, True, False),
    ],
)
def test_which_headers_name_a_tag(header: str | None, is_strong: bool, named: bool) -> None:
    assert is_named('"1"', header, is_strong=is_strong) is named
