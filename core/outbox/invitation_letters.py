"""Mailing the link of an invitation: the secret is made when the letter is, as for forgotten passwords.

The letter says nothing that the inviting organisation wrote, not even its name: nobody can have
words of their own mailed to strangers. The page that it leads to says who invites.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import RateLimited
from core.identity.invitations import renew_link
from core.identity.models import Account, Invitation
from core.job_runs import JobImpossible, Run
from core.jobs import enqueue
from core.outbox.link_letters import compose_link_letter
from core.outbox.mail import Sender
from core.outbox.mail_texts import SCRIPTS, Words
from core.outbox.recipients import Recipient
from core.sealing import Keyring
from core.smtp import Mailer, MailRefused

MAIL_INVITATION: Final = "mail_invitation"
MOST_A_DAY: Final = 50

_DAY: Final = timedelta(days=1)
_WORDS: Final = {
    "en": Words(
        "You are invited",
        "An organisation invites you to act for it. See here which, and accept within seven days. "
        "If you do not know of it, do nothing.",
    ),
    "zh-Hans": Words(
        "邀请",
        "有机构邀请您代其行事。请在此查看是哪一家，并于七天内接受。如不知悉此事，无须理会。",
    ),
    "zh-Hant": Words(
        "邀請",
        "有機構邀請您代其行事。請在此查看是哪一家，並於七天內接受。如不知悉此事，無須理會。",
    ),
}


class TooManyInvitations(RateLimited):
    """An organisation has had as many invitations mailed within a day as it may. Go on tomorrow."""

    code = "too-many-invitations"
    title = "Too many invitations"


def ask_for_invitation_letter(session: Session, invitation: Invitation, *, now: datetime) -> None:
    """Have the link of a new invitation mailed.

    Raises:
        TooManyInvitations: the organisation has made as many within a day as it may.
    """
    made = session.scalar(
        select(func.count()).where(
            Invitation.organisation_id == invitation.organisation_id,
            Invitation.created_at > now - _DAY,
        )
    )
    if (made or 0) > MOST_A_DAY:
        raise TooManyInvitations(f"{MOST_A_DAY} invitations of an organisation are mailed in a day")
    enqueue(session, MAIL_INVITATION, {"invitation_id": str(invitation.id)})


def mail_invitation(
    run: Run, *, mailer: Mailer | None, sender: Sender, ring: Keyring, clock: Callable[[], datetime]
) -> None:
    """Do a `mail_invitation` job: the letter is in the script of whoever invites.

    Args:
        run: the attempt; its payload has the invitation's id.
        mailer: hands letters to the mail server; without one nothing is made.
        sender: whose letters they are, and where the platform is found.
        ring: opens the address that was invited.
        clock: the time at which the invitation has to be open.

    Raises:
        MailNotSent: the mail server is away: the job is tried again, with another link.
        JobImpossible: the mail server refuses the letter for good.
        LeaseLost, JobCancelled, JobReleased: the link that was made is void with the next one.
    """
    if mailer is None:
        return
    with run.chunk(0, 1) as session:
        now = clock()
        renewed = renew_link(session, ring, UUID(str(run.payload["invitation_id"])), now=now)
        if renewed is None:
            return
        invitation, address, secret = renewed
        recipient = Recipient(address=address, script=_script_of(session, invitation.invited_by))
    try:
        mailer.send(
            compose_link_letter(
                recipient, sender, words=_WORDS, path=f"invitations/{secret}", now=now
            )
        )
    except MailRefused as error:
        raise JobImpossible(str(error)) from error


def _script_of(session: Session, invited_by: str) -> str:
    try:
        account_id = UUID(invited_by)
    except ValueError:
        return SCRIPTS[0]  # the command line, or an operator who need not sign in
    return session.scalar(select(Account.script).where(Account.id == account_id)) or SCRIPTS[0]
