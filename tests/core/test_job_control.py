"""Jobs are hinted at, offered, cancelled, shown and forgotten, on both databases."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from core.db import SessionFactory, reading, transaction
from core.job_control import (
    RETENTION,
    JobFinished,
    JobNotFound,
    cancel_job,
    get_job_tree,
    list_jobs,
    offer_jobs,
    was_queued_lately,
)
from core.job_runs import Outcome, Run
from core.jobs import Job, JobState, Payload, enqueue, set_hint
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


def test_is_hinted_at_after_the_commit_and_never_without(sessions: SessionFactory) -> None:
    hinted: list[UUID] = []
    set_hint(sessions, hinted.append)
    with pytest.raises(RuntimeError, match="no"), transaction(sessions) as session:
        enqueue(session, "work", {})
        raise RuntimeError("no")
    assert hinted == []
    with transaction(sessions) as session:
        job = enqueue(session, "work", {})
        assert hinted == []
    assert hinted == [job.id]


def test_what_nobody_heard_of_is_offered_once_in_a_while(sessions: SessionFactory) -> None:
    old = datetime.now(UTC) - timedelta(minutes=1)
    young, lost, dead = queue(sessions), queue(sessions), queue(sessions)
    change(sessions, lost, created_at=old)
    with pytest.raises(Killed):
        run(sessions, dead, die)
    let_leases_run_out(sessions)

    with transaction(sessions) as session:
        assert set(offer_jobs(session, limit=10)) == {lost, dead}
    with transaction(sessions) as session:
        assert offer_jobs(session, limit=10) == []
    change(sessions, lost, hinted_at=old)
    with transaction(sessions) as session:
        assert offer_jobs(session, limit=10) == [lost]
    assert job_of(sessions, young).hinted_at is None


def test_a_waiting_job_is_cancelled_at_once_with_its_parts(sessions: SessionFactory) -> None:
    whole = queue(sessions)
    part = queue(sessions, parent_id=whole)
    other = queue(sessions)

    with transaction(sessions) as session:
        assert cancel_job(session, whole).state == JobState.CANCELLED

    assert run(sessions, whole, write_need) is Outcome.NOT_CLAIMED
    assert run(sessions, part, write_need) is Outcome.NOT_CLAIMED
    assert run(sessions, other, write_need) is Outcome.DONE
    with pytest.raises(JobFinished), transaction(sessions) as session:
        cancel_job(session, whole)
    with pytest.raises(JobNotFound), transaction(sessions) as session:
        cancel_job(session, uuid4())


def test_a_running_job_is_cancelled_where_it_can_stop(sessions: SessionFactory) -> None:
    job_id = queue(sessions)

    def work(attempt: Run) -> None:
        with attempt.chunk(1, 3) as session:
            make_need(session)
        with transaction(sessions) as session:
            assert cancel_job(session, job_id).state == JobState.RUNNING
        with attempt.chunk(2, 3) as session:
            make_need(session)

    assert run(sessions, job_id, work) is Outcome.CANCELLED
    assert needs_written(sessions) == 1
    assert job_of(sessions, job_id).state == JobState.CANCELLED


def test_a_cancelled_job_whose_worker_died_is_not_taken_up(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    with pytest.raises(Killed):
        run(sessions, job_id, die)
    with transaction(sessions) as session:
        cancel_job(session, job_id)
    let_leases_run_out(sessions)

    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    assert job_of(sessions, job_id).state == JobState.CANCELLED


def test_a_kind_that_nobody_knows_is_said_in_the_row(sessions: SessionFactory) -> None:
    job_id = queue(sessions, kind="from_the_next_release")

    assert run(sessions, job_id, write_need) is Outcome.FAILED
    assert "no handler for from_the_next_release" in (job_of(sessions, job_id).last_error or "")


def test_a_job_is_shown_with_its_parts(sessions: SessionFactory) -> None:
    whole = queue(sessions)
    parts = [queue(sessions, parent_id=whole) for _ in range(3)]
    run(sessions, whole, lambda _run: None)

    def half(attempt: Run) -> None:
        attempt.progress(5, 5)

    run(sessions, parts[0], half)
    change(sessions, parts[1], total=7)
    with reading(sessions) as session:
        tree = get_job_tree(session, whole)
        shown = list_jobs(session, limit=9)

    assert (tree.states, tree.done, tree.total) == ({"done": 1, "queued": 2}, 5, 12)
    assert (tree.is_finished, tree.is_done) == (False, False)
    assert [job.id for job in shown] == [whole]


def test_done_jobs_are_forgotten_and_unfinished_ones_kept(sessions: SessionFactory) -> None:
    done, parked, fresh = queue(sessions), queue(sessions), queue(sessions)
    whole = queue(sessions)
    part = queue(sessions, parent_id=whole)
    long_ago = datetime.now(UTC) - timedelta(days=40)
    for job_id in (done, whole):
        run(sessions, job_id, write_need)
        change(sessions, job_id, finished_at=long_ago)
    change(sessions, parked, state=JobState.PARKED, finished_at=long_ago)
    run(sessions, fresh, write_need)

    (finished,) = RETENTION
    before = finished.before(datetime.now(UTC))
    with transaction(sessions) as session:
        assert finished.count(session, before) == 1
        assert finished.delete(session, before, 10) == 1
        left = set(session.scalars(select(Job.id)))

    assert left == {parked, fresh, whole, part}


def test_what_is_parked_is_put_away_when_nobody_wants_it(sessions: SessionFactory) -> None:
    whole = queue(sessions)
    part = queue(sessions, parent_id=whole)
    run(sessions, whole, write_need)
    change(sessions, part, state=JobState.PARKED, finished_at=datetime.now(UTC))

    with transaction(sessions) as session:
        assert [job.id for job in list_jobs(session, state=JobState.PARKED, limit=9)] == [part]
        cancel_job(session, whole)

    assert (job_of(sessions, whole).state, job_of(sessions, part).state) == ("done", "cancelled")


def test_jobs_are_listed_in_pages_that_leave_nothing_out(sessions: SessionFactory) -> None:
    at = datetime.now(UTC)
    ids = [queue(sessions) for _ in range(5)]
    for job_id in ids:
        change(sessions, job_id, created_at=at)  # so that only their ids tell them apart
    seen: list[UUID] = []
    before: tuple[datetime, UUID] | None = None
    with reading(sessions) as session:
        while page := list_jobs(session, limit=2, before=before):
            seen += [job.id for job in page]
            before = (page[-1].created_at, page[-1].id)

    assert seen == sorted(ids, reverse=True)


def test_tells_whether_a_kind_was_queued_lately(sessions: SessionFactory) -> None:
    job_id = queue(sessions)

    def was_lately() -> bool:
        with reading(sessions) as session:
            return was_queued_lately(session, "work", seconds=60)

    assert was_lately()
    run(sessions, job_id, write_need)
    assert was_lately()
    change(sessions, job_id, finished_at=datetime.now(UTC) - timedelta(minutes=2))
    assert not was_lately()


def test_the_payload_comes_back_as_it_was_given(sessions: SessionFactory) -> None:
    given: Payload = {"need_id": str(uuid4()), "n": 3}
    with transaction(sessions) as session:
        job_id = enqueue(session, "work", given).id
    got: list[Payload] = []
    run(sessions, job_id, lambda attempt: got.append(attempt.payload))

    assert got == [given]


def test_a_job_that_fails_while_its_end_is_wished_is_not_tried_again(
    sessions: SessionFactory,
) -> None:
    job_id = queue(sessions)

    def work(_attempt: Run) -> None:
        with transaction(sessions) as session:
            cancel_job(session, job_id)
        raise ValueError("the disk is full")

    assert run(sessions, job_id, work) is Outcome.CANCELLED
    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    assert job_of(sessions, job_id).state == JobState.CANCELLED


def test_a_job_given_back_while_its_end_is_wished_ends(sessions: SessionFactory) -> None:
    job_id = queue(sessions)

    def work(attempt: Run) -> None:
        with transaction(sessions) as session:
            cancel_job(session, job_id)
        with attempt.chunk(1, 3):
            pass

    assert run(sessions, job_id, work, should_stop=lambda: True) is Outcome.RELEASED
    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    assert job_of(sessions, job_id).state == JobState.CANCELLED


def test_a_job_that_waits_though_its_end_is_wished_ends_when_it_is_due(
    sessions: SessionFactory,
) -> None:
    job_id = queue(sessions)
    change(sessions, job_id, is_cancel_wanted=True)

    assert run(sessions, job_id, write_need) is Outcome.NOT_CLAIMED
    assert job_of(sessions, job_id).state == JobState.CANCELLED


def test_what_is_done_is_done_to_its_end(sessions: SessionFactory) -> None:
    job_id = queue(sessions)
    run(sessions, job_id, lambda attempt: attempt.progress(0, 7))

    assert (job_of(sessions, job_id).done, job_of(sessions, job_id).total) == (7, 7)
