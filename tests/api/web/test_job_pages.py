"""The operators' pages of jobs: how far they are, stopped and tried again without script."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.web.jobs import SHOWN
from api.web.rendering import environment
from core.db import SessionFactory, transaction
from core.jobs import Job, JobState
from core.settings import Settings
from jobs.registry import Workshop
from matching.types import Script
from tests.api.import_steps import sessions_of
from tests.api.job_steps import idle_server, queue
from tests.api.web.parsed import Parsed
from tests.api.web.visits import form_token
from tests.conftest import make_settings

HTML = {"Accept": "text/html"}


@pytest.fixture
def client(catalogue_url: str) -> Iterator[TestClient]:
    with idle_server(make_settings(catalogue_url)) as opened:
        yield opened


@pytest.fixture
def sessions(client: TestClient) -> SessionFactory:
    return sessions_of(client)


def page_of(client: TestClient, address: str) -> Parsed:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    return Parsed(answer.text)


def press(client: TestClient, job_id: str, step: str, token: str | None = None) -> Response:
    given = token or form_token(client, f"/ops/jobs/{job_id}")
    return client.post(
        f"/ops/jobs/{job_id}/{step}",
        data={"form_token": given},
        headers=HTML,
        follow_redirects=False,
    )


def report(sessions: SessionFactory, job_id: str, *, done: int, total: int) -> None:
    with transaction(sessions) as session:
        job = session.get_one(Job, UUID(job_id))
        job.done, job.total = done, total


def test_progress_is_shown_with_that_of_the_parts(
    client: TestClient, sessions: SessionFactory
) -> None:
    whole = queue(sessions)
    for done in (10, 20):
        report(sessions, queue(sessions, parent_id=UUID(whole)), done=done, total=60)

    for address in (f"/ops/jobs/{whole}", "/ops/jobs"):
        page = page_of(client, address)
        assert [bar.attributes["value"] for bar in page.find("progress")] == ["25"]
        assert "30 of 120" in page.one("main").text
        labelled = {label.attributes["for"] for label in page.find("label")}
        assert {bar.attributes["id"] for bar in page.find("progress")} <= labelled


def test_a_job_is_stopped_and_tried_again_by_its_buttons(
    client: TestClient, sessions: SessionFactory
) -> None:
    job_id = queue(sessions, parked=True)
    assert "ValueError: no such place" in page_of(client, f"/ops/jobs/{job_id}").one("main").text

    assert press(client, job_id, "cancel").status_code == 303
    page = page_of(client, f"/ops/jobs/{job_id}")
    assert "Stopped" in page.one("main").text
    assert not [form for form in page.find("form") if "cancel" in form.attributes["action"]]

    token = form_token(client, f"/ops/jobs/{job_id}")
    assert press(client, job_id, "retry").headers["location"] == f"/ops/jobs/{job_id}"
    with transaction(sessions) as session:
        assert session.get_one(Job, UUID(job_id)).state == JobState.QUEUED
    press(client, job_id, "cancel", token)
    late = press(client, job_id, "cancel", token)
    assert late.status_code == 409
    assert "there is nothing to stop" in late.text


def test_a_form_of_another_browser_changes_nothing(
    client: TestClient, sessions: SessionFactory
) -> None:
    job_id = queue(sessions)
    assert press(client, job_id, "cancel", "stale").status_code == 403
    assert press(client, job_id, "promote").status_code == 404
    assert (
        press(client, str(uuid4()), "cancel", form_token(client, "/needs/new")).status_code == 404
    )
    with transaction(sessions) as session:
        assert session.get_one(Job, UUID(job_id)).state == JobState.QUEUED


def test_jobs_come_in_pages_and_by_state(client: TestClient, sessions: SessionFactory) -> None:
    ids = {queue(sessions) for _ in range(SHOWN + 1)}
    parked = queue(sessions, parked=True)
    first = page_of(client, "/ops/jobs?state=queued")
    (more,) = [link for link in first.find("a") if "after=" in link.attributes["href"]]
    second = page_of(client, more.attributes["href"])

    def shown(page: Parsed) -> list[str]:
        links = [link.attributes["href"] for link in page.find("a")]
        return [link.rpartition("/")[2] for link in links if link.startswith("/ops/jobs/")]

    assert sorted(shown(first) + shown(second)) == sorted(ids)
    assert shown(page_of(client, "/ops/jobs?state=parked")) == [parked]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Jobs", "By the clock", "Deleting what is overdue")),
        ("zh-Hant", ("背景工作", "定時工作", "刪除逾期保留的資料")),
        ("zh-Hans", ("后台任务", "定时工作", "删除逾期保留的资料")),
    ],
)
def test_the_page_is_in_three_scripts(
    client: TestClient, lang: str, words: tuple[str, ...]
) -> None:
    text = page_of(client, f"/ops/jobs?lang={lang}").one("main").text
    assert [word for word in words if word not in text] == []


def test_every_kind_of_job_has_a_name_for_people() -> None:
    workshop = Workshop(Settings(_env_file=None))
    named = environment(Script.EN).get_template("operator/_jobs.html").module
    unnamed = [kind for kind in workshop.registry if named.job_kind(kind) == kind]  # type: ignore[attr-defined]  # a macro of the template
    workshop.close()
    assert unnamed == []
