import json
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, update

from committee import comparing, queries, service
from committee.errors import (
    GateClosed,
    NotAccepted,
    NotAnApprover,
    NotCompared,
    NothingToRollBack,
    RankerExists,
    RankerInForceChanged,
    RankerNotFound,
    RankerUnusable,
    VotingClosed,
)
from committee.frozen import read_frozen
from committee.models import (
    EventKind,
    FrozenQuerySet,
    Ranker,
    RankerComparison,
    RankerEvent,
    RankerState,
    Verdict,
)
from core.db import transaction
from core.errors import Conflict, Forbidden
from core.identity.actor import ENTERPRISE, OPERATOR
from core.job_control import list_jobs
from enterprises import matching_service
from enterprises import service as need_service
from enterprises.rematching import REMATCH
from enterprises.schemas import MatchRequest, NeedCreate
from matching.features.catalogue import catalogue_hash
from providers.catalogue_state import catalogue_sequence, changes_since
from providers.models import ChangeKind
from tests.committee.life import (
    Life,
    approver,
    document_of,
    doubled,
    without_the_strongest,
)
from tests.factories import NOW

ROADS = MatchRequest(text="rural roads in Vietnam", on=NOW.date(), top=12)


def match_bytes(life: Life) -> str:
    matched = matching_service.match(life.holder.current(), ROADS, today=NOW.date())
    return matched.as_bytes().decode()


def count(life: Life, table: type[Ranker | RankerEvent | FrozenQuerySet | RankerComparison]) -> int:
    with life.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_worse_ranker_is_stopped_by_the_gate_although_the_approvers_accepted_it(
    life: Life,
) -> None:
    before = life.in_force()
    version = life.accepted(document_of("worse", without_the_strongest))

    with pytest.raises(GateClosed, match="nDCG@10 changes by -0"):
        life.promote(version)

    assert life.in_force() == before
    with life.sessions() as session:
        assert queries.get_ranker(session, version).state == RankerState.ACCEPTED
        found = queries.get_comparison(session, version)
    assert not found.passed
    assert found.difference.mean < -0.02
    worst = found.changed[0]
    assert worst.changed > 0
    assert set(worst.before) != set(worst.after)
    assert worst.moved


def test_a_good_ranker_is_promoted_and_rolled_back_to_the_same_bytes(life: Life) -> None:
    shipped, before = life.in_force(), match_bytes(life)
    version = life.accepted(document_of("better", doubled))

    life.promote(version)
    promoted = match_bytes(life)
    restored = life.roll_back()

    assert promoted != before
    assert json.loads(promoted)["versions"]["ranker"] == version
    assert restored == shipped == life.in_force()
    assert match_bytes(life) == before
    with life.sessions() as session:
        kinds = [(one.kind, one.replaced_version) for one in queries.list_events(session)]
        assert queries.get_ranker(session, version).state == RankerState.RETIRED
    assert kinds == [
        (EventKind.ROLLED_BACK, version),
        (EventKind.PROMOTED, shipped),
        (EventKind.ACCEPTED, None),
        (EventKind.VOTED, None),
        (EventKind.VOTED, None),
        (EventKind.COMPARED, None),
        (EventKind.FROZEN, None),
        (EventKind.PROPOSED, None),
    ]


def test_every_process_sees_a_promotion_at_its_next_call(life: Life) -> None:
    other = life.another_holder()
    first = other.current().versions
    version = life.accepted(document_of("better", doubled))

    life.promote(version)

    assert first.ranker == queries.packaged_version()
    assert other.current().versions.ranker == version
    assert other.current().versions.index == first.index


def test_each_ranker_put_in_force_has_the_open_needs_matched_again(life: Life) -> None:
    shipped = life.in_force()
    with life.sessions() as session:
        before = catalogue_sequence(session)
    version = life.accepted(document_of("better", doubled))

    life.promote(version)
    life.roll_back()

    with life.sessions() as session:
        queued = list_jobs(session, limit=10, kind=REMATCH)
        changes = changes_since(session, before)
    assert {job.payload["versions"]["ranker"] for job in queued} == {version, shipped}
    # Nobody has to build an index anew for it.
    assert changes.is_complete
    assert changes.kinds == {ChangeKind.RANKER}


