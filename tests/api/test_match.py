from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.v1.examples import BANGLADESH_TEXT, TANZANIA_TEXT, VIETNAM_TEXT
from core.db import SessionFactory, transaction
from core.identity.actor import OPERATOR
from core.settings import EncoderKind
from providers.service import suspend_provider
from tests.conftest import make_settings
from tests.factories import NOW, make_evidence, make_provider

Json = dict[str, Any]  # Any: decoded JSON
FIELDS: Json = {"target_jurisdictions": ["VN"], "sector_codes": ["BLT"]}


def match(client: TestClient, **body: object) -> Json:
    response = client.post("/v1/match", json=body)
    assert response.status_code == 200, response.text
    result: Json = response.json()
    return result


def names(result: Json) -> list[str]:
    return [ranked["provider"]["name"] for ranked in result["ranked"]]


@pytest.mark.parametrize(
    ("text", "place"), [(VIETNAM_TEXT, "VN"), (BANGLADESH_TEXT, "BD"), (TANZANIA_TEXT, "TZ")]
)
def test_reads_each_script_and_ranks_who_worked_there(
    shared_client: TestClient, text: str, place: str
) -> None:
    result = match(shared_client, text=text)

    assert result["need"]["target_jurisdictions"] == [place]
    assert result["reading"]["target_jurisdictions"] == [place]
    cited = {
        code
        for reason in result["ranked"][0]["reasons"]
        for evidence in reason["evidence"]
        for code in evidence["jurisdictions"]
    }
    assert place in cited


def test_contributions_sum_to_the_score_and_scores_fall(shared_client: TestClient) -> None:
    result = match(shared_client, **FIELDS, text=VIETNAM_TEXT, top=100)

    assert len(result["ranked"]) == result["eligible"] > 1
    for ranked in result["ranked"]:
        total = sum(part["contribution"] for part in ranked["contributions"])
        assert total == pytest.approx(ranked["score"], abs=1e-9)
    scores = [ranked["score"] for ranked in result["ranked"]]
    assert all(better >= worse for better, worse in pairwise(scores))
    assert [ranked["rank"] for ranked in result["ranked"]] == list(range(1, len(scores) + 1))


def test_every_provider_is_accounted_for(shared_client: TestClient) -> None:
    result = match(shared_client, **FIELDS)
    removed = sum(rule["removed"] for rule in result["removed"])
    assert result["considered"] == 12
    assert result["eligible"] + removed == result["considered"]


def test_everything_said_is_said_in_three_scripts(shared_client: TestClient) -> None:
    result = match(shared_client, text=VIETNAM_TEXT, sector_codes=["BLT"])
    sentences = [rule["sentence"] for rule in result["removed"]]
    for ranked in result["ranked"]:
        sentences += [said["sentence"] for said in (*ranked["reasons"], *ranked["gaps"])]
    assert len(sentences) > len(result["removed"])
    for sentence in sentences:
        assert set(sentence) == {"en", "zh-Hans", "zh-Hant"}
        assert all(sentence.values())


def test_the_same_need_gives_the_same_bytes(shared_client: TestClient) -> None:
    body = {"text": BANGLADESH_TEXT, "on": "2026-01-01"}
    first = shared_client.post("/v1/match", json=body)
    assert shared_client.post("/v1/match", json=body).content == first.content


def test_a_field_that_is_given_beats_the_text(shared_client: TestClient) -> None:
    result = match(shared_client, text=VIETNAM_TEXT, target_jurisdictions=["TH"])
    assert result["need"]["target_jurisdictions"] == ["TH"]
    assert result["reading"]["target_jurisdictions"] == ["VN"]


def test_an_empty_list_is_given_too(shared_client: TestClient) -> None:
    result = match(shared_client, text=VIETNAM_TEXT, sector_codes=[])
    assert result["need"]["sector_codes"] == []
    assert result["reading"]["sector_codes"] != []


def test_fields_alone_are_enough(shared_client: TestClient) -> None:
    result = match(shared_client, **FIELDS)
    assert result["reading"] is None
    assert "Synthetic Roads Vietnam" in names(result)


def test_evidence_of_the_day_or_later_does_not_count(shared_client: TestClient) -> None:
    result = match(shared_client, text=VIETNAM_TEXT, sector_codes=["BLT"], on="2020-03-01")
    days = [
        evidence["dated_on"]
        for ranked in result["ranked"]
        for reason in ranked["reasons"]
        for evidence in reason["evidence"]
    ]
    assert days
    assert all(date.fromisoformat(day) < date(2020, 3, 1) for day in days)


def test_returns_no_more_than_asked_for(shared_client: TestClient) -> None:
    result = match(shared_client, target_jurisdictions=["VN"], top=1)
    assert len(result["ranked"]) == 1 < result["eligible"]


