"""People who come by a mailed link: a real browser, and a real mail server on this machine."""

import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from queue import Queue
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, expect
from pydantic import SecretStr

from core.db import make_engine, make_session_factory, transaction
from core.identity.actor import UserKind
from core.identity.models import Organisation
from core.migrations.runner import upgrade_to_head
from core.settings import EncoderKind, Settings
from providers.models import EvidenceKind
from providers.own.models import RefusalReason, RefusedClaim
from tests import factories
from tests.api.web.signing import PASSWORD, make_person
from tests.core.identity.people import make_organisation
from tests.e2e.conftest import Visitor, Visitors, serving

# Where a person looks at the pages; nothing is drawn without it.
PICTURES = os.environ.get("LANDBRIDGE_TEST_PICTURES", "")
PUBLIC_URL = "http://landbridge.example"
WORDS = "five ferries to Beihai"
OTHER_WORDS = "six lanterns over Pingxiang"


@dataclass
class Inbox:
    """Takes letters."""

    letters: Queue[EmailMessage] = field(default_factory=Queue[EmailMessage])

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.put(message_from_bytes(content, policy=default))
        return "250 OK"

    def link(self) -> str:
        """Return the way that the next letter shows."""
        text = self.letters.get(timeout=30).get_content()
        found = re.search(re.escape(PUBLIC_URL) + r"(/\S+)", text)
        assert found is not None, text
        return found[1]


@dataclass(frozen=True)
class Platform:
    """A server that mails links, and who is known to it."""

    url: str
    inbox: Inbox
    email: str
    manager: str


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    inbox = Inbox()
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    mail = Controller(inbox, hostname="127.0.0.1", port=port)
    mail.start()
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path_factory.mktemp("links"),
        encoder=EncoderKind.NONE,
        open_access=False,
        self_registration=True,
        smtp_url=SecretStr(f"smtp+plain://127.0.0.1:{port}"),
        public_url=PUBLIC_URL,
    )
    engine = make_engine(settings.sqlalchemy_url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        provider = factories.make_provider(session, name="Synthetic Beihai Surveyors")
        firm_id = make_organisation(session, UserKind.PROVIDER)
        session.get_one(Organisation, firm_id).provider_id = provider.id
        session.add(
            RefusedClaim(
                id=uuid4(),
                provider_id=provider.id,
                kind=EvidenceKind.STATEMENT,
                title="Surveys of every port of Vietnam",
                reason=RefusalReason.CONTRADICTED,
                refused_at=factories.NOW,
            )
        )
    known = make_person(
        sessions, settings, UserKind.PROVIDER, organisation_id=str(firm_id), is_manager=True
    )
    manager = make_person(sessions, settings, email="manager@jade.example", is_manager=True)
    engine.dispose()
    with serving(settings) as url:
        yield Platform(url, inbox, known.email, manager.email)
    mail.stop()


@pytest.fixture
def visit(browser: Browser, platform: Platform) -> Iterator[Visitors]:
    visitors = Visitors(browser, platform.url)
    yield visitors
    complaints = [c for visitor in visitors.opened for c in visitor.unexpected()]
    for visitor in visitors.opened:
        visitor.context.close()
    assert not complaints


def look(visitor: Visitor, name: str) -> None:
    visitor.check_accessible()
    visitor.check_no_sideways_scroll()
    if PICTURES:
        visitor.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_an_enterprise_registers_and_confirms_by_its_link(
    visit: Visitors, platform: Platform
) -> None:
    visitor = visit(width=390)
    page = visitor.page
    page.goto("/register?lang=zh-Hant")
    look(visitor, "register-zh-Hant")
    for name, typed in (
        ("organisation", "北海造紙有限公司"),
        ("email", "chan@beihai.example"),
        ("name", "Synthetic Chan"),
        ("password", WORDS),
    ):
        page.locator(f"[name={name}]").fill(typed)
    page.keyboard.press("Enter")
    expect(page.locator("p.notice")).to_be_visible()
    look(visitor, "registered-zh-Hant")

    page.goto(platform.inbox.link())
    look(visitor, "confirm-zh-Hant")
    page.locator("[name=password]").fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="登出")).to_be_attached()


def test_a_firm_that_forgot_its_password_chooses_another_and_edits_its_profile(
    visit: Visitors, platform: Platform
) -> None:
    visitor = visit(width=320, scheme="dark")
    page = visitor.page
    page.goto("/forgotten-password?lang=en")
    look(visitor, "forgotten-en")
    page.get_by_label("E-mail address").fill(platform.email)
    page.keyboard.press("Enter")
    expect(page.locator("p.notice")).to_contain_text("If there is an account")
    page.goto(platform.inbox.link())
    look(visitor, "new-password-en")
    page.get_by_label("New password").fill(OTHER_WORDS)
    page.keyboard.press("Enter")
    # To go elsewhere while the answer is on its way would break it off.
    expect(page.get_by_label("New password")).not_to_be_attached()

    page.goto("/sign-in?lang=en&next=/provider")
    page.get_by_label("E-mail address").fill(platform.email)
    page.get_by_label("Password").fill(OTHER_WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")
    look(visitor, "provider-en")
    page.locator("[name=city]").fill("Beihai")
    page.keyboard.press("Enter")
    expect(page.locator("[name=city]")).to_have_value("Beihai")
    expect(page.locator("li[id^=refused-]")).to_contain_text("A source says otherwise")
    page.get_by_role("button", name="Take it off the list").focus()
    page.keyboard.press("Enter")
    expect(page.locator("li[id^=refused-]")).to_have_count(0)


def test_somebody_is_invited_and_makes_an_account_by_the_link(
    visit: Visitors, platform: Platform
) -> None:
    manager = visit().page
    manager.goto("/sign-in?lang=en&next=/organisation")
    manager.get_by_label("E-mail address").fill(platform.manager)
    manager.get_by_label("Password").fill(PASSWORD)
    manager.keyboard.press("Enter")
    manager.get_by_label("E-mail address").fill("lin@jade.example")
    manager.keyboard.press("Enter")
    expect(manager.get_by_text("lin@jade.example").first).to_be_visible()

    visitor = visit(width=390)
    page = visitor.page
    page.goto(f"{platform.inbox.link()}?lang=zh-Hans")
    look(visitor, "invitation-zh-Hans")
    page.locator("[name=name]").fill("Synthetic Lin")
    page.locator("[name=password]").fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_attached()

    manager.goto("/organisation")
    expect(manager.get_by_text("Synthetic Lin").first).to_be_visible()
