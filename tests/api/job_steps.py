"""Steps that tests of jobs over HTTP share."""

from collections.abc import Generator
from contextlib import contextmanager
from unittest.mock import patch
from uuid import UUID

from fastapi.testclient import TestClient

from api import app
from core.db import SessionFactory, transaction
from core.jobs import JobState, enqueue
from core.moment import moment
from core.settings import Settings
from tests.api.import_steps import sessions_of


@contextmanager
def idle_server(settings: Settings) -> Generator[TestClient]:
    """A server that works on no job."""
    with (
        patch.object(app, "start_embedded", lambda *_: None),
        TestClient(app.create_app(settings)) as client,
    ):
        yield client


def queue(sessions: SessionFactory, *, parent_id: UUID | None = None, parked: bool = False) -> str:
    """Queue a job that is not due before long, or leave one parked; return its id."""
    with transaction(sessions) as session:
        job = enqueue(session, "work", {}, parent_id=parent_id)
        job.run_after = moment(3600)
        if parked:
            job.state, job.finished_at = JobState.PARKED, moment()
            job.last_error = "ValueError: no such place"
        return str(job.id)


def job_ready_for(client: TestClient, path: str) -> str:
    """Return a job to which the operation at a path can be applied."""
    return queue(sessions_of(client), parked=path.endswith("/retry"))
