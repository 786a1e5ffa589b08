"""Every open need keeps its newest list, whatever happens to the workers on the way."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from core.db import SessionFactory, reading, transaction
from core.identity.actor import ENTERPRISE, OPEN_ACCESS_ID
from core.job_control import due_jobs, expire_leases, get_job_tree
from core.job_runs import Outcome, Registry, Timing, execute_job
from core.jobs import Job
from enterprises import queries, rematching
from enterprises.access import access_need
from enterprises.models import Need, NeedVersion
from enterprises.need_matches import NeedMatch
from enterprises.rematching import (
    REMATCH,
    REMATCH_SHARD,
    cut_into_shards,
    queue_rematch,
    read_needs,
    rematch_needs,
    rematch_shard,
)
from matching.text.encoder import NoEncoder
from matching.types import Float32Array
from providers.engine import Engine, build_engine
from tests.factories import NOW, make_need

TODAY = NOW.date()
TEXTS = (
    "feasibility study for rural roads in Vietnam",
    "audit of a water project in Vietnam",
    "孟加拉国供水项目的施工监理",
    "construction supervision of a power plant",
    "tax advice in Singapore",
)


class Killed(BaseException):
    """The worker is gone in the middle of its work."""


class Clock:
    """A clock that moves on an hour whenever it is read."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> datetime:
        self._now += timedelta(hours=1)
        return self._now


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rematching, "SHARD_NEEDS", 3)
    monkeypatch.setattr(rematching, "BATCH_NEEDS", 2)


@pytest.fixture
def engine(catalogue_sessions: SessionFactory) -> Engine:
    with reading(catalogue_sessions) as session:
        return build_engine(session, NoEncoder())


