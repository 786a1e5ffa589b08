"""Sending e-mail: one letter for what waits for one person about one kind of event.

As with endpoints: claimed, sent outside any transaction, written down. A letter that is sent twice
has the same Message-ID, by which mail programs know it again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.crash_points import crash_point
from core.db import SessionFactory, transaction
from core.job_runs import Effects, Run
from core.jobs import enqueue
from core.outbox.events import EventType
from core.outbox.kinds import DELIVER_MAIL
from core.outbox.mail_texts import SCRIPTS, subject_of, text_of
from core.outbox.models import MessageState, Notification, OutboxMessage
from core.outbox.recipients import Recipient, find_recipient
from core.outbox.schedule import next_attempt
from core.sealing import Keyring
from core.smtp import Mailer, MailNotSent, MailRefused, sender_of

_CLAIM: Final = timedelta(seconds=120)
_MOST_AT_ONCE: Final = 50
_MOST_TIME: Final = timedelta(seconds=20)
_MOST_SUBJECTS: Final = 20
_MOST_IN_A_LETTER: Final = 500

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose letters they are: the header `From`, and the address of the platform in the text."""

    mail_from: str
    public_url: str


@dataclass(frozen=True, slots=True)
class _Letter:
    """Messages that are sent as one."""

    attempts: dict[UUID, int]
    letter_id: UUID
    event_type: EventType
    subjects: tuple[str, ...]
    occurred_at: datetime
    recipient: Recipient | None


def compose(
    recipient: Recipient,
    sender: Sender,
    *,
    event_type: EventType,
    subjects: Sequence[str],
    letter_id: UUID,
    occurred_at: datetime,
) -> EmailMessage:
    """Return a letter in the recipient's script.

    Raises:
        MailRefused: the address cannot stand in a header.
    """
    script = recipient.script if recipient.script in SCRIPTS else SCRIPTS[0]
    letter = address_letter(
        recipient,
        sender,
        subject=subject_of(event_type, script),
        letter_id=letter_id,
        occurred_at=occurred_at,
    )
    shown = list(dict.fromkeys(subjects))
    letter.set_content(
        text_of(
            event_type,
            script,
            shown[:_MOST_SUBJECTS],
            more=max(len(shown) - _MOST_SUBJECTS, 0),
            address=sender.public_url,
        )
    )
    letter["Content-Language"] = script  # the text would have replaced it
    return letter


def address_letter(
    recipient: Recipient,
    sender: Sender,
    *,
    subject: str,
    letter_id: UUID,
    occurred_at: datetime,
) -> EmailMessage:
    """Return a letter that has its headers, and no text yet.

    Raises:
        MailRefused: the address cannot stand in a header.
    """
    letter = EmailMessage(policy=SMTP_POLICY)
    mail_from = sender_of(sender.mail_from)
    try:
        # It refuses line ends, with which an address could bring headers of its own.
        letter["From"] = mail_from
        letter["To"] = Address(addr_spec=recipient.address)
    except (ValueError, IndexError, MessageError) as error:
        raise MailRefused("the address cannot be written to") from error
    letter["Subject"] = subject
    letter["Date"] = format_datetime(occurred_at)
    letter["Message-ID"] = f"<{letter_id}@{mail_from.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    return letter


def deliver_mail(
    run: Run,
    *,
    mailer: Mailer | None,
    sender: Sender,
    ring: Keyring,
    clock: Clock,
    claim: timedelta = _CLAIM,
) -> Effects:
    """Do a `deliver_mail` job: send the letters that are due, and queue those that will be.

    Args:
        run: the attempt.
        mailer: hands letters to the mail server; without one nothing is sent and nothing waits.
        sender: whose letters they are.
        ring: opens the addresses of people.
        clock: the time by which messages are due.
        claim: how long nobody else sends a letter that is being sent.

    Raises:
        LeaseLost, JobCancelled, JobReleased: what was sent and not written down is sent again.
    """
    began_at = clock()
    is_down = False
    for number in range(_MOST_AT_ONCE):
        if is_down or clock() - began_at > _MOST_TIME:
            break
        run.progress(number, _MOST_AT_ONCE)
        claimed = _claim(run.sessions, ring, clock(), claim)
        if claimed is None:
            break
        state, problem = _send(claimed, mailer, sender)
        is_down = state is None
        crash_point("mail.sent")
        with transaction(run.sessions, at="mail.recorded") as session:
            _record(session, claimed, state, problem, clock())

    def go_on(session: Session) -> None:
        _queue_next(session, clock(), is_down=is_down)

    return go_on


