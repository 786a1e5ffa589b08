"""Anchors: how far each chain has come, signed, and written down where the database cannot reach.

An anchor holds the heads of all chains, and the checksum of the anchor before it. One that a
database does not bear out shows that events were cut off or written anew.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.models import AuditEvent
from core.audit.places import AnchorPlace, AnchorTaken, name_of
from core.audit.queries import list_heads
from core.audit.signing import PublicKeys, SigningKey
from core.audit.verify import AnchoredHead, Fault, Finding
from core.canonical import canonical_json, format_instant
from core.errors import InvalidState

_FORMAT: Final = 1
_TRIES: Final = 5


class AnchorContradicted(InvalidState):
    """The database does not bear out the latest anchor."""

    code = "audit-anchor-contradicted"
    title = "The audit trail is not what was anchored"


class AnchorNotWritten(InvalidState):
    """An anchor could not be written although nothing is wrong with the trail."""

    code = "audit-anchor-not-written"
    title = "The audit trail was not anchored"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was written down at one moment.

    Attributes:
        number: counted from 1.
        at: when, by the clock of whoever anchored.
        heads: number and hash of the last event of each chain.
        previous_sha256: of the file before, None of the first.
        accepted: why what contradicts earlier anchors is accepted from here on; None as a rule.
    """

    number: int
    at: datetime
    heads: dict[UUID, tuple[int, str]]
    previous_sha256: str | None
    accepted: str | None = None

    @property
    def name(self) -> str:
        """The name of its file."""
        return name_of(self.number)


class _Unusable(Exception):
    """An anchor cannot be believed; the text says why."""


@dataclass(frozen=True, slots=True)
class ReadAnchors:
    """All anchors of a place.

    Attributes:
        anchors: those that can be believed, in order.
        findings: what is wrong with others.
    """

    anchors: tuple[Anchor, ...]
    findings: tuple[Finding, ...]

    def heads(self) -> Iterator[AnchoredHead]:
        """Give what the trail must bear out: all anchors from the last one that accepted."""
        accepting = [index for index, one in enumerate(self.anchors) if one.accepted is not None]
        for anchor in self.anchors[accepting[-1] if accepting else 0 :]:
            for tenant_id, (sequence, value) in anchor.heads.items():
                yield AnchoredHead(tenant_id, sequence, value, anchor.name)


def write_anchor(
    session: Session,
    place: AnchorPlace,
    key: SigningKey,
    *,
    keys: PublicKeys,
    now: datetime,
    accepted: str | None = None,
) -> Anchor | None:
    """Write down how far each chain has come.

    Args:
        session: a transaction in which all reads see one state.
        place: where to.
        key: signs.
        keys: whose signatures of earlier anchors are believed.
        now: the moment.
        accepted: why what contradicts earlier anchors is to be accepted, as after a backup was
            restored; None refuses it.

    Returns:
        The anchor; None where no chain has moved since the latest one.

    Raises:
        AnchorContradicted: the trail does not bear out the latest anchor, or that one cannot be
            believed.
        AnchorNotWritten: others anchor at the same time, again and again.
        PlaceUnusable: the place cannot be read or written.
    """
    heads = {head.tenant_id: (head.sequence, head.hash) for head in list_heads(session)}
    for _ in range(_TRIES):
        last = max(place.numbers(), default=0)
        content = place.read(last) if last else None
        if content is not None and accepted is None:
            latest = _believed(content, last, keys)
            if latest.heads == heads:
                return None
            _require_borne_out(session, latest)
        anchor = Anchor(
            number=last + 1,
            at=now,
            heads=heads,
            previous_sha256=None if content is None else sha256(content).hexdigest(),
            accepted=accepted,
        )
        try:
            place.add(anchor.number, _signed(anchor, key))
        except AnchorTaken:
            continue
        return anchor
    raise AnchorNotWritten(f"others write anchors to {place.url} at the same time: try again")


def _believed(content: bytes, number: int, keys: PublicKeys) -> Anchor:
    try:
        return _parse(content, number, keys)
    except _Unusable as error:
        raise AnchorContradicted(
            f"the latest anchor cannot be believed, {error}: `landbridge audit verify` says more"
        ) from error


def _require_borne_out(session: Session, latest: Anchor) -> None:
    for tenant_id, (sequence, value) in latest.heads.items():
        event = session.get(AuditEvent, (tenant_id, sequence))
        if event is None or event.hash != value:
            raise AnchorContradicted(
                f"event {sequence} of the chain {tenant_id} is not what {latest.name} says: "
                "`landbridge audit verify` says more; after a backup was restored, "
                "`landbridge audit anchor --accept REASON` begins anew"
            )


def read_anchors(place: AnchorPlace, keys: PublicKeys) -> ReadAnchors:
    """Read all anchors of a place, and whether each can be believed and none is missing.

    What is wrong before one that accepted it is no finding any more.

    Raises:
        PlaceUnusable: the place cannot be read.
    """
    anchors: list[Anchor] = []
    findings: list[Finding] = []
    expected, previous = 1, None
    for number in place.numbers():
        content = place.read(number)
        try:
            anchor = _parse(content, number, keys)
            if anchor.accepted is not None:
                findings = []
            elif number != expected:
                raise _Unusable(f"the anchors {expected} to {number - 1} before it are not there")
            elif anchor.previous_sha256 != previous:
                raise _Unusable("the anchor before it is another than when it was written")
            anchors.append(anchor)
        except _Unusable as error:
            findings.append(Finding(Fault.ANCHOR_UNUSABLE, f"{name_of(number)}: {error}"))
        expected, previous = number + 1, sha256(content).hexdigest()
    return ReadAnchors(tuple(anchors), tuple(findings))


def _signed(anchor: Anchor, key: SigningKey) -> bytes:
    said = canonical_json(
        {
            "format": _FORMAT,
            "number": anchor.number,
            "at": format_instant(anchor.at),
            "heads": {str(chain): list(head) for chain, head in anchor.heads.items()},
            "previous_sha256": anchor.previous_sha256,
            "accepted": anchor.accepted,
        }
    )
    signature = base64.b64encode(key.sign(said.encode())).decode()
    return canonical_json({"anchor": said, "key": key.key_id, "signature": signature}).encode()


def _parse(content: bytes, number: int, keys: PublicKeys) -> Anchor:
    try:
        document: dict[str, str] = json.loads(content)
        said, signed_with = document["anchor"], document["key"]
        signature = base64.b64decode(document["signature"], validate=True)
        if not keys.knows(signed_with):
            raise _Unusable(
                f"it is signed with the key {signed_with}, which is not known here: name its public "
                "half in LANDBRIDGE_AUDIT_PUBLIC_KEYS"
            )
        if not keys.is_signed(said.encode(), signature=signature, signed_with=signed_with):
            raise _Unusable("its signature does not fit what it says")
        read: dict[str, Any] = json.loads(said)  # Any: JSON values, signed by us
        anchor = Anchor(
            number=read["number"],
            at=datetime.fromisoformat(read["at"]),
            heads={UUID(chain): (head[0], head[1]) for chain, head in read["heads"].items()},
            previous_sha256=read["previous_sha256"],
            accepted=read["accepted"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise _Unusable("it is no anchor") from error
    if anchor.number != number:
        raise _Unusable(f"it is the anchor {anchor.number} under another name")
    return anchor
