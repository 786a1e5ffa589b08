"""A reader misses a firm in the list and asks why, in each language and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitors

NEED = "feasibility study for rural roads in Vietnam"


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("zh-Hant", 390), ("zh-Hans", 1280)])
def test_from_a_list_to_why_a_firm_is_not_in_it(visit: Visitors, lang: str, width: int) -> None:
    visitor = visit(width=width)
    page = visitor.page
    page.goto(f"/needs/new?lang={lang}")
    page.locator("#text").fill(NEED)
    page.locator("#send").click()
    expect(page.locator(".card").first).to_be_visible()

    page.locator(".card details:not(.rest) > summary").first.click()
    page.locator(".card details.measures > summary").first.click()
    expect(page.locator(".card details.measures table").first).to_be_visible()
    visitor.check_accessible()
    visitor.check_no_sideways_scroll()

    page.locator("#why-q").fill("synthetic")
    page.keyboard.press("Enter")
    expect(page.locator(".found li").first).to_be_visible()
    visitor.check_accessible()

    page.locator(".found a").last.click()
    expect(page.locator("#standing")).to_be_visible()
    expect(page.locator("article.card")).to_have_count(1)
    page.locator(".card details:not(.rest) > summary").first.click()
    visitor.check_accessible()
    visitor.check_no_sideways_scroll()
