"""Tables of what people say of recommendations. Nothing in them is ever changed but one mark.

`tenant_id` is the organisation whose need it is about, whoever said it.

A judgement or a preference that its author changes is a new revision beside the old one; outcomes
happened, and only whether the enterprise is verified may be learned later.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Owned, UtcDateTime
from matching.learning.types import OutcomeKind


class Judgement(Owned, Base):
    """A committee member's grade of a provider for one version of a need, 0 to 3."""

    __tablename__ = "judgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "need_id", "need_version"],
            ["need_version.tenant_id", "need_version.need_id", "need_version.version"],
            ondelete="CASCADE",
        ),
        UniqueConstraint(
            "tenant_id",
            "need_id",
            "need_version",
            "provider_id",
            "judge_id",
            "revision",
            name="uq_judgement_revision",
        ),
        CheckConstraint("grade BETWEEN 0 AND 3", name="grade"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    need_id: Mapped[UUID]
    need_version: Mapped[int]
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    judge_id: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int]
    grade: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Preference(Owned, Base):
    """A committee member's statement which of two providers answers a need better.

    The two stand in the order of their ids, so that saying the opposite is a revision of the same
    pair and not another pair.
    """

    __tablename__ = "preference"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "need_id", "need_version"],
            ["need_version.tenant_id", "need_version.need_id", "need_version.version"],
            ondelete="CASCADE",
        ),
        UniqueConstraint(
            "tenant_id",
            "need_id",
            "need_version",
            "first_id",
            "second_id",
            "judge_id",
            "revision",
            name="uq_preference_revision",
        ),
        CheckConstraint("first_id < second_id", name="pair"),
        CheckConstraint("better_id IN (first_id, second_id)", name="better"),
        CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    need_id: Mapped[UUID]
    need_version: Mapped[int]
    first_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    better_id: Mapped[UUID]
    judge_id: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    @property
    def worse_id(self) -> UUID:
        """The other one of the pair."""
        return self.second_id if self.better_id == self.first_id else self.first_id


class Outcome(Owned, Base):
    """What an enterprise did about a provider that a recommendation showed it, at `place`.

    `is_verified` is whether an operator vouches for the enterprise; unverified ones weigh nothing.
    """

    __tablename__ = "outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "recommendation_id"],
            ["recommendation.tenant_id", "recommendation.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint(
            "tenant_id",
            "recommendation_id",
            "provider_id",
            "enterprise_id",
            "kind",
            name="uq_outcome_kind",
        ),
        CheckConstraint(
            "kind IN ('shortlisted', 'referred', 'accepted', 'engaged', 'completed', 'reviewed')",
            name="kind",
        ),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("(kind = 'reviewed') = (rating IS NOT NULL)", name="review"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    recommendation_id: Mapped[UUID]
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    enterprise_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[OutcomeKind] = mapped_column(String(20))
    place: Mapped[int]
    rating: Mapped[int | None]
    is_verified: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
