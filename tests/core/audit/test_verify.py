from pathlib import Path
from uuid import UUID

import pytest

from core.audit.anchors import read_anchors, write_anchor
from core.audit.models import AuditPayload
from core.audit.places import AnchorPlace
from core.audit.service import erase_payload
from core.audit.signing import PublicKeys, SigningKey
from core.audit.verify import Fault, Verdict, verify_trail
from core.db import SessionFactory, reading, transaction
from tests.core.audit import steps
from tests.factories import NOW

KEY = SigningKey(bytes(range(32)))
KEYS = PublicKeys([KEY.public])
MANIPULATIONS = 100


def anchor(sessions: SessionFactory, place: AnchorPlace) -> None:
    with reading(sessions) as session:
        write_anchor(session, place, KEY, keys=KEYS, now=NOW)


def verify(sessions: SessionFactory) -> Verdict:
    with reading(sessions) as session:
        return verify_trail(session)


def test_finds_nothing_in_a_trail_as_it_was_written(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    place = AnchorPlace(str(tmp_path))
    steps.fill_trail(sessions)
    anchor(sessions, place)
    steps.fill_trail(sessions, events=1)

    with reading(sessions) as session:
        verdict = verify_trail(session, read_anchors(place, KEYS).heads())

    assert verdict == Verdict(chains=3, events=3 * steps.EVENTS + 3, unanchored=3, findings=())


def test_finds_each_of_a_hundred_manipulations_and_says_where(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    place = AnchorPlace(str(tmp_path))
    steps.fill_trail(sessions)
    anchor(sessions, place)
    anchored = list(read_anchors(place, KEYS).heads())
    ways = (*steps.SEEN_BY_THE_CHAIN, *steps.SEEN_BY_ANCHORS_ALONE)

    for seed in range(MANIPULATIONS):
        tamper = ways[seed % len(ways)]
        with sessions() as session:
            chain, first = tamper(session, steps.chosen_by(seed))
            session.flush()
            session.expire_all()
            found = verify_trail(session, anchored).findings
            session.rollback()
        where = {finding.sequence for finding in found}
        assert {finding.tenant_id for finding in found} == {chain}, (tamper, seed)
        # Of a chain that was written anew only the events that were anchored are known.
        expected = steps.EVENTS if tamper is steps.rewrite else first
        assert expected in where, (tamper, seed, found)
        assert not verify(sessions).findings


@pytest.mark.parametrize("tamper", steps.SEEN_BY_ANCHORS_ALONE)
def test_without_anchors_a_good_chain_that_is_not_the_one_that_was_written_is_not_found(
    sessions: SessionFactory, tamper: steps.Tampering
) -> None:
    steps.fill_trail(sessions)
    with transaction(sessions) as session:
        tamper(session, steps.chosen_by(1))

    assert verify(sessions).findings == ()


def test_an_erased_payload_is_no_finding_and_cannot_be_guessed_from_what_is_left(
    sessions: SessionFactory,
) -> None:
    steps.fill_trail(sessions, events=3)
    with transaction(sessions) as session:
        erase_payload(session, steps.CLERK, tenant_id=UUID(int=11), sequence=2, reason="request 7")

    verdict = verify(sessions)

    assert verdict.findings == ()
    assert verdict.events == 10


def test_an_erasure_that_is_told_of_another_chain_does_not_excuse_a_missing_payload(
    sessions: SessionFactory,
) -> None:
    steps.fill_trail(sessions, events=3)
    with transaction(sessions) as session:
        erase_payload(session, steps.CLERK, tenant_id=UUID(int=11), sequence=2, reason="request 7")
        stray = session.get_one(AuditPayload, (UUID(int=12), 2))
        session.delete(stray)

    (finding,) = verify(sessions).findings

    assert finding.fault is Fault.PAYLOAD_MISSING
    assert (finding.tenant_id, finding.sequence) == (UUID(int=12), 2)


def test_one_chain_can_be_read_alone(sessions: SessionFactory) -> None:
    steps.fill_trail(sessions, events=2)
    with transaction(sessions) as session:
        steps.edit_payload(session, steps.chosen_by(3))
        chain = UUID(int=12)

    with reading(sessions) as session:
        verdict = verify_trail(session, tenant_id=chain)

    assert (verdict.chains, verdict.events) == (1, 2)
