import base64
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.engine import make_url

from core.db import SessionFactory, reading, transaction
from core.identity.actor import Actor
from core.outbox.endpoints import (
    ROTATION,
    disable_endpoint,
    enable_endpoint,
    rotate_secret,
    send_test,
)
from core.outbox.events import EventType
from core.outbox.models import EndpointState, MessageState, Notification
from core.outbox.notifying import notify
from core.outbox.retention import RETENTION
from core.outbox.schedule import RETRY_SECONDS
from core.outbox.signing import SignatureScheme
from core.sealing import Keyring
from tests.core.job_steps import Killed
from tests.core.outbox import steps
from tests.core.outbox.steps import (
    RING,
    Sent,
    Simulation,
    endpoint_of,
    fails_half,
    make_endpoint,
    make_manager,
    messages_of,
    tell,
)


@pytest.fixture
def simulation(sessions: SessionFactory) -> Simulation:
    return Simulation(sessions)


@pytest.fixture
def manager(sessions: SessionFactory) -> Actor:
    with transaction(sessions) as session:
        return make_manager(session)


def _told(simulation: Simulation, actor: Actor) -> list[EventType]:
    with reading(simulation.sessions) as session:
        mine = select(Notification).where(Notification.tenant_id == actor.tenant)
        return [EventType(one.event_type) for one in session.scalars(mine)]


def _is_signed_with(sent: Sent, public_key: str) -> bool:
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    signed = b".".join(
        (sent.message_id.encode(), sent.headers["webhook-timestamp"].encode(), sent.body)
    )
    for one in sent.headers["webhook-signature"].split(" "):
        scheme, _, signature = one.partition(",")
        try:
            public.verify(base64.b64decode(signature), signed)
        except Exception:  # noqa: BLE001, S112 of several signatures one has to fit
            continue
        return scheme == "v1a"
    return False


def test_every_event_arrives_though_the_receiver_fails_half_the_time(
    simulation: Simulation, manager: Actor
) -> None:
    simulation.receiver.answer = fails_half(seed=7)
    made = make_endpoint(simulation, manager)
    told: dict[str, str] = {}
    subjects = [str(uuid4()) for _ in range(8)]
    for number in range(40):
        subject = subjects[number % len(subjects)]
        told[str(tell(simulation, manager, subject))] = subject
        simulation.run_for(minutes=10)
    simulation.run_for(days=4)

    assert {sent.message_id for sent in simulation.receiver.accepted} == set(told)
    assert len(simulation.receiver.seen) > 1.5 * len(told)
    bodies = defaultdict(set)
    sequences = defaultdict(set)
    for sent in simulation.receiver.seen:
        bodies[sent.message_id].add(sent.body)
        data = sent.document["data"]
        assert data["id"] == told[sent.message_id]
        sequences[data["id"]].add(data["sequence"])
        assert _is_signed_with(sent, made.verification_key)
    assert {len(one) for one in bodies.values()} == {1}
    assert all(sequences[subject] == {1, 2, 3, 4, 5} for subject in subjects)
    assert endpoint_of(simulation, made.id).state == EndpointState.ENABLED
    assert {one.state for one in messages_of(simulation)} == {MessageState.SENT}


@pytest.mark.parametrize("status", [500, 302, 404, None])
def test_an_endpoint_that_accepts_nothing_for_a_day_is_disabled_and_its_owner_told(
    simulation: Simulation, manager: Actor, status: int | None
) -> None:
    dead = make_endpoint(simulation, manager, "https://dead.example.com/")
    make_endpoint(simulation, manager, "https://alive.example.com/")
    simulation.receiver.answer = lambda sent: status if "dead" in sent.url else 204
    first = tell(simulation, manager)
    simulation.run_until(simulation.start + timedelta(hours=24) - timedelta(seconds=1))
    assert endpoint_of(simulation, dead.id).state == EndpointState.ENABLED

    simulation.run_until(simulation.start + timedelta(hours=24, minutes=1))

    found = endpoint_of(simulation, dead.id)
    assert (found.state, found.disabled_reason) == (EndpointState.DISABLED, "failing")
    (about,) = [
        sent.document
        for sent in simulation.receiver.accepted
        if sent.document["type"] == "webhook.disabled"
    ]
    assert about["data"] == {"id": str(dead.id), "sequence": 1, "reason": "failing"}
    attempts = [sent for sent in simulation.receiver.seen if "dead" in sent.url]
    assert {sent.message_id for sent in attempts} == {str(first)}
    later = tell(simulation, manager)
    simulation.run_for(days=5)
    sent_to = [sent.url for sent in simulation.receiver.seen if sent.message_id == str(later)]
    assert sent_to == ["https://alive.example.com/"]


