import pytest

from core.db import SessionFactory
from tests.committee.life import Life


@pytest.fixture
def life(catalogue_sessions: SessionFactory) -> Life:
    """The small catalogue, with the packaged ranker in force."""
    return Life(catalogue_sessions)
