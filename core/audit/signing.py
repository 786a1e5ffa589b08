"""Ed25519 signatures of anchors: the key that makes them is not in the database."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KEY_BYTES = 32
# Signed in front of each text: a signature made for something else is none of an anchor.
_PURPOSE = b"landbridge audit anchor\n"


class SigningKey:
    """The key of a deployment that signs."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public)

    @classmethod
    def of(cls, written: str) -> Self:
        """Take a key as a setting has it.

        Raises:
            ValueError: it is not the base64 of 32 bytes.
        """
        return cls(decode_key(written))

    @classmethod
    def make(cls) -> tuple[str, str]:
        """Make a new key; return it and its public half as base64."""
        key = Ed25519PrivateKey.generate()
        public = key.public_key().public_bytes_raw()
        return base64.b64encode(key.private_bytes_raw()).decode(), base64.b64encode(public).decode()

    def sign(self, text: bytes) -> bytes:
        """Return the signature of a text, 64 bytes."""
        return self._key.sign(_PURPOSE + text)


class PublicKeys:
    """The keys whose signatures are believed."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = {key_id(key): Ed25519PublicKey.from_public_bytes(key) for key in keys}

    def knows(self, signed_with: str) -> bool:
        """Tell whether the key with this id is among them."""
        return signed_with in self._keys

    def is_signed(self, text: bytes, *, signature: bytes, signed_with: str) -> bool:
        """Tell whether the key with this id signed a text, and is among those believed."""
        key = self._keys.get(signed_with)
        if key is None:
            return False
        try:
            key.verify(signature, _PURPOSE + text)
        except InvalidSignature:
            return False
        return True


def key_id(public: bytes) -> str:
    """Return by which an anchor names its key, 16 hexadecimal digits."""
    return hashlib.sha256(public).hexdigest()[:16]


def decode_key(written: str) -> bytes:
    """Read a key, private or public.

    Raises:
        ValueError: it is not the base64 of 32 bytes.
    """
    try:
        key = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("a key is written as base64") from error
    if len(key) != _KEY_BYTES:
        raise ValueError(f"a key has {_KEY_BYTES} bytes, this one has {len(key)}")
    return key
