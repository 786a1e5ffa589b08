"""Qualifications that run out: noted in time, once each, and matched again when they have."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from core.job_runs import Outcome, Run, execute_job
from core.jobs import Job, enqueue
from providers.catalogue_state import catalogue_sequence, changes_since
from providers.credentials import (
    CREDENTIAL_EXPIRY,
    CredentialNotice,
    ExpiryStage,
    list_notices,
    scan_credentials,
    stages_of,
)
from providers.models import Provider
from tests.factories import make_provider

TODAY = date(2026, 11, 22)
Told = list[tuple[str, str]]


def scan(sessions: SessionFactory, on: date = TODAY) -> tuple[Told, int]:
    """Do the job on a day; return whom it told of what, and how often something had run out."""
    told: Told = []
    expired: list[bool] = []

    def tell(_session: Session, notices: Sequence[CredentialNotice]) -> None:
        told.extend((one.jurisdiction_code, one.stage) for one in notices)

    def handler(run: Run) -> None:
        scan_credentials(
            run, tell=tell, when_expired=lambda _: expired.append(True), today=lambda _: on
        )

    with transaction(sessions) as session:
        job_id = enqueue(session, CREDENTIAL_EXPIRY, {}).id
    assert execute_job(sessions, {CREDENTIAL_EXPIRY: handler}, job_id) is Outcome.DONE
    with reading(sessions) as session:
        job = session.get_one(Job, job_id)
        assert job.done == job.total
    return sorted(told), len(expired)


@pytest.fixture
def qualified(sessions: SessionFactory) -> UUID:
    """A provider with a qualification of each sort, and two others that the scan passes by."""
    with transaction(sessions) as session:
        make_provider(session, home=None)
        make_provider(session, home=None, qualified_in={"SG": None})
        return make_provider(
            session,
            home=None,
            qualified_in={
                "VN": "2026-11-21",
                "TH": "2026-11-22",
                "MY": "2026-12-22",
                "ID": "2026-12-23",
                "HK": None,
            },
        ).id


def test_the_last_day_still_counts() -> None:
    written = {"VN": "2026-11-21", "TH": "2026-11-22", "HK": None}

    found = stages_of(written, TODAY)

    assert found == {
        "VN": (ExpiryStage.EXPIRED, date(2026, 11, 21)),
        "TH": (ExpiryStage.EXPIRING, TODAY),
    }
    assert stages_of(None, TODAY) == {}


def test_tells_once_when_one_is_about_to_run_out_and_once_when_it_has(
    sessions: SessionFactory, qualified: UUID
) -> None:
    first = scan(sessions)
    assert first == ([("MY", "expiring"), ("TH", "expiring"), ("VN", "expired")], 1)
    assert scan(sessions) == ([], 0)
    with reading(sessions) as session:
        before = catalogue_sequence(session)

    assert scan(sessions, TODAY + timedelta(days=1)) == (
        [("ID", "expiring"), ("TH", "expired")],
        1,
    )

    with reading(sessions) as session:
        assert changes_since(session, before).providers == {qualified}
        expired = list_notices(session, stage=ExpiryStage.EXPIRED)
    assert [(one.provider_id, one.jurisdiction_code) for one in expired] == [
        (qualified, "VN"),
        (qualified, "TH"),
    ]


def test_a_renewed_qualification_is_noted_no_more(
    sessions: SessionFactory, qualified: UUID
) -> None:
    scan(sessions)
    with transaction(sessions) as session:
        provider = session.get_one(Provider, qualified)
        provider.qualified_in = {"VN": "2028-11-21", "TH": "2026-12-01", "HK": None}
    assert scan(sessions) == ([("TH", "expiring")], 0)
    with reading(sessions) as session:
        (left,) = list_notices(session)
        assert (left.jurisdiction_code, left.last_on) == ("TH", date(2026, 12, 1))

    with transaction(sessions) as session:
        session.get_one(Provider, qualified).qualified_in = None
    assert scan(sessions) == ([], 0)
    with reading(sessions) as session:
        assert session.scalars(select(CredentialNotice)).all() == []


def test_a_scan_that_breaks_off_tells_of_nothing_that_it_has_not_noted(
    sessions: SessionFactory, qualified: UUID
) -> None:
    def fail(_session: Session, _notices: Sequence[CredentialNotice]) -> None:
        raise OSError("the outbox is full")

    def handler(run: Run) -> None:
        scan_credentials(run, tell=fail, when_expired=lambda _: None, today=lambda _: TODAY)

    with transaction(sessions) as session:
        job_id = enqueue(session, CREDENTIAL_EXPIRY, {}).id
    assert execute_job(sessions, {CREDENTIAL_EXPIRY: handler}, job_id) is Outcome.FAILED

    told, _ = scan(sessions)
    assert len(told) == 3
    with reading(sessions) as session:
        assert {one.provider_id for one in list_notices(session)} == {qualified}
