"""Alembic's environment: run by `core.migrations.runner`, never imported.

It is the one module of `core` that knows every table, because the schema is one thing.
"""

from logging import getLogger
from typing import Literal

from alembic import context
from sqlalchemy.engine import Connection

import committee.judgements.models
import committee.models
import core.audit.models
import core.idempotency
import core.identity.models
import core.jobs
import core.names
import core.outbox.models
import core.privacy.models
import core.schedules
import enterprises.models
import enterprises.need_accesses
import enterprises.need_matches
import providers.contacts.models
import providers.credentials
import providers.imports.models
import providers.jurisdictions.models
import providers.models
import providers.own.models
import providers.sectors.models
from core.db import Base, UtcDateTime

# Importing a module of tables enters them in the metadata; naming them here says so.
TABLE_MODULES = (
    committee.judgements.models,
    committee.models,
    core.idempotency,
    core.identity.models,
    core.jobs,
    core.names,
    core.audit.models,
    core.privacy.models,
    core.outbox.models,
    core.schedules,
    enterprises.models,
    enterprises.need_accesses,
    enterprises.need_matches,
    providers.contacts.models,
    providers.credentials,
    providers.imports.models,
    providers.jurisdictions.models,
    providers.models,
    providers.own.models,
    providers.sectors.models,
)


def render_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our own column type as the plain one below it: a migration outlives the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run_online(connection: Connection) -> None:
    """Run the migrations inside the transaction that the runner has begun."""
    # SQLite can alter little; batch mode rebuilds a table where ALTER does not reach.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_type,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_offline(dialect_name: str) -> None:
    """Write the migrations as an SQL script for a database of this dialect."""
    context.configure(
        dialect_name=dialect_name,
        target_metadata=Base.metadata,
        literal_binds=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


getLogger(__name__).debug("tables from %s", [module.__name__ for module in TABLE_MODULES])
if context.is_offline_mode():
    run_offline(context.config.attributes["dialect_name"])
else:
    run_online(context.config.attributes["connection"])
