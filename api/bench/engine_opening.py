"""The engine over the bench's snapshot, opened as a server opens it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from api.bench.options import Options
from committee.queries import ranker_in_force
from core.db import make_engine
from core.garbage import spare_what_is_loaded
from matching.evaluation.bench.demand import Need
from matching.understanding.equivalents import equivalents
from providers.engine import Engine, EngineHolder


@contextmanager
def opened_engine(options: Options) -> Generator[Engine]:
    """Open the engine in this process, over the present state of the database."""
    settings = options.settings
    database = make_engine(settings.sqlalchemy_url)
    try:
        engine = EngineHolder(database, settings, ranker_in_force=ranker_in_force).current()
        spare_what_is_loaded()
        yield engine
    finally:
        database.dispose()


def with_equivalents(engine: Engine, needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """Give needs the words for their texts in the evidence's language, as the engine does."""
    return tuple(
        replace(
            need,
            query=replace(need.query, equivalents=equivalents(need.query.text, engine.terms)),
        )
        for need in needs
    )
