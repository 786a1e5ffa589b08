"""`/v1/contacts`: what people at providers agree to, for staff and for the provider's own users."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel

from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep, SettingsDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import provider_examples as examples
from core.errors import Forbidden, SignInNeeded
from core.privacy.errors import PersonErased
from providers.contacts import consenting
from providers.contacts.consenting import ConsentCreate, ConsentRead, ContactStandRead
from providers.contacts.errors import ContactNotFound
from providers.own.errors import NoProfile

router = APIRouter(prefix="/contacts", tags=["Providers"], route_class=StrictRoute)

ContactId = Annotated[UUID, Path(description="The person, by a random id.")]


class ContactStandList(BaseModel):
    """People at providers, and what they agree to."""

    items: list[ContactStandRead]


class ConsentList(BaseModel):
    """Everything that a person said."""

    items: list[ConsentRead]


@router.get(
    "",
    summary="List people and what they agree to",
    responses=problem_responses(SignInNeeded, Forbidden, NoProfile),
)
def list_contacts(
    session: ReadSessionDep,
    actor: ActorDep,
    provider_id: Annotated[
        UUID | None, Query(description="Of one provider; without, your own, or all for operators.")
    ] = None,
) -> ContactStandList:
    """Return people at a provider by their random ids; who they are stays sealed."""
    return ContactStandList(items=consenting.list_stands(session, actor, provider_id=provider_id))


@router.get(
    "/{contact_id}/consents",
    summary="List what a person agreed to",
    responses=problem_responses(SignInNeeded, ContactNotFound),
)
def list_consents(contact_id: ContactId, session: ReadSessionDep, actor: ActorDep) -> ConsentList:
    """Return all that a person agreed to or took back, oldest first; rows are never changed."""
    return ConsentList(items=consenting.list_contact_consents(session, actor, contact_id))


@router.post(
    "/{contact_id}/consents",
    status_code=201,
    summary="Record what a person said",
    responses=problem_responses(SignInNeeded, ContactNotFound, PersonErased),
)
def record_consent(
    *,
    contact_id: ContactId,
    body: Annotated[ConsentCreate, Body(openapi_examples=examples.CONSENT_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> ConsentRead:
    """Write down that a person agrees to a purpose, or does not any more: it holds at once."""
    row = consenting.record_contact_consent(
        session, actor, settings.keyring, contact_id=contact_id, said=body, now=now
    )
    return ConsentRead.model_validate(row)
