"""What people ask for, as it is sent."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.privacy.law import RequestKind
from core.privacy.models import PersonRequest
from core.privacy.requests import Outcome, is_late

Place = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,9})?$",
        description="A country's code, such as HK, or a place's, such as CN-4403.",
    ),
]


class OwnRequestCreate(BaseModel):
    """What you ask for yourself."""

    model_config = ConfigDict(extra="forbid")

    kind: RequestKind


class PersonRequestCreate(OwnRequestCreate):
    """What somebody asked for by letter."""

    place: Place | None = Field(
        default=None, description="Where they are; null where not known: the strictest days hold."
    )
    person_id: UUID | None = Field(
        default=None, description="An account or a contact; null where not known yet."
    )


class ClosingCreate(BaseModel):
    """How a request ended."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome


class PersonRequestRead(BaseModel):
    """What somebody asked for, and by when it is to be dealt with."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person_id: UUID | None
    kind: RequestKind
    place: str | None
    law: str = Field(description="Whose days hold; `unknown`: the strictest of all.")
    received_at: datetime
    answer_at: datetime = Field(description="By when a first answer is due.")
    carry_out_at: datetime = Field(description="By when it is to be carried out.")
    is_extended: bool
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    is_late: bool = False

    @classmethod
    def of(cls, request: PersonRequest, now: datetime) -> Self:
        """Describe a request as it stands now."""
        return cls.model_validate(request).model_copy(update={"is_late": is_late(request, now)})


class PersonRequestList(BaseModel):
    """Requests of people."""

    items: list[PersonRequestRead]
