"""Forms of people, each sent once by somebody who may: what the trail says of it is looked up after."""

from collections.abc import Callable
from unittest.mock import patch
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from httpx2 import Response

from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.actor import SYSTEM, UserKind
from core.identity.invitations import invite
from core.identity.models import Passkey
from core.identity.organisations import add_member, get_organisation
from core.identity.own import SESSION_ID_CHARACTERS
from core.identity.passwords import hash_password
from core.identity.registrations import (
    keep_registration,
    make_registration_link,
    read_registration,
)
from core.identity.resets import make_reset_link
from core.identity.sessions import digest_of, start_session
from core.identity.tokens import Scope, make_token
from tests.api.people_steps import mailing
from tests.api.web.parsed import Parsed
from tests.api.web.signing import HTML, PASSWORD, Known, make_person, post, settings_of

NEW = "quite another set of words"


def _sessions(client: TestClient) -> SessionFactory:
    found: SessionFactory = client.app.state.sessions  # type: ignore[attr-defined]  # FastAPI's
    return found


def _stranger(client: TestClient) -> TestClient:
    return TestClient(client.app)


class Somebody:
    """A person made up, with a browser on which they have just signed in."""

    def __init__(
        self,
        client: TestClient,
        kind: UserKind = UserKind.ENTERPRISE,
        *,
        has_app: bool = False,
        beside: str = "",
    ) -> None:
        self.sessions = _sessions(client)
        self.known: Known = make_person(
            self.sessions,
            settings_of(client),
            kind,
            email=f"{uuid4().hex}@example.com",
            is_manager=not beside,
            has_app=has_app,
            organisation_id=beside,
        )
        self.account_id = UUID(self.known.account_id)
        self.organisation_id = UUID(self.known.organisation_id)
        self.browser = TestClient(client.app, cookies={"landbridge_session": self.session()})

    def session(self) -> str:
        """Sign in once more; return the secret."""
        with transaction(self.sessions) as session:
            return start_session(
                session,
                account_id=self.account_id,
                organisation_id=self.organisation_id,
                now=utc_now(),
                is_strong=True,
            )

    def token(self, account_id: UUID | None = None) -> str:
        """Store a token; return its id."""
        with transaction(self.sessions) as session:
            made, _secret = make_token(
                session,
                account_id=account_id or self.account_id,
                organisation_id=self.organisation_id,
                name="x",
                scopes=(Scope.READ,),
                now=utc_now(),
            )
            return str(made.id)

    def send(self, action: str, page: str = "/account", **fields: str) -> Response:
        """Open a page and send a form."""
        return post(self.browser, page, action, **fields)


def _sign_in(client: TestClient) -> Response:
    known = Somebody(client).known
    browser = _stranger(client)
    return post(browser, "/sign-in", "/sign-in", email=known.email, password=PASSWORD)


def _show_factor(client: TestClient) -> Response:
    known, browser = Somebody(client, has_app=True).known, _stranger(client)
    post(browser, "/sign-in", "/sign-in", email=known.email, password=PASSWORD)
    return post(browser, "/second-factor", "/second-factor", code=known.code())


def _set_up_app(client: TestClient) -> Response:
    person = Somebody(client)
    page = Parsed(person.browser.get("/second-factor", headers=HTML).text)
    seed = "".join(page.one("p", class_="key").text.split())
    sealed = page.one("input", name="seed").attributes["value"]
    code = Known("", "", "", seed).code()
    return person.send("/second-factor/app", "/second-factor", seed=sealed, code=code)


def _refused_passkey(client: TestClient) -> Response:
    return post(_stranger(client), "/sign-in", "/sign-in/passkey", credential="{}")


def _add_passkey(client: TestClient) -> Response:
    person = Somebody(client, has_app=True)
    # What a device signs is tried with a browser; here it is enough that it was right.
    with patch("core.identity.passkeys.add_passkey"):
        return person.send("/account/passkeys", credential="{}", name="phone")


