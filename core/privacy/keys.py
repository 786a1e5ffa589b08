"""The key of each person, with which all that tells who they are is sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.identity.models import PersonKey
from core.privacy.errors import PersonErased, PersonNotFound
from core.privacy.models import PersonTombstone
from core.sealing import Keyring, PersonSeal


def make_key(session: Session, ring: Keyring, person_id: UUID, *, now: datetime) -> PersonSeal:
    """Give a new person a key.

    Raises:
        PersonErased: somebody with this id was erased.
    """
    _refuse_erased(session, person_id)
    seal, wrapped = PersonSeal.make(ring)
    session.add(PersonKey(person_id=person_id, wrapped=wrapped, created_at=now))
    session.flush()
    return seal


def open_key(session: Session, ring: Keyring, person_id: UUID) -> PersonSeal:
    """Return the seal of a person.

    Raises:
        PersonErased: they were erased.
        PersonNotFound: there never was such a person.
        SealBroken: the deployment's keys are others than those it was wrapped with.
    """
    key = session.get(PersonKey, person_id)
    if key is None:
        _refuse_erased(session, person_id)
        raise PersonNotFound(f"nothing is kept of the person {person_id}")
    return PersonSeal.unwrap(ring, key.wrapped)


def _refuse_erased(session: Session, person_id: UUID) -> None:
    if session.get(PersonTombstone, person_id) is not None:
        raise PersonErased(f"the person {person_id} was erased")
