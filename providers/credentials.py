"""Qualifications that run out: noted once when they are about to, and once when they have.

Matching asks of every qualification whether it holds on the day of the need, so nothing has to
happen for an expired one to count no more. What was matched before that day is matched again, and
whoever answers for the provider is told in time.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    String,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, UtcDateTime, reading
from core.job_runs import Run
from core.moment import moment
from providers.catalogue_state import lock_catalogue, of_providers, touch_catalogue
from providers.models import Provider

CREDENTIAL_EXPIRY: Final = "credential_expiry"
TOLD_BEFORE: Final = timedelta(days=30)
_READ_AT_ONCE: Final = 1_000


class ExpiryStage(StrEnum):
    """Whether a qualification is about to run out or has; its last day still counts."""

    EXPIRING = "expiring"
    EXPIRED = "expired"


class CredentialNotice(Base):
    """That a qualification of a provider runs out, or has.

    A row is there as long as the provider's profile says so: renewed, it goes.
    """

    __tablename__ = "credential_notice"
    __table_args__ = (CheckConstraint("stage IN ('expiring', 'expired')", name="stage"),)

    provider_id: Mapped[UUID] = mapped_column(
        ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True
    )
    jurisdiction_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    stage: Mapped[ExpiryStage] = mapped_column(String(10))
    last_on: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


Tell = Callable[[Session, Sequence[CredentialNotice]], None]
"""Tells those concerned of new notices, in the transaction that writes them."""


def tell_nobody(_session: Session, _notices: Sequence[CredentialNotice]) -> None:
    """Leave the notices for whoever asks for them."""


def scan_credentials(
    run: Run,
    *,
    tell: Tell = tell_nobody,
    when_expired: Callable[[Session], object],
    today: Callable[[Session], date] | None = None,
) -> None:
    """Do a `credential_expiry` job: note what runs out, forget what was renewed.

    Providers are gone through in the order of their ids, a chunk in a transaction; done again it
    finds nothing new.

    Args:
        run: the attempt.
        tell: see `Tell`.
        when_expired: called in the transaction of a chunk in which a qualification has run out since
            the last scan: what was matched before may not hold any more.
        today: the day by the database's clock if None.

    Raises:
        LeaseLost, JobCancelled, JobReleased: what was noted so far stays.
    """
    with reading(run.sessions) as session:
        day = (today or _database_day)(session)
        total = session.scalar(select(func.count(Provider.id)).where(_of_interest())) or 0
    done, after = 0, None
    while True:
        with reading(run.sessions) as session:
            ids = _next_ids(session, after)
        if not ids:
            break
        done += len(ids)
        with run.chunk(min(done, total), total) as session:
            new = _note(session, ids, day)
            if new:
                tell(session, new)
            if any(notice.stage == ExpiryStage.EXPIRED for notice in new):
                when_expired(session)
        after = ids[-1]


def list_notices(session: Session, *, stage: ExpiryStage | None = None) -> list[CredentialNotice]:
    """Return what runs out or has, the earliest first."""
    wanted = select(CredentialNotice)
    if stage is not None:
        wanted = wanted.where(CredentialNotice.stage == stage)
    ordered = wanted.order_by(
        CredentialNotice.last_on, CredentialNotice.provider_id, CredentialNotice.jurisdiction_code
    )
    return list(session.scalars(ordered))


def stages_of(
    qualified_in: dict[str, str | None] | None, on: date
) -> dict[str, tuple[ExpiryStage, date]]:
    """Return which qualifications run out within 30 days of a day, or did before it, and when."""
    found: dict[str, tuple[ExpiryStage, date]] = {}
    for code, written in (qualified_in or {}).items():
        if written is None:
            continue
        last = date.fromisoformat(written)
        if last < on:
            found[code] = (ExpiryStage.EXPIRED, last)
        elif last - on <= TOLD_BEFORE:
            found[code] = (ExpiryStage.EXPIRING, last)
    return found


def _database_day(session: Session) -> date:
    now: datetime = session.scalars(select(moment())).one()
    return now.date()


def _of_interest() -> ColumnElement[bool]:
    """Say whose profile names qualifications, or once did."""
    return or_(
        Provider.qualified_in.is_not(None), Provider.id.in_(select(CredentialNotice.provider_id))
    )


def _next_ids(session: Session, after: UUID | None) -> Sequence[UUID]:
    wanted = select(Provider.id).where(_of_interest())
    if after is not None:
        wanted = wanted.where(Provider.id > after)
    return session.scalars(wanted.order_by(Provider.id).limit(_READ_AT_ONCE)).all()


def _note(session: Session, ids: Sequence[UUID], day: date) -> list[CredentialNotice]:
    """Bring the notices of some providers up to date; return those that are new."""
    # First, as whoever writes providers does: what is read below stays until the commit.
    lock_catalogue(session)
    stored: dict[UUID, dict[str, CredentialNotice]] = {}
    for notice in session.scalars(
        select(CredentialNotice).where(CredentialNotice.provider_id.in_(ids))
    ):
        stored.setdefault(notice.provider_id, {})[notice.jurisdiction_code] = notice
    profiles = session.execute(
        select(Provider.id, Provider.qualified_in).where(Provider.id.in_(ids))
    )
    new: list[CredentialNotice] = []
    for provider_id, qualified_in in profiles:
        wanted = stages_of(qualified_in, day)
        known = stored.get(provider_id, {})
        for code, notice in known.items():
            if wanted.get(code) != (notice.stage, notice.last_on):
                session.delete(notice)
        session.flush()
        new += [
            CredentialNotice(
                provider_id=provider_id,
                jurisdiction_code=code,
                stage=stage,
                last_on=last,
                noted_at=moment(),
            )
            for code, (stage, last) in wanted.items()
            if code not in known or (known[code].stage, known[code].last_on) != (stage, last)
        ]
    session.add_all(new)
    session.flush()
    expired = {one.provider_id for one in new if one.stage == ExpiryStage.EXPIRED}
    if expired:
        touch_catalogue(session, of_providers(expired))
    return new
