"""Endpoints and notifications as they are sent and read."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.outbox.events import EventRead, EventType
from core.outbox.models import (
    MAX_NOTE_CHARACTERS,
    DisabledReason,
    EndpointState,
)
from core.outbox.signing import SignatureScheme
from core.outgoing.addresses import MAX_URL_CHARACTERS

_SCHEME = (
    "`v1a`: ed25519, which you check with a public key; `v1`: HMAC-SHA-256, for libraries that know "
    "nothing else."
)


def _storable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("take out the characters that cannot be printed")
    return value


class WebhookCreate(BaseModel):
    """An endpoint to be told of what happens."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[
        str,
        Field(
            max_length=MAX_URL_CHARACTERS,
            description="`https://` and a name on the public net, port 443.",
        ),
    ]
    note: Annotated[
        str,
        Field(max_length=MAX_NOTE_CHARACTERS, description="By which people know it."),
        AfterValidator(_storable),
    ] = ""
    event_types: Annotated[
        list[EventType] | None,
        Field(min_length=1, max_length=len(EventType), description="Leave it out for all."),
    ] = None
    scheme: Annotated[SignatureScheme, Field(description=_SCHEME)] = SignatureScheme.ED25519


class WebhookRotate(BaseModel):
    """A new secret for an endpoint."""

    model_config = ConfigDict(extra="forbid")

    scheme: Annotated[
        SignatureScheme | None, Field(description="Leave it out for the present one.")
    ] = None


class WebhookRead(BaseModel):
    """An endpoint, and how it fares."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    url: str
    note: str
    event_types: list[EventType] | None = Field(description="Null: all.")
    scheme: SignatureScheme = Field(description=_SCHEME)
    public_keys: list[str] = Field(
        description="With one of these a `v1a` signature is checked: the newest first, and those that "
        "sign beside it for a day after it was made."
    )
    state: EndpointState
    disabled_reason: DisabledReason | None
    failures: int = Field(description="Attempts that failed since one last succeeded.")
    failing_since: datetime | None
    last_at: datetime | None = Field(description="When something was last sent.")
    last_status: int | None
    last_problem: str | None
    created_at: datetime
    disabled_at: datetime | None


class WebhookMade(WebhookRead):
    """An endpoint with a secret that was just made."""

    verification_key: str = Field(
        description="What signatures are checked with: `whpk_…`, which is public, or `whsec_…`, a "
        "secret that is shown this once."
    )


class NotificationRead(EventRead):
    """Something that happened; `id` is the `webhook-id` of its messages."""

    id: UUID
