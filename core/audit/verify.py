"""Is the audit trail as it was written? Chains are read again, and compared with their anchors.

The chain alone shows an event that was changed, taken out, put in between or moved. Whoever can
write every row can also shorten a chain, or write it anew from some event on, so that it is a good
chain again: only what was anchored outside shows that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from core.audit.chain import NOTHING, Link, payload_sha256
from core.audit.models import AuditEvent, AuditHead, AuditPayload
from core.audit.vocabulary import Action

_ROWS_AT_ONCE = 1_000


class Fault(StrEnum):
    """What can be wrong."""

    CHANGED = "changed"
    MISSING = "missing"
    BROKEN = "broken"
    PAYLOAD_CHANGED = "payload_changed"
    PAYLOAD_MISSING = "payload_missing"
    PAYLOAD_WITHOUT_EVENT = "payload_without_event"
    HEAD_DIFFERS = "head_differs"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"
    ANCHOR_UNUSABLE = "anchor_unusable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        fault: what.
        detail: in words.
        tenant_id: in which chain; None where it is about an anchor itself.
        sequence: at which event, or the first of several.
    """

    fault: Fault
    detail: str
    tenant_id: UUID | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """How far a chain had come when it was anchored, and in which anchor that stands."""

    tenant_id: UUID
    sequence: int
    hash: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        chains: how many chains were read.
        events: how many events.
        unanchored: how many of them came after the last anchor of their chain, so that cutting
            them off would not be seen.
        findings: what is wrong; empty where all is as it was written.
    """

    chains: int
    events: int
    unanchored: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Stored:
    """An event with what it says; a payload that is not there has neither document nor salt."""

    event: AuditEvent
    document: str | None
    salt: str | None


@dataclass(slots=True)
class _Reached:
    """How far the reading of a chain has come."""

    tenant_id: UUID
    sequence: int = 0
    hash: str = NOTHING
    without_payload: list[int] = field(default_factory=list[int])
    erased: set[int] = field(default_factory=set[int])


def verify_trail(
    session: Session, anchored: Iterable[AnchoredHead] = (), *, tenant_id: UUID | None = None
) -> Verdict:
    """Read the whole trail, or one chain of it.

    Args:
        session: a transaction in which all reads see one state.
        anchored: heads that were written down outside, of any chains.
        tenant_id: only this chain.
    """
    points: dict[UUID, dict[int, list[AnchoredHead]]] = {}
    for one in anchored:
        if tenant_id in {None, one.tenant_id}:
            said = points.setdefault(one.tenant_id, {}).setdefault(one.sequence, [])
            # A chain that rests has the same head in one anchor after another.
            if all(other.hash != one.hash for other in said):
                said.append(one)
    heads = {
        head.tenant_id: head
        for head in session.scalars(
            select(AuditHead).where(
                true() if tenant_id is None else AuditHead.tenant_id == tenant_id
            )
        )
    }
    findings: list[Finding] = []
    ends: dict[UUID, _Reached] = {}
    events = unanchored = 0
    for chain, rows in groupby(_stored(session, tenant_id), lambda one: one.event.tenant_id):
        reached = ends[chain] = _Reached(chain)
        anchors = points.get(chain, {})
        last_anchored = max(anchors, default=0)
        for stored in rows:
            events += 1
            unanchored += stored.event.sequence > last_anchored
            findings += _check_event(reached, stored)
            findings += _check_anchors(stored.event, anchors.get(stored.event.sequence, ()))
        findings += _missing_payloads(reached)
    findings += _check_heads(heads, ends)
    findings += _cut_off(points, ends)
    findings += _payloads_without_event(session, tenant_id)
    return Verdict(len(ends), events, unanchored, tuple(findings))


def _stored(session: Session, tenant_id: UUID | None) -> Iterator[_Stored]:
    of_event = (AuditPayload.tenant_id == AuditEvent.tenant_id) & (
        AuditPayload.sequence == AuditEvent.sequence
    )
    wanted = (
        select(AuditEvent, AuditPayload.document, AuditPayload.salt)
        .outerjoin(AuditPayload, of_event)
        .where(true() if tenant_id is None else AuditEvent.tenant_id == tenant_id)
        .order_by(AuditEvent.tenant_id, AuditEvent.sequence)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for event, document, salt in session.execute(wanted):
        yield _Stored(event, document, salt)


def _check_event(reached: _Reached, stored: _Stored) -> Iterator[Finding]:
    event, expected = stored.event, reached.sequence + 1
    chain, sequence = event.tenant_id, event.sequence
    if sequence > expected:
        which = f"events {expected} to {sequence - 1} are"
        if sequence == expected + 1:
            which = f"event {expected} is"
        yield Finding(Fault.MISSING, f"{which} not there", chain, expected)
    elif sequence < expected:
        yield Finding(Fault.BROKEN, f"no chain has an event {sequence}", chain, sequence)
    elif event.previous_hash != reached.hash:
        detail = f"event {sequence} does not follow the event before it: that one was written anew"
        yield Finding(Fault.BROKEN, detail, chain, max(sequence - 1, 1))
    if as_link(event).hash() != event.hash:
        detail = f"event {sequence} is not what was written"
        yield Finding(Fault.CHANGED, detail, chain, sequence)
    yield from _check_payload(reached, stored)
    if event.action == Action.PAYLOAD_ERASED and event.subject_id.isdecimal():
        reached.erased.add(int(event.subject_id))
    reached.sequence, reached.hash = max(sequence, reached.sequence), event.hash


def _check_payload(reached: _Reached, stored: _Stored) -> Iterator[Finding]:
    event = stored.event
    if stored.document is None or stored.salt is None:
        if event.payload_sha256 is not None:
            reached.without_payload.append(event.sequence)
    elif payload_sha256(stored.document, stored.salt) != event.payload_sha256:
        detail = f"what event {event.sequence} says is not what was written"
        yield Finding(Fault.PAYLOAD_CHANGED, detail, event.tenant_id, event.sequence)


def _missing_payloads(reached: _Reached) -> Iterator[Finding]:
    for sequence in reached.without_payload:
        if sequence not in reached.erased:
            detail = f"what event {sequence} says is gone, and no event says that it was erased"
            yield Finding(Fault.PAYLOAD_MISSING, detail, reached.tenant_id, sequence)


def _check_anchors(event: AuditEvent, anchored: Sequence[AnchoredHead]) -> Iterator[Finding]:
    for one in anchored:
        if one.hash != event.hash:
            detail = (
                f"event {event.sequence} is another than {one.anchor} says: it, or one before it, "
                "was written anew"
            )
            yield Finding(Fault.REWRITTEN, detail, event.tenant_id, event.sequence)


def _check_heads(
    heads: Mapping[UUID, AuditHead], ends: Mapping[UUID, _Reached]
) -> Iterator[Finding]:
    for chain in heads.keys() | ends.keys():
        head, end = heads.get(chain), ends.get(chain) or _Reached(chain)
        said = _Reached(chain) if head is None else _Reached(chain, head.sequence, head.hash)
        if (said.sequence, said.hash) != (end.sequence, end.hash):
            detail = f"the chain ends at event {end.sequence}, its head says {said.sequence}"
            yield Finding(Fault.HEAD_DIFFERS, detail, chain, min(end.sequence, said.sequence) + 1)


def _cut_off(
    points: Mapping[UUID, Mapping[int, Sequence[AnchoredHead]]], ends: Mapping[UUID, _Reached]
) -> Iterator[Finding]:
    for chain, anchors in points.items():
        end = ends[chain].sequence if chain in ends else 0
        last = max(anchors)
        if last > end:
            anchor = anchors[last][0].anchor
            detail = f"events {end + 1} to {last} are not there: {anchor} says that they were"
            yield Finding(Fault.CUT_OFF, detail, chain, end + 1)


def _payloads_without_event(session: Session, tenant_id: UUID | None) -> Iterator[Finding]:
    is_of_event: ColumnElement[bool] = (
        select(AuditEvent.sequence)
        .where(
            AuditEvent.tenant_id == AuditPayload.tenant_id,
            AuditEvent.sequence == AuditPayload.sequence,
        )
        .exists()
    )
    stray = select(AuditPayload.tenant_id, AuditPayload.sequence).where(
        ~is_of_event, true() if tenant_id is None else AuditPayload.tenant_id == tenant_id
    )
    for chain, sequence in session.execute(stray):
        detail = f"there is a payload of event {sequence}, and no such event"
        yield Finding(Fault.PAYLOAD_WITHOUT_EVENT, detail, chain, sequence)


def as_link(event: AuditEvent) -> Link:
    """Return what the hash of a stored event should be over."""
    return Link(
        tenant_id=event.tenant_id,
        sequence=event.sequence,
        at=event.at,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        action=event.action,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        request_id=event.request_id,
        payload_sha256=event.payload_sha256,
        previous_hash=event.previous_hash,
    )
