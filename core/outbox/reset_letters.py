"""Mailing a link for another password: the secret is made when the letter is, and stored nowhere.

The job holds an account's id. A try that fails makes another secret the next time, and the one
before is void: what waits in the database opens nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.vocabulary import Action
from core.identity.actor import SYSTEM
from core.identity.models import OneTimeSecret
from core.identity.one_time import Purpose
from core.identity.resets import make_reset_link
from core.identity.trail import record_account
from core.job_runs import JobImpossible, Run
from core.jobs import enqueue
from core.outbox.link_letters import compose_link_letter
from core.outbox.mail import Sender
from core.outbox.mail_texts import Words
from core.outbox.recipients import find_recipient
from core.sealing import Keyring
from core.smtp import Mailer, MailRefused

MAIL_RESET_LINK: Final = "mail_reset_link"

# Whoever asks again and again fills nobody's mail box, and does not void the link just sent.
_REST: Final = timedelta(minutes=5)
_WORDS: Final = {
    "en": Words(
        "Choose another password",
        "Somebody asked for another password for your account. Choose one here within an hour. "
        "If it was not you, do nothing: your password stays as it is.",
    ),
    "zh-Hans": Words(
        "另设密码",
        "有人要求为您的账户另设密码。请于一小时内在此设定。如非您本人所为，无须理会，密码维持不变。",
    ),
    "zh-Hant": Words(
        "另設密碼",
        "有人要求為您的帳戶另設密碼。請於一小時內在此設定。如非您本人所為，無須理會，密碼維持不變。",
    ),
}


def ask_for_reset_link(session: Session, account_id: UUID | None) -> None:
    """Have a link mailed to an account; for an unknown address the same is written, for nobody."""
    enqueue(session, MAIL_RESET_LINK, {"account_id": "" if account_id is None else str(account_id)})


def mail_reset_link(
    run: Run, *, mailer: Mailer | None, sender: Sender, ring: Keyring, clock: Callable[[], datetime]
) -> None:
    """Do a `mail_reset_link` job.

    Args:
        run: the attempt; its payload has the account's id, or nothing.
        mailer: hands letters to the mail server; without one nothing is made.
        sender: whose letters they are, and where the platform is found.
        ring: opens the address of the person.
        clock: the time by which the link ends.

    Raises:
        MailNotSent: the mail server is away: the job is tried again.
        JobImpossible: the mail server refuses the letter for good.
        LeaseLost, JobCancelled, JobReleased: the link that was made is void with the next one.
    """
    if not run.payload["account_id"] or mailer is None:
        return
    account_id = UUID(str(run.payload["account_id"]))
    with run.chunk(0, 1) as session:
        now = clock()
        recipient = find_recipient(session, ring, account_id)
        if recipient is None or (run.attempt == 1 and _was_just_made(session, account_id, now)):
            return
        secret = make_reset_link(session, account_id, now=now)
        record_account(session, SYSTEM, Action.PASSWORD_LINK_MADE, account_id)
    try:
        mailer.send(
            compose_link_letter(recipient, sender, words=_WORDS, path=f"password/{secret}", now=now)
        )
    except MailRefused as error:
        raise JobImpossible(str(error)) from error


def _was_just_made(session: Session, account_id: UUID, now: datetime) -> bool:
    return (
        session.scalar(
            select(OneTimeSecret.digest).where(
                OneTimeSecret.account_id == account_id,
                OneTimeSecret.purpose == Purpose.PASSWORD_RESET,
                OneTimeSecret.created_at > now - _REST,
            )
        )
        is not None
    )
