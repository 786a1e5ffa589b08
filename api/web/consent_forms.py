"""What the pages of firms and of operators share: a firm's people, and what they say of consents."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api.contacts import contacts_for
from api.web.rendering import Page
from core.identity.actor import Actor
from core.privacy.models import Purpose
from providers.contacts.consenting import ConsentCreate, ContactStandRead, list_stands
from providers.models import Provider, ProviderStatus


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a firm: what they agree to, and their name where they agree to be shown."""

    stand: ContactStandRead
    name: str | None


def people_of(
    page: Page, session: Session, actor: Actor, provider: Provider, *, now: datetime
) -> list[Person]:
    """Return a firm's people; names come as they come to other members, and are written down."""
    stands = list_stands(session, actor, provider_id=provider.id)
    shown: dict[UUID, str | None] = {}
    if stands and provider.status == ProviderStatus.PUBLISHED:
        found = contacts_for(
            session,
            actor,
            page.settings,
            page.request.app.state.metrics,
            provider_id=provider.id,
            now=now,
        )
        shown = {one.id: one.name for one in found.items}
    return [Person(stand, shown.get(stand.id)) for stand in stands]


def read_consent(
    purpose: Purpose, group: str, said: str, notice_version: str, evidence: str
) -> ConsentCreate | None:
    """Read the form in which somebody writes down what a person said; None where it does not do."""
    try:
        return ConsentCreate.model_validate(
            {
                "purpose": purpose,
                "group": group or None,
                "is_given": {"given": True, "withdrawn": False}.get(said),
                "notice_version": notice_version.strip(),
                "evidence": evidence.strip(),
            }
        )
    except ValidationError:
        return None


def say_unfit(page: Page) -> str:
    """Say what such a form needs."""
    return page.gettext(
        "Say what the person said, which notice they had, and where the proof lies."
    )
