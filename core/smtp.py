"""Handing letters to a mail server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

_TIMEOUT_SECONDS: Final = 15.0
_SCHEMES: Final = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class MailRefused(Exception):
    """The server will never take this letter; the text says why, without the address."""


class MailNotSent(Exception):
    """The letter could not be sent now."""


class Mailer(Protocol):
    """Hands letters to a server."""

    def send(self, letter: EmailMessage) -> None:
        """Send a letter to whom its header `To` names.

        Raises:
            MailRefused, MailNotSent: it was not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands letters to a mail server, each over a connection of its own.

    `smtps` is TLS from the start, `smtp` STARTTLS, without which nothing is sent, and `smtp+plain` no
    encryption: for a server on the same machine, and never with a password.
    """

    host: str
    port: int
    scheme: str
    user: str = ""
    password: str = ""
    ssl_context: ssl.SSLContext | None = None
    timeout_seconds: float = _TIMEOUT_SECONDS

    @classmethod
    def of(cls, url: str) -> "SmtpMailer":
        """Read such as `smtps://user:password@mail.example.org`.

        Raises:
            ValueError: it is no address of a mail server; the text says what to change.
        """
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ValueError("write smtps://, smtp:// or smtp+plain://, and the server's name")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if parts.scheme == "smtp+plain" and (user or password):
            raise ValueError("a password needs encryption: write smtp:// or smtps://")
        return cls(
            host=parts.hostname,
            port=parts.port or _SCHEMES[parts.scheme],
            scheme=parts.scheme,
            user=user,
            password=password,
        )

    def send(self, letter: EmailMessage) -> None:
        """Send a letter.

        Raises:
            MailRefused, MailNotSent: it was not taken.
        """
        try:
            with self._connect() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _refusal(max(codes, default=0), "the recipient") from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailNotSent("the mail server does not take the password") from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, "the letter") from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailNotSent(
                "the mail server lacks what is needed: STARTTLS, a password or SMTPUTF8"
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent(f"the mail server does not answer: {type(error).__name__}") from error

    def _connect(self) -> smtplib.SMTP:
        context = self.ssl_context or ssl.create_default_context()
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=context
            )
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        if self.scheme == "smtp":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


def _refusal(code: int, what: str) -> Exception:
    if 500 <= code < 600:
        return MailRefused(f"the mail server refused {what} for good ({code})")
    return MailNotSent(f"the mail server did not take {what} ({code})")


def require_mail_settings(url: str, mail_from: str) -> None:
    """Make sure that letters can be sent with these.

    Raises:
        ValueError: they cannot; the text says what to change.
    """
    SmtpMailer.of(url)
    sender_of(mail_from)


def sender_of(mail_from: str) -> Address:
    """Read from whom letters come, such as `Landbridge <noreply@example.org>`.

    Raises:
        ValueError: it is no address.
    """
    name, address = parseaddr(mail_from)
    if "@" not in address:
        raise ValueError("write from whom mail comes as Landbridge <noreply@example.org>")
    return Address(display_name=name, addr_spec=address)
