"""Names of firms: what may stand in one, and when two look the same.

Two verified firms never have names that look alike: the second could pass for the first. What looks
alike is told by the confusables of Unicode (UTS 39), without regard to case.
"""

import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from confusable_homoglyphs import confusables
from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, UtcDateTime
from core.errors import Conflict
from core.identity.models import Organisation

_SKELETON_CHARACTERS: Final = 600
# Format, control, private, unassigned and half characters; separators of lines and paragraphs.
_REFUSED: Final = frozenset({"Cf", "Cc", "Co", "Cn", "Cs", "Zl", "Zp"})
# Letters that have no width of their own, but for the marks that writing systems need.
_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
# Of ASCII itself, in lower case.
_ALIKE: Final = str.maketrans({"i": "l", "1": "l", "0": "o"})
_PAIRS: Final = (("rn", "m"), ("vv", "w"))


class NameTaken(Conflict):
    """A verified firm has this name, or one that looks like it. If it is yours, write to the operators."""

    code = "name-taken"
    title = "A verified firm has a name that looks the same"


class VerifiedName(Base):
    """What the name of a verified organisation looks like: no other may look so."""

    __tablename__ = "verified_name"

    skeleton: Mapped[str] = mapped_column(String(_SKELETON_CHARACTERS), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey(Organisation.id, ondelete="CASCADE"), unique=True
    )
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)


def refuse_unsafe_name(name: str) -> str:
    """Let a name pass in which everything can be seen and reads in one direction.

    Raises:
        ValueError: it holds a character without a shape, such as one that turns the direction of
            writing round or has no width.
    """
    for character in name:
        if unicodedata.category(character) in _REFUSED or _is_invisible(character):
            raise ValueError(
                f"take out the invisible character U+{ord(character):04X}: a name holds only what "
                "can be seen"
            )
    return name


def _is_invisible(character: str) -> bool:
    # Variation selectors are marks by category; they choose a shape and have none.
    return character in _INVISIBLE or "\ufe00" <= character <= "\ufe0f" or character >= "\U000e0100"


def skeleton(name: str) -> str:
    """Return what names that look alike have in common.

    Compatibility forms, case, accents, spaces and punctuation make no difference, nor do letters of
    other scripts with the same shape. Only for comparison: it is no name.
    """
    # The shape first: what looks like a capital M may have a small letter that looks like no m.
    # Compatibility second, since it takes the Greek sigma that looks like a C for the one that does not.
    spelt = unicodedata.normalize("NFKC", "".join(map(_shape, name)))
    seen = "".join(map(_shape, spelt))
    spread = unicodedata.normalize("NFKD", seen.casefold())
    letters = "".join(
        _shape(letter) for letter in spread if unicodedata.category(letter)[0] in "LN"
    )
    letters = letters.casefold().translate(_ALIKE)
    for pair, one in _PAIRS:
        letters = letters.replace(pair, one)
    return letters[:_SKELETON_CHARACTERS]


def _shape(character: str) -> str:
    if unicodedata.category(character)[0] not in "LN":
        return character  # a point may look like a letter that looks like a point
    shapes = _shapes()
    found = shapes.get(character, character)
    return found if found.isascii() else shapes.get(character.upper(), found)


@lru_cache(maxsize=1)
def _shapes() -> dict[str, str]:
    """Return for each character that is not ASCII and looks like another the one that stands for both."""
    alike: dict[str, set[str]] = {}
    for character, others in confusables.confusables_data.items():
        for other in (found["c"].strip("\u200e") for found in others):
            if len(character) == len(other) == 1:
                alike.setdefault(character, set()).add(other)
                alike.setdefault(other, set()).add(character)
    return {
        character: min(others | {character}, key=_rank)
        for character, others in alike.items()
        if not character.isascii()
    }


def _rank(character: str) -> tuple[bool, bool, str]:
    return (not (character.isascii() and character.isalnum()), not character.isalpha(), character)


def claim_name(session: Session, name: str, *, organisation_id: UUID, now: datetime) -> None:
    """Give an organisation that was verified its name, which no other verified one may resemble.

    Raises:
        NameTaken: another verified one has this name or one that looks like it.
        ValueError: the name holds what cannot be seen, or nothing that could tell it from others.
    """
    seen = skeleton(refuse_unsafe_name(name))
    if not seen:
        raise ValueError("a name has letters or digits")
    release_name(session, organisation_id=organisation_id)
    try:
        with session.begin_nested():
            session.add(
                VerifiedName(skeleton=seen, organisation_id=organisation_id, claimed_at=now)
            )
    except IntegrityError as error:
        raise NameTaken(f"{name!r} looks like the name of a firm that is verified") from error


def require_free_name(session: Session, name: str, *, organisation_id: UUID) -> None:
    """Let a name pass that no other firm is verified by; nothing is claimed with it.

    Raises:
        NameTaken: another verified one has this name or one that looks like it.
        ValueError: the name holds what cannot be seen, or nothing that could tell it from others.
    """
    seen = skeleton(refuse_unsafe_name(name))
    if not seen:
        raise ValueError("a name has letters or digits")
    holder = session.scalar(
        select(VerifiedName.organisation_id).where(VerifiedName.skeleton == seen)
    )
    if holder is not None and holder != organisation_id:
        raise NameTaken(f"{name!r} looks like the name of a firm that is verified")


def release_name(session: Session, *, organisation_id: UUID) -> None:
    """Take an organisation's name back, which is verified no more."""
    session.execute(
        delete(VerifiedName)
        .where(VerifiedName.organisation_id == organisation_id)
        .execution_options(synchronize_session=False)
    )
