"""Staff read a need for an hour after saying why, and its enterprise sees who did."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from core.audit.queries import Wanted, list_events
from core.audit.vocabulary import Action
from core.clock import utc_now
from core.db import transaction
from core.identity.actor import UserKind
from core.outbox.events import EventType
from core.outbox.models import Notification
from tests.access.callers import Caller, closed_settings, headers_of, make_callers
from tests.core.identity.people import make_organisation
from tests.factories import make_need

WORDS = "a deal that nobody may hear of"
PURPOSE = "the enterprise asked why a firm is missing"
Callers = dict[str, Caller]


@pytest.fixture
def closed(catalogue_url: str) -> Iterator[TestClient]:
    """An application that lets nobody in without signing in."""
    with TestClient(create_app(closed_settings(catalogue_url))) as opened:
        yield opened


@pytest.fixture
def callers(closed: TestClient) -> Callers:
    with transaction(closed.app.state.sessions) as session:  # type: ignore[attr-defined]  # ours
        return make_callers(session)


@pytest.fixture
def need_id(closed: TestClient, callers: Callers) -> UUID:
    with transaction(closed.app.state.sessions) as session:  # type: ignore[attr-defined]  # ours
        return make_need(session, text=WORDS, tenant_id=callers["enterprise"].tenant_id).id


def test_a_purpose_lets_its_author_read_for_an_hour_and_the_enterprise_sees_it(
    closed: TestClient, callers: Callers, need_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, opening = f"/v1/needs/{need_id}", f"/v1/needs/{need_id}/accesses"
    own, operator, other = (callers[name] for name in ("enterprise", "operator", "administrator"))
    assert closed.get(need, headers=operator.headers).status_code == 404

    made = closed.post(opening, json={"purpose": PURPOSE}, headers=operator.headers)

    assert made.status_code == 201
    assert closed.get(need, headers=operator.headers).json()["text"] == WORDS
    assert closed.get(need, headers=other.headers).status_code == 404
    assert closed.get("/v1/needs", headers=operator.headers).json()["items"] == []
    change = {"version": 1, "text": "something else"}
    assert closed.put(need, json=change, headers=operator.headers).status_code == 403
    assert closed.get(opening, headers=own.headers).json()["items"] == [made.json()]
    assert made.json()["purpose"] == PURPOSE
    page = closed.get(f"/needs/{need_id}/matches", headers=own.headers)
    assert PURPOSE in page.text
    assert made.json()["reader_id"] in page.text

    later = utc_now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr("api.deps.utc_now", lambda: later)
    assert closed.get(need, headers=operator.headers).status_code == 404
    assert closed.get(need, headers=own.headers).status_code == 200


@pytest.mark.parametrize("purpose", ["", "   why   ", "x" * 2_001])
def test_a_purpose_has_to_say_something(
    closed: TestClient, callers: Callers, need_id: UUID, purpose: str
) -> None:
    address, headers = f"/v1/needs/{need_id}/accesses", callers["operator"].headers
    refused = closed.post(address, json={"purpose": purpose}, headers=headers)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "#/purpose"


def test_words_of_a_need_that_is_opened_are_in_no_line_of_the_log(
    closed: TestClient, callers: Callers, need_id: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    address, headers = f"/v1/needs/{need_id}/accesses", callers["operator"].headers
    closed.post(address, json={"purpose": PURPOSE}, headers=headers)
    closed.get(f"/v1/needs/{need_id}", headers=headers)
    said = capsys.readouterr()
    assert WORDS not in said.out + said.err
    assert PURPOSE not in said.out + said.err


def test_committee_members_read_what_they_may_judge_and_act_under_their_own_id(
    closed: TestClient, callers: Callers
) -> None:
    own, judge = callers["enterprise"], callers["committee"]
    body = {"text": WORDS, "target_jurisdictions": ["VN"], "may_be_judged": True}
    need_id = closed.post("/v1/needs", json=body, headers=own.headers).json()["id"]
    listed = closed.get("/v1/providers", params={"limit": 1}).json()["items"]
    said = {"need_id": need_id, "provider_id": listed[0]["id"], "grade": 2}

    assert closed.get(f"/v1/needs/{need_id}", headers=judge.headers).json()["text"] == WORDS
    foreign = {**said, "judge_id": "somebody-else"}
    refused = closed.post("/v1/judgements", json=foreign, headers=judge.headers)
    made = closed.post("/v1/judgements", json=said, headers=judge.headers)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/judge_id")
    assert made.status_code == 201
    mine = closed.get("/v1/judgements", headers=judge.headers).json()["items"]
    assert mine == [made.json()]
    with transaction(closed.app.state.sessions) as session:  # type: ignore[attr-defined]  # ours
        another = headers_of(
            session, UserKind.COMMITTEE, make_organisation(session, UserKind.COMMITTEE)
        )
    assert closed.get("/v1/judgements", headers=another).json()["items"] == []
    everybody = closed.get("/v1/judgements", headers=callers["operator"].headers).json()
    assert everybody["items"] == mine


def test_outcomes_are_those_of_the_organisation_that_reports_them(
    closed: TestClient, callers: Callers
) -> None:
    own, other = callers["enterprise"], callers["service"]
    body = {"target_jurisdictions": ["VN"]}
    need = closed.post("/v1/needs", json=body, headers=own.headers).headers["location"]
    made = closed.post(f"{need}/recommendations", headers=own.headers).json()
    told = {
        "recommendation_id": made["id"],
        "provider_id": made["result"]["ranked"][0]["provider"]["id"],
        "kind": "engaged",
    }
    assert closed.post("/v1/outcomes", json=told, headers=other.headers).status_code == 404
    outcome = closed.post("/v1/outcomes", json=told, headers=own.headers).json()
    assert outcome["enterprise_id"] == str(own.tenant_id)
    assert closed.get("/v1/outcomes", headers=own.headers).json()["items"] == [outcome]
    assert closed.get("/v1/outcomes", headers=other.headers).json()["items"] == []


def test_the_enterprise_is_told_and_the_trail_names_the_access_and_not_its_words(
    closed: TestClient, callers: Callers, need_id: UUID
) -> None:
    own, operator = callers["enterprise"], callers["operator"]
    made = closed.post(
        f"/v1/needs/{need_id}/accesses", json={"purpose": PURPOSE}, headers=operator.headers
    )

    with transaction(closed.app.state.sessions) as session:  # type: ignore[attr-defined]  # ours
        told = session.scalars(select(Notification)).one()
        ((opened, said),) = list_events(session, Wanted(action=Action.NEED_OPENED), limit=10)
    assert (told.tenant_id, told.event_type) == (own.tenant_id, EventType.NEED_TEXT_READ)
    assert (told.subject_id, told.details) == (str(need_id), {"purpose": "support"})
    assert (opened.tenant_id, opened.subject_id) == (own.tenant_id, str(need_id))
    assert said == json.dumps({"access_id": made.json()["id"]}, separators=(",", ":"))
