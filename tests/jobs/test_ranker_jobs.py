"""Rankers learned and compared by jobs: proposed once, compared once, given up where it is no use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from committee.models import Ranker, RankerComparison, RankerState
from core import job_runs
from core.db import SessionFactory, reading, transaction
from core.errors import Forbidden, InvalidInput
from core.identity.actor import ENTERPRISE, OPERATOR
from core.job_control import cancel_job
from core.job_runs import Outcome, execute_job
from core.jobs import Job
from core.settings import Settings
from jobs.rankers import COMPARE, TRAIN
from jobs.registry import Workshop
from jobs.starting import STARTABLE, Wishes, start_job
from tests.committee.life import Life, document_of, doubled
from tests.conftest import make_settings
from tests.trainer import require_trainer

require_trainer()


@pytest.fixture
def shop(catalogue_url: str, tmp_path: Path) -> Iterator[Workshop]:
    """A worker over the small catalogue."""
    settings: Settings = make_settings(catalogue_url).model_copy(update={"data_dir": tmp_path})
    made = Workshop(settings)
    yield made
    made.close()


def started(sessions: SessionFactory, kind: str, **wishes: object) -> Job:
    with transaction(sessions) as session:
        return start_job(
            session,
            OPERATOR,
            kind=kind,
            wishes=Wishes(**wishes),  # type: ignore[arg-type]  # the test's own
        )


def work(shop: Workshop, job: Job) -> tuple[Outcome, str | None]:
    outcome = execute_job(shop.sessions, shop.registry, job.id)
    with reading(shop.sessions) as session:
        return outcome, session.get_one(Job, job.id).last_error


def rankers(sessions: SessionFactory) -> list[Ranker]:
    with reading(sessions) as session:
        return list(session.scalars(select(Ranker)))


def test_a_ranker_is_learned_and_proposed_once(shop: Workshop) -> None:
    first = started(shop.sessions, TRAIN, name="nightly", seed=3)
    assert started(shop.sessions, TRAIN, name="nightly", seed=3).id == first.id

    assert work(shop, first) == (Outcome.DONE, None)
    assert work(shop, started(shop.sessions, TRAIN, name="nightly", seed=3))[0] is Outcome.DONE

    (proposed,) = rankers(shop.sessions)
    assert proposed.name == "nightly"
    assert (proposed.state, proposed.proposed_by) == (RankerState.PROPOSED, OPERATOR.actor_id)
    with reading(shop.sessions) as session:
        job = session.get_one(Job, first.id)
        assert (job.done, job.total) == (100, 100)


def test_where_nothing_can_be_learned_the_job_is_not_tried_again(shop: Workshop) -> None:
    with transaction(shop.sessions) as session:
        job = start_job(session, OPERATOR, kind=TRAIN, wishes=Wishes())
        job.payload = {**job.payload, "first": "2040-01-01"}

    outcome, said = work(shop, job)

    assert outcome is Outcome.PARKED
    assert said is not None
    assert said.startswith("nothing can be learned from this: the first day 2040-01-01")


def test_training_that_is_stopped_proposes_nothing(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runs, "_REPORT_SECONDS", 0.0)
    job = started(shop.sessions, TRAIN)
    train = shop.registry[TRAIN]

    def stop_and_train(run: job_runs.Run) -> job_runs.Effects | None:
        with transaction(shop.sessions) as session:
            cancel_job(session, job.id)
        return train(run)

    outcome = execute_job(shop.sessions, {TRAIN: stop_and_train}, job.id)

    assert outcome is Outcome.CANCELLED
    assert rankers(shop.sessions) == []


def compared(sessions: SessionFactory) -> int:
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(RankerComparison)) or 0


def test_a_ranker_is_compared_with_the_one_in_force(shop: Workshop) -> None:
    life = Life(shop.sessions)
    version = life.propose(document_of("twice", doubled))

    for _ in range(2):
        assert work(shop, started(shop.sessions, COMPARE, version=version))[0] is Outcome.DONE

    with reading(shop.sessions) as session:
        (found,) = session.scalars(select(RankerComparison))
    assert (found.ranker_version, found.against_version) == (version, life.in_force())
    assert found.passed


def test_a_comparison_that_another_promotion_overtakes_is_made_anew(shop: Workshop) -> None:
    life = Life(shop.sessions)
    version = life.propose(document_of("twice", doubled))
    other = life.accepted(document_of("another", doubled))
    job = started(shop.sessions, COMPARE, version=version)
    compare = shop.registry[COMPARE]

    def be_overtaken(run: job_runs.Run) -> job_runs.Effects | None:
        effects = compare(run)
        life.promote(other)
        return effects

    first = execute_job(
        shop.sessions, {COMPARE: be_overtaken}, job.id, timing=job_runs.Timing(retry_seconds=0.0)
    )

    assert first is Outcome.FAILED
    with reading(shop.sessions) as session:
        against = select(RankerComparison.against_version).where(
            RankerComparison.ranker_version == version
        )
        assert session.scalars(against).all() == []
        assert work(shop, job)[0] is Outcome.DONE
    with reading(shop.sessions) as session:
        assert session.scalars(against).all() == [other]


def test_the_ranker_in_force_is_not_compared_with_itself(shop: Workshop) -> None:
    version = Life(shop.sessions).in_force()

    outcome, said = work(shop, started(shop.sessions, COMPARE, version=version))

    assert outcome is Outcome.PARKED
    assert said == f"{version} is in force: there is nothing to compare it with"
    assert compared(shop.sessions) == 0


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "wishes", "field"),
    [
        ("sweep the floor", Wishes(), "#/kind"),
        ("compare", Wishes(), "#/version"),
        ("train", Wishes(name="Two Words"), "#/name"),
        ("train", Wishes(seed=-1), "#/seed"),
    ],
)
def test_what_cannot_be_started_is_refused_with_the_field(
    sessions: SessionFactory, kind: str, wishes: Wishes, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused, transaction(sessions) as session:
        start_job(session, OPERATOR, kind=kind, wishes=wishes)

    assert [one.pointer for one in refused.value.fields] == [field]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_operators_alone_start_jobs(shop: Workshop) -> None:
    assert set(STARTABLE) <= shop.registry.keys()
    with pytest.raises(Forbidden), transaction(shop.sessions) as session:
        start_job(session, ENTERPRISE, kind="retention", wishes=Wishes())
