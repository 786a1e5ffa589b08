"""Imports and their rows as they are sent."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from providers.imports.models import RowOutcome, RowResult, RowUndo, SupplyImportState


class ImportRead(BaseModel):
    """An import: the file, what it would do, and how far it has come."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str = Field(description="`providers` or `evidence`.")
    source: str = Field(description="Whose data these are; rows are known within a source.")
    file_name: str
    file_sha256: str
    file_bytes: int
    actor: str = Field(description="Who sent the file.")
    state: SupplyImportState
    problem: str | None = Field(description="Why the file was refused, and what to change.")
    encoding: str | None = Field(description="How the text was read; null until it was.")
    is_guessed: bool | None = Field(description="Whether the encoding was inferred.")
    rows_new: int = Field(description="By the check: rows that nothing stored corresponds to.")
    rows_changed: int = Field(description="By the check: rows that differ from what is stored.")
    rows_same: int = Field(description="By the check: rows that are stored as they are.")
    rows_refused: int = Field(description="By the check: rows with a problem; never written.")
    rows_own: int = Field(
        description="By the check: rows of which something stays, because the firm wrote it itself."
    )
    rows_written: int
    rows_stale: int = Field(
        description="Confirmed rows that were left: what is stored had changed since the check."
    )
    rows_restored: int = Field(description="Rows that undoing brought back to what was before.")
    rows_kept: int = Field(
        description="Rows that undoing left: edited since, or something refers to them."
    )
    repeats_id: UUID | None = Field(description="The last import that wrote this same file.")
    job_id: UUID | None
    created_at: datetime
    checked_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    applied_at: datetime | None
    undo_until: datetime | None = Field(description="It can be undone until then.")
    undone_at: datetime | None
    undone_by: str | None


class ImportProgressRead(ImportRead):
    """An import, with how far the job has come that is dealing with it."""

    rows_done: int = Field(description="Rows with which the present job is done.")
    rows_total: int | None = Field(description="Rows of that job; null while nobody knows.")
    is_stopped: bool = Field(description="The job has ended without being done: repeat the step.")


class ImportAcceptedRead(ImportRead):
    """An import that was accepted."""

    is_repeat: bool = Field(
        description="The same file is being dealt with already: this is its import."
    )


class RowProblemRead(BaseModel):
    """What is wrong with a cell."""

    column: str = Field(description="Empty where it is about the whole row.")
    value: str
    reason: str
    suggestion: str = Field(description="What was probably meant; empty where nobody knows.")


class ImportRowRead(BaseModel):
    """A row of the file."""

    model_config = ConfigDict(from_attributes=True)

    row_no: int = Field(description="As a spreadsheet shows it: the header is row 1.")
    outcome: RowOutcome
    cells: dict[str, str]
    changes: dict[str, list[str]] | None = Field(
        description="For changed rows: each column that differs, with its cell before and after."
    )
    kept: dict[str, list[str]] | None = Field(
        description="Each column that stays because the firm wrote it: its cell as stored, and yours."
    )
    problems: list[RowProblemRead] | None
    target_id: UUID | None = Field(description="The provider or piece of evidence it is about.")
    result: RowResult | None = Field(description="What became of it; null until it was written.")
    undo: RowUndo | None = Field(description="What became of it when the import was undone.")
