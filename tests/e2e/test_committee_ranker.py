"""A committee member's way from a proposal over its curves and its comparison to a vote."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from committee import queries
from core.db import make_engine, make_session_factory, transaction
from core.migrations.runner import upgrade_to_head
from core.settings import EncoderKind, Settings
from tests import factories
from tests.api.web.made_rankers import (
    APPROVERS,
    STEEP,
    learned_document,
    propose,
    store_comparison,
)
from tests.e2e.conftest import Visitor, Visitors, serving

# A proposal for each language, so that no test waits for another's vote.
NAMES = {"en": "english", "zh-Hant": "traditional", "zh-Hans": "simplified"}
REASONS = {
    "en": "Small providers lose nothing, and the curves are plain.",
    "zh-Hant": "小型機構沒有損失，曲線清楚。",
    "zh-Hans": "小型机构没有损失，曲线清楚。",
}
WAITING = {"en": "Waiting for a decision", "zh-Hant": "等待決定", "zh-Hans": "等待决定"}
ACCEPTED = {
    "en": "Accepted, not in force yet",
    "zh-Hant": "已接受，尚未啟用",
    "zh-Hans": "已接受，尚未启用",
}
LOOKS = [("en", "light", 1280), ("zh-Hant", "dark", 1280), ("zh-Hans", "light", 390)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on which three rankers wait for two of three approvers."""
    folder: Path = tmp_path_factory.mktemp("committee")
    settings = Settings(
        _env_file=None, data_dir=folder, encoder=EncoderKind.NONE, approvers=APPROVERS
    )
    engine = make_engine(settings.sqlalchemy_url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)
        against = queries.ranker_in_force(session).ranker.version
        for power, name in enumerate([*NAMES.values(), "narrow"], start=2):
            ranker = propose(session, learned_document(name, power=power), note="越南 1998–2024")
            store_comparison(session, ranker, against=against)
    engine.dispose()
    with serving(settings) as url:
        yield url


def open_proposal(visitor: Visitor, name: str, lang: str) -> None:
    page = visitor.page
    page.goto(f"/rankers?lang={lang}")
    visitor.check_accessible()
    visitor.check_no_sideways_scroll()
    page.locator(".rank-card a", has_text=name).click()
    expect(page.locator("h1")).to_contain_text(name)


def vote(visitor: Visitor, approver: str, reason: str) -> None:
    page = visitor.page
    page.locator("#by").fill(approver)
    page.locator("input[value=accept]").check()
    page.locator("#reason").fill(reason)
    page.locator("#send").click()
    page.wait_for_url("**voted=1**")


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_from_a_proposal_to_a_vote(visit: Visitors, lang: str, scheme: str, width: int) -> None:
    visitor = visit(scheme=scheme, width=width)
    page = visitor.page
    open_proposal(visitor, NAMES[lang], lang)
    page.locator('.in-page a[href="#curves"]').click()
    expect(page.locator("#curves")).to_be_in_viewport()
    curve = page.locator(f"#curve-{STEEP}")
    curve.locator("summary").click()
    expect(curve.locator("tbody tr").first).to_be_visible()
    expect(curve.get_by_role("img")).to_be_visible()
    expect(page.locator("#comparison .changes > li")).to_have_count(1)
    # The tables of the other curves are made the same way, and axe takes long over thirty of them.
    page.evaluate(
        "for (const fold of document.querySelectorAll('#card details, #comparison details'))"
        "fold.open = true"
    )
    visitor.check_accessible()
    visitor.check_no_sideways_scroll()

    vote(visitor, "ada", REASONS[lang])
    expect(page.locator(".stored")).to_contain_text(WAITING[lang])
    expect(page.locator(".votes")).to_contain_text(REASONS[lang])
    vote(visitor, "bo", REASONS[lang])
    expect(page.locator(".stored")).to_contain_text(ACCEPTED[lang])
    expect(page.locator("form.vote-form")).to_have_count(0)
    visitor.check_accessible()


def test_a_wrong_vote_is_shown_focused_and_accessible_without_script_too(visit: Visitors) -> None:
    for has_script in (True, False):
        visitor = visit(width=320, height=700, script=has_script)
        visitor.expected.append("422")
        page = visitor.page
        page.goto("/rankers?lang=zh-Hant")
        page.locator(".rank-card a", has_text="narrow").click()
        page.locator("#reason").fill("理由")
        page.locator("#send").click()
        expect(page.locator("#error-summary:focus")).to_have_count(1)
        expect(page.locator("#error-summary li")).to_have_count(2)
        expect(page.locator("#reason")).to_have_value("理由")
        if has_script:
            visitor.check_accessible()
            visitor.check_no_sideways_scroll()
            page.locator('#error-summary a[href="#verdict"]').click()
            expect(page.locator("#verdict")).to_be_focused()


def test_words_of_a_picture_never_cover_each_other(visit: Visitors) -> None:
    visitor = visit(width=390)
    page = visitor.page
    for lang in NAMES:
        page.goto(f"/rankers?lang={lang}")
        page.locator(".rank-card a", has_text="narrow").click()
        pictures = page.evaluate(
            "[...document.querySelectorAll('svg.chart')].filter(one => one.checkVisibility())"
            ".map(one => [...one.querySelectorAll('text')].map(t => t.getBoundingClientRect())"
            ".map(r => [r.left, r.top + 2, r.right, r.bottom - 2]))"
        )
        assert len(pictures) > 10
        for boxes in pictures:
            for at, one in enumerate(boxes):
                for other in boxes[at + 1 :]:
                    apart = (
                        one[2] <= other[0]
                        or other[2] <= one[0]
                        or one[3] <= other[1]
                        or other[3] <= one[1]
                    )
                    assert apart, (lang, one, other)
