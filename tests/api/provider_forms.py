"""Forms of firms and about people's data, each sent once by somebody who may, for the trail."""

from collections.abc import Callable
from uuid import UUID

from fastapi.testclient import TestClient
from httpx2 import Response

from core.clock import utc_now
from core.db import transaction
from core.identity.actor import UserKind
from core.identity.models import Membership, Organisation
from core.privacy.law import RequestKind
from providers.own.service import withdraw_own_provider
from tests.api.people_forms import Somebody
from tests.api.provider_steps import (
    Firm,
    state_of,
    store_claim,
    store_contact,
    store_firm,
    store_person,
    store_refused,
    store_request,
)


def firm_person(client: TestClient) -> tuple[Somebody, Firm]:
    """Somebody who has signed in and manages the organisation that answers for a firm."""
    firm, person = store_firm(client, is_tied=False), Somebody(client, UserKind.PROVIDER)
    with transaction(state_of(client)[0]) as session:
        session.get_one(Organisation, person.organisation_id).provider_id = firm.provider_id
        member = session.get_one(Membership, (person.account_id, person.organisation_id))
    return person, Firm(member, firm.provider_id, firm.ref)


def _change(client: TestClient) -> Response:
    person, firm = firm_person(client)
    fields = {"version": "1", "name": f"Synthetic {firm.ref}", "city": "Hue"}
    return person.send("/provider", "/provider", **fields)


def _claim(client: TestClient) -> Response:
    person, _ = firm_person(client)
    return person.send("/provider/evidence", "/provider", kind="statement", title="Vietnam")


def _withdraw_claim(client: TestClient) -> Response:
    person, firm = firm_person(client)
    return person.send(f"/provider/evidence/{store_claim(client, firm)}/withdraw", "/provider")


def _dismiss(client: TestClient) -> Response:
    person, firm = firm_person(client)
    claim = store_refused(client, firm)
    return person.send(f"/provider/refused-claims/{claim}/dismiss", "/provider")


def _come_back(client: TestClient) -> Response:
    person, firm = firm_person(client)
    with transaction(state_of(client)[0]) as session:
        withdraw_own_provider(session, firm.actor, now=utc_now())
    return person.send("/provider/listing/return", "/provider")


def take_back(client: TestClient, person: Somebody, contact: UUID) -> Response:
    """Send the form of a person who does not agree any more."""
    return person.send(
        f"/provider/contacts/{contact}/consents",
        "/provider",
        said="withdrawn",
        purpose="directory",
        notice_version="2026-1",
        evidence="letter 8",
    )


def _consent(client: TestClient) -> Response:
    person, firm = firm_person(client)
    return take_back(client, person, store_contact(client, firm))


def _operator(client: TestClient) -> Somebody:
    return Somebody(client, UserKind.OPERATOR, has_app=True)


def _erase(client: TestClient) -> Response:
    asked = store_request(client, RequestKind.ERASURE, store_person(client).account_id)
    return _operator(client).send(f"/ops/requests/{asked}/erase", "/ops/requests", is_sure="true")


def _tie(client: TestClient) -> Response:
    firm = store_firm(client, is_tied=False)
    address = f"/organisations/{firm.manager.organisation_id}/provider"
    return _operator(client).send(address, "/organisations", provider_id=str(firm.provider_id))


def _verify(client: TestClient) -> Response:
    claim = store_claim(client, store_firm(client))
    return _operator(client).send(f"/ops/claims/{claim}/verify", "/ops/claims")


def _agree(client: TestClient) -> Response:
    firm = store_firm(client)
    contact = store_contact(client, firm)
    return _operator(client).send(
        f"/ops/consents/{contact}",
        f"/ops/consents/{firm.provider_id}",
        seen="1",
        said="given",
        purpose="referral",
        notice_version="2026-1",
        evidence="letter 9",
    )


# As `people_forms.PEOPLE_FORMS`.
PROVIDER_FORMS: dict[str, tuple[Callable[[TestClient], Response], int, list[str]]] = {
    "/provider": (_change, 303, ["provider.saved"]),
    "/provider/evidence": (_claim, 303, ["evidence.saved"]),
    "/provider/evidence/{evidence_id}/withdraw": (_withdraw_claim, 303, ["evidence.deleted"]),
    "/provider/refused-claims/{evidence_id}/dismiss": (
        _dismiss,
        303,
        ["evidence.refusal_dismissed"],
    ),
    "/provider/listing/{step}": (_come_back, 303, ["provider.returned"]),
    "/provider/contacts/{contact_id}/consents": (_consent, 303, ["consent.recorded"]),
    "/ops/requests": (
        lambda client: _operator(client).send("/ops/requests", "/ops/requests", kind="access"),
        303,
        ["person_request.opened"],
    ),
    "/ops/requests/{request_id}/{step}": (
        _erase,
        303,
        ["person.erased", "person_request.closed"],
    ),
    "/ops/claims/{evidence_id}/{step}": (_verify, 303, ["evidence.verified"]),
    "/ops/consents/{contact_id}": (_agree, 303, ["consent.recorded"]),
    "/account/export": (
        lambda client: Somebody(client).send("/account/export"),
        200,
        ["person.exported"],
    ),
    "/account/requests": (
        lambda client: Somebody(client).send("/account/requests", kind="erasure"),
        303,
        ["person_request.opened"],
    ),
    "/organisations/{organisation_id}/provider": (_tie, 303, ["organisation.tied"]),
}
