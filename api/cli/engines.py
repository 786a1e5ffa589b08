"""The engine of a command: built from its database, with the ranker that is in force."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine as DatabaseEngine

    from core.settings import Settings
    from providers.engine import EngineHolder


def open_engine_holder(database: "DatabaseEngine", settings: "Settings") -> "EngineHolder":
    """Return the holder of the engine over a database; nothing is built yet."""
    from committee.queries import ranker_in_force
    from providers.engine import EngineHolder

    return EngineHolder(database, settings, ranker_in_force=ranker_in_force)