def test_a_recommendation_names_its_ranker(life: Life) -> None:
    version = life.accepted(document_of("better", doubled))
    life.promote(version)

    with transaction(life.sessions) as session:
        engine = life.holder.current()
        need = need_service.create_need(
            session, ENTERPRISE, engine, body=NeedCreate(text="rural roads"), now=NOW
        )
        made = matching_service.recommend(
            session, ENTERPRISE, engine, need_id=need.id, top=3, now=NOW
        )

    assert made.versions["ranker"] == version


def edited(data: bytes) -> bytes:
    content = json.loads(data)
    content["curves"][0]["values"][-1] += 1.0
    return json.dumps(content).encode()


def of_another_catalogue(data: bytes) -> bytes:
    return data.replace(catalogue_hash().encode(), b"0123456789ab")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: data[:-20], "cut short"),
        (edited, "edited"),
        (of_another_catalogue, "edited"),
        (lambda _: b"\x80PNG", "JSON"),
        (lambda _: document_of("../../etc"), "address"),
        (lambda data: data.replace(b"better", b"\\ud800\\ud8"), "JSON"),
        (lambda data: data.replace(b"better", b"\\ud800"), "surrogate"),
    ],
)
def test_a_bad_document_is_refused_with_its_reason_and_nothing_changes(
    life: Life, damage: Callable[[bytes], bytes], said: str
) -> None:
    before = life.in_force()

    with pytest.raises(RankerUnusable, match=said):
        life.propose(damage(document_of("better", doubled)))

    assert life.in_force() == before
    assert count(life, Ranker) == count(life, RankerEvent) == 0


def test_the_same_ranker_is_proposed_once_and_the_one_in_force_never(life: Life) -> None:
    life.propose(document_of("better", doubled))

    with pytest.raises(RankerExists, match="it is proposed"):
        life.propose(document_of("better", doubled))
    with life.sessions() as session:
        shipped = queries.get_ranker(session, life.in_force())
    assert shipped.state == RankerState.IN_FORCE
    with pytest.raises(RankerExists, match="in force"):
        life.propose(shipped.document)


def test_only_approvers_vote_and_only_until_the_decision(life: Life) -> None:
    version = life.propose(document_of("better", doubled))

    with pytest.raises(NotAnApprover, match="mallory"):
        life.vote(version, "mallory")
    assert life.vote(version, "chan", Verdict.REFUSE) == "proposed"
    assert life.vote(version, "chan", Verdict.ACCEPT) == "proposed"
    assert life.vote(version, "li") == "accepted"
    with pytest.raises(VotingClosed):
        life.vote(version, "wong", Verdict.REFUSE)
    with life.sessions() as session:
        votes = queries.list_votes(session, version)
    assert {(one.approver_id, one.verdict) for one in votes} == {
        ("chan", "accept"),
        ("li", "accept"),
    }


def test_the_vote_of_the_proposer_is_shown_and_does_not_count(life: Life) -> None:
    version = life.propose(document_of("better", doubled), approver("chan"))

    assert life.vote(version, "chan") == "proposed"
    assert life.vote(version, "li") == "proposed"
    assert life.vote(version, "wong") == "accepted"


def test_refusals_that_reach_the_quorum_end_it(life: Life) -> None:
    version = life.propose(document_of("better", doubled))
    life.compare(version)
    life.vote(version, "chan", Verdict.REFUSE)

    assert life.vote(version, "li", Verdict.REFUSE) == "refused"
    with pytest.raises(NotAccepted, match="refused"):
        life.promote(version)


