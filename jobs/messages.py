"""The jobs that make messages and send them, as the settings say."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import utc_now
from core.identity.models import Organisation
from core.job_runs import Effects, Run
from core.outbox.events import Event, EventType
from core.outbox.invitation_letters import mail_invitation
from core.outbox.mail import Sender, deliver_mail
from core.outbox.notifying import notify_all
from core.outbox.registration_letters import mail_registration
from core.outbox.reset_letters import mail_reset_link
from core.outbox.spreading import spread_notifications
from core.outbox.webhooks import deliver_webhooks
from core.outgoing.client import OutgoingClient
from core.settings import Settings
from core.smtp import SmtpMailer
from providers.credentials import CredentialNotice


def tell_of_qualifications(session: Session, notices: Sequence[CredentialNotice]) -> None:
    """Tell the organisations that answer for providers of qualifications that run out."""
    whose = select(Organisation.provider_id, Organisation.id).where(
        Organisation.provider_id.in_({notice.provider_id for notice in notices})
    )
    answering = session.execute(whose).all()
    notify_all(
        session,
        [
            Event(
                tenant_id,
                EventType.QUALIFICATION_ENDING,
                str(provider_id),
                {
                    "jurisdiction": notice.jurisdiction_code,
                    "stage": str(notice.stage),
                    "last_on": notice.last_on.isoformat(),
                },
            )
            for notice in notices
            for provider_id, tenant_id in answering
            if provider_id == notice.provider_id
        ],
    )


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


def send_reset_link(run: Run, *, settings: Settings) -> None:
    """Do a `mail_reset_link` job: see `core.outbox.reset_letters`."""
    mail_reset_link(
        run,
        mailer=SmtpMailer.of(settings.smtp_url.get_secret_value()) if settings.has_mail else None,
        sender=Sender(mail_from=settings.mail_from, public_url=settings.public_url),
        ring=settings.keyring,
        clock=utc_now,
    )


def send_registration_letter(run: Run, *, settings: Settings) -> None:
    """Do a `mail_registration` job: see `core.outbox.registration_letters`."""
    mail_registration(
        run,
        mailer=SmtpMailer.of(settings.smtp_url.get_secret_value()) if settings.has_mail else None,
        sender=Sender(mail_from=settings.mail_from, public_url=settings.public_url),
        ring=settings.keyring,
        clock=utc_now,
    )


def send_invitation(run: Run, *, settings: Settings) -> None:
    """Do a `mail_invitation` job: see `core.outbox.invitation_letters`."""
    mail_invitation(
        run,
        mailer=SmtpMailer.of(settings.smtp_url.get_secret_value()) if settings.has_mail else None,
        sender=Sender(mail_from=settings.mail_from, public_url=settings.public_url),
        ring=settings.keyring,
        clock=utc_now,
    )
