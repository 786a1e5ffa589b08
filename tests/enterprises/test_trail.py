from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from committee.frozen import need_id_of
from committee.judgements.queries import query_id
from core.audit.queries import Wanted, list_events
from core.audit.vocabulary import Action, ReadPurpose
from core.db import SessionFactory, reading, transaction
from core.identity.actor import ENTERPRISE, OPEN_ACCESS_ID, OPERATOR, Actor, UserKind
from enterprises.access import access_need, list_needs
from enterprises.trail import (
    note_read,
    reading_needs,
    record_needs_read,
    record_noted,
    watch_reads,
)
from tests.factories import NOW, make_need

MEMBER = Actor(UserKind.COMMITTEE, "chan")


@pytest.fixture
def need_ids(sessions: SessionFactory) -> list[UUID]:
    with transaction(sessions) as session:
        return [make_need(session).id for _ in range(3)]


def reads(sessions: SessionFactory) -> list[tuple[str, str, str | None]]:
    """Who read which need for what, as the trail has it."""
    with reading(sessions) as session:
        found = list_events(session, Wanted(action=Action.NEED_TEXT_READ), limit=100)
        assert {one.tenant_id for one, _ in found} <= {OPEN_ACCESS_ID}
        return [(one.actor_id, one.subject_id, said) for one, said in found]


def test_each_need_that_is_loaded_is_recorded_once_with_its_purpose(
    sessions: SessionFactory, need_ids: list[UUID]
) -> None:
    with reading_needs(sessions, OPERATOR, purpose=ReadPurpose.TRAINING_MATERIAL) as session:
        access_need(session, ENTERPRISE, need_ids[0], now=NOW)
        list_needs(session, ENTERPRISE, limit=10)

    said = '{"purpose":"training_material"}'
    assert sorted(reads(sessions)) == sorted(
        ("command-line", str(need_id), said) for need_id in need_ids
    )


def test_nothing_is_recorded_of_a_session_that_nobody_watches(
    sessions: SessionFactory, need_ids: list[UUID]
) -> None:
    with transaction(sessions) as session:
        access_need(session, ENTERPRISE, need_ids[0], now=NOW)
        note_read(session, need_ids)

    assert reads(sessions) == []


@pytest.mark.parametrize(
    ("actor", "purpose"),
    [(ENTERPRISE, "own_need"), (OPERATOR, "support"), (MEMBER, "judging")],
)
def test_the_usual_purpose_is_that_of_who_asks(
    sessions: SessionFactory, need_ids: list[UUID], actor: Actor, purpose: str
) -> None:
    with transaction(sessions) as session:
        watch_reads(session)
        access_need(session, ENTERPRISE, need_ids[0], now=NOW)
        record_noted(session, actor)

    assert reads(sessions) == [(actor.actor_id, str(need_ids[0]), f'{{"purpose":"{purpose}"}}')]


def test_words_that_were_copied_elsewhere_are_recorded_by_their_need(
    sessions: SessionFactory, need_ids: list[UUID]
) -> None:
    """A comparison of rankers repeats the words of judged needs, by the ids of its queries."""
    named = [need_id_of(query_id(need_id, 1)) for need_id in need_ids[:2]]
    with transaction(sessions) as session:
        known = [need_id for need_id in named if need_id is not None]
        record_needs_read(session, MEMBER, [*known, uuid4()], purpose=ReadPurpose.JUDGING)

    assert sorted(need_id for _, need_id, _ in reads(sessions)) == sorted(map(str, need_ids[:2]))


def test_a_past_query_is_no_need_of_an_enterprise() -> None:
    assert need_id_of("award-1042") is None


def test_a_read_that_failed_is_not_recorded(sessions: SessionFactory, need_ids: list[UUID]) -> None:
    def read_and_fail(session: Session) -> None:
        access_need(session, ENTERPRISE, need_ids[0], now=NOW)
        raise KeyError

    with (
        pytest.raises(KeyError),
        reading_needs(sessions, OPERATOR, purpose=ReadPurpose.SUPPORT) as session,
    ):
        read_and_fail(session)

    assert reads(sessions) == []
