"""Random calls as those who may not, and whatever of strangers' words comes out anywhere (S2)."""

import io
import random
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from uuid import UUID, uuid4

import structlog
from fastapi import FastAPI
from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Session

from api.v1.examples import PROVIDER_ID
from committee.judgements.models import Outcome
from core.db import Base, Owned, transaction
from core.idempotency import KeptAnswer
from core.log import configure_logging
from core.outbox.models import WebhookEndpoint
from enterprises.models import NeedVersion, ReadingCorrection
from enterprises.need_accesses import NeedAccess
from enterprises.need_matches import NeedMatch
from tests.access.calls import Operation, call, operations
from tests.access.matrix import World, strangers_words
from tests.access.objects import Object, make_object
from tests.core.identity.people import make_organisation
from tests.factories import NOW

# Columns of tenants' tables in which no canary is planted, and why.
TOLD = {
    "judgement.judge_id": "staff read who judged",
    "preference.judge_id": "staff read who judged",
    "outcome.enterprise_id": "staff read who reported",
    "outcome.kind": "one of six words",
    "need_access.reader_kind": "one of a few words",
    "recommendation.versions": "names of what ranked, which everybody is told",
    "recommendation.sha256": "a checksum, which says nothing",
    "need_match.versions": "names of what ranked, which everybody is told",
    "need_match.sha256": "a checksum, which says nothing",
    "reading_correction.field": "one of a few words",
    "webhook_endpoint.event_types": "some of a few words",
    "webhook_endpoint.state": "one of two words",
    "webhook_endpoint.disabled_reason": "one of a few words",
    "kept_answer.route": "the template of an address",
    "kept_answer.fingerprint": "a checksum, which says nothing",
}
# Tables of which no column has words of an enterprise, and why.
TOLD_TABLES = {
    "audit_event": "who did what, by kinds and ids",
    "audit_head": "checksums",
    "audit_payload": "kinds, ids and what staff gave as a reason",
    "notification": "kinds and ids",
    "outbox_message": "states of deliveries",
    "webhook_secret": "sealed, or public",
}
PLANTED = {
    "need_version.structured",
    "need_version.reading",
    "need_version.written_by",
    "recommendation.record",
    "need_match.ranked",
    "need_match.problem",
    "reading_correction.read",
    "reading_correction.meant",
    "need_access.reader_id",
    "need_access.purpose",
    "webhook_endpoint.url",
    "webhook_endpoint.note",
    "webhook_endpoint.last_problem",
    "webhook_endpoint.created_by",
    "kept_answer.actor_id",
    "kept_answer.key",
    "kept_answer.headers",
    "kept_answer.body",
}
_OPENING = Operation("POST", "/v1/needs/{need_id}/accesses")


def columns_with_words() -> set[str]:
    """Return every column of a tenant's table that can hold words."""
    return {
        f"{mapper.local_table.name}.{column.name}"  # type: ignore[attr-defined]  # a table of ours
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Owned) and mapper.local_table.name not in TOLD_TABLES  # type: ignore[attr-defined]  # as above
        for column in mapper.columns
        if isinstance(column.type, String | JSON | LargeBinary)
    }


def plant(session: Session, world: World) -> list[Object]:
    """Store needs of a stranger with canaries in every confidential column."""
    tenant_id = make_organisation(session)
    first, second = (make_object(session, tenant_id, "live", world.made) for _ in range(2))
    for about in (first, second):
        version = session.get_one(NeedVersion, (about.need_id, 1))
        version.reading = {"quoted": about.canary}
        key = {"tenant_id": tenant_id, "need_id": about.need_id}
        is_first = about is first
        session.add_all(
            [
                NeedMatch(
                    **key,
                    need_version=1,
                    versions={},
                    matched_on=NOW.date(),
                    sha256="0" * 64,
                    ranked=[[about.canary, 0.5]] if is_first else None,
                    problem=None if is_first else about.canary,
                    changed_at=NOW,
                ),
                ReadingCorrection(
                    **key,
                    version=1,
                    field="target_jurisdictions",
                    read=[about.canary],
                    meant=[about.canary],
                    recorded_at=NOW,
                ),
                NeedAccess(
                    **key,
                    id=uuid4(),
                    reader_id=about.canary,
                    reader_kind="operator",
                    purpose=about.canary,
                    opened_at=NOW,
                    ends_at=NOW,
                ),
                WebhookEndpoint(
                    id=uuid4(),
                    tenant_id=tenant_id,
                    url=f"https://{about.canary}.example/",
                    note=about.canary,
                    state="disabled",
                    disabled_reason="by_hand",
                    failures=0,
                    last_problem=about.canary,
                    created_by=about.canary,
                    created_at=NOW,
                ),
                KeptAnswer(
                    id=uuid4(),
                    tenant_id=tenant_id,
                    actor_id=about.canary,
                    route="POST /v1/needs",
                    key=about.canary,
                    fingerprint="0" * 64,
                    status=201,
                    headers={"x-canary": about.canary},
                    body=about.canary.encode(),
                    created_at=NOW,
                ),
                Outcome(
                    id=uuid4(),
                    tenant_id=tenant_id,
                    recommendation_id=about.recommendation_id,
                    provider_id=UUID(PROVIDER_ID),
                    enterprise_id=str(tenant_id),
                    kind="engaged",
                    place=1,
                    is_verified=False,
                    recorded_at=NOW,
                ),
            ]
        )
    session.flush()
    return [first, second]


@contextmanager
def listening() -> Generator[io.StringIO]:
    """Keep everything that this process logs, at its most talkative."""
    written = io.StringIO()
    configure_logging("DEBUG")
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(written))
    try:
        yield written
    finally:
        configure_logging("WARNING")


def probe(world: World, *, calls: int, seed: int, below: str = "/") -> list[str]:
    """Call at random about a stranger's needs, as everybody but the stranger.

    Args:
        world: where.
        calls: how many.
        seed: the same calls each time.
        below: only what has a path that begins so.

    Returns:
        Where a canary came out: in a body, a header, an error, an export, or a line of the log.
    """
    rng = random.Random(seed)  # noqa: S311 the same calls each time
    with transaction(world.sessions) as session:
        planted = plant(session, world)
    app = world.client.app
    assert isinstance(app, FastAPI)
    # Whoever states a purpose may read: that is tried on its own.
    every = [one for one in operations(app) if one != _OPENING and one.path.startswith(below)]
    found: list[str] = []
    callers: Sequence[str] = sorted(world.callers)
    with listening() as log:
        for _ in range(calls):
            operation, about = rng.choice(every), rng.choice(planted)
            caller = world.callers[rng.choice(callers)]
            answer = call(world.client, operation, caller, about)
            if strangers_words(answer.text + str(answer.headers), caller):
                where = f"{operation.method} {operation.path}"
                found.append(f"{where} as {caller.name}: {answer.status_code}")
            if strangers_words(log.getvalue(), caller):
                found.append(f"the log of {operation.method} {operation.path}")
            log.seek(0)
            log.truncate()
    return found
