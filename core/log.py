"""Structured logs on stderr: one line an event, no personal data, no text of needs.

Every line of a request, and of a job that it queued, carries the id of the request. Of an error a
line names the type and where it came from; what an error says may repeat what somebody typed, so it
stays out.
"""

import logging
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_request_id: ContextVar[UUID | None] = ContextVar("request_id", default=None)


def current_request_id() -> UUID | None:
    """Return the id of the request on whose behalf this runs, or None."""
    return _request_id.get()


@contextmanager
def request_known(request_id: UUID | None) -> Generator[None]:
    """Have every line that is logged, and every job that is queued, within carry this id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def configure_logging(level: str) -> None:
    """Send every log line of this process to stderr as `key=value` pairs.

    Lines of libraries that log through the standard module are written in the same form.
    """
    common: list[Processor] = [
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _place_of_error,
    ]
    write = structlog.processors.LogfmtRenderer(
        key_order=["timestamp", "level", "event", "request_id"], drop_missing=True
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, write],
            foreign_pre_chain=common,
        )
    )
    logging.basicConfig(level=level, handlers=[handler])
    structlog.configure(
        processors=[*common, write],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Looked up at each line: whoever replaces stderr, as tests do, gets the lines.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _add_request_id(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    known = _request_id.get()
    if known is not None:
        line.setdefault("request_id", str(known))
    return line


def _place_of_error(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Say where an error arose and of which type it is, and nothing of its own words."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["exception"] = describe_place(error)
    return line


def describe_place(error: BaseException) -> str:
    """Return the places in the code that an error came through, and its type; first what caused it.

    Not as `traceback` writes them: on Python 3.11 that parses source, which threads that do it at
    the same time break for each other (CPython issue 106905).
    """
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        told.append(f"{type(one).__module__}.{type(one).__qualname__}")
        told += reversed(
            [
                f"{frame.f_code.co_filename}:{line} in {frame.f_code.co_qualname}"
                for frame, line in traceback.walk_tb(one.__traceback__)
            ]
        )
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(reversed(told))
