"""A small OpenID Connect provider, run as a process of its own: `python openid_provider.py`.

It prints its address and serves until it is ended. Whoever comes to `/authorize` is taken for the user
that was last named at `/user`, with the flaw that was named with it.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

CLIENT_ID = "landbridge-test"
CLIENT_SECRET = "a secret & more"  # noqa: S105 of this provider

Json = dict[str, Any]  # Any: JSON as it comes


def make_key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig", "alg": "ES256"})


class Provider:
    def __init__(self) -> None:
        self.issuer = ""
        self.key = make_key(secrets.token_hex(4))
        self.user: Json = {}
        self.codes: dict[str, Json] = {}

    def describe(self) -> Json:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, asked: Json) -> str:
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, authorization: str, sent: Json) -> Json | None:
        wanted = urlencode({"": CLIENT_ID})[1:] + ":" + urlencode({"": CLIENT_SECRET})[1:]
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_right = (
            asked is not None
            and authorization == "Basic " + base64.b64encode(wanted.encode()).decode()
            and sent["grant_type"] == "authorization_code"
            and sent["redirect_uri"] == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )
        return (
            {"token_type": "Bearer", "id_token": self.sign(asked)} if is_right and asked else None
        )

    def sign(self, asked: Json) -> str:
        now = int(time.time())
        claims: Json = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        } | {name: value for name, value in self.user.items() if name != "flaw"}
        flaw = self.user.get("flaw")
        wrong: dict[str, dict[str, object]] = {
            "iss": {"iss": "https://elsewhere.example"},
            "aud": {"aud": "another-client"},
            "azp": {"aud": [CLIENT_ID, "another"], "azp": "another"},
            "nonce": {"nonce": "of another sign-in"},
            "exp": {"iat": now - 900, "exp": now - 600},
        }
        claims |= wrong.get(str(flaw), {})
        if flaw == "new key":
            self.key = make_key(secrets.token_hex(4))
        if flaw == "alg":
            public = json.dumps(self.key.as_dict(private=False)).encode()
            return jwt.encode(
                {"alg": "HS256", "kid": self.key.kid}, claims, OctKey.import_key(public)
            )
        key = make_key(str(self.key.kid)) if flaw == "key" else self.key
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)


PROVIDER = Provider()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            self.answer(PROVIDER.describe())
        elif parts.path == "/keys":
            self.answer(KeySet([PROVIDER.key]).as_dict(private=False))
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", PROVIDER.authorize(asked))
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/user":
            PROVIDER.user = json.loads(body)
            self.answer({})
            return
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        made = PROVIDER.token(self.headers.get("Authorization", ""), sent)
        self.answer(
            {"error": "invalid_grant"} if made is None else made, 400 if made is None else 200
        )

    def answer(self, document: object, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 as its base has it
        """Say nothing: standard error is the test's."""


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    PROVIDER.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    sys.stdout.write(PROVIDER.issuer + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
