"""`/healthz` and `/readyz`: whether this process is alive, and how much of its work it can do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from api.broker import BrokerForgets, BrokerSilent, ask_broker
from core.db import reading
from core.errors import PlatformError
from core.job_control import jobs_ahead
from core.jobs import JobState
from core.migrations.runner import current_revision, head_revision
from core.settings import Settings
from providers.engine import EngineHolder

router = APIRouter(tags=["Health"])
log = structlog.get_logger(__name__)

# Workers look for jobs at least every second, and hear of each one again after ten.
NO_WORKER_SECONDS: Final = 30.0


class HealthRead(BaseModel):
    """The process answers."""

    status: Literal["alive"]


class State(StrEnum):
    """How much of its work a server, or a part of it, can do."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class CheckRead(BaseModel):
    """One part, and its verdict."""

    name: Literal["database", "schema", "engine", "index", "jobs", "redis"]
    is_ready: bool = Field(description="Whether requests can be served as far as this goes.")
    state: State
    verdict: str = Field(description="What was found, and what to do where something is missing.")
    still_works: str | None = Field(
        default=None, description="What works all the same, where the part is degraded."
    )


class ReadinessRead(BaseModel):
    """Whether requests can be served, and each part that decides it."""

    is_ready: bool = Field(description="Whether requests can be served: `ok` or `degraded`.")
    state: State
    checks: list[CheckRead]


@dataclass(frozen=True, slots=True)
class _Parts:
    database: Engine
    holder: EngineHolder
    settings: Settings


class _Degraded(Exception):
    """A part is missing and requests are served all the same."""

    def __init__(self, verdict: str, *, still_works: str) -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self.still_works = still_works


@router.get("/healthz", summary="Is the process alive?")
def read_health() -> HealthRead:
    """Answer without touching anything else: for a supervisor that restarts what hangs."""
    return HealthRead(status="alive")


@router.get(
    "/readyz",
    summary="Can it serve requests?",
    responses={503: {"model": ReadinessRead, "description": "Down; the checks say why."}},
)
def read_readiness(request: Request, response: Response) -> ReadinessRead:
    """Check everything that requests and jobs need: for a load balancer, and for whoever is called.

    `ok` and `degraded` are a 200, `down` is a 503. Down is a server without a current database or
    without a matching engine. Degraded is one that serves every request while something beside them
    is missing: Redis, a worker, a fresh index; the check says what, and what works all the same.

    The first call after a start opens the snapshot of the index. The engine's verdict says which one
    serves, how many providers have changed since, and why another one was refused.
    """
    parts = _Parts(
        request.app.state.db_engine, request.app.state.engine_holder, request.app.state.settings
    )
    checks: list[CheckRead] = []
    for name, check in _checks(parts.settings):
        missing = next((one.name for one in checks if not one.is_ready), None)
        if missing is None:
            checks.append(_judge(name, check, parts))
        else:
            verdict = f"not checked: the {missing} comes first"
            checks.append(CheckRead(name=name, is_ready=False, state=State.DOWN, verdict=verdict))
    states = {check.state for check in checks}
    state = next(one for one in (State.DOWN, State.DEGRADED, State.OK) if one in states)
    if state is State.DOWN:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return ReadinessRead(is_ready=state is not State.DOWN, state=state, checks=checks)


_Name = Literal["database", "schema", "engine", "index", "jobs", "redis"]
_Check = Callable[[_Parts], str]


def _judge(name: _Name, check: _Check, parts: _Parts) -> CheckRead:
    try:
        return CheckRead(name=name, is_ready=True, state=State.OK, verdict=check(parts))
    except _Degraded as found:
        return CheckRead(
            name=name,
            is_ready=True,
            state=State.DEGRADED,
            verdict=found.verdict,
            still_works=found.still_works,
        )
    except PlatformError as error:
        verdict = error.detail
    except SQLAlchemyError as error:
        log.warning("readiness check failed", error=type(error).__name__)
        verdict = "the database does not answer"
    return CheckRead(name=name, is_ready=False, state=State.DOWN, verdict=verdict)


def _checks(settings: Settings) -> Iterator[tuple[_Name, _Check]]:
    yield "database", _check_database
    yield "schema", _check_schema
    yield "engine", _check_engine
    yield "index", _check_index
    yield "jobs", _check_jobs
    if settings.redis_url.get_secret_value():
        yield "redis", _check_redis


def _check_database(parts: _Parts) -> str:
    with parts.database.connect().execution_options(readonly=True) as connection:
        connection.execute(text("SELECT 1"))
    return f"{parts.database.dialect.name} answers"


def _check_schema(parts: _Parts) -> str:
    found, wanted = current_revision(parts.database), head_revision()
    if found != wanted:
        raise PlatformError(
            f"the schema is {found or 'empty'}, this release needs {wanted}: "
            "run `landbridge migrate`"
        )
    return f"the schema is {wanted}"


def _check_engine(parts: _Parts) -> str:
    versions = parts.holder.current().versions
    return (
        f"{parts.holder.status}; index {versions.index}, ranker {versions.ranker}, "
        f"encoder {versions.encoder}"
    )


def _check_index(parts: _Parts) -> str:
    status = parts.holder.status
    if status is None or status.snapshot is None:
        return "everything is in memory"
    if parts.holder.rebuild_wanted:
        raise _Degraded(
            f"{status.changed:,} providers have changed since {status.snapshot}: a job builds it "
            "anew, or run `landbridge index build`",
            still_works="every match, with all changes; matches are slower, and use more memory",
        )
    if status.refused:
        raise _Degraded(
            "; ".join(status.refused) + ": run `landbridge index build`",
            still_works="every match, with all changes, from another snapshot",
        )
    return f"{status.changed:,} providers have changed since {status.snapshot}"


def _check_jobs(parts: _Parts) -> str:
    with reading(parts.database) as session:
        ahead = jobs_ahead(session)
    parked = ahead.states.get(JobState.PARKED, 0)
    told = f"{parked:,} jobs are parked: `landbridge jobs list --state parked`" if parked else ""
    if ahead.oldest_wait_seconds > NO_WORKER_SECONDS:
        raise _Degraded(
            f"a job has been due for {ahead.oldest_wait_seconds:,.0f} seconds: nobody works, or "
            "all are busy; look at `landbridge worker` and `landbridge jobs list`"
            + (f"; {told}" if told else ""),
            still_works="every request; jobs that are queued wait, and none is lost",
        )
    return told or "no job has been due for long"


def _check_redis(parts: _Parts) -> str:
    try:
        return ask_broker(parts.settings.redis_url.get_secret_value())
    except BrokerSilent as error:
        raise _Degraded(
            str(error),
            still_works="every request; jobs that are queued begin seconds later, and each process "
            "counts by itself how often an address calls",
        ) from error
    except BrokerForgets as error:
        raise _Degraded(
            str(error), still_works="every request; jobs whose hints it forgets begin later"
        ) from error
