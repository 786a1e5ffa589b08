"""Time as a value: everything below the edge is handed `now`."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment, aware, in UTC. Called at the edges only."""
    return datetime.now(UTC)
