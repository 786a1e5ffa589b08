"""Every list: a total order, and nothing skipped or seen twice while rows come in."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from committee.judgements.models import Judgement, Outcome, Preference
from core.db import transaction
from core.identity.actor import OPEN_ACCESS_ID
from enterprises.models import Recommendation
from providers.imports.models import RowOutcome, SupplyImport, SupplyImportRow, SupplyImportState
from providers.models import Provider
from tests.api.import_steps import sessions_of
from tests.factories import NOW, make_evidence, make_need, make_provider

MOMENTS = [NOW + timedelta(seconds=second) for second in (0, 0, 1, 2)]
Json = dict[str, Any]  # Any: decoded JSON
Insert = Callable[[Session, int, UUID], None]


def _provider(session: Session, number: int, _shared: UUID) -> None:
    make_provider(session, name=f"Synthetic Listed {number % 3}", home=None)


def _evidence(session: Session, number: int, shared: UUID) -> None:
    days = [MOMENTS[0].date() - timedelta(days=number % 2), None]
    provider = session.get(Provider, shared) or make_provider(session, provider_id=shared)
    make_evidence(session, provider, dated_on=days[number % 2])


def _need(session: Session, number: int, _shared: UUID) -> None:
    make_need(session, now=MOMENTS[number % 4])


def _import(session: Session, number: int, _shared: UUID) -> None:
    session.add(_an_import(uuid4(), number))


def _row(session: Session, number: int, shared: UUID) -> None:
    if session.get(SupplyImport, shared) is None:
        session.add(_an_import(shared, number))
        session.flush()
    there = session.query(SupplyImportRow).filter_by(import_id=shared).count()
    session.add(
        SupplyImportRow(import_id=shared, row_no=there + 2, outcome=RowOutcome.NEW, cells={})
    )


def _an_import(import_id: UUID, number: int) -> SupplyImport:
    return SupplyImport(
        id=import_id,
        kind="providers",
        source="lists",
        file_name="",
        file_sha256="0" * 64,
        file_bytes=1,
        actor="test",
        state=SupplyImportState.DISCARDED,
        created_at=MOMENTS[number % 4],
    )


def _judgement(session: Session, number: int, _shared: UUID) -> None:
    session.add(
        Judgement(
            id=uuid4(),
            tenant_id=OPEN_ACCESS_ID,
            need_id=make_need(session).id,
            need_version=1,
            provider_id=make_provider(session).id,
            judge_id="a",
            revision=1,
            grade=1,
            recorded_at=MOMENTS[number % 4],
        )
    )


def _preference(session: Session, number: int, _shared: UUID) -> None:
    first, second = sorted(make_provider(session).id for _ in range(2))
    session.add(
        Preference(
            id=uuid4(),
            tenant_id=OPEN_ACCESS_ID,
            need_id=make_need(session).id,
            need_version=1,
            first_id=first,
            second_id=second,
            better_id=second,
            judge_id="a",
            revision=1,
            recorded_at=MOMENTS[number % 4],
        )
    )


def _outcome(session: Session, number: int, _shared: UUID) -> None:
    need = make_need(session)
    made = Recommendation(
        id=uuid4(),
        tenant_id=need.tenant_id,
        need_id=need.id,
        need_version=1,
        created_at=NOW,
        matched_on=NOW.date(),
        versions={},
        eligible=0,
        record="{}",
        sha256="0" * 64,
    )
    session.add(made)
    session.flush()
    session.add(
        Outcome(
            id=uuid4(),
            tenant_id=OPEN_ACCESS_ID,
            recommendation_id=made.id,
            provider_id=make_provider(session).id,
            enterprise_id="e",
            kind="shortlisted",
            place=1,
            is_verified=False,
            recorded_at=MOMENTS[number % 4],
        )
    )


LISTS: dict[str, Insert] = {
    "/v1/providers": _provider,
    "/v1/providers/{}/evidence": _evidence,
    "/v1/needs": _need,
    "/v1/judgements": _judgement,
    "/v1/preferences": _preference,
    "/v1/outcomes": _outcome,
    "/v1/imports": _import,
    "/v1/imports/{}/rows": _row,
}


def walk(client: TestClient, address: str, limit: int) -> Iterator[list[str]]:
    """Give the pages of a list, each as what tells its items apart."""
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(address, params={"limit": limit, **cursor})
        assert answer.status_code == 200, answer.text
        page: Json = answer.json()
        yield [str(item.get("id", item.get("row_no"))) for item in page["items"]]
        if page["next_cursor"] is None:
            return
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("address", LISTS)
@settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    before=st.lists(st.integers(0, 11), min_size=1, max_size=7),
    between=st.lists(st.lists(st.integers(0, 11), max_size=2), max_size=4),
    limit=st.integers(1, 3),
)
def test_nothing_is_skipped_or_seen_twice_while_rows_come_in(
    shared_client: TestClient, address: str, before: list[int], between: list[list[int]], limit: int
) -> None:
    shared = uuid4()
    insert, listed = LISTS[address], address.format(shared)

    def add(numbers: list[int]) -> None:
        with transaction(sessions_of(shared_client)) as session:
            for number in numbers:
                insert(session, number, shared)

    add(before)
    there = [one for page in walk(shared_client, listed, 100) for one in page]
    seen: list[str] = []
    for page in walk(shared_client, listed, limit):
        seen += page
        if between and len(seen) < 3 * len(there):
            add(between.pop())

    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in set(there)] == there


def test_needs_are_chosen_by_what_they_say_and_what_was_read(client: TestClient) -> None:
    def made(**body: object) -> str:
        answer = client.post("/v1/needs", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def chosen(**asked: str) -> set[str]:
        answer = client.get("/v1/needs", params=asked)
        assert answer.status_code == 200, answer.text
        return {item["id"] for item in answer.json()["items"]}

    said = made(target_jurisdictions=["VN"], sector_codes=["ACC.AUD"])
    read = made(text="rural roads in Vietnam")
    other = made(text="rural roads in Vietnam", target_jurisdictions=["BD"])
    day = client.get(f"/v1/needs/{said}").json()["created_at"][:10]

    assert chosen(jurisdiction="VN") == {said, read}
    assert chosen(jurisdiction="BD") == {other}
    assert chosen(sector="ACC") == chosen(sector="ACC.AUD") == {said}
    assert chosen(jurisdiction="VN", sector="LEG") == set()
    assert chosen(created_from=day, created_to=day) == {said, read, other}
    assert chosen(created_to="2020-01-01") == chosen(created_from="9999-12-31") == set()
    assert chosen(created_to="9999-12-31") == {said, read, other}


def test_other_lists_are_chosen_from_too(client: TestClient) -> None:
    with transaction(sessions_of(client)) as session:
        for number in range(2):
            _judgement(session, number, uuid4())
            _preference(session, number, uuid4())
            _outcome(session, number, uuid4())
            _import(session, number, uuid4())

    for address in ("/v1/judgements", "/v1/preferences", "/v1/outcomes"):
        first = client.get(address).json()["items"][0]
        provider = first.get("provider_id") or first["worse_id"]
        assert client.get(address, params={"provider_id": provider}).json()["items"] == [first]
        assert client.get(address, params={"need_id": str(uuid4())}).json()["items"] == []
    of_state = client.get("/v1/imports", params={"state": "discarded"}).json()["items"]
    assert len(of_state) == 2
    assert client.get("/v1/imports", params={"state": "applied"}).json()["items"] == []
    firms = client.get("/v1/providers", params={"kind": "law_firm"}).json()["items"]
    assert {firm["kind"] for firm in firms} == {"law_firm"}
    assert client.get("/v1/rankers", params={"state": "refused"}).json()["items"] == []


def test_only_operators_see_profiles_that_are_not_published(client: TestClient) -> None:
    answer = client.get("/v1/providers", params={"status": "draft"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("method", "address", "known"),
    [
        ("GET", "/v1/providers", "jurisdiction, kind"),
        ("GET", "/v1/needs", "created_from"),
        ("GET", "/v1/sectors", "none here"),
        ("POST", "/v1/needs", "none here"),
        ("POST", "/v1/match", "none here"),
        ("GET", "/v1/imports", "state"),
    ],
)
def test_a_parameter_that_nothing_reads_is_refused(
    shared_client: TestClient, method: str, address: str, known: str
) -> None:
    answer = shared_client.request(
        method, address, params={"limt": "1", "a/b": ""}, json={} if method == "POST" else None
    )

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/a~1b", "#/limt"]
    assert known in answer.json()["detail"]
