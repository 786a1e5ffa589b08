"""Pages of operators: what works beside the requests, how far it is, stopped or tried again."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.deps import OperatorDep, ReadSessionDep, SessionDep
from api.v1.pagination import decode_position, encode_cursor, parse_moment
from api.web import forms
from api.web.forms import FormError
from api.web.rendering import Page, PageDep
from core.errors import NotFound
from core.job_control import (
    JobFinished,
    JobNotParked,
    JobTree,
    cancel_job,
    get_job_tree,
    jobs_ahead,
    list_jobs,
    retry_job,
)
from core.jobs import JobState
from core.schedules import standings
from jobs.schedules import SCHEDULES

router = APIRouter(include_in_schema=False)

ADDRESS = "/ops/jobs"
SHOWN = 30


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A job as a page shows it, together with its parts; `percent` is None while nothing is known."""

    tree: JobTree
    percent: int | None
    can_stop: bool
    can_retry: bool


def _shown(tree: JobTree) -> ShownJob:
    states = {tree.job.state, *tree.states}
    total = tree.total
    return ShownJob(
        tree,
        percent=None if total is None else 100 * min(tree.done, total) // total if total else 100,
        can_stop=bool(states & {JobState.QUEUED, JobState.RUNNING, JobState.PARKED}),
        can_retry=bool(states & {JobState.PARKED, JobState.CANCELLED}),
    )


@router.get(ADDRESS)
def list_page(
    *,
    page: PageDep,
    _actor: OperatorDep,
    session: ReadSessionDep,
    state: Annotated[str, Query(max_length=10)] = "",
    after: Annotated[str | None, Query(max_length=1_000)] = None,
) -> HTMLResponse:
    """Show jobs, newest first, and the clock they come back by."""
    wanted = JobState(state) if state in set(JobState) else None
    found = list_jobs(
        session,
        state=wanted,
        before=decode_position(after, parse_moment),
        limit=SHOWN + 1,
    )
    counts = jobs_ahead(session).states
    return page.render(
        "operator/jobs.html",
        path=ADDRESS,
        jobs=[_shown(get_job_tree(session, job.id)) for job in found[:SHOWN]],
        counts={one.value: counts.get(one, 0) for one in JobState},
        state="" if wanted is None else wanted.value,
        next_after=(
            encode_cursor([found[SHOWN - 1].created_at.isoformat(), str(found[SHOWN - 1].id)])
            if len(found) > SHOWN
            else None
        ),
        standings=standings(session, SCHEDULES),
    )


@router.get(ADDRESS + "/{job_id}")
def show_job(
    page: PageDep, _actor: OperatorDep, session: ReadSessionDep, job_id: UUID
) -> HTMLResponse:
    """Show a job: how far it is with its parts, and why it failed."""
    return _show(page, session, job_id)


def _show(
    page: Page, session: Session, job_id: UUID, *, error: str = "", status: int = 200
) -> HTMLResponse:
    return page.render(
        "operator/job.html",
        status_code=status,
        path=f"{ADDRESS}/{job_id}",
        shown=_shown(get_job_tree(session, job_id)),
        errors=[FormError(error)] if error else [],
    )


@router.post(ADDRESS + "/{job_id}/{step}")
def take_step(
    *,
    request: Request,
    page: PageDep,
    actor: OperatorDep,
    session: SessionDep,
    job_id: UUID,
    step: str,
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Stop a job or try it again, and lead to it."""
    if step not in {"cancel", "retry"}:
        raise NotFound(f"a job has no step {step[:40]!r}")
    try:
        forms.require_token(request, form_token, page.settings)
        (cancel_job if step == "cancel" else retry_job)(session, job_id, actor)
    except forms.StaleForm:
        said = page.gettext("This page had been open for too long. Press the button again.")
        return _show(page, session, job_id, error=said, status=403)
    except JobFinished:
        said = page.gettext("The job has ended meanwhile: there is nothing to stop.")
        return _show(page, session, job_id, error=said, status=409)
    except JobNotParked:
        said = page.gettext("The job cannot be tried again now.")
        return _show(page, session, job_id, error=said, status=409)
    return RedirectResponse(f"{ADDRESS}/{job_id}", status_code=303)
