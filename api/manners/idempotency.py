"""`Idempotency-Key`: a request that is repeated with its key is answered as it was, and done once.

Every POST whose handler writes takes the key (`api.manners.careful_route`). A handler's answer is kept
in its own transaction; where the handler fails, what it wrote is rolled back and the failure is
kept by itself. What is refused before the handler decides anything, and what asks to be tried
again, is not kept.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

import anyio
from anyio.to_thread import run_sync
from fastapi import Header
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from api import problems
from api.deps import ActorDep, NowDep, get_session
from core.db import transaction
from core.errors import FieldError, InvalidInput
from core.idempotency import (
    KEY_CHARACTERS,
    Answer,
    KeyInProgress,
    KeyReused,
    RequestKey,
    find_answer,
    keep_answer,
)

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_KEPT_HEADERS: Final = ("content-type", "location", "etag")
# Refused before anything was decided, or to be tried again.
_NOT_KEPT: Final = frozenset({400, 401, 403, 408, 412, 413, 415, 422, 428, 429, 503, 507})
_DRAIN_SECONDS: Final = 300.0


class KeysInUse:
    """The keys of requests that this process is dealing with."""

    def __init__(self) -> None:
        self._keys: set[RequestKey] = set()

    def take(self, key: RequestKey) -> None:
        """Begin with a key; called on the event loop only.

        Raises:
            KeyInProgress: it is in use.
        """
        if key in self._keys:
            raise KeyInProgress("a request with this key is being dealt with: repeat it later")
        self._keys.add(key)

    def give_back(self, key: RequestKey) -> None:
        """End with a key."""
        self._keys.discard(key)


@dataclass(frozen=True, slots=True)
class HeldKey:
    """The key of the request in hand."""

    key: RequestKey
    now: datetime


@dataclass
class _Digest:
    """The SHA-256 of a body, taken while somebody else reads it."""

    receive: Receive
    sha256: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    async def __call__(self) -> Message:
        message = await self.receive()
        self.sha256.update(message.get("body", b""))
        return message


class _AnsweredBefore(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


async def hold_key(
    request: Request,
    actor: ActorDep,
    now: NowDep,
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            description="A key of your own for this request, such as a UUID. Repeated with the same "
            "key within 24 hours, the request is answered as it was, and nothing is done twice.",
            max_length=KEY_CHARACTERS,
        ),
    ] = None,
) -> AsyncIterator[None]:
    """Hold the key of a request until its transaction has ended.

    Visitors have no keys: nobody could tell one's from another's.

    Raises:
        InvalidInput: it is no key.
        KeyInProgress: the same request is being dealt with.
        KeyReused: it came with another request before.
    """
    if key is None or actor.tenant_id is None:
        yield
        return
    if not _KEY.fullmatch(key):
        said = f"send 1 to {KEY_CHARACTERS} visible ASCII characters"
        raise InvalidInput(f"{HEADER}: {said}", fields=[FieldError(said, f"#/{HEADER}")])
    route = " ".join(request.app.state.route_names.of(request.scope))
    whose = RequestKey(actor.tenant_id, actor.actor_id, route, key)
    in_use: KeysInUse = request.app.state.keys_in_use
    in_use.take(whose)
    try:
        found = await run_in_threadpool(_find, request, whose, now)
        if found is not None:
            fingerprint, answer = found
            if fingerprint != await _fingerprint(request, is_read=False):
                raise KeyReused(
                    f"the key {key[:60]!r} came with another request before: make a new one"
                )
            raise _AnsweredBefore(answer)
        request.state.held_key = HeldKey(whose, now)
        yield
    finally:
        in_use.give_back(whose)


def _find(request: Request, key: RequestKey, now: datetime) -> tuple[str, Answer] | None:
    with Session(request.app.state.read_engine) as session:
        return find_answer(session, key, now=now)


async def _fingerprint(request: Request, *, is_read: bool) -> str:
    """Return what tells this request from others: its address, its parameters and its body."""
    digest: _Digest | None = getattr(request.state, "digest", None)
    if digest is None:
        body = hashlib.sha256(await request.body())
    else:
        if not is_read:
            await _drain(request)
        body = digest.sha256
    said = f"{request.url.path}\n{request.url.query}\n{body.hexdigest()}"
    return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()


async def _drain(request: Request) -> None:
    """Read a long body for its digest alone; one that is too long or too slow has another."""
    left: int = request.app.state.streamed[request.url.path]
    with anyio.move_on_after(_DRAIN_SECONDS):
        async for part in request.stream():
            left -= len(part)
            if left < 0:
                return


def takes_key(path: str, endpoint: Callable[..., object]) -> bool:
    """Tell whether a handler writes, so that a request to it may have a key."""
    return _writes(get_dependant(path=path, call=endpoint))


async def handle_once(
    handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request
) -> Response:
    """Have a request handled, and its answer kept in the handler's own transaction.

    Any: what Starlette says a coroutine may be sent.
    """
    if HEADER.lower() not in request.headers:
        return await handle(request)
    if request.url.path in request.app.state.streamed:
        digest = _Digest(request.receive)
        request = Request(request.scope, digest)
        request.state.digest = digest
    try:
        response = await handle(request)
    except _AnsweredBefore as before:
        return _replayed(before.answer)
    except Exception as error:
        await _keep_failure(request, error)
        raise
    await _keep(request, response)
    return response


def _writes(dependant: Dependant) -> bool:
    return dependant.call is get_session or any(map(_writes, dependant.dependencies))


def _replayed(answer: Answer) -> Response:
    return Response(
        answer.body, status_code=answer.status, headers={**answer.headers, REPLAYED: "true"}
    )


async def _keep(request: Request, response: Response) -> None:
    held: HeldKey | None = getattr(request.state, "held_key", None)
    if held is not None:
        printed = await _fingerprint(request, is_read=True)
        await _run_at_once(
            lambda: keep_answer(
                request.state.session,
                held.key,
                fingerprint=printed,
                answer=_answer_of(response),
                now=held.now,
            )
        )


async def _keep_failure(request: Request, error: Exception) -> None:
    """Keep what will be answered for an error that the handler ended with."""
    held: HeldKey | None = getattr(request.state, "held_key", None)
    session: Session | None = getattr(request.state, "session", None)
    foreseen = problems.foresee(error)
    if held is None or foreseen.status in _NOT_KEPT or isinstance(error, KeyInProgress):
        return
    printed = await _fingerprint(request, is_read=True)
    answer = _answer_of(problems.as_response(request, foreseen))

    def keep() -> None:
        if session is not None:
            # It may hold what the next transaction waits for.
            session.rollback()
        with transaction(request.app.state.sessions, at="request.failure") as own:
            keep_answer(own, held.key, fingerprint=printed, answer=answer, now=held.now)

    try:
        await _run_at_once(keep)
    except Exception:  # noqa: BLE001 the first error is what is told; repeated, the request is done anew
        problems.log.warning("the answer to a key was not kept", exc_info=True)


async def _run_at_once(run: Callable[[], None]) -> None:
    """Run something in a thread without waiting for a free one.

    The transaction may hold what those who have the threads wait for.
    """
    await run_sync(run, limiter=anyio.CapacityLimiter(1))


def _answer_of(response: Response) -> Answer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return Answer(response.status_code, headers, bytes(response.body))
