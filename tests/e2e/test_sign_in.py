"""Signing in with a real browser: passkeys on a virtual authenticator, codes, and every page's look."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.sign_in_counts import SignInCounts
from core.clock import utc_now
from core.db import make_engine, make_session_factory
from core.identity.actor import UserKind
from core.identity.second_factor import code_at
from core.migrations.runner import upgrade_to_head
from core.settings import EncoderKind, Settings
from tests import factories
from tests.api.web.signing import PASSWORD, Known, make_person
from tests.e2e.conftest import Visitor, Visitors, serving

# Where a person looks at the pages; nothing is drawn without it.
PICTURES = os.environ.get("LANDBRIDGE_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def people(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, dict[UserKind, Known]]]:
    """A server that asks everybody to sign in, and who can."""
    folder: Path = tmp_path_factory.mktemp("sign-in")
    settings = Settings(
        _env_file=None, data_dir=folder, encoder=EncoderKind.NONE, open_access=False
    )
    engine = make_engine(settings.sqlalchemy_url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    known = {
        kind: make_person(sessions, settings, kind, is_manager=True)
        for kind in (UserKind.ENTERPRISE, UserKind.OPERATOR, UserKind.COMMITTEE)
    }
    for lang in ("en", "zh-Hant", "zh-Hans"):
        for width in (1280, 390):
            make_person(
                sessions,
                settings,
                UserKind.ADMINISTRATOR,
                email=f"{lang}-{width}@example.com",
                is_manager=True,
            )
    engine.dispose()
    # All of these tests come from one address within a minute.
    patience = partial(SignInCounts, per_account=1_000, per_address=1_000)
    with pytest.MonkeyPatch.context() as patched, ExitStack() as stack:
        patched.setattr("api.app.SignInCounts", patience)
        url = stack.enter_context(serving(settings))
        # Passkeys are bound to a name: an address is none.
        yield url.replace("127.0.0.1", "localhost"), known


@pytest.fixture
def guest(browser: Browser, people: tuple[str, dict[UserKind, Known]]) -> Iterator[Visitors]:
    visitors = Visitors(browser, people[0])
    yield visitors
    complaints = [c for visitor in visitors.opened for c in visitor.unexpected()]
    for visitor in visitors.opened:
        visitor.context.close()
    assert not complaints


def fill_in(visitor: Visitor, person: Known) -> None:
    page = visitor.page
    page.goto("/sign-in?lang=en")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_authenticator(visitor: Visitor) -> None:
    """Give the browser a device of its own that keeps passkeys and knows its owner.

    It is gone with any other session of the debugger, such as axe's.
    """
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_an_operator_sets_up_a_passkey_and_signs_in_with_nothing_else(
    guest: Visitors, people: tuple[str, dict[UserKind, Known]]
) -> None:
    visitor = guest()
    page = visitor.page
    add_authenticator(visitor)
    fill_in(visitor, people[1][UserKind.OPERATOR])
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    page.get_by_label("Name of the device").fill("laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imports")
    page.goto("/account")
    expect(page.get_by_role("listitem").filter(has_text="laptop")).to_contain_text("last used")
    visitor.check_accessible()


def test_a_passkey_does_as_the_second_step_too(
    guest: Visitors, people: tuple[str, dict[UserKind, Known]]
) -> None:
    visitor = guest()
    page = visitor.page
    add_authenticator(visitor)
    person = people[1][UserKind.ENTERPRISE]
    fill_in(visitor, person)
    page.goto("/account")
    page.get_by_label("Name of the device").fill("phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()

    fill_in(visitor, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_browser_without_the_passkey_is_told_what_else_there_is(guest: Visitors) -> None:
    visitor = guest()
    page = visitor.page
    add_authenticator(visitor)
    page.goto("/sign-in?lang=en")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("sign in with your password")


def test_without_script_no_passkey_is_offered_and_signing_in_works(
    guest: Visitors, people: tuple[str, dict[UserKind, Known]]
) -> None:
    visitor = guest(script=False)
    fill_in(visitor, people[1][UserKind.COMMITTEE])
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_of_people_can_be_read_by_everybody(
    guest: Visitors,
    people: tuple[str, dict[UserKind, Known]],
    lang: str,
    width: int,
    scheme: str,
) -> None:
    visitor = guest(width=width, scheme=scheme)
    page = visitor.page
    visitor.expected.append("422")
    sending = page.locator("main button[type=submit]").first

    def sign_in(password: str) -> None:
        page.locator("#email").fill(f"{lang}-{width}@example.com")
        page.locator("#password").fill(password)
        sending.click()

    page.goto(f"/sign-in?lang={lang}")
    sign_in("not it, and long")
    expect(page.locator("#error-summary")).to_be_focused()
    look(visitor, f"sign-in-{lang}-{width}")
    sign_in(PASSWORD)
    expect(page.locator("svg.qr")).to_be_visible()
    look(visitor, f"set-up-{lang}-{width}")
    seed = "".join((page.locator(".key code").text_content() or "").split())
    page.locator("#code").fill(code_at(seed, now=utc_now()))
    sending.click()
    expect(page.locator(".codes li")).to_have_count(10)
    look(visitor, f"codes-{lang}-{width}")
    page.goto("/account")
    page.locator("details").last.locator("summary").click()
    look(visitor, f"account-{lang}-{width}")
    page.goto("/organisation")
    page.locator("#email").fill("colleague@example.com")
    sending_invitation = page.locator('form[action="/organisation/invitations"] button')
    sending_invitation.click()
    link = page.locator(".secret code").text_content() or ""
    look(visitor, f"organisation-{lang}-{width}")
    page.locator(".who button").click()
    sign_in(PASSWORD)
    expect(page.locator("#code")).to_be_visible()
    look(visitor, f"second-factor-{lang}-{width}")
    page.goto(link)
    look(visitor, f"invitation-{lang}-{width}")


def look(visitor: Visitor, name: str) -> None:
    visitor.check_accessible()
    visitor.check_no_sideways_scroll()
    if PICTURES:
        visitor.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)
