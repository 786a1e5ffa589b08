"""Supply translated for matching, all of it: what the plain reference is built from."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from matching.types import Candidate, Matter
from providers.snapshot import reading


def read_candidates(session: Session, known_sectors: Iterable[str]) -> list[Candidate]:
    """Return every provider as a candidate, with its sectors of the list in force."""
    return reading.read_candidates(session, known_sectors=frozenset(known_sectors))


def read_matters(session: Session, known_sectors: Iterable[str]) -> list[Matter]:
    """Return all evidence as matters: equal pieces of joint-venture partners become one."""
    return reading.read_matters(session, known_sectors=frozenset(known_sectors))
