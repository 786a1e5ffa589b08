"""What is stored sealed with the deployment's keys: by which of them, and all of it sealed anew.

A key is replaced in three steps: the new one is written before it in the settings, everything is
sealed anew, and the old one is taken out once nothing is sealed with it any more. Servers go on
meanwhile. What is sealed with a person's own key stays as it is: that key is what is sealed here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.audit.service import record
from core.audit.vocabulary import Action, Subject, SubjectKind
from core.db import SessionFactory, overwrite_deleted, reading, transaction
from core.identity.accounts import digest_of_email, read_person
from core.identity.actor import Actor
from core.identity.invitations import INVITATION_PURPOSE
from core.identity.models import Account, Invitation, OneTimeSecret, PersonKey
from core.outbox.models import WebhookSecret
from core.outbox.webhooks import SECRET_PURPOSE
from core.sealing import ID_AT, ID_BYTES, PERSON_PURPOSE, Keyring, SealBroken

_AT_ONCE = 500
STAGE: Final = "sealed anew"

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A column that is sealed.

    Attributes:
        what: what stands in it, in words.
        key: the primary key of its table.
        sealed: the column.
        purpose: for what its values are sealed.
        is_lasting: whether it is missed for good once nobody can open it.
    """

    what: str
    key: InstrumentedAttribute[Any]  # Any: of whatever type the key is
    sealed: InstrumentedAttribute[Any]  # Any: bytes, or none where there may be none
    purpose: ColumnElement[str]
    is_lasting: bool

    @property
    def key_id(self) -> ColumnElement[bytes]:
        """The id of the deployment's key that a value is sealed with."""
        return func.substr(self.sealed, ID_AT + 1, ID_BYTES, type_=LargeBinary)


SEALED: Final = (
    _Sealed(
        "keys of people", PersonKey.person_id, PersonKey.wrapped, literal(PERSON_PURPOSE), True
    ),
    _Sealed(
        "secrets of webhooks", WebhookSecret.id, WebhookSecret.sealed, literal(SECRET_PURPOSE), True
    ),
    _Sealed(
        "addresses of invitations",
        Invitation.id,
        Invitation.sealed,
        literal(INVITATION_PURPOSE),
        False,
    ),
    _Sealed(
        "registrations and sign-ins under way",
        OneTimeSecret.digest,
        OneTimeSecret.sealed,
        OneTimeSecret.purpose.expression,
        False,
    ),
)


def count_sealed(session: Session) -> dict[str, dict[bytes, int]]:
    """Count what is sealed, by what it is and by the id of the key."""
    return {one.what: _count(session, one) for one in SEALED}


def find_key_fault(session: Session, ring: Keyring) -> str | None:
    """Say why the keys of the settings are not those of the database; None where they are.

    What is over within days is left out: nobody would miss it for long.
    """
    unknown = {
        one.what: count
        for one in SEALED
        if one.is_lasting and (count := _unknown(_count(session, one), ring))
    }
    if unknown:
        return (
            f"{_listed(unknown)} were sealed with a key that is not in LANDBRIDGE_SEALING_KEYS: "
            "write it there after the others; `secret` stands for the one that is made from "
            "LANDBRIDGE_SECRET_KEY"
        )
    if not all(_is_found(session, ring, latest) for latest in (False, True)):
        return (
            "accounts are not found by their address: set LANDBRIDGE_DIGEST_KEY to what `landbridge "
            "keys digest` printed while the key that was taken out of LANDBRIDGE_SEALING_KEYS was "
            "still in it"
        )
    return None


def seal_anew(
    sessions: SessionFactory, actor: Actor, ring: Keyring, *, report: Report
) -> dict[str, int]:
    """Seal everything with the newest key that is sealed with another, some rows in a transaction.

    Broken off, it goes on from there when it is called again. What changes meanwhile is left as it
    becomes. What none of the keys opens stays as it is.

    Args:
        sessions: of the database.
        actor: who has it done.
        ring: the keys.
        report: told how far it has come.

    Returns:
        How many values were sealed anew, by what they are.
    """
    with reading(sessions) as session:
        counts = {one.what: _count(session, one) for one in SEALED}
    old = [key for key in ring.ids[1:] if key != ring.ids[0]]
    total = sum(count[key] for count in counts.values() for key in old)
    done = Counter[str]()
    report(STAGE, 0, total)
    for one in SEALED:
        last: object = None
        while True:
            with transaction(sessions) as session:
                rows = _after(session, one, old, last)
                if not rows:
                    break
                renewed = sum(_renew(session, ring, one, row) for row in rows)
                if renewed:
                    subject = Subject(SubjectKind.KEYS, ring.ids[0].hex())
                    record(session, actor, Action.KEYS_RENEWED, subject, {"values": renewed})
                overwrite_deleted(session)
            last = rows[-1][0]
            done[one.what] += renewed
            report(STAGE, min(done.total(), total), total)
    return {one.what: done[one.what] for one in SEALED}


_Row = tuple[Any, bytes, str]  # Any: the key of whatever table


def _after(session: Session, one: _Sealed, old: Sequence[bytes], last: object) -> list[_Row]:
    """Return the next rows that are sealed with one of some keys."""
    wanted = select(one.key, one.sealed, one.purpose).where(one.key_id.in_(old))
    if last is not None:
        wanted = wanted.where(one.key > last)
    rows = session.execute(wanted.order_by(one.key).limit(_AT_ONCE)).all()
    return [(key, bytes(sealed), purpose) for key, sealed, purpose in rows]


def _renew(session: Session, ring: Keyring, one: _Sealed, row: _Row) -> bool:
    """Seal one value anew unless it has changed; return whether that was done."""
    key, sealed, purpose = row
    try:
        plain = ring.open(sealed, purpose=purpose)
    except SealBroken:
        return False
    renewed = session.execute(
        update(one.key.class_)
        .where(one.key == key, one.sealed == sealed)
        .values({one.sealed: ring.seal(plain, purpose=purpose)})
        .returning(one.key)
        .execution_options(synchronize_session=False)
    )
    return renewed.first() is not None


def _count(session: Session, one: _Sealed) -> Counter[bytes]:
    key_id = one.key_id.label("key_id")
    found = session.execute(
        select(key_id, func.count()).where(one.sealed.is_not(None)).group_by(key_id)
    )
    return Counter({bytes(key): count for key, count in found})


def _unknown(counts: Mapping[bytes, int], ring: Keyring) -> int:
    return sum(count for key, count in counts.items() if key not in ring.ids)


def _listed(counts: Mapping[str, int]) -> str:
    return " and ".join(f"{what} ({count:,})" for what, count in counts.items())


def _is_found(session: Session, ring: Keyring, latest: bool) -> bool:
    """Tell whether the latest or the first account would be found by its address."""
    at = Account.created_at.desc() if latest else Account.created_at
    found = session.execute(
        select(Account.id, Account.email_digest)
        .join(PersonKey, PersonKey.person_id == Account.id)
        .where(Account.email_digest.is_not(None), Account.sealed.is_not(None))
        .order_by(at)
        .limit(1)
    ).first()
    if found is None:
        return True
    try:
        email = read_person(session, ring, found[0]).email
    except SealBroken:
        return True  # its bytes are damaged, which other keys would not mend
    return digest_of_email(ring, email) == found[1]
