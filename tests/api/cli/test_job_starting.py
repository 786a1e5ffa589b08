"""`landbridge jobs start`, `schedules` and `overdue`."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from core.db import SessionFactory, make_engine, make_session_factory, reading, transaction
from core.jobs import Job
from core.moment import moment
from jobs.retention import CLASSES
from jobs.schedules import SCHEDULES, queue_due
from tests.api.cli.conftest import CommandLine
from tests.factories import make_need


@pytest.fixture
def sessions(database: Path) -> SessionFactory:
    return make_session_factory(make_engine(f"sqlite:///{database}"))


def test_a_job_is_started_by_hand_once_while_it_waits(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    first = json.loads(landbridge("jobs", "start", "train", "--name", "mine", "--json").out)
    again = landbridge("jobs", "start", "train", "--name", "mine", "--as", "ops-1", "--json")

    assert json.loads(again.out) == first
    with reading(sessions) as session:
        (job,) = session.scalars(select(Job))
    assert (str(job.id), job.kind) == (first["job"], "train")
    assert job.payload == {
        "name": "mine", "seed": 0, "first": None, "until": None, "by": "command-line",
    }  # fmt: skip


def test_what_is_overdue_is_shown_and_deleted(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    with transaction(sessions) as session:
        make_need(session).deleted_at = session.scalars(select(moment(-31 * 86_400.0))).one()

    def overdue() -> dict[str, int]:
        rows = json.loads(landbridge("jobs", "overdue", "--json").out)["classes"]
        assert [row["name"] for row in rows] == [one.name for one in CLASSES]
        return {row["name"]: row["overdue"] for row in rows if row["overdue"]}

    assert overdue() == {"deleted needs": 1}
    outcome = landbridge("jobs", "start", "retention", "--wait")

    assert (outcome.code, outcome.out.endswith(" is done\n")) == (0, True), outcome.err
    assert overdue() == {}
    assert "deleted needs                     30 days          0 overdue" in (
        landbridge("jobs", "overdue").out
    )


def test_what_is_done_by_the_clock_is_listed(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    queue_due(sessions)

    found = json.loads(landbridge("jobs", "schedules", "--json").out)["schedules"]

    assert [one["name"] for one in found] == [schedule.name for schedule in SCHEDULES]
    assert all(one["last_due_at"] < one["next_due_at"] for one in found)
    assert {one["last_job"] for one in found} == {None}, "known, and not due yet"
    assert "retention          retention          last " in landbridge("jobs", "schedules").out


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep"], "choose one of train, compare, retention"),
        (["compare"], "name the ranker to compare"),
        (["compare", "--version", "none-such"], "no ranker has the version 'none-such'"),
        (["train", "--name", "Two Words"], "take up to 60 of a-z"),
        (["train", "--from", "2026-02-01", "--until", "2026-01-01"], "lies after the last"),
        (["train", "--as", "two words"], "--as 'two words' is no id"),
    ],
)
def test_what_cannot_be_started_is_one_line(
    landbridge: CommandLine, arguments: list[str], said: str
) -> None:
    outcome = landbridge("jobs", "start", *arguments)

    assert outcome.code == 2
    assert said in outcome.complaint


def test_a_job_that_cannot_be_done_says_why(
    landbridge: CommandLine, sessions: SessionFactory
) -> None:
    version = json.loads(landbridge("ranker", "show", "--json").out)["version"]

    outcome = landbridge("jobs", "start", "compare", "--version", version, "--wait")

    assert outcome.code == 1
    assert "is in force: there is nothing to compare it with" in outcome.err
    with reading(sessions) as session:
        of_kind = select(Job.state).where(Job.kind == "compare")
        assert session.scalars(of_kind).all() == ["parked"]
