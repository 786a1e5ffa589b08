"""Contacts of a provider for whoever asks, counted twice: what is shown, and what is written down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.observing.metrics import Metrics
from core.db import after_commit
from core.identity.actor import Actor
from core.privacy.law import country_of
from core.privacy.models import Purpose
from core.privacy.recipients import recipient_of
from core.settings import Settings
from providers.contacts.disclosing import OpenContact, disclose_contacts
from providers.contacts.schemas import ContactRead, ContactsRead

# Nobody on the way keeps it: what a person takes back is hidden with the next request.
NEVER_KEPT = {"Cache-Control": "no-store"}


def contacts_for(
    session: Session,
    actor: Actor,
    settings: Settings,
    metrics: Metrics,
    *,
    provider_id: UUID,
    now: datetime,
) -> ContactsRead:
    """Return the contacts of a provider that this user may be shown in the directory.

    Raises:
        ProviderNotFound, SignInNeeded, Forbidden: see `disclose_contacts`.
    """
    recipient = recipient_of(session, actor, platform_place=settings.home_jurisdiction)
    disclosed = disclose_contacts(
        session,
        actor,
        settings.keyring,
        provider_id=provider_id,
        recipient=recipient,
        purpose=Purpose.DIRECTORY,
        now=now,
    )
    answer = ContactsRead(
        items=[_read(one) for one in disclosed.shown], withheld=disclosed.withheld
    )
    # Counted from the answer itself, not from what the ledger says of it: an alert compares the two.
    abroad = sum(country_of(item.place) != recipient.country for item in answer.items)
    recorded = sum(one.is_transfer for one in disclosed.shown)
    if abroad or recorded:
        after_commit(session, lambda: metrics.count_transfers(shown=abroad, recorded=recorded))
    return answer


def _read(contact: OpenContact) -> ContactRead:
    values: dict[str, Any] = {  # Any: each is checked by the model
        name: contact.fields.get(name)
        for name in ("name", "role", "email", "phone", "wechat", "whatsapp")
    }
    return ContactRead(
        id=contact.contact_id,
        place=contact.place,
        notice_version=contact.notice_version,
        **values,
    )
