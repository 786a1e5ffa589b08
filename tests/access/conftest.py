from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from core.db import transaction
from tests.access.callers import closed_settings, make_callers
from tests.access.matrix import World
from tests.access.objects import make_record
from tests.conftest import Databases, _copied, _prepare_catalogue


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    """An application that lets nobody in without signing in, and a caller of each kind."""
    with (
        _copied(databases, _prepare_catalogue) as url,
        TestClient(create_app(closed_settings(url))) as client,
    ):
        sessions = client.app.state.sessions  # type: ignore[attr-defined]  # our application
        engine = client.app.state.engine_holder.current()  # type: ignore[attr-defined]  # as above
        with transaction(sessions) as session:
            callers = make_callers(session)
            record = make_record(session, engine)
        yield World(client, sessions, callers, record)
