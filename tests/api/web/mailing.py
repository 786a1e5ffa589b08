"""Applications that mail links, and jobs that mail them when a test says so."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from api import app
from core.clock import utc_now
from core.db import SessionFactory, reading
from core.job_runs import Outcome, Run, Timing, execute_job
from core.jobs import Job
from core.outbox.mail import Sender
from core.sealing import Keyring
from core.smtp import Mailer
from tests.api.web.signing import settings_of
from tests.conftest import make_settings
from tests.core.outbox.steps import SENDER, Postman


class MailLetter(Protocol):
    """Does a job that mails one letter."""

    def __call__(
        self,
        run: Run,
        *,
        mailer: Mailer | None,
        sender: Sender,
        ring: Keyring,
        clock: Callable[[], datetime],
    ) -> None: ...


@contextmanager
def mailing_app(
    url: str, monkeypatch: pytest.MonkeyPatch, *, self_registration: bool = False
) -> Generator[TestClient]:
    """Open an application that mails links; its jobs are done by the test."""
    monkeypatch.setattr(app, "start_embedded", lambda *_: None)
    mails = {
        "open_access": False,
        "smtp_url": SecretStr("smtp://mail.example.com"),
        "public_url": SENDER.public_url,
        "self_registration": self_registration,
    }
    with TestClient(app.create_app(make_settings(url).model_copy(update=mails))) as opened:
        yield opened


def deliver(
    client: TestClient, sessions: SessionFactory, postman: Postman, kind: str, mail: MailLetter
) -> list[Outcome]:
    """Do what waits to be mailed of a kind."""
    with reading(sessions) as session:
        waiting = session.scalars(
            select(Job.id).where(Job.kind == kind, Job.state == "queued")
        ).all()
    ring = settings_of(client).keyring
    registry = {
        kind: lambda run: mail(run, mailer=postman, sender=SENDER, ring=ring, clock=utc_now)
    }
    timing = Timing(retry_seconds=0)
    return [execute_job(sessions, registry, job_id, timing=timing) for job_id in waiting]
