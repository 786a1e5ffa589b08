"""The list of erased people, applied to the database of a command."""

from typing import TYPE_CHECKING

from api.cli.console import note
from api.cli.database import open_current_database
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from core.privacy.shredding import ShredList
    from core.settings import Settings


def shred_list(settings: "Settings") -> "ShredList":
    """Return the list that the settings name."""
    from core.privacy.shredding import ShredList

    return ShredList(settings.shred_location)


def apply_erasures(settings: "Settings", engine: "Engine") -> int:
    """Erase again whoever came back with an older state of the database, and say so.

    Raises:
        ShredListUnusable: the list cannot be read or written.
    """
    from core.db import make_session_factory, transaction
    from core.privacy.people import apply_shred_list
    from providers.people import PERSON_PARTS

    with transaction(make_session_factory(engine)) as session:
        back = apply_shred_list(session, PERSON_PARTS, shred_list(settings))
    if back:
        note(f"{back:,} people who were erased had come back with the data, and are erased again")
    return back


def check_erasures(settings: "Settings") -> str:
    """Say how many people are on the list, for `landbridge check`.

    Raises:
        CommandFailed: the list and the database do not agree.
        ShredListUnusable: the list cannot be read.
    """
    from sqlalchemy import select

    from core.db import reading
    from core.identity.models import PersonKey
    from core.privacy.models import PersonTombstone

    with open_current_database(settings) as engine, reading(engine) as session:
        listed = set(shred_list(settings).people())
        alive = listed & set(session.scalars(select(PersonKey.person_id)))
        missing = set(session.scalars(select(PersonTombstone.person_id))) - listed
    if alive or missing:
        raise CommandFailed(
            f"{len(alive):,} people of the list of erased people are in the database, and "
            f"{len(missing):,} are missing on the list: run `landbridge person again`"
        )
    return f"{len(listed):,} people on the list in {settings.shred_location}"