def test_a_suspended_provider_is_gone_at_the_next_request(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    before = match(client, **FIELDS)
    first = before["ranked"][0]["provider"]
    with transaction(catalogue_sessions) as session:
        suspend_provider(
            session, OPERATOR, provider_id=UUID(first["id"]), reason="licence lapsed", now=NOW
        )

    after = match(client, **FIELDS)

    assert first["name"] in names(before)
    assert first["name"] not in names(after)
    assert after["eligible"] == before["eligible"] - 1
    assert {rule["rule"]: rule["removed"] for rule in after["removed"]}["not_suspended"] == 1
    assert client.get(f"/v1/providers/{first['id']}").status_code == 404


def test_a_new_provider_is_found_at_the_next_request(
    client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    before = match(client, **FIELDS, top=100)
    with transaction(catalogue_sessions) as session:
        provider = make_provider(session, name="Synthetic Newcomer", sectors=["BLT"])
        make_evidence(session, provider, sectors=["BLT"])

    after = match(client, **FIELDS, top=100)

    assert set(names(after)) - set(names(before)) == {"Synthetic Newcomer"}
    assert after["versions"]["index"] != before["versions"]["index"]


@pytest.mark.parametrize("field", ["excluded_provider_ids", "conflicted_provider_ids"])
def test_leaves_out_who_may_not_or_shall_not_act(shared_client: TestClient, field: str) -> None:
    first = match(shared_client, **FIELDS)["ranked"][0]["provider"]
    result = match(shared_client, **FIELDS, **{field: [first["id"]]})
    assert first["name"] not in names(result)


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("home_jurisdiction", "XX", "#/home_jurisdiction"),
        ("target_jurisdictions", ["VN", "XX"], "#/target_jurisdictions/1"),
        ("excluded_jurisdictions", ["vn"], "#/excluded_jurisdictions/0"),
        ("target_jurisdictions", ["035"], "#/target_jurisdictions/0"),
        ("target_jurisdictions", ["VN", "ASEAN"], "#/target_jurisdictions/1"),
        ("sector_codes", ["NOPE"], "#/sector_codes/0"),
        ("excluded_sector_codes", ["BLT", "BLT.XXX"], "#/excluded_sector_codes/1"),
        ("languages_wanted", ["english"], "#/languages_wanted/0"),
        ("excluded_provider_ids", ["7"], "#/excluded_provider_ids/0"),
        ("amount_usd", -1, "#/amount_usd"),
        ("amount_usd", "12", "#/amount_usd"),
        ("languages_required", "yes", "#/languages_required"),
        ("on", "2026-02-30", "#/on"),
        ("on", 20260230, "#/on"),
        ("top", 0, "#/top"),
        ("top", 101, "#/top"),
        ("top", "5", "#/top"),
        ("target_jurisdiction", "VN", "#/target_jurisdiction"),
        ("sector_codes", ["BLT"] * 61, "#/sector_codes"),
    ],
)
def test_a_wrong_field_is_named(
    shared_client: TestClient, field: str, value: object, pointer: str
) -> None:
    response = shared_client.post("/v1/match", json={"text": VIETNAM_TEXT, field: value})
    assert response.status_code == 422
    problem = response.json()
    assert problem["type"] == "/problems/invalid-input"
    assert pointer in [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t ",
        "x" * 10_001,
        "road " * 4_000,
        "\x01\x02\x03\x04\x05 PNG \x1a",
        "\ufffd\ufffd\ufffd study",
    ],
    ids=["empty", "blank", "10,001", "20,000", "binary", "decoded wrongly"],
)
def test_a_text_that_is_no_need_is_refused_by_name(shared_client: TestClient, text: str) -> None:
    response = shared_client.post("/v1/match", json={"text": text})
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == ["#/text"]


@pytest.mark.parametrize(
    "text",
    [
        "การศึกษาความเป็นไปได้ของถนนชนบท",
        "دراسة جدوى للطرق الريفية",
        "🛣️🇻🇳👷‍♀️",
        "x" * 10_000,
        "路" * 10_000,
        "a\u0301\u202e<script>alert(1)</script>'; DROP TABLE need; --",
    ],
    ids=["Thai", "Arabic", "emoji", "10,000 letters", "10,000 characters", "hostile"],
)
def test_any_other_text_is_answered(shared_client: TestClient, text: str) -> None:
    result = match(shared_client, text=text)
    assert result["need"]["text"] == text


def test_nothing_asked_for_is_refused(shared_client: TestClient) -> None:
    bodies: list[Json] = [{}, {"text": None}, {"home_jurisdiction": "CN"}, {"sector_codes": []}]
    for body in bodies:
        response = shared_client.post("/v1/match", json=body)
        assert response.status_code == 422, body
        assert response.json()["errors"][0]["pointer"] == "#/text"


def test_understands_across_languages_with_the_packaged_encoder(catalogue_url: str) -> None:
    app = create_app(make_settings(catalogue_url, EncoderKind.PACKAGED))
    with TestClient(app) as client:
        result = match(
            client, text="农村道路可行性研究", target_jurisdictions=["VN"], sector_codes=[]
        )
    assert result["versions"]["encoder"] != "none"
    assert names(result)[0] == "Synthetic Roads Vietnam"
