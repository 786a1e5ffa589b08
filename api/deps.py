"""What handlers are given: a session in one transaction, the engine, who asks, and what time it is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.match_desk import MatchDesk
from api.web.forms import require_same_origin
from core.clock import utc_now
from core.db import transaction
from core.errors import Forbidden
from core.identity.actor import ENTERPRISE, Actor, UserKind
from core.settings import Settings
from providers.engine import Engine, EngineHolder


# FastAPI calls a plain function in a thread, which costs more than any of those that only look
# something up: these are coroutines for that reason.
async def get_app_settings(request: Request) -> Settings:
    """Return the settings that this application was made with."""
    settings: Settings = request.app.state.settings
    return settings


def get_session(request: Request) -> Iterator[Session]:
    """Open the one transaction of a request that writes."""
    with transaction(request.app.state.sessions, at="request") as session:
        yield session


def get_read_session(request: Request) -> Iterator[Session]:
    """Open the one transaction of a request that only reads.

    It takes its connection with its first statement, so that a request for which the engine looks
    at the catalogue too never holds two.
    """
    with Session(request.app.state.read_engine, expire_on_commit=False) as session:
        yield session


def get_engine(request: Request) -> Engine:
    """Return the matching engine for the catalogue as it is now."""
    holder: EngineHolder = request.app.state.engine_holder
    return holder.current()


async def get_match_desk(request: Request) -> MatchDesk:
    """Return where needs are matched."""
    desk: MatchDesk = request.app.state.match_desk
    return desk


async def get_actor() -> Actor:
    """Return who asks. There are no accounts yet: everybody is an enterprise."""
    return ENTERPRISE


async def get_operator(request: Request) -> Actor:
    """Return the operator who asks.

    There are no accounts yet, so the deployment decides whether whoever reaches it is one; a page of
    another site never is.

    Raises:
        Forbidden: this server takes nothing from operators, or another site makes a browser ask.
    """
    settings: Settings = request.app.state.settings
    if not settings.is_open_to_operators:
        raise Forbidden(
            "this server imports nothing over the network: use `landbridge imports` on its machine"
        )
    if request.method not in {"GET", "HEAD"}:
        require_same_origin(request)
    return Actor(UserKind.OPERATOR, "operator")


async def get_now() -> datetime:
    """Return the moment of the request."""
    return utc_now()


# scope="function": the commit comes before the answer leaves, so a commit that fails is a 503 and
# not a 201 that the client has already read.
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
ReadSessionDep = Annotated[Session, Depends(get_read_session, scope="function")]
EngineDep = Annotated[Engine, Depends(get_engine)]
MatchDeskDep = Annotated[MatchDesk, Depends(get_match_desk)]
OperatorDep = Annotated[Actor, Depends(get_operator)]
ActorDep = Annotated[Actor, Depends(get_actor)]
NowDep = Annotated[datetime, Depends(get_now)]
SettingsDep = Annotated[Settings, Depends(get_app_settings)]
