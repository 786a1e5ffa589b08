"""Secrets at rest: sealed with keys that are not in the database.

What is sealed is `version, id of the key, nonce, AES-256-GCM of the text`. Keys come from the
settings, the newest first: it seals, all of them open, so that a key can be replaced while old rows
are still being sealed anew. Each person's own data is sealed with a key of their own, which is
itself sealed here: destroying that key makes every copy of the data unreadable at once.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = 1
_KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD = 1 + _ID_BYTES + _NONCE_BYTES


class SealBroken(Exception):
    """What was sealed cannot be opened: another key, another purpose, or damaged bytes."""


class Keyring:
    """The keys of a deployment; it seals with the first and opens with any."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take keys of 32 bytes, newest first.

        Raises:
            ValueError: there is none, or one is not 32 bytes long.
        """
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise ValueError(f"a key ring needs keys of {_KEY_BYTES} bytes each")
        self._keys = tuple(keys)

    @classmethod
    def of(cls, written: Sequence[str], *, secret: str) -> "Keyring":
        """Make the ring of a deployment.

        Args:
            written: keys as base64, newest first; where there is none, one is derived from `secret`.
            secret: the secret of the deployment.

        Raises:
            ValueError: a key is not the base64 of 32 bytes.
        """
        if not written:
            return cls([_derive(secret.encode(), b"landbridge sealing")])
        return cls([base64.b64decode(key, validate=True) for key in written])

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Seal bytes; they open again only for the same purpose."""
        return _seal(self._keys[0], plain, purpose)

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Open what `seal` returned.

        Raises:
            SealBroken: none of the keys opens it.
        """
        for key in self._keys:
            if sealed[1 : 1 + _ID_BYTES] == _id_of(key):
                return _open(key, sealed, purpose)
        raise SealBroken("it was sealed with a key that is not among the settings")

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether something is sealed with the newest key."""
        return sealed[1 : 1 + _ID_BYTES] == _id_of(self._keys[0])

    def digest(self, text: str, *, purpose: str) -> str:
        """Return a keyed digest, 64 hexadecimal digits, by which a secret text can be looked up.

        It depends on the oldest key, which therefore stays in the settings while digests are used.
        """
        key = _derive(self._keys[-1], b"landbridge digest")
        said = purpose.encode() + b"\x00" + text.encode()
        return hmac.new(key, said, hashlib.sha256).hexdigest()


class PersonSeal:
    """Seals the data of one person, with a key of their own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def make(cls, ring: Keyring) -> tuple["PersonSeal", bytes]:
        """Make a new person's key; return it with its wrapped form, which is what is stored."""
        key = os.urandom(_KEY_BYTES)
        return cls(key), ring.seal(key, purpose="person")

    @classmethod
    def unwrap(cls, ring: Keyring, wrapped: bytes) -> "PersonSeal":
        """Take a stored key.

        Raises:
            SealBroken: the deployment's keys do not open it.
        """
        return cls(ring.open(wrapped, purpose="person"))

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Seal bytes with the person's key."""
        return _seal(self._key, plain, purpose)

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Open them.

        Raises:
            SealBroken: they are another person's, for another purpose, or damaged.
        """
        return _open(self._key, sealed, purpose)


def _seal(key: bytes, plain: bytes, purpose: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    head = bytes([_VERSION]) + _id_of(key) + nonce
    return head + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def _open(key: bytes, sealed: bytes, purpose: str) -> bytes:
    if len(sealed) < _HEAD or sealed[0] != _VERSION:
        raise SealBroken("these bytes were not sealed by this release")
    try:
        nonce = sealed[1 + _ID_BYTES : _HEAD]
        return AESGCM(key).decrypt(nonce, sealed[_HEAD:], purpose.encode())
    except InvalidTag as error:
        raise SealBroken("the key or the purpose is another, or the bytes are damaged") from error


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"landbridge key id" + key).digest()[:_ID_BYTES]


def _derive(secret: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(secret)
