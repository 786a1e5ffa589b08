"""What handlers are given: a session in one transaction, the engine, who asks, and what time it is."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Final

from anyio import Semaphore, fail_after
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session

from api.manners.limits import count_request, limit_for, match_limit_for
from api.match_desk import MatchDesk
from api.password_desk import PasswordDesk
from api.sign_in_counts import SignInCounts
from api.web.cookies import session_cookie
from api.web.forms import require_same_origin
from core.audit.reads import ReadsDesk
from core.clock import utc_now
from core.db import (
    ConfinedSession,
    SessionFactory,
    confined_to,
    tenant_session,
    transaction,
)
from core.errors import Forbidden, Overloaded, SignInNeeded
from core.identity.accounts import account_id_of, read_person
from core.identity.actor import ENTERPRISE, VISITOR, Actor, UserKind
from core.identity.sessions import find_session_actor, is_due_to_be_seen, mark_seen
from core.identity.tokens import Scope, find_token_actor, is_due_to_be_marked, mark_used
from core.settings import Settings
from enterprises.trail import record_noted, watch_reads
from providers.engine import Engine, EngineHolder

# As long as the pool waits for a connection.
TURN_SECONDS: Final = 3.0


# FastAPI calls a plain function in a thread, which costs more than any of those that only look
# something up: these are coroutines for that reason.
async def get_app_settings(request: Request) -> Settings:
    """Return the settings that this application was made with."""
    settings: Settings = request.app.state.settings
    return settings


@asynccontextmanager
async def _in_turn(turns: Semaphore) -> AsyncIterator[None]:
    try:
        with fail_after(TURN_SECONDS):
            await turns.acquire()
    except TimeoutError as error:
        raise Overloaded("more is asked for than the database is read and written for") from error
    try:
        yield
    finally:
        turns.release()


async def take_turn(request: Request) -> AsyncIterator[None]:
    """Wait, without holding a thread, until there is a connection for the whole request.

    Between a handler and the end of its session FastAPI asks for a thread again. Where more requests
    than there are connections are on their way, those that have one wait for a thread behind those
    that wait in a thread for a connection: of a hundred at once, 63 ended as 503 after three seconds.

    Raises:
        Overloaded: no turn came in time.
    """
    async with _in_turn(request.app.state.connection_turns):
        yield


async def take_writers_turn(request: Request) -> AsyncIterator[None]:
    """Let so many requests write at once that some threads stay free.

    On SQLite one writes and the others wait in their threads; with all threads waiting, the one
    would find none to finish in.

    Raises:
        Overloaded: no turn came in time.
    """
    async with _in_turn(request.app.state.writers):
        yield


TurnDep = Annotated[None, Depends(take_turn, scope="function")]
WritersTurnDep = Annotated[None, Depends(take_writers_turn, scope="function")]


def get_engine(request: Request) -> Engine:
    """Return the matching engine for the catalogue as it is now."""
    holder: EngineHolder = request.app.state.engine_holder
    return holder.current()


async def get_match_desk(request: Request) -> MatchDesk:
    """Return where needs are matched."""
    desk: MatchDesk = request.app.state.match_desk
    return desk


def _known_actor(request: Request, secret: str, *, is_token: bool) -> Actor | None:
    """Look up who shows a secret, on a connection that is given back before the work begins.

    Pages name whoever has signed in: `request.state.person` says it to them.
    """
    now = utc_now()
    find = find_token_actor if is_token else find_session_actor
    is_due_now = is_due_to_be_marked if is_token else is_due_to_be_seen
    with Session(request.app.state.read_engine) as session:
        actor = find(session, secret, now=now)
        is_due = actor is not None and is_due_now(session, secret, now=now)
        if actor is not None and not is_token:
            settings: Settings = request.app.state.settings
            request.state.person = read_person(session, settings.keyring, account_id_of(actor))
    if is_due:
        with transaction(request.app.state.sessions, at="request.seen") as session:
            (mark_used if is_token else mark_seen)(session, secret, now=now)
    return actor


async def get_actor(request: Request) -> Actor:
    """Return who asks, as `_find_actor` does, and keep it with the request.

    Raises:
        RateLimited: it has asked too often.
    """
    request.state.actor = actor = await _find_actor(request)
    count_request(request, limit_for(actor, request.app.state.settings))
    return actor


def asking(request: Request) -> Actor:
    """Return who asks, where that was looked up; otherwise somebody who did not have to say."""
    settings: Settings = request.app.state.settings
    unknown = ENTERPRISE if settings.is_open else VISITOR
    actor: Actor = getattr(request.state, "actor", unknown)
    return actor


async def _find_actor(request: Request) -> Actor:
    """Return who asks: the holder of a token, whoever has signed in, or somebody unknown.

    Looked up for each request: what is taken from somebody is gone with the next one.

    Raises:
        SignInNeeded: a token is shown, and it is not valid.
    """
    settings: Settings = request.app.state.settings
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        actor = await run_in_threadpool(_known_actor, request, token.strip(), is_token=True)
        if actor is None:
            raise SignInNeeded("the token is not valid, or not any more: make another")
        if request.method not in _READING and not _WRITING & (actor.scopes or frozenset()):
            raise Forbidden("the token may only read: make one with the scope write")
        return actor
    secret = request.cookies.get(session_cookie(request), "")
    if secret:
        actor = await run_in_threadpool(_known_actor, request, secret, is_token=False)
        if actor is not None:
            if request.method not in _READING:
                require_same_origin(request)
            return actor
    return ENTERPRISE if settings.is_open else VISITOR


ActorDep = Annotated[Actor, Depends(get_actor)]


async def count_match(request: Request, actor: ActorDep) -> None:
    """Count a request for a match.

    Raises:
        RateLimited: the organisation has asked for too many.
    """
    count_request(request, match_limit_for(actor, request.app.state.settings))


# The writers' turn first: whoever waits for it holds no connection.
def get_session(
    request: Request, actor: ActorDep, _writing: WritersTurnDep, _turn: TurnDep
) -> Iterator[Session]:
    """Open the one transaction of a request that writes, confined to the tenant of who asks."""
    sessions: SessionFactory = request.app.state.sessions
    with tenant_session(sessions, actor.tenant_id, at="request") as session:
        # The answer to a request with a key is kept in the same transaction.
        request.state.session = session
        yield session


def get_read_session(request: Request, actor: ActorDep, _turn: TurnDep) -> Iterator[Session]:
    """Open the one transaction of a request that only reads, confined likewise.

    It takes its connection with its first statement, so that a request for which the engine looks
    at the catalogue too never holds two. Where the text of a need was read, that stands in the audit
    trail before the answer leaves.
    """
    info = confined_to(actor.tenant_id)
    with ConfinedSession(
        request.app.state.read_engine, expire_on_commit=False, info=info
    ) as session:
        watch_reads(session)
        yield session
        record_noted(session, asking(request))
        reads: ReadsDesk = request.app.state.reads
        reads.write(session)


async def get_operator(request: Request, actor: ActorDep) -> Actor:
    """Return the operator who asks.

    Where nobody has signed in, the deployment decides whether whoever reaches it is one; a page of
    another site never is.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: it is no operator, or another site makes a
            browser ask.
    """
    settings: Settings = request.app.state.settings
    if actor.kind in {UserKind.OPERATOR, UserKind.ADMINISTRATOR}:
        actor.require(UserKind.OPERATOR, UserKind.ADMINISTRATOR)
        return actor
    is_unknown = actor in {ENTERPRISE, VISITOR}
    if not (is_unknown and settings.is_open_to_operators):
        if is_unknown:
            raise SignInNeeded("sign in as an operator, or work on the server's own machine")
        raise Forbidden("this is for operators")
    if request.method not in _READING:
        require_same_origin(request)
    request.state.actor = operator = Actor(UserKind.OPERATOR, "operator")
    return operator


async def get_password_desk(request: Request) -> PasswordDesk:
    """Return where passwords are hashed and compared."""
    desk: PasswordDesk = request.app.state.password_desk
    return desk


async def get_sign_in_counts(request: Request) -> SignInCounts:
    """Return who has tried to sign in how often."""
    counts: SignInCounts = request.app.state.sign_in_counts
    return counts


async def get_now() -> datetime:
    """Return the moment of the request."""
    return utc_now()


_READING = frozenset({"GET", "HEAD"})
_WRITING = frozenset({Scope.WRITE, Scope.ADMINISTER})

# scope="function": the commit comes before the answer leaves, so a commit that fails is a 503 and
# not a 201 that the client has already read.
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
ReadSessionDep = Annotated[Session, Depends(get_read_session, scope="function")]
EngineDep = Annotated[Engine, Depends(get_engine)]
MatchDeskDep = Annotated[MatchDesk, Depends(get_match_desk)]
OperatorDep = Annotated[Actor, Depends(get_operator)]
PasswordDeskDep = Annotated[PasswordDesk, Depends(get_password_desk)]
SignInCountsDep = Annotated[SignInCounts, Depends(get_sign_in_counts)]
NowDep = Annotated[datetime, Depends(get_now)]
SettingsDep = Annotated[Settings, Depends(get_app_settings)]
MatchQuota = Depends(count_match)
