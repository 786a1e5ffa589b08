"""The jobs that make messages and send them, as the settings say."""

from core.clock import utc_now
from core.job_runs import Effects, Run
from core.outbox.mail import Sender, deliver_mail
from core.outbox.spreading import spread_notifications
from core.outbox.webhooks import deliver_webhooks
from core.outgoing.client import OutgoingClient
from core.settings import Settings
from core.smtp import SmtpMailer


def spread(run: Run, *, settings: Settings) -> Effects:
    """Do a `notify` job: see `core.outbox.notifying`."""
    return spread_notifications(run, has_mail=settings.has_mail, clock=utc_now)


def send_webhooks(run: Run, *, settings: Settings) -> Effects:
    """Do a `deliver_webhooks` job: see `core.outbox.webhooks`."""
    return deliver_webhooks(run, poster=OutgoingClient(), ring=settings.keyring, clock=utc_now)


def send_mail(run: Run, *, settings: Settings) -> Effects:
    """Do a `deliver_mail` job: see `core.outbox.mail`."""
    return deliver_mail(
        run,
        mailer=SmtpMailer.of(settings.smtp_url.get_secret_value()) if settings.has_mail else None,
        sender=Sender(mail_from=settings.mail_from, public_url=settings.public_url),
        ring=settings.keyring,
        clock=utc_now,
    )
