"""Carrying out what people asked for: handing out their data, and erasing them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.identity.actor import Actor
from core.privacy.errors import RequestUnfit
from core.privacy.law import RequestKind
from core.privacy.models import PersonRequest
from core.privacy.people import ErasureReason, PersonPart, erase_person, export_person
from core.privacy.requests import Outcome, close_request, get_open_request
from core.privacy.shredding import ShredList
from core.sealing import Keyring


def export_for_request(
    session: Session,
    actor: Actor,
    ring: Keyring,
    parts: Sequence[PersonPart],
    *,
    request_id: UUID,
    now: datetime,
) -> bytes:
    """Return the archive of whoever asked for it; the request stays open until it was sent.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor is no operator.
        RequestNotFound, RequestClosed, RequestUnfit: there is no such request to be carried out.
        PersonErased, PersonNotFound: there is nobody.
    """
    person_id = _whose(get_open_request(session, actor, request_id), RequestKind.ACCESS)
    return export_person(session, actor, ring, parts, person_id=person_id, now=now)


def erase_for_request(
    session: Session,
    actor: Actor,
    parts: Sequence[PersonPart],
    shred: ShredList,
    *,
    request_id: UUID,
    now: datetime,
) -> PersonRequest:
    """Erase whoever asked for it, and close the request as done.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor is no operator.
        RequestNotFound, RequestClosed, RequestUnfit: there is no such request to be carried out.
        PersonErased, PersonNotFound: there is nobody.
        ShredListUnusable: the list cannot be written; nothing was destroyed.
    """
    person_id = _whose(get_open_request(session, actor, request_id), RequestKind.ERASURE)
    erase_person(
        session,
        actor,
        parts,
        shred,
        person_id=person_id,
        reason=ErasureReason.REQUEST,
        request_id=request_id,
        now=now,
    )
    return close_request(session, actor, request_id=request_id, outcome=Outcome.DONE, now=now)


def _whose(request: PersonRequest, wanted: RequestKind) -> UUID:
    if request.kind != wanted:
        raise RequestUnfit(f"the request is for {request.kind}, not for {wanted}")
    if request.person_id is None:
        raise RequestUnfit("it is not known who asks: take a request that names the person")
    return request.person_id
