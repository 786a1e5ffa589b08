"""Tables of the committee: rankers, the votes on them, and what they are compared on."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime

VERSION_CHARACTERS = 120
ACTOR_CHARACTERS = 120


class RankerState(StrEnum):
    """Where a ranker stands; at most one is in force."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_FORCE = "in_force"
    RETIRED = "retired"


class Verdict(StrEnum):
    """What an approver says to a ranker."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class EventKind(StrEnum):
    """What happened to a ranker, or to the frozen queries (`frozen`)."""

    PROPOSED = "proposed"
    COMPARED = "compared"
    VOTED = "voted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    FROZEN = "frozen"


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Ranker(Base):
    """A ranker that was proposed, or that shipped and was replaced by one that was proposed.

    `document` is what `matching.ranker.document` writes, byte for byte, and never changes;
    `sha256` is its checksum, `version` the ranker's own.
    """

    __tablename__ = "ranker"
    __table_args__ = (
        CheckConstraint(_one_of("state", RankerState), name="state"),
        # Two promotions at once: only the database sees both.
        Index(
            "uq_ranker_in_force",
            "state",
            unique=True,
            sqlite_where=text("state = 'in_force'"),
            postgresql_where=text("state = 'in_force'"),
        ),
    )

    version: Mapped[str] = mapped_column(String(VERSION_CHARACTERS), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text)
    state: Mapped[RankerState] = mapped_column(String(20))


class RankerVote(Base):
    """The vote of one approver on one ranker; changing it before the decision replaces the row."""

    __tablename__ = "ranker_vote"
    __table_args__ = (
        CheckConstraint(_one_of("verdict", Verdict), name="verdict"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    ranker_version: Mapped[str] = mapped_column(ForeignKey("ranker.version"), primary_key=True)
    approver_id: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RankerEvent(Base):
    """One change of a ranker's state, or one vote; rows are only ever added.

    `ranker_version` is null where the event concerns the frozen queries. `replaced_version` is the
    ranker that was in force before a promotion or a rollback.
    """

    __tablename__ = "ranker_event"
    __table_args__ = (CheckConstraint(_one_of("kind", EventKind), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ranker_version: Mapped[str | None] = mapped_column(ForeignKey("ranker.version"), index=True)
    kind: Mapped[EventKind] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(ACTOR_CHARACTERS))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    replaced_version: Mapped[str | None] = mapped_column(ForeignKey("ranker.version"))


class FrozenQuerySet(Base):
    """Needs with known answers on which rankers are compared; the newest set counts.

    `document` is canonical JSON (`committee.frozen`) and never changes.
    """

    __tablename__ = "frozen_query_set"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))


class RankerComparison(Base):
    """How a ranker did against another on one set of frozen queries; the latest run is kept.

    `against_version` is no foreign key: the ranker that ships is in force without a row.
    `document` is canonical JSON (`committee.comparison`).
    """

    __tablename__ = "ranker_comparison"

    ranker_version: Mapped[str] = mapped_column(ForeignKey("ranker.version"), primary_key=True)
    against_version: Mapped[str] = mapped_column(String(VERSION_CHARACTERS), primary_key=True)
    frozen_query_set_id: Mapped[UUID] = mapped_column(
        ForeignKey("frozen_query_set.id"), primary_key=True
    )
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    passed: Mapped[bool]
    compared_at: Mapped[datetime] = mapped_column(UtcDateTime)
