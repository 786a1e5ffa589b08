"""What shows that duties were met goes when its time is over, and not before."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import Base
from core.identity.actor import OPERATOR
from core.privacy.law import RequestKind, TransferBasis
from core.privacy.ledger import DataSubject, record_transfer
from core.privacy.models import (
    Consent,
    PersonRequest,
    PersonTombstone,
    Purpose,
    Transfer,
    TransferKind,
    TransferPerson,
    TransferYear,
)
from core.privacy.requests import Outcome, close_request, open_request
from core.privacy.retention import RETENTION
from core.privacy.transfers import Recipient
from core.retention import count_overdue
from tests.factories import NOW


def leave_everything(session: Session) -> UUID:
    """Leave a row of each class, and somebody whose consent is still needed; return who it is."""
    erased, kept = uuid4(), uuid4()
    for person_id in (erased, kept):
        session.add(
            Consent(
                person_id=person_id,
                number=1,
                purpose=Purpose.DIRECTORY,
                is_given=True,
                notice_version="1",
                evidence=b"sealed",
                recorded_by="somebody",
                recorded_at=NOW,
            )
        )
    session.add(
        PersonTombstone(person_id=erased, reason="request", erased_by="somebody", erased_at=NOW)
    )
    record_transfer(
        session,
        DataSubject(kept, "CN", TransferBasis.STANDARD_CONTRACT, None, has_separate_consent=True),
        kind=TransferKind.SENT,
        purpose="directory",
        fields=["name"],
        recipient=Recipient(None, "SG"),
        now=NOW,
    )
    for is_closed in (True, False):
        request = open_request(
            session,
            OPERATOR,
            kind=RequestKind.ACCESS,
            place="HK",
            person_id=kept,
            received_at=NOW,
        )
        if is_closed:
            close_request(session, OPERATOR, request_id=request.id, outcome=Outcome.DONE, now=NOW)
    session.flush()
    return kept


def delete_overdue_at(session: Session, days: int) -> None:
    now = NOW + timedelta(days=days)
    for one in RETENTION:
        one.delete(session, one.before(now), 500)
    assert set(count_overdue(session, RETENTION, now).values()) == {0}


def counted(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_three_years_are_kept_and_the_rest_of_the_year_for_who_was_counted(
    session: Session,
) -> None:
    kept = leave_everything(session)

    delete_overdue_at(session, 39)  # the last day of the year
    assert counted(session, TransferPerson) == 1
    delete_overdue_at(session, 1095)
    assert counted(session, TransferPerson) == 0
    assert counted(session, Transfer) == 1
    assert counted(session, PersonRequest) == counted(session, Consent) == 2

    delete_overdue_at(session, 1097)

    assert counted(session, Transfer) == 0
    assert counted(session, TransferYear) == counted(session, PersonTombstone) == 1
    assert session.scalars(select(Consent.person_id)).all() == [kept]
    assert session.scalars(select(PersonRequest.outcome)).all() == [None]
