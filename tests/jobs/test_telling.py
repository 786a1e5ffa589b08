"""Whoever changes something tells of it, in the transaction in which it happens."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from committee.models import Verdict
from core.db import SessionFactory, reading, transaction
from core.identity.actor import OPEN_ACCESS_ID
from core.identity.models import Organisation, OrganisationKind
from core.identity.tokens import Scope, make_token
from core.job_control import expire_leases
from core.job_runs import Run, Timing, execute_job
from core.jobs import enqueue
from core.outbox.events import PLATFORM_ID, EventType
from core.outbox.expiring import tell_of_expiring
from core.outbox.kinds import NOTIFY
from core.outbox.models import Notification
from enterprises.rematching import Rematched, store_matches
from jobs.messages import tell_of_qualifications
from providers.credentials import CredentialNotice, ExpiryStage
from tests.committee.life import Life, document_of, doubled
from tests.core.identity.people import make_member
from tests.core.job_steps import Killed
from tests.factories import NOW, make_need, make_provider
from tests.providers import import_steps

Told = list[tuple[UUID, str, str, dict[str, str | int]]]


def told(sessions: SessionFactory) -> Told:
    """Return of what was told, in its order: to whom, what, of what, and what else."""
    with reading(sessions) as session:
        rows = session.scalars(
            select(Notification).order_by(
                Notification.subject_id, Notification.sequence, Notification.occurred_at
            )
        )
        return [(one.tenant_id, str(one.event_type), one.subject_id, one.details) for one in rows]


def _fail(_run: Run) -> None:
    raise RuntimeError("it cannot be done")


def _die(_run: Run) -> None:
    raise Killed


@pytest.mark.parametrize("kind", ["work", NOTIFY])
def test_operators_hear_of_a_parked_job_unless_it_is_what_tells_them(
    sessions: SessionFactory, kind: str
) -> None:
    with transaction(sessions) as session:
        job_id = enqueue(session, kind, {}).id
    for _ in range(5):
        execute_job(sessions, {kind: _fail}, job_id, timing=Timing(retry_seconds=0))

    expected = [(PLATFORM_ID, "job.parked", str(job_id), {"kind": "work"})]
    assert told(sessions) == (expected if kind == "work" else [])


def test_operators_hear_of_a_job_that_kills_its_workers(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        job_id = enqueue(session, "work", {}).id
    for _ in range(5):
        with pytest.raises(Killed):
            execute_job(sessions, {"work": _die}, job_id)
        with transaction(sessions) as session:
            expire_leases(session)
    execute_job(sessions, {"work": _die}, job_id)

    assert told(sessions) == [(PLATFORM_ID, "job.parked", str(job_id), {"kind": "work"})]


def test_an_enterprise_hears_of_a_changed_list_and_not_of_its_first(
    sessions: SessionFactory,
) -> None:
    with transaction(sessions) as session:
        need_id = make_need(session).id

    def store(ranked: Sequence[tuple[str, float]]) -> None:
        matched = [Rematched(need_id, 1, tuple(ranked), None)]
        with transaction(sessions) as session:
            store_matches(session, matched, versions={"index": "x"}, on=date(2026, 1, 1), now=NOW)

    store([("a", 0.5)])
    store([("a", 0.5)])
    assert told(sessions) == []
    store([("b", 0.6), ("a", 0.5)])

    assert told(sessions) == [(OPEN_ACCESS_ID, "need.rematched", str(need_id), {"need_version": 1})]


def test_the_committee_hears_of_a_proposal_and_of_the_decision(
    catalogue_sessions: SessionFactory,
) -> None:
    life = Life(catalogue_sessions)
    version = life.propose(document_of("better", doubled))
    life.vote(version, "chan", Verdict.REFUSE)
    life.vote(version, "li", Verdict.REFUSE)

    assert told(catalogue_sessions) == [
        (PLATFORM_ID, "ranker.proposed", version, {}),
        (PLATFORM_ID, "ranker.decided", version, {"state": "refused"}),
    ]


def test_operators_hear_of_each_step_of_an_import(catalogue_sessions: SessionFactory) -> None:
    content = import_steps.as_csv([import_steps.provider_row("one")])
    done = import_steps.imported(catalogue_sessions, content)
    import_steps.undone(catalogue_sessions, done.id)

    states = ["checked", "applied", "undone"]
    assert told(catalogue_sessions) == [
        (PLATFORM_ID, "import.finished", str(done.id), {"state": state}) for state in states
    ]


def test_an_organisation_hears_once_of_a_token_that_ends(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        member = make_member(session)

        def token(days: float, made_at: datetime) -> UUID:
            return make_token(
                session,
                account_id=member.account_id,
                organisation_id=member.organisation_id,
                name="a test",
                scopes=[Scope.READ],
                now=made_at,
                lifetime=timedelta(days=days),
            )[0].id

        ending = token(90, NOW - timedelta(days=80))
        token(90, NOW)
        token(7, NOW)  # as its maker wished
    for _ in range(2):
        with transaction(sessions) as session:
            tell_of_expiring(session, now=NOW)

    ends_at = (NOW + timedelta(days=10)).isoformat()
    assert told(sessions) == [
        (
            member.organisation_id,
            "credential.expiring",
            str(ending),
            {"credential": "api_token", "expires_at": ends_at},
        )
    ]


def test_who_answers_for_a_provider_hears_of_its_qualification(
    catalogue_sessions: SessionFactory,
) -> None:
    sessions = catalogue_sessions
    with transaction(sessions) as session:
        provider_id = make_provider(session).id
        make_provider(session)
        answering = Organisation(
            id=uuid4(),
            kind=OrganisationKind.PROVIDER,
            name="synthetic",
            provider_id=provider_id,
            is_verified=True,
            created_at=NOW,
        )
        session.add(answering)
        session.flush()
        notice = CredentialNotice(
            provider_id=provider_id,
            jurisdiction_code="SG",
            stage=ExpiryStage.EXPIRING,
            last_on=date(2026, 12, 1),
            noted_at=NOW,
        )
        tell_of_qualifications(session, [notice])

    said = {"jurisdiction": "SG", "stage": "expiring", "last_on": "2026-12-01"}
    assert told(sessions) == [
        (answering.id, EventType.QUALIFICATION_ENDING.value, str(provider_id), said)
    ]
