"""The enterprise's way from words to evidence, in every language, scheme and width we promise."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor, Visitors

NEEDS = {
    "en": "feasibility study for rural roads in Vietnam",
    "zh-Hant": "在坦桑尼亞做電力項目審計",
    "zh-Hans": "孟加拉国供水项目的施工监理",
}
HEADINGS = {"en": "advisers for:", "zh-Hant": "家顧問機構：", "zh-Hans": "家顾问机构："}
FIRST_LOAD_BYTES = 30 * 1024


def find_advisers(visitor: Visitor, lang: str) -> None:
    page = visitor.page
    page.goto(f"/needs/new?lang={lang}")
    page.locator("#text").fill(NEEDS[lang])
    page.locator("#send").click()
    page.wait_for_url("**/matches")
    expect(page.locator("h1")).to_contain_text(HEADINGS[lang])
    expect(page.locator("h1")).to_contain_text(NEEDS[lang])


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
@pytest.mark.parametrize("lang", NEEDS)
def test_from_words_to_evidence(visit: Visitors, lang: str, scheme: str, width: int) -> None:
    visitor = visit(scheme=scheme, width=width)
    page = visitor.page
    page.goto(f"/needs/new?lang={lang}")
    visitor.check_accessible()

    find_advisers(visitor, lang)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator(".card").first).to_be_visible()
    page.locator(".card details:not(.rest) > summary").first.click()
    expect(page.locator(".card .parts tfoot").first).to_be_visible()
    visitor.check_accessible()

    page.locator(".cited a").first.click()
    expect(page.locator("li.is-cited").first).to_be_in_viewport()
    visitor.check_accessible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
@pytest.mark.parametrize(
    "path", ["/providers", "/routes", "/how-matching-works", "/accessibility", "/privacy"]
)
def test_the_other_pages_are_accessible(
    visit: Visitors, path: str, scheme: str, width: int
) -> None:
    visitor = visit(scheme=scheme, width=width)
    visitor.page.goto(f"{path}?lang=zh-Hant")
    visitor.check_accessible()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("lang", NEEDS)
def test_nothing_scrolls_sideways_on_a_phone(visit: Visitors, lang: str, width: int) -> None:
    visitor = visit(width=width, height=700)
    page = visitor.page
    find_advisers(visitor, lang)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    visitor.check_no_sideways_scroll()
    for path in (
        "/needs/new",
        "/providers",
        "/routes",
        "/how-matching-works",
        "/accessibility",
        "/privacy",
    ):
        page.goto(path)
        visitor.check_no_sideways_scroll()
    page.goto("/providers?q=International")
    page.locator(".found a").click()
    page.wait_for_url("**/providers/*")
    visitor.check_no_sideways_scroll()


def test_a_mistake_is_shown_focused_and_accessible(visit: Visitors) -> None:
    visitor = visit()
    visitor.expected.append("422")
    page = visitor.page
    page.goto("/needs/new?lang=zh-Hant")
    page.locator("#send").click()
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.title().startswith("錯誤：")
    visitor.check_accessible()
    page.locator("#error-summary a").click()
    expect(page.locator("#text")).to_be_focused()


def test_the_whole_way_without_script(visit: Visitors) -> None:
    visitor = visit(script=False)
    page = visitor.page
    page.goto("/")
    page.get_by_role("link", name="繁體中文").click()
    page.get_by_role("button", name="孟加拉国供水项目的施工监理").click()
    expect(page.locator("h1")).to_contain_text("家顧問機構：孟加拉国供水项目的施工监理")
    page.locator(".card details:not(.rest) > summary").first.click()
    expect(page.locator(".card .parts").first).to_be_visible()
    page.get_by_role("link", name="修改需求").click()
    expect(page.locator("#text")).to_have_value("孟加拉国供水项目的施工监理")
    page.locator("#text").fill("越南的法律意見")
    page.locator("#send").click()
    expect(page.locator("h1")).to_contain_text("越南的法律意見")
    page.get_by_role("link", name="服務提供者").click()
    page.locator("#q").fill("mekong")
    page.locator("form.search button").click()
    page.get_by_role("link", name="Synthetic Mekong Law").click()
    expect(page.locator("h1")).to_have_text("Synthetic Mekong Law")


def test_a_mistake_without_script_has_the_focus_too(visit: Visitors) -> None:
    visitor = visit(script=False)
    visitor.expected.append("422")
    visitor.page.goto("/needs/new?lang=en")
    visitor.page.locator("#send").click()
    expect(visitor.page.locator("#error-summary:focus")).to_have_count(1)


def test_the_way_by_keyboard_alone(visit: Visitors) -> None:
    visitor = visit()
    page = visitor.page
    page.goto("/needs/new?lang=en")
    order: list[str] = []
    for _ in range(15):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate(
                "(({id, name, textContent}) => id || textContent.trim() || name)"
                "(document.activeElement)"
            )
        )
    assert order == [
        "Skip to the content",
        "Landbridge",
        "Find advisers",
        "Providers",
        "Routes",
        "How matching works",
        "Sign in",
        "English",
        "繁體中文",
        "简体中文",
        "text",
        "may_be_judged",
        "send",
        "feasibility study for rural roads in Vietnam",
        "孟加拉国供水项目的施工监理",
    ]
    page.locator("#text").focus()
    page.keyboard.type("audit in Tanzania")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/matches")
    page.locator(".card details:not(.rest) > summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card .parts").first).to_be_visible()


def test_the_skip_link_leads_past_the_header(visit: Visitors) -> None:
    page = visit().page
    page.goto("/needs/new?lang=en")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#text")).to_be_focused()


def test_typed_text_survives_a_change_of_language(visit: Visitors) -> None:
    page = visit().page
    page.goto("/needs/new?lang=en")
    page.locator("#text").fill("roads in Vietnam")
    page.get_by_role("link", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("#text")).to_have_value("roads in Vietnam")


def test_the_counter_counts_as_the_server_does_and_speaks_near_the_limit(visit: Visitors) -> None:
    page = visit().page
    page.goto("/needs/new?lang=en")
    page.locator("#text").fill("😀" * 10)
    expect(page.locator("#text-count")).to_have_text("10 characters")
    page.locator("#text").fill("越" * 3_001)
    expect(page.locator("#text-count")).to_have_text("3,001 characters: more than needed")
    expect(page.locator("#live")).to_have_text("")
    page.locator("#text").fill("越" * 10_002)
    expect(page.locator("#text-count")).to_have_text("2 characters too many")
    expect(page.locator("#live")).to_have_text("2 characters too many")


def test_back_from_the_result_lets_send_again(visit: Visitors) -> None:
    visitor = visit()
    find_advisers(visitor, "en")
    visitor.page.go_back()
    send = visitor.page.locator("#send")
    expect(send).to_have_text("Find advisers")
    expect(send).to_have_attribute("aria-disabled", "false")
    expect(visitor.page.locator("#text")).to_have_value(NEEDS["en"])


def test_the_first_load_is_small(visit: Visitors) -> None:
    visitor = visit()
    session = visitor.context.new_cdp_session(visitor.page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    visitor.page.goto("/needs/new?lang=zh-Hant")
    visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) <= FIRST_LOAD_BYTES
