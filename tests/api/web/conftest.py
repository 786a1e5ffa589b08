"""A client over the small catalogue with the packaged treaties, for pages that show routes."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.app import create_app
from core.db import make_session_factory, transaction
from core.migrations.runner import upgrade_to_head
from tests import factories
from tests.api.web.treaties import load_treaties
from tests.conftest import Databases, make_settings


def _prepare_treaties(engine: Engine) -> None:
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    load_treaties(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)


@pytest.fixture(scope="module")
def routes_client(databases: Databases) -> Iterator[TestClient]:
    """The application with treaties, shared by a module's tests that do not mind each other."""
    url = databases.copy_of(_prepare_treaties)
    try:
        with TestClient(create_app(make_settings(url))) as opened:
            yield opened
    finally:
        databases.drop(url)


@pytest.fixture
def guarded(catalogue_url: str) -> Iterator[TestClient]:
    """The application as production has it: nothing is open to those who have not signed in."""
    made = make_settings(catalogue_url)
    closed = made.model_copy(update={"open_access": False, "operators_without_sign_in": False})
    with TestClient(create_app(closed)) as opened:
        yield opened
