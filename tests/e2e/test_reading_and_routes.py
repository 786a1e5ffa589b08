"""Correcting a reading, and the routes of a need, in every language, scheme and width we promise."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor, Visitors

NEEDS = {
    "en": "We are a Shenzhen company. Legal advice in Vietnam, not Thailand, in English",
    "zh-Hant": "我們是深圳公司，在越南設廠，需要法律意見，不要泰國",
    "zh-Hans": "我们是深圳公司，与越南买家有争议，需要仲裁律师",
}
LOOKS = [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]


def tell(visitor: Visitor, lang: str) -> str:
    page = visitor.page
    page.goto(f"/needs/new?lang={lang}")
    page.locator("#text").fill(NEEDS[lang])
    page.locator("#send").click()
    page.wait_for_url("**/matches")
    return page.url.removesuffix("/matches")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("lang", NEEDS)
def test_every_page_is_accessible_and_fits(
    visit: Visitors, lang: str, scheme: str, width: int
) -> None:
    visitor = visit(scheme=scheme, width=width)
    page = visitor.page
    need = tell(visitor, lang)
    for path in ("/reading", "/words", "/routes", "/routes?route=3"):
        page.goto(f"{need}{path}")
        visitor.check_accessible()
        visitor.check_no_sideways_scroll()
    page.goto("/routes?kind=judgment&from=HK&to=CN&choice_of_court=exclusive")
    visitor.check_accessible()
    visitor.check_no_sideways_scroll()


def test_pages_fit_the_narrowest_phone(visit: Visitors) -> None:
    visitor = visit(width=320, height=700)
    need = tell(visitor, "en")
    for path in ("/matches", "/reading", "/words", "/routes"):
        visitor.page.goto(f"{need}{path}")
        visitor.check_no_sideways_scroll()


def test_a_correction_by_form(visit: Visitors) -> None:
    visitor = visit()
    page = visitor.page
    tell(visitor, "en")
    page.get_by_role("link", name="Correct what we read").click()
    page.get_by_role("checkbox", name="Vietnam").uncheck()
    page.get_by_label("Add a place", exact=True).fill("Bangladesh")
    page.get_by_label("Add a kind of work", exact=True).select_option(index=1)
    page.get_by_label("Deadline").fill("2027-03-01")
    page.get_by_role("button", name="Save and find advisers again").click()
    page.wait_for_url("**/matches")
    reading = page.locator(".reading")
    expect(reading.locator(".chip", has_text="Bangladesh")).to_have_count(1)
    expect(reading.locator("s")).to_have_text("Vietnam")
    expect(reading.locator(".chip", has_text="by 1 March 2027")).to_have_count(1)
    visitor.check_accessible()


def test_mistakes_and_conflicts_are_shown_focused_and_accessible(visit: Visitors) -> None:
    visitor = visit()
    visitor.expected += ["422", "409"]
    page = visitor.page
    need = tell(visitor, "zh-Hant")
    page.goto(f"{need}/reading")
    other = visitor.context.new_page()
    other.goto(f"{need}/reading")

    page.locator("#home").fill("Atlantis")
    page.locator("#save").click()
    expect(page.locator("#error-summary")).to_be_focused()
    visitor.check_accessible()
    page.locator("#error-summary a").click()
    expect(page.locator("#home")).to_be_focused()
    expect(page.locator("#home")).to_have_value("Atlantis")

    other.locator("#home").fill("新加坡")
    other.locator("#save").click()
    other.wait_for_url("**/matches")
    other.close()
    page.locator("#home").fill("香港")
    page.locator("#save").click()
    expect(page.locator("#wishes")).to_be_visible()
    expect(page.locator("#home")).to_have_value("香港")
    visitor.check_accessible()
    page.locator("#save").click()
    page.wait_for_url("**/matches")
    expect(page.locator(".reading .chip.set")).to_have_text(["香港"])


def stop(page: Page, number: int) -> str:
    return f'.route-picture a[href="#step-{number}"]'


def test_a_stop_leads_to_its_step_by_keyboard(visit: Visitors) -> None:
    page = visit().page
    page.goto("/routes?kind=document&from=CN&to=VN&lang=en")
    page.locator(stop(page, 1)).focus()
    page.keyboard.press("Tab")
    expect(page.locator(stop(page, 2))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#step-2")).to_be_in_viewport()
    expect(page.locator("#step-2:target")).to_have_count(1)


def test_stops_can_be_hit(visit: Visitors) -> None:
    page = visit(width=768).page
    for query in ("kind=document&from=CN&to=KH", "kind=award&from=HK&to=CN"):
        page.goto(f"/routes?{query}&lang=en")
        sizes = page.eval_on_selector_all(
            ".route-picture a .hit",
            "boxes => boxes.map(box => box.getBoundingClientRect()).map(r => [r.width, r.height])",
        )
        assert len(sizes) >= 4
        assert all(width >= 24 and height >= 24 for width, height in sizes)


def test_a_label_never_covers_another(visit: Visitors) -> None:
    page = visit().page
    for lang in NEEDS:
        for query in ("kind=document&from=CN&to=KH", "kind=award&from=HK&to=CN"):
            page.goto(f"/routes?{query}&lang={lang}")
            boxes = page.eval_on_selector_all(
                ".route-picture text, .route-picture .stop",
                "all => all.map(one => one.getBoundingClientRect())"
                ".map(r => [r.left, r.top, r.right, r.bottom])",
            )
            words = page.eval_on_selector_all(
                ".route-picture text:not(.stop-number)",
                "all => all.map(one => one.getBoundingClientRect())"
                ".map(r => [r.left, r.top, r.right, r.bottom])",
            )
            for word in words:
                covered = [
                    box
                    for box in boxes
                    if box != word
                    and word[0] < box[2]
                    and box[0] < word[2]
                    and word[1] < box[3] - 1
                    and box[1] < word[3] - 1
                ]
                assert not covered, (lang, query, word, covered)


def test_the_phone_has_the_strip_instead_of_the_picture(visit: Visitors) -> None:
    page = visit(width=390).page
    page.goto("/routes?kind=document&from=HK&to=CN&lang=zh-Hans")
    expect(page.locator(".route-picture")).to_be_hidden()
    expect(page.locator("#steps > li")).to_have_count(3)
    expect(page.locator("#steps > li").first).to_be_visible()


def test_the_whole_way_without_script(visit: Visitors) -> None:
    visitor = visit(script=False)
    page = visitor.page
    need = tell(visitor, "zh-Hans")
    page.get_by_role("link", name="更正我们的理解").click()
    page.get_by_role("checkbox", name="越南").uncheck()
    page.locator("#add_target_jurisdictions").fill("新加坡")
    page.locator("#save").click()
    expect(page.locator(".reading .chip.set")).to_have_text(["新加坡"])
    page.get_by_role("link", name="逐步查看途径").click()
    page.locator(".tabs a").last.click()
    expect(page.locator(".tabs [aria-current=page]")).to_have_count(1)
    page.locator("#on").fill("2020-01-01")
    page.locator(".as-of button").click()
    assert "on=2020-01-01" in page.url
    expect(page.locator("#steps > li").first).to_be_visible()
    page.goto(f"{need}/words")
    expect(page.locator("#text")).to_have_value(NEEDS["zh-Hans"])


def test_words_being_changed_are_not_the_draft_of_the_next_need(visit: Visitors) -> None:
    visitor = visit()
    page = visitor.page
    need = tell(visitor, "en")
    page.goto(f"{need}/words")
    page.locator("#text").fill("half a change")
    page.goto("/needs/new?lang=en")
    expect(page.locator("#text")).not_to_have_value("half a change")
