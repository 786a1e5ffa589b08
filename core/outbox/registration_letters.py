"""Mailing the link that confirms a registration; to an address with an account, another letter.

The job holds the id of the registration. The secret is made with the letter, as in
`core.outbox.reset_letters`: what waits in the database opens nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.identity.accounts import find_account
from core.identity.registrations import (
    Registration,
    keep_registration,
    make_registration_link,
    open_registration,
)
from core.identity.sign_in import look_up
from core.identity.trail import record_registration
from core.job_runs import JobImpossible, Run
from core.jobs import enqueue
from core.outbox.link_letters import compose_link_letter
from core.outbox.mail import Sender
from core.outbox.mail_texts import Words
from core.outbox.recipients import Recipient
from core.sealing import Keyring
from core.smtp import Mailer, MailRefused

MAIL_REGISTRATION: Final = "mail_registration"

_CONFIRM: Final = {
    "en": Words(
        "Confirm your registration",
        "Somebody registered an enterprise with this address. Confirm it here within three days, "
        "with the password that you chose. If it was not you, do nothing: no account is made.",
    ),
    "zh-Hans": Words(
        "确认登记",
        "有人以此邮箱地址登记企业。请于三天内以所设密码在此确认。如非您本人所为，无须理会，不会开设账户。",
    ),
    "zh-Hant": Words(
        "確認登記",
        "有人以此電郵地址登記企業。請於三天內以所設密碼在此確認。如非您本人所為，無須理會，不會開設帳戶。",
    ),
}
_KNOWN: Final = {
    "en": Words(
        "You have an account already",
        "Somebody registered an enterprise with this address, which has an account. Sign in here, or "
        "ask there for another password. If it was not you, do nothing: your account stays as it is.",
    ),
    "zh-Hans": Words(
        "您已有账户",
        "有人以此邮箱地址登记企业，而此地址已有账户。请在此登入，或在该页另设密码。"
        "如非您本人所为，无须理会，账户维持不变。",
    ),
    "zh-Hant": Words(
        "您已有帳戶",
        "有人以此電郵地址登記企業，而此地址已有帳戶。請在此登入，或在該頁另設密碼。"
        "如非您本人所為，無須理會，帳戶維持不變。",
    ),
}


def register(session: Session, ring: Keyring, wanted: Registration, *, now: datetime) -> None:
    """Keep a registration and have its letter mailed; the same is written whoever has the address."""
    record_registration(session, look_up(session, ring, email=wanted.email).account_id)
    kept = keep_registration(session, ring, wanted, now=now)
    if kept is not None:
        enqueue(session, MAIL_REGISTRATION, {"registration_id": kept})


def mail_registration(
    run: Run, *, mailer: Mailer | None, sender: Sender, ring: Keyring, clock: Callable[[], datetime]
) -> None:
    """Do a `mail_registration` job.

    Args:
        run: the attempt; its payload has the id of the registration.
        mailer: hands letters to the mail server; without one nothing is made.
        sender: whose letters they are, and where the platform is found.
        ring: opens what was kept.
        clock: the time by which the link ends.

    Raises:
        MailNotSent: the mail server is away: the job is tried again.
        JobImpossible: the mail server refuses the letter for good.
        LeaseLost, JobCancelled, JobReleased: the link that was made is known to nobody.
    """
    if mailer is None:
        return
    registration_id = str(run.payload["registration_id"])
    with run.chunk(0, 1) as session:
        now = clock()
        wanted = open_registration(session, ring, registration_id, now=now)
        if wanted is None:
            return
        is_known = find_account(session, ring, email=wanted.email) is not None
        path = "sign-in"
        if not is_known:
            path = f"register/{make_registration_link(session, ring, registration_id, now=now)}"
    try:
        mailer.send(
            compose_link_letter(
                Recipient(address=wanted.email, script=wanted.script),
                sender,
                words=_KNOWN if is_known else _CONFIRM,
                path=path,
                now=now,
            )
        )
    except MailRefused as error:
        raise JobImpossible(str(error)) from error
