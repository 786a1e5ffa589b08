"""A real browser on a real server: Debian's chromium, uvicorn on a free port, a small catalogue."""

import os
import shutil
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from threading import Event, Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from sqlalchemy.orm import Session

from api.app import create_app
from core.db import make_engine, make_session_factory, transaction
from core.migrations.runner import upgrade_to_head
from core.settings import EncoderKind, Settings
from tests import factories
from tests.api.web.treaties import load_treaties

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class _Server(uvicorn.Server):
    """Tells when it answers, so that nobody has to wait and look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the small catalogue."""
    folder: Path = tmp_path_factory.mktemp("e2e")
    settings = Settings(_env_file=None, data_dir=folder, encoder=EncoderKind.NONE)
    engine = make_engine(settings.sqlalchemy_url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    load_treaties(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)
        _busy_provider(session)
    engine.dispose()
    with serving(settings) as url:
        yield url


@contextmanager
def serving(settings: Settings) -> Generator[str, None, None]:
    """Run the application on a free port, and return its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(create_app(settings), log_config=None, lifespan="on"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        assert server.answers.wait(timeout=60)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listening.close()


def _busy_provider(session: Session) -> None:
    """A provider with more evidence than fits a page, and a name that is longer than a phone."""
    provider = factories.make_provider(
        session,
        name="Synthetic International Infrastructure Consultants-and-Engineers Ltd",
        home="HK",
    )
    for number in range(25):
        factories.make_evidence(
            session,
            provider,
            title=f"Trunkroads{'connectivity' * 3} {number}",
            description="DETAILED DESIGN AND SUPERVISION OF ROADS",
            jurisdictions=("VN", "BD"),
            sectors=("BLT",),
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a file.

    Not for longer: while it is there, an event loop runs in the thread of the tests, and others that
    start one of their own cannot.
    """
    if CHROMIUM is None:
        reason = "chromium is not installed (Debian: chromium, fonts-noto-cjk)"
        if os.environ.get("LANDBRIDGE_TEST_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """A person with a browser: one context, one page, and everything that went wrong in it."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains of; CSP violations are console errors."""
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def check_accessible(self) -> None:
        """Run axe on the page as it stands; it comes in by the debugger, as the CSP demands."""
        session = self.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": AXE + ";0"})
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags}).then(result => result.violations)", TAGS
        )
        session.detach()
        assert not found, [(v["id"], v["impact"], [n["target"] for n in v["nodes"]]) for v in found]

    def check_no_sideways_scroll(self) -> None:
        """Nothing is wider than the window."""
        width, window = self.page.evaluate(
            "[document.documentElement.scrollWidth, window.innerWidth]"
        )
        assert width <= window, f"{self.page.url} is {width} wide in {window}"

    def unexpected(self) -> list[str]:
        """Complaints that no test announced."""
        return [c for c in self.complaints if not any(e in c for e in self.expected)]


@dataclass
class Visitors:
    """Opens contexts, and looks into their consoles at the end."""

    browser: Browser
    address: str
    opened: list[Visitor] = field(default_factory=list)

    def __call__(
        self, *, width: int = 1280, height: int = 900, scheme: str = "light", script: bool = True
    ) -> Visitor:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        visitor = Visitor(context, page)
        page.on("console", visitor.note)
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        self.opened.append(visitor)
        return visitor


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visitors]:
    """Opens visitors; the test fails if a console of theirs holds a complaint."""
    visitors = Visitors(browser, address)
    yield visitors
    complaints = [c for visitor in visitors.opened for c in visitor.unexpected()]
    for visitor in visitors.opened:
        visitor.context.close()
    assert not complaints
