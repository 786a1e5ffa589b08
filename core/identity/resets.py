"""A forgotten password: a link that is good once, for an hour, and what is written with it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.vocabulary import Action
from core.errors import NotFound
from core.identity.accounts import get_account, set_password
from core.identity.actor import VISITOR
from core.identity.models import Account, AccountStatus
from core.identity.one_time import (
    Purpose,
    find_one_time,
    forget_one_time_of,
    make_one_time,
    use_one_time,
)
from core.identity.trail import record_account

LIFETIME: Final = timedelta(hours=1)


class ResetNotFound(NotFound):
    """The link was used, or its hour is over, or another was sent after it."""

    code = "reset-not-found"
    title = "This link is not good any more"


def make_reset_link(session: Session, account_id: UUID, *, now: datetime) -> str:
    """Return the secret of a link; links from before are void."""
    forget_one_time_of(session, account_id, purpose=Purpose.PASSWORD_RESET)
    return make_one_time(
        session,
        purpose=Purpose.PASSWORD_RESET,
        now=now,
        lifetime=LIFETIME,
        account_id=account_id,
    )


def find_reset(session: Session, secret: str, *, now: datetime) -> Account:
    """Return the account whose password a link changes.

    Raises:
        ResetNotFound: the link is not good, or not any more.
    """
    found = find_one_time(session, secret, purpose=Purpose.PASSWORD_RESET, now=now)
    if found is not None and found.account_id is not None:
        account = get_account(session, found.account_id)
        if account.status == AccountStatus.ACTIVE:
            return account
    raise ResetNotFound("ask for another link")


def reset_password(session: Session, secret: str, password_hash: str, *, now: datetime) -> Account:
    """Use a link up for another password; whoever was signed in is not any more.

    A second factor stays as it is: the mail box alone opens nothing that has one.

    Raises:
        ResetNotFound: the link is not good, or not any more.
    """
    account = find_reset(session, secret, now=now)
    if use_one_time(session, secret, purpose=Purpose.PASSWORD_RESET, now=now) is None:
        raise ResetNotFound("the link was used at this very moment")
    set_password(session, account, password_hash, now=now)
    record_account(session, VISITOR, Action.PASSWORD_CHANGED, account.id, by="link")
    return account