@pytest.fixture
def need_ids(catalogue_sessions: SessionFactory) -> list[UUID]:
    with transaction(catalogue_sessions) as session:
        return sorted(make_need(session, text=text).id for text in TEXTS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def registry_of(engine: Engine, clock: Callable[[], datetime]) -> Registry:
    return {
        REMATCH: lambda run: cut_into_shards(run, today=TODAY),
        REMATCH_SHARD: lambda run: rematch_shard(run, current_engine=lambda: engine, now=clock),
    }


def work_off(sessions: SessionFactory, registry: Registry) -> list[Outcome]:
    outcomes: list[Outcome] = []
    while True:
        with reading(sessions) as session:
            due = due_jobs(session, limit=1)
        if not due:
            return outcomes
        outcomes.append(execute_job(sessions, registry, due[0], timing=Timing(retry_seconds=0)))


def queue(sessions: SessionFactory, **versions: str) -> UUID:
    with transaction(sessions) as session:
        return queue_rematch(session, versions).id


def lists_of(sessions: SessionFactory) -> dict[UUID, NeedMatch]:
    with reading(sessions) as session:
        return {row.need_id: row for row in session.scalars(select(NeedMatch))}


def expected(engine: Engine, sessions: SessionFactory, need_id: UUID) -> list[list[object]]:
    with reading(sessions) as session:
        structured = queries.as_structured(access_need(session, ENTERPRISE, need_id, now=NOW))
    result = engine.match(queries.as_query(structured, on=TODAY), top=10)
    return [[one.provider_id, one.score] for one in result.ranked]


def test_every_open_need_gets_the_list_that_a_match_would_give(
    catalogue_sessions: SessionFactory, engine: Engine, need_ids: list[UUID], clock: Clock
) -> None:
    job_id = queue(catalogue_sessions, ranker=engine.versions.ranker)

    outcomes = work_off(catalogue_sessions, registry_of(engine, clock))

    assert outcomes == [Outcome.DONE] * 3, "one job cuts five needs into two"
    lists = lists_of(catalogue_sessions)
    assert sorted(lists) == need_ids
    for need_id in need_ids:
        assert lists[need_id].ranked == expected(engine, catalogue_sessions, need_id)
        assert lists[need_id].matched_on == TODAY
        assert lists[need_id].versions["ranker"] == engine.versions.ranker
    assert any(row.ranked for row in lists.values())
    with reading(catalogue_sessions) as session:
        tree = get_job_tree(session, job_id)
    assert (tree.is_done, tree.done, tree.total) == (True, 5, 5)


def test_a_list_that_stays_the_same_only_gets_its_versions(
    catalogue_sessions: SessionFactory, engine: Engine, need_ids: list[UUID], clock: Clock
) -> None:
    queue(catalogue_sessions)
    work_off(catalogue_sessions, registry_of(engine, clock))
    before = lists_of(catalogue_sessions)
    newer = replace(engine, versions=replace(engine.versions, ranker="next"))

    queue(catalogue_sessions)
    work_off(catalogue_sessions, registry_of(newer, clock))

    after = lists_of(catalogue_sessions)
    for need_id in need_ids:
        assert after[need_id].versions["ranker"] == "next"
        assert after[need_id].changed_at == before[need_id].changed_at
        assert after[need_id].sha256 == before[need_id].sha256


@pytest.fixture
def read_ids(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Which needs were read to be matched."""
    read: list[UUID] = []

    def record(session: object, engine: object, ids: Sequence[UUID], **rest: date) -> object:
        read.extend(ids)
        return read_needs(session, engine, ids, **rest)  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(rematching, "read_needs", record)
    return read


def test_a_shard_killed_half_way_does_only_what_is_missing(
    catalogue_sessions: SessionFactory,
    engine: Engine,
    need_ids: list[UUID],
    read_ids: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rematching, "SHARD_NEEDS", 500)
    registry = registry_of(engine, Clock())
    queue(catalogue_sessions)
    matched = iter(range(3))

    def die_at_the_fourth() -> None:
        if next(matched, None) is None:
            raise Killed

    def dying(engine: Engine, needs: object, **_: object) -> object:
        return rematch_needs(engine, needs, on_need=die_at_the_fourth)  # type: ignore[arg-type]  # as above

    with monkeypatch.context() as dangerous:
        dangerous.setattr(rematching, "rematch_needs", dying)
        with pytest.raises(Killed):
            work_off(catalogue_sessions, registry)
    assert sorted(lists_of(catalogue_sessions)) == need_ids[:2], "one batch was committed"
    read_ids.clear()
    with transaction(catalogue_sessions) as session:
        expire_leases(session)

    work_off(catalogue_sessions, registry)

    assert read_ids == need_ids[2:]
    assert sorted(lists_of(catalogue_sessions)) == need_ids


def test_needs_matched_under_the_same_versions_are_left_alone(
    catalogue_sessions: SessionFactory,
    engine: Engine,
    need_ids: list[UUID],
    read_ids: list[UUID],
    clock: Clock,
) -> None:
    registry = registry_of(engine, clock)
    queue(catalogue_sessions)
    work_off(catalogue_sessions, registry)
    changed = need_ids[3]
    with transaction(catalogue_sessions) as session:
        session.add(
            NeedVersion(
                tenant_id=OPEN_ACCESS_ID,
                need_id=changed,
                version=2,
                structured={"target_jurisdictions": ["VN"]},
                written_by="test",
                written_at=NOW,
            )
        )
        session.execute(update(Need).where(Need.id == changed).values(version=2))
    read_ids.clear()

    queue(catalogue_sessions)
    work_off(catalogue_sessions, registry)

    assert read_ids == [changed]
    assert lists_of(catalogue_sessions)[changed].need_version == 2


def test_a_deleted_need_keeps_no_list(
    catalogue_sessions: SessionFactory, engine: Engine, need_ids: list[UUID], clock: Clock
) -> None:
    registry = registry_of(engine, clock)
    queue(catalogue_sessions)
    work_off(catalogue_sessions, registry)
    with transaction(catalogue_sessions) as session:
        session.execute(update(Need).where(Need.id == need_ids[1]).values(deleted_at=NOW))
    queue(catalogue_sessions)
    work_off(catalogue_sessions, registry)

    assert need_ids[1] not in lists_of(catalogue_sessions)


def test_needs_that_come_after_the_cut_are_matched_wherever_their_ids_lie(
    catalogue_sessions: SessionFactory, engine: Engine, need_ids: list[UUID], clock: Clock
) -> None:
    registry = registry_of(engine, clock)
    execute_job(catalogue_sessions, registry, queue(catalogue_sessions))
    ends = [UUID(int=1), UUID(int=2**128 - 1)]
    with transaction(catalogue_sessions) as session:
        for need_id in ends:
            content = session.scalars(select(NeedVersion).limit(1)).one().structured
            session.add(
                Need(
                    id=need_id,
                    tenant_id=OPEN_ACCESS_ID,
                    version=1,
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
            session.flush()
            session.add(
                NeedVersion(
                    tenant_id=OPEN_ACCESS_ID,
                    need_id=need_id,
                    version=1,
                    structured=content,
                    reading=None,
                    written_by="test",
                    written_at=NOW,
                )
            )

    work_off(catalogue_sessions, registry)

    assert set(lists_of(catalogue_sessions)) == {*need_ids, *ends}


def test_a_need_whose_code_has_left_the_lists_does_not_stop_the_others(
    catalogue_sessions: SessionFactory, engine: Engine, need_ids: list[UUID], clock: Clock
) -> None:
    with transaction(catalogue_sessions) as session:
        session.execute(
            update(NeedVersion)
            .where(NeedVersion.need_id == need_ids[0])
            .values(structured={"text": TEXTS[0], "target_jurisdictions": ["XX-GONE"]})
        )
    queue(catalogue_sessions)

    assert set(work_off(catalogue_sessions, registry_of(engine, clock))) == {Outcome.DONE}

    lists = lists_of(catalogue_sessions)
    assert sorted(lists) == need_ids
    assert lists[need_ids[0]].ranked is None
    assert "XX-GONE" in (lists[need_ids[0]].problem or "")


def test_a_newer_rematch_stops_what_is_left_of_an_older_one(
    catalogue_sessions: SessionFactory, engine: Engine, need_ids: list[UUID], clock: Clock
) -> None:
    registry = registry_of(engine, clock)
    older = queue(catalogue_sessions, index="one")
    execute_job(catalogue_sessions, registry, older)

    newer = queue(catalogue_sessions, index="two")
    execute_job(catalogue_sessions, registry, newer)

    with reading(catalogue_sessions) as session:
        assert get_job_tree(session, older).states == {"cancelled": 2}
        assert get_job_tree(session, newer).states == {"queued": 2}
    assert work_off(catalogue_sessions, registry) == [Outcome.DONE] * 2
    assert sorted(lists_of(catalogue_sessions)) == need_ids


def test_is_queued_once_for_the_same_versions(catalogue_sessions: SessionFactory) -> None:
    first = queue(catalogue_sessions, index="a", ranker="b")

    assert queue(catalogue_sessions, ranker="b", index="a") == first
    assert queue(catalogue_sessions, index="a", ranker="c") != first
    with reading(catalogue_sessions) as session:
        assert session.get_one(Job, first).payload == {"versions": {"index": "a", "ranker": "b"}}


class CountingEncoder(NoEncoder):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode_queries(self, texts: Sequence[str]) -> Float32Array:
        self.asked.append(list(texts))
        return super().encode_queries(texts)


def test_texts_are_encoded_together_and_each_once(
    catalogue_sessions: SessionFactory, engine: Engine, need_ids: list[UUID]
) -> None:
    encoder = CountingEncoder()
    counting = replace(engine, encoder=encoder)
    with reading(catalogue_sessions) as session:
        needs = read_needs(session, engine, need_ids[:1], on=TODAY)

    def twice() -> Iterator[rematching.OpenNeed]:
        yield from needs
        yield from needs

    matched = list(rematch_needs(counting, twice()))

    assert [len(texts) for texts in encoder.asked] == [1]
    assert matched[0] == matched[1]
    assert matched[0].sha256 == matched[1].sha256
