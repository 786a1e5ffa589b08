"""Writes of demand: what an enterprise does with its needs."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action
from core.identity import policy
from core.identity.actor import Actor
from enterprises import understanding
from enterprises.access import access_need, access_need_to_change
from enterprises.corrections import as_used, differences
from enterprises.errors import StaleNeed
from enterprises.models import Need, NeedVersion, ReadingCorrection
from enterprises.need_matches import NeedMatch
from enterprises.schemas import NeedCreate, NeedUpdate, ReadingRead, StructuredNeed
from enterprises.trail import need_subject
from providers.engine import Engine

STRUCTURED_FIELDS = frozenset(StructuredNeed.model_fields)


def create_need(
    session: Session, actor: Actor, engine: Engine, *, body: NeedCreate, now: datetime
) -> Need:
    """Store a need, with its text read as of today.

    Raises:
        InvalidInput: a code is unknown, the text cannot be read, or nothing is asked for.
    """
    policy.require(policy.may_write_needs(actor), actor)
    reading = understanding.understand(engine, body, on=now.date())
    need = Need(id=uuid4(), tenant_id=actor.tenant, version=1, created_at=now, updated_at=now)
    session.add(need)
    session.flush()
    _write_version(
        session,
        actor,
        tenant_id=need.tenant_id,
        need_id=need.id,
        version=1,
        body=body,
        reading=reading,
        now=now,
    )
    record(session, actor, Action.NEED_CREATED, need_subject(need.id, need.tenant_id))
    session.refresh(need)
    return need


def update_need(
    session: Session,
    actor: Actor,
    engine: Engine,
    *,
    need_id: UUID,
    body: NeedUpdate,
    now: datetime,
) -> Need:
    """Replace the content of a need by a new version.

    Raises:
        NeedNotFound: there is no such need, or the actor may not know of it.
        InvalidInput: a code is unknown, the text cannot be read, or nothing is asked for.
        StaleNeed: `body.version` is not the current version.
    """
    access_need_to_change(session, actor, need_id, now=now)
    reading = understanding.understand(engine, body, on=now.date())
    # Reading the version first and writing then would let two writers both win; the condition in
    # the UPDATE is decided by the database, which lets one of them match a row.
    tenant_id = session.execute(
        update(Need)
        .where(
            Need.id == need_id,
            Need.tenant_id == actor.tenant,
            Need.version == body.version,
            Need.deleted_at.is_(None),
        )
        .values(version=body.version + 1, updated_at=now)
        .returning(Need.tenant_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if tenant_id is None:
        session.expire_all()
        raise StaleNeed(body.version, access_need(session, actor, need_id, now=now).version)
    _write_version(
        session,
        actor,
        tenant_id=tenant_id,
        need_id=need_id,
        version=body.version + 1,
        body=body,
        reading=reading,
        now=now,
    )
    record(
        session,
        actor,
        Action.NEED_UPDATED,
        need_subject(need_id, tenant_id),
        {"version": body.version + 1},
    )
    session.expire_all()
    return access_need(session, actor, need_id, now=now)


def delete_need(session: Session, actor: Actor, *, need_id: UUID, now: datetime) -> None:
    """Delete a need: it and its recommendations are no longer shown to anybody.

    Raises:
        NeedNotFound: there is no such need.
    """
    need = access_need_to_change(session, actor, need_id, now=now)
    need.deleted_at = now
    record(session, actor, Action.NEED_DELETED, need_subject(need_id, need.tenant_id))
    _forget_corrections(session, need_id)
    session.execute(delete(NeedMatch).where(NeedMatch.need_id == need_id))
    session.flush()


def _forget_corrections(session: Session, need_id: UUID) -> None:
    session.execute(delete(ReadingCorrection).where(ReadingCorrection.need_id == need_id))


def _write_version(
    session: Session,
    actor: Actor,
    *,
    tenant_id: UUID,
    need_id: UUID,
    version: int,
    body: StructuredNeed,
    reading: ReadingRead | None,
    now: datetime,
) -> None:
    session.add(
        NeedVersion(
            tenant_id=tenant_id,
            need_id=need_id,
            version=version,
            structured=body.model_dump(mode="json", include=set(STRUCTURED_FIELDS)),
            reading=None if reading is None else reading.model_dump(mode="json"),
            written_by=actor.actor_id,
            written_at=now,
        )
    )
    session.flush()
    if not body.use_for_training:
        # Consent is for the need as a whole: taking it back forgets what earlier versions gave.
        _forget_corrections(session, need_id)
    elif reading is not None:
        need = StructuredNeed.model_validate(body.model_dump(include=set(STRUCTURED_FIELDS)))
        session.add_all(
            ReadingCorrection(
                tenant_id=tenant_id,
                need_id=need_id,
                version=version,
                field=field,
                read=read,
                meant=meant,
                recorded_at=now,
            )
            for field, (read, meant) in differences(reading, as_used(need, reading)).items()
        )
    session.flush()
