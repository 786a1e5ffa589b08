"""Search as you type and paging without a reload: what swap.js promises."""

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Visitors


def open_search(visit: Visitors) -> Page:
    page = visit().page
    page.goto("/providers?lang=en")
    # A reload would lose this mark.
    page.evaluate("window.sameDocument = true")
    return page


def was_not_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def test_search_as_you_type_keeps_focus_and_says_the_result(visit: Visitors) -> None:
    page = open_search(visit)
    page.locator("#q").press_sequentially("mekong")
    expect(page.locator(".found li")).to_have_count(1)
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#live")).to_have_text("1 provider found")
    assert page.url.endswith("/providers?q=mekong")
    assert was_not_reloaded(page)


def test_back_restores_the_list_and_the_form(visit: Visitors) -> None:
    page = open_search(visit)
    before = page.locator(".found li").count()
    page.locator("#jurisdiction").select_option("TZ")
    expect(page.locator(".found li")).to_have_count(2)
    page.go_back()
    expect(page.locator(".found li")).to_have_count(before)
    expect(page.locator("#jurisdiction")).to_have_value("")
    page.go_forward()
    expect(page.locator(".found li")).to_have_count(2)
    expect(page.locator("#jurisdiction")).to_have_value("TZ")
    assert was_not_reloaded(page)


def test_half_typed_pinyin_is_no_query(visit: Visitors) -> None:
    page = open_search(visit)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    compose = """([text, composing]) => {
        const field = document.getElementById("q");
        field.value = text;
        field.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: composing}));
    }"""
    page.evaluate(compose, ["mek", True])
    page.evaluate(compose, ["dhaka", False])
    expect(page.locator(".found li")).to_have_count(1)
    # The browser may ask for the icon again; only searches count.
    searches = [url.partition("?")[2] for url in asked if "/providers" in url]
    assert searches == ["q=dhaka"]


def test_the_end_of_composing_searches(visit: Visitors) -> None:
    page = open_search(visit)
    page.evaluate(
        """() => {
        const field = document.getElementById("q");
        field.value = "dhaka";
        field.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true}));
    }"""
    )
    expect(page.locator(".found li")).to_have_count(1)


def test_the_last_of_two_requests_wins(visit: Visitors) -> None:
    page = open_search(visit)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if "q=mekong" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/providers?*", hold_the_first)
    page.locator("#q").fill("mekong")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    page.locator("#q").fill("dhaka")
    expect(page.locator(".found li")).to_have_text(
        ["Synthetic Water Dhaka Consulting firm · Bangladesh"]
    )
    assert len(held) == 1


def test_pages_of_evidence_follow_in_place(visit: Visitors) -> None:
    page = open_search(visit)
    page.goto("/providers?q=International&lang=en")
    page.locator(".found a").click()
    page.wait_for_url("**/providers/*")
    page.evaluate("window.sameDocument = true")
    expect(page.locator(".evidence li h3")).to_have_count(20)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".evidence li h3")).to_have_count(5)
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)
    assert was_not_reloaded(page)


def test_an_answer_that_is_not_the_page_is_shown_as_it_is(visit: Visitors) -> None:
    visitors = visit()
    visitors.expected.append("404")
    page = visitors.page
    page.goto("/providers?lang=en")
    page.route(
        "**/providers?q=*",
        lambda route: route.fulfill(
            status=200, content_type="text/html", body="<h1>Elsewhere</h1>"
        ),
    )
    page.locator("#q").fill("x")
    expect(page.locator("h1")).to_have_text("Elsewhere")
