"""The database of a command: opened with the settings, refused where it cannot serve."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.settings import Settings


def load_settings() -> "Settings":
    """Read the settings, and send the log to stderr: stdout belongs to the result.

    Raises:
        CommandFailed: a LANDBRIDGE_ variable has a value that cannot be used.
    """
    from pydantic import ValidationError

    from core.log import configure_logging
    from core.settings import get_settings

    try:
        settings = get_settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{_variable(detail['loc'])}{detail['msg'].removeprefix('Value error, ')}"
            for detail in error.errors(include_url=False, include_input=False)
        )
        raise CommandFailed(f"the settings cannot be used: {wrong}") from error
    # A command is not a server: what goes well, it says itself.
    configure_logging("DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    return settings


def _variable(location: tuple[int | str, ...]) -> str:
    return f"LANDBRIDGE_{str(location[0]).upper()}: " if location else ""


@contextmanager
def open_database(settings: "Settings") -> Generator["Engine"]:
    """Open the database that the settings name, and let go of it at the end.

    Raises:
        CommandFailed: the URL cannot be read, or its driver is not installed.
    """
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    from core.db import make_engine

    try:
        engine = make_engine(settings.sqlalchemy_url, pool_size=settings.request_threads)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise CommandFailed(
            "LANDBRIDGE_DATABASE_URL cannot be used: write it as postgresql://user@host/name or "
            f"sqlite:///file ({error})"
        ) from error
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def open_current_database(settings: "Settings") -> Generator["Engine"]:
    """Open a database whose tables are those of this release.

    Raises:
        CommandFailed: there is no database yet, or its schema is not current.
    """
    from core.migrations.runner import current_revision, head_revision

    missing = missing_file(settings)
    if missing is not None:
        raise CommandFailed(
            f"there is no database at {missing}: run `landbridge demo` for one with the packaged "
            "catalogue, or `landbridge migrate` for an empty one"
        )
    with open_database(settings) as engine:
        found, wanted = current_revision(engine), head_revision()
        require_known_revision(found)
        if found != wanted:
            raise CommandFailed(
                f"the schema of the database is {found or 'empty'}, this release needs {wanted}: "
                "run `landbridge migrate`"
            )
        yield engine


def require_known_revision(found: str | None) -> None:
    """Refuse a database of a release that this one knows nothing of.

    Raises:
        CommandFailed: no migration of this release has that name.
    """
    from core.migrations.runner import head_revision, known_revisions

    if found is not None and found not in known_revisions():
        raise CommandFailed(
            f"the schema of the database is {found}, which this release ({head_revision()}) does "
            "not know: use the release that made it or a newer one, or name another database in "
            "LANDBRIDGE_DATABASE_URL"
        )


def missing_file(settings: "Settings") -> Path | None:
    """Return the SQLite file that the settings name if it does not exist, else None."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(settings.sqlalchemy_url)
    except ArgumentError:
        return None  # `open_database` says what is wrong with it
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    path = Path(url.database)
    return None if path.exists() else path


def describe_database(settings: "Settings") -> str:
    """Name the database without its password."""
    from sqlalchemy.engine import make_url

    return make_url(settings.sqlalchemy_url).render_as_string(hide_password=True)
