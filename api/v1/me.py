"""`/v1/me`: who asks, their tokens, and where they are signed in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path
from pydantic import BaseModel

from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep, SettingsDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import people_examples as examples
from core.errors import Forbidden, SecondFactorNeeded, SignInNeeded
from core.identity import own, reading
from core.identity.own import SessionNotFound
from core.identity.schemas import MeRead, SessionRead, TokenCreate, TokenMade, TokenRead
from core.identity.tokens import TokenNotFound

router = APIRouter(prefix="/me", tags=["People"], route_class=StrictRoute)

_WHO = (SignInNeeded, SecondFactorNeeded)
TokenId = Annotated[UUID, Path(description="The token.")]


class TokenList(BaseModel):
    """Tokens that can still be used."""

    items: list[TokenRead]


class SessionList(BaseModel):
    """Browsers on which an account is signed in."""

    items: list[SessionRead]


@router.get("", summary="Read who you are", responses=problem_responses(*_WHO))
def read_me(session: ReadSessionDep, actor: ActorDep, settings: SettingsDep) -> MeRead:
    """Return the account that you act with, and for which organisation."""
    return reading.describe_me(session, settings.keyring, actor)


@router.get("/tokens", summary="List your tokens", responses=problem_responses(*_WHO))
def list_tokens(session: ReadSessionDep, actor: ActorDep, now: NowDep) -> TokenList:
    """Return your tokens that can still be used, newest first."""
    found = own.list_tokens(session, own.owner_id(actor), now=now)
    return TokenList(items=[TokenRead.model_validate(one) for one in found])


@router.post(
    "/tokens",
    status_code=201,
    summary="Make a token",
    responses=problem_responses(Forbidden, *_WHO),
)
def make_token(
    *,
    body: Annotated[TokenCreate, Body(openapi_examples=examples.TOKEN_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
) -> TokenMade:
    """Make a token that may do at most what you may; its secret is in this answer and nowhere else.

    A token makes others only with the scope `administer`, and none that may do more than itself.
    """
    token, secret = own.make_own_token(
        session, actor, name=body.name, scopes=body.scopes, days=body.days, now=now
    )
    return TokenMade(**TokenRead.model_validate(token).model_dump(), secret=secret)


@router.delete(
    "/tokens/{token_id}",
    status_code=204,
    summary="Revoke a token",
    responses=problem_responses(TokenNotFound, *_WHO),
)
def revoke(token_id: TokenId, session: SessionDep, actor: ActorDep, now: NowDep) -> None:
    """Make one of your tokens void from the next request on."""
    own.revoke_own_token(session, actor, token_id=token_id, now=now)


@router.get("/sessions", summary="List where you are signed in", responses=problem_responses(*_WHO))
def list_sessions(session: ReadSessionDep, actor: ActorDep, now: NowDep) -> SessionList:
    """Return the browsers on which you are signed in, the one seen last first."""
    return SessionList(items=reading.describe_sessions(session, actor, now=now))


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    summary="Sign out somewhere",
    responses=problem_responses(SessionNotFound, *_WHO),
)
def end_session(
    session_id: Annotated[str, Path(max_length=own.SESSION_ID_CHARACTERS, description="It.")],
    session: SessionDep,
    actor: ActorDep,
) -> None:
    """End one of your sessions: every copy of its cookie is void from the next request on."""
    own.end_own_session(session, actor, session_id=session_id)
