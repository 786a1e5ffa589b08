"""What people say and do about recommendations, as values.

A *judgement* is a committee member's grade for a pair of query and provider, a *preference* the
statement that one provider answers a query better than another, an *outcome* what an enterprise
did about a provider that it was shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matching.types import Query

MAX_GRADE = 3
MAX_RATING = 5


class InvalidFeedback(ValueError):
    """A judgement, a preference or an outcome that cannot be one."""


class OutcomeKind(StrEnum):
    """What became of a provider that an enterprise was shown, step by step."""

    SHORTLISTED = "shortlisted"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    ENGAGED = "engaged"
    COMPLETED = "completed"
    REVIEWED = "reviewed"


# After these the provider had said yes.
ACCEPTING = frozenset(
    {OutcomeKind.ACCEPTED, OutcomeKind.ENGAGED, OutcomeKind.COMPLETED, OutcomeKind.REVIEWED}
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judge's grade for a provider: 0 does not answer the query, 3 answers it fully."""

    query_id: str
    provider_id: str
    judge_id: str
    grade: int

    def __post_init__(self) -> None:
        """Refuse a grade that is none."""
        if not 0 <= self.grade <= MAX_GRADE:
            raise InvalidFeedback(f"grade {self.grade}: give one of 0, 1, 2, 3")


@dataclass(frozen=True, slots=True)
class Preference:
    """A judge's statement that `better` answers a query better than `worse`."""

    query_id: str
    better: str
    worse: str
    judge_id: str

    def __post_init__(self) -> None:
        """Refuse a provider that is better than itself."""
        if self.better == self.worse:
            raise InvalidFeedback(f"{self.better} is preferred to itself: name two providers")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an enterprise did about a provider.

    Attributes:
        place: where the provider was shown, from 1, or None where it was not in the list shown.
        is_verified: whether the enterprise is known to be one; other accounts weigh nothing.
        rating: 1 to 5 of a review, None otherwise.
        list_id: the `Showing` that the provider was taken from, or None.
    """

    query_id: str
    provider_id: str
    enterprise_id: str
    kind: OutcomeKind
    place: int | None
    is_verified: bool
    rating: int | None = None
    list_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse places and ratings that are none."""
        if self.place is not None and self.place < 1:
            raise InvalidFeedback(f"place {self.place}: places count from 1")
        if (self.rating is not None) is not (self.kind is OutcomeKind.REVIEWED):
            raise InvalidFeedback("a review has a rating, and nothing else has one")
        if self.rating is not None and not 1 <= self.rating <= MAX_RATING:
            raise InvalidFeedback(f"rating {self.rating}: give one of 1, 2, 3, 4, 5")


@dataclass(frozen=True, slots=True)
class Showing:
    """A list as it was shown for a query: providers, best first.

    `scores` has one for each provider, as given by `ranker`, a version; both may be left empty.
    """

    list_id: str
    query_id: str
    provider_ids: tuple[str, ...]
    scores: tuple[float, ...] = ()
    ranker: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything recorded, in an order that does not depend on the database.

    Attributes:
        queries: query id to the need as matching sees it, as of the day of its first list.
        showings: every list that was shown for one of them.
    """

    queries: Mapping[str, Query]
    judgements: tuple[Judgement, ...] = ()
    preferences: tuple[Preference, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    showings: tuple[Showing, ...] = ()
