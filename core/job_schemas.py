"""Jobs as operators see them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.job_control import JobTree
from core.jobs import JobState, Payload


class JobRead(BaseModel):
    """A job as its row says."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str = Field(description="What sort of work it is.", examples=["rematch"])
    state: JobState = Field(
        description="`parked`: it failed too often, or for good, and waits for somebody to look at it."
    )
    payload: Payload = Field(description="What it was given: ids and names of versions.")
    parent_id: UUID | None = Field(description="The job that it is a part of.")
    request_id: UUID | None = Field(description="The request that asked for it.")
    attempt: int
    is_cancel_wanted: bool = Field(
        description="Somebody has asked to stop it; while it runs it ends at its next point."
    )
    done: int = Field(description="How much of `total` is done.")
    total: int | None = Field(description="Null while it is not known.")
    last_error: str | None = Field(description="Why the last attempt failed.")
    created_at: datetime
    run_after: datetime
    finished_at: datetime | None


class JobPartsRead(BaseModel):
    """A job and its parts together."""

    states: dict[str, int] = Field(
        description="How many parts are in each state.", examples=[{"done": 3, "running": 1}]
    )
    done: int
    total: int | None


class JobTreeRead(JobRead):
    """A job with how far it has come together with its parts."""

    with_parts: JobPartsRead


def as_read(tree: JobTree) -> JobTreeRead:
    """Describe a job and its parts."""
    parts = JobPartsRead(states=tree.states, done=tree.done, total=tree.total)
    return JobTreeRead.model_validate(
        {**JobRead.model_validate(tree.job).model_dump(), "with_parts": parts}
    )
