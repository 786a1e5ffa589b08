from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.v1.disputes import EXAMPLES
from tests.api.treaty_tables import load_treaties

Json = dict[str, Any]  # Any: a JSON document
ADDRESS = "/v1/routes/disputes"
DISPUTE: Json = {
    "home_jurisdiction": "CN-GX",
    "counterparty_jurisdiction": "VN-13",
    "asset_jurisdictions": ["VN", "CN"],
    "on": "2026-11-22",
}
NIAC = {"kind": "arbitration", "jurisdiction": "CN-GX", "institution": "niac"}
HONG_KONG = {"kind": "arbitration", "jurisdiction": "HK"}


@pytest.fixture(scope="module")
def treaties(shared_client: TestClient) -> TestClient:
    """The application over the packaged treaties."""
    app = shared_client.app
    assert isinstance(app, FastAPI)
    load_treaties(app.state.sessions)
    return shared_client


def _ask(client: TestClient, **changes: object) -> Json:
    response = client.post(ADDRESS, json={**DISPUTE, **changes})
    assert response.status_code == 200, response.text
    document: Json = response.json()
    return document


def _statements(value: object) -> Iterator[Json]:
    if isinstance(value, dict):
        if "zh-Hant" in value:
            yield value
        for part in value.values():
            yield from _statements(part)
    elif isinstance(value, list):
        for part in value:
            yield from _statements(part)


def test_compares_the_usual_forums_where_none_is_named(treaties: TestClient) -> None:
    answer = _ask(treaties)

    assert answer["are_usual"]
    assert [(one["forum"]["kind"], one["forum"]["jurisdiction"]) for one in answer["forums"]] == [
        ("court", "VN-13"),
        ("court", "CN-GX"),
        ("arbitration", "HK"),
        ("arbitration", "SG"),
    ]
    assert answer["notes"][0]["code"] == "usual_forums"
    assert "gx_vn_border_law" in [one["cooperation_id"] for one in answer["cooperations"]]


def test_shows_each_step_where_the_assets_are(treaties: TestClient) -> None:
    answer = _ask(treaties, forums=[HONG_KONG])

    [chain] = answer["forums"]
    negotiation, mediation, arbitration, litigation = chain["steps"]
    assert [step["output"] for step in chain["steps"]] == [
        "settlement_contract",
        "mediated_settlement_agreement",
        "award",
        None,
    ]
    assert [one["route"]["route"] for one in arbitration["enforcement"]] == [
        "new_york_convention",
        "hk_mainland_awards_arrangement",
    ]
    assert negotiation["enforcement"][0]["route"] is None
    assert mediation["enforcement"][0]["certainty"] == "domestic law only"
    assert not litigation["is_open"]
    assert [one["kind"] for one in arbitration["interim"] if one["place"] == "CN"] == [
        "arrangement",
        "emergency_arbitrator",
    ]


def test_every_id_in_a_cell_is_described_once(treaties: TestClient) -> None:
    answer = _ask(treaties, forums=[HONG_KONG, NIAC])

    instruments = [one["instrument_id"] for one in answer["instruments"]]
    institutions = [one["institution_id"] for one in answer["institutions"]]
    cells = [step for chain in answer["forums"] for step in chain["steps"]]
    named = {one for step in cells for one in step["institutions"]}
    used = {one["instrument"] for step in cells for one in step["interim"]} - {None}
    used |= {
        instrument
        for step in cells
        for one in step["enforcement"]
        if one["route"]
        for instrument in one["route"]["instruments"]
    }
    assert "hk_cn_interim_2019" in used
    assert used <= set(instruments)
    assert named == set(institutions)
    assert {"niac", "hkiac"} <= named
    assert len(institutions) == len(set(institutions))
    urls = [one["url"] for one in answer["sources"]]
    assert len(urls) == len(set(urls))


def test_cooperation_of_the_nanning_court_is_shown_at_its_seat_only(
    treaties: TestClient,
) -> None:
    answer = _ask(treaties, forums=[NIAC, HONG_KONG])

    shown = [{one["cooperation_id"] for one in chain["cooperations"]} for chain in answer["forums"]]
    assert "niac_asean" in shown[0]
    assert "niac_asean" not in shown[1]


