"""What is done about accounts and organisations, for the audit trail: ids, never names or addresses."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.service import record
from core.audit.vocabulary import Action, PayloadValue, Subject, SubjectKind
from core.identity.actor import VISITOR, Actor, UserKind
from core.identity.models import Membership

# To whom a sign-in failed that nobody can sign in with.
_NOBODY = "unknown"


def record_account(
    session: Session, actor: Actor, action: Action, account_id: UUID, **said: PayloadValue
) -> None:
    """Record what was done to an account, in the chain of the organisation that the actor acts for."""
    record(
        session,
        actor,
        action,
        Subject(SubjectKind.ACCOUNT, str(account_id), actor.tenant_id),
        said,
    )


def record_organisation(
    session: Session, actor: Actor, action: Action, organisation_id: UUID, **said: PayloadValue
) -> None:
    """Record what was done to an organisation, in its own chain."""
    subject = Subject(SubjectKind.ORGANISATION, str(organisation_id), organisation_id)
    record(session, actor, action, subject, said)


def record_failure(session: Session, account_id: UUID | None, *, proof: str) -> None:
    """Record that somebody was not let in.

    Args:
        session: the transaction that is committed all the same.
        account_id: to whose account; None where the address is of none that can be used.
        proof: what was not right.
    """
    tried = _NOBODY if account_id is None else str(account_id)
    record(
        session,
        VISITOR,
        Action.ACCOUNT_SIGN_IN_FAILED,
        Subject(SubjectKind.ACCOUNT, tried),
        {"proof": proof},
    )


def record_link_asked(session: Session, account_id: UUID | None) -> None:
    """Record that somebody asked for another password; None where the address is of nobody."""
    asked = _NOBODY if account_id is None else str(account_id)
    record(session, VISITOR, Action.PASSWORD_LINK_ASKED, Subject(SubjectKind.ACCOUNT, asked))


def record_registration(session: Session, account_id: UUID | None) -> None:
    """Record that somebody registered an enterprise; None where the address has no account."""
    asked = _NOBODY if account_id is None else str(account_id)
    record(session, VISITOR, Action.REGISTRATION_ASKED, Subject(SubjectKind.ACCOUNT, asked))


def holder_of(session: Session, account_id: UUID, organisation_id: UUID) -> Actor | None:
    """Return the actor that an account is in an organisation; None if it has no place there."""
    kind = session.scalar(
        select(Membership.kind).where(
            Membership.account_id == account_id, Membership.organisation_id == organisation_id
        )
    )
    return None if kind is None else Actor(UserKind(kind), str(account_id), organisation_id)
