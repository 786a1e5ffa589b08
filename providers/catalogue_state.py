"""The number that rises with each change to what can be matched."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from providers.models import CatalogueState

_ONLY_ROW = 1


def touch_catalogue(session: Session) -> int:
    """Raise the number in the caller's transaction and return the new one."""
    # The update locks the row, so that two writers never give out the same number.
    raised = session.scalar(_RAISE)
    if raised is not None:
        return raised
    try:
        with session.begin_nested():
            session.add(CatalogueState(id=_ONLY_ROW, sequence=1))
    except IntegrityError:
        return touch_catalogue(session)
    return 1


def lock_catalogue(session: Session) -> None:
    """Let no other transaction write to the catalogue until this one ends.

    For writers whose rows must fit what is stored: two that read first and write then would both
    find that theirs do.
    """
    held = select(CatalogueState.id).where(CatalogueState.id == _ONLY_ROW).with_for_update()
    if session.scalar(held) is not None:
        return
    try:
        with session.begin_nested():
            session.add(CatalogueState(id=_ONLY_ROW, sequence=0))
    except IntegrityError:
        lock_catalogue(session)


def catalogue_sequence(session: Session) -> int:
    """Return the present number; 0 before the first change."""
    stored = session.scalar(select(CatalogueState.sequence).where(CatalogueState.id == _ONLY_ROW))
    return stored or 0


_RAISE = (
    update(CatalogueState)
    .where(CatalogueState.id == _ONLY_ROW)
    .values(sequence=CatalogueState.sequence + 1)
    .returning(CatalogueState.sequence)
    .execution_options(synchronize_session=False)
)
