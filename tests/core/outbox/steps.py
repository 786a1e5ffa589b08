"""Time that a test makes go by, and receivers that do as they are told."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from core.identity.accounts import ACCOUNT_PURPOSE
from core.identity.actor import Actor, UserKind
from core.identity.models import Account, PersonKey
from core.job_control import expire_leases
from core.job_runs import Registry
from core.jobs import Job, JobState
from core.outbox.endpoints import create_endpoint
from core.outbox.events import EventType
from core.outbox.kinds import DELIVER_MAIL, DELIVER_WEBHOOKS, NOTIFY
from core.outbox.mail import Sender, deliver_mail
from core.outbox.models import OutboxMessage, WebhookEndpoint
from core.outbox.notifying import notify
from core.outbox.schemas import WebhookCreate, WebhookMade
from core.outbox.spreading import spread_notifications
from core.outbox.webhooks import deliver_webhooks
from core.outgoing.client import Answer, Unreachable
from core.sealing import Keyring, PersonSeal
from core.smtp import MailNotSent
from tests.core.identity.people import make_member, make_organisation
from tools.drills.days import Days

RING = Keyring([b"k" * 32])
SENDER = Sender(mail_from="Landbridge <noreply@landbridge.example>", public_url="https://l.example")


@dataclass(frozen=True)
class Sent:
    """What a receiver was sent, and when."""

    at: datetime
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> dict[str, Any]:  # Any: JSON
        return dict(json.loads(self.body))


@dataclass
class Receiver:
    """Counts what it is sent, and answers what `answer` says; None is no answer at all."""

    clock: Callable[[], datetime]
    answer: Callable[[Sent], int | None] = lambda _sent: 204
    seen: list[Sent] = field(default_factory=list[Sent])
    accepted: list[Sent] = field(default_factory=list[Sent])

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        sent = Sent(self.clock(), url, headers, body)
        self.seen.append(sent)
        status = self.answer(sent)
        if status is None:
            raise Unreachable("it did not answer in time")
        answer = Answer(status)
        if answer.is_success:
            self.accepted.append(sent)
        return answer


@dataclass
class Postman:
    """Keeps the letters that it is handed, unless it is away."""

    is_away: bool = False
    letters: list[EmailMessage] = field(default_factory=list[EmailMessage])

    def send(self, letter: EmailMessage) -> None:
        if self.is_away:
            raise MailNotSent("the mail server does not answer")
        self.letters.append(letter)


class Simulation(Days):
    """Days that go by for a receiver and a postman that do as they are told."""

    def __init__(self, sessions: SessionFactory, *, has_mail: bool = False) -> None:
        super().__init__(sessions)
        self._has_mail = has_mail
        self.receiver = Receiver(self.clock)
        self.postman = Postman()

    def registry(self) -> Registry:
        """Return the handlers, as they are at this moment."""
        return {
            NOTIFY: lambda run: spread_notifications(
                run, has_mail=self._has_mail, clock=self.clock
            ),
            DELIVER_WEBHOOKS: lambda run: deliver_webhooks(
                run, poster=self.receiver, ring=RING, clock=self.clock
            ),
            DELIVER_MAIL: lambda run: deliver_mail(
                run, mailer=self.postman, sender=SENDER, ring=RING, clock=self.clock
            ),
        }

    def take_up_what_is_left(self) -> None:
        """Be the worker that comes after one that was killed."""
        with transaction(self.sessions) as session:
            expire_leases(session)

    def waiting_jobs(self) -> list[UUID]:
        with reading(self.sessions) as session:
            waiting = select(Job.id).where(Job.state == JobState.QUEUED)
            return list(session.scalars(waiting.order_by(Job.run_after, Job.id)))


def make_manager(session: Session, *, address: str = "", script: str = "en") -> Actor:
    """Store an organisation and who manages it; one with an address can be written to."""
    member = make_member(session, organisation_id=make_organisation(session), is_manager=True)
    if address:
        give_address(session, member.account_id, address, script)
    return Actor(
        UserKind.ENTERPRISE, str(member.account_id), member.organisation_id, is_manager=True
    )


def give_address(session: Session, account_id: UUID, address: str, script: str) -> None:
    seal, wrapped = PersonSeal.make(RING)
    session.add(PersonKey(person_id=account_id, wrapped=wrapped, created_at=datetime.now(UTC)))
    account = session.get_one(Account, account_id)
    account.script = script
    known = json.dumps({"email": address, "name": "somebody"}).encode()
    account.sealed = seal.seal(known, purpose=ACCOUNT_PURPOSE)
    session.flush()


def make_endpoint(
    simulation: Simulation, actor: Actor, url: str = "https://hooks.example.com/", **options: object
) -> WebhookMade:
    with transaction(simulation.sessions) as session:
        wanted = WebhookCreate.model_validate({"url": url, **options})
        return create_endpoint(session, actor, RING, wanted=wanted, now=simulation.now)


def tell(
    simulation: Simulation, actor: Actor, subject: str | None = None, version: int = 1
) -> UUID:
    """Tell an organisation that a list has changed; return the `webhook-id`."""
    with transaction(simulation.sessions) as session:
        return notify(
            session,
            actor.tenant,
            EventType.NEED_REMATCHED,
            subject or str(uuid4()),
            {"need_version": version},
            now=simulation.now,
        ).id


def endpoint_of(simulation: Simulation, endpoint_id: UUID) -> WebhookEndpoint:
    with reading(simulation.sessions) as session:
        return session.get_one(WebhookEndpoint, endpoint_id)


def messages_of(simulation: Simulation) -> list[OutboxMessage]:
    with reading(simulation.sessions) as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def fails_half(seed: int) -> Callable[[Sent], int | None]:
    """Fail every second time on average, in one of three ways."""
    chance = random.Random(seed)  # noqa: S311 a test that can be repeated

    def answer(_sent: Sent) -> int | None:
        return chance.choice([204, 200, 202, 500, 503, None])

    return answer
