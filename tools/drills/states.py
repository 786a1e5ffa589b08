"""What a database holds, in a form that can be compared: without times, and ids that were drawn."""

import json
import re
from collections import Counter
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, func, select

from core.db import SessionFactory, reading
from core.jobs import FINISHED, Job, JobState

State = dict[str, Counter[str]]
"""Rows by table, each as JSON, with how often it is there."""

_ID = re.compile(r"\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b")
# How often a job was tried, what went wrong the first time, and how much the last attempt found left to
# do differ where a worker was killed.
# The trail is chained over ids and times; that it holds is what `landbridge audit verify` looks at.
_LEFT_OUT = {
    "job": {"attempt", "attempt_limit", "last_error", "done", "total"},
    "audit_event": {"hash", "previous_hash", "payload_sha256"},
    "audit_head": {"hash"},
}


def read_state(engine: Engine, known: frozenset[str] = frozenset()) -> State:
    """Read every row of every table.

    Args:
        engine: whose database.
        known: ids that are compared as they are; any other was drawn meanwhile, and is only compared
            as being one.
    """
    tables = MetaData()
    tables.reflect(engine)

    def one_id(found: re.Match[str]) -> str:
        return found[0] if plain(found[0]) in known else "drawn"

    state: State = {}
    with engine.connect() as connection:
        for table in tables.sorted_tables:
            left_out = _LEFT_OUT.get(table.name, set())
            columns = [
                column
                for column in table.columns
                if not isinstance(column.type, DateTime) and column.name not in left_out
            ]
            state[table.name] = Counter(
                _ID.sub(one_id, json.dumps(dict(row), default=_as_text, sort_keys=True))
                for row in connection.execute(select(*columns)).mappings()
            )
    return state


def _as_text(value: Any) -> str:  # noqa: ANN401 whatever a driver gives back
    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


def plain(written: str) -> str:
    """Return an id without what databases write differently."""
    return written.replace("-", "")


def ids_in(state: State) -> frozenset[str]:
    """Return every id that stands anywhere in a state."""
    return frozenset(
        plain(found) for rows in state.values() for row in rows for found in _ID.findall(row)
    )


def differences(wanted: State, found: State) -> list[str]:
    """Say in which rows two states differ."""
    said: list[str] = []
    for table in sorted({*wanted, *found}):
        for label, more in (
            ("missing", wanted.get(table, Counter()) - found.get(table, Counter())),
            ("too many", found.get(table, Counter()) - wanted.get(table, Counter())),
        ):
            said += [f"{table}: {label} {count} × {row[:300]}" for row, count in more.items()]
    return said


def jobs_left(sessions: SessionFactory) -> int:
    """Return how many jobs have not ended."""
    with reading(sessions) as session:
        left = select(func.count()).select_from(Job).where(Job.state.not_in(FINISHED))
        return session.scalar(left) or 0


def say_left(sessions: SessionFactory) -> str:
    """Say which jobs have not ended, or were parked, for whoever waits in vain."""
    with reading(sessions) as session:
        counted = session.execute(
            select(Job.kind, Job.state, Job.attempt, Job.last_error, func.count())
            .where(Job.state.not_in((JobState.DONE, JobState.CANCELLED)))
            .group_by(Job.kind, Job.state, Job.attempt, Job.last_error)
        ).all()
    return f"there is something left to do: {[tuple(row) for row in counted]}"
