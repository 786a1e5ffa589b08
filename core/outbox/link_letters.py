"""A letter that says one thing and leads to one page."""

from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from uuid import uuid4

from core.outbox.mail import Sender, address_letter
from core.outbox.mail_texts import SCRIPTS, Words, closing
from core.outbox.recipients import Recipient


def compose_link_letter(
    recipient: Recipient,
    sender: Sender,
    *,
    words: Mapping[str, Words],
    path: str,
    now: datetime,
) -> EmailMessage:
    """Return a letter with a link, in the recipient's script.

    Args:
        recipient: to whom.
        sender: from whom, and where the platform is found.
        words: what it says, by script.
        path: of the page that it leads to, without a slash in front.
        now: the letter's date.

    Raises:
        MailRefused: the address cannot stand in a header.
    """
    script = recipient.script if recipient.script in SCRIPTS else SCRIPTS[0]
    said = words[script]
    letter = address_letter(
        recipient, sender, subject=said.subject, letter_id=uuid4(), occurred_at=now
    )
    link = f"{sender.public_url.rstrip('/')}/{path}"
    letter.set_content("\n\n".join((said.sentence, link, closing(script))) + "\n")
    letter["Content-Language"] = script  # the text would have replaced it
    return letter
