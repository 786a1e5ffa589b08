"""What is done to imports: a file is accepted, confirmed, discarded, undone; jobs do the work."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.errors import FieldError, InvalidInput
from core.identity.actor import Actor
from core.identity.policy import STAFF
from core.jobs import Job, JobState, enqueue
from providers.imports.errors import FileEmpty, ImportNotChecked, ImportNotUndoable
from providers.imports.models import (
    SupplyImport,
    SupplyImportPart,
    SupplyImportState,
)
from providers.imports.queries import get_import
from providers.imports.states import SUBJECTS

IMPORT_CHECK = "import_check"
IMPORT_APPLY = "import_apply"
IMPORT_UNDO = "import_undo"
UNDO_DAYS = 30
_KEPT = timedelta(days=UNDO_DAYS)
_PART_BYTES = 1 << 20
_IN_HAND = (SupplyImportState.WAITING, SupplyImportState.APPLYING, SupplyImportState.UNDOING)
_WROTE = (SupplyImportState.APPLIED, SupplyImportState.APPLYING)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came in, on this machine's disk.

    Attributes:
        content: open for reading at its beginning.
        name: what its sender calls it; only for people to know it again.
        sha256: of its content, in hex.
        size: in bytes.
    """

    content: BinaryIO
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """An import that was accepted; `is_repeat` where the same file is being dealt with already."""

    supply_import: SupplyImport
    is_repeat: bool


def accept_file(
    session: Session, actor: Actor, *, kind: str, source: str, file: UploadedFile, now: datetime
) -> Accepted:
    """Keep a file and have a job look at it. Nothing else is written before somebody confirms it.

    Raises:
        InvalidInput: there is no such kind of table, or the source has no name.
        FileEmpty: the file has no bytes.
    """
    actor.require(*STAFF)
    _require_kind_and_source(kind, source)
    if not file.size:
        raise FileEmpty("the file has no bytes: choose the table again")
    same_file = select(SupplyImport).where(
        SupplyImport.kind == kind,
        SupplyImport.source == source,
        SupplyImport.file_sha256 == file.sha256,
    )
    in_hand = same_file.where(SupplyImport.state.in_(_IN_HAND))
    for found in session.scalars(in_hand.order_by(SupplyImport.created_at.desc())):
        if not has_stopped(session, found):
            return Accepted(found, is_repeat=True)
    for unconfirmed in session.scalars(
        same_file.where(SupplyImport.state == SupplyImportState.CHECKED).with_for_update()
    ):
        # What it found may be out of date by now.
        unconfirmed.state = SupplyImportState.DISCARDED
    repeats = session.scalar(
        same_file.where(SupplyImport.state.in_(_WROTE))
        .order_by(SupplyImport.confirmed_at.desc())
        .limit(1)
    )
    made = SupplyImport(
        id=uuid4(),
        kind=kind,
        source=source,
        file_name=_clean_name(file.name),
        file_sha256=file.sha256,
        file_bytes=file.size,
        actor=actor.actor_id,
        state=SupplyImportState.WAITING,
        repeats_id=None if repeats is None else repeats.id,
        created_at=now,
    )
    session.add(made)
    session.flush()
    for number, content in enumerate(_parts(file.content)):
        session.execute(
            insert(SupplyImportPart), [{"import_id": made.id, "number": number, "content": content}]
        )
    made.job_id = enqueue(session, IMPORT_CHECK, {"import_id": str(made.id)}).id
    session.flush()
    record(session, actor, Action.IMPORT_ACCEPTED, import_subject(made.id), {"kind": kind})
    return Accepted(made, is_repeat=False)


def import_subject(import_id: UUID) -> Subject:
    """Return an import as the audit trail names it."""
    return Subject(SubjectKind.IMPORT, str(import_id))


def _require_kind_and_source(kind: str, source: str) -> None:
    if kind not in SUBJECTS:
        detail = f"{kind!r} cannot be imported here: choose one of {', '.join(SUBJECTS)}"
        raise InvalidInput(detail, fields=[FieldError(detail, "#/kind")])
    if not 1 <= len(source) <= 60 or source != source.strip() or _has_controls(source):
        detail = "a source has a name of 1 to 60 characters that can be seen"
        raise InvalidInput(detail, fields=[FieldError(detail, "#/source")])


