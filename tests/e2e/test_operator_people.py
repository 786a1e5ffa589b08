"""Operators and the claims, consents and requests of firms and people, in a real browser."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from core.clock import utc_now
from core.db import make_engine, make_session_factory, transaction
from core.identity.actor import OPERATOR, Actor, UserKind
from core.identity.models import Organisation
from core.migrations.runner import upgrade_to_head
from core.settings import EncoderKind, Settings
from providers.contacts.service import save_contacts
from providers.importing.spec import NumberedRow
from providers.own import service
from providers.own.schemas import ClaimCreate
from tests import factories
from tests.core.identity.people import make_organisation
from tests.e2e.conftest import Visitors, serving
from tests.providers.contact_steps import SOURCE, make_firm, row_of

# Where a person looks at the pages; nothing is drawn without it.
PICTURES = os.environ.get("LANDBRIDGE_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, UUID]]:
    """A server that is open to operators, and a firm with claims and a person."""
    settings = Settings(
        _env_file=None, data_dir=tmp_path_factory.mktemp("people"), encoder=EncoderKind.NONE
    )
    engine = make_engine(settings.sqlalchemy_url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        key = make_firm(session, "long" * 20)
        tenant = make_organisation(session, UserKind.PROVIDER)
        session.get_one(Organisation, tenant).provider_id = key
        manager = Actor(UserKind.PROVIDER, "li", tenant, is_manager=True)
        for number in range(6):
            said = {"kind": "statement", "title": f"Trunkroads{'connectivity' * 4} {number}"}
            body = ClaimCreate.model_validate(said)
            service.add_claim(session, manager, body=body, now=utc_now())
        save_contacts(
            session,
            OPERATOR,
            settings.keyring,
            [NumberedRow(2, row_of("Synthetic Ngo", ref="long" * 20))],
            source=SOURCE,
            platform_place=settings.home_jurisdiction,
            now=utc_now(),
        )
    engine.dispose()
    with serving(settings) as url:
        yield url, key


@pytest.fixture
def address(firm: tuple[str, UUID]) -> str:
    return firm[0]


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("en", 1280, "light"), ("zh-Hant", 390, "dark"), ("zh-Hans", 320, "light")],
)
def test_claims_and_consents_by_keyboard(
    visit: Visitors, firm: tuple[str, UUID], lang: str, width: int, scheme: str
) -> None:
    visitor = visit(width=width, scheme=scheme)
    page = visitor.page
    for path in ("/ops/requests", "/ops/consents", f"/ops/consents/{firm[1]}", "/ops/claims"):
        page.goto(f"{path}?lang={lang}")
        visitor.check_accessible()
        visitor.check_no_sideways_scroll()
        if PICTURES:
            name = f"{path.split('/')[2]}-{path.count('/')}-{lang}.png"
            page.screenshot(path=str(Path(PICTURES) / name), full_page=True)

    waiting = page.locator("li[id^=claim-]")
    before = waiting.count()
    waiting.first.locator("form[action$='/verify'] button").focus()
    page.keyboard.press("Enter")
    expect(waiting).to_have_count(before - 1)
    refused = waiting.first.locator("form[action$='/refuse']")
    waiting.first.locator("summary").focus()
    page.keyboard.press("Enter")
    refused.locator("select").select_option("contradicted")
    visitor.check_accessible()
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"refusing-{lang}.png"))
    refused.locator("[name=is_sure]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(waiting).to_have_count(before - 2)

    page.goto(f"/ops/consents/{firm[1]}")
    record = page.locator("article ol > li")
    said = record.count()
    page.locator("article details").last.locator("summary").focus()
    page.keyboard.press("Enter")
    page.locator("[name=notice_version]").fill("2026-1")
    page.locator("[name=evidence]").fill("letter 8")
    page.keyboard.press("Enter")
    expect(record).to_have_count(said + 1)
