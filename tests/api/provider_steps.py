"""Steps that tests of providers' own people and of requests share."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.accounts import create_account
from core.identity.actor import OPERATOR, Actor, UserKind
from core.identity.models import Membership, Organisation
from core.identity.organisations import add_member, get_organisation
from core.privacy.law import RequestKind
from core.privacy.requests import open_request
from core.settings import Settings
from providers.contacts.models import Contact
from providers.contacts.schemas import ContactRow
from providers.contacts.service import digest_of, save_contacts
from providers.importing.spec import NumberedRow
from providers.own import service
from providers.own.deciding import refuse_claim
from providers.own.models import RefusalReason
from providers.own.schemas import ClaimCreate
from tests.api.people_steps import bearer, store_member
from tests.core.identity.people import make_organisation
from tests.providers.contact_steps import SOURCE, make_firm, row_of

TIE = "/v1/organisations/{organisation_id}/provider"
_OF_OPERATORS = ("/v1/person-requests", "/v1/evidence")
_OF_FIRMS = ("/v1/provider/", "/v1/contacts")
# Addresses of whoever has signed in, with an account that is sealed with a key of its own.
_OF_PEOPLE = ("/v1/me/export", "/v1/me/requests")


@dataclass(frozen=True)
class Firm:
    """A published provider, and somebody who manages the organisation that answers for it."""

    manager: Membership
    provider_id: UUID
    ref: str

    @property
    def actor(self) -> Actor:
        """That manager."""
        member = self.manager
        return Actor(
            UserKind.PROVIDER, str(member.account_id), member.organisation_id, is_manager=True
        )


def state_of(client: TestClient) -> tuple[SessionFactory, Settings]:
    """The database and the settings of a client's application."""
    assert isinstance(client.app, FastAPI)
    return client.app.state.sessions, client.app.state.settings


def store_firm(client: TestClient, *, is_tied: bool = True) -> Firm:
    """Store a provider with those who answer for it."""
    sessions, _ = state_of(client)
    manager, ref = store_member(client, UserKind.PROVIDER), uuid4().hex
    with transaction(sessions) as session:
        provider_id = make_firm(session, ref)
        if is_tied:
            session.get_one(Organisation, manager.organisation_id).provider_id = provider_id
    return Firm(manager, provider_id, ref)


def store_contact(client: TestClient, firm: Firm, row: ContactRow | None = None) -> UUID:
    """Store a person at a firm, who agreed to the directory if nothing else is said."""
    sessions, settings = state_of(client)
    row = row or row_of(f"Synthetic {uuid4().hex[:8]}", ref=firm.ref)
    with transaction(sessions) as session:
        save_contacts(
            session,
            OPERATOR,
            settings.keyring,
            [NumberedRow(2, row)],
            source=SOURCE,
            platform_place=settings.home_jurisdiction,
            now=utc_now(),
        )
        digest = digest_of(settings.keyring, firm.provider_id, row)
        found = session.query(Contact.id).filter_by(digest=digest).one()
        return UUID(str(found.id))


def store_person(client: TestClient, kind: UserKind = UserKind.ENTERPRISE) -> Membership:
    """Store somebody with a name and an address, sealed with a key of their own."""
    sessions, settings = state_of(client)
    with transaction(sessions) as session:
        account = create_account(
            session,
            settings.keyring,
            email=f"{uuid4().hex}@example.com",
            name="Synthetic Li",
            script="en",
            password_hash=None,
            now=utc_now(),
        )
        organisation = get_organisation(session, make_organisation(session, kind))
        organisation.jurisdiction = "HK"
        return add_member(
            session,
            account_id=account.id,
            organisation=organisation,
            kind=kind,
            is_manager=True,
            now=utc_now(),
        )


def store_request(
    client: TestClient, kind: RequestKind, person_id: UUID, *, place: str = "HK"
) -> UUID:
    """Store a request of somebody, as an operator takes it."""
    with transaction(state_of(client)[0]) as session:
        return open_request(
            session, OPERATOR, kind=kind, place=place, person_id=person_id, received_at=utc_now()
        ).id


def store_claim(client: TestClient, firm: Firm) -> UUID:
    """Store a claim of a firm."""
    body = ClaimCreate.model_validate({"kind": "statement", "title": "We know Vietnam"})
    with transaction(state_of(client)[0]) as session:
        return service.add_claim(session, firm.actor, body=body, now=utc_now()).id


def store_refused(client: TestClient, firm: Firm) -> UUID:
    """Store a claim of a firm and have it refused."""
    claim = store_claim(client, firm)
    with transaction(state_of(client)[0]) as session:
        refuse_claim(
            session,
            OPERATOR,
            evidence_id=claim,
            reason=RefusalReason.CONTRADICTED,
            now=utc_now(),
        )
    return claim


def provider_ready_for(
    client: TestClient, method: str, path: str
) -> tuple[dict[str, str], dict[str, str]] | None:
    """Return headers of somebody who may, and the ids an address needs; None for other addresses."""
    if path.startswith(_OF_PEOPLE):
        return bearer(client, store_person(client)), {}
    if path == TIE:
        headers = bearer(client, store_member(client, UserKind.OPERATOR))
        firm = store_firm(client, is_tied=False)
        known = {"organisation_id": str(firm.manager.organisation_id)}
        return headers, known | {"provider_id": str(firm.provider_id)}
    if path.startswith(_OF_OPERATORS):
        headers = bearer(client, store_member(client, UserKind.OPERATOR))
        return headers, _known_to_operators(client, path)
    if path == "/v1/provider" or path.startswith(_OF_FIRMS):
        firm = store_firm(client)
        return bearer(client, firm.manager), _known_to_firms(client, method, path, firm)
    return None


def _known_to_operators(client: TestClient, path: str) -> dict[str, str]:
    if "{evidence_id}" in path:
        return {"evidence_id": str(store_claim(client, store_firm(client)))}
    if "{request_id}" not in path:
        return {}
    kind = RequestKind.ERASURE if path.endswith("/erasure") else RequestKind.ACCESS
    # The law of Hong Kong does not allow to put anything off.
    place = "VN" if path.endswith("/extension") else "HK"
    asked = store_request(client, kind, store_person(client).account_id, place=place)
    return {"request_id": str(asked)}


def _known_to_firms(client: TestClient, method: str, path: str, firm: Firm) -> dict[str, str]:
    if "{contact_id}" in path:
        return {"contact_id": str(store_contact(client, firm))}
    if "/refused-claims/{evidence_id}" in path:
        return {"evidence_id": str(store_refused(client, firm))}
    if "{evidence_id}" in path:
        return {"evidence_id": str(store_claim(client, firm))}
    if path.endswith("/withdrawal") and method == "delete":
        with transaction(state_of(client)[0]) as session:
            service.withdraw_own_provider(session, firm.actor, now=utc_now())
    return {}
