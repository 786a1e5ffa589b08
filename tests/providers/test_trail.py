"""What operators do by command, and what jobs do for them, stands in the audit trail."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.audit.queries import Wanted, list_events
from core.audit.vocabulary import PLATFORM_CHAIN
from core.db import SessionFactory, reading, transaction
from core.identity.actor import OPERATOR
from core.job_control import cancel_job, retry_job
from core.jobs import enqueue
from providers.importing.rows import EvidenceRow, ProviderRow
from providers.service import (
    delete_evidence,
    delete_provider,
    publish_provider,
    save_evidence,
    save_provider,
    suspend_provider,
)
from tests.factories import NOW, load_lists
from tests.providers.importer import HEADER, load, provider_line, write_lines


def actions(sessions: SessionFactory) -> Sequence[str]:
    """What the chain of the platform says, in order."""
    with reading(sessions) as session:
        found = list_events(session, Wanted(tenant_id=PLATFORM_CHAIN), limit=100)
        return [event.action for event, _ in sorted(found, key=lambda one: one[0].sequence)]


def test_each_thing_that_an_operator_does_to_supply_leaves_its_event(
    sessions: SessionFactory,
) -> None:
    load_lists(sessions)
    before = len(actions(sessions))
    provider = ProviderRow.model_validate(
        {"source_ref": "a", "name": "Synthetic A", "kind": "law_firm", "sector_codes": "LEG"}
    )
    evidence = EvidenceRow.model_validate(
        {"matter_ref": "m", "provider_ref": "a", "kind": "past_matter", "title": "Synthetic matter"}
    )

    with transaction(sessions) as session:
        key = save_provider(session, OPERATOR, source="s", row=provider, now=NOW)
        piece = save_evidence(session, OPERATOR, source="s", row=evidence, now=NOW)
        suspend_provider(session, OPERATOR, provider_id=key, reason="x", now=NOW)
        publish_provider(session, OPERATOR, provider_id=key, now=NOW)
        delete_evidence(session, OPERATOR, evidence_id=piece)
        delete_provider(session, OPERATOR, provider_id=key)

    assert actions(sessions)[before:] == [
        "provider.saved",
        "evidence.saved",
        "provider.suspended",
        "provider.published",
        "evidence.deleted",
        "provider.deleted",
    ]


def test_a_table_that_is_imported_leaves_an_event_and_nothing_new_none(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    load_lists(sessions)
    before = len(actions(sessions))
    path = write_lines(tmp_path / "firms.csv", [HEADER, provider_line("a")])

    for _ in range(2):
        load(sessions, "providers", path)

    assert actions(sessions)[before:] == ["table.imported"]


def test_a_job_that_is_stopped_and_tried_again_leaves_two(sessions: SessionFactory) -> None:
    with transaction(sessions) as session:
        job_id = enqueue(session, "work", {}).id
    with transaction(sessions) as session:
        cancel_job(session, job_id)
        retry_job(session, job_id)

    assert actions(sessions) == ["job.cancelled", "job.retried"]


def test_what_is_refused_leaves_none(sessions: SessionFactory) -> None:
    def refuse(session: Session) -> None:
        key = save_provider(
            session,
            OPERATOR,
            source="s",
            row=ProviderRow.model_validate(
                {"source_ref": "a", "name": "Synthetic A", "kind": "law_firm"}
            ),
            now=NOW,
        )
        publish_provider(session, OPERATOR, provider_id=key, now=NOW)

    with pytest.raises(Exception, match="published"), transaction(sessions) as session:
        refuse(session)

    assert actions(sessions) == []
