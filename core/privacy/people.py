"""All that is kept of one person: exported, brought in again, erased.

Each part of the platform that keeps something of people says so by a `PersonPart`; the edges hand
over all of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.db import overwrite_deleted
from core.identity.actor import SYSTEM, Actor, UserKind
from core.identity.models import PersonKey
from core.privacy import archive
from core.privacy.errors import ArchiveRefused, PersonErased, PersonKnown, PersonNotFound
from core.privacy.keys import make_key, open_key
from core.privacy.models import ErasedDigest, PersonTombstone
from core.privacy.shredding import Erased, ShredList
from core.sealing import Keyring, PersonSeal

log = structlog.get_logger()

Json = Mapping[str, Any]  # Any: JSON, as each part writes it

_AT_ONCE = 500


class ErasureReason(StrEnum):
    """Why somebody was erased."""

    REQUEST = "request"
    WITHDRAWAL = "withdrawal"
    MISTAKE = "mistake"
    RETENTION = "retention"
    LEFT = "left"


class PersonPart(Protocol):
    """A part of the platform that keeps something of people."""

    @property
    def name(self) -> str:
        """What its file in an archive is called."""
        ...

    def export(self, session: Session, seal: PersonSeal, person_id: UUID) -> Json | None:
        """Return what is kept of a person, None for nothing."""
        ...

    def bring_in(self, session: Session, seal: PersonSeal, person_id: UUID, data: Json) -> None:
        """Store what `export` returned, so that it returns the same again.

        Raises:
            ValueError, KeyError, TypeError: it is something else.
        """
        ...

    def erase(self, session: Session, person_id: UUID) -> Sequence[str]:
        """Remove it; return keyed digests by which the person is known if brought in again."""
        ...


def export_person(
    session: Session,
    actor: Actor,
    ring: Keyring,
    parts: Sequence[PersonPart],
    *,
    person_id: UUID,
    now: datetime,
) -> bytes:
    """Return an archive of all that is kept of a person.

    Raises:
        PersonErased, PersonNotFound: there is nobody.
        Forbidden: it is neither an operator nor the person.
    """
    _require_right(actor, person_id)
    seal = open_key(session, ring, person_id)
    files: dict[str, Json] = {}
    for part in parts:
        data = part.export(session, seal, person_id)
        if data is not None:
            files[part.name] = data
    record(session, actor, Action.PERSON_EXPORTED, _subject(person_id))
    return archive.pack(person_id, files, now=now)


def bring_in_person(
    session: Session,
    actor: Actor,
    ring: Keyring,
    parts: Sequence[PersonPart],
    *,
    content: bytes,
    now: datetime,
) -> UUID:
    """Store a person from an archive, under the id they had; they are sealed with a new key.

    Raises:
        ArchiveRefused: it is damaged, or holds what no part of this release understands.
        PersonKnown, PersonErased: there is such a person, or they were erased here.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
    person_id, files = archive.unpack(content)
    if session.get(PersonKey, person_id) is not None:
        raise PersonKnown(f"the person {person_id} is stored here already")
    unknown = sorted(files.keys() - {part.name for part in parts})
    if unknown:
        raise ArchiveRefused(f"it holds {', '.join(unknown)}, which this release does not know")
    seal = make_key(session, ring, person_id, now=now)
    for part in parts:
        if part.name in files:
            try:
                part.bring_in(session, seal, person_id, files[part.name])
            except (ValueError, KeyError, TypeError) as error:
                raise ArchiveRefused(f"{part.name}.json is not what this release writes") from error
    session.flush()
    record(session, actor, Action.PERSON_BROUGHT_IN, _subject(person_id))
    return person_id


def erase_person(
    session: Session,
    actor: Actor,
    parts: Sequence[PersonPart],
    shred: ShredList,
    *,
    person_id: UUID,
    reason: ErasureReason,
    request_id: UUID | None,
    now: datetime,
) -> None:
    """Remove all that is kept of a person, and destroy the key that copies of it are sealed with.

    The list is written before anything is destroyed: whoever is killed in between has somebody on
    the list who is still there, and who goes when the list is applied next.

    Raises:
        PersonErased, PersonNotFound: there is nobody.
        ShredListUnusable: the list cannot be written; nothing was destroyed.
        Forbidden: it is neither an operator nor the person.
    """
    _require_right(actor, person_id)
    if session.get(PersonTombstone, person_id) is not None:
        raise PersonErased(f"the person {person_id} was erased before")
    if session.get(PersonKey, person_id) is None:
        raise PersonNotFound(f"nothing is kept of the person {person_id}")
    erased = Erased(person_id, reason, actor.actor_id, now)
    shred.add(erased)
    _bury(session, parts, erased, request_id=request_id)
    record(session, actor, Action.PERSON_ERASED, _subject(person_id), {"reason": reason})


def apply_shred_list(session: Session, parts: Sequence[PersonPart], shred: ShredList) -> int:
    """Erase everybody on the list again; write down those who are in the database only.

    For every database that may have gone back in time: after a restore, and when a server starts.

    Returns:
        How many people had come back.

    Raises:
        ShredListUnusable: the list cannot be read or written.
    """
    listed = shred.people()
    buried = {row.person_id: row for row in session.scalars(select(PersonTombstone))}
    for person_id in sorted(buried.keys() - set(listed)):
        row = buried[person_id]
        shred.add(Erased(person_id, row.reason, row.erased_by, row.erased_at))
    alive: set[UUID] = set()
    for start in range(0, len(listed), _AT_ONCE):
        some = listed[start : start + _AT_ONCE]
        alive.update(
            session.scalars(select(PersonKey.person_id).where(PersonKey.person_id.in_(some)))
        )
    for person_id in listed:
        if person_id in alive or person_id not in buried:
            erased = shred.read(person_id)
            _bury(session, parts, erased, request_id=None)
            record(
                session,
                SYSTEM,
                Action.PERSON_ERASED,
                _subject(person_id),
                {"reason": erased.reason, "again": True},
            )
    if alive:
        log.warning("people who were erased had come back", people=len(alive))
    return len(alive)


def _bury(
    session: Session, parts: Sequence[PersonPart], erased: Erased, *, request_id: UUID | None
) -> None:
    overwrite_deleted(session)
    for part in parts:
        for digest in part.erase(session, erased.person_id):
            session.merge(ErasedDigest(digest=digest, person_id=erased.person_id))
    session.execute(delete(PersonKey).where(PersonKey.person_id == erased.person_id))
    if session.get(PersonTombstone, erased.person_id) is None:
        session.add(
            PersonTombstone(
                person_id=erased.person_id,
                reason=erased.reason,
                request_id=request_id,
                erased_by=erased.by,
                erased_at=erased.at,
            )
        )
    session.flush()
    session.expire_all()


def _require_right(actor: Actor, person_id: UUID) -> None:
    if actor.actor_id != str(person_id):
        actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)


def _subject(person_id: UUID) -> Subject:
    return Subject(SubjectKind.PERSON, str(person_id))
