from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from committee import access
from committee.judgements import queries, service
from committee.judgements.errors import (
    ChangedMeanwhile,
    NotEngaged,
    OutcomeDiffers,
    ProviderNotShown,
)
from committee.judgements.models import Judgement, Outcome, Preference
from core.db import Base, SessionFactory
from core.errors import Forbidden, InvalidInput
from core.identity.actor import OPEN_ACCESS_ID, OPERATOR, Actor, UserKind
from enterprises.errors import NeedNotFound, RecommendationNotFound
from enterprises.models import Need, NeedVersion, Recommendation
from enterprises.records import canonical_json, sha256_of
from matching.learning import types
from matching.learning.feedback import Basis, judged_from_feedback
from matching.learning.propensities import power_law
from matching.learning.types import OutcomeKind
from providers.errors import ProviderNotFound
from providers.models import Provider, ProviderStatus
from tests.factories import NOW, make_need, make_provider

JUDGE = Actor(UserKind.COMMITTEE, "judge-1")
ENTERPRISE = Actor(UserKind.ENTERPRISE, "e1", OPEN_ACCESS_ID)


def recommend(session: Session, need: Need, *shown: Provider, days: int = 0) -> Recommendation:
    """A record that shows these providers; the parts that nobody reads here are left out."""
    ranked = [{"provider": {"id": str(one.id)}, "score": 3.5} for one in shown]
    record = canonical_json({"ranked": ranked})
    recommendation = Recommendation(
        id=uuid4(),
        tenant_id=need.tenant_id,
        need_id=need.id,
        need_version=need.version,
        created_at=NOW + timedelta(days=days),
        matched_on=(NOW + timedelta(days=days)).date(),
        versions={"ranker": "prior-1"},
        eligible=len(shown),
        record=record,
        sha256=sha256_of(record),
    )
    session.add(recommendation)
    session.flush()
    return recommendation


def add_version(session: Session, need: Need, text: str) -> None:
    stored = session.get_one(NeedVersion, (need.id, need.version))
    need.version += 1
    session.add(
        NeedVersion(
            tenant_id=need.tenant_id,
            need_id=need.id,
            version=need.version,
            structured={**stored.structured, "text": text},
            written_by="test",
            written_at=NOW,
        )
    )
    session.flush()
    session.refresh(need)


def judge(
    session: Session,
    need: Need,
    provider: Provider,
    grade: int,
    *,
    actor: Actor = JUDGE,
    version: int | None = None,
) -> Judgement:
    return service.record_judgement(
        session,
        actor,
        need_id=need.id,
        need_version=version,
        provider_id=provider.id,
        grade=grade,
        now=NOW,
    )


def prefer(
    session: Session, need: Need, better: Provider, worse: Provider, *, actor: Actor = JUDGE
) -> Preference:
    return service.record_preference(
        session, actor, need_id=need.id, better_id=better.id, worse_id=worse.id, now=NOW
    )


def report(
    session: Session,
    recommendation: Recommendation,
    provider: Provider,
    kind: OutcomeKind = OutcomeKind.ENGAGED,
    *,
    actor: Actor = ENTERPRISE,
    rating: int | None = None,
    is_verified: bool | None = None,
) -> Outcome:
    return service.record_outcome(
        session,
        actor,
        recommendation_id=recommendation.id,
        provider_id=provider.id,
        enterprise_id=ENTERPRISE.actor_id,
        kind=kind,
        rating=rating,
        is_verified=is_verified,
        now=NOW,
    )


def test_saying_the_same_again_changes_nothing(session: Session) -> None:
    need, one, two = (
        make_need(session),
        make_provider(session, home=None),
        make_provider(session, home=None),
    )
    shown = recommend(session, need, one, two)
    assert judge(session, need, one, 2).id == judge(session, need, one, 2).id
    assert prefer(session, need, one, two).id == prefer(session, need, one, two).id
    assert report(session, shown, two).id == report(session, shown, two).id
    said = queries.feedback(session)
    assert [len(part) for part in (said.judgements, said.preferences, said.outcomes)] == [1, 1, 1]


