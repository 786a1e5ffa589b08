"""`/v1/audit`: who did what, and who read what, for those who look after the platform."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.deps import OperatorDep, ReadSessionDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_cursor,
    encode_cursor,
    parse_moment,
)
from core.audit import queries
from core.audit.models import AuditEvent
from core.audit.schemas import AuditEventRead, as_event_read
from core.audit.vocabulary import Action, SubjectKind
from core.errors import FieldError, Forbidden, InvalidInput
from core.identity.reach import reach
from enterprises.storable import StorableText

router = APIRouter(prefix="/audit", tags=["Audit"], route_class=StrictRoute)

_MOST_EVENTS = 2**63 - 1


@router.get("", summary="List what was done", responses=problem_responses(Forbidden))
def list_events(
    *,
    actor: OperatorDep,
    session: ReadSessionDep,
    tenant_id: Annotated[
        UUID | None, Query(description="Only in this organisation's chain.")
    ] = None,
    subject_kind: Annotated[SubjectKind | None, Query(description="Only done to such.")] = None,
    subject_id: Annotated[
        StorableText | None, Query(max_length=200, description="Only done to this.")
    ] = None,
    actor_id: Annotated[
        StorableText | None, Query(max_length=120, description="Only done by this one.")
    ] = None,
    action: Annotated[Action | None, Query(description="Only this.")] = None,
    request_id: Annotated[UUID | None, Query(description="Only at this request.")] = None,
    since: Annotated[
        datetime | None, Query(description="From then on; UTC unless it says.")
    ] = None,
    until: Annotated[datetime | None, Query(description="Before then.")] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[AuditEventRead]:
    """Return events of the audit trail, newest first: each write, and each read of a need's text."""
    wanted = queries.Wanted(
        tenant_id=tenant_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        actor_id=actor_id,
        action=action,
        request_id=request_id,
        since=_in_utc(since, "since"),
        until=_in_utc(until, "until"),
    )
    before = _position(cursor)
    with reach(session, actor):
        found = queries.list_events(session, wanted, before=before, limit=limit + 1)
    shown = found[:limit]
    return Page(
        items=[as_event_read(event, payload) for event, payload in shown],
        next_cursor=_cursor_after(shown[-1][0]) if len(found) > limit else None,
    )


def _cursor_after(event: AuditEvent) -> str:
    return encode_cursor([event.at.isoformat(), str(event.tenant_id), str(event.sequence)])


def _position(cursor: str | None) -> queries.Position | None:
    parts = decode_cursor(cursor, 3)
    if parts is None:
        return None
    try:
        at, chain = parse_moment(parts[0], UUID(parts[1]))
        sequence = int(parts[2][:20])
        if not 0 < sequence <= _MOST_EVENTS:
            raise ValueError(parts[2])
    except ValueError as error:
        detail = "this is no cursor of this list: send `next_cursor` as it was received"
        raise InvalidInput(detail, fields=[FieldError(detail, "#/cursor")]) from error
    return at, chain, sequence


def _in_utc(given: datetime | None, where: str) -> datetime | None:
    if given is None:
        return None
    try:
        return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except OverflowError as error:
        detail = "is outside the calendar"
        raise InvalidInput(detail, fields=[FieldError(detail, f"#/{where}")]) from error
