"""Who of the platform's staff has read a need, and to what purpose: shown to its enterprise."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Owned, UtcDateTime
from core.identity.actor import Actor
from enterprises.models import Need

# How long one stated purpose lets its author read.
OPEN_FOR: Final = timedelta(hours=1)


class NeedAccess(Owned, Base):
    """A purpose for which somebody was let in to a need that is not theirs, until `ends_at`.

    Rows are only ever added, and go with the need.
    """

    __tablename__ = "need_access"
    __table_args__ = (
        CheckConstraint("purpose <> ''", name="purpose"),
        ForeignKeyConstraint(
            ["tenant_id", "need_id"], ["need.tenant_id", "need.id"], ondelete="CASCADE"
        ),
        Index("ix_need_access_tenant_id_need_id", "tenant_id", "need_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    need_id: Mapped[UUID]
    reader_id: Mapped[str] = mapped_column(String(120))
    reader_kind: Mapped[str] = mapped_column(String(14))
    purpose: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


def add_access(
    session: Session, actor: Actor, need: Need, *, purpose: str, now: datetime
) -> NeedAccess:
    """Let an actor in for an hour. Whoever calls this has asked whether they may."""
    access = NeedAccess(
        id=uuid4(),
        tenant_id=need.tenant_id,
        need_id=need.id,
        reader_id=actor.actor_id,
        reader_kind=actor.kind,
        purpose=purpose,
        opened_at=now,
        ends_at=now + OPEN_FOR,
    )
    session.add(access)
    session.flush()
    return access


def is_open_to(session: Session, actor: Actor, need_id: UUID, *, now: datetime) -> bool:
    """Tell whether a purpose that the actor has stated for a need still lets them in."""
    opened = exists().where(
        NeedAccess.need_id == need_id,
        NeedAccess.reader_id == actor.actor_id,
        NeedAccess.opened_at <= now,
        NeedAccess.ends_at > now,
    )
    return bool(session.scalar(select(opened)))


def accesses_of(session: Session, need_id: UUID) -> Sequence[NeedAccess]:
    """Return who was let in to a need, latest first."""
    wanted = select(NeedAccess).where(NeedAccess.need_id == need_id)
    return session.scalars(wanted.order_by(NeedAccess.opened_at.desc(), NeedAccess.id)).all()
