"""The operators' pages of claims and consents, as a browser without script sees them."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from core.db import reading
from core.identity.actor import UserKind
from providers.models import Evidence
from providers.own.queries import list_claims
from tests.api.people_forms import Somebody
from tests.api.provider_forms import firm_person
from tests.api.provider_steps import (
    Firm,
    state_of,
    store_claim,
    store_contact,
    store_firm,
)
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML


@pytest.fixture
def operator(shared_client: TestClient) -> Somebody:
    return Somebody(shared_client, UserKind.OPERATOR, has_app=True)


def said(client: TestClient, claim: UUID) -> bool | None:
    """Whether a claim is verified; None where it is not there."""
    with reading(state_of(client)[0]) as session:
        found = session.get(Evidence, claim)
        return None if found is None else found.is_verified


def consent(operator: Somebody, firm: Firm, contact: UUID, **fields: str) -> Response:
    given = {"said": "withdrawn", "purpose": "directory", "notice_version": "2026-1"}
    wanted = given | {"evidence": "letter 8", "seen": "1"} | fields
    return operator.send(f"/ops/consents/{contact}", f"/ops/consents/{firm.provider_id}", **wanted)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("script", "claims", "consents"),
    [
        ("en", "Claims of firms", "Consents"),
        ("zh-Hant", "機構的聲稱", "同意記錄"),
        ("zh-Hans", "机构的声称", "同意记录"),
    ],
)
def test_the_pages_speak_three_scripts_and_lead_to_each_other(
    operator: Somebody, script: str, claims: str, consents: str
) -> None:
    for address, title in (("/ops/claims", claims), ("/ops/consents", consents)):
        answer = operator.browser.get(f"{address}?lang={script}", headers=HTML)
        page = Parsed(answer.text)
        assert page.one("h1").text == title
        assert page.one("a", href=address, **{"aria-current": "page"}).text == title
        assert answer.headers["cache-control"] == "no-store"


def test_a_claim_waits_until_it_is_verified_and_again_when_that_is_taken_back(
    shared_client: TestClient, operator: Somebody
) -> None:
    claim = store_claim(shared_client, store_firm(shared_client))
    for step, stands in (("verify", True), ("doubt", False)):
        assert operator.send(f"/ops/claims/{claim}/{step}", "/ops/claims").status_code == 303
        assert said(shared_client, claim) is stands
        with reading(state_of(shared_client)[0]) as session:
            listed = [one.id for one, _ in list_claims(session, is_verified=stands, limit=1_000)]
        assert claim in listed


def test_a_claim_is_refused_by_whoever_is_sure_and_not_once_it_is_verified(
    shared_client: TestClient, operator: Somebody
) -> None:
    claim = store_claim(shared_client, store_firm(shared_client))
    address = f"/ops/claims/{claim}"
    unsure = operator.send(f"{address}/refuse", "/ops/claims", why="confidential")
    assert (unsure.status_code, said(shared_client, claim)) == (409, False)
    assert '<option value="confidential" selected>' in unsure.text
    without = operator.send(f"{address}/refuse", "/ops/claims", is_sure="true", why="")
    assert (without.status_code, said(shared_client, claim)) == (409, False)
    sure = {"is_sure": "true", "why": "confidential"}
    operator.send(f"{address}/verify", "/ops/claims")
    late = operator.send(f"{address}/refuse", "/ops/claims", **sure)
    assert (late.status_code, said(shared_client, claim)) == (409, True)
    operator.send(f"{address}/doubt", "/ops/claims")
    done = operator.send(f"{address}/refuse", "/ops/claims", **sure)
    assert (done.status_code, said(shared_client, claim)) == (303, None)
    gone = operator.send(f"{address}/verify", "/ops/claims")
    assert gone.status_code == 409
    assert f"claim-{claim}" in gone.text


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("en", "It is no piece of evidence"),
        ("zh-Hant", "不屬於佐證"),
        ("zh-Hans", "不属于佐证"),
    ],
)
def test_a_firm_reads_on_its_page_why_a_claim_was_refused_until_it_dismisses_it(
    shared_client: TestClient, operator: Somebody, script: str, why: str
) -> None:
    person, firm = firm_person(shared_client)
    claim = store_claim(shared_client, firm)
    fields = {"is_sure": "true", "why": "no_evidence"}
    operator.send(f"/ops/claims/{claim}/refuse", "/ops/claims", **fields)

    page = Parsed(person.browser.get(f"/provider?lang={script}", headers=HTML).text)

    assert why in page.one("li", id=f"refused-{claim}").text
    address = f"/provider/refused-claims/{claim}/dismiss"
    assert person.send(address, "/provider").status_code == 303
    assert f"refused-{claim}" not in person.browser.get("/provider", headers=HTML).text


def test_claims_go_on_where_a_page_ended(shared_client: TestClient) -> None:
    firm = store_firm(shared_client)
    stored = {store_claim(shared_client, firm) for _ in range(3)}
    with reading(state_of(shared_client)[0]) as session:
        whole = [(one.provider_id, one.id) for one, _ in list_claims(session, limit=1_000)]
        paged: list[tuple[UUID, UUID]] = []
        while page := list_claims(session, after=paged[-1] if paged else None, limit=2):
            paged += [(one.provider_id, one.id) for one, _ in page]
    assert paged == whole
    assert stored <= {claim for _, claim in whole}


def test_a_consent_is_ended_for_one_group_and_nobody_writes_over_what_they_did_not_see(
    shared_client: TestClient, operator: Somebody
) -> None:
    firm = store_firm(shared_client)
    contact = store_contact(shared_client, firm)
    found = operator.browser.get(f"/ops/consents?text={firm.ref}", headers=HTML)
    assert Parsed(found.text).one("a", href=f"/ops/consents/{firm.provider_id}")

    assert consent(operator, firm, contact, group="business").status_code == 303
    late = consent(operator, firm, contact, said="given")
    assert late.status_code == 409
    page = Parsed(late.text)
    assert page.one("input", name="seen").attributes["value"] == "2"
    unfit = consent(operator, firm, contact, evidence=" ", seen="2")
    assert unfit.status_code == 422
    assert f"evidence-{contact}" in unfit.text

    stands = operator.browser.get(f"/v1/contacts?provider_id={firm.provider_id}").json()["items"]
    assert [one["agrees_to"][0]["groups"] for one in stands] == [["identity"]]


def test_nobody_is_asked_of_firms_that_are_not_there(operator: Somebody) -> None:
    assert operator.browser.get(f"/ops/consents/{UUID(int=5)}", headers=HTML).status_code == 404
