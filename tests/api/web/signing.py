"""Signing in as people do: pages, forms, cookies."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response

from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.accounts import create_account
from core.identity.actor import UserKind
from core.identity.models import OrganisationKind
from core.identity.organisations import (
    KINDS_OF,
    add_member,
    create_organisation,
    get_organisation,
)
from core.identity.passwords import hash_password
from core.identity.second_factor import code_at, new_seed, set_up_totp
from core.settings import Settings
from tests.api.web.parsed import Parsed

PASSWORD = "four unlikely words together"  # noqa: S105 of people made up here
HTML = {"Accept": "text/html"}
_HASH = hash_password(PASSWORD)


@dataclass(frozen=True)
class Known:
    """Somebody made up who can sign in."""

    email: str
    account_id: str
    organisation_id: str
    seed: str = ""

    def code(self, now: datetime | None = None) -> str:
        return code_at(self.seed, now=now or utc_now())


def make_person(
    sessions: SessionFactory,
    settings: Settings,
    kind: UserKind = UserKind.ENTERPRISE,
    *,
    email: str = "",
    is_manager: bool = False,
    has_app: bool = False,
    organisation_id: str = "",
) -> Known:
    """Store an account with a password and a place in an organisation."""
    now = utc_now()
    address = email or f"{kind}@example.com"
    with transaction(sessions) as session:
        account = create_account(
            session,
            settings.keyring,
            email=address,
            name=f"Test {kind}",
            script="en",
            password_hash=_HASH,
            now=now,
        )
        of_kind = next(one for one, kinds in KINDS_OF.items() if kind in kinds)
        organisation = (
            get_organisation(session, UUID(organisation_id))
            if organisation_id
            else create_organisation(
                session, kind=OrganisationKind(of_kind), name="Made up", now=now
            )
        )
        add_member(
            session,
            account_id=account.id,
            organisation=organisation,
            kind=kind,
            is_manager=is_manager,
            now=now,
        )
        seed = ""
        if has_app:
            seed = new_seed()
            long_ago = datetime.fromtimestamp(now.timestamp() - 3600, tz=now.tzinfo)
            set_up_totp(
                session,
                settings.keyring,
                account.id,
                seed=seed,
                code=code_at(seed, now=long_ago),
                now=long_ago,
            )
        return Known(address, str(account.id), str(organisation.id), seed)


def settings_of(client: TestClient) -> Settings:
    """The settings that a client's application has."""
    settings: Settings = client.app.state.settings  # type: ignore[attr-defined]  # FastAPI's state
    return settings


def post(client: TestClient, page: str, action: str, **fields: str) -> Response:
    """Open a page and send one of its forms."""
    shown = Parsed(client.get(page, headers=HTML).text)
    token = shown.find("input", name="form_token")[-1].attributes["value"]
    return client.post(
        action, data={"form_token": token} | fields, headers=HTML, follow_redirects=False
    )


def sign_in(
    client: TestClient, person: Known, password: str = PASSWORD, *, aim: str = ""
) -> Response:
    """Fill in the sign-in page and, where a code is asked for, that page too."""
    answer = post(client, "/sign-in", "/sign-in", email=person.email, password=password, next=aim)
    if person.seed and answer.headers.get("location", "").startswith("/second-factor"):
        return post(client, "/second-factor", "/second-factor", code=person.code(), next=aim)
    return answer
