"""The newest list of providers for each open need, kept up to date without anybody asking."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Owned, UtcDateTime


class NeedMatch(Owned, Base):
    """Who came first for a need when it was last matched.

    `versions` is what the list depends on beside the need, as a recommendation's. `ranked` is a list
    of `[provider id, score]`, best first, null where the need can no longer be matched, and
    `problem` then says why. `sha256` is the checksum of both as canonical JSON; `changed_at` is when
    they last became different.
    """

    __tablename__ = "need_match"
    __table_args__ = (
        CheckConstraint("(ranked IS NULL) = (problem IS NOT NULL)", name="problem"),
        ForeignKeyConstraint(
            ["tenant_id", "need_id"], ["need.tenant_id", "need.id"], ondelete="CASCADE"
        ),
    )

    need_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    need_version: Mapped[int]
    versions: Mapped[dict[str, str | int]] = mapped_column(JSON)
    matched_on: Mapped[date] = mapped_column(Date)
    sha256: Mapped[str] = mapped_column(String(64))
    ranked: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # Any: ids and scores
    problem: Mapped[str | None] = mapped_column(String(500))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
