"""An audit trail to be tampered with, and who tampers with it."""

from collections.abc import Callable
from random import Random
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.audit.chain import NOTHING
from core.audit.models import AuditEvent, AuditHead, AuditPayload
from core.audit.service import record
from core.audit.verify import as_link
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.db import SessionFactory, transaction
from core.identity.actor import Actor, UserKind

CLERK = Actor(UserKind.OPERATOR, "clerk")
CHAINS = (None, UUID(int=11), UUID(int=12))
EVENTS = 12

Tampering = Callable[[Session, Random], tuple[UUID, int]]
"""Does something to the rows; returns the chain, and the first event that is not as it was."""


def chosen_by(seed: int) -> Random:
    return Random(seed)  # noqa: S311 which rows are tampered with is no secret


def do_something(session: Session, tenant_id: UUID | None = None, number: int = 0) -> None:
    subject = Subject(SubjectKind.NEED, f"need-{number}", tenant_id)
    record(session, CLERK, Action.NEED_UPDATED, subject, {"version": number})


def fill_trail(sessions: SessionFactory, *, events: int = EVENTS) -> None:
    for number in range(events):
        with transaction(sessions) as session:
            for tenant_id in CHAINS:
                do_something(session, tenant_id, number)


def _pick(session: Session, rng: Random) -> list[AuditEvent]:
    chain = rng.choice(sorted(session.scalars(select(AuditHead.tenant_id))))
    wanted = select(AuditEvent).where(AuditEvent.tenant_id == chain).order_by(AuditEvent.sequence)
    return list(session.scalars(wanted))


def edit_event(session: Session, rng: Random) -> tuple[UUID, int]:
    event = rng.choice(_pick(session, rng))
    column = rng.choice(
        ["at", "actor_kind", "actor_id", "action", "subject_kind", "subject_id", "request_id"]
    )
    match column:
        case "at":
            event.at = event.at.replace(microsecond=event.at.microsecond ^ 1)
        case "request_id":
            event.request_id = UUID(int=rng.getrandbits(128))
        case _:
            setattr(event, column, f"{getattr(event, column)[:9]}x")
    return event.tenant_id, event.sequence


def edit_event_and_its_hash(session: Session, rng: Random) -> tuple[UUID, int]:
    """Not the last one: what nothing follows is a rewritten tail."""
    event = rng.choice(_pick(session, rng)[:-1])
    event.actor_id = "somebody-else"
    event.hash = as_link(event).hash()
    return event.tenant_id, event.sequence


def edit_payload(session: Session, rng: Random) -> tuple[UUID, int]:
    event = rng.choice(_pick(session, rng))
    payload = session.get_one(AuditPayload, (event.tenant_id, event.sequence))
    payload.document = payload.document.replace("version", "version_")
    return event.tenant_id, event.sequence


def delete_payload(session: Session, rng: Random) -> tuple[UUID, int]:
    event = rng.choice(_pick(session, rng))
    session.delete(session.get_one(AuditPayload, (event.tenant_id, event.sequence)))
    return event.tenant_id, event.sequence


def delete_events(session: Session, rng: Random) -> tuple[UUID, int]:
    """Not the last one: that would be a tail."""
    events = _pick(session, rng)
    first = rng.randrange(len(events) - 1)
    _remove(session, events[first : rng.randrange(first, len(events) - 1) + 1])
    return events[0].tenant_id, first + 1


def swap_events(session: Session, rng: Random) -> tuple[UUID, int]:
    events = _pick(session, rng)
    one, other = sorted(rng.sample(events, 2), key=lambda event: event.sequence)
    for column in ("at", "actor_id", "subject_id", "payload_sha256", "previous_hash", "hash"):
        kept = getattr(one, column)
        setattr(one, column, getattr(other, column))
        setattr(other, column, kept)
    first, second = (
        session.get_one(AuditPayload, (event.tenant_id, event.sequence)) for event in (one, other)
    )
    first.document, second.document = second.document, first.document
    first.salt, second.salt = second.salt, first.salt
    return one.tenant_id, one.sequence


def cut_off_tail(session: Session, rng: Random) -> tuple[UUID, int]:
    """As whoever may write every row would: the head says that it was never longer."""
    events = _pick(session, rng)
    kept = rng.randrange(1, len(events))
    _remove(session, events[kept:])
    _set_head(session, events[kept - 1])
    return events[0].tenant_id, kept + 1


def rewrite(session: Session, rng: Random) -> tuple[UUID, int]:
    """Change an event, and write everything after it anew so that it is a good chain again."""
    events = _pick(session, rng)
    first = rng.randrange(len(events))
    events[first].actor_id = "somebody-else"
    previous = events[first - 1].hash if first else NOTHING
    for event in events[first:]:
        event.previous_hash = previous
        event.hash = previous = as_link(event).hash()
    _set_head(session, events[-1])
    return events[0].tenant_id, first + 1


def remove_chain(session: Session, rng: Random) -> tuple[UUID, int]:
    events = _pick(session, rng)
    _remove(session, events)
    session.execute(delete(AuditHead).where(AuditHead.tenant_id == events[0].tenant_id))
    return events[0].tenant_id, 1


def _remove(session: Session, events: list[AuditEvent]) -> None:
    for event in events:
        session.delete(session.get_one(AuditPayload, (event.tenant_id, event.sequence)))
    session.flush()
    for event in events:
        session.delete(event)
    session.flush()


def _set_head(session: Session, last: AuditEvent) -> None:
    session.execute(
        update(AuditHead)
        .where(AuditHead.tenant_id == last.tenant_id)
        .values(sequence=last.sequence, hash=last.hash)
    )


SEEN_BY_THE_CHAIN: tuple[Tampering, ...] = (
    edit_event,
    edit_event_and_its_hash,
    edit_payload,
    delete_payload,
    delete_events,
    swap_events,
)
SEEN_BY_ANCHORS_ALONE: tuple[Tampering, ...] = (cut_off_tail, rewrite, remove_chain)
