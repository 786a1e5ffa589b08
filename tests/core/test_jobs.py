"""Jobs are accepted with what asks for them and done once, on both databases."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from core.crash_points import watching
from core.db import SessionFactory, reading, transaction
from core.job_control import (
    JobNotParked,
    due_jobs,
    retry_job,
)
from core.job_runs import Effects, JobImpossible, LeaseLost, Outcome, Run, Timing
from core.jobs import MAX_ATTEMPTS, Job, JobState, enqueue, set_hint
from tests.core.job_steps import (
    Killed,
    change,
    die,
    job_of,
    let_leases_run_out,
    needs_written,
    queue,
    run,
    write_need,
)
from tests.factories import make_need


def test_is_accepted_with_the_transaction_or_not_at_all(sessions: SessionFactory) -> None:
    with pytest.raises(RuntimeError, match="half-way"), transaction(sessions) as session:
        enqueue(session, "work", {})
        raise RuntimeError("half-way")
    with reading(sessions) as session:
        assert due_jobs(session, limit=5) == []

    job_id = queue(sessions)

    with reading(sessions) as session:
        assert due_jobs(session, limit=5) == [job_id]


def test_is_done_once_however_often_it_is_hinted_at(sessions: SessionFactory) -> None:
    job_id = queue(sessions)

    outcomes = [run(sessions, job_id, write_need) for _ in range(3)]

    assert outcomes == [Outcome.DONE, Outcome.NOT_CLAIMED, Outcome.NOT_CLAIMED]
    assert needs_written(sessions) == 1
    job = job_of(sessions, job_id)
    assert (job.state, job.attempt, job.lease_until) == (JobState.DONE, 1, None)


def test_of_workers_at_the_same_time_one_gets_it(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    together = Barrier(3)
    outcomes: list[Outcome] = []

    def work() -> None:
        together.wait()
        outcomes.append(run(sessions, job_id, write_need))

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(outcomes) == [Outcome.DONE, Outcome.NOT_CLAIMED, Outcome.NOT_CLAIMED]
    assert needs_written(sessions) == 1


def test_what_fails_at_the_end_leaves_no_effect_and_is_tried_again(
    sessions: SessionFactory,
) -> None:
    job_id = queue(sessions)

    def fail_late(_run: Run) -> Effects:
        def write(session: Session) -> None:
            need = make_need(session)
            session.execute(
                text("INSERT INTO need (id, version, created_at, updated_at) "
                     "SELECT id, 1, created_at, :secret FROM need WHERE id = :id"),
                {"secret": "1999-12-31 00:00:00", "id": need.id.hex},
            )  # fmt: skip

        return write

    assert run(sessions, job_id, fail_late) is Outcome.FAILED
    assert needs_written(sessions) == 0
    failed = job_of(sessions, job_id)
    assert failed.state == JobState.QUEUED
    assert failed.last_error is not None
    assert failed.last_error.startswith("IntegrityError: ")
    assert "1999" not in failed.last_error, "values of a statement may be personal data"

    assert run(sessions, job_id, write_need) is Outcome.DONE
    assert job_of(sessions, job_id).last_error is None
    assert needs_written(sessions) == 1


def test_a_failed_job_rests_before_the_next_attempt(sessions: SessionFactory) -> None:
    job_id = queue(sessions)

    def fail(_run: Run) -> None:
        raise ValueError("no")

    assert run(sessions, job_id, fail, timing=Timing(retry_seconds=3600)) is Outcome.FAILED
    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    with reading(sessions) as session:
        assert due_jobs(session, limit=5) == []


def test_is_parked_after_five_failures_and_tried_again_when_asked(
    sessions: SessionFactory,
) -> None:
    job_id = queue(sessions)

    def fail(_run: Run) -> None:
        raise ValueError("no such place")

    outcomes = [run(sessions, job_id, fail) for _ in range(MAX_ATTEMPTS + 1)]

    assert outcomes == [Outcome.FAILED] * 4 + [Outcome.PARKED, Outcome.NOT_CLAIMED]
    assert job_of(sessions, job_id).last_error == "ValueError: no such place"
    with transaction(sessions) as session:
        retry_job(session, job_id)
    assert run(sessions, job_id, write_need) is Outcome.DONE
    with pytest.raises(JobNotParked), transaction(sessions) as session:
        retry_job(session, job_id)


def test_what_cannot_be_done_however_often_is_parked_at_once(sessions: SessionFactory) -> None:
    job_id = queue(sessions)

    def give_up(_run: Run) -> None:
        raise JobImpossible("nothing can be learned from this")

    assert run(sessions, job_id, give_up) is Outcome.PARKED
    assert job_of(sessions, job_id).last_error == "nothing can be learned from this"


def test_a_job_that_kills_its_workers_is_parked(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Killed):
            run(sessions, job_id, die)
        let_leases_run_out(sessions)

    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    job = job_of(sessions, job_id)
    assert (job.state, job.last_error) == (
        JobState.PARKED,
        "its workers died, one after the other",
    )


def test_a_job_that_gets_further_each_time_is_not_parked(sessions: SessionFactory) -> None:
    job_id = queue(sessions)

    def do_one_and_die(attempt: Run) -> None:
        with attempt.chunk(attempt.attempt, 8) as session:
            make_need(session)
        raise Killed

    for _ in range(MAX_ATTEMPTS + 3):
        with pytest.raises(Killed):
            run(sessions, job_id, do_one_and_die)
        let_leases_run_out(sessions)

    assert needs_written(sessions) == MAX_ATTEMPTS + 3
    assert run(sessions, job_id, write_need) is Outcome.DONE


def test_a_lease_that_holds_is_respected(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    with pytest.raises(Killed):
        run(sessions, job_id, die)

    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    let_leases_run_out(sessions)
    assert run(sessions, job_id, write_need) is Outcome.DONE


def test_a_worker_thought_dead_writes_nothing_any_more(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    seen: list[object] = []

    def sleep_through_the_lease(attempt: Run) -> Effects:
        with attempt.chunk(1, 3) as session:
            make_need(session)
        let_leases_run_out(sessions)
        seen.append(run(sessions, job_id, write_need))
        with pytest.raises(LeaseLost), attempt.chunk(2, 3) as session:
            make_need(session)
        with pytest.raises(LeaseLost):
            attempt.progress(3, 3)
        return write_need(attempt)

    assert run(sessions, job_id, sleep_through_the_lease) is Outcome.LOST
    assert seen == [Outcome.DONE]
    assert needs_written(sessions) == 2
    assert job_of(sessions, job_id).attempt == 2


def test_the_lease_of_silent_work_is_renewed(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    leases: list[datetime | None] = []

    def work_long(_run: Run) -> None:
        leases.append(job_of(sessions, job_id).lease_until)
        pause = Event()
        for _ in range(500):
            if job_of(sessions, job_id).lease_until != leases[0]:
                return
            pause.wait(0.02)

    assert run(sessions, job_id, work_long, timing=Timing(lease_seconds=0.6)) is Outcome.DONE
    with reading(sessions) as session:
        assert session.get_one(Job, job_id).attempt == 1
    assert leases[0] is not None


def test_silent_work_whose_lease_was_lost_hears_of_it(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    pause = Event()

    def work_long(attempt: Run) -> None:
        let_leases_run_out(sessions)
        run(sessions, job_id, write_need)
        for _ in range(500):
            attempt.progress(1, 1_000_000)
            pause.wait(0.02)

    assert run(sessions, job_id, work_long, timing=Timing(lease_seconds=0.3)) is Outcome.LOST


def test_a_stopping_worker_gives_long_work_back_without_counting_it(
    sessions: SessionFactory,
) -> None:
    job_id = queue(sessions)
    stopping = Event()

    def work(attempt: Run) -> None:
        with attempt.chunk(1, 2) as session:
            make_need(session)
        stopping.set()
        attempt.progress(1, 2)
        raise AssertionError("not reached")

    assert run(sessions, job_id, work, should_stop=stopping.is_set) is Outcome.RELEASED
    job = job_of(sessions, job_id)
    assert (job.state, job.attempt_limit - job.attempt) == (JobState.QUEUED, MAX_ATTEMPTS + 1)
    assert run(sessions, job_id, write_need) is Outcome.DONE


def test_a_key_belongs_to_one_job_that_nobody_began(sessions: SessionFactory) -> None:
    first = queue(sessions, key="list:1")
    assert queue(sessions, key="list:1") == first
    assert queue(sessions, key="list:2") != first

    later: list[UUID] = []

    def ask_again(_run: Run) -> None:
        # What has begun may have read what changes now.
        later.append(queue(sessions, key="list:1"))
        later.append(queue(sessions, key="list:1"))
        raise ValueError("tried again, beside the one that waits")

    assert run(sessions, first, ask_again) is Outcome.FAILED
    assert later[0] == later[1] != first
    assert run(sessions, first, write_need) is Outcome.DONE


def test_two_transactions_at_once_agree_on_the_job_of_a_key(sessions: SessionFactory) -> None:
    together = Barrier(4)
    found: list[UUID] = []

    def ask() -> None:
        together.wait()
        found.append(queue(sessions, key="list:1"))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_waiting_job_sees_what_the_one_who_found_it_wrote(sessions: SessionFactory) -> None:
    job_id = queue(sessions, key="count")
    counted: list[int] = []

    def count(_run: Run) -> None:
        counted.append(needs_written(sessions))

    worker = Thread(target=run, args=(sessions, job_id, count))
    with transaction(sessions) as session:
        make_need(session)
        assert enqueue(session, "work", {}, key="count").id == job_id
        worker.start()
        worker.join(0.3)
        assert worker.is_alive(), "the job must wait for this transaction"
    worker.join()

    assert counted == [1]


def test_a_part_of_nothing_is_refused(sessions: SessionFactory) -> None:
    with pytest.raises(IntegrityError):
        queue(sessions, key="part", parent_id=uuid4())


def test_waits_for_its_time(sessions: SessionFactory) -> None:
    hinted: list[UUID] = []
    set_hint(sessions, hinted.append)
    job_id = queue(sessions, run_after=datetime.now(UTC) + timedelta(hours=1))

    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    assert hinted == []
    change(sessions, job_id, run_after=datetime.now(UTC) - timedelta(seconds=1))
    assert run(sessions, job_id, write_need) is Outcome.DONE


def test_what_lost_its_database_is_due_again_as_soon_as_that_is_back(
    sessions: SessionFactory,
) -> None:
    job_id = queue(sessions)
    is_gone = {"job.end", "job.fail"}

    def lose_each_once(point: str) -> None:
        if point in is_gone:
            is_gone.remove(point)
            raise OperationalError("UPDATE job", {}, ConnectionError("the server is gone"))

    with watching(lose_each_once):
        outcome = run(sessions, job_id, write_need, timing=Timing(retry_seconds=3600))

    assert outcome is Outcome.FAILED
    assert needs_written(sessions) == 0
    with reading(sessions) as session:
        assert due_jobs(session, limit=5) == [job_id]
    assert run(sessions, job_id, write_need) is Outcome.DONE
    assert needs_written(sessions) == 1


def test_a_job_that_was_done_when_its_database_went_away_stays_done(
    sessions: SessionFactory,
) -> None:
    job_id = queue(sessions)

    def lose_the_answer(point: str) -> None:
        if point == "job.end.committed":
            raise OperationalError("COMMIT", {}, ConnectionError("the server is gone"))

    with watching(lose_the_answer):
        assert run(sessions, job_id, write_need) is Outcome.LOST

    assert job_of(sessions, job_id).state == JobState.DONE
    assert needs_written(sessions) == 1
