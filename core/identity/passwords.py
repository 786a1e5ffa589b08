"""Passwords: what makes one usable, and how it is kept.

Argon2id with the parameters of OWASP's cheat sheet (19 MiB, two passes, one lane): 31 ms of a
processor here, so that many who sign in at once neither fill the memory nor stop the server. A
hash carries its parameters; one with others is made anew when its owner next signs in.
"""

import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.errors import InvalidInput

LEAST_CHARACTERS: Final = 8
MOST_CHARACTERS: Final = 256
_HASHES: Final = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


class PasswordRefused(InvalidInput):
    """The password is too short, too long, or among those that are tried first."""

    code = "password-refused"
    title = "The password cannot be used"


class PasswordTooCommon(PasswordRefused):
    """The password is among those that are tried first: choose another."""

    code = "password-too-common"


def require_usable(password: str, *, known: tuple[str, ...] = ()) -> None:
    """Refuse a password that is easily guessed; what it is made of is its owner's business.

    Length is counted in characters as they are compared, so that one pasted in another Unicode form
    counts the same (OWASP ASVS 5.0, 6.2; NIST SP 800-63B, 5.1.1.2).

    Args:
        password: as it was typed.
        known: what everybody knows of its owner, such as the e-mail address.

    Raises:
        PasswordRefused: it is too short or too long, or everybody knows it.
        PasswordTooCommon: it is among the 3,000 most frequent.
    """
    compared = _as_compared(password)
    if not LEAST_CHARACTERS <= len(compared) <= MOST_CHARACTERS:
        raise PasswordRefused(
            f"a password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters: this one has "
            f"{len(compared)}"
        )
    folded = compared.casefold()
    if folded in _common() or len(set(folded)) == 1:
        raise PasswordTooCommon("this password is among those that are tried first")
    if folded in {_as_compared(one).casefold() for one in (*known, "landbridge")}:
        raise PasswordTooCommon("this password says no more than who you are")


def hash_password(password: str) -> str:
    """Return the hash of a password, with a salt of its own; it takes 19 MiB and some time."""
    return _HASHES.hash(_as_compared(password))


def verify_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Tell whether a password is the one of a hash.

    Where there is no hash, as long is taken to say no: who has an account cannot be told by it.

    Args:
        password: as it was typed.
        hashed: as `hash_password` made it, with whatever parameters; None where there is none.

    Returns:
        Whether it is, and a new hash where it is and the stored one has other parameters.
    """
    if len(password) > MOST_CHARACTERS:
        password, hashed = "", None
    is_right, renewed = _HASHES.verify_and_update(
        _as_compared(password), _nobodys_hash() if hashed is None else hashed
    )
    return (is_right, renewed) if hashed is not None else (False, None)


def _as_compared(password: str) -> str:
    # The same characters come in several forms from different keyboards and systems.
    return unicodedata.normalize("NFKC", password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _HASHES.hash("the password of nobody at all")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = files("core.identity").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))