def test_nothing_is_promoted_without_votes_or_without_a_comparison(life: Life) -> None:
    version = life.propose(document_of("better", doubled))

    with pytest.raises(NotAccepted):
        life.promote(version)
    life.vote(version, "chan")
    life.vote(version, "li")
    with pytest.raises(NotCompared, match="landbridge ranker compare"):
        life.promote(version)
    with pytest.raises(RankerNotFound):
        life.promote("nobody-0000000000")


def test_a_comparison_counts_against_the_ranker_in_force_only(life: Life) -> None:
    first = life.accepted(document_of("first", doubled))
    second = life.accepted(document_of("second"))
    life.promote(first)

    with pytest.raises(RankerInForceChanged, match=f"{first} is in force now"):
        life.promote(second)
    life.compare(second)
    life.promote(second)

    assert life.roll_back() == first
    assert life.roll_back() == queries.packaged_version()
    with pytest.raises(NothingToRollBack):
        life.roll_back()


def test_of_two_promotions_at_once_one_wins(life: Life) -> None:
    rivals = [
        life.accepted(document_of("first", doubled)),
        life.accepted(document_of("second")),
    ]
    start, failures = Barrier(2), list[Exception]()

    def promote(version: str) -> None:
        start.wait()
        try:
            life.promote(version)
        except Conflict as error:
            failures.append(error)

    threads = [Thread(target=promote, args=(version,)) for version in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(failures) == 1
    assert life.in_force() in rivals


def test_the_database_itself_holds_one_ranker_in_force(life: Life) -> None:
    for name in ("first", "second"):
        life.propose(document_of(name))

    with pytest.raises(Exception, match=r"(?i)unique"), transaction(life.sessions) as session:
        session.execute(update(Ranker).values(state=RankerState.IN_FORCE))


def test_a_comparison_that_is_broken_off_has_changed_nothing(life: Life) -> None:
    version = life.propose(document_of("better", doubled))

    def interrupt(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        comparing.compare_rankers(
            life.sessions, OPERATOR, life.holder, version=version, now=NOW, progress=interrupt
        )

    assert count(life, FrozenQuerySet) == count(life, RankerComparison) == 0
    assert count(life, RankerEvent) == 1


def test_rankers_are_compared_on_the_same_frozen_queries_until_new_ones_are_frozen(
    life: Life,
) -> None:
    first = life.accepted(document_of("first", doubled))
    second = life.compare(life.propose(document_of("second")))
    assert count(life, FrozenQuerySet) == 1
    with life.sessions() as session:
        assert queries.get_comparison(session, first).frozen_query_set == second.frozen_query_set
        stored = queries.latest_frozen_set(session)
    assert stored is not None

    with transaction(life.sessions) as session:
        comparing.freeze_queries(
            session,
            OPERATOR,
            frozen=read_frozen(stored.document),
            reason="a new year",
            now=NOW.replace(year=2027),
        )

    with pytest.raises(NotCompared):
        life.promote(first)


def test_an_edited_comparison_opens_no_gate(life: Life) -> None:
    version = life.accepted(document_of("worse", without_the_strongest))
    with transaction(life.sessions) as session:
        session.execute(update(RankerComparison).values(passed=True, document="{}"))

    with pytest.raises(GateClosed, match="edited"):
        life.promote(version)


def test_a_promoted_ranker_that_cannot_be_read_gives_way_to_the_packaged_one(life: Life) -> None:
    version = life.accepted(document_of("better", doubled))
    life.promote(version)
    with transaction(life.sessions) as session:
        session.execute(
            update(Ranker).where(Ranker.version == version).values(document=b'{"format": 1}')
        )

    assert life.in_force() == queries.packaged_version()
    with life.sessions() as session:
        assert "lacks" in (queries.problem_in_force(session) or "")


def test_an_enterprise_has_no_say(life: Life) -> None:
    with pytest.raises(Forbidden):
        life.propose(document_of("better", doubled), ENTERPRISE)
    version = life.accepted(document_of("better", doubled))
    with pytest.raises(Forbidden), transaction(life.sessions) as session:
        service.promote_ranker(session, approver("chan"), version=version, reason="x", now=NOW)
