from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import SessionFactory, transaction
from core.errors import Forbidden, InvalidInput, PlatformError
from core.identity.actor import ENTERPRISE, Actor, UserKind
from core.settings import Settings
from enterprises import access, matching_service, queries, service, understanding
from enterprises.corrections import as_used
from enterprises.errors import NeedNotFound, RecommendationNotFound, StaleNeed
from enterprises.models import Need, NeedVersion
from enterprises.need_matches import NeedMatch
from enterprises.records import as_document, sha256_of
from enterprises.rematching import Rematched, store_matches
from enterprises.schemas import MAX_CONSTRAINTS, MatchRequest, NeedCreate, NeedUpdate
from providers.engine import Engine, EngineHolder
from tests.conftest import make_settings
from tests.factories import NOW, make_need

TEXT = "legal advice in Vietnam"


@pytest.fixture
def engine(catalogue_sessions: SessionFactory, catalogue_url: str) -> Engine:
    settings: Settings = make_settings(catalogue_url)
    return EngineHolder(catalogue_sessions.kw["bind"], settings).current()


def stored(sessions: SessionFactory, engine: Engine) -> Need:
    with transaction(sessions) as session:
        body = NeedCreate(text=TEXT)
        return service.create_need(session, ENTERPRISE, engine, body=body, now=NOW)


def test_every_version_of_a_need_is_kept(
    catalogue_sessions: SessionFactory, engine: Engine
) -> None:
    need = stored(catalogue_sessions, engine)
    with transaction(catalogue_sessions) as session:
        body = NeedUpdate(version=1, text="audit in Singapore")
        service.update_need(session, ENTERPRISE, engine, need_id=need.id, body=body, now=NOW)

    with catalogue_sessions() as session:
        versions = session.scalars(select(NeedVersion).order_by(NeedVersion.version)).all()
        assert [version.structured["text"] for version in versions] == [TEXT, "audit in Singapore"]
        assert {version.written_by for version in versions} == {ENTERPRISE.actor_id}
        current = queries.as_need_read(access.access_need(session, ENTERPRISE, need.id, now=NOW))
    assert (current.version, current.text) == (2, "audit in Singapore")


def test_of_two_changes_from_one_version_the_second_is_stale(
    catalogue_sessions: SessionFactory, engine: Engine
) -> None:
    need = stored(catalogue_sessions, engine)
    body = NeedUpdate(version=1, text=TEXT)
    with transaction(catalogue_sessions) as session:
        service.update_need(session, ENTERPRISE, engine, need_id=need.id, body=body, now=NOW)
        with pytest.raises(StaleNeed) as caught:
            service.update_need(session, ENTERPRISE, engine, need_id=need.id, body=body, now=NOW)
    assert caught.value.current == 2


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (UserKind.PROVIDER, NeedNotFound),
        (UserKind.OPERATOR, NeedNotFound),
        # Those who may judge it see it, and no more.
        (UserKind.COMMITTEE, Forbidden),
    ],
)
def test_only_an_enterprise_writes_needs(
    catalogue_sessions: SessionFactory,
    engine: Engine,
    kind: UserKind,
    refusal: type[PlatformError],
) -> None:
    actor = Actor(kind, "somebody")
    body = NeedCreate(text=TEXT)
    with catalogue_sessions() as session:
        need = make_need(session)
        with pytest.raises(Forbidden):
            service.create_need(session, actor, engine, body=body, now=NOW)
        with pytest.raises(refusal):
            update = NeedUpdate(version=1, text=TEXT)
            service.update_need(session, actor, engine, need_id=need.id, body=update, now=NOW)
        with pytest.raises(refusal):
            service.delete_need(session, actor, need_id=need.id, now=NOW)
        with pytest.raises(Forbidden):
            matching_service.recommend(session, actor, engine, need_id=need.id, top=3, now=NOW)
        session.rollback()


def test_a_need_that_was_deleted_is_not_found(session: Session) -> None:
    need = make_need(session)
    service.delete_need(session, ENTERPRISE, need_id=need.id, now=NOW)
    with pytest.raises(NeedNotFound):
        access.access_need(session, ENTERPRISE, need.id, now=NOW)
    assert access.list_needs(session, ENTERPRISE, limit=10) == []


def test_deleting_a_need_deletes_its_newest_list_and_no_other(session: Session) -> None:
    needs = [make_need(session), make_need(session)]
    matched = [Rematched(need.id, 1, (("a provider", 0.5),), None) for need in needs]
    store_matches(session, matched, versions={}, on=NOW.date(), now=NOW)

    service.delete_need(session, ENTERPRISE, need_id=needs[0].id, now=NOW)

    assert list(session.scalars(select(NeedMatch.need_id))) == [needs[1].id]


def test_what_does_not_exist_is_not_found(session: Session) -> None:
    with pytest.raises(NeedNotFound):
        access.access_need(session, ENTERPRISE, uuid4(), now=NOW)
    with pytest.raises(RecommendationNotFound):
        access.access_recommendation(session, ENTERPRISE, uuid4(), now=NOW)


