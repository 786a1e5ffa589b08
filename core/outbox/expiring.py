"""Telling organisations of tokens that will soon not be valid any more."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.identity.models import ApiToken, Organisation, OrganisationKind
from core.outbox.events import PLATFORM_ID, Event, EventType
from core.outbox.models import Notification
from core.outbox.notifying import notify_all

TOLD_BEFORE: Final = timedelta(days=14)


def tell_of_expiring(session: Session, *, now: datetime) -> int:
    """Tell of each token that ends within two weeks, once; return how many are told of.

    One that was made for no longer than that is as its maker wished it.
    """
    ending = session.execute(
        select(ApiToken, Organisation.kind)
        .join(Organisation, Organisation.id == ApiToken.organisation_id)
        .where(
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            ApiToken.expires_at <= now + TOLD_BEFORE,
        )
        .order_by(ApiToken.id)
    ).all()
    events = []
    for token, kind in ending:
        known = exists().where(
            Notification.event_type == EventType.CREDENTIAL_EXPIRING,
            Notification.subject_id == str(token.id),
        )
        if token.expires_at - token.created_at <= TOLD_BEFORE or session.scalar(select(known)):
            continue
        is_ours = kind == OrganisationKind.PLATFORM
        events.append(
            Event(
                PLATFORM_ID if is_ours else token.organisation_id,
                EventType.CREDENTIAL_EXPIRING,
                str(token.id),
                {"credential": "api_token", "expires_at": token.expires_at.isoformat()},
            )
        )
    return len(notify_all(session, events, now=now))
