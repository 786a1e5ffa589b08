"""Matches and recommendations as they are sent and stored."""

from datetime import date, datetime
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from enterprises.schemas import ReadingRead, StructuredNeed


class SentenceRead(BaseModel):
    """One statement in three scripts."""

    model_config = ConfigDict(populate_by_name=True)

    en: str
    zh_hans: str = Field(alias="zh-Hans")
    zh_hant: str = Field(alias="zh-Hant")


class VersionsRead(BaseModel):
    """The versions of everything that the result depends on beside the need."""

    sector_list: int
    index: str
    ranker: str
    features: str
    encoder: str
    treaties: str | None = Field(
        default=None, description="The reference data on jurisdictions; null in older records."
    )


class RemovedRead(BaseModel):
    """How many providers a rule removed; each counts under the first rule it fails."""

    rule: str
    removed: int
    sentence: SentenceRead


class OpeningRead(BaseModel):
    """How many would be left without one rule, where all of them together leave nobody."""

    rule: str
    would_leave: int
    sentence: SentenceRead


class MatchedProviderRead(BaseModel):
    """The provider at one place of a ranking."""

    id: UUID
    name: str
    kind: str
    home_jurisdiction: str | None
    city: str | None
    source: str = Field(description="The data set that the profile comes from.")


class ContributionRead(BaseModel):
    """What one feature, or a pair of them, adds to the score.

    `value` is null where nothing is known; that of a pair is the smaller of its two.
    """

    feature: str
    value: float | None
    contribution: float


class CitedEvidenceRead(BaseModel):
    """A piece of evidence that a reason rests on."""

    id: UUID
    text: str
    jurisdictions: list[str]
    dated_on: date | None
    worth: float | None = Field(
        default=None,
        description="The score minus the score without this piece of evidence, everything else "
        "as it is; null in older records.",
    )


class ReasonRead(BaseModel):
    """Why a provider stands where it stands: a part of the score, in words."""

    kind: str = Field(
        # Older records call it so.
        validation_alias=AliasChoices("kind", "feature"),
        description="The kind of reason: `similar_work`, `work_in_target` and so on. It sums the "
        "contributions of the features that say the same thing.",
    )
    contribution: float
    sentence: SentenceRead
    evidence: list[CitedEvidenceRead]


class GapRead(BaseModel):
    """What the need asks for and the provider lacks, or of which nothing is known."""

    code: str
    is_unknown: bool
    sentence: SentenceRead


class SharedPlaceRead(BaseModel):
    """That a provider stands in a group of near-equals, whose order changes from day to day."""

    first_rank: int = Field(description="The first place that the group takes.")
    size: int = Field(description="How many there are in it, those beyond the list among them.")
    band: float = Field(description="How far apart their scores lie at most.")
    sentence: SentenceRead


class RankedRead(BaseModel):
    """One place of a ranking. The contributions sum to the score."""

    rank: int
    provider: MatchedProviderRead
    score: float
    fit: str = Field(
        description="How much of what is asked for is shown: `strong` (all, and not by listings "
        "alone), `good` (at least half, with one of the sectors asked for) or `partial`. Not the "
        "score in other words."
    )
    contributions: list[ContributionRead]
    reasons: list[ReasonRead]
    gaps: list[GapRead]
    shares_place: SharedPlaceRead | None = Field(
        default=None, description="Null where nobody else scores nearly the same."
    )


class MatchRead(BaseModel):
    """Ranked providers with their reasons, and what was left out by which rule."""

    versions: VersionsRead
    on: date
    need: StructuredNeed = Field(description="The need as it was used, after the reading.")
    reading: ReadingRead | None = Field(description="Null where no text was sent.")
    considered: int = Field(description="Providers in the catalogue.")
    eligible: int = Field(description="Providers that passed every rule.")
    removed: list[RemovedRead]
    opening: list[OpeningRead] = Field(
        default_factory=list,
        description="Where nobody passed: the rules one of which alone stands in the way, and what "
        "would be left without it. Empty where somebody passed, where only several changes together "
        "would help, and in older records.",
    )
    ranked: list[RankedRead]


class RecommendationRead(BaseModel):
    """A stored recommendation. It reads back to the same bytes each time."""

    id: UUID
    need_id: UUID
    need_version: int
    created_at: datetime
    sha256: str = Field(
        description="SHA-256 of the bytes of `result` as they stand in the stored document."
    )
    result: MatchRead
