"""Structured logs on stderr: one line an event, no personal data, no text of needs."""

import logging
import sys

import structlog


def configure_logging(level: str) -> None:
    """Send every log line of this process to stderr as `key=value` pairs."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        # Looked up at each line: whoever replaces stderr, as tests do, gets the lines.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
