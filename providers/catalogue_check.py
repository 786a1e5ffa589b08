"""Whether the log of the catalogue's changes is what its followers rely on."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from providers.models import CatalogueChange, CatalogueMark, CatalogueState


def find_gaps(session: Session) -> list[str]:
    """Return what is wrong with the numbers of changes: each has its mark, and none is from later.

    Followers trust that whoever has read a number has everything up to it.
    """
    state = session.get(CatalogueState, 1)
    sequence, since = (0, 0) if state is None else (state.sequence, state.complete_since)
    marked = select(func.count()).select_from(CatalogueMark)
    found: list[str] = []
    known = session.scalar(
        marked.where(CatalogueMark.sequence > since, CatalogueMark.sequence <= sequence)
    )
    if known != sequence - since:
        found.append(
            f"{sequence - since - (known or 0)} of the changes {since + 1} to {sequence} are missing"
        )
    if since and not session.scalar(marked.where(CatalogueMark.sequence == since)):
        found.append(f"change {since}, from which the log is complete, is missing")
    for table in (CatalogueMark, CatalogueChange):
        latest = session.scalar(select(func.max(table.sequence))) or 0
        if latest > sequence:
            found.append(
                f"{table.__tablename__} has change {latest}, the catalogue is at {sequence}"
            )
    return found
