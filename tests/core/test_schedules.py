"""Due times: worked out, met once whoever looks, made up where nobody did."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from core.jobs import Job
from core.moment import moment
from core.schedules import MADE_UP, DueTime, Schedule, daily, find_due, meet, standings

HOURLY = Schedule("hourly", "work", timedelta(hours=1), payload={"of": "any"})
MINUTELY = Schedule("minutely", "work", timedelta(minutes=1))


def know(sessions: SessionFactory, schedule: Schedule, ago: timedelta) -> datetime:
    """Have a schedule met last so long before its latest due time."""
    with transaction(sessions) as session:
        last = schedule.latest(session.scalars(select(moment())).one()) - ago
        session.add(DueTime(schedule=schedule.name, due_at=last, recorded_at=last))
    return last


def find(sessions: SessionFactory, schedule: Schedule) -> list[datetime]:
    with reading(sessions) as session:
        found = find_due(session, [schedule])
    return found[0][1] if found else []


def jobs_of(session: Session) -> list[Job]:
    return list(session.scalars(select(Job)))


@pytest.mark.parametrize(
    ("schedule", "now", "latest"),
    [
        (daily("night", "work", time(2, 30)), (22, 2, 29), (21, 2, 30)),
        (daily("night", "work", time(2, 30)), (22, 2, 30), (22, 2, 30)),
        (HOURLY, (22, 17, 59), (22, 17, 0)),
        (Schedule("w", "work", timedelta(hours=6), timedelta(hours=1)), (22, 0, 5), (21, 19, 0)),
    ],
)
def test_the_latest_due_time_is_not_after_now(
    schedule: Schedule, now: tuple[int, int, int], latest: tuple[int, int, int]
) -> None:
    day, hour, minute = now
    at = datetime(2026, 11, day, hour, minute, tzinfo=UTC)

    day, hour, minute = latest
    assert schedule.latest(at) == datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_schedule_that_would_never_come_round_is_refused() -> None:
    with pytest.raises(ValueError, match="never: every"):
        Schedule("never", "work", timedelta())


def test_a_new_schedule_begins_with_its_next_due_time(sessions: SessionFactory) -> None:
    (due_at,) = find(sessions, HOURLY)
    with transaction(sessions) as session:
        assert meet(session, HOURLY, due_at) is None
    with reading(sessions) as session:
        assert jobs_of(session) == []
        (standing,) = standings(session, [HOURLY])
    assert standing.last is not None
    assert standing.next_at == due_at + HOURLY.every

    with transaction(sessions) as session:
        job = meet(session, HOURLY, due_at + HOURLY.every)
        assert job is not None
        assert (job.kind, job.payload) == ("work", {"of": "any"})


def test_a_due_time_is_met_with_its_job_or_not_at_all(sessions: SessionFactory) -> None:
    know(sessions, HOURLY, timedelta(hours=1))
    (due_at,) = find(sessions, HOURLY)
    with pytest.raises(RuntimeError, match="killed"), transaction(sessions) as session:
        meet(session, HOURLY, due_at)
        raise RuntimeError("killed")

    assert find(sessions, HOURLY) == [due_at]
    with reading(sessions) as session:
        assert jobs_of(session) == []


def test_of_schedulers_at_the_same_time_one_queues_the_job(sessions: SessionFactory) -> None:
    know(sessions, HOURLY, timedelta(hours=1))
    (due_at,) = find(sessions, HOURLY)
    ready = Barrier(4)

    def be_scheduler() -> bool:
        ready.wait(30)
        with transaction(sessions) as session:
            return meet(session, HOURLY, due_at) is not None

    with ThreadPoolExecutor(4) as threads:
        queued = [task.result() for task in [threads.submit(be_scheduler) for _ in range(4)]]

    assert sorted(queued) == [False, False, False, True]
    with reading(sessions) as session:
        (job,) = jobs_of(session)
        row = session.get_one(DueTime, (HOURLY.name, due_at))
        assert row.job_id == job.id
    assert find(sessions, HOURLY) == []


def test_what_came_due_lately_while_nobody_looked_is_all_made_up(
    sessions: SessionFactory,
) -> None:
    last = know(sessions, MINUTELY, timedelta(minutes=4))

    due = find(sessions, MINUTELY)

    assert due == [last + timedelta(minutes=n + 1) for n in range(len(due))]
    assert len(due) in {4, 5}, "a minute may have passed meanwhile"


def test_of_what_came_due_long_ago_only_the_latest_is_made_up(sessions: SessionFactory) -> None:
    last = know(sessions, HOURLY, timedelta(days=3))
    (due_at,) = find(sessions, HOURLY)
    assert due_at >= last + timedelta(days=3)

    know(sessions, MINUTELY, timedelta(days=3))
    assert len(find(sessions, MINUTELY)) <= MADE_UP / MINUTELY.every + 1