def _remove_passkey(client: TestClient) -> Response:
    person = Somebody(client)
    passkey = Passkey(
        id=uuid4(),
        account_id=person.account_id,
        credential_id=uuid4().bytes,
        public_key=b"key",
        sign_count=0,
        name="phone",
        created_at=utc_now(),
    )
    with transaction(person.sessions) as session:
        session.add(passkey)
        passkey_id = passkey.id
    return person.send(f"/account/passkeys/{passkey_id}/remove")


def _act_for(client: TestClient) -> Response:
    person, other = Somebody(client), Somebody(client)
    with transaction(person.sessions) as session:
        add_member(
            session,
            account_id=person.account_id,
            organisation=get_organisation(session, other.organisation_id),
            kind=UserKind.ENTERPRISE,
            is_manager=False,
            now=utc_now(),
        )
    return person.send("/account/organisation", organisation_id=str(other.organisation_id))


def _invited(client: TestClient, manager: Somebody) -> tuple[str, str]:
    with transaction(manager.sessions) as session:
        made, secret = invite(
            session,
            settings_of(client).keyring,
            SYSTEM,
            organisation_id=manager.organisation_id,
            email=f"{uuid4().hex}@example.com",
            kind=None,
            is_manager=False,
            now=utc_now(),
        )
        return str(made.id), secret


def _accept(client: TestClient) -> Response:
    _invitation_id, secret = _invited(client, Somebody(client))
    address = f"/invitations/{secret}"
    return post(_stranger(client), address, address, name="Li", password=NEW)


def _take_back(client: TestClient) -> Response:
    manager = Somebody(client)
    invitation_id, _secret = _invited(client, manager)
    return manager.send(f"/organisation/invitations/{invitation_id}/revoke", "/organisation")


def _change_member(client: TestClient) -> Response:
    manager = Somebody(client)
    member = Somebody(client, beside=str(manager.organisation_id))
    return manager.send(f"/organisation/members/{member.account_id}/promote", "/organisation")


def _program(manager: Somebody) -> UUID:
    answer = manager.browser.post("/v1/organisation/services", json={"name": "ERP"})
    return UUID(answer.json()["account_id"])


def _program_token(client: TestClient) -> Response:
    manager = Somebody(client)
    return manager.send(f"/organisation/services/{_program(manager)}/tokens", "/organisation")


def _revoke_program_token(client: TestClient) -> Response:
    manager = Somebody(client)
    program = _program(manager)
    token_id = manager.token(program)
    address = f"/organisation/services/{program}/tokens/{token_id}/revoke"
    return manager.send(address, "/organisation")


def _found(client: TestClient) -> Response:
    person = Somebody(client, UserKind.OPERATOR, has_app=True)
    fields = {"name": "Jade", "kind": "enterprise", "manager_email": "li@example.com"}
    return person.send("/organisations", "/organisations", **fields)


def _reset(client: TestClient) -> Response:
    person = Somebody(client)
    with transaction(person.sessions) as session:
        secret = make_reset_link(session, person.account_id, now=utc_now())
    return post(_stranger(client), f"/password/{secret}", f"/password/{secret}", password=NEW)


def _end_one(client: TestClient) -> Response:
    person = Somebody(client)
    ended = digest_of(person.session())[:SESSION_ID_CHARACTERS]
    return person.send(f"/account/sessions/{ended}/end")


def _make_token(client: TestClient) -> Response:
    return Somebody(client).send("/account/tokens", name="x", scopes="read", days="30")


def _revoke_token(client: TestClient) -> Response:
    person = Somebody(client)
    return person.send(f"/account/tokens/{person.token()}/revoke")


def _change_password(client: TestClient) -> Response:
    return Somebody(client).send("/account/password", current_password=PASSWORD, password=NEW)


def _ask_for_link(client: TestClient) -> Response:
    known = Somebody(client).known
    page = "/forgotten-password"
    with mailing(client):
        return post(_stranger(client), page, page, email=known.email)


