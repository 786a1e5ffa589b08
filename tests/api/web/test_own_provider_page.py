"""The pages of a firm's people and of people's requests, as a browser without script sees them."""

import pytest
from fastapi.testclient import TestClient

from core.identity.actor import UserKind
from core.privacy.law import RequestKind
from tests.api.people_forms import Somebody
from tests.api.provider_forms import firm_person, take_back
from tests.api.provider_steps import store_contact, store_person, store_request
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML
from tests.providers.contact_steps import row_of


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("script", "title", "requests"),
    [
        ("en", "Your profile", "Requests of people"),
        ("zh-Hant", "貴機構的檔案", "個人資料要求"),
        ("zh-Hans", "贵机构的档案", "个人资料要求"),
    ],
)
def test_the_pages_speak_three_scripts(
    shared_client: TestClient, script: str, title: str, requests: str
) -> None:
    person, _ = firm_person(shared_client)
    shown = person.browser.get(f"/provider?lang={script}", headers=HTML)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    assert Parsed(shown.text).one("h1").text == title
    operator = Somebody(shared_client, UserKind.OPERATOR, has_app=True)
    listed = operator.browser.get(f"/ops/requests?lang={script}", headers=HTML)
    assert Parsed(listed.text).one("h1").text == requests


def test_a_firm_changes_what_it_says_and_what_is_wrong_is_said_at_its_field(
    shared_client: TestClient,
) -> None:
    person, firm = firm_person(shared_client)
    fields = {"version": "1", "name": "Mekong Li", "languages": "vi", "claimed_sectors": "LEG"}
    assert person.send("/provider", "/provider", **fields).status_code == 303
    public = shared_client.get(f"/v1/providers/{firm.provider_id}").json()
    assert (public["name"], public["languages"]) == ("Mekong Li", ["vi"])
    assert public["sectors"] == [{"sector_code": "LEG", "basis": "claimed"}]
    page = Parsed(person.browser.get("/provider", headers=HTML).text)
    assert "checked" in page.one("input", name="languages", value="vi").attributes

    wrong = person.send("/provider", "/provider", **fields | {"version": "2", "name": "\u202e"})
    assert wrong.status_code == 422
    assert Parsed(wrong.text).one("input", id="name").attributes["aria-invalid"] == "true"
    assert person.send("/provider", "/provider", **fields).status_code == 409
    claim = person.send("/provider/evidence", "/provider", title="", dated_on="2999-01-01")
    assert claim.status_code == 422
    assert Parsed(claim.text).one("input", id="title").attributes["aria-invalid"] == "true"


def test_a_person_is_named_to_their_firm_only_while_they_agree(shared_client: TestClient) -> None:
    person, firm = firm_person(shared_client)
    contact = store_contact(shared_client, firm, row_of("Synthetic Ngo", ref=firm.ref))
    assert "Synthetic Ngo" in person.browser.get("/provider?lang=en", headers=HTML).text
    assert take_back(shared_client, person, contact).status_code == 303
    after = person.browser.get("/provider?lang=en", headers=HTML).text
    assert "Synthetic Ngo" not in after
    assert "Somebody who is not shown" in after
    stranger, _ = firm_person(shared_client)
    assert take_back(shared_client, stranger, contact).status_code == 404


def test_nobody_is_erased_by_a_click_alone(shared_client: TestClient) -> None:
    operator = Somebody(shared_client, UserKind.OPERATOR, has_app=True)
    asked = store_request(
        shared_client, RequestKind.ERASURE, store_person(shared_client).account_id
    )
    refused = operator.send(f"/ops/requests/{asked}/erase", "/ops/requests")
    assert refused.status_code == 409
    assert f"request-{asked}" in refused.text
    late = operator.send(f"/ops/requests/{asked}/extend", "/ops/requests")
    assert late.status_code == 409
    for step, status in (("answer", 303), ("refused", 303), ("refused", 409), ("nothing", 404)):
        assert operator.send(f"/ops/requests/{asked}/{step}", "/ops/requests").status_code == status
