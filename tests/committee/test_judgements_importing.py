from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from committee.judgements import queries
from committee.judgements.importing import COMMITTEE_KINDS
from committee.judgements.models import Outcome
from core.db import SessionFactory, transaction
from core.identity.actor import OPEN_ACCESS_ID
from enterprises.importing import need_id
from enterprises.models import Need, NeedVersion, Recommendation
from enterprises.records import canonical_json
from enterprises.schemas import NeedCreate
from providers.importing.plan import ImportPlan, plan_import
from providers.importing.run import run_import
from providers.importing.supply import provider_id
from providers.models import Provider
from tests.factories import NOW, make_need, make_provider

SOURCE = "chamber"


def store_need(session: Session, reference: str) -> Need:
    need = Need(
        id=need_id(SOURCE, reference),
        tenant_id=OPEN_ACCESS_ID,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(need)
    session.flush()
    session.add(
        NeedVersion(
            tenant_id=need.tenant_id,
            need_id=need.id,
            version=1,
            structured=NeedCreate(text="made up").model_dump(mode="json"),
            written_by="test",
            written_at=NOW,
        )
    )
    session.flush()
    return need


@pytest.fixture
def shown(sessions: SessionFactory) -> Recommendation:
    """Need N1 of the source, with its providers p1, p2 and p3 shown in this order."""
    with transaction(sessions) as session:
        need = store_need(session, "N1")
        made: list[Provider] = [
            make_provider(session, home=None, provider_id=provider_id(SOURCE, reference))
            for reference in ("p1", "p2", "p3")
        ]
        ranked = [{"provider": {"id": str(one.id)}, "score": 3.5} for one in made]
        record = canonical_json({"ranked": ranked})
        recommendation = Recommendation(
            id=need_id(SOURCE, "R1"),
            tenant_id=need.tenant_id,
            need_id=need.id,
            need_version=1,
            created_at=NOW,
            matched_on=NOW.date(),
            versions={"ranker": "prior-1"},
            eligible=3,
            record=record,
            sha256="0" * 64,
        )
        session.add(recommendation)
        session.flush()
        return recommendation


def plan(sessions: SessionFactory, folder: Path, kind: str, *lines: str) -> ImportPlan:
    path = folder / f"{kind}{abs(hash(lines))}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with sessions() as session:
        return plan_import(session, COMMITTEE_KINDS[kind], path, source=SOURCE)


def load(sessions: SessionFactory, folder: Path, kind: str, *lines: str) -> int:
    planned = plan(sessions, folder, kind, *lines)
    assert planned.problems == ()
    return run_import(sessions, planned, keep_good=False, now=NOW).rows_changed


@pytest.mark.usefixtures("shown")
def test_needs_and_providers_are_named_by_reference_or_id(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    with transaction(sessions) as session:
        need, provider = make_need(session), make_provider(session, home=None)
    header = "need,provider,judge_id,grade"
    lines = (header, "N1,p1,judge-1,3", f"{need.id},{provider.id}, judge-1 ,0")
    assert load(sessions, tmp_path, "judgements", *lines) == 2
    assert load(sessions, tmp_path, "judgements", *lines, "N1,p2,judge-1,1") == 1
    with sessions() as session:
        said = queries.feedback(session).judgements
    assert {one.judge_id for one in said} == {"judge-1"}
    assert sorted(one.grade for one in said) == [0, 1, 3]


@pytest.mark.usefixtures("shown")
def test_preferences_are_imported(sessions: SessionFactory, tmp_path: Path) -> None:
    header = "need,better,worse,judge_id"
    assert load(sessions, tmp_path, "preferences", header, "N1,p1,p2,j1", "N1,p3,p1,j1") == 2
    assert load(sessions, tmp_path, "preferences", header, "N1,p2,p1,j1") == 1
    with sessions() as session:
        said = queries.feedback(session).preferences
    assert {(one.better, one.worse) for one in said} == {
        (str(provider_id(SOURCE, better)), str(provider_id(SOURCE, worse)))
        for better, worse in (("p2", "p1"), ("p3", "p1"))
    }


def test_an_operator_vouches_by_importing(
    sessions: SessionFactory, tmp_path: Path, shown: Recommendation
) -> None:
    header = "recommendation_id,provider,enterprise_id,kind,rating,is_verified"
    engaged = f"{shown.id},p2,e1,engaged,,"
    assert load(sessions, tmp_path, "outcomes", header, engaged) == 1
    assert load(sessions, tmp_path, "outcomes", header, engaged, engaged.replace("e1", "e2")) == 1
    assert (
        load(
            sessions,
            tmp_path,
            "outcomes",
            header,
            f"{engaged}yes",
            f"{shown.id},p2,e1,reviewed,4,yes",
        )
        == 2
    )
    with sessions() as session:
        stored = session.scalars(select(Outcome).order_by(Outcome.enterprise_id, Outcome.kind))
        assert [(one.enterprise_id, one.place, one.rating, one.is_verified) for one in stored] == [
            ("e1", 2, None, True),
            ("e1", 2, 4, True),
            ("e2", 2, None, False),
        ]


def test_every_wrong_cell_is_named(
    sessions: SessionFactory, tmp_path: Path, shown: Recommendation
) -> None:
    rec = shown.id
    with transaction(sessions) as session:
        other = make_provider(session, home=None)
    found = {
        kind: [
            (problem.row_no, problem.column)
            for problem in plan(sessions, tmp_path, kind, *lines).problems
        ]
        for kind, lines in {
            "judgements": (
                "need,provider,judge_id,grade,need_version",
                "N9,p1,j,1,",
                "N1,p9,j,1,",
                "N1,p1,j,4,",
                "N1,p1,,1,",
                "N1,p1,j,1,7",
                "N1,p2,j,1,1",
                "N1,p2,j,2,1",
            ),
            "preferences": (
                "need,better,worse,judge_id",
                f"N1,p1,{provider_id(SOURCE, 'p1')},j",
                "N1,p1,p9,j",
                "N1,p1,p2,j",
                "N1,p2,p1,j",
            ),
            "outcomes": (
                "recommendation_id,provider,enterprise_id,kind,rating,is_verified",
                f"{other.id},p1,e1,engaged,,",
                f"{rec},{other.id},e1,engaged,,",
                f"{rec},p1,e1,liked,,",
                f"{rec},p1,e3,engaged,3,",
                f"{rec},p1,e3,reviewed,,",
                f"{rec},p1,e1,reviewed,3,",
                f"{rec},p1,e1,engaged,,",
                f"{rec},p1,e2,engaged,,no",
                f"{rec},p1,e2,reviewed,5,yes",
                "R1,p1,e1,engaged,,",
            ),
        }.items()
    }
    assert found == {
        "judgements": [
            (2, "need"),
            (3, "provider"),
            (4, "grade"),
            (5, "judge_id"),
            (6, "need_version"),
            (8, "need"),
        ],
        "preferences": [(2, "worse"), (3, "worse"), (5, "need")],
        "outcomes": [
            (2, "recommendation_id"),
            (3, "provider"),
            (4, "kind"),
            (5, "rating"),
            (6, "rating"),
            (7, "kind"),
            (10, "kind"),
            (11, "recommendation_id"),
        ],
    }


def test_a_review_that_contradicts_a_stored_one_is_a_bad_row(
    sessions: SessionFactory, tmp_path: Path, shown: Recommendation
) -> None:
    header = "recommendation_id,provider,enterprise_id,kind,rating"
    engaged, review = f"{shown.id},p1,e1,engaged,", f"{shown.id},p1,e1,reviewed,"
    assert load(sessions, tmp_path, "outcomes", header, engaged, f"{review}2") == 2
    (problem,) = plan(sessions, tmp_path, "outcomes", header, f"{review}5").problems
    assert (problem.column, problem.value) == ("rating", "5")
    assert "whose rating is 2" in problem.reason
