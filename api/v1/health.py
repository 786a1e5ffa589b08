"""`/healthz` and `/readyz`: whether this process is alive, and whether it can do its work."""

from collections.abc import Callable
from typing import Literal

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import PlatformError
from core.migrations.runner import current_revision, head_revision
from providers.engine import EngineHolder

router = APIRouter(tags=["Health"])
Check = Callable[[Engine, EngineHolder], str]
log = structlog.get_logger(__name__)


class HealthRead(BaseModel):
    """The process answers."""

    status: Literal["alive"]


class CheckRead(BaseModel):
    """One part that requests need, and its verdict."""

    name: Literal["database", "schema", "engine"]
    is_ready: bool
    verdict: str = Field(description="What was found, and what to do if it is not ready.")


class ReadinessRead(BaseModel):
    """Whether requests can be served, and each part that decides it."""

    is_ready: bool
    checks: list[CheckRead]


@router.get("/healthz", summary="Is the process alive?")
def read_health() -> HealthRead:
    """Answer without touching anything else: for a supervisor that restarts what hangs."""
    return HealthRead(status="alive")


@router.get(
    "/readyz",
    summary="Can it serve requests?",
    responses={503: {"model": ReadinessRead, "description": "Not ready; the checks say why."}},
)
def read_readiness(request: Request, response: Response) -> ReadinessRead:
    """Check the database, its schema and the matching engine: for a load balancer.

    The first call after a start opens the snapshot of the index. The engine's verdict says which one
    serves, how many providers have changed since, and why another one was refused.
    """
    engine: Engine = request.app.state.db_engine
    holder: EngineHolder = request.app.state.engine_holder
    checks: list[CheckRead] = []
    for name, check in _CHECKS.items():
        if checks and not checks[-1].is_ready:
            verdict, is_ready = f"not checked: the {checks[-1].name} comes first", False
        else:
            verdict, is_ready = _judge(check, engine, holder)
        checks.append(CheckRead(name=name, is_ready=is_ready, verdict=verdict))
    is_ready = all(check.is_ready for check in checks)
    if not is_ready:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return ReadinessRead(is_ready=is_ready, checks=checks)


def _judge(check: Check, engine: Engine, holder: EngineHolder) -> tuple[str, bool]:
    try:
        return check(engine, holder), True
    except PlatformError as error:
        return error.detail, False
    except SQLAlchemyError as error:
        log.warning("readiness check failed", error=type(error).__name__)
        return "the database does not answer", False


def _check_database(engine: Engine, _holder: EngineHolder) -> str:
    with engine.connect().execution_options(readonly=True) as connection:
        connection.execute(text("SELECT 1"))
    return f"{engine.dialect.name} answers"


def _check_schema(engine: Engine, _holder: EngineHolder) -> str:
    found, wanted = current_revision(engine), head_revision()
    if found != wanted:
        raise PlatformError(
            f"the schema is {found or 'empty'}, this release needs {wanted}: "
            "run `landbridge migrate`"
        )
    return f"the schema is {wanted}"


def _check_engine(_engine: Engine, holder: EngineHolder) -> str:
    versions = holder.current().versions
    return (
        f"{holder.status}; index {versions.index}, ranker {versions.ranker}, "
        f"encoder {versions.encoder}"
    )


_CHECKS: dict[Literal["database", "schema", "engine"], Callable[[Engine, EngineHolder], str]] = {
    "database": _check_database,
    "schema": _check_schema,
    "engine": _check_engine,
}
