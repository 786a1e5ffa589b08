"""Why a provider stands where it stands for a need, as it is asked and answered."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from enterprises.match_schemas import RankedRead, SentenceRead, VersionsRead
from enterprises.schemas import MatchRequest, ReadingRead, StructuredNeed


class WhyRequest(MatchRequest):
    """A need to be matched now, and the provider that is asked about."""

    provider_id: UUID = Field(description="The provider: an id of `/v1/providers`.")


class BrokenRuleRead(BaseModel):
    """A rule that removes the provider."""

    rule: str
    sentence: SentenceRead


class ChangedFactRead(BaseModel):
    """One thing that the provider could make true."""

    kind: str = Field(
        description="`accepting`, `languages`, `listed`, `verified`, `renewed`, `partner`, "
        "`qualified` or `work`."
    )
    codes: list[str] = Field(description="Jurisdictions, sectors or languages concerned.")
    count: int = Field(description="Pieces of evidence concerned; 0 where it is about none.")
    sentence: SentenceRead = Field(description="To be read after “if the provider”.")


class ChangeRead(BaseModel):
    """Facts that the provider could make true, and where they would bring it."""

    is_enough: bool = Field(description="Whether that is among the first `top`.")
    rank: int = Field(description="The place by score that it would have.")
    score: float
    facts: list[ChangedFactRead]
    sentence: SentenceRead


class WhyRead(BaseModel):
    """Why a provider stands where it stands, and what would bring it among the first."""

    versions: VersionsRead
    on: date
    need: StructuredNeed = Field(description="The need as it was used, after the reading.")
    reading: ReadingRead | None = Field(description="Null where no text was sent.")
    top: int = Field(description="How many places are shown.")
    eligible: int = Field(description="Providers that passed every rule.")
    rank: int | None = Field(
        description="Its place by score among them; null where a rule removes it."
    )
    broken: list[BrokenRuleRead] = Field(
        description="The rules that remove it; in a match it counts under the first."
    )
    score_to_reach: float | None = Field(
        description="The score at the last of the first `top` places; null where fewer passed."
    )
    sentence: SentenceRead = Field(description="Where it stands, in words.")
    explained: RankedRead = Field(
        description="Its score with all parts. `rank` is its place of the day, where near-equals "
        "take turns; where a rule removes it, the place that its score would have."
    )
    change: ChangeRead | None = Field(
        description="The smallest change of facts within its reach that would bring it among the "
        "first `top`, or the one that brings it farthest; null where it stands there already, or "
        "where nothing helps. Everybody else is held as they are."
    )
