"""Against what others publish: an implementation that only agrees with itself proves nothing."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from core.outbox.signing import SignatureScheme, SigningSecret, signed_headers

ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1_614_265_330, UTC)
BODY = '{"test": 2432232314}'


def test_signs_with_ed25519_as_the_header_of_the_specification_shows() -> None:
    # The key, seed and public half, with which the signature in that header is made, is published
    # with the test `test_asymmetric_key_signing` of the Svix server.
    pair = base64.b64decode(
        "6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
    )
    secret = SigningSecret(SignatureScheme.ED25519, pair[:32])

    assert secret.sign(ID, AT, BODY) == (
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    )
    assert secret.verification_key() == "whpk_" + base64.b64encode(pair[32:]).decode()


def test_signs_with_hmac_as_the_reference_libraries_do() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    secret = SigningSecret(SignatureScheme.HMAC, key)

    assert secret.sign(ID, AT, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert secret.verification_key() == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_receiver_with_either_secret_believes_a_message_while_one_is_replaced() -> None:
    old, new = (SigningSecret.make(SignatureScheme.HMAC) for _ in range(2))
    now = datetime.now(UTC)

    headers = signed_headers(ID, now, BODY, [new, old])

    for secret in (old, new):
        assert Webhook(secret.verification_key()).verify(BODY, headers) == {"test": 2432232314}


def test_nobody_believes_another_body_or_another_moment() -> None:
    secret = SigningSecret.make(SignatureScheme.ED25519)
    public = Ed25519PublicKey.from_public_bytes(
        base64.b64decode(secret.verification_key().removeprefix("whpk_"))
    )
    headers = signed_headers(ID, AT, BODY, [secret])
    signature = base64.b64decode(headers["webhook-signature"].removeprefix("v1a,"))
    moment = headers["webhook-timestamp"]

    public.verify(signature, f"{ID}.{moment}.{BODY}".encode())
    for signed in (f"{ID}.{moment}.{BODY} ", f"{ID}.{int(moment) + 1}.{BODY}"):
        with pytest.raises(InvalidSignature):
            public.verify(signature, signed.encode())
