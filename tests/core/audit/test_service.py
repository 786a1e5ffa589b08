from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.audit.models import AuditEvent, AuditPayload
from core.audit.queries import Wanted, get_event, list_events
from core.audit.reads import ReadsDesk
from core.audit.service import (
    EventNotFound,
    erase_payload,
    record,
    record_read,
)
from core.audit.verify import verify_trail
from core.audit.vocabulary import PLATFORM_CHAIN, Action, ReadPurpose, Subject, SubjectKind
from core.db import SessionFactory, make_session_factory, reading, transaction
from core.log import request_known
from tests.core.audit.steps import CLERK, do_something

TENANT = UUID(int=11)
NEED = Subject(SubjectKind.NEED, "need-1", TENANT)


def events_of(sessions: SessionFactory, wanted: Wanted = Wanted()) -> list[tuple[str, str]]:  # noqa: B008 a value
    with reading(sessions) as session:
        found = list_events(session, wanted, limit=100)
        return [(event.action, event.subject_id) for event, _ in found]


def test_an_event_says_who_did_what_to_what_at_whose_request(sessions: SessionFactory) -> None:
    request_id = uuid4()
    with request_known(request_id), transaction(sessions) as session:
        record(session, CLERK, Action.NEED_CREATED, NEED, {"version": 1})

    with reading(sessions) as session:
        event, payload = get_event(session, tenant_id=TENANT, sequence=1)
    assert (event.actor_kind, event.actor_id) == ("operator", "clerk")
    assert (event.action, event.subject_kind, event.subject_id) == (
        "need.created",
        "need",
        "need-1",
    )
    assert event.request_id == request_id
    assert payload == '{"version":1}'


def test_what_is_rolled_back_has_no_event(sessions: SessionFactory) -> None:
    with sessions() as session:
        do_something(session)
        session.rollback()
        do_something(session, number=2)
        session.commit()

    assert events_of(sessions) == [("need.updated", "need-2")]


def test_what_falls_with_a_savepoint_has_no_event_and_the_rest_has(
    sessions: SessionFactory,
) -> None:
    with transaction(sessions) as session:
        do_something(session, number=1)
        with session.begin_nested() as outer:
            with session.begin_nested():
                do_something(session, number=2)
            outer.rollback()
        with session.begin_nested():
            do_something(session, number=3)

    assert sorted(events_of(sessions)) == [("need.updated", "need-1"), ("need.updated", "need-3")]


def test_each_organisation_has_a_chain_of_its_own(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        for tenant_id in (None, TENANT, TENANT):
            do_something(session, tenant_id)

    with reading(sessions) as session:
        places = session.execute(select(AuditEvent.tenant_id, AuditEvent.sequence))
        assert set(map(tuple, places)) == {(PLATFORM_CHAIN, 1), (TENANT, 1), (TENANT, 2)}


def test_many_who_write_at_the_same_time_make_one_chain(db_engine: Engine) -> None:
    sessions = make_session_factory(db_engine)

    def write(number: int) -> None:
        with transaction(sessions) as session:
            do_something(session, TENANT if number % 2 else None, number)
            do_something(session, None if number % 2 else TENANT, number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))

    with reading(sessions) as session:
        verdict = verify_trail(session)
    assert (verdict.chains, verdict.events, verdict.findings) == (2, 80, ())


def test_a_need_that_is_read_twice_in_a_session_is_recorded_once(sessions: SessionFactory) -> None:
    with reading(sessions) as session:
        for _ in range(2):
            record_read(session, CLERK, NEED, purpose=ReadPurpose.SUPPORT)
        other = Subject(SubjectKind.NEED, "need-2", TENANT)
        record_read(session, CLERK, other, purpose=ReadPurpose.SUPPORT)
        ReadsDesk(sessions).write(session)

    assert sorted(events_of(sessions)) == [
        ("need.text_read", "need-1"),
        ("need.text_read", "need-2"),
    ]


def test_a_read_stays_recorded_when_what_was_done_beside_it_is_rolled_back(
    sessions: SessionFactory,
) -> None:
    with sessions() as session:
        record_read(session, CLERK, NEED, purpose=ReadPurpose.SUPPORT)
        do_something(session)
        session.rollback()
        session.commit()

    assert events_of(sessions) == [("need.text_read", "need-1")]


def test_a_session_that_read_nothing_writes_nothing(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: SessionFactory) -> None:
        raise AssertionError("a transaction was begun")

    monkeypatch.setattr("core.audit.reads.transaction", refuse)
    with reading(sessions) as session:
        ReadsDesk(sessions).write(session)


def test_an_erased_payload_is_gone_and_its_erasure_is_an_event(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        record(session, CLERK, Action.NEED_CREATED, NEED, {"version": 1})
    with transaction(sessions) as session:
        erase_payload(session, CLERK, tenant_id=TENANT, sequence=1, reason="request 7")

    assert events_of(sessions) == [("audit.payload_erased", "1"), ("need.created", "need-1")]
    with reading(sessions) as session:
        left = session.scalars(select(AuditPayload.document)).all()
    assert left == ['{"reason":"request 7"}']


def test_what_has_no_payload_cannot_be_erased(session: Session) -> None:
    with pytest.raises(EventNotFound):
        erase_payload(session, CLERK, tenant_id=TENANT, sequence=1, reason="request 7")


def test_lists_by_what_is_asked_for_and_goes_on_where_a_page_ended(
    sessions: SessionFactory,
) -> None:
    for number in range(5):
        with transaction(sessions) as session:
            do_something(session, TENANT, number % 2)
            do_something(session, None, number % 2)

    wanted = Wanted(subject_id="need-1")
    with reading(sessions) as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 10
        seen: list[tuple[UUID, int]] = []
        before = None
        while page := list_events(session, wanted, before=before, limit=3):
            seen += [(event.tenant_id, event.sequence) for event, _ in page]
            last = page[-1][0]
            before = (last.at, last.tenant_id, last.sequence)
        assert len(seen) == 4
        assert set(seen) == {(chain, n) for chain in (PLATFORM_CHAIN, TENANT) for n in (2, 4)}
        newest = list_events(session, Wanted(), limit=1)[0][0].at
        later = Wanted(since=newest + timedelta(seconds=1))
        assert list_events(session, later, limit=1) == []
        assert len(list_events(session, Wanted(tenant_id=TENANT), limit=9)) == 5
