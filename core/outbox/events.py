"""What organisations are told of: a closed vocabulary, and the thin documents that are sent.

A document has ids, states and numbers, never the text of a need, a name or an address: whoever wants
to know more asks the API, which looks at what they may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

SUBJECT_CHARACTERS: Final = 120

# Whom those who run the platform are, as an organisation: what concerns it goes to its operators.
PLATFORM_ID: Final = UUID("00000000-0000-4000-8000-706c6174666d")


class EventType(StrEnum):
    """What may have happened."""

    NEED_REMATCHED = "need.rematched"
    NEED_TEXT_READ = "need.text_read"
    RANKER_PROPOSED = "ranker.proposed"
    RANKER_DECIDED = "ranker.decided"
    IMPORT_FINISHED = "import.finished"
    JOB_PARKED = "job.parked"
    CREDENTIAL_EXPIRING = "credential.expiring"
    QUALIFICATION_ENDING = "qualification.ending"
    CLAIM_DECIDED = "claim.decided"
    WEBHOOK_TEST = "webhook.test"
    WEBHOOK_DELIVERY_FAILED = "webhook.delivery_failed"
    WEBHOOK_DISABLED = "webhook.disabled"


class EventData(BaseModel):
    """What every document says of its subject."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(max_length=SUBJECT_CHARACTERS, description="What it is about.")]
    sequence: Annotated[
        int,
        Field(
            ge=1,
            description="Rises with each event about this subject: one that is lower than what was "
            "seen already has been overtaken.",
        ),
    ]


class NeedRematched(EventData):
    """The list of providers for a need is another than before."""

    need_version: Annotated[int, Field(ge=1)]


class NeedTextRead(EventData):
    """Somebody who runs the platform has read the text of a need, for a recorded purpose."""

    purpose: Annotated[
        Literal["support", "judging", "training_material", "break_glass"],
        Field(description="As it stands in the audit trail of your organisation."),
    ]


class RankerProposed(EventData):
    """A ranker waits for the votes of the approvers."""


class RankerDecided(EventData):
    """The approvers have decided on a ranker."""

    state: Literal["accepted", "refused"]


class ImportFinished(EventData):
    """A step of an import has ended."""

    state: Literal["checked", "refused", "applied", "undone"]


class JobParked(EventData):
    """A job failed too often, and waits for somebody to look at it."""

    kind: Annotated[str, Field(max_length=60)]


class CredentialExpiring(EventData):
    """What a program signs in with can soon not be used any more."""

    credential: Literal["api_token"]
    expires_at: datetime


class QualificationEnding(EventData):
    """A qualification of a provider is about to run out, or has."""

    jurisdiction: Annotated[str, Field(max_length=20)]
    stage: Literal["expiring", "expired"]
    last_on: Annotated[date, Field(description="The last day on which it holds.")]


class ClaimDecided(EventData):
    """The operators have looked at a piece of evidence that a firm claims."""

    state: Annotated[
        Literal["verified", "unverified", "refused"],
        Field(
            description="`unverified`: it was verified and is not any more; `refused`: it was taken "
            "out, `GET /v1/provider/refused-claims` says why."
        ),
    ]


class WebhookTest(EventData):
    """Nothing has happened: somebody tries an endpoint out."""


class WebhookDeliveryFailed(EventData):
    """The last attempt to send a message to an endpoint has failed."""

    notification_id: Annotated[UUID, Field(description="The `webhook-id` of that message.")]


class WebhookDisabled(EventData):
    """Nothing is sent to an endpoint any more."""

    reason: Annotated[
        Literal["failing", "gone"],
        Field(description="`failing`: it has accepted nothing for a day; `gone`: it said 410."),
    ]


# About an endpoint: never sent to that endpoint itself, and nobody is told when they fail.
ABOUT_ENDPOINTS: Final = frozenset({EventType.WEBHOOK_DELIVERY_FAILED, EventType.WEBHOOK_DISABLED})

Details = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that an organisation is to be told.

    Attributes:
        tenant_id: the organisation.
        type: what happened.
        subject_id: to what.
        details: the fields of that type beside `id` and `sequence`, as JSON values.
    """

    tenant_id: UUID
    type: EventType
    subject_id: str
    details: Mapping[str, str | int] = field(default_factory=dict[str, str | int])


AnyData = (
    NeedRematched
    | NeedTextRead
    | RankerProposed
    | RankerDecided
    | ImportFinished
    | JobParked
    | CredentialExpiring
    | QualificationEnding
    | ClaimDecided
    | WebhookTest
    | WebhookDeliveryFailed
    | WebhookDisabled
)


DATA_OF: Final[dict[EventType, type[AnyData]]] = {
    EventType.NEED_REMATCHED: NeedRematched,
    EventType.NEED_TEXT_READ: NeedTextRead,
    EventType.RANKER_PROPOSED: RankerProposed,
    EventType.RANKER_DECIDED: RankerDecided,
    EventType.IMPORT_FINISHED: ImportFinished,
    EventType.JOB_PARKED: JobParked,
    EventType.CREDENTIAL_EXPIRING: CredentialExpiring,
    EventType.QUALIFICATION_ENDING: QualificationEnding,
    EventType.CLAIM_DECIDED: ClaimDecided,
    EventType.WEBHOOK_TEST: WebhookTest,
    EventType.WEBHOOK_DELIVERY_FAILED: WebhookDeliveryFailed,
    EventType.WEBHOOK_DISABLED: WebhookDisabled,
}


class EventRead(BaseModel):
    """A document as it is sent to endpoints, and as `/v1/notifications` lists it."""

    type: EventType
    timestamp: Annotated[datetime, Field(description="When it happened.")]
    data: AnyData


def describe_event(
    event_type: EventType, subject_id: str, sequence: int, details: Mapping[str, str | int]
) -> AnyData:
    """Return what a document says.

    Raises:
        ValueError: the details are not those of the type.
    """
    return DATA_OF[event_type].model_validate({**details, "id": subject_id, "sequence": sequence})
