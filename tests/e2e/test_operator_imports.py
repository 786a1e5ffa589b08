"""An operator sends a table, looks at what it would change, imports it and takes it back."""

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import Visitors
from tests.providers.import_steps import as_csv, provider_row

# Load again until the work is done: nothing on the page does so by itself.
LOADS = 200


@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("en", 1280, "light"), ("zh-Hant", 390, "dark")]
)
def test_from_a_file_to_its_undoing(visit: Visitors, lang: str, width: int, scheme: str) -> None:
    visitor = visit(width=width, scheme=scheme, script=False)
    page = visitor.page
    page.goto(f"/ops/imports?lang={lang}")
    visitor_with_script = visit(width=width, scheme=scheme)
    visitor_with_script.page.goto(f"/ops/imports?lang={lang}")
    visitor_with_script.check_accessible()
    visitor_with_script.check_no_sideways_scroll()

    content = as_csv([provider_row(f"{lang}1"), provider_row(f"{lang}2", kind="lawfirm")])
    page.locator("#file").set_input_files(
        FilePayload(name="firms.csv", mimeType="text/csv", buffer=content)
    )
    page.locator("form.stack button").click()
    for step in ("confirm", "undo"):
        button = page.locator(f"form[action$='/{step}'] button")
        for _ in range(LOADS):
            if button.count():
                break
            page.reload()
        expect(button).to_be_visible()
        visitor_with_script.page.goto(page.url)
        visitor_with_script.check_accessible()
        visitor_with_script.check_no_sideways_scroll()
        # Before the answer is there the page is still the one without any work under way.
        with page.expect_navigation():
            button.click()
    for _ in range(LOADS):
        if not page.locator("progress").count():
            break
        page.reload()
    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator("form[action$='/undo']")).to_have_count(0)
