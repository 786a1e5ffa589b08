import io
import logging
import sys
from uuid import UUID

import pytest
import structlog

from core.log import configure_logging, describe_place, request_known


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
    configure_logging("WARNING")


# In parts: the places that a line tells of are lines of code, this file's too.
TYPED = " ".join(("what", "somebody", "typed"))


def _fail_because_of(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as error:
        raise ValueError(text) from error


def test_of_an_error_the_places_and_types_are_told_and_not_its_words() -> None:
    with pytest.raises(ValueError, match="typed") as caught:
        _fail_because_of(TYPED)

    told = describe_place(caught.value)

    assert told.index("builtins.KeyError") < told.index("builtins.ValueError")
    assert "in _fail_because_of" in told
    assert TYPED not in told


def test_lines_of_libraries_have_the_same_form(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    # As in a process in which nobody has set anything up.
    monkeypatch.setattr(logging.root, "handlers", [])
    configure_logging("INFO")
    known = UUID("6f9c0d8e-2f6b-4a53-9d0c-1c1f3a0b7e55")

    with request_known(known):
        try:
            raise ValueError(TYPED)
        except ValueError:
            logging.getLogger("some.library").exception("it failed")

    (line,) = written.getvalue().splitlines()
    assert f'level=error event="it failed" request_id={known}' in line
    assert "builtins.ValueError" in line
    assert TYPED not in line
    configure_logging("WARNING")
