from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from core.db import SessionFactory
from providers.catalogue import PACKAGED_TABLES
from providers.importing.plan import plan_import
from providers.importing.run import run_import
from tests.api.treaty_tables import load_treaties
from tests.factories import NOW

KEYS = {
    "kind", "from", "to", "origin", "destination", "on", "route", "certainty", "sentence", "steps",
    "instruments", "checks", "sources", "changes", "cooperations", "desks", "notice",
}  # fmt: skip


@pytest.fixture
def treaties(client: TestClient, catalogue_sessions: SessionFactory) -> TestClient:
    load_treaties(catalogue_sessions)
    return client


def test_a_route_is_told_to_its_end(treaties: TestClient) -> None:
    answer = treaties.get(
        "/v1/routes/award/sg/Vietnam", params={"on": "2026-11-22", "facts": "commercial"}
    )

    assert answer.status_code == 200
    route = answer.json()
    assert set(route) == KEYS
    assert (route["kind"], route["from"], route["to"]) == ("award", "SG", "VN")
    assert (route["on"], route["route"]) == ("2026-11-22", "new_york_convention")
    assert set(route["sentence"]) == set(route["notice"]) == {"en", "zh-Hans", "zh-Hant"}
    (instrument,) = route["instruments"]
    assert instrument["instrument_id"] == "nyc_1958"
    assert instrument["in_force_from"] == "1995-12-11"
    assert [binding["jurisdiction"] for binding in instrument["bindings"]] == ["SG", "VN"]
    assert [step["action"] for step in route["steps"]][-2:] == ["apply", "enforce"]
    assert route["sources"]


def test_an_edit_of_the_tables_is_seen_by_the_next_request(
    treaties: TestClient, catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    address = "/v1/routes/document/CN/VN?on=2026-10-01"
    assert treaties.get(address).json()["route"] == "apostille"
    path = tmp_path / "left.csv"
    path.write_text(
        "instrument_id,jurisdiction,status,in_force_from,in_force_to,note,source_url\n"
        "hcch_apostille_1961,VN,in_force,2026-09-11,2026-09-30,HCCH type A**; left,https://example.org/left\n"
    )
    with catalogue_sessions() as session:
        specs = [table.spec for table in PACKAGED_TABLES if "memberships" in table.file_name]
        plan = plan_import(session, specs, path)
    run_import(catalogue_sessions, plan, keep_good=False, now=NOW)

    assert treaties.get(address).json()["route"] == "consular_legalisation"
    before = treaties.get("/v1/routes/document/CN/VN?on=2026-09-30").json()
    assert before["route"] == "apostille"
    assert before["changes"][0]["on"] == "2026-10-01"


def test_a_province_is_answered_with_its_state_s_law_and_its_own_cooperation(
    treaties: TestClient,
) -> None:
    route = treaties.get("/v1/routes/document/CN-GX/VN-03", params={"on": "2026-01-01"}).json()

    assert (route["from"], route["origin"]) == ("CN-GX", "CN")
    assert (route["to"], route["destination"]) == ("VN-03", "VN")
    assert [one["cooperation_id"] for one in route["cooperations"]] == ["gx_vn_border_law"]
    assert [desk["desk_id"] for desk in route["desks"]] == ["guinan_notary"]
    assert {step["desk"] for step in route["steps"]} == {"guinan_notary", None}
    assert route["changes"][0]["on"] == "2026-09-11"


@pytest.mark.parametrize(
    ("address", "pointer", "said"),
    [
        ("award/SU/CN", "#/from", "withdrawn in 1992"),
        ("award/CN/zr", "#/to", "use CD"),
        ("award/QQ/CN", "#/from", "no jurisdiction has the code or name 'QQ'"),
        ("award/SG/Vietnm", "#/to", "did you mean Vietnam (VN)?"),
        ("award/SG/ASEAN", "#/to", "BN, ID, KH"),
        ("award/SG/SG", "#/to", "name two jurisdictions"),
        ("award/CN/CN-GX", "#/to", "name two jurisdictions"),
        ("award/SG/CN?on=1899-12-31", "#/on", "1900 to 2100"),
        ("award/SG/CN?on=2101-01-01", "#/on", "1900 to 2100"),
        ("award/SG/CN?on=2026-13-01", "#/on", "date"),
        ("award/SG/CN?on=1767225600", "#/on", "YYYY-MM-DD"),
        ("award/SG/CN?facts=commercially", "#/facts", "there is no fact"),
        ("award/SG/CN?facts=final,final", "#/facts", "twice"),
        ("award/SG/CN?facts=judgment_given=2100-01-01", "#/facts", "after the day asked about"),
        ("award/SG/CN?fact=commercial", "#/fact", "there are facts, on"),
        ("award/SG/CN?facts=commercial&a/b=1", "#/a~1b", "no such parameter"),
        ("treaty/SG/CN", "#/kind", "award"),
        (f"award/{'x' * 101}/CN", "#/from", "100 characters"),
        ("award/%20/CN", "#/from", "name a jurisdiction"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_points_at_the_parameter(
    shared_client: TestClient, address: str, pointer: str, said: str
) -> None:
    answer = shared_client.get(f"/v1/routes/{address}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (field,) = answer.json()["errors"]
    assert field["pointer"] == pointer
    assert said in field["detail"]


def test_without_treaties_only_domestic_law_is_known(shared_client: TestClient) -> None:
    route = shared_client.get("/v1/routes/award/SG/越南").json()

    assert (route["route"], route["certainty"]) == ("domestic_law_only", "domestic law only")
    assert route["instruments"] == []


def test_a_merged_province_names_its_successor(
    shared_client: TestClient,
) -> None:
    found = shared_client.get("/v1/jurisdictions/VN-03").json()

    assert (found["valid_to"], found["successor_code"]) == ("2025-06-30", "VN-07")
    assert found["languages"] == ["vi"]