def test_sector_codes_are_those_of_the_list(treaties: TestClient) -> None:
    listed = {one["code"] for one in treaties.get("/v1/sectors").json()["items"]}

    answer = _ask(treaties)

    named = {
        code
        for chain in answer["forums"]
        for step in chain["steps"]
        for role in step["roles"]
        for code in role["sector_codes"]
    }
    assert named
    assert named <= listed


def test_takes_codes_in_any_case_and_names_in_any_script(treaties: TestClient) -> None:
    by_code = _ask(treaties, forums=[HONG_KONG], counterparty_jurisdiction="VN")
    by_name = _ask(
        treaties,
        home_jurisdiction="cn-gx",
        counterparty_jurisdiction="越南",
        asset_jurisdictions=["Vietnam", "cn"],
        forums=[{"kind": "arbitration", "jurisdiction": "香港"}],
    )

    assert by_name == by_code


def test_a_place_of_assets_written_twice_counts_once(treaties: TestClient) -> None:
    answer = _ask(treaties, asset_jurisdictions=["VN", "越南", "HK"])

    assert answer["dispute"]["assets"] == ["VN", "HK"]
    cell = answer["forums"][0]["steps"][0]["enforcement"]
    assert [one["place"] for one in cell] == ["VN", "HK"]


def test_repeats_the_amount_and_says_it_in_three_scripts(treaties: TestClient) -> None:
    answer = _ask(treaties, value={"amount": 320_000, "currency": "CNY"}, governing_law="HK")

    assert answer["dispute"]["value"] == {"amount": "320,000", "currency": "CNY"}
    note = next(note for note in answer["notes"] if note["code"] == "value")
    assert all("CNY 320,000" in note["sentence"][script] for script in ("en", "zh-Hans", "zh-Hant"))
    statements = list(_statements(answer))
    assert len(statements) > 100
    assert all(bool(one["en"]) == bool(one["zh-Hans"]) for one in statements)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_works(treaties: TestClient, name: str) -> None:
    response = treaties.post(ADDRESS, json=EXAMPLES[name]["value"])

    assert response.status_code == 200, response.text
    assert response.json()["notice"]["en"]


@pytest.mark.parametrize(
    ("changes", "pointer", "says"),
    [
        ({"asset_jurisdictions": []}, "#/asset_jurisdictions", "assets are"),
        ({"asset_jurisdictions": ["VN", "ZR"]}, "#/asset_jurisdictions/1", "use CD"),
        ({"home_jurisdiction": "SU"}, "#/home_jurisdiction", "withdrawn"),
        ({"counterparty_jurisdiction": "ASEAN"}, "#/counterparty_jurisdiction", "name one"),
        ({"governing_law": "Atlantis"}, "#/governing_law", "Atlantis"),
        ({"on": "1899-12-31"}, "#/on", "1900"),
        ({"facts": "rich"}, "#/facts", "rich"),
        ({"facts": "judgment_given=2100-01-01"}, "#/facts", "after the day asked about"),
        ({"forums": [HONG_KONG, HONG_KONG]}, "#/forums/1", "number 1"),
        (
            {"forums": [{"kind": "court", "jurisdiction": "YU"}]},
            "#/forums/0/jurisdiction",
            "withdrawn",
        ),
        (
            {"forums": [{**HONG_KONG, "institution": "nobody"}]},
            "#/forums/0/institution",
            "hkiac",
        ),
    ],
)
def test_says_which_field_to_change(
    treaties: TestClient, changes: Json, pointer: str, says: str
) -> None:
    response = treaties.post(ADDRESS, json={**DISPUTE, **changes})

    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, "/problems/route-refused")
    [error] = problem["errors"]
    assert error["pointer"] == pointer
    assert says in error["detail"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"assets": ["VN"]}, "#/assets"),
        ({"stage": "appeal"}, "#/stage"),
        ({"forums": [{"kind": "duel", "jurisdiction": "HK"}]}, "#/forums/0/kind"),
        ({"forums": [HONG_KONG] * 9}, "#/forums"),
        ({"value": {"amount": -1, "currency": "USD"}}, "#/value/amount"),
        ({"value": {"amount": 1, "currency": "dollars"}}, "#/value/currency"),
    ],
)
def test_refuses_what_it_does_not_know(treaties: TestClient, changes: Json, pointer: str) -> None:
    response = treaties.post(ADDRESS, json={**DISPUTE, **changes})

    assert response.status_code == 422
    assert pointer in [error["pointer"] for error in response.json()["errors"]]
