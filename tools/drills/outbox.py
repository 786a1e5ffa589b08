"""Telling an organisation, with an endpoint and a mail server that take everything."""

import json
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from uuid import uuid4

from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.accounts import ACCOUNT_PURPOSE
from core.identity.actor import ENTERPRISE, OPEN_ACCESS_ID, UserKind
from core.identity.models import Account, AccountStatus, Membership, PersonKey
from core.job_runs import Handler
from core.outbox.endpoints import create_endpoint
from core.outbox.events import EventType
from core.outbox.kinds import DELIVER_MAIL, DELIVER_WEBHOOKS, NOTIFY
from core.outbox.mail import Sender, deliver_mail
from core.outbox.notifying import notify
from core.outbox.schemas import WebhookCreate
from core.outbox.spreading import spread_notifications
from core.outbox.webhooks import deliver_webhooks
from core.outgoing.client import Answer
from core.sealing import Keyring, PersonSeal

RING = Keyring([b"d" * 32])
_AT_ONCE = timedelta(0)


class _TakesAll:
    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        return Answer(204)

    def send(self, letter: EmailMessage) -> None:
        """Take a letter."""


# Nobody else works here: what a killed process had claimed may be claimed at once.
OUTBOX: Mapping[str, Handler] = {
    NOTIFY: partial(spread_notifications, has_mail=True, clock=utc_now),
    DELIVER_WEBHOOKS: partial(
        deliver_webhooks, poster=_TakesAll(), ring=RING, clock=utc_now, claim=_AT_ONCE
    ),
    DELIVER_MAIL: partial(
        deliver_mail,
        mailer=_TakesAll(),
        sender=Sender("drill@example.com", ""),
        ring=RING,
        clock=utc_now,
        claim=_AT_ONCE,
    ),
}


def tell(sessions: SessionFactory) -> None:
    """Give an organisation an endpoint and a manager, and tell it of two things."""
    now = utc_now()
    with transaction(sessions) as session:
        wanted = WebhookCreate(url="https://drill.example.com/")
        create_endpoint(session, ENTERPRISE, RING, wanted=wanted, now=now)
        seal, wrapped = PersonSeal.make(RING)
        known = json.dumps({"email": "drill@example.com", "name": "drill"}).encode()
        account = Account(
            id=uuid4(),
            sealed=seal.seal(known, purpose=ACCOUNT_PURPOSE),
            script="en",
            is_service=False,
            status=AccountStatus.ACTIVE,
            created_at=now,
        )
        session.add_all([account, PersonKey(person_id=account.id, wrapped=wrapped, created_at=now)])
        session.flush()
        session.add(
            Membership(
                account_id=account.id,
                organisation_id=OPEN_ACCESS_ID,
                kind=UserKind.ENTERPRISE,
                is_manager=True,
                created_at=now,
            )
        )
    for subject in ("one", "two"):
        with transaction(sessions) as session:
            notify(
                session, OPEN_ACCESS_ID, EventType.NEED_TEXT_READ, subject, {"purpose": "support"}
            )
