"""What people ask for, each with the days that the law of their place sets."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.identity.actor import Actor, UserKind
from core.privacy.clocks import request_due
from core.privacy.errors import RequestClosed, RequestNotFound, RequestOpen
from core.privacy.law import RequestKind
from core.privacy.models import PersonRequest


class Outcome(StrEnum):
    """How a request ended."""

    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def open_request(
    session: Session,
    actor: Actor,
    *,
    kind: RequestKind,
    place: str | None,
    person_id: UUID | None,
    received_at: datetime,
) -> PersonRequest:
    """Take a request, and set when it is due.

    Args:
        session: the caller's transaction.
        actor: who writes it down.
        kind: what is asked.
        place: where the person is; None where that is not known, which makes it due soonest.
        person_id: who asks; None until that is known.
        received_at: when it came in.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: it is neither an operator nor the person.
        RequestOpen: the person has asked for the same before, and that is open.
    """
    if person_id is None or actor.actor_id != str(person_id):
        actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    elif any(one.kind == kind for one in requests_of(session, person_id) if not one.closed_at):
        raise RequestOpen(f"you have asked for this ({kind}) already; it is being dealt with")
    due = request_due(place, kind, received_at)
    request = PersonRequest(
        id=uuid4(),
        person_id=person_id,
        kind=kind,
        place=place,
        law=due.law,
        received_at=received_at,
        answer_at=due.answer_at,
        carry_out_at=due.carry_out_at,
        is_extended=False,
    )
    session.add(request)
    session.flush()
    return _recorded(session, actor, Action.PERSON_REQUEST_OPENED, request)


def answer_request(
    session: Session, actor: Actor, *, request_id: UUID, now: datetime
) -> PersonRequest:
    """Write down that the person got a first answer.

    Raises:
        RequestNotFound, RequestClosed: there is none, or it is closed.
    """
    request = _open_one(session, actor, request_id)
    request.answered_at = request.answered_at or now
    session.flush()
    return _recorded(session, actor, Action.PERSON_REQUEST_ANSWERED, request)


def extend_request(session: Session, actor: Actor, *, request_id: UUID) -> PersonRequest:
    """Put off the day on which a request is due, where the law allows it, once.

    Raises:
        RequestNotFound: there is none.
        RequestClosed: it is closed, was extended already, or the law does not allow it.
    """
    request = _open_one(session, actor, request_id)
    due = request_due(request.place, RequestKind(request.kind), request.received_at)
    if request.is_extended or due.extended_at is None:
        raise RequestClosed(
            "it was put off already"
            if request.is_extended
            else f"the law {request.law} does not allow to put it off"
        )
    request.is_extended, request.carry_out_at = True, due.extended_at
    session.flush()
    return _recorded(session, actor, Action.PERSON_REQUEST_EXTENDED, request)


def close_request(
    session: Session, actor: Actor, *, request_id: UUID, outcome: Outcome, now: datetime
) -> PersonRequest:
    """Write down how a request ended.

    Raises:
        RequestNotFound, RequestClosed: there is none, or it is closed.
    """
    request = _open_one(session, actor, request_id)
    request.answered_at = request.answered_at or now
    request.closed_at, request.outcome = now, outcome
    session.flush()
    return _recorded(session, actor, Action.PERSON_REQUEST_CLOSED, request)


def list_requests(session: Session, *, is_open: bool = True) -> Sequence[PersonRequest]:
    """Return requests, those due first at the top; all of them unless only open ones are wanted."""
    wanted = select(PersonRequest)
    if is_open:
        wanted = wanted.where(PersonRequest.closed_at.is_(None))
    return session.scalars(wanted.order_by(PersonRequest.carry_out_at, PersonRequest.id)).all()


def requests_of(session: Session, person_id: UUID) -> Sequence[PersonRequest]:
    """Return what a person asked for, latest first."""
    return session.scalars(
        select(PersonRequest)
        .where(PersonRequest.person_id == person_id)
        .order_by(PersonRequest.received_at.desc(), PersonRequest.id)
    ).all()


def get_open_request(session: Session, actor: Actor, request_id: UUID) -> PersonRequest:
    """Return a request that waits to be carried out, for operators.

    Raises:
        RequestNotFound, RequestClosed: there is none, or it is closed.
    """
    return _open_one(session, actor, request_id)


def is_late(request: PersonRequest, now: datetime) -> bool:
    """Tell whether an open request should have been answered or carried out before now."""
    if request.closed_at is not None:
        return False
    return now > request.carry_out_at or (request.answered_at is None and now > request.answer_at)


def _open_one(session: Session, actor: Actor, request_id: UUID) -> PersonRequest:
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    request = session.get(PersonRequest, request_id, with_for_update=True)
    if request is None:
        raise RequestNotFound(f"no request has the id {request_id}: `landbridge person requests`")
    if request.closed_at is not None:
        raise RequestClosed(f"it was closed on {request.closed_at:%Y-%m-%d} as {request.outcome}")
    return request


def _recorded(
    session: Session, actor: Actor, action: Action, request: PersonRequest
) -> PersonRequest:
    subject = Subject(SubjectKind.PERSON_REQUEST, str(request.id))
    record(session, actor, action, subject, {"kind": request.kind, "outcome": request.outcome})
    return request
