"""The job that deletes what is overdue, and the periods of everything that is stored."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import core.idempotency
import core.identity.retention
import core.job_control
import core.outbox.retention
import core.privacy.retention
import core.schedules
import enterprises.retention
import providers.imports.retention
import providers.own.retention
from core.db import reading
from core.job_runs import Run
from core.moment import moment
from core.retention import RowClass, count_overdue

RETENTION: Final = "retention"
_AT_ONCE: Final = 500

CLASSES: Final[tuple[RowClass, ...]] = (
    *core.job_control.RETENTION,
    *core.outbox.retention.RETENTION,
    *core.schedules.RETENTION,
    *core.idempotency.RETENTION,
    *core.privacy.retention.RETENTION,
    *core.identity.retention.RETENTION,
    *providers.imports.retention.RETENTION,
    *providers.own.retention.RETENTION,
    *enterprises.retention.RETENTION,
)

# Tables whose rows have no period, and why; rows that go with others by a foreign key stay unnamed.
KEPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "audit_head": "nothing is taken out of the trail",
        "audit_event": "nothing is taken out of the trail",
        "audit_payload": "nothing is taken out of the trail but by erasing, which stands in it",
        "account": "until its holder has it erased",
        "organisation": "as long as anything is its own",
        "person_key": "until the person is erased",
        "provider": "until an operator deletes it",
        "contact": "until the person is erased, or the provider is deleted",
        "person_tombstone": "so that whoever was erased stays away; a random id",
        "erased_digest": "so that whoever was erased stays away; tells nothing without our keys",
        "personal_transfer_year": "how many people's data left, in numbers",
        "text_vector": "with the texts of evidence; tells nothing of a person",
        "supply_import": "who imported what and when; names no person but the operator",
        "import_run": "who imported what and when",
        "webhook_endpoint": "until its organisation deletes it",
        "verified_name": "as long as its organisation is verified",
        "sector": "lists that records refer to",
        "sector_list": "lists that records refer to",
        "jurisdiction": "lists that records refer to",
        "instrument": "what the law was, for routes of past days",
        "catalogue_state": "one row",
        "catalogue_change": "pruned whenever a snapshot of the index is built",
        "catalogue_mark": "pruned whenever a snapshot of the index is built",
        "cooperation": "what the law was, for routes of past days",
        "bilateral_agreement": "what the law was, for routes of past days",
        "desk": "what the law was, for routes of past days",
        "institution": "what the law was, for routes of past days",
        "instrument_membership": "what the law was, for routes of past days",
        "instrument_objection": "what the law was, for routes of past days",
        "instrument_revision": "what the law was, for routes of past days",
        "legal_family": "what the law was, for routes of past days",
        "ranker": "what ranked when, for disputes",
        "ranker_comparison": "what ranked when, for disputes",
        "ranker_event": "what ranked when, for disputes",
        "ranker_vote": "what ranked when, for disputes",
        "frozen_query_set": "what rankers were compared on",
    }
)


def delete_overdue(
    run: Run,
    *,
    classes: Sequence[RowClass] = CLASSES,
    now: Callable[[Session], datetime] | None = None,
) -> None:
    """Do a `retention` job: delete what is overdue, some hundred rows in a transaction.

    Args:
        run: the attempt.
        classes: what is kept how long.
        now: the moment by the database's clock if None.

    Raises:
        LeaseLost, JobCancelled, JobReleased: what was deleted stays deleted.
    """
    with reading(run.sessions) as session:
        at = (now or database_now)(session)
        total = sum(count_overdue(session, classes, at).values())
    done = 0
    for one in classes:
        deleted = _AT_ONCE
        while deleted:
            with run.chunk(min(done, total), total) as session:
                deleted = one.delete(session, one.before(at), _AT_ONCE)
            done += deleted


def database_now(session: Session) -> datetime:
    """Return the moment by the database's clock."""
    now: datetime = session.scalars(select(moment())).one()
    return now
