"""Requests of people: due by their law, put off where it allows that, late when it was let slip."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from core.errors import Forbidden
from core.identity.actor import ENTERPRISE, OPERATOR
from core.privacy.errors import RequestClosed, RequestNotFound
from core.privacy.law import RequestKind
from core.privacy.requests import (
    Outcome,
    answer_request,
    close_request,
    extend_request,
    is_late,
    list_requests,
    open_request,
)
from tests.factories import NOW


def test_a_request_is_late_when_its_answer_or_its_end_is(session: Session) -> None:
    request = open_request(
        session, OPERATOR, kind=RequestKind.WITHDRAWAL, place="VN", person_id=None, received_at=NOW
    )
    assert not is_late(request, NOW)
    assert is_late(request, request.answer_at + timedelta(seconds=1))

    answer_request(session, OPERATOR, request_id=request.id, now=NOW + timedelta(days=1))
    assert not is_late(request, request.answer_at + timedelta(seconds=1))
    first_end = request.carry_out_at
    extend_request(session, OPERATOR, request_id=request.id)
    assert not is_late(request, first_end + timedelta(seconds=1))
    assert is_late(request, request.carry_out_at + timedelta(seconds=1))

    close_request(session, OPERATOR, request_id=request.id, outcome=Outcome.DONE, now=NOW)
    assert not is_late(request, request.carry_out_at + timedelta(seconds=1))
    assert list(list_requests(session)) == []
    assert list(list_requests(session, is_open=False)) == [request]


def test_it_is_put_off_once_and_only_where_the_law_allows_it(session: Session) -> None:
    def asked(place: str) -> UUID:
        made = open_request(
            session, OPERATOR, kind=RequestKind.ACCESS, place=place, person_id=None, received_at=NOW
        )
        return made.id

    vietnam, hong_kong = asked("VN"), asked("HK")
    extend_request(session, OPERATOR, request_id=vietnam)
    with pytest.raises(RequestClosed, match="already"):
        extend_request(session, OPERATOR, request_id=vietnam)
    with pytest.raises(RequestClosed, match="HK-PDPO"):
        extend_request(session, OPERATOR, request_id=hong_kong)


def test_only_operators_deal_with_requests_that_are_there_and_open(session: Session) -> None:
    with pytest.raises(Forbidden):
        open_request(
            session,
            ENTERPRISE,
            kind=RequestKind.ACCESS,
            place="HK",
            person_id=None,
            received_at=NOW,
        )
    with pytest.raises(RequestNotFound):
        answer_request(session, OPERATOR, request_id=uuid4(), now=NOW)
    request = open_request(
        session, OPERATOR, kind=RequestKind.ERASURE, place=None, person_id=None, received_at=NOW
    )
    close_request(session, OPERATOR, request_id=request.id, outcome=Outcome.REFUSED, now=NOW)
    with pytest.raises(RequestClosed, match="refused"):
        close_request(session, OPERATOR, request_id=request.id, outcome=Outcome.DONE, now=NOW)
