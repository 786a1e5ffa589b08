"""Imports of providers and evidence: the file, what each of its rows does, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime

MAX_PROBLEM_CHARACTERS = 1_000

State = dict[str, Any]
"""What is stored of a provider or a piece of evidence, as JSON. Any: its fields differ in type."""


class SupplyImportState(StrEnum):
    """Where an import stands.

    Attributes:
        WAITING: the file is here; a job looks at it.
        REFUSED: the file is no table of this kind; nothing can be done with it.
        CHECKED: what each row would do is known; nothing is written before somebody confirms it.
        DISCARDED: it was never confirmed, and never will be.
        APPLYING: confirmed; a job writes its rows.
        APPLIED: its rows are written.
        UNDOING: a job takes its rows back.
        UNDONE: what could be taken back is as it was before.
    """

    WAITING = "waiting"
    REFUSED = "refused"
    CHECKED = "checked"
    DISCARDED = "discarded"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


class RowOutcome(StrEnum):
    """What a row does, as the check found."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class RowResult(StrEnum):
    """What became of a confirmed row.

    Attributes:
        WRITTEN: what it says is stored.
        SAME: it was stored already: somebody did the same meanwhile.
        STALE: what it would replace is not what the check showed; it was left as it is.
    """

    WRITTEN = "written"
    SAME = "same"
    STALE = "stale"


class RowUndo(StrEnum):
    """What became of a written row when the import was undone.

    Attributes:
        RESTORED: it is as before the import.
        EDITED: somebody has changed it since; it was left as it is.
        IN_USE: something refers to what the row had made; it was left as it is.
    """

    RESTORED = "restored"
    EDITED = "edited"
    IN_USE = "in_use"


class SupplyImport(Base):
    """A file that was sent to be imported, and how far that has come.

    `actor`, `confirmed_by` and `undone_by` are the names of who did it. The counts of the check stand
    still once it is made; those of writing and undoing are taken when that has ended. `repeats_id` is
    the last import that wrote the same file.
    """

    __tablename__ = "supply_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'refused', 'checked', 'discarded', 'applying', 'applied', "
            "'undoing', 'undone')",
            name="state",
        ),
        Index("ix_supply_import_created_at_id", "created_at", "id"),
        Index("ix_supply_import_file", "kind", "source", "file_sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    source: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(300))
    file_sha256: Mapped[str] = mapped_column(String(64))
    file_bytes: Mapped[int]
    actor: Mapped[str] = mapped_column(String(120))
    state: Mapped[SupplyImportState] = mapped_column(String(12))
    problem: Mapped[str | None] = mapped_column(String(MAX_PROBLEM_CHARACTERS))
    encoding: Mapped[str | None] = mapped_column(String(20))
    is_guessed: Mapped[bool | None]
    columns: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rows_same: Mapped[int] = mapped_column(default=0)
    rows_refused: Mapped[int] = mapped_column(default=0)
    rows_own: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_written: Mapped[int] = mapped_column(default=0)
    rows_stale: Mapped[int] = mapped_column(default=0)
    rows_restored: Mapped[int] = mapped_column(default=0)
    rows_kept: Mapped[int] = mapped_column(default=0)
    repeats_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("supply_import.id", ondelete="SET NULL")
    )
    # No foreign key: jobs are forgotten sooner than what they did.
    job_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(String(120))
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(120))


class SupplyImportPart(Base):
    """A part of the file of an import, kept until it is looked at.

    In the database and not in a folder: the worker may be another machine, and the file is accepted
    with the import or not at all.
    """

    __tablename__ = "supply_import_part"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("supply_import.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SupplyImportRow(Base):
    """A row of the file.

    `changes` maps each column that differs to its cell before and after. `before` is what was stored
    when the row was looked at, `after` what stood there when it was written; null for nothing. `kept`
    maps each column that stays because the firm wrote it itself to its cell as stored and in the file.
    """

    __tablename__ = "supply_import_row"
    __table_args__ = (
        Index("ix_supply_import_row_outcome", "import_id", "outcome", "row_no"),
        Index("ix_supply_import_row_target_id", "target_id"),
    )

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("supply_import.id", ondelete="CASCADE"), primary_key=True
    )
    row_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[RowOutcome] = mapped_column(String(10))
    cells: Mapped[dict[str, str]] = mapped_column(JSON)
    changes: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    kept: Mapped[dict[str, list[str]] | None] = mapped_column(JSON(none_as_null=True))
    problems: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    target_id: Mapped[UUID | None]
    before: Mapped[State | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[State | None] = mapped_column(JSON(none_as_null=True))
    result: Mapped[RowResult | None] = mapped_column(String(10))
    undo: Mapped[RowUndo | None] = mapped_column(String(10))