def test_follows_the_schedule_of_the_specification(simulation: Simulation, manager: Actor) -> None:
    """Another message goes through now and then, so that the endpoint as a whole is not given up."""
    make_endpoint(simulation, manager)
    refused = str(tell(simulation, manager))
    simulation.receiver.answer = lambda sent: 400 if sent.message_id == refused else 204
    for _ in range(8):
        simulation.run_for(hours=12)
        tell(simulation, manager)
    attempts = [one.at for one in simulation.receiver.seen if one.message_id == refused]

    gaps = [(b - a).total_seconds() for a, b in pairwise(attempts)]
    assert len(gaps) == len(RETRY_SECONDS)
    assert all(
        wanted <= gap <= wanted * 1.1 + 5 for gap, wanted in zip(gaps, RETRY_SECONDS, strict=True)
    )
    (failed,) = [one for one in messages_of(simulation) if one.state == MessageState.FAILED]
    assert str(failed.notification_id) == refused
    assert _told(simulation, manager).count(EventType.WEBHOOK_DELIVERY_FAILED) == 1


def test_gone_means_gone(simulation: Simulation, manager: Actor) -> None:
    made = make_endpoint(simulation, manager)
    simulation.receiver.answer = lambda _sent: 410
    tell(simulation, manager)
    tell(simulation, manager)
    simulation.run_for(days=4)

    assert len(simulation.receiver.seen) == 1
    found = endpoint_of(simulation, made.id)
    assert (found.state, found.disabled_reason) == (EndpointState.DISABLED, "gone")
    assert {one.state for one in messages_of(simulation)} == {MessageState.DROPPED}
    assert EventType.WEBHOOK_DISABLED in _told(simulation, manager)


def test_a_message_whose_sender_is_killed_is_sent_again_as_it_was(
    simulation: Simulation, manager: Actor
) -> None:
    make_endpoint(simulation, manager)
    tell(simulation, manager)
    (spread,) = simulation.waiting_jobs()
    simulation.execute(spread)
    (deliver,) = simulation.waiting_jobs()

    def die(_sent: Sent) -> int | None:
        raise Killed

    simulation.receiver.answer = die
    with pytest.raises(Killed):
        simulation.execute(deliver)
    simulation.take_up_what_is_left()
    simulation.receiver.answer = lambda _sent: 204
    simulation.run_for(minutes=5)

    first, second = simulation.receiver.seen
    assert (first.message_id, first.body) == (second.message_id, second.body)
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
    assert [one.state for one in messages_of(simulation)] == [MessageState.SENT]


def test_workers_at_the_same_time_send_each_message_once(
    simulation: Simulation, manager: Actor
) -> None:
    make_endpoint(simulation, manager)
    told = {str(tell(simulation, manager)) for _ in range(12)}
    jobs = simulation.waiting_jobs()

    def run_all(_worker: int) -> None:
        for job_id in jobs:
            simulation.execute(job_id)
        for job_id in simulation.waiting_jobs():
            simulation.execute(job_id)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run_all, range(3)))
    simulation.run_for(minutes=5)

    ids = [sent.message_id for sent in simulation.receiver.seen]
    assert sorted(ids) == sorted(told)


def test_numbers_what_happens_to_a_subject_without_a_gap(
    simulation: Simulation, manager: Actor
) -> None:
    subject = str(uuid4())

    def tell_often(_teller: int) -> None:
        for _ in range(5):
            tell(simulation, manager, subject)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell_often, range(4)))
    with reading(simulation.sessions) as session:
        numbers = session.scalars(select(Notification.sequence)).all()

    assert sorted(numbers) == list(range(1, 21))


def test_what_is_rolled_back_did_not_happen(simulation: Simulation, manager: Actor) -> None:
    make_endpoint(simulation, manager)
    with simulation.sessions() as session:
        notify(session, manager.tenant, EventType.WEBHOOK_TEST, "x", now=simulation.now)
        session.rollback()
    simulation.run_for(minutes=1)

    assert _told(simulation, manager) == []
    assert simulation.receiver.seen == []


def test_documents_hold_nothing_but_what_their_type_says(
    simulation: Simulation, manager: Actor
) -> None:
    with simulation.sessions() as session, pytest.raises(ValueError, match="text"):
        notify(
            session,
            manager.tenant,
            EventType.NEED_REMATCHED,
            str(uuid4()),
            {"need_version": 1, "text": "we plan to buy a mine"},
        )


