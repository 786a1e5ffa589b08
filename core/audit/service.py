"""Writing to the audit trail, in the transaction of what is done.

Events are kept in the session until its commit and written there, last of all: only then is the
chain of an organisation held against others who add to it, and always in the same order, so that
no two transactions wait for each other. Whatever is committed has its events; what is rolled back
has none.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction

from core.audit.chain import NOTHING, Link, payload_sha256
from core.audit.models import SALT_CHARACTERS, AuditEvent, AuditHead, AuditPayload
from core.audit.vocabulary import Action, PayloadValue, ReadPurpose, Subject, SubjectKind
from core.canonical import canonical_json
from core.db import Base, across_tenants
from core.errors import NotFound
from core.identity.actor import Actor
from core.log import current_request_id
from core.moment import moment

# The tables themselves: rows that are objects to begin with take three times as long to insert, and a
# list of needs has an event for each.
_EVENTS = Base.metadata.tables[AuditEvent.__tablename__]
_PAYLOADS = Base.metadata.tables[AuditPayload.__tablename__]
_DONE = "landbridge_audit_done"
_READ = "landbridge_audit_read"


class EventNotFound(NotFound):
    """The audit trail has no such event."""

    code = "audit-event-not-found"
    title = "There is no such event"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that is not written yet."""

    actor: Actor
    action: Action
    subject: Subject
    request_id: UUID | None
    payload: Mapping[str, PayloadValue]


@dataclass(frozen=True, slots=True)
class _Done:
    """An entry with the savepoints that it falls with."""

    entry: Entry
    within: frozenset[SessionTransaction]


def record(
    session: Session,
    actor: Actor,
    action: Action,
    subject: Subject,
    payload: Mapping[str, PayloadValue] | None = None,
) -> None:
    """Have it stand in the audit trail that something was done, if the transaction is committed.

    Args:
        session: the transaction in which it is done.
        actor: who does it.
        action: what is done.
        subject: to what.
        payload: what else is to be known: ids, states, counts; never the text of a need, and no
            personal data that its subject's id does not stand for.
    """
    if not session.in_transaction():
        session.begin()  # so that a rollback, of which there is none otherwise, is noticed
    entry = Entry(actor, action, subject, current_request_id(), dict(payload or {}))
    within: set[SessionTransaction] = set()
    around = session.get_nested_transaction()
    while around is not None and around.nested:
        within.add(around)
        around = around.parent
    session.info.setdefault(_DONE, []).append(_Done(entry, frozenset(within)))


def record_read(
    session: Session,
    actor: Actor,
    subject: Subject,
    *,
    purpose: ReadPurpose,
    payload: Mapping[str, PayloadValue] | None = None,
) -> None:
    """Have it stand in the audit trail that the text of a need was read: once in a session.

    In a session that writes, the event is written with the commit. For one that only reads, whoever
    opened it calls `ReadsDesk.write` before anything of what was read leaves the process.

    Args:
        session: the session in which it is read.
        actor: for whom.
        subject: the need.
        purpose: for what.
        payload: what else is to be known, as for `record`.
    """
    known: dict[Subject, Entry] = session.info.setdefault(_READ, {})
    said = {"purpose": str(purpose), **(payload or {})}
    known.setdefault(
        subject, Entry(actor, Action.NEED_TEXT_READ, subject, current_request_id(), said)
    )


def erase_payload(
    session: Session, actor: Actor, *, tenant_id: UUID, sequence: int, reason: str
) -> None:
    """Delete what an event says beside its row. That it was erased, by whom and why is an event.

    Raises:
        EventNotFound: there is no such event, or it says nothing beside its row.
    """
    payload = session.get(AuditPayload, (tenant_id, sequence), with_for_update=True)
    if payload is None:
        raise EventNotFound(f"no event {sequence} of {tenant_id} has a payload")
    session.delete(payload)
    session.flush()
    subject = Subject(SubjectKind.AUDIT_EVENT, str(sequence), tenant_id)
    record(session, actor, Action.PAYLOAD_ERASED, subject, {"reason": reason})


def take_reads(session: Session) -> list[Entry]:
    """Take from a session what was recorded in it as read."""
    read: dict[Subject, Entry] = session.info.pop(_READ, {})
    return list(read.values())


@event.listens_for(Session, "before_commit")
def _write_at_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return  # only a savepoint is released
    done: list[_Done] = session.info.pop(_DONE, [])
    entries = [*take_reads(session), *(one.entry for one in done)]
    if entries:
        # What else is to be written waits for nobody while the chain is held.
        session.flush()
        write_entries(session, entries)


@event.listens_for(Session, "after_soft_rollback")
def _forget_rolled_back(session: Session, ended: SessionTransaction) -> None:
    done: list[_Done] | None = session.info.get(_DONE)
    if done and ended.nested:
        session.info[_DONE] = [one for one in done if ended not in one.within]


@event.listens_for(Session, "after_transaction_end")
def _forget_at_the_end(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_DONE, None)


def write_entries(session: Session, entries: Sequence[Entry]) -> None:
    """Write events at the end of their chains, which are held until the transaction ends."""
    by_chain: defaultdict[UUID, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_chain[entry.subject.chain].append(entry)
    # What staff do with an organisation's stands in that organisation's chain.
    with across_tenants(session):
        # In one order for everybody: two transactions never each hold a chain that the other wants.
        for tenant_id in sorted(by_chain):
            _extend(session, tenant_id, by_chain[tenant_id])


def _extend(session: Session, tenant_id: UUID, entries: Sequence[Entry]) -> None:
    sequence, previous, at = _hold(session, tenant_id)
    events: list[dict[str, object]] = []
    payloads: list[dict[str, object]] = []
    for entry in entries:
        sequence += 1
        checksum: str | None = None
        if entry.payload:
            document, salt = canonical_json(entry.payload), secrets.token_hex(SALT_CHARACTERS // 2)
            checksum = payload_sha256(document, salt)
            payloads.append(
                {
                    "tenant_id": tenant_id,
                    "sequence": sequence,
                    "document": document,
                    "salt": salt,
                }
            )
        link = Link(
            tenant_id=tenant_id,
            sequence=sequence,
            at=at,
            actor_kind=str(entry.actor.kind),
            actor_id=entry.actor.actor_id,
            action=str(entry.action),
            subject_kind=str(entry.subject.kind),
            subject_id=entry.subject.subject_id,
            request_id=entry.request_id,
            payload_sha256=checksum,
            previous_hash=previous,
        )
        previous = link.hash()
        events.append({**link.as_row(), "hash": previous})
    session.execute(insert(_EVENTS), events)
    if payloads:
        session.execute(insert(_PAYLOADS), payloads)
    session.execute(
        update(AuditHead)
        .where(AuditHead.tenant_id == tenant_id)
        .values(sequence=sequence, hash=previous)
        .execution_options(synchronize_session=False)
    )


def _hold(session: Session, tenant_id: UUID) -> tuple[int, str, datetime]:
    """Hold a chain until the end of the transaction; return its last event and what time it is."""
    wanted = (
        select(AuditHead.sequence, AuditHead.hash, moment())
        .where(AuditHead.tenant_id == tenant_id)
        .with_for_update()
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        try:
            with session.begin_nested():
                session.execute(
                    insert(AuditHead), [{"tenant_id": tenant_id, "sequence": 0, "hash": NOTHING}]
                )
        except IntegrityError:
            pass  # another transaction began the chain at the same time; it has ended now
        found = session.execute(wanted).one()
    return found[0], found[1], found[2]
