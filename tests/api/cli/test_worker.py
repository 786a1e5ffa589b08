import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from core.db import SessionFactory, make_engine, make_session_factory, reading, transaction
from core.job_runs import execute_job
from core.jobs import Job, JobState, enqueue
from enterprises.models import Need
from enterprises.need_matches import NeedMatch
from tests.api.cli.conftest import CommandLine
from tests.factories import make_need


@pytest.fixture
def sessions(database: Path) -> SessionFactory:
    return make_session_factory(make_engine(f"sqlite:///{database}"))


def queue(sessions: SessionFactory, kind: str = "work", parent_id: UUID | None = None) -> UUID:
    with transaction(sessions) as session:
        return enqueue(session, kind, {}, parent_id=parent_id).id


def test_rematch_works_itself_where_nobody_else_does(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    with transaction(sessions) as session:
        for text in ("rural roads in Vietnam", "孟加拉国供水项目的施工监理"):
            make_need(session, text=text)

    outcome = landbridge("rematch", "--wait", "--json")

    assert outcome.code == 0, outcome.err
    document = json.loads(outcome.out)
    assert (document["states"], document["needs"]) == ({"done": 1}, 2)
    with reading(sessions) as session:
        kept = set(session.scalars(select(NeedMatch.need_id)))
        assert kept == set(session.scalars(select(Need.id)))


def test_rematch_is_queued_and_shown(landbridge: CommandLine, sessions: SessionFactory) -> None:
    queued = landbridge("rematch", "--json")
    job_id = json.loads(queued.out)["job"]

    listed = landbridge("jobs", "list", "--json")
    shown = landbridge("jobs", "show", job_id)

    assert [job["id"] for job in json.loads(listed.out)["jobs"]] == [job_id]
    assert shown.out.startswith(f"rematch {job_id}: queued")
    assert landbridge("rematch", "--json").out == queued.out, "it waits already"
    with reading(sessions) as session:
        assert session.scalars(select(Job.kind)).all() == ["rematch"]


def test_a_job_is_shown_with_its_parts_and_its_error(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    def fail(_run: object) -> None:
        raise ValueError("no such place")

    whole = queue(sessions)
    for _ in range(2):
        queue(sessions, "part", parent_id=whole)
    execute_job(sessions, {"work": fail}, whole)

    shown = landbridge("jobs", "show", str(whole))
    as_json = json.loads(landbridge("jobs", "show", str(whole), "--json").out)

    assert "parts     2 queued" in shown.out
    assert "failed    ValueError: no such place" in shown.out
    assert as_json["with_parts"]["states"] == {"queued": 2}
    assert as_json["last_error"] == "ValueError: no such place"


def test_a_job_is_cancelled_and_tried_again(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    job_id = str(queue(sessions))

    assert landbridge("jobs", "cancel", job_id).out == f"{job_id} is cancelled\n"
    again = landbridge("jobs", "cancel", job_id)
    assert (again.code, again.complaint) == (
        2,
        f"landbridge: job {job_id} is cancelled: there is nothing to stop",
    )
    assert landbridge("jobs", "list", "--state", "cancelled").out.startswith(job_id)
    assert landbridge("jobs", "retry", job_id).out == f"{job_id} is queued\n"
    with reading(sessions) as session:
        assert session.get_one(Job, UUID(job_id)).state == JobState.QUEUED
    assert "only what is parked" in landbridge("jobs", "retry", job_id).complaint


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize("command", ["show", "cancel", "retry"])
def test_a_job_that_is_none_is_one_line(landbridge: CommandLine, command: str) -> None:
    unknown, nonsense = str(uuid4()), "the-first-one"

    assert f"no job has the id {unknown}" in landbridge("jobs", command, unknown).complaint
    assert "'the-first-one' is no id of a job" in landbridge("jobs", command, nonsense).complaint


@pytest.mark.usefixtures("sessions")
def test_a_state_that_is_none_is_refused(landbridge: CommandLine) -> None:
    outcome = landbridge("jobs", "list", "--state", "finished")

    assert outcome.code == 2
    assert "choose one of queued, running, done, parked, cancelled" in outcome.complaint


@pytest.mark.parametrize("command", [["worker"], ["rematch"], ["jobs", "list"]])
def test_a_missing_database_is_one_line(landbridge: CommandLine, command: list[str]) -> None:
    outcome = landbridge(*command)

    assert outcome.code == 2
    assert "there is no database" in outcome.complaint
