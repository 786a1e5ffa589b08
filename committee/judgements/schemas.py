"""Judgements, preferences and outcomes as they are sent."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from enterprises.schemas import NeedVersionNumber
from enterprises.storable import refuse_unstorable
from matching.learning.types import MAX_GRADE, MAX_RATING, OutcomeKind
from providers.importing.cells import refuse_hidden_characters

# Hidden characters and outer spaces would make two voices of one.
StableId = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(refuse_unstorable),
    AfterValidator(refuse_hidden_characters),
]
Grade = Annotated[int, Field(strict=True, ge=0, le=MAX_GRADE)]
Rating = Annotated[int, Field(strict=True, ge=1, le=MAX_RATING)]
_ABOUT_VERSION = "The version of the need that was looked at; the current one if null."
_ABOUT_JUDGE = (
    "The judge's stable id. Leave it out once you have signed in: it is your account's. Where nobody "
    "has to sign in it is taken as it is given."
)
_ABOUT_ENTERPRISE = (
    "The enterprise's stable id. Leave it out once you have signed in: it is your organisation's. "
    "Where nobody has to sign in it is taken as it is given. It counts only once an operator vouches "
    "for it."
)


class JudgementCreate(BaseModel):
    """A judge's grade of a provider for a need."""

    model_config = ConfigDict(extra="forbid")

    need_id: UUID
    need_version: NeedVersionNumber | None = Field(default=None, description=_ABOUT_VERSION)
    provider_id: UUID
    judge_id: StableId | None = Field(default=None, description=_ABOUT_JUDGE)
    grade: Grade = Field(
        description="0 does not answer the need, 1 in part, 2 well, 3 as well as can be."
    )


class PreferenceCreate(BaseModel):
    """A judge's statement which of two providers answers a need better."""

    model_config = ConfigDict(extra="forbid")

    need_id: UUID
    need_version: NeedVersionNumber | None = Field(default=None, description=_ABOUT_VERSION)
    better_id: UUID
    worse_id: UUID
    judge_id: StableId | None = Field(default=None, description=_ABOUT_JUDGE)

    @model_validator(mode="after")
    def _are_two(self) -> Self:
        if self.better_id == self.worse_id:
            raise ValueError("better_id and worse_id are the same provider: name two")
        return self


class OutcomeCreate(BaseModel):
    """What an enterprise did about a provider that it was shown."""

    model_config = ConfigDict(extra="forbid")

    recommendation_id: UUID
    provider_id: UUID
    enterprise_id: StableId | None = Field(default=None, description=_ABOUT_ENTERPRISE)
    kind: OutcomeKind
    rating: Rating | None = Field(default=None, description="Of a review, and of nothing else.")

    @model_validator(mode="after")
    def _only_reviews_have_ratings(self) -> Self:
        require_fitting_rating(self.kind, self.rating)
        return self


def require_fitting_rating(kind: OutcomeKind, rating: int | None) -> None:
    """Let an outcome pass if it has a rating exactly where it is a review.

    Raises:
        ValueError: saying which of the two is wrong.
    """
    if kind is OutcomeKind.REVIEWED and rating is None:
        raise ValueError(f"a review needs a rating from 1 to {MAX_RATING}")
    if kind is not OutcomeKind.REVIEWED and rating is not None:
        raise ValueError(f"{kind} has no rating: leave it out, or record a review")


class JudgementRead(BaseModel):
    """A judgement. Of several revisions by one judge for one pair the last one counts."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    need_id: UUID
    need_version: int
    provider_id: UUID
    judge_id: str
    grade: int
    revision: int
    recorded_at: datetime


class PreferenceRead(BaseModel):
    """A preference. Of several revisions by one judge for one pair the last one counts."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    need_id: UUID
    need_version: int
    better_id: UUID
    worse_id: UUID
    judge_id: str
    revision: int
    recorded_at: datetime


class OutcomeRead(BaseModel):
    """An outcome, with the place at which the recommendation showed the provider."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    recommendation_id: UUID
    provider_id: UUID
    enterprise_id: str
    kind: OutcomeKind
    place: int
    rating: int | None
    is_verified: bool = Field(description="Whether an operator vouches for the enterprise.")
    recorded_at: datetime
