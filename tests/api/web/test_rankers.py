"""Pages of rankers as a browser without script sees them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, update

from api.app import create_app
from api.web.ranker_view import view_curves
from api.web.rendering import environment
from committee import queries
from committee.models import Ranker, RankerState
from core.db import SessionFactory, make_engine, make_session_factory, transaction
from core.migrations.runner import upgrade_to_head
from core.settings import Settings
from matching.features.catalogue import CATALOGUE
from matching.ranker.additive import AdditiveRanker, PairTable
from matching.text.folding import script_of
from matching.types import Script
from tests import factories
from tests.api.web.made_rankers import (
    APPROVERS,
    IDLE,
    STEEP,
    learned_document,
    propose,
    store_comparison,
)
from tests.api.web.parsed import Element, Parsed
from tests.api.web.visits import form_token
from tests.conftest import Databases, make_settings

HTML = {"Accept": "text/html"}
LANGUAGES = ["en", "zh-Hans", "zh-Hant"]
# A version, or the empty place in which changes are spoken.
NO_WORDS = re.compile(r"(\w+-[0-9a-f]{10})?")
REASON = "The curves are what I expected."


@dataclass(frozen=True)
class Shown:
    """A client, and the version of a proposal that it shows."""

    client: TestClient
    version: str


@pytest.fixture
def committee_client(catalogue_url: str) -> Iterator[TestClient]:
    """The application with three approvers, two of whom decide."""
    with TestClient(create_app(_with_approvers(catalogue_url, APPROVERS))) as opened:
        yield opened


@pytest.fixture
def proposed(catalogue_sessions: SessionFactory) -> str:
    """A proposed ranker that was compared with the one in force; its version."""
    return _propose(catalogue_sessions)


@pytest.fixture(scope="module")
def shown(databases: Databases) -> Iterator[Shown]:
    """The same, shared by tests that change nothing."""
    url = databases.copy_of(_prepare_shown)
    engine = make_engine(url)
    version = _propose(make_session_factory(engine))
    engine.dispose()
    try:
        with TestClient(create_app(_with_approvers(url, APPROVERS))) as opened:
            yield Shown(opened, version)
    finally:
        databases.drop(url)


def _prepare_shown(engine: Engine) -> None:
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)


def _propose(sessions: SessionFactory) -> str:
    with transaction(sessions) as session:
        ranker = propose(session, learned_document(), note="Learned from awards")
        against = queries.ranker_in_force(session).ranker.version
        store_comparison(session, ranker, against=against)
        return ranker.version


def _with_approvers(url: str, approvers: Sequence[str]) -> Settings:
    return make_settings(url).model_copy(
        update={"approvers": tuple(approvers), "approval_quorum": 2}
    )


def read(client: TestClient, path: str, *, lang: str = "en", status: int = 200) -> Parsed:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers=HTML)
    assert answer.status_code == status, answer.text
    return whole(answer)


def whole(answer: Response) -> Parsed:
    page = Parsed(answer.text)
    assert len(page.find("h1")) == 1
    assert len(page.ids) == len(set(page.ids))
    assert not [e for e in page.elements if "style" in e.attributes or e.tag == "style"]
    return page


def in_force(client: TestClient) -> str:
    cards = read(client, "/rankers").find("article", class_="rank-card")
    return cards[0].children("a")[0].text


def vote(client: TestClient, version: str, **fields: str) -> Response:
    sent = {"by": "ada", "verdict": "accept", "reason": REASON}
    sent["form_token"] = form_token(client, f"/rankers/{version}?lang=en")
    return client.post(
        f"/rankers/{version}/votes", data=sent | fields, headers=HTML, follow_redirects=False
    )


def error(page: Parsed) -> Element:
    return page.one("div", id="error-summary").children("li")[0]


def test_at_first_there_is_the_ranker_that_came_with_the_software(client: TestClient) -> None:
    page = read(client, "/rankers")
    (card,) = page.find("article", class_="rank-card")
    assert "In force" in card.text
    assert "Came with the software." in card.text
    text = page.one("main").text
    assert "No ranker is proposed." in text
    assert "No ranker was refused or replaced yet." in text


def test_the_ranker_in_force_shows_every_curve_and_takes_no_vote(client: TestClient) -> None:
    page = read(client, f"/rankers/{in_force(client)}")
    for feature in CATALOGUE:
        anchor = f"curve-{feature.name}"
        (place,) = [e for e in page.elements if e.attributes.get("id") == anchor]
        assert feature.measures.en in place.text
    assert not page.find("form")
    assert not page.find("section", id="comparison")
    assert len(page.one("figure", class_="overview").children("svg")) == 1


def test_a_proposal_is_listed_with_its_votes_and_its_comparison(shown: Shown) -> None:
    card = read(shown.client, "/rankers").find("article", class_="rank-card")[1]
    assert card.children("a")[0].attributes["href"] == f"/rankers/{shown.version}"
    assert "Learned from awards" in card.text
    assert "Votes so far: 0 for, 0 against; 2 decide. It passed the comparison." in card.text


def test_a_card_says_from_what_a_ranker_was_learned_and_how_it_did(shown: Shown) -> None:
    card = read(shown.client, f"/rankers/{shown.version}").one("section", id="card")
    assert (
        "Learned from 812 past needs between 9 January 2012 and 30 June 2024: 97,440 pairs of a "
        "need and a provider, 900 of them chosen. Made on 20 November 2026."
    ) in card.text
    assert "plus 2.00 times what was learned" in card.text
    rows = [row.text for row in card.children("tr")]
    assert rows[1] == "This ranker0.3500.328–0.372"
    assert len(rows) == 6
    assert card.children("svg")[0].attributes["aria-labelledby"] == "training-title"
    assert "seed7" in card.text


def test_a_curve_has_its_finding_its_picture_and_its_table(shown: Shown) -> None:
    page = read(shown.client, f"/rankers/{shown.version}")
    curve = page.one("article", id=f"curve-{STEEP}")
    assert "Rises most between 0.20 and 0.30; at most it adds 2.20." in curve.text
    assert "Fewer than 30 examples lie above 0.62." in curve.text
    (picture,) = curve.children("svg")
    assert picture.attributes["role"] == "img"
    rows = [row.text for row in curve.children("tr")]
    assert rows[0] == "ValueAddsExamples"
    assert rows[1].startswith("0.00 to 0.20")
    assert rows[1].partition(" 0.20")[2].startswith("0.00")
    assert rows[-1].startswith("0.41 and more2.20")
    counted = [
        int(cells[-1].text.replace(",", ""))
        for row in curve.children("tr")[1:]
        if (cells := row.children("td"))
    ]
    assert sum(counted) == sum(learned_document().card.support[STEEP])
    idle = next(e for e in page.elements if e.attributes.get("id") == f"curve-{IDLE}")
    assert idle.tag == "li"


def test_a_comparison_names_losers_first_and_shows_both_lists(shown: Shown) -> None:
    section = read(shown.client, f"/rankers/{shown.version}").one("section", id="comparison")
    assert "It may be put in force if the approvers accept it." in section.text
    groups = [row.children("th")[0].text for row in section.children("tr")[1:]]
    assert groups == [
        "Served by small providers alone",
        "Sector: Architecture, engineering and surveying",
        "Written in: English",
        "Work in: Southeast Asia",
        "For a client new to the provider",
    ]
    now, new = section.children("ol")[1:3]
    assert [item.text for item in now.children("li")][:3] == [
        "Synthetic A",
        "Synthetic B",
        "Synthetic C (only here)",
    ]
    assert new.children("li")[0].text == "Synthetic F (only here)"
    assert "In 211 of 300 needs the first five stay the same providers." in section.text
    assert "Similar past work +0.410" in section.text


def test_a_failed_comparison_and_one_with_a_former_ranker_say_so(
    committee_client: TestClient, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        failed = propose(session, learned_document("worse", power=3))
        against = queries.ranker_in_force(session).ranker.version
        store_comparison(session, failed, against=against, passed=False)
        stale = propose(session, learned_document("stale", power=1.5))
        store_comparison(session, stale, against="gone-0000000000")
        new = propose(session, learned_document("new", power=1.2))
        versions = [failed.version, stale.version, new.version]
    pages = [read(committee_client, f"/rankers/{version}") for version in versions]
    said = [page.one("section", id="comparison").text for page in pages]
    assert "It may not be put in force, whatever the votes." in said[0]
    assert "That one is no longer in force" in said[1]
    assert f"landbridge ranker compare {versions[2]}" in said[2]


def test_votes_are_taken_until_they_decide(committee_client: TestClient, proposed: str) -> None:
    sent = vote(committee_client, proposed)
    assert sent.status_code == 303
    page = read(committee_client, sent.headers["location"].partition("#")[0])
    votes = page.one("section", id="votes")
    assert "The ranker now stands at: Waiting for a decision." in votes.text
    assert "Counted so far: 1 for, 0 against." in votes.text
    assert REASON in page.one("ul", class_="votes").text

    sent = vote(committee_client, proposed, by="bo", reason="同意\r\n此模型")
    page = read(committee_client, sent.headers["location"].partition("#")[0])
    assert "The ranker now stands at: Accepted, not in force yet." in page.one("main").text
    assert "The vote is over." in page.one("section", id="votes").text
    assert not page.find("form")
    events = [item.text for item in page.one("ol", class_="events").children("li")]
    assert events[0].startswith("Accepted by the votes · bo")
    assert events[-1].startswith("Proposed · command-line")
    reason = next(e for e in page.find("bdi") if e.text.startswith("同意"))
    assert reason.lang.startswith("zh")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"by": ""}, (422, "by", "Enter your id")),
        ({"by": "<script>"}, (422, "by", "Enter your id")),
        ({"verdict": ""}, (422, "verdict", "Choose whether")),
        ({"verdict": "perhaps"}, (422, "verdict", "Choose whether")),
        ({"reason": "  "}, (422, "reason", "Give your reason in words, in 2,000")),
        ({"reason": "x" * 2_001}, (422, "reason", "Give your reason")),
        ({"by": "mallory"}, (403, "by", "“mallory” is not the id of an approver.")),
        ({"form_token": "forged"}, (403, "send", "open for too long")),
    ],
)
def test_a_wrong_vote_is_not_taken_and_keeps_what_was_entered(
    shown: Shown,
    fields: dict[str, str],
    expected: tuple[int, str, str],
) -> None:
    status, field, said = expected
    answer = vote(shown.client, shown.version, **fields)
    assert answer.status_code == status
    page = whole(answer)
    assert said in error(page).text
    assert error(page).children("a")[0].attributes["href"] == f"#{field}"
    assert field in page.ids
    assert page.find("title")[0].text.startswith("Error:")
    if "reason" not in fields:
        assert page.one("textarea", id="reason").text == REASON
    assert "Nobody has voted." in page.one("section", id="votes").text


def test_a_vote_from_elsewhere_and_one_too_late_are_refused(
    committee_client: TestClient, proposed: str
) -> None:
    token = form_token(committee_client, f"/rankers/{proposed}")
    form = {"by": "ada", "verdict": "refuse", "reason": REASON, "form_token": token}
    path = f"/rankers/{proposed}/votes"
    foreign = committee_client.post(path, data=form, headers={"Origin": "https://elsewhere.test"})
    assert foreign.status_code == 403
    for approver in ("ada", "bo"):
        committee_client.post(path, data=form | {"by": approver}, follow_redirects=False)
    late = committee_client.post(path, data=form | {"by": "chen"}, headers=HTML)
    assert late.status_code == 409
    page = whole(late)
    assert "Yours was not counted." in error(page).text
    assert "chen" not in page.one("ul", class_="votes").text
    past = read(committee_client, "/rankers").one("table", class_="versions-table")
    assert past.children("tr")[1].text.startswith(f"{proposed}Refused")


def test_without_approvers_nobody_can_vote_and_the_page_says_why(
    catalogue_url: str, proposed: str
) -> None:
    with TestClient(create_app(_with_approvers(catalogue_url, ()))) as client:
        section = read(client, f"/rankers/{proposed}").one("section", id="votes")
    assert "LANDBRIDGE_APPROVERS" in section.text
    assert not section.children("form")


def test_a_ranker_that_this_release_cannot_read_is_listed_and_says_why(
    committee_client: TestClient, catalogue_sessions: SessionFactory, proposed: str
) -> None:
    packaged = in_force(committee_client)
    with transaction(catalogue_sessions) as session:
        session.execute(
            update(Ranker)
            .where(Ranker.version == proposed)
            .values(document=b"{", state=RankerState.IN_FORCE)
        )
    assert in_force(committee_client) == packaged
    page = read(committee_client, f"/rankers/{proposed}")
    assert "This release cannot use the ranker" in page.one("section", id="card").text
    assert "No longer in force" in page.one("div", class_="ranker-head").text
    assert not page.find("section", id="curves")


def test_an_unknown_ranker_is_not_found(client: TestClient) -> None:
    for version in ("nothing-0", "<b>", "%00x"):
        assert client.get(f"/rankers/{version}", headers=HTML).status_code == 404


def test_the_page_on_matching_leads_to_every_curve(client: TestClient) -> None:
    table = read(client, "/how-matching-works").one("table", class_="weights")
    links = [a.attributes["href"] for a in table.children("a")]
    assert len(links) == len(CATALOGUE)
    page = read(client, links[0].partition("#")[0])
    assert {link.partition("#")[2] for link in links} <= set(page.ids)


def test_a_table_of_two_features_is_shown_with_its_picture() -> None:
    pair = PairTable("both", STEEP, IDLE, (0.5,), (0.25,), ((0.0, 0.0), (0.0, 0.7)))
    ranker = AdditiveRanker("x", learned_document().ranker.curves, (pair,))
    view = view_curves(ranker, {}, Script.EN)
    assert view.families.keys() <= {feature.family for feature in CATALOGUE}
    macros = environment(Script.EN).get_template("partials/_curve.html").module
    page = Parsed(str(macros.pair_figure(view.pairs[0])))  # type: ignore[attr-defined]  # a macro
    assert [row.text for row in page.find("tr")] == [
        "0.00 to 0.250.25 and more",
        "0.00 to 0.500.000.00",
        "0.50 and more0.000.70",
    ]
    assert "At most the two add 0.70 together." in page.one("figcaption").text
    assert page.one("article").attributes["id"] == "pair-both"


@pytest.mark.parametrize("lang", ["zh-Hans", "zh-Hant"])
def test_every_word_is_in_the_readers_script(
    committee_client: TestClient, proposed: str, lang: str
) -> None:
    vote(committee_client, proposed, reason="同意")
    for path in ("/rankers", f"/rankers/{proposed}?voted=1"):
        page = read(committee_client, path, lang=lang)
        for element in page.elements:
            if element.tag not in {"p", "h2", "h3", "h4", "figcaption", "summary", "legend"}:
                continue
            inner = [e for e in element.inside if e.lang != lang]
            if element.lang == lang and not inner and not NO_WORDS.fullmatch(element.text):
                assert script_of(element.text) is not Script.EN, element.text
    pictures = page.find("svg", class_="chart")
    assert {picture.lang for picture in pictures} == {lang}


def test_the_style_sheet_holds_to_the_rules_of_the_first_one() -> None:
    css = files("api.web").joinpath("static", "rankers.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-f]{3,8}\b", css) == []
    physical = r"(?<![\w-])(margin|padding|border)-(left|right|top|bottom)|(?<![\w-])(left|right|top|bottom):"
    assert re.findall(physical, css) == []
    tokens = files("api.web").joinpath("static", "app.css").read_text(encoding="utf-8")
    for token in set(re.findall(r"var\((--[\w-]+)\)", css)):
        assert f"{token}:" in tokens
