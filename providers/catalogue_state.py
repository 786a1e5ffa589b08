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
