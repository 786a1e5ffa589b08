"""The transfer ledger: a row each time somebody's data leave their jurisdiction.

It lets no more people's data leave in a year than their basis serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import after_commit
from core.privacy.clocks import due_at
from core.privacy.errors import TransferRefused
from core.privacy.law import Cap, TransferBasis, law_of, packaged_laws
from core.privacy.models import (
    Transfer,
    TransferKind,
    TransferPerson,
    TransferYear,
)
from core.privacy.transfers import Recipient, Verdict, judge

log = structlog.get_logger()

WARN_AT = 0.8


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Whose data: a random id, where they are, and what allows their data to leave."""

    person_id: UUID
    place: str
    basis: TransferBasis
    contract_ref: str | None
    has_separate_consent: bool


@dataclass(frozen=True, slots=True)
class CapState:
    """How near a basis is to its end in a year.

    Attributes:
        law: whose.
        year: the calendar year there.
        cap: where the basis ends.
        persons: different people whose data left so far.
        sensitive_persons: of them, those with sensitive data.
    """

    law: str
    year: int
    cap: Cap
    persons: int
    sensitive_persons: int

    @property
    def share(self) -> float:
        """How much of it is used: 1 is the end."""
        return max(
            self.persons / self.cap.persons, self.sensitive_persons / self.cap.sensitive_persons
        )

    @property
    def is_near(self) -> bool:
        """Whether a warning is due."""
        return self.share >= WARN_AT


def record_transfer(
    session: Session,
    subject: DataSubject,
    *,
    kind: TransferKind,
    purpose: str,
    fields: Sequence[str],
    recipient: Recipient,
    now: datetime,
    is_sensitive: bool = False,
) -> Transfer | None:
    """Let somebody's data go to a recipient, and write it down where they leave their jurisdiction.

    Call it in the transaction that reads the data, before they are handed on: what is refused goes
    nowhere, and the answer leaves after the row is committed.

    Returns:
        The row, None where the data do not leave.

    Raises:
        TransferRefused: the rules forbid it, or the basis has served as many people as it may.
    """
    verdict = judge(
        subject.place,
        subject.basis,
        recipient,
        has_separate_consent=subject.has_separate_consent,
        on=now.date(),
    )
    if verdict.refusal is not None:
        raise TransferRefused(verdict.refusal)
    if not verdict.is_transfer:
        return None
    _count(session, subject, verdict, is_sensitive=is_sensitive, now=now)
    row = Transfer(
        id=uuid4(),
        person_id=subject.person_id,
        person_place=subject.place,
        kind=kind,
        purpose=purpose,
        fields=list(fields),
        is_sensitive=is_sensitive,
        recipient_id=recipient.organisation_id,
        recipient_country=recipient.country,
        onward=sorted(recipient.onward),
        law=verdict.law,
        basis=subject.basis,
        contract_ref=subject.contract_ref,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def _count(
    session: Session, subject: DataSubject, verdict: Verdict, *, is_sensitive: bool, now: datetime
) -> None:
    """Count a person in the year, or refuse where that would reach the end of the basis."""
    year = year_of(subject.place, now)
    counted = session.get(TransferPerson, (verdict.law, year, subject.person_id))
    if counted is not None and (counted.is_sensitive or not is_sensitive):
        return
    # Whoever counts somebody new waits here for all others who do: only then is the number true.
    total = _locked_year(session, verdict.law, year)
    counted = session.get(
        TransferPerson, (verdict.law, year, subject.person_id), populate_existing=True
    )
    persons = total.persons + (counted is None)
    sensitive = total.sensitive_persons + (
        is_sensitive and (counted is None or not counted.is_sensitive)
    )
    cap = verdict.rules.cap_of(subject.basis)
    if cap is not None and (persons >= cap.persons or sensitive >= cap.sensitive_persons):
        raise TransferRefused(
            f"on the basis {subject.basis}, data of fewer than {cap.persons:,} people "
            f"({cap.sensitive_persons:,} with sensitive data) may leave in {year}: another basis "
            "is needed"
        )
    if cap is not None:
        _warn(session, cap, verdict.law, year, (total.persons, persons))
    total.persons, total.sensitive_persons = persons, sensitive
    if counted is None:
        session.add(
            TransferPerson(
                law=verdict.law, year=year, person_id=subject.person_id, is_sensitive=is_sensitive
            )
        )
    else:
        counted.is_sensitive = counted.is_sensitive or is_sensitive
    session.flush()


def _locked_year(session: Session, law: str, year: int) -> TransferYear:
    found = session.get(TransferYear, (law, year), with_for_update=True, populate_existing=True)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.add(TransferYear(law=law, year=year, persons=0, sensitive_persons=0))
    except IntegrityError:
        pass  # another transaction was first, and has committed
    return session.get_one(TransferYear, (law, year), with_for_update=True, populate_existing=True)


def _warn(session: Session, cap: Cap, law: str, year: int, persons: tuple[int, int]) -> None:
    """Say once in the log that a basis is near its end: when the number passes that point."""
    before, after = persons
    if before < WARN_AT * cap.persons <= after:
        after_commit(
            session,
            lambda: log.warning(
                "transfer basis near its end",
                law=law,
                year=year,
                basis=str(cap.basis),
                persons=after,
                cap=cap.persons,
            ),
        )


def year_of(place: str, now: datetime) -> int:
    """Return the calendar year at a place; UTC's where its law is not known."""
    law = law_of(place)
    zone = timezone(timedelta(hours=law.utc_offset_hours)) if law else UTC
    return now.astimezone(zone).year


def cap_states(session: Session, *, now: datetime) -> list[CapState]:
    """Return, for each basis that ends at a number of people, how near its end it is this year."""
    states: list[CapState] = []
    for law in packaged_laws():
        version = law.on(now.date())
        if version is None or not version.transfer.caps:
            continue
        year = year_of(law.jurisdictions[0], now)
        total = session.get(TransferYear, (law.code, year))
        states += [
            CapState(
                law.code,
                year,
                cap,
                total.persons if total else 0,
                total.sensitive_persons if total else 0,
            )
            for cap in version.transfer.caps
        ]
    return states


@dataclass(frozen=True, slots=True)
class DossierDue:
    """By when a law wants a dossier of the transfers under it, counted from the first one."""

    law: str
    first_at: datetime
    due_at: datetime


def dossiers_due(session: Session, *, now: datetime) -> list[DossierDue]:
    """Return by when dossiers are due, of the laws that want one and under which data left."""
    found: list[DossierDue] = []
    for law in packaged_laws():
        version = law.on(now.date())
        clock = version.transfer.dossier if version is not None else None
        first_at = session.scalar(select(func.min(Transfer.at)).where(Transfer.law == law.code))
        if clock is not None and first_at is not None:
            found.append(
                DossierDue(law.code, first_at, due_at(first_at, clock, law.utc_offset_hours))
            )
    return found


def list_transfers(session: Session, person_id: UUID) -> list[Transfer]:
    """Return each time somebody's data left their jurisdiction, oldest first."""
    return list(
        session.scalars(
            select(Transfer)
            .where(Transfer.person_id == person_id)
            .order_by(Transfer.at, Transfer.id)
        )
    )
