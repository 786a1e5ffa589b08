import io
import sys

import pytest
import structlog

from core.log import configure_logging


def test_a_line_goes_to_the_stderr_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    configure_logging("INFO")
    log = structlog.get_logger()
    monkeypatch.setattr(sys, "stderr", second)
    first.close()

    log.info("engine built", sequence=7)
    log.debug("not said at this level")

    assert "engine built" in second.getvalue()
    assert "sequence=7" in second.getvalue()
    assert second.getvalue().count("\n") == 1
    structlog.reset_defaults()
