"""`/v1/providers/{provider_id}/contacts`: who can be written to, as far as they agreed to it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api.contacts import NEVER_KEPT, contacts_for
from api.deps import ActorDep, NowDep, SessionDep, SettingsDep
from api.problems import problem_responses
from api.v1 import examples
from core.errors import Forbidden, SignInNeeded
from providers.contacts.schemas import ContactsRead
from providers.errors import ProviderNotFound

router = APIRouter(prefix="/providers", tags=["Providers"])


@router.get(
    "/{provider_id}/contacts",
    summary="List whom to write to",
    responses=problem_responses(ProviderNotFound, SignInNeeded, Forbidden),
)
def list_contacts(
    *,
    provider_id: Annotated[UUID, Path(examples=[examples.PROVIDER_ID])],
    request: Request,
    response: Response,
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> ContactsRead:
    """Return people at a provider who agreed to be shown to members of the platform.

    Each whose data leave their jurisdiction by this is written into the transfer ledger.
    """
    response.headers.update(NEVER_KEPT)
    return contacts_for(
        session, actor, settings, request.app.state.metrics, provider_id=provider_id, now=now
    )