def _claim(
    sessions: SessionFactory, ring: Keyring, now: datetime, claim: timedelta
) -> _Letter | None:
    with transaction(sessions, at="outbox.claim") as session:
        waiting = (
            select(OutboxMessage, Notification)
            .join(Notification, Notification.id == OutboxMessage.notification_id)
            .where(
                OutboxMessage.account_id.is_not(None),
                OutboxMessage.state == MessageState.WAITING,
            )
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
            .with_for_update(of=OutboxMessage, skip_locked=True)
        )
        found = session.execute(waiting.where(OutboxMessage.run_after <= now).limit(1)).first()
        if found is None:
            return None
        first, about = found
        # What is due a little later goes along.
        others = waiting.where(
            OutboxMessage.account_id == first.account_id,
            Notification.event_type == about.event_type,
            # What was tried before stays one letter, with its Message-ID, and nothing joins it.
            OutboxMessage.letter_id == first.letter_id,
        ).limit(_MOST_IN_A_LETTER)
        together = session.execute(others).all()
        letter_id = first.letter_id or first.id
        for message, _ in together:
            message.letter_id = letter_id
            message.attempt += 1
            message.run_after = now + claim
        assert first.account_id is not None  # noqa: S101 the query says so; for the type checker
        return _Letter(
            attempts={message.id: message.attempt for message, _ in together},
            letter_id=letter_id,
            event_type=EventType(about.event_type),
            subjects=tuple(notification.subject_id for _, notification in together),
            occurred_at=about.occurred_at,
            recipient=find_recipient(session, ring, first.account_id),
        )


def _send(
    claimed: _Letter, mailer: Mailer | None, sender: Sender
) -> tuple[MessageState | None, str | None]:
    """Return what became of a letter; None while it is to be tried again."""
    if mailer is None:
        return MessageState.DROPPED, "no mail server is set"
    if claimed.recipient is None:
        return MessageState.DROPPED, "there is no such account any more"
    try:
        letter = compose(
            claimed.recipient,
            sender,
            event_type=claimed.event_type,
            subjects=claimed.subjects,
            letter_id=claimed.letter_id,
            occurred_at=claimed.occurred_at,
        )
        mailer.send(letter)
    except MailRefused as error:
        return MessageState.FAILED, str(error)
    except MailNotSent as error:
        return None, str(error)
    return MessageState.SENT, None


def _record(
    session: Session,
    claimed: _Letter,
    state: MessageState | None,
    problem: str | None,
    now: datetime,
) -> None:
    messages = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.id.in_(claimed.attempts), OutboxMessage.state == MessageState.WAITING)
        .order_by(OutboxMessage.id)
        .with_for_update()
    ).all()
    for message in messages:
        if message.attempt != claimed.attempts[message.id]:
            continue
        message.last_problem = problem
        later = next_attempt(message.attempt, failed_at=now, message_id=claimed.letter_id)
        if state is None and later is not None:
            message.run_after = later
        else:
            message.state = state or MessageState.FAILED
            message.settled_at = now


def _queue_next(session: Session, now: datetime, *, is_down: bool) -> None:
    first = session.scalar(
        select(func.min(OutboxMessage.run_after)).where(
            OutboxMessage.account_id.is_not(None), OutboxMessage.state == MessageState.WAITING
        )
    )
    if first is None:
        return
    # A server that did not take one letter is not asked about all the others at once.
    due = max(first, now + timedelta(seconds=60)) if is_down else first
    key = f"{DELIVER_MAIL}:{due.isoformat()}" if due > now else DELIVER_MAIL
    enqueue(session, DELIVER_MAIL, {}, key=key, run_after=due if due > now else None)
