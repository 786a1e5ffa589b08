"""The page of whom to write to at a provider; apart from the profile, so that each look counts."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.contacts import NEVER_KEPT, contacts_for
from api.deps import ActorDep, NowDep, SessionDep, SettingsDep
from api.web.rendering import PageDep
from core.identity.actor import OPEN_ACCESS_ID
from core.privacy.recipients import is_unverified
from providers import queries

router = APIRouter(include_in_schema=False)


@router.get("/providers/{provider_id}/contacts")
def show_contacts(
    *,
    page: PageDep,
    request: Request,
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
    provider_id: UUID,
) -> HTMLResponse:
    """Show people at a provider who agreed to be shown."""
    found = contacts_for(
        session, actor, settings, request.app.state.metrics, provider_id=provider_id, now=now
    )
    answer = page.render(
        "public/contacts.html",
        provider=queries.get_provider(session, provider_id),
        contacts=found.items,
        withheld=found.withheld,
        is_unknown=actor.tenant_id == OPEN_ACCESS_ID,
        is_unverified=is_unverified(session, actor),
    )
    answer.headers.update(NEVER_KEPT)
    return answer