def test_a_recommendation_is_read_back_word_for_word(
    catalogue_sessions: SessionFactory, engine: Engine
) -> None:
    need = stored(catalogue_sessions, engine)
    with transaction(catalogue_sessions) as session:
        made = matching_service.recommend(
            session, ENTERPRISE, engine, need_id=need.id, top=5, now=NOW
        )
        document = as_document(made)

    with catalogue_sessions() as session:
        found = access.access_recommendation(session, ENTERPRISE, made.id, now=NOW)
        assert as_document(found) == document
        assert found.sha256 == sha256_of(found.record)
        assert access.latest_recommendation(session, ENTERPRISE, need) is found
        read = matching_service.as_recommendation_read(found)
    assert read.result.eligible == found.eligible
    assert {"Synthetic Avocats", "Synthetic Mekong Law"} == {
        ranked.provider.name for ranked in read.result.ranked[:2]
    }
    assert found.versions == read.result.versions.model_dump()


def test_a_match_stores_nothing(catalogue_sessions: SessionFactory, engine: Engine) -> None:
    with catalogue_sessions() as session:
        result = matching_service.match(engine, MatchRequest(text=TEXT, top=2), today=NOW.date())
        assert result.on == NOW.date()
        assert not session.new
        assert access.list_needs(session, ENTERPRISE, limit=1) == []


def test_all_unknown_codes_are_named_at_once(engine: Engine) -> None:
    need = NeedCreate(text=TEXT, target_jurisdictions=["XX", "VN", "002"], sector_codes=["NO"])
    with pytest.raises(InvalidInput) as caught:
        understanding.understand(engine, need, on=NOW.date())
    assert [field.pointer for field in caught.value.fields] == [
        "#/target_jurisdictions/0",
        "#/target_jurisdictions/2",
        "#/sector_codes/0",
    ]


def corrected(
    text: str, *, use_for_training: bool, version: int | None = None
) -> dict[str, object]:
    body: dict[str, object] = {
        "text": text,
        "corrections": [{"field": "target_jurisdictions", "action": "remove", "value": "VN"}],
        "use_for_training": use_for_training,
    }
    return body if version is None else {**body, "version": version}


def test_a_correction_survives_a_new_reading_of_changed_words(
    catalogue_sessions: SessionFactory, engine: Engine
) -> None:
    with transaction(catalogue_sessions) as session:
        body = NeedCreate.model_validate(corrected(TEXT, use_for_training=False))
        need = service.create_need(session, ENTERPRISE, engine, body=body, now=NOW)
    with transaction(catalogue_sessions) as session:
        changed = NeedUpdate.model_validate(
            corrected("legal advice in Vietnam and Thailand", use_for_training=False, version=1)
        )
        service.update_need(session, ENTERPRISE, engine, need_id=need.id, body=changed, now=NOW)

    with catalogue_sessions() as session:
        current = access.access_need(session, ENTERPRISE, need.id, now=NOW)
        reading, structured = queries.as_reading(current), queries.as_structured(current)
        assert reading is not None
        assert reading.target_jurisdictions == ["VN", "TH"]
        assert as_used(structured, reading).target_jurisdictions == ["TH"]


def test_what_was_corrected_is_kept_apart_only_with_consent(
    catalogue_sessions: SessionFactory, engine: Engine
) -> None:
    with transaction(catalogue_sessions) as session:
        silent = NeedCreate.model_validate(corrected(TEXT, use_for_training=False))
        service.create_need(session, ENTERPRISE, engine, body=silent, now=NOW)
        assert queries.list_training_material(session) == []
        agreed = NeedCreate.model_validate(corrected(TEXT, use_for_training=True))
        need = service.create_need(session, ENTERPRISE, engine, body=agreed, now=NOW)
        assert queries.list_training_material(session) == [
            {
                "text": TEXT,
                "on": NOW.date().isoformat(),
                "fields": {"target_jurisdictions": {"read": ["VN"], "meant": []}},
            }
        ]
        taken_back = NeedUpdate.model_validate(corrected(TEXT, use_for_training=False, version=1))
        service.update_need(session, ENTERPRISE, engine, need_id=need.id, body=taken_back, now=NOW)
        assert queries.list_training_material(session) == []


def test_deleting_a_need_forgets_what_was_corrected(
    catalogue_sessions: SessionFactory, engine: Engine
) -> None:
    with transaction(catalogue_sessions) as session:
        body = NeedCreate.model_validate(corrected(TEXT, use_for_training=True))
        need = service.create_need(session, ENTERPRISE, engine, body=body, now=NOW)
        service.delete_need(session, ENTERPRISE, need_id=need.id, now=NOW)
        assert queries.list_training_material(session) == []


def test_no_more_is_stored_than_a_record_can_be_read_back_with(engine: Engine) -> None:
    added = [
        {"field": "provider_constraints", "action": "add", "value": f"no firm number {number}"}
        for number in range(MAX_CONSTRAINTS + 1)
    ]
    body = NeedCreate.model_validate({"text": TEXT, "corrections": added})

    with pytest.raises(InvalidInput, match="provider_constraints, as read and corrected") as caught:
        understanding.understand(engine, body, on=NOW.date())

    assert [field.pointer for field in caught.value.fields] == ["#/corrections"]


def test_a_correction_to_an_unknown_code_is_refused(engine: Engine) -> None:
    body = NeedCreate.model_validate(
        {
            "text": TEXT,
            "corrections": [{"field": "sector_codes", "action": "add", "value": "NO.SUCH"}],
        }
    )
    with pytest.raises(InvalidInput) as caught:
        understanding.understand(engine, body, on=NOW.date())
    assert [error.pointer for error in caught.value.fields] == ["#/corrections/0/value"]
