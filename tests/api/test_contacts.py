"""Contacts over HTTP: to whom, from where, written down each time, and gone when taken back."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from sqlalchemy import func, select

from api.app import create_app
from core.clock import utc_now
from core.db import SessionFactory, make_engine, make_session_factory, transaction
from core.identity.actor import OPERATOR, UserKind
from core.identity.models import Organisation
from core.identity.tokens import Scope, make_token
from core.privacy.consents import record_consent
from core.privacy.law import TransferBasis, country_of
from core.privacy.models import Purpose, Transfer, TransferKind
from core.settings import Settings
from providers.contacts.schemas import ContactRow
from providers.contacts.service import save_contacts
from providers.importing.spec import NumberedRow
from tests.api.web.parsed import Parsed
from tests.conftest import make_settings
from tests.core.filled import rows_of
from tests.core.identity.people import make_member
from tests.factories import NOW
from tests.providers.contact_steps import BOTH, SOURCE, make_firm, row_of

CALLS = 100
PLACES = ("HK", "CN-4403", "CN", "SG", "VN", "ID", None)
HTML = {"Accept": "text/html"}


@dataclass(frozen=True)
class Site:
    """The application, its database, and a token of a member at each place."""

    client: TestClient
    settings: Settings
    sessions: SessionFactory
    tokens: dict[str | None, str]
    firms: list[UUID]

    def ask(self, place: str | None, firm: UUID) -> dict[str, object]:
        answer = self.client.get(f"/v1/providers/{firm}/contacts", headers=self.headers(place))
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return cast(dict[str, object], answer.json())

    def headers(self, place: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[place]}"}

    def transfers(self) -> int:
        """Rows of the ledger for what was shown."""
        with self.sessions() as session:
            counted = select(func.count(Transfer.id)).where(Transfer.kind == TransferKind.SHOWN)
            return session.scalar(counted) or 0

    def metric(self, name: str) -> float:
        registry: CollectorRegistry = cast(FastAPI, self.client.app).state.metrics.registry
        return registry.get_sample_value(name) or 0.0


def _rows() -> list[tuple[str, ContactRow]]:
    told = {"wechat": "synthetic_id"}
    return [
        ("first", row_of("Synthetic Hong Kong", ref="first")),
        ("first", row_of("Synthetic Silent", ref="first", consents=())),
        (
            "first",
            row_of(
                "Synthetic Area",
                ref="first",
                place="CN-4403",
                basis=TransferBasis.GBA_CONTRACT,
                consents=BOTH,
                **told,
            ),
        ),
        (
            "second",
            row_of(
                "Synthetic Mainland",
                ref="second",
                place="CN",
                basis=TransferBasis.STANDARD_CONTRACT,
                consents=BOTH,
            ),
        ),
        (
            "second",
            row_of(
                "Synthetic Viet Nam",
                ref="second",
                place="VN",
                basis=TransferBasis.IMPACT_DOSSIER,
                consents=BOTH,
            ),
        ),
    ]


@pytest.fixture
def site(catalogue_url: str) -> Iterator[Site]:
    settings = make_settings(catalogue_url)
    engine = make_engine(catalogue_url)
    sessions = make_session_factory(engine)
    tokens: dict[str | None, str] = {}
    with transaction(sessions) as session:
        firms = [make_firm(session, ref) for ref in ("first", "second")]
        save_contacts(
            session,
            OPERATOR,
            settings.keyring,
            [NumberedRow(number, row) for number, (_, row) in enumerate(_rows(), start=2)],
            source=SOURCE,
            platform_place=settings.home_jurisdiction,
            now=NOW,
        )
        for place in PLACES:
            member = make_member(session, UserKind.ENTERPRISE)
            session.get_one(Organisation, member.organisation_id).jurisdiction = place
            tokens[place] = make_token(
                session,
                account_id=member.account_id,
                organisation_id=member.organisation_id,
                name="test",
                scopes=[Scope.READ],
                now=utc_now(),
            )[1]
    with TestClient(create_app(settings)) as client:
        yield Site(client, settings, sessions, tokens, firms)
    engine.dispose()


def names(answer: dict[str, object]) -> set[str]:
    items = cast(list[dict[str, str]], answer["items"])
    return {item["name"].removeprefix("Synthetic ") for item in items}


def test_who_is_shown_depends_on_where_the_reader_is(site: Site) -> None:
    anywhere = {"Mainland", "Viet Nam"}
    expected: dict[str | None, tuple[set[str], set[str]]] = {
        "HK": ({"Hong Kong", "Area"}, anywhere),
        "CN-4403": ({"Hong Kong", "Area"}, anywhere),
        "CN": ({"Hong Kong"}, anywhere),
        "SG": ({"Hong Kong"}, anywhere),
        "VN": ({"Hong Kong"}, anywhere),
        "ID": ({"Hong Kong"}, anywhere),
        None: ({"Hong Kong"}, set()),
    }
    for place, (first, second) in expected.items():
        answers = [site.ask(place, firm) for firm in site.firms]

        assert [names(answer) for answer in answers] == [first, second], place
        assert [answer["withheld"] for answer in answers] == [3 - len(first), 2 - len(second)]
    nobody = f"/v1/providers/{UUID(int=1)}/contacts"
    assert site.client.get(nobody, headers=site.headers("HK")).status_code == 404


def test_every_person_in_an_answer_who_is_elsewhere_has_a_row_of_the_ledger(site: Site) -> None:
    chosen = random.Random(17)  # noqa: S311 no secret: which calls are made
    shown = 0
    for _ in range(CALLS):
        place, firm = chosen.choice(PLACES), chosen.choice(site.firms)
        if chosen.random() < 0.5:
            items = cast(list[dict[str, str]], site.ask(place, firm)["items"])
            places = [item["place"] for item in items]
        else:
            page = site.client.get(
                f"/providers/{firm}/contacts", headers=site.headers(place) | HTML
            )
            by_name = {row.name: row.place for _, row in _rows()}
            places = [by_name[name] for name in by_name if name in page.text]
        reader = country_of(place) if place else "ZZ"
        shown += sum(country_of(one) != reader for one in places)

    assert shown > CALLS
    assert site.transfers() == shown
    assert site.metric("landbridge_transfers_shown_total") == shown
    assert site.metric("landbridge_transfers_recorded_total") == shown


def test_what_is_taken_back_is_hidden_by_every_process_from_the_next_request(site: Site) -> None:
    [firm, _] = site.firms
    with TestClient(create_app(site.settings)) as another:
        path = f"/v1/providers/{firm}/contacts"
        before = another.get(path, headers=site.headers("HK")).json()
        [person] = [item["id"] for item in before["items"] if item["place"] == "HK"]

        with transaction(site.sessions) as session:
            record_consent(
                session,
                OPERATOR,
                site.settings.keyring,
                person_id=UUID(person),
                purpose=Purpose.DIRECTORY,
                is_given=False,
                notice_version="2026-1",
                evidence="letter 8",
                now=utc_now(),
            )

        for client in (another, site.client):
            assert names(client.get(path, headers=site.headers("HK")).json()) == {"Area"}
            page = client.get(f"/providers/{firm}/contacts", headers=site.headers("HK") | HTML)
            assert "Synthetic Hong Kong" not in page.text


def test_those_who_have_not_signed_in_see_nobody(site: Site) -> None:
    firm = site.firms[0]
    assert site.client.get(f"/v1/providers/{firm}/contacts").json() == {"items": [], "withheld": 3}
    page = site.client.get(f"/providers/{firm}/contacts?lang=en", headers=HTML)
    assert "shown to members who have signed in" in page.text

    closed = site.settings.model_copy(update={"open_access": False})
    with TestClient(create_app(closed)) as client:
        assert client.get(f"/v1/providers/{firm}/contacts").status_code == 401
    assert site.transfers() == 0


def test_the_page_says_whom_to_write_to_in_three_scripts(site: Site) -> None:
    [firm, _] = site.firms
    for script, title, withheld in (
        ("en", "Whom to write to", "1 person is not shown"),
        ("zh-Hant", "聯絡人", "有1人的資料不予顯示"),
        ("zh-Hans", "联系人", "有1人的资料不予显示"),
    ):
        page = site.client.get(
            f"/providers/{firm}/contacts?lang={script}", headers=site.headers("HK") | HTML
        )

        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert Parsed(page.text).one("h1").text == title
        assert withheld in page.text
        assert 'href="mailto:' in page.text
        assert "synthetic_id" in page.text
        profile = site.client.get(f"/providers/{firm}?lang={script}", headers=HTML).text
        assert f"/providers/{firm}/contacts" in profile
        assert "Synthetic Hong Kong" not in profile


def test_what_a_visitor_looks_at_is_not_kept(site: Site) -> None:
    """No log of clicks, for anybody: the database is the same after every page was visited."""
    engine = site.sessions.kw["bind"]
    before = rows_of(engine)
    visited = 0
    addresses = ["/", "/providers", "/privacy", "/routes", "/how-matching-works", "/accessibility"]
    addresses += [f"/providers/{firm}" for firm in site.firms]
    addresses += [f"/v1/providers/{firm}/evidence" for firm in site.firms]
    addresses += ["/v1/providers?text=mekong", "/providers?q=mekong&sector=LEG"]
    for address in addresses:
        answer = site.client.get(address, headers=HTML)
        visited += answer.status_code == 200
        for cookie in answer.headers.get_list("set-cookie"):
            assert re.match(r"(landbridge|__Host-landbridge|form|lang)", cookie), cookie

    assert visited == len(addresses)
    assert rows_of(engine) == before