def _has_controls(text: str) -> bool:
    return any(
        character != " " and unicodedata.category(character).startswith(("C", "Z"))
        for character in text
    )


def _clean_name(name: str) -> str:
    """A file's name without folders and without what cannot be seen, for pages and workbooks."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(
        character for character in last if not unicodedata.category(character).startswith("C")
    )
    return seen.strip()[:300] or "table"


def _parts(content: BinaryIO) -> Iterator[bytes]:
    while part := content.read(_PART_BYTES):
        yield part


def is_in_hand(supply_import: SupplyImport) -> bool:
    """Tell whether a job has to do something with an import."""
    return supply_import.state in _IN_HAND


def has_stopped(session: Session, supply_import: SupplyImport) -> bool:
    """Tell whether the job of an import has ended without having done it."""
    if supply_import.job_id is None:
        return True
    state = session.scalar(select(Job.state).where(Job.id == supply_import.job_id))
    return state in {None, JobState.PARKED, JobState.CANCELLED}


def confirm_import(
    session: Session, actor: Actor, *, import_id: UUID, now: datetime
) -> SupplyImport:
    """Have the good rows of an import written; one that is being written is left to go on.

    Raises:
        ImportNotFound: there is none.
        ImportNotChecked: it is not ready, or there is nothing to write.
    """
    actor.require(*STAFF)
    found = get_import(session, import_id, is_locked=True)
    if found.state in _WROTE and not (
        found.state == SupplyImportState.APPLYING and has_stopped(session, found)
    ):
        return found
    if found.state == SupplyImportState.CHECKED:
        if not found.rows_new + found.rows_changed:
            raise ImportNotChecked("no row is new or changed: there is nothing to import")
        found.confirmed_at = now
        found.confirmed_by = actor.actor_id
        found.undo_until = now + _KEPT
        found.state = SupplyImportState.APPLYING
    elif found.state != SupplyImportState.APPLYING:
        raise ImportNotChecked(
            f"the import is {found.state}: only one that was checked is confirmed"
        )
    found.job_id = enqueue(session, IMPORT_APPLY, {"import_id": str(import_id)}).id
    session.flush()
    record(session, actor, Action.IMPORT_CONFIRMED, import_subject(import_id))
    return found


def discard_import(session: Session, actor: Actor, *, import_id: UUID) -> SupplyImport:
    """Put an import away that nobody confirmed.

    Raises:
        ImportNotFound: there is none.
        ImportNotChecked: it was confirmed.
    """
    actor.require(*STAFF)
    found = get_import(session, import_id, is_locked=True)
    if found.confirmed_at is not None:
        raise ImportNotChecked("the import was confirmed: undo it instead")
    found.state = SupplyImportState.DISCARDED
    session.flush()
    record(session, actor, Action.IMPORT_DISCARDED, import_subject(import_id))
    return found


def undo_import(session: Session, actor: Actor, *, import_id: UUID, now: datetime) -> SupplyImport:
    """Have the rows of an import taken back, except where somebody has changed them since.

    Raises:
        ImportNotFound: there is none.
        ImportNotUndoable: nothing of it is written, it is being written, or it is too long ago.
    """
    actor.require(*STAFF)
    found = get_import(session, import_id, is_locked=True)
    if found.state == SupplyImportState.UNDONE:
        return found
    if found.state == SupplyImportState.UNDOING:
        if not has_stopped(session, found):
            return found
    elif found.state == SupplyImportState.APPLYING:
        if not has_stopped(session, found):
            raise ImportNotUndoable("its rows are being written: wait until that has ended")
    elif found.state != SupplyImportState.APPLIED:
        raise ImportNotUndoable(f"the import is {found.state}: nothing of it is written")
    if found.undo_until is None or found.undo_until < now:
        raise ImportNotUndoable(
            f"an import can be undone for {UNDO_DAYS} days: export the table, change it and import it"
        )
    found.state = SupplyImportState.UNDOING
    found.undone_by = actor.actor_id
    found.job_id = enqueue(session, IMPORT_UNDO, {"import_id": str(import_id)}).id
    session.flush()
    record(session, actor, Action.IMPORT_UNDO_ASKED, import_subject(import_id))
    return found
