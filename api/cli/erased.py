"""The list of erased people, applied to the database of a command."""

from typing import TYPE_CHECKING

from api.cli.console import note

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