def test_nobody_else_is_told(simulation: Simulation, sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        ours, theirs = make_manager(session), make_manager(session)
    make_endpoint(simulation, ours, "https://ours.example.com/")
    make_endpoint(simulation, theirs, "https://theirs.example.com/")
    tell(simulation, ours)
    simulation.run_for(minutes=1)

    assert [sent.url for sent in simulation.receiver.seen] == ["https://ours.example.com/"]


def test_sends_only_the_types_that_are_wanted(simulation: Simulation, manager: Actor) -> None:
    make_endpoint(simulation, manager, event_types=["webhook.disabled"])
    tell(simulation, manager)
    simulation.run_for(minutes=1)

    assert simulation.receiver.seen == []


def test_a_test_goes_to_its_endpoint_alone(simulation: Simulation, manager: Actor) -> None:
    made = make_endpoint(simulation, manager, "https://one.example.com/")
    make_endpoint(simulation, manager, "https://two.example.com/")
    with transaction(simulation.sessions) as session:
        message_id = send_test(session, manager, webhook_id=made.id, now=simulation.now)
    simulation.run_for(minutes=1)

    (sent,) = simulation.receiver.seen
    assert (sent.url, sent.message_id) == ("https://one.example.com/", str(message_id))
    assert sent.document["type"] == "webhook.test"


def test_both_secrets_sign_for_a_day_after_one_was_replaced(
    simulation: Simulation, manager: Actor
) -> None:
    old = make_endpoint(simulation, manager)
    with transaction(simulation.sessions) as session:
        new = rotate_secret(
            session, manager, RING, webhook_id=old.id, scheme=None, now=simulation.now
        )
    tell(simulation, manager)
    simulation.run_until(simulation.start + ROTATION + timedelta(seconds=1))
    tell(simulation, manager)
    simulation.run_for(minutes=1)

    during, after = simulation.receiver.seen
    assert new.public_keys == [new.verification_key, old.verification_key]
    assert _is_signed_with(during, old.verification_key)
    assert _is_signed_with(during, new.verification_key)
    assert not _is_signed_with(after, old.verification_key)
    assert _is_signed_with(after, new.verification_key)


def test_an_endpoint_that_is_enabled_again_gets_what_happens_from_then_on(
    simulation: Simulation, manager: Actor
) -> None:
    made = make_endpoint(simulation, manager)
    with transaction(simulation.sessions) as session:
        disable_endpoint(session, manager, webhook_id=made.id, now=simulation.now)
    tell(simulation, manager)
    simulation.run_for(minutes=1)
    with transaction(simulation.sessions) as session:
        enable_endpoint(session, manager, webhook_id=made.id, now=simulation.now)
    later = tell(simulation, manager)
    simulation.run_for(minutes=1)

    assert [sent.message_id for sent in simulation.receiver.seen] == [str(later)]
    assert EventType.WEBHOOK_DISABLED not in _told(simulation, manager)


def test_a_dead_endpoint_is_not_asked_about_each_of_its_messages(
    simulation: Simulation, manager: Actor
) -> None:
    make_endpoint(simulation, manager)
    simulation.receiver.answer = lambda _sent: None
    for _ in range(60):
        tell(simulation, manager)
    simulation.run_for(minutes=10)

    assert len(simulation.receiver.seen) < 12


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_no_secret_lies_open_in_the_database(
    simulation: Simulation, manager: Actor, db_engine: object
) -> None:
    keys = [
        make_endpoint(simulation, manager, scheme=scheme).verification_key
        for scheme in (SignatureScheme.HMAC, SignatureScheme.ED25519)
    ]
    secret = base64.b64decode(keys[0].removeprefix("whsec_"))
    path = make_url(str(simulation.sessions.kw["bind"].url)).database
    assert path is not None
    stored = b"".join(
        Path(path + suffix).read_bytes() for suffix in ("", "-wal") if Path(path + suffix).exists()
    )

    assert secret not in stored
    assert base64.b64encode(secret) not in stored
    assert secret.hex().encode() not in stored
    assert keys[1].encode() in stored  # a public key does: the grep finds what is there


def test_with_a_key_ring_of_another_deployment_nothing_is_sent(
    simulation: Simulation, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_endpoint(simulation, manager)
    tell(simulation, manager)
    monkeypatch.setattr(steps, "RING", Keyring([b"x" * 32]))
    simulation.run_for(minutes=1)

    assert simulation.receiver.seen == []
    assert "rotate" in (endpoint_of(simulation, made.id).last_problem or "")


def test_what_happened_is_forgotten_after_ninety_days(
    simulation: Simulation, manager: Actor
) -> None:
    make_endpoint(simulation, manager)
    tell(simulation, manager)
    simulation.run_for(minutes=1)
    for days, left in ((89, 1), (91, 0)):
        with transaction(simulation.sessions) as session:
            (kept,) = RETENTION
            kept.delete(session, kept.before(simulation.start + timedelta(days=days)), 500)
        assert len(_told(simulation, manager)) == len(messages_of(simulation)) == left


def test_messages_have_ids_that_are_not_chosen_by_users(
    simulation: Simulation, manager: Actor
) -> None:
    """A full stop in an id would let one signature stand for another message."""
    make_endpoint(simulation, manager)
    tell(simulation, manager)
    simulation.run_for(minutes=1)

    assert (
        str(UUID(simulation.receiver.seen[0].message_id)) == simulation.receiver.seen[0].message_id
    )