def _register(client: TestClient) -> Response:
    with mailing(client):
        return post(
            _stranger(client),
            "/register",
            "/register",
            organisation="Pearl River Tools",
            email=f"{uuid4().hex}@example.com",
            name="Chan Tai Man",
            password=NEW,
        )


def _confirm_registration(client: TestClient) -> Response:
    ring = settings_of(client).keyring
    wanted = read_registration(
        organisation="Pearl River Tools",
        email=f"{uuid4().hex}@example.com",
        name="Chan Tai Man",
        script="en",
        password_hash=hash_password(NEW),
    )
    with transaction(_sessions(client)) as session:
        kept = keep_registration(session, ring, wanted, now=utc_now())
        assert kept is not None
        secret = make_registration_link(session, ring, kept, now=utc_now())
    page = f"/register/{secret}"
    with mailing(client):
        return post(_stranger(client), page, page, password=NEW)


# By address: how a form is sent, the answer's status, and what the trail then says, in order.
PEOPLE_FORMS: dict[str, tuple[Callable[[TestClient], Response], int, list[str]]] = {
    "/sign-in": (_sign_in, 303, ["account.signed_in"]),
    "/sign-out": (lambda client: Somebody(client).send("/sign-out"), 303, ["account.signed_out"]),
    "/sign-in/passkey": (_refused_passkey, 422, ["account.sign_in_failed"]),
    "/second-factor": (_show_factor, 303, ["account.signed_in"]),
    "/second-factor/app": (_set_up_app, 200, ["second_factor.set_up", "recovery_codes.made"]),
    "/account/password": (_change_password, 303, ["password.changed"]),
    "/account/second-factor/remove": (
        lambda client: Somebody(client, has_app=True).send("/account/second-factor/remove"),
        303,
        ["second_factor.removed"],
    ),
    "/account/recovery-codes": (
        lambda client: Somebody(client, has_app=True).send("/account/recovery-codes"),
        200,
        ["recovery_codes.made"],
    ),
    "/account/passkeys": (_add_passkey, 303, ["second_factor.set_up"]),
    "/account/passkeys/{passkey_id}/remove": (_remove_passkey, 303, ["second_factor.removed"]),
    "/account/tokens": (_make_token, 200, ["token.made"]),
    "/account/tokens/{token_id}/revoke": (_revoke_token, 303, ["token.revoked"]),
    "/account/sessions/end": (
        lambda client: Somebody(client).send("/account/sessions/end"),
        303,
        ["account.signed_out"],
    ),
    "/account/sessions/{session_id}/end": (_end_one, 303, ["account.signed_out"]),
    "/account/organisation": (_act_for, 303, ["account.signed_in", "account.signed_out"]),
    "/invitations/{secret}": (_accept, 303, ["invitation.accepted", "account.signed_in"]),
    "/register": (_register, 200, ["registration.asked"]),
    "/register/{secret}": (
        _confirm_registration,
        303,
        ["organisation.founded", "account.signed_in"],
    ),
    "/forgotten-password": (_ask_for_link, 200, ["password.link_asked"]),
    "/password/{secret}": (_reset, 303, ["password.changed"]),
    "/organisation/invitations": (
        lambda client: Somebody(client).send(
            "/organisation/invitations", "/organisation", email="chen@example.com"
        ),
        200,
        ["invitation.made"],
    ),
    "/organisation/invitations/{invitation_id}/revoke": (_take_back, 303, ["invitation.revoked"]),
    "/organisation/members/{member_id}/{step}": (_change_member, 303, ["member.changed"]),
    "/organisation/services": (
        lambda client: Somebody(client).send("/organisation/services", "/organisation", name="ERP"),
        200,
        ["member.added", "token.made"],
    ),
    "/organisation/services/{service_id}/tokens": (_program_token, 200, ["token.made"]),
    "/organisation/services/{service_id}/tokens/{token_id}/revoke": (
        _revoke_program_token,
        303,
        ["token.revoked"],
    ),
    "/organisations": (_found, 200, ["organisation.founded", "invitation.made"]),
}
