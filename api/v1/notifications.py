"""`/v1/notifications`: what happened to an organisation, and the documents its endpoints are sent."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, create_model

from api.deps import ActorDep, ReadSessionDep
from api.problems import problem_responses
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_position,
    encode_cursor,
    parse_moment,
)
from core.errors import SignInNeeded
from core.outbox.endpoints import list_notifications
from core.outbox.events import DATA_OF, EventType
from core.outbox.schemas import NotificationRead

router = APIRouter(prefix="/notifications", tags=["Notifications"])


@router.get("", summary="List notifications", responses=problem_responses(SignInNeeded))
def read_notifications(
    session: ReadSessionDep,
    actor: ActorDep,
    event_type: Annotated[
        EventType | None, Query(description="Only those of this type.", examples=["need.rematched"])
    ] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[NotificationRead]:
    """Return what happened to your organisation in the last 90 days, newest first.

    Whatever became of its messages, it stands here: an endpoint that was away reads what it missed.
    """
    after = decode_position(cursor, parse_moment)
    found = list_notifications(session, actor, after=after, limit=limit + 1, event_type=event_type)
    shown = found[:limit]
    is_more = len(found) > limit
    return Page(
        items=list(shown),
        next_cursor=encode_cursor([shown[-1].timestamp.isoformat(), str(shown[-1].id)])
        if is_more
        else None,
    )


@cache
def described_messages() -> APIRouter:
    """Describe for `webhooks` what is sent to endpoints: a schema for each type of event."""
    described = APIRouter()
    for event_type, data in DATA_OF.items():
        words = event_type.replace("_", " ").replace(".", " ").title().replace(" ", "")
        kind: Any = Literal[event_type.value]  # Any: a type that is made at run time
        message = create_model(
            f"{words}Message",
            __doc__=data.__doc__,
            type=(kind, ...),
            timestamp=(datetime, ...),
            data=(data, ...),
        )
        described.post(
            event_type.value,
            status_code=204,
            summary=(data.__doc__ or "").strip().splitlines()[0],
            tags=["Notifications"],
            response_class=Response,
        )(_receive(message))
    return described


def _receive(message: type[BaseModel]) -> Callable[..., None]:
    """Return what describes a message: FastAPI reads its parameters, nobody calls it."""

    def receive(
        body: message,  # type: ignore[valid-type]  # made at run time, one for each type of event
        webhook_id: Annotated[
            str, Header(description="The same however often it is sent: by it you know repeats.")
        ],
        webhook_timestamp: Annotated[
            int, Header(description="Seconds since 1970, of this attempt.")
        ],
        webhook_signature: Annotated[
            str,
            Header(
                description="Signatures of `webhook-id.webhook-timestamp.body`, with spaces between "
                "them: `v1a,` and ed25519, or `v1,` and HMAC-SHA-256, in base64."
            ),
        ],
    ) -> None:
        """Sent to endpoints that want this type. Answer 2xx, soon, and do the work afterwards."""

    return receive
