"""E-mail, handed to a real server on this machine."""

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from core.clock import utc_now
from core.db import SessionFactory, transaction
from core.identity.actor import UserKind
from core.identity.models import Account, AccountStatus, Membership
from core.identity.registrations import confirm_registration, read_registration
from core.job_runs import Outcome, execute_job
from core.jobs import Job
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.mail import compose
from core.outbox.mail_texts import SCRIPTS, mailed_types
from core.outbox.models import MessageState
from core.outbox.notifying import notify
from core.outbox.recipients import Recipient
from core.outbox.registration_letters import MAIL_REGISTRATION, mail_registration, register
from core.settings import Settings
from core.smtp import MailNotSent, MailRefused, SmtpMailer
from tests.core.identity.people import make_member
from tests.core.job_steps import Killed
from tests.core.outbox.steps import (
    RING,
    SENDER,
    Simulation,
    give_address,
    make_manager,
    messages_of,
    tell,
)


@dataclass
class Inbox:
    """Takes letters, and answers what it is told to."""

    answer: str = "250 OK"
    letters: list[EmailMessage] = field(default_factory=list[EmailMessage])
    was_secured: list[bool] = field(default_factory=list[bool])

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        self.was_secured.append(session.ssl is not None)
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=default))
        return self.answer


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def server(inbox: Inbox, authority: trustme.CA) -> Iterator[Controller]:
    """A mail server that offers STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    controller = Controller(inbox, hostname="127.0.0.1", port=_free_port(), tls_context=context)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailer(server: Controller, authority: trustme.CA) -> SmtpMailer:
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return SmtpMailer(
        host="localhost", port=server.port, scheme="smtp", ssl_context=trust, timeout_seconds=5
    )


def _letter(address: str = "chan@example.com", script: str = "en") -> EmailMessage:
    return compose(
        Recipient(address, script),
        SENDER,
        event_type=EventType.NEED_REMATCHED,
        subjects=[str(uuid4())],
        letter_id=uuid4(),
        occurred_at=datetime(2026, 11, 22, 9, tzinfo=UTC),
    )


@pytest.fixture
def simulation(sessions: SessionFactory) -> Simulation:
    return Simulation(sessions, has_mail=True)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_letter_arrives_in_its_recipients_script_and_sealed(
    mailer: SmtpMailer, inbox: Inbox, script: str
) -> None:
    sent = _letter(script=script)
    mailer.send(sent)

    (letter,) = inbox.letters
    words = {"en": "have changed", "zh-Hans": "服务机构名单", "zh-Hant": "服務機構名單"}
    assert words[script] in letter["Subject"]
    assert letter["Content-Language"] == script
    assert letter["Message-ID"] == sent["Message-ID"]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == "Landbridge <noreply@landbridge.example>"
    assert letter.get_content().replace("\r\n", "\n") == sent.get_content().replace("\r\n", "\n")
    assert inbox.was_secured == [True]


def test_the_link_of_a_registration_arrives_over_a_real_server_and_confirms_it(
    mailer: SmtpMailer, inbox: Inbox, sessions: SessionFactory
) -> None:
    wanted = read_registration(
        organisation="珠江工具",
        email="chan@pearl.example",
        name="陳大文",
        script="zh-Hant",
        password_hash="",
    )
    now = utc_now()
    with transaction(sessions) as session:
        register(session, RING, wanted, now=now)
        job_id = session.scalars(select(Job.id).where(Job.kind == MAIL_REGISTRATION)).one()
    registry = {
        MAIL_REGISTRATION: lambda run: mail_registration(
            run, mailer=mailer, sender=SENDER, ring=RING, clock=lambda: now
        )
    }
    assert execute_job(sessions, registry, job_id) is Outcome.DONE

    (letter,) = inbox.letters
    found = re.search(r"https://l\.example/register/(\S+)", letter.get_content())
    assert (letter["To"], letter["Content-Language"]) == ("chan@pearl.example", "zh-Hant")
    assert inbox.was_secured == [True]
    assert found is not None
    with transaction(sessions) as session:
        account = confirm_registration(session, RING, secret=found.group(1), seen=wanted, now=now)
        (place,) = session.scalars(
            select(Membership).where(Membership.account_id == account.id)
        ).all()
        assert place.is_manager


@pytest.mark.parametrize("event_type", sorted(mailed_types()))
@pytest.mark.parametrize("script", SCRIPTS)
def test_every_letter_can_be_written_in_every_script(event_type: EventType, script: str) -> None:
    letter = compose(
        Recipient("chan@example.com", script),
        SENDER,
        event_type=event_type,
        subjects=["one", "one", *(str(number) for number in range(30))],
        letter_id=uuid4(),
        occurred_at=datetime.now(UTC),
    )
    text = letter.get_content().replace("\r\n", "\n")

    assert text.count("\n  one\n") == 1
    assert "11" in text.partition("  18\n")[2]  # so many are left out
    assert SENDER.public_url in text


def test_a_letter_is_written_about_everything_but_tests() -> None:
    assert set(EventType) - mailed_types() == {EventType.WEBHOOK_TEST}


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "a@example.com\x00",
        "a",
        "",
        "<a@example.com>",
    ],
)
def test_an_address_brings_no_header_of_its_own(address: str) -> None:
    with pytest.raises(MailRefused):
        _letter(address)


def test_nothing_is_sent_without_the_encryption_that_was_asked_for(inbox: Inbox) -> None:
    plain = Controller(inbox, hostname="127.0.0.1", port=_free_port())
    plain.start()
    try:
        mailer = SmtpMailer(host="127.0.0.1", port=plain.port, scheme="smtp", timeout_seconds=5)
        with pytest.raises(MailNotSent, match="STARTTLS"):
            mailer.send(_letter())
        assert inbox.letters == []
        SmtpMailer(host="127.0.0.1", port=plain.port, scheme="smtp+plain").send(_letter())
        assert len(inbox.letters) == 1
    finally:
        plain.stop()


def test_a_certificate_of_nobody_known_is_not_believed(server: Controller, inbox: Inbox) -> None:
    mailer = SmtpMailer(host="localhost", port=server.port, scheme="smtp", timeout_seconds=5)

    with pytest.raises(MailNotSent):
        mailer.send(_letter())
    assert inbox.letters == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [("550 no such user", MailRefused), ("451 come back later", MailNotSent)],
)
def test_tells_a_refusal_for_good_from_one_for_now(
    mailer: SmtpMailer, inbox: Inbox, answer: str, error: type[Exception]
) -> None:
    inbox.answer = answer

    with pytest.raises(error) as raised:
        mailer.send(_letter())
    assert "chan" not in str(raised.value)


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailer = SmtpMailer(
            host="127.0.0.1", port=silent.getsockname()[1], scheme="smtp", timeout_seconds=0.2
        )
        with pytest.raises(MailNotSent):
            mailer.send(_letter())


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "http://mail.example.org", "smtp://", "smtp+plain://user:secret@mail"],
)
def test_says_what_is_wrong_with_the_settings(url: str) -> None:
    with pytest.raises(ValueError, match="LANDBRIDGE_SMTP_URL"):
        Settings(_env_file=None, smtp_url=url)


def test_reads_a_user_and_a_password_from_the_settings() -> None:
    mailer = SmtpMailer.of("smtps://chan%40example.org:p%2Fw@mail.example.org")

    assert (mailer.user, mailer.password, mailer.port) == ("chan@example.org", "p/w", 465)


def test_what_happens_at_about_the_same_time_is_one_letter(
    simulation: Simulation, sessions: SessionFactory
) -> None:
    with transaction(sessions) as session:
        ours = make_manager(session, address="chan@example.com", script="zh-Hant")
        make_manager(session, address="other@example.com")
    for number in range(5):
        tell(simulation, ours, f"need-{number}")
        simulation.run_for(minutes=2)
    assert simulation.postman.letters == []
    simulation.run_for(minutes=30)

    (letter,) = simulation.postman.letters
    assert letter["To"] == "chan@example.com"
    assert letter["Content-Language"] == "zh-Hant"
    assert all(f"need-{number}" in letter.get_content() for number in range(5))
    assert {one.state for one in messages_of(simulation)} == {MessageState.SENT}


def test_a_letter_whose_sender_is_killed_has_the_same_id_again(
    simulation: Simulation, sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(sessions) as session:
        ours = make_manager(session, address="chan@example.com")
    tell(simulation, ours, "first")
    send = simulation.postman.send

    def send_and_die(letter: EmailMessage) -> None:
        send(letter)
        raise Killed

    monkeypatch.setattr(simulation.postman, "send", send_and_die)
    with pytest.raises(Killed):
        simulation.run_for(hours=1)
    monkeypatch.undo()
    simulation.take_up_what_is_left()
    tell(simulation, ours, "second")
    simulation.run_for(hours=1)

    died, again, other = simulation.postman.letters
    assert died.as_bytes() == again.as_bytes()
    assert other["Message-ID"] != died["Message-ID"]
    assert "second" in other.get_content()


def test_a_mail_server_that_is_away_gets_every_letter_once_it_is_back(
    simulation: Simulation, sessions: SessionFactory
) -> None:
    with transaction(sessions) as session:
        people = [make_manager(session, address=f"{name}@example.com") for name in "abc"]
    simulation.postman.is_away = True
    for one in people:
        tell(simulation, one)
    simulation.run_for(hours=5)
    simulation.postman.is_away = False
    simulation.run_for(hours=20)

    assert sorted(str(one["To"]) for one in simulation.postman.letters) == [
        "a@example.com",
        "b@example.com",
        "c@example.com",
    ]


def test_tells_each_of_the_platforms_people_what_is_theirs_and_nobody_who_is_gone(
    simulation: Simulation, sessions: SessionFactory
) -> None:
    with transaction(sessions) as session:
        for kind in ("operator", "administrator", "committee", "enterprise"):
            member = make_member(session, kind=UserKind(kind))
            give_address(session, member.account_id, f"{kind}@example.com", "en")
        gone = make_member(session, kind=UserKind.OPERATOR)
        give_address(session, gone.account_id, "gone@example.com", "en")
        session.get_one(Account, gone.account_id).status = AccountStatus.SUSPENDED
        notify(session, PLATFORM_ID, EventType.JOB_PARKED, "a job", {"kind": "rematch"})
        notify(session, PLATFORM_ID, EventType.RANKER_PROPOSED, "a ranker")
    simulation.run_for(hours=1)

    told = {(str(one["To"]), str(one["Subject"])) for one in simulation.postman.letters}
    assert told == {
        ("operator@example.com", "A job has failed and waits for you"),
        ("administrator@example.com", "A job has failed and waits for you"),
        ("committee@example.com", "A ranker waits for your vote"),
    }


def test_no_address_is_kept_with_what_is_to_be_sent(
    simulation: Simulation, sessions: SessionFactory
) -> None:
    """Whoever is erased before a letter leaves is not written to."""
    with transaction(sessions) as session:
        ours = make_manager(session, address="chan@example.com")
    tell(simulation, ours)
    simulation.run_for(minutes=1)
    with transaction(sessions) as session:
        account = session.get_one(Account, messages_of(simulation)[0].account_id)
        account.sealed = None
    simulation.run_for(hours=1)

    assert simulation.postman.letters == []
    assert [one.state for one in messages_of(simulation)] == [MessageState.DROPPED]
