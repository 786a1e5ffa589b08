"""What people agreed to. Silence is no consent: where nothing is recorded, nothing is allowed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.identity.actor import Actor, UserKind
from core.privacy.errors import ConsentMissing
from core.privacy.keys import open_key
from core.privacy.models import Consent, Purpose
from core.sealing import Keyring

SEALED_AS: Final = "consent"

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a person said of a purpose: of all of their fields, and otherwise of some groups."""

    is_given: bool
    otherwise: frozenset[str] = frozenset()

    def covers(self, field_group: str) -> bool:
        """Tell whether they agree for a group of fields."""
        return self.is_given != (field_group in self.otherwise)

    def then(self, field_group: str | None, is_given: bool) -> "Agreement":
        """Return what holds after they said something more."""
        if field_group is None:
            return Agreement(is_given)
        others = self.otherwise - {field_group}
        return Agreement(
            self.is_given, others if is_given == self.is_given else others | {field_group}
        )


_SILENCE: Final = Agreement(is_given=False)


def record_consent(
    session: Session,
    actor: Actor,
    ring: Keyring,
    *,
    person_id: UUID,
    purpose: Purpose,
    field_group: str | None = None,
    is_given: bool,
    notice_version: str,
    evidence: str,
    now: datetime,
) -> Consent:
    """Write down that a person agrees to a purpose, or does not agree any more.

    Whoever reads after this is committed goes by it: nothing that depends on it is kept elsewhere.
    Whose people a provider's users may speak for, the caller has asked.

    Args:
        session: the caller's transaction.
        actor: who writes it down.
        ring: the deployment's keys.
        person_id: who agrees or does not.
        purpose: to what.
        field_group: for which of their fields; None for all of them.
        is_given: whether they agree.
        notice_version: of the notice they were given.
        evidence: where the proof lies.
        now: the moment.

    Raises:
        PersonErased, PersonNotFound: there is nobody who could agree.
    """
    actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR, UserKind.PROVIDER, UserKind.SERVICE)
    seal = open_key(session, ring, person_id)
    latest = session.scalar(select(func.max(Consent.number)).where(Consent.person_id == person_id))
    row = Consent(
        person_id=person_id,
        number=(latest or 0) + 1,
        purpose=purpose,
        field_group=field_group,
        is_given=is_given,
        notice_version=notice_version,
        evidence=seal.seal(evidence.encode(), purpose=SEALED_AS),
        recorded_by=actor.actor_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    record(
        session,
        actor,
        Action.CONSENT_RECORDED,
        Subject(SubjectKind.PERSON, str(person_id)),
        {
            "purpose": purpose,
            "field_group": field_group,
            "is_given": is_given,
            "notice_version": notice_version,
        },
    )
    return row


def purposes_of(session: Session, person_ids: Iterable[UUID]) -> Mapping[UUID, frozenset[Purpose]]:
    """Return what each person agrees to now for all of their fields; everybody asked for is in it."""
    return {
        person_id: frozenset(purpose for purpose, said in agreed.items() if said.is_given)
        for person_id, agreed in agreements_of(session, person_ids).items()
    }


def agreements_of(
    session: Session, person_ids: Iterable[UUID]
) -> Mapping[UUID, Mapping[Purpose, Agreement]]:
    """Return what each person said last, by purpose; everybody who is asked for is in it."""
    wanted = list(dict.fromkeys(person_ids))
    held: dict[UUID, dict[Purpose, Agreement]] = {person_id: {} for person_id in wanted}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.scalars(
            select(Consent)
            .where(Consent.person_id.in_(wanted[start : start + _AT_ONCE]))
            .order_by(Consent.person_id, Consent.number)
        )
        for row in rows:
            said, purpose = held[row.person_id], Purpose(row.purpose)
            said[purpose] = said.get(purpose, _SILENCE).then(row.field_group, row.is_given)
    return held


def require_consent(
    session: Session, person_id: UUID, purpose: Purpose, *, collected_for: Collection[Purpose]
) -> None:
    """Let a use of somebody's data pass only if they agree to it, and it was collected for it.

    Raises:
        ConsentMissing: they do not, or the notice they were given did not name the purpose.
    """
    if purpose not in collected_for:
        raise ConsentMissing(
            f"the data were not collected for {purpose}: give notice of it and ask first"
        )
    if purpose not in purposes_of(session, [person_id])[person_id]:
        raise ConsentMissing(f"the person has not agreed to {purpose}")


def list_consents(session: Session, person_id: UUID) -> list[Consent]:
    """Return all that a person agreed to or took back, oldest first."""
    return list(
        session.scalars(
            select(Consent).where(Consent.person_id == person_id).order_by(Consent.number)
        )
    )
