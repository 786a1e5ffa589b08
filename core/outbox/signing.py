"""Signatures of Standard Webhooks 1.0: what a receiver checks before it believes a message.

`v1a`, ed25519, lets a receiver check without being able to sign; `v1`, HMAC-SHA-256, is for
receivers whose library knows nothing else. Both sign `id.timestamp.body`. While a secret is being
replaced a message carries a signature of each.
"""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

_SECRET_PREFIX: Final = "whsec_"  # noqa: S105 only what stands before secrets
_PUBLIC_PREFIX: Final = "whpk_"
_HMAC_BYTES: Final = 32


class SignatureScheme(StrEnum):
    """How messages are signed, by the names that stand before signatures."""

    HMAC = "v1"
    ED25519 = "v1a"


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """What messages to an endpoint are signed with.

    Attributes:
        scheme: how.
        secret: the 32 bytes of an HMAC key, or the 32 bytes of a private key of ed25519.
    """

    scheme: SignatureScheme
    secret: bytes

    @classmethod
    def make(cls, scheme: SignatureScheme) -> "SigningSecret":
        """Make a new one."""
        if scheme is SignatureScheme.HMAC:
            return cls(scheme, secrets.token_bytes(_HMAC_BYTES))
        return cls(scheme, Ed25519PrivateKey.generate().private_bytes_raw())

    def verification_key(self) -> str:
        """Return what the receiver checks with, serialized as the specification says.

        For ed25519 that is a public key; for HMAC it is the secret itself.
        """
        if self.scheme is SignatureScheme.HMAC:
            return _SECRET_PREFIX + base64.b64encode(self.secret).decode()
        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key()
        return _PUBLIC_PREFIX + base64.b64encode(public.public_bytes_raw()).decode()

    def sign(self, message_id: str, at: datetime, body: str) -> str:
        """Return the signature of a message, with the name of its scheme before it."""
        if self.scheme is SignatureScheme.HMAC:
            return Webhook(self.secret).sign(message_id, at, body)
        signed = f"{message_id}.{int(at.timestamp())}.{body}".encode()
        signature = Ed25519PrivateKey.from_private_bytes(self.secret).sign(signed)
        return f"{self.scheme},{base64.b64encode(signature).decode()}"


def signed_headers(
    message_id: str, at: datetime, body: str, signing: Iterable[SigningSecret]
) -> dict[str, str]:
    """Return the headers of a message.

    Args:
        message_id: the same however often it is sent.
        at: the moment of this attempt, in UTC.
        body: exactly what is sent.
        signing: with what; more than one while a secret is being replaced.
    """
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(one.sign(message_id, at, body) for one in signing),
    }
