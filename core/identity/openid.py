"""Signing in with an OpenID Connect provider: discovery, code flow with PKCE, and the ID token.

Who runs the installation names the provider, so its address may be on the own network; it is https, or
this machine for a trial. No redirect is followed. (OpenID Connect Core 1.0; RFC 7636, RFC 9207, RFC 9700.)
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import httpcore2
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from core.errors import Forbidden, Unavailable

CALLBACK: Final = "/sign-in/outside/callback"
_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
_SCOPES: Final = "openid email profile"
_KNOWN_FOR: Final = timedelta(hours=1)
_SECONDS: Final = 5.0
_MOST_BYTES: Final = 500_000
_LEEWAY_SECONDS: Final = 60

Json = dict[str, Any]  # Any: what another program says


class ProviderUnavailable(Unavailable):
    """The OpenID Connect provider does not answer, or not as it should. Try again later."""

    code = "provider-unavailable"
    title = "The sign-in provider does not answer"


class OutsideRefused(Forbidden):
    """What the OpenID Connect provider said does not prove who somebody is."""

    code = "outside-sign-in-refused"
    title = "This sign-in was not accepted"


@dataclass(frozen=True, slots=True)
class OutsidePerson:
    """Who somebody is to the provider; `email` only where the provider has verified it."""

    subject: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Trip:
    """What of a sign-in is remembered until the browser comes back."""

    verifier: str
    nonce: str

    @classmethod
    def begin(cls) -> "Trip":
        """Make the secrets of one."""
        return cls(secrets.token_urlsafe(48), secrets.token_urlsafe(24))


class OutsideProvider:
    """An OpenID Connect provider, as it describes itself.

    Args:
        issuer: its address, as it stands in its tokens.
        client_id: as it knows this installation.
        client_secret: what it gave for that.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._lock = Lock()
        self._metadata: Json | None = None
        self._keys: KeySet | None = None
        self._known_until: datetime | None = None

    def address_of(self, trip: Trip, *, state: str, redirect_uri: str, now: datetime) -> str:
        """Return where a browser signs in.

        Raises:
            ProviderUnavailable: the provider does not describe itself.
        """
        metadata = self._describe(now)
        address: str = add_params_to_uri(
            metadata["authorization_endpoint"],
            [
                ("response_type", "code"),
                ("client_id", self._client_id),
                ("redirect_uri", redirect_uri),
                ("scope", _SCOPES),
                ("state", state),
                ("nonce", trip.nonce),
                ("code_challenge", _challenge(trip.verifier)),
                ("code_challenge_method", "S256"),
            ],
        )
        return address

    def person_of(
        self, trip: Trip, *, code: str, redirect_uri: str, now: datetime
    ) -> OutsidePerson:
        """Exchange the code that a browser brought for who it was given to.

        Raises:
            OutsideRefused: the provider does not know the code, or its token is not for us.
            ProviderUnavailable: the provider does not answer.
        """
        metadata = self._describe(now)
        basic = f"{quote_plus(self._client_id)}:{quote_plus(self._client_secret)}"
        answer = _fetch(
            metadata["token_endpoint"],
            headers={"Authorization": f"Basic {b64encode(basic.encode()).decode()}"},
            form={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": redirect_uri,
                "code_verifier": trip.verifier,
                "client_id": self._client_id,
            },
        )
        claims = self._verify(str(answer.get("id_token", "")), trip.nonce, now=now)
        is_verified = claims.get("email_verified") is True
        return OutsidePerson(
            subject=str(claims["sub"]),
            email=str(claims.get("email", "")) if is_verified else "",
            name=str(claims.get("name", "")),
        )

    def _verify(self, token: str, nonce: str, *, now: datetime) -> Json:
        try:
            claims = self._decode(token, now=now)
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError) as error:
            raise OutsideRefused(f"the provider's token is not accepted: {error}") from error
        audience = claims["aud"]
        is_shared = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", None if is_shared else self._client_id) != self._client_id:
            raise OutsideRefused("the provider's token was made for another party")
        return claims

    def _decode(self, token: str, *, now: datetime) -> Json:
        """Open a token with the provider's keys; with new ones where it names one that is new."""
        try:
            return dict(jwt.decode(token, self._key_set(now), algorithms=_ALGORITHMS).claims)
        except InvalidKeyIdError:
            with self._lock:
                self._keys = None
            return dict(jwt.decode(token, self._key_set(now), algorithms=_ALGORITHMS).claims)

    def _describe(self, now: datetime) -> Json:
        with self._lock:
            if self._metadata is not None and self._known_until and now < self._known_until:
                return self._metadata
        found = _fetch(f"{self.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self.issuer:
            raise ProviderUnavailable("the provider calls itself by another name than the settings")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe_address(str(found.get(name, ""))):
                raise ProviderUnavailable(f"the provider names no usable {name}")
        with self._lock:
            self._metadata, self._keys, self._known_until = found, None, now + _KNOWN_FOR
        return found

    def _key_set(self, now: datetime) -> KeySet:
        metadata = self._describe(now)
        with self._lock:
            if self._keys is not None:
                return self._keys
        found = KeySet.import_key_set(_fetch(metadata["jwks_uri"]))  # type: ignore[arg-type]  # checked by it
        with self._lock:
            self._keys = found
        return found


def _challenge(verifier: str) -> str:
    made: str = create_s256_code_challenge(verifier)  # type: ignore[no-untyped-call]  # its stubs say nothing
    return made


def is_safe_address(address: str) -> bool:
    """Tell whether what is sent to an address can be read by nobody on the way."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
    return is_here or (parts.scheme == "https" and bool(parts.hostname))


def _fetch(
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Json:
    """Get, or post a form, and return the JSON of the answer."""
    sent = [("Accept", "application/json"), *(headers or {}).items()]
    if form is not None:
        sent.append(("Content-Type", "application/x-www-form-urlencoded"))
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS)
    try:
        with (
            httpcore2.ConnectionPool() as pool,
            pool.stream(
                "GET" if form is None else "POST",
                address,
                headers=sent,
                content=None if form is None else urlencode(form).encode(),
                extensions={"timeout": timeouts},
            ) as answer,
        ):
            body = bytearray()
            for part in answer.iter_stream():
                body += part
                if len(body) > _MOST_BYTES:
                    raise ProviderUnavailable("the provider says too much")
            status = answer.status
    except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError) as error:
        raise ProviderUnavailable(
            f"the provider cannot be reached: {type(error).__name__}"
        ) from error
    if form is not None and 400 <= status < 500:
        raise OutsideRefused("the provider does not accept this sign-in: begin again")
    if status != 200:
        raise ProviderUnavailable(f"the provider answers {status}")
    try:
        found = json.loads(bytes(body))
    except ValueError as error:
        raise ProviderUnavailable("the provider does not answer in JSON") from error
    if not isinstance(found, dict):
        raise ProviderUnavailable("the provider does not answer with an object")
    return found