def test_a_judge_who_says_otherwise_adds_a_revision_and_the_last_one_counts(
    session: Session,
) -> None:
    need, one, two = (
        make_need(session),
        make_provider(session, home=None),
        make_provider(session, home=None),
    )
    for grade in (2, 0, 2):
        judge(session, need, one, grade)
    prefer(session, need, one, two)
    prefer(session, need, two, one)

    graded = session.execute(
        select(Judgement.revision, Judgement.grade).order_by(Judgement.revision)
    )
    assert [tuple(row) for row in graded] == [(1, 2), (2, 0), (3, 2)]
    said = queries.feedback(session)
    assert [one.grade for one in said.judgements] == [2]
    assert [(one.better, one.worse) for one in said.preferences] == [(str(two.id), str(one.id))]


def test_two_judges_do_not_touch_each_other(session: Session) -> None:
    need, provider = make_need(session), make_provider(session, home=None)
    judge(session, need, provider, 3)
    judge(session, need, provider, 0, actor=Actor(UserKind.COMMITTEE, "judge-2"))
    assert [one.grade for one in queries.feedback(session).judgements] == [3, 0]


def test_a_judgement_is_about_the_version_that_was_looked_at(session: Session) -> None:
    need, provider = make_need(session, text="first words"), make_provider(session, home=None)
    judge(session, need, provider, 3)
    add_version(session, need, "other words")
    judge(session, need, provider, 0)
    judge(session, need, provider, 1, version=1)

    said = queries.feedback(session)
    texts = {name: query.text for name, query in said.queries.items()}
    assert texts == {f"{need.id}:1": "first words", f"{need.id}:2": "other words"}
    assert {one.query_id: one.grade for one in said.judgements} == {
        f"{need.id}:1": 1,
        f"{need.id}:2": 0,
    }
    with pytest.raises(InvalidInput, match="no version 3; the last one is 2"):
        judge(session, need, provider, 1, version=3)


def test_the_place_comes_from_the_record_and_the_provider_must_be_on_it(session: Session) -> None:
    need = make_need(session)
    first, second, other = (make_provider(session, home=None) for _ in range(3))
    shown = recommend(session, need, first, second)
    assert report(session, shown, second).place == 2
    with pytest.raises(ProviderNotShown, match="does not show"):
        report(session, shown, other)


def test_steps_come_in_any_order_but_a_review_needs_the_engagement(session: Session) -> None:
    provider = make_provider(session, home=None)
    shown = recommend(session, make_need(session), provider)
    for kind in (OutcomeKind.COMPLETED, OutcomeKind.SHORTLISTED):
        report(session, shown, provider, kind)
    with pytest.raises(NotEngaged):
        report(session, shown, provider, OutcomeKind.REVIEWED, rating=5)
    report(session, shown, provider, OutcomeKind.ENGAGED)
    assert report(session, shown, provider, OutcomeKind.REVIEWED, rating=5).rating == 5


def test_a_second_review_is_refused_and_an_operators_replaces_an_unverified_one(
    session: Session,
) -> None:
    provider = make_provider(session, home=None)
    shown = recommend(session, make_need(session), provider)
    report(session, shown, provider)
    report(session, shown, provider, OutcomeKind.REVIEWED, rating=1)
    with pytest.raises(OutcomeDiffers, match="with the rating 1, not 5"):
        report(session, shown, provider, OutcomeKind.REVIEWED, rating=5)

    def vouch(kind: OutcomeKind, rating: int | None = None) -> Outcome:
        return report(
            session, shown, provider, kind, actor=OPERATOR, rating=rating, is_verified=True
        )

    with pytest.raises(NotEngaged, match="verified engagement"):
        vouch(OutcomeKind.REVIEWED, 5)
    vouch(OutcomeKind.ENGAGED)
    assert vouch(OutcomeKind.REVIEWED, 5).rating == 5
    with pytest.raises(OutcomeDiffers):
        vouch(OutcomeKind.REVIEWED, 4)


