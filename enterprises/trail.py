"""What the audit trail says of needs: in the chain of the organisation whose they are.

Reads are noted where the text of a need comes out of the database, whichever function asked for it:
nobody who adds a page can forget it. What is noted is written before an answer leaves.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import QueryContext, Session

from core.audit.reads import ReadsDesk
from core.audit.service import record_read
from core.audit.vocabulary import ReadPurpose, Subject, SubjectKind
from core.db import SessionFactory, reading
from core.identity.actor import Actor, UserKind
from enterprises.models import Need, NeedVersion, Recommendation

_NOTED = "landbridge_needs_read"


def need_subject(need_id: UUID, tenant_id: UUID) -> Subject:
    """Return a need as the audit trail names it."""
    return Subject(SubjectKind.NEED, str(need_id), tenant_id)


def watch_reads(session: Session) -> None:
    """Note from now on which needs are read in a session, each once."""
    session.info.setdefault(_NOTED, {})


@event.listens_for(NeedVersion, "load")
@event.listens_for(Recommendation, "load")
def _note_loaded(loaded: NeedVersion | Recommendation, context: QueryContext) -> None:
    # A recommendation repeats the words that it was made for.
    noted: dict[UUID, UUID] | None = context.session.info.get(_NOTED)
    if noted is not None:
        noted[loaded.need_id] = loaded.tenant_id


def note_read(session: Session, need_ids: Iterable[UUID]) -> None:
    """Note that the text of needs is read from where it was copied to; of a session that is watched."""
    noted: dict[UUID, UUID] | None = session.info.get(_NOTED)
    if noted is not None and (unknown := set(need_ids) - noted.keys()):
        whose = select(Need.id, Need.tenant_id).where(Need.id.in_(unknown))
        noted.update((need_id, tenant_id) for need_id, tenant_id in session.execute(whose))


def forget_unshown(session: Session, needs: Iterable[Need]) -> None:
    """Take out of what was noted the needs that were fetched only to see whether there are more."""
    noted: dict[UUID, UUID] = session.info.get(_NOTED, {})
    for need in needs:
        noted.pop(need.id, None)


def record_needs_read(
    session: Session, actor: Actor, need_ids: Iterable[UUID], *, purpose: ReadPurpose
) -> None:
    """Record in the transaction of something else that the text of needs was read for it."""
    watch_reads(session)
    note_read(session, need_ids)
    record_noted(session, actor, purpose=purpose)


def record_noted(session: Session, actor: Actor, *, purpose: ReadPurpose | None = None) -> None:
    """Record what was noted in a session as read.

    Args:
        session: one that is watched.
        actor: for whom it was read.
        purpose: for what; None means what is usual for whoever asks.
    """
    noted: dict[UUID, UUID] = session.info.pop(_NOTED, {})
    for need_id, tenant_id in noted.items():
        record_read(
            session,
            actor,
            need_subject(need_id, tenant_id),
            purpose=_usual_purpose(actor, tenant_id) if purpose is None else purpose,
        )


def _usual_purpose(actor: Actor, tenant_id: UUID) -> ReadPurpose:
    if actor.tenant_id == tenant_id:
        return ReadPurpose.OWN_NEED
    return ReadPurpose.JUDGING if actor.kind is UserKind.COMMITTEE else ReadPurpose.SUPPORT


@contextmanager
def reading_needs(
    sessions: SessionFactory, actor: Actor, *, purpose: ReadPurpose
) -> Generator[Session]:
    """As `core.db.reading`; which needs were read in it stands in the audit trail when it ends."""
    with reading(sessions) as session:
        watch_reads(session)
        yield session
        record_noted(session, actor, purpose=purpose)
    ReadsDesk(sessions).write(session)
