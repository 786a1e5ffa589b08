import io
from collections.abc import Iterator

import pytest
import structlog

from core.log import configure_logging


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that this process logs through structlog, at its most talkative."""
    written = io.StringIO()
    configure_logging("DEBUG")
    # Pytest puts a stderr of its own in place for each test, after its fixtures are made.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(written))
    yield written
    configure_logging("WARNING")