def test_only_an_operator_says_who_is_verified_and_a_report_does_not_undo_it(
    session: Session,
) -> None:
    provider = make_provider(session, home=None)
    shown = recommend(session, make_need(session), provider)
    assert not report(session, shown, provider).is_verified
    for word in (True, False):
        with pytest.raises(Forbidden):
            report(session, shown, provider, is_verified=word)
    assert report(session, shown, provider, actor=OPERATOR, is_verified=True).is_verified
    assert report(session, shown, provider).is_verified
    assert not report(session, shown, provider, actor=OPERATOR, is_verified=False).is_verified


def test_nobody_speaks_for_somebody_of_another_kind(session: Session) -> None:
    need, one, two = (
        make_need(session),
        make_provider(session, home=None),
        make_provider(session, home=None),
    )
    shown = recommend(session, need, one, two)
    for kind in (UserKind.ENTERPRISE, UserKind.PROVIDER, UserKind.OPERATOR):
        with pytest.raises(Forbidden):
            judge(session, need, one, 1, actor=Actor(kind, "x"))
        with pytest.raises(Forbidden):
            prefer(session, need, one, two, actor=Actor(kind, "x"))
    for actor in (
        Actor(UserKind.ENTERPRISE, "another"),
        Actor(UserKind.PROVIDER, ENTERPRISE.actor_id),
        JUDGE,
    ):
        with pytest.raises(Forbidden):
            report(session, shown, one, actor=actor)


def test_what_does_not_exist_or_cannot_be_is_refused(session: Session) -> None:
    need, provider = make_need(session), make_provider(session, home=None)
    hidden = make_provider(session, home=None, status=ProviderStatus.SUSPENDED)
    shown = recommend(session, need, provider)
    with pytest.raises(ProviderNotFound):
        judge(session, need, hidden, 1)
    with pytest.raises(ProviderNotFound):
        prefer(session, need, provider, hidden)
    for grade in (-1, 4):
        with pytest.raises(InvalidInput, match="is no grade"):
            judge(session, need, provider, grade)
    with pytest.raises(InvalidInput, match="same provider"):
        prefer(session, need, provider, provider)
    for kind, rating in ((OutcomeKind.REVIEWED, None), (OutcomeKind.ENGAGED, 3)):
        with pytest.raises(InvalidInput, match="rating"):
            report(session, shown, provider, kind, rating=rating)
    need.deleted_at = NOW
    session.flush()
    with pytest.raises(NeedNotFound):
        judge(session, need, provider, 1)
    with pytest.raises(RecommendationNotFound):
        report(session, shown, provider)


def test_the_database_refuses_what_the_service_would(session: Session) -> None:
    need = make_need(session)
    low, high = sorted(
        (make_provider(session, home=None) for _ in range(2)), key=lambda one: one.id
    )
    shown = recommend(session, need, low)
    judgement = {
        "tenant_id": need.tenant_id,
        "need_id": need.id,
        "need_version": 1,
        "provider_id": low.id,
        "judge_id": "j",
        "revision": 1,
        "grade": 3,
        "recorded_at": NOW,
    }
    preference = {
        "tenant_id": need.tenant_id,
        "need_id": need.id,
        "need_version": 1,
        "first_id": low.id,
        "second_id": high.id,
        "better_id": low.id,
        "judge_id": "j",
        "revision": 1,
        "recorded_at": NOW,
    }
    outcome = {
        "tenant_id": need.tenant_id,
        "recommendation_id": shown.id,
        "provider_id": low.id,
        "enterprise_id": "e",
        "kind": "engaged",
        "place": 1,
        "rating": None,
        "is_verified": False,
        "recorded_at": NOW,
    }
    swapped = {"first_id": high.id, "second_id": low.id}
    cases: list[tuple[type[Base], Mapping[str, object], Sequence[Mapping[str, object]]]] = [
        (
            Judgement,
            judgement,
            [{"grade": 4}, {"grade": -1}, {"need_version": 2}, {"tenant_id": uuid4()}, {}],
        ),
        (Preference, preference, [{"second_id": low.id}, swapped, {"better_id": uuid4()}, {}]),
        (
            Outcome,
            outcome,
            [{"kind": "liked"}, {"place": 0}, {"rating": 3}, {"tenant_id": uuid4()}, {}],
        ),
    ]
    for model, good, changes in cases:
        session.execute(insert(model).values({**good, "id": uuid4()}))
        for change in changes:
            with pytest.raises(IntegrityError), session.begin_nested():
                session.execute(insert(model).values({**good, **change, "id": uuid4()}))


