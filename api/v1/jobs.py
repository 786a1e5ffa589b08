"""`/v1/jobs`: the work that goes on beside the requests, for operators."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.deps import OperatorDep, ReadSessionDep, SessionDep
from api.problems import problem_responses
from api.v1.pagination import (
    CursorParameter,
    LimitParameter,
    Page,
    decode_position,
    encode_cursor,
    parse_moment,
)
from core import job_control
from core.errors import Forbidden, SignInNeeded
from core.job_control import JobFinished, JobNotFound, JobNotParked
from core.job_schemas import JobRead, JobTreeRead, as_read
from core.jobs import JobState
from enterprises.storable import StorableText

router = APIRouter(prefix="/jobs", tags=["Jobs"])

JobId = Annotated[UUID, Path(description="The job.")]


@router.get("", summary="List jobs", responses=problem_responses(Forbidden, SignInNeeded))
def list_jobs(
    *,
    _actor: OperatorDep,
    session: ReadSessionDep,
    state: Annotated[JobState | None, Query(description="Only jobs in this state.")] = None,
    kind: Annotated[
        StorableText | None,
        Query(max_length=60, description="Only this kind, parts of jobs included."),
    ] = None,
    cursor: CursorParameter = None,
    limit: LimitParameter = 20,
) -> Page[JobRead]:
    """Return jobs, newest first.

    Parts of others are left out unless they are parked or their kind is asked for.
    """
    found = job_control.list_jobs(
        session,
        state=state,
        kind=kind,
        before=decode_position(cursor, parse_moment),
        limit=limit + 1,
    )
    shown = found[:limit]
    return Page(
        items=[JobRead.model_validate(job) for job in shown],
        next_cursor=(
            encode_cursor([shown[-1].created_at.isoformat(), str(shown[-1].id)])
            if len(found) > limit
            else None
        ),
    )


@router.get(
    "/{job_id}",
    summary="Read a job",
    responses=problem_responses(Forbidden, SignInNeeded, JobNotFound),
)
def read_job(job_id: JobId, _actor: OperatorDep, session: ReadSessionDep) -> JobTreeRead:
    """Return a job: its state, how far it has come with its parts, and why it failed."""
    return as_read(job_control.get_job_tree(session, job_id))


@router.post(
    "/{job_id}/cancel",
    summary="Stop a job",
    responses=problem_responses(Forbidden, SignInNeeded, JobNotFound, JobFinished),
)
def cancel_job(job_id: JobId, actor: OperatorDep, session: SessionDep) -> JobTreeRead:
    """Stop a job and its parts: at once where they wait, at their next point where they run.

    A parked job is put away.
    """
    job_control.cancel_job(session, job_id, actor)
    return as_read(job_control.get_job_tree(session, job_id))


@router.post(
    "/{job_id}/retry",
    summary="Try a job again",
    responses=problem_responses(Forbidden, SignInNeeded, JobNotFound, JobNotParked),
)
def retry_job(job_id: JobId, actor: OperatorDep, session: SessionDep) -> JobTreeRead:
    """Put a parked or cancelled job, or the parts of it that are, back into the queue."""
    job_control.retry_job(session, job_id, actor)
    return as_read(job_control.get_job_tree(session, job_id))
