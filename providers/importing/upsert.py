"""Storing rows by their key: new ones in bulk, existing ones only where they differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, inspect, tuple_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import Session

from core.db import Base

Values = Mapping[str, Any]  # Any: a column's value is of the column's type
_BATCH = 200  # keys of two columns stay below SQLite's limit on variables


def upsert(session: Session, model: type[Base], rows: Sequence[Values]) -> int:
    """Store rows of one table and return how many were new or changed.

    Args:
        session: the caller's transaction.
        model: the table.
        rows: column name to value, each with the whole primary key; keys are unique.
    """
    key_columns = inspect(model).primary_key
    key_names = [column.name for column in key_columns]
    by_key = {tuple(row[name] for name in key_names): row for row in rows}
    keys = list(by_key)
    changed = 0
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        found = {
            tuple(getattr(stored, name) for name in key_names): stored
            for stored in session.scalars(sql_select(model).where(tuple_(*key_columns).in_(batch)))
        }
        fresh = [dict(by_key[key]) for key in batch if key not in found]
        if fresh:
            session.execute(insert(model), fresh)
        changed += len(fresh)
        for key, stored in found.items():
            differing = {
                name: value for name, value in by_key[key].items() if getattr(stored, name) != value
            }
            for name, value in differing.items():
                setattr(stored, name, value)
            changed += bool(differing)
    session.flush()
    return changed
