"""Secrets at rest: sealed with keys that are not in the database.

What is sealed is `version, id of the key, nonce, AES-256-GCM of the text`. Keys come from the
settings, the newest first: it seals, all of them open, so that a key can be replaced while old rows
are still being sealed anew (`core.sealed_rows`). Each person's own data is sealed with a key of their
own, which is itself sealed here: destroying that key makes every copy of the data unreadable at once.

Secret texts are looked up by keyed digests. Nobody can make these anew, so their key is one of its own,
which outlives the others once it is written into the settings.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PERSON_PURPOSE: Final = "person"
# Stands among the written keys for the one that is made from the deployment's secret.
FROM_SECRET: Final = "secret"  # noqa: S105 a word, not a secret

# Where the id of its key stands in what was sealed, and how long it is.
ID_AT: Final = 1
ID_BYTES: Final = 4

_VERSION = 1
_KEY_BYTES = 32
_NONCE_BYTES = 12
_HEAD = ID_AT + ID_BYTES + _NONCE_BYTES


class SealBroken(Exception):
    """What was sealed cannot be opened: another key, another purpose, or damaged bytes."""


class Keyring:
    """The keys of a deployment; it seals with the first and opens with any."""

    def __init__(self, keys: Sequence[bytes], *, digest_key: bytes | None = None) -> None:
        """Take keys of 32 bytes.

        Args:
            keys: what seals, newest first.
            digest_key: what digests are made with; made from the oldest of the others if None.

        Raises:
            ValueError: there is none, or one is not 32 bytes long.
        """
        given = [*keys, *([] if digest_key is None else [digest_key])]
        if not keys or any(len(key) != _KEY_BYTES for key in given):
            raise ValueError(f"a key ring needs keys of {_KEY_BYTES} bytes each")
        self._keys = tuple(keys)
        self._digest_key = digest_key or _derive(keys[-1], b"landbridge digest")

    @classmethod
    def of(cls, written: Sequence[str], *, secret: str, digest_key: str = "") -> "Keyring":
        """Make the ring of a deployment.

        Args:
            written: keys as base64, newest first; `FROM_SECRET` among them, or none at all, stands for
                the one made from `secret`.
            secret: the secret of the deployment.
            digest_key: as base64; empty for the one made from the oldest key.

        Raises:
            ValueError: a key is not the base64 of 32 bytes.
        """
        keys = [
            _derive(secret.encode(), b"landbridge sealing") if key == FROM_SECRET else _read(key)
            for key in written or (FROM_SECRET,)
        ]
        return cls(keys, digest_key=_read(digest_key) if digest_key else None)

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The ids of the keys, newest first, as they stand in what was sealed."""
        return tuple(_id_of(key) for key in self._keys)

    @property
    def digest_key(self) -> str:
        """What digests are made with, as it is written in the settings: a secret."""
        return _write(self._digest_key)

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Seal bytes; they open again only for the same purpose."""
        return _seal(self._keys[0], plain, purpose)

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Open what `seal` returned.

        Raises:
            SealBroken: none of the keys opens it.
        """
        for key in self._keys:
            if id_in(sealed) == _id_of(key):
                return _open(key, sealed, purpose)
        raise SealBroken("it was sealed with a key that is not among the settings")

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether something is sealed with the newest key."""
        return id_in(sealed) == _id_of(self._keys[0])

    def digest(self, text: str, *, purpose: str) -> str:
        """Return a keyed digest, 64 hexadecimal digits, by which a secret text can be looked up."""
        said = purpose.encode() + b"\x00" + text.encode()
        return hmac.new(self._digest_key, said, hashlib.sha256).hexdigest()


class PersonSeal:
    """Seals the data of one person, with a key of their own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def make(cls, ring: Keyring) -> tuple["PersonSeal", bytes]:
        """Make a new person's key; return it with its wrapped form, which is what is stored."""
        key = os.urandom(_KEY_BYTES)
        return cls(key), ring.seal(key, purpose=PERSON_PURPOSE)

    @classmethod
    def unwrap(cls, ring: Keyring, wrapped: bytes) -> "PersonSeal":
        """Take a stored key.

        Raises:
            SealBroken: the deployment's keys do not open it.
        """
        return cls(ring.open(wrapped, purpose=PERSON_PURPOSE))

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Seal bytes with the person's key."""
        return _seal(self._key, plain, purpose)

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Open them.

        Raises:
            SealBroken: they are another person's, for another purpose, or damaged.
        """
        return _open(self._key, sealed, purpose)


def make_key() -> str:
    """Return a new key, as it is written in the settings."""
    return _write(os.urandom(_KEY_BYTES))


def id_in(sealed: bytes) -> bytes:
    """Return the id of the key that something was sealed with."""
    return sealed[ID_AT : ID_AT + ID_BYTES]


def _read(written: str) -> bytes:
    return base64.b64decode(written, validate=True)


def _write(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _seal(key: bytes, plain: bytes, purpose: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    head = bytes([_VERSION]) + _id_of(key) + nonce
    return head + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def _open(key: bytes, sealed: bytes, purpose: str) -> bytes:
    if len(sealed) < _HEAD or sealed[0] != _VERSION:
        raise SealBroken("these bytes were not sealed by this release")
    try:
        nonce = sealed[ID_AT + ID_BYTES : _HEAD]
        return AESGCM(key).decrypt(nonce, sealed[_HEAD:], purpose.encode())
    except InvalidTag as error:
        raise SealBroken("the key or the purpose is another, or the bytes are damaged") from error


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"landbridge key id" + key).digest()[:ID_BYTES]


def _derive(secret: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(secret)
