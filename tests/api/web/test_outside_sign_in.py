"""Signing in with an OpenID Connect provider that runs as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import create_app
from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.actor import SYSTEM, UserKind
from core.identity.invitations import invite
from tests.api.web.openid_provider import CLIENT_ID, CLIENT_SECRET
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML, make_person, post, settings_of
from tests.conftest import make_settings

EMAIL = "li@example.com"
LI = {"sub": "li-1", "email": EMAIL, "email_verified": True, "name": "Li"}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    script = Path(__file__).with_name("openid_provider.py")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        yield run.stdout.readline().strip()
        run.terminate()


@pytest.fixture
def site(catalogue_url: str, provider: str) -> Iterator[TestClient]:
    made = make_settings(catalogue_url).model_copy(
        update={
            "open_access": False,
            "oidc_issuer": provider,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": SecretStr(CLIENT_SECRET),
        }
    )
    with TestClient(create_app(made)) as opened:
        yield opened


def travel(site: TestClient, provider: str, user: dict[str, object], **fields: str) -> str:
    """Go to the provider as a user of it; return the address that it sends the browser back to."""
    httpx2.post(f"{provider}/user", json=user)
    left = post(site, "/sign-in", "/sign-in/outside", **fields)
    address = left.headers["refresh"].removeprefix("0;url=")
    assert Parsed(left.text).one("main").children("a")[0].attributes["href"] == address
    return httpx2.get(address).headers["location"]


def come_back(site: TestClient, address: str) -> httpx2.Response:
    return site.get(address.removeprefix("http://testserver"), headers=HTML, follow_redirects=False)


def invited(site: TestClient, sessions: SessionFactory, email: str = EMAIL) -> str:
    """Invite somebody to a new organisation; return the path of the link."""
    settings = settings_of(site)
    manager = make_person(sessions, settings, UserKind.ENTERPRISE, is_manager=True)
    with transaction(sessions) as session:
        from uuid import UUID

        _made, secret = invite(
            session,
            settings.keyring,
            SYSTEM,
            organisation_id=UUID(manager.organisation_id),
            email=email,
            kind=None,
            is_manager=False,
            now=utc_now(),
        )
    return f"/invitations/{secret}"


def test_whoever_accepted_an_invitation_so_signs_in_so(
    site: TestClient, provider: str, catalogue_sessions: SessionFactory
) -> None:
    link = invited(site, catalogue_sessions)
    joined = come_back(site, travel(site, provider, LI, invitation=link))
    assert joined.headers["location"] == "/needs/new"
    assert site.get("/v1/me").json()["email"] == EMAIL
    site.cookies.clear()

    moved = LI | {"email": "elsewhere@example.com"}
    again = come_back(site, travel(site, provider, moved, next="/account"))
    assert again.headers["location"] == "/account"
    assert site.get("/v1/me").json()["email"] == EMAIL


def test_the_same_address_alone_opens_no_account(
    site: TestClient, provider: str, catalogue_sessions: SessionFactory
) -> None:
    make_person(catalogue_sessions, settings_of(site), email=EMAIL)
    refused = come_back(site, travel(site, provider, LI))
    assert refused.status_code == 403
    assert "invitation" in Parsed(refused.text).one("div", class_="error-summary").text
    assert site.get("/v1/me").status_code == 401


@pytest.mark.parametrize(
    "user", [LI | {"email_verified": False}, LI | {"email": "wong@example.com"}]
)
def test_an_invitation_wants_its_own_address_verified(
    site: TestClient, provider: str, catalogue_sessions: SessionFactory, user: dict[str, object]
) -> None:
    link = invited(site, catalogue_sessions)
    assert come_back(site, travel(site, provider, user, invitation=link)).status_code == 403
    assert site.get(link, headers=HTML).status_code == 200, "the offer stands"


@pytest.mark.parametrize("flaw", ["iss", "aud", "azp", "nonce", "exp", "key", "alg"])
def test_a_token_that_is_not_for_us_is_refused(
    site: TestClient, provider: str, catalogue_sessions: SessionFactory, flaw: str
) -> None:
    link = invited(site, catalogue_sessions)
    refused = come_back(site, travel(site, provider, LI | {"flaw": flaw}, invitation=link))
    assert refused.status_code == 403
    assert site.get("/v1/me").status_code == 401


def test_new_keys_of_the_provider_are_fetched(
    site: TestClient, provider: str, catalogue_sessions: SessionFactory
) -> None:
    link = invited(site, catalogue_sessions)
    come_back(site, travel(site, provider, LI, invitation=link))
    turned = come_back(site, travel(site, provider, LI | {"flaw": "new key"}))
    assert turned.status_code == 303


def test_an_answer_is_good_once_and_in_the_browser_that_asked(
    site: TestClient, provider: str, catalogue_sessions: SessionFactory
) -> None:
    link = invited(site, catalogue_sessions)
    address = travel(site, provider, LI, invitation=link)
    assert TestClient(site.app).get(address, headers=HTML).status_code == 403
    assert come_back(site, address).status_code == 303
    site.cookies.clear()
    assert come_back(site, address).status_code == 403


def test_the_browser_is_sent_off_with_what_proves_the_answer(
    site: TestClient, provider: str
) -> None:
    left = post(site, "/sign-in", "/sign-in/outside")
    asked = parse_qs(urlsplit(left.headers["refresh"].removeprefix("0;url=")).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert "client_secret" not in asked


def test_a_provider_that_does_not_answer_is_said_to(
    catalogue_url: str,
) -> None:
    made = make_settings(catalogue_url).model_copy(
        # Port 1 is nobody's.
        update={"oidc_issuer": "http://127.0.0.1:1", "oidc_client_id": CLIENT_ID}
    )
    with TestClient(create_app(made)) as site:
        assert post(site, "/sign-in", "/sign-in/outside").status_code == 503