def test_of_two_at_the_same_moment_one_is_told_to_try_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, provider = make_need(session), make_provider(session, home=None)
    judge(session, need, provider, 1)
    # As if the other one's row had not been there yet when this one looked.
    monkeypatch.setattr(session, "scalar", _blind_to(Judgement, session))
    with pytest.raises(ChangedMeanwhile):
        judge(session, need, provider, 2)
    monkeypatch.undo()
    assert [one.grade for one in queries.feedback(session).judgements] == [1]


def _blind_to(model: type[object], session: Session) -> object:
    scalar = session.scalar

    def look(statement: object, *arguments: object, **options: object) -> object:
        described = getattr(statement, "column_descriptions", [{}])[0].get("entity")
        return None if described is model else scalar(statement, *arguments, **options)  # type: ignore[call-overload]  # handed through

    return look


def test_feedback_of_a_deleted_need_is_gone(session: Session) -> None:
    need, one, two = (
        make_need(session),
        make_provider(session, home=None),
        make_provider(session, home=None),
    )
    shown = recommend(session, need, one, two)
    judge(session, need, one, 3)
    prefer(session, need, one, two)
    report(session, shown, two)
    need.deleted_at = NOW
    session.flush()
    assert queries.feedback(session) == types.Feedback({})
    assert access.list_recorded(session, OPERATOR, Judgement, limit=9) == []
    assert access.list_recorded(session, OPERATOR, Preference, limit=9) == []
    assert access.list_recorded(session, OPERATOR, Outcome, limit=9) == []


def test_a_query_is_as_of_its_first_list_or_else_of_the_day_it_was_written(
    session: Session,
) -> None:
    shown_need, judged_need = make_need(session, text="shown"), make_need(session, text="judged")
    provider = make_provider(session, home=None)
    recommend(session, shown_need, provider, days=40)
    recommend(session, shown_need, provider, days=30)
    judge(session, judged_need, provider, 3)
    days = {query.text: query.on for query in queries.feedback(session).queries.values()}
    assert days == {"shown": (NOW + timedelta(days=30)).date(), "judged": NOW.date()}


def test_what_is_recorded_becomes_groups_to_learn_from(sessions: SessionFactory) -> None:
    with sessions() as session:
        need = make_need(session)
        one, two, three = (make_provider(session, home=None) for _ in range(3))
        shown = recommend(session, need, one, two, three)
        judge(session, need, one, 3)
        judge(session, need, two, 1)
        report(session, shown, three, actor=OPERATOR, is_verified=True)
        said = queries.feedback(session)
    groups = {group.basis: group for group in judged_from_feedback(said, curve=power_law(1.0))}
    judged, chosen = groups[Basis.JUDGEMENTS], groups[Basis.OUTCOMES]
    assert dict(zip(map(UUID, judged.provider_ids), judged.grades, strict=True)) == {
        one.id: 3,
        two.id: 1,
    }
    assert dict(zip(map(UUID, chosen.provider_ids), chosen.grades, strict=True)) == {
        three.id: 3,
        two.id: 0,
    }
    assert chosen.weight == pytest.approx(0.3)


def test_what_unverified_accounts_report_teaches_nothing(session: Session) -> None:
    need = make_need(session)
    one, two = make_provider(session, home=None), make_provider(session, home=None)
    shown = recommend(session, need, one, two)
    for number in range(100):
        crowd = Actor(UserKind.ENTERPRISE, f"fake{number}", OPEN_ACCESS_ID)
        service.record_outcome(
            session,
            crowd,
            recommendation_id=shown.id,
            provider_id=two.id,
            enterprise_id=crowd.actor_id,
            kind=OutcomeKind.ENGAGED,
            now=NOW,
        )
    said = queries.feedback(session)
    assert len(said.outcomes) == 100
    assert judged_from_feedback(said, curve=power_law(1.0)) == ()
