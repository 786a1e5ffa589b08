"""What people do about their own account: sessions, tokens, and for whom they act."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, PayloadValue, Subject, SubjectKind
from core.errors import Forbidden, NotFound
from core.identity.accounts import account_id_of, read_name
from core.identity.actor import NEED_SECOND_FACTOR, Actor, UserKind
from core.identity.models import ApiToken, Membership, UserSession
from core.identity.organisations import get_member, require_manager, require_sign_in_or_scope
from core.identity.sessions import IDLE, end_other_sessions
from core.identity.tokens import Scope, make_token, revoke_token
from core.identity.trail import record_account

# A session is named to its owner by the beginning of its digest, which opens nothing.
SESSION_ID_CHARACTERS = 16


class SessionNotFound(NotFound):
    """The account has no such session."""

    code = "session-not-found"
    title = "No such session"


def owner_id(actor: Actor) -> UUID:
    """Return the account of an actor who has shown all that their kind has to show.

    Raises:
        SignInNeeded: nobody has signed in.
        SecondFactorNeeded: the actor has to prove who they are a second time.
    """
    account_id = account_id_of(actor)
    actor.require(actor.kind)
    return account_id


def list_sessions(session: Session, actor: Actor, *, now: datetime) -> Sequence[UserSession]:
    """Return where the actor is signed in, latest first."""
    return session.scalars(
        select(UserSession)
        .where(
            UserSession.account_id == owner_id(actor),
            UserSession.expires_at > now,
            UserSession.seen_at > now - IDLE,
        )
        .order_by(UserSession.seen_at.desc(), UserSession.digest)
    ).all()


def end_own_session(session: Session, actor: Actor, *, session_id: str) -> None:
    """Sign the actor out on one browser.

    Raises:
        SessionNotFound: the actor has no such session.
    """
    found = session.scalar(
        select(UserSession).where(
            UserSession.account_id == owner_id(actor),
            UserSession.digest.startswith(session_id, autoescape=True),
        )
    )
    if found is None or len(session_id) != SESSION_ID_CHARACTERS:
        raise SessionNotFound(f"no session of yours has the id {session_id[:40]!r}")
    session.delete(found)
    session.flush()
    record_account(session, actor, Action.ACCOUNT_SIGNED_OUT, found.account_id, sessions=1)


def end_own_others(session: Session, actor: Actor, *, secret: str) -> None:
    """Sign the actor out everywhere but on the browser that holds this secret.

    Raises:
        SignInNeeded, SecondFactorNeeded: the actor has not shown who they are.
    """
    account_id = owner_id(actor)
    ended = end_other_sessions(session, account_id, secret=secret)
    record_account(session, actor, Action.ACCOUNT_SIGNED_OUT, account_id, sessions=ended)


def list_tokens(session: Session, account_id: UUID, *, now: datetime) -> Sequence[ApiToken]:
    """Return an account's tokens that can still be used, newest first."""
    return session.scalars(
        select(ApiToken)
        .where(
            ApiToken.account_id == account_id,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
        )
        .order_by(ApiToken.created_at.desc(), ApiToken.id)
    ).all()


def make_own_token(
    session: Session,
    actor: Actor,
    *,
    name: str,
    scopes: Collection[Scope],
    days: int,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token for the actor's own account and organisation.

    Returns:
        The stored token, and the secret, which is shown this once.

    Raises:
        SignInNeeded, SecondFactorNeeded: the actor has not shown who they are.
        Forbidden: the actor may not do what the token could.
        InvalidInput: the name, the scopes or the days cannot be used.
    """
    account_id = owner_id(actor)
    require_sign_in_or_scope(actor)
    _require_may_give(actor, scopes)
    made, secret = make_token(
        session,
        account_id=account_id,
        organisation_id=actor.tenant,
        name=read_name(name),
        scopes=scopes,
        now=now,
        lifetime=timedelta(days=days),
    )
    _record_made(session, actor, made)
    return made, secret


def get_service(session: Session, actor: Actor, service_id: UUID) -> Membership:
    """Return a program of the organisation that the actor manages.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor does not manage an organisation, or
            this is a person.
        MemberNotFound: the organisation has no such member.
    """
    member = get_member(session, require_manager(actor), service_id)
    if UserKind(member.kind) is not UserKind.SERVICE:
        raise Forbidden("people make their tokens themselves")
    return member


def make_service_token(
    session: Session,
    actor: Actor,
    *,
    service_id: UUID,
    name: str,
    scopes: Collection[Scope],
    days: int,
    now: datetime,
) -> tuple[ApiToken, str]:
    """Make a token for a program of the organisation that the actor manages.

    Returns:
        The stored token, and the secret, which is shown this once.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor does not manage an organisation.
        MemberNotFound: the organisation has no such program.
        InvalidInput: the name, the scopes or the days cannot be used.
    """
    organisation_id = get_service(session, actor, service_id).organisation_id
    if Scope.ADMINISTER in scopes:
        raise Forbidden("a program does not administer")
    made, secret = make_token(
        session,
        account_id=service_id,
        organisation_id=organisation_id,
        name=read_name(name),
        scopes=scopes,
        now=now,
        lifetime=timedelta(days=days),
    )
    _record_made(session, actor, made)
    return made, secret


def revoke_own_token(session: Session, actor: Actor, *, token_id: UUID, now: datetime) -> None:
    """Make a token of the actor's own void from the next request on.

    Raises:
        SignInNeeded, SecondFactorNeeded: the actor has not shown who they are.
        TokenNotFound: the actor has no such token.
    """
    account_id = owner_id(actor)
    revoke_token(session, account_id=account_id, token_id=token_id, now=now)
    _record_revoked(session, actor, token_id, account_id)


def revoke_service_token(
    session: Session, actor: Actor, *, service_id: UUID, token_id: UUID, now: datetime
) -> None:
    """Make a token of a program void, of the organisation that the actor manages.

    Raises:
        SignInNeeded, SecondFactorNeeded, Forbidden: the actor does not manage an organisation.
        MemberNotFound: the organisation has no such program.
        TokenNotFound: the program has no such token.
    """
    get_service(session, actor, service_id)
    revoke_token(session, account_id=service_id, token_id=token_id, now=now)
    _record_revoked(session, actor, token_id, service_id)


def _record_made(session: Session, actor: Actor, token: ApiToken) -> None:
    subject = Subject(SubjectKind.TOKEN, str(token.id), token.organisation_id)
    said: dict[str, PayloadValue] = {
        "account_id": str(token.account_id),
        "scopes": list(token.scopes),
    }
    record(session, actor, Action.TOKEN_MADE, subject, said)


def _record_revoked(session: Session, actor: Actor, token_id: UUID, account_id: UUID) -> None:
    subject = Subject(SubjectKind.TOKEN, str(token_id), actor.tenant_id)
    record(session, actor, Action.TOKEN_REVOKED, subject, {"account_id": str(account_id)})


def _require_may_give(actor: Actor, scopes: Collection[Scope]) -> None:
    may_administer = actor.is_manager or actor.kind in NEED_SECOND_FACTOR
    if Scope.ADMINISTER in scopes and not may_administer:
        raise Forbidden("the scope administer is for those who manage their organisation")
