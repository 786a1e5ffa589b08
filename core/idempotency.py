"""Answers kept by the key that a caller gave its request, so that a repeated request is done once.

The rules are Stripe's (docs.stripe.com/api/idempotent_requests). An answer is written in the
transaction of what it tells of: a process that is killed leaves both or neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    delete,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Owned, UtcDateTime
from core.errors import Conflict, InvalidInput
from core.identity.models import Organisation
from core.retention import rows_of

KEY_CHARACTERS: Final = 255
KEPT: Final = timedelta(hours=24)


class KeyInProgress(Conflict):
    """A request with the same `Idempotency-Key` has not ended yet. Repeat this one a little later."""

    code = "key-in-progress"
    title = "The same request is being dealt with"


class KeyReused(InvalidInput):
    """The `Idempotency-Key` came with another request before. Make a new key for each request; repeat a request with its own."""

    code = "key-reused"
    title = "The key belongs to another request"


class KeptAnswer(Owned, Base):
    """What a request was answered, under the key that came with it.

    `fingerprint` is the SHA-256 of the request, `route` its method and the template of its address.
    The body may hold what an enterprise wrote; rows are gone after `KEPT`.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "actor_id", "route", "key", name="uq_kept_answer_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey(Organisation.id, ondelete="CASCADE"))
    actor_id: Mapped[str] = mapped_column(String(120))
    route: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(KEY_CHARACTERS))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Whose key for what: the same key of another tenant, actor or route is another key."""

    tenant_id: UUID
    actor_id: str
    route: str
    key: str

    def condition(self) -> ColumnElement[bool]:
        """Choose the row of this key."""
        return and_(
            KeptAnswer.tenant_id == self.tenant_id,
            KeptAnswer.actor_id == self.actor_id,
            KeptAnswer.route == self.route,
            KeptAnswer.key == self.key,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was sent, with the headers that belong to it."""

    status: int
    headers: dict[str, str]
    body: bytes


def find_answer(session: Session, key: RequestKey, *, now: datetime) -> tuple[str, Answer] | None:
    """Return fingerprint and answer of the request that came with a key, None if none is kept."""
    found = session.scalar(
        select(KeptAnswer).where(key.condition(), KeptAnswer.created_at > now - KEPT)
    )
    if found is None:
        return None
    return found.fingerprint, Answer(found.status, found.headers, found.body)


def keep_answer(
    session: Session, key: RequestKey, *, fingerprint: str, answer: Answer, now: datetime
) -> None:
    """Write an answer in the transaction of what it tells of.

    Raises:
        KeyInProgress: another process has answered a request with this key meanwhile.
    """
    session.execute(
        delete(KeptAnswer)
        .where(key.condition(), KeptAnswer.created_at <= now - KEPT)
        .execution_options(synchronize_session=False)
    )
    try:
        with session.begin_nested():
            session.add(
                KeptAnswer(
                    id=uuid4(),
                    tenant_id=key.tenant_id,
                    actor_id=key.actor_id,
                    route=key.route,
                    key=key.key,
                    fingerprint=fingerprint,
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    created_at=now,
                )
            )
    except IntegrityError as error:
        raise KeyInProgress("a request with this key has just ended: repeat this one") from error


def forget_answers_to(session: Session, actor_id: str) -> None:
    """Delete every answer to somebody, such as an account that is erased."""
    session.execute(
        delete(KeptAnswer)
        .where(KeptAnswer.actor_id == actor_id)
        .execution_options(synchronize_session=False)
    )


RETENTION = (
    rows_of(
        "answers to requests with keys",
        days=KEPT / timedelta(days=1),
        key=KeptAnswer.id,
        needless=lambda before: KeptAnswer.created_at < before,
    ),
)
