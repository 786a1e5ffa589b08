"""An operator looks at what works beside the requests, stops a job and tries it again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.db import make_engine, make_session_factory, transaction
from core.jobs import JobState, enqueue
from core.migrations.runner import upgrade_to_head
from core.moment import moment
from core.settings import EncoderKind, Settings
from tests.e2e.conftest import Visitors, serving


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server with a job that is half done and not due for an hour, and one that is parked."""
    settings = Settings(_env_file=None, data_dir=tmp_path, encoder=EncoderKind.NONE)
    engine = make_engine(settings.sqlalchemy_url)
    upgrade_to_head(engine)
    with transaction(make_session_factory(engine)) as session:
        half = enqueue(session, "encode_texts", {}, run_after=None)
        half.run_after, half.done, half.total = moment(3600), 32, 64
        parked = enqueue(session, "train", {})
        parked.state, parked.finished_at = JobState.PARKED, moment()
        parked.last_error = "nothing can be learned from this"
    engine.dispose()
    with serving(settings) as url:
        yield url


@pytest.mark.parametrize(
    ("lang", "width", "scheme"), [("en", 1280, "light"), ("zh-Hant", 390, "dark")]
)
def test_from_the_list_to_a_job_and_its_end(
    visit: Visitors, lang: str, width: int, scheme: str
) -> None:
    visitor = visit(width=width, scheme=scheme, script=False)
    page = visitor.page
    page.goto(f"/ops/jobs?lang={lang}")
    with_script = visit(width=width, scheme=scheme)
    with_script.page.goto(f"/ops/jobs?lang={lang}")
    with_script.check_accessible()
    with_script.check_no_sideways_scroll()

    expect(page.locator("progress")).to_have_attribute("value", "50")
    page.locator("tbody tr").first.locator("form[action$='/cancel'] button").click()
    page.wait_for_url("**/ops/jobs/*")
    with_script.page.goto(page.url)
    with_script.check_accessible()
    with_script.check_no_sideways_scroll()
    expect(page.locator("form[action$='/cancel']")).to_have_count(0)
    expect(page.locator("form[action$='/retry'] button")).to_be_visible()
