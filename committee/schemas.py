"""What the committee is shown and what it sends."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from committee.gate import Check
from committee.models import ACTOR_CHARACTERS, EventKind, RankerState, Verdict
from enterprises.match_schemas import SentenceRead
from enterprises.storable import refuse_unstorable

MAX_REASON_CHARACTERS = 2_000


def _require_words(value: str) -> str:
    stripped = value.strip()
    if not stripped:
        raise ValueError("write a reason in words")
    return stripped


ActorId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=ACTOR_CHARACTERS,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$",
        description="The stable id of who acts. Leave it out once you have signed in: it is your "
        "account's.",
    ),
]
Reason = Annotated[
    str,
    Field(min_length=1, max_length=MAX_REASON_CHARACTERS, description="Why, in words."),
    AfterValidator(refuse_unstorable),
    AfterValidator(_require_words),
]
Note = Annotated[
    str,
    Field(max_length=MAX_REASON_CHARACTERS, description="What is new about it."),
    AfterValidator(refuse_unstorable),
]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RankerCreate(_Body):
    """A ranker to be decided on."""

    by: ActorId | None = None
    note: Note = ""
    document: dict[str, JsonValue] = Field(
        description="A ranker's document as `landbridge train` writes it, checksum included."
    )


class VoteCreate(_Body):
    """The vote of an approver."""

    by: ActorId | None = None
    verdict: Verdict
    reason: Reason


class PromotionCreate(_Body):
    """Why a ranker is put in force, or the former one put back."""

    by: ActorId | None = None
    reason: Reason


class RankerRead(BaseModel):
    """A ranker and where it stands."""

    model_config = ConfigDict(from_attributes=True)

    version: str
    name: str
    state: RankerState
    proposed_by: str
    proposed_at: datetime
    note: str
    sha256: str = Field(description="Checksum of its document.")


class VoteRead(BaseModel):
    """A vote; `counts` is false for that of the proposer and of who is no approver any more."""

    approver_id: str
    verdict: Verdict
    reason: str
    voted_at: datetime
    counts: bool


class EventRead(BaseModel):
    """Something that happened to a ranker."""

    model_config = ConfigDict(from_attributes=True)

    ranker_version: str | None
    kind: EventKind
    by: str
    at: datetime
    reason: str
    replaced_version: str | None = Field(description="What was in force before, if anything.")


class RankerDetail(RankerRead):
    """A ranker with its card, the votes on it and what happened to it."""

    problem: str | None = Field(
        description="Why this release cannot use the document; null where it can."
    )
    card: dict[str, JsonValue] | None = Field(
        description="Data, catalogue, seed, options and figures of the training; null where the "
        "document cannot be used."
    )
    quorum: int = Field(description="How many votes accept or refuse a ranker.")
    votes: list[VoteRead] = Field(description="First voted first.")
    events: list[EventRead] = Field(description="Latest first.")


class FigureRead(BaseModel):
    """A mean over queries with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


class SliceRead(BaseModel):
    """Both rankers on one group of needs."""

    name: str = Field(description="`dimension: value`, for example `language: en`.")
    queries: int
    candidate: float
    in_force: float
    difference: float
    low: float
    high: float
    p: float
    is_lost: bool = Field(description="Whether the candidate loses more than the gate allows.")


class FindingRead(BaseModel):
    """What one check of the gate found."""

    check: Check
    passed: bool
    sentence: SentenceRead


class MovedReasonRead(BaseModel):
    """A kind of reason that made the change.

    `change` is how much more it speaks, on average and in points of the score, for the new first
    five against the old with the candidate's curves than with those in force.
    """

    reason: str
    change: float


class ChangedNeedRead(BaseModel):
    """A need whose first five change."""

    query_id: str
    text: str
    on: date
    target_jurisdictions: list[str]
    changed: int = Field(description="How many of the first five are others.")
    before: list[str] = Field(description="Names of the first five under the ranker in force.")
    after: list[str] = Field(description="Names of the first five under the candidate.")
    moved: list[MovedReasonRead] = Field(description="Greatest change first.")


class ComparisonRead(BaseModel):
    """A ranker against the one in force on the same frozen queries; the measure is nDCG@10."""

    candidate: str
    in_force: str
    frozen_query_set: UUID
    queries: int
    index: str = Field(description="Version of the index that both were measured on.")
    encoder: str
    passed: bool
    candidate_ndcg10: FigureRead
    in_force_ndcg10: FigureRead
    difference: FigureRead
    p: float
    findings: list[FindingRead]
    slices: list[SliceRead] = Field(description="Losers first.")
    unchanged: int = Field(description="Needs whose first five stay the same providers.")
    changed: list[ChangedNeedRead] = Field(description="The most changed first.")
