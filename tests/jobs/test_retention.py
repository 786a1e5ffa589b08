"""How long everything is kept: nothing overdue is left after the nightly job, nothing else goes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import core.privacy.retention
from core.db import Base, SessionFactory, reading, transaction
from core.idempotency import KeptAnswer
from core.identity.actor import OPEN_ACCESS_ID
from core.identity.models import Account, Invitation, Membership, OneTimeSecret, UserSession
from core.identity.one_time import Purpose, make_one_time
from core.identity.sessions import start_session
from core.job_control import cancel_job
from core.job_runs import Outcome, Run, execute_job
from core.jobs import Job, JobState, enqueue
from core.outbox.events import EventType
from core.outbox.notifying import notify
from core.retention import RowClass, count_overdue
from core.schedules import DueTime
from enterprises.models import Need, NeedVersion
from enterprises.need_matches import NeedMatch
from jobs.retention import CLASSES, KEPT, RETENTION, database_now, delete_overdue
from providers.imports.models import SupplyImport, SupplyImportRow, SupplyImportState
from providers.models import EvidenceKind
from providers.own.models import RefusalReason, RefusedClaim
from tests.core.filled import TABLE_MODULES
from tests.factories import make_need, make_provider

YEARS = timedelta(days=800)


def at_that_time(session: Session) -> datetime:
    return database_now(session) + YEARS


def run_nightly(
    sessions: SessionFactory, now: Callable[[Session], datetime] = at_that_time
) -> Outcome:
    with transaction(sessions) as session:
        job_id = enqueue(session, RETENTION, {}).id
    return execute_job(sessions, {RETENTION: partial(delete_overdue, now=now)}, job_id)


def overdue(
    sessions: SessionFactory, now: Callable[[Session], datetime] = at_that_time
) -> dict[str, int]:
    with reading(sessions) as session:
        return dict(count_overdue(session, CLASSES, now(session)))


def counted(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def leave_one_of_each(session: Session) -> None:
    """Leave a row of every class that time makes overdue."""
    now = database_now(session)
    ended = enqueue(session, "work", {})
    ended.state, ended.finished_at = JobState.DONE, now
    part = enqueue(session, "work", {}, parent_id=ended.id)
    part.state, part.finished_at = JobState.DONE, now
    for hours in (48, 24):
        due_at = now - timedelta(hours=hours)
        session.add(DueTime(schedule="any", due_at=due_at, recorded_at=now))
    account = Account(id=uuid4(), script="en", is_service=False, status="active", created_at=now)
    session.add(account)
    session.flush()
    session.add(
        Membership(
            account_id=account.id,
            organisation_id=OPEN_ACCESS_ID,
            kind="enterprise",
            is_manager=False,
            created_at=now,
        )
    )
    session.flush()
    start_session(session, account_id=account.id, organisation_id=OPEN_ACCESS_ID, now=now)
    make_one_time(session, purpose=Purpose.PASSKEY, now=now, lifetime=timedelta(minutes=5))
    session.add(
        Invitation(
            id=uuid4(),
            digest="d" * 64,
            organisation_id=OPEN_ACCESS_ID,
            kind="enterprise",
            is_manager=False,
            email_digest="e" * 64,
            sealed=b"sealed",
            invited_by="somebody",
            created_at=now,
            expires_at=now,
        )
    )
    import_id = uuid4()
    session.add(
        SupplyImport(
            id=import_id,
            kind="providers",
            source="operator",
            file_name="firms.csv",
            file_sha256="a" * 64,
            file_bytes=1,
            actor="somebody",
            state=SupplyImportState.CHECKED,
            created_at=now,
        )
    )
    session.flush()
    session.add(SupplyImportRow(import_id=import_id, row_no=2, outcome="new", cells={"name": "A"}))
    notify(session, OPEN_ACCESS_ID, EventType.WEBHOOK_TEST, "an endpoint", now=now)
    session.add(
        KeptAnswer(
            id=uuid4(),
            tenant_id=OPEN_ACCESS_ID,
            actor_id="somebody",
            route="POST /v1/needs",
            key="a",
            fingerprint="c" * 64,
            status=201,
            headers={},
            body=b"",
            created_at=now,
        )
    )
    session.add(
        RefusedClaim(
            id=uuid4(),
            provider_id=make_provider(session, home=None).id,
            kind=EvidenceKind.STATEMENT,
            title="a claim",
            reason=RefusalReason.NOT_SHOWN,
            refused_at=now,
        )
    )
    need = make_need(session)
    need.deleted_at = now
    session.add(
        NeedMatch(
            need_id=need.id,
            tenant_id=need.tenant_id,
            need_version=1,
            versions={},
            matched_on=now.date(),
            sha256="b" * 64,
            ranked=[],
            changed_at=now,
        )
    )


def test_nothing_overdue_is_left_after_the_nightly_job(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        leave_one_of_each(session)
        kept = make_need(session)
        parked = enqueue(session, "work", {})
        parked.state, parked.finished_at = JobState.PARKED, database_now(session)
        waiting = enqueue(session, "work", {})
    before = overdue(sessions)
    elsewhere = {one.name for one in core.privacy.retention.RETENTION}  # as tests/core/privacy says
    nothing = {name for name, count in before.items() if not count}
    assert nothing == {"tokens that have ended"} | elsewhere

    assert run_nightly(sessions) is Outcome.DONE

    after = overdue(sessions)
    assert after.pop("finished jobs") == 1, "the nightly job itself, which has just ended"
    assert set(after.values()) == {0}
    with reading(sessions) as session:
        assert session.scalars(select(Need.id)).all() == [kept.id]
        assert counted(session, NeedVersion) == 1
        assert counted(session, NeedMatch) == counted(session, UserSession) == 0
        assert counted(session, Invitation) == counted(session, SupplyImportRow) == 0
        assert counted(session, OneTimeSecret) == 0
        assert counted(session, DueTime) == 1, "the latest says that the schedule is known"
        (imported,) = session.scalars(select(SupplyImport))
        assert (imported.actor, imported.state) == ("somebody", SupplyImportState.DISCARDED)
        left = set(session.scalars(select(Job.id).where(Job.kind == "work")))
    assert left == {parked.id, waiting.id}


def test_what_is_not_overdue_yet_stays(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        leave_one_of_each(session)

    def in_some_hours(session: Session) -> datetime:
        return database_now(session) + timedelta(hours=6)

    gone = {name for name, count in overdue(sessions, in_some_hours).items() if count}
    assert gone == {"lists of deleted needs"}
    assert run_nightly(sessions, in_some_hours) is Outcome.DONE

    with reading(sessions) as session:
        assert counted(session, NeedMatch) == 0
        assert counted(session, Need) == counted(session, UserSession) == 1
        assert counted(session, OneTimeSecret) == 1
        assert counted(session, Invitation) == counted(session, SupplyImportRow) == 1
        assert counted(session, DueTime) == 2


def made_up(stop: Callable[[int], None]) -> RowClass:
    """A class of five rows, deleted one at a time."""
    rows = list(range(5))

    def delete(_session: Session, _before: datetime, _at_most: int) -> int:
        stop(len(rows))
        return len([rows.pop()]) if rows else 0

    return RowClass("made up", 1, (), lambda *_: len(rows), delete)


def test_the_nightly_job_stops_between_chunks_and_goes_on_when_tried_again(
    sessions: SessionFactory,
) -> None:
    with transaction(sessions) as session:
        job_id = enqueue(session, RETENTION, {}).id
    seen: list[int] = []

    def stop(left: int) -> None:
        seen.append(left)
        if left == 3:
            raise OSError("the disk is full")

    row_class = made_up(stop)

    def handler(run: Run) -> None:
        delete_overdue(run, classes=[row_class])

    assert execute_job(sessions, {RETENTION: handler}, job_id) is Outcome.FAILED
    with transaction(sessions) as session:
        session.get_one(Job, job_id).run_after = database_now(session)
        cancel_job(session, job_id)
    assert execute_job(sessions, {RETENTION: handler}, job_id) is Outcome.NOT_CLAIMED
    assert seen == [5, 4, 3]


def test_every_table_has_a_period_or_a_reason_to_be_kept() -> None:
    assert TABLE_MODULES, "all tables are known"
    tables = Base.metadata.sorted_tables
    said = {table for one in CLASSES for table in one.tables} | KEPT.keys()
    for table in tables:  # sorted: what is referred to comes first
        if any(
            key.ondelete == "CASCADE" and key.column.table.name in said
            for key in table.foreign_keys
        ):
            said.add(table.name)

    assert {table.name for table in tables} - said == set(), "add a class or a reason"
    assert KEPT.keys() <= {table.name for table in tables}
