"""The number that rises with each change to what can be matched, and the log of these changes.

The number is raised by an update of one row, which stays locked until the transaction ends: numbers
are committed in their order, so that whoever has read one has everything up to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from providers.models import CatalogueChange, CatalogueMark, CatalogueState, ChangeKind

_ONLY_ROW = 1
_PRUNED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction changes; `providers` are those concerned, where the kind is about them."""

    kind: ChangeKind
    providers: frozenset[UUID] = frozenset()


LISTS = Change(ChangeKind.LISTS)
RANKER = Change(ChangeKind.RANKER)
EVERYTHING = Change(ChangeKind.EVERYTHING)


def of_providers(ids: Iterable[UUID]) -> Change:
    """Return the change of these providers' profiles, states or evidence."""
    return Change(ChangeKind.PROVIDER, frozenset(ids))


def of_vectors(ids: Iterable[UUID]) -> Change:
    """Return the change of these providers' texts getting their vectors."""
    return Change(ChangeKind.VECTORS, frozenset(ids))


class Stand(NamedTuple):
    """A state of a catalogue: its latest change, by its number and its mark.

    Wherever both are the same, the catalogue is the same. A database that was put back to an earlier
    state gives the same numbers out again, but not the same marks. Before the first change the mark
    is empty.
    """

    sequence: int
    mark: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since some number.

    Attributes:
        sequence: the present number.
        providers: whom it concerns; their rows are to be read anew, or are gone.
        kinds: the kinds of changes.
        is_complete: whether that is all. If not, what was built at that number has to be built anew:
            the log was pruned past it, anything may have changed, or the number is not of this log.
        mark: that of the change since which they are, as this database knows it; empty if it does not.
    """

    sequence: int
    providers: frozenset[UUID]
    kinds: frozenset[ChangeKind]
    is_complete: bool
    mark: str = field(default="", compare=False)


def touch_catalogue(session: Session, change: Change = EVERYTHING) -> int:
    """Raise the number in the caller's transaction, log the change and return the new number."""
    # The update locks the row, so that two writers never give out the same number.
    raised = session.scalar(_RAISE)
    while raised is None:
        _add_first_row(session)
        raised = session.scalar(_RAISE)
    session.execute(insert(CatalogueMark).values(sequence=raised, mark=uuid4()))
    about: list[UUID | None] = [*sorted(change.providers)]
    if change.kind not in {ChangeKind.PROVIDER, ChangeKind.VECTORS}:
        about.append(None)
    if about:
        session.execute(
            insert(CatalogueChange),
            [
                {
                    "sequence": raised,
                    "number": number,
                    "kind": change.kind.value,
                    "provider_id": provider_id,
                }
                for number, provider_id in enumerate(about)
            ],
        )
    return raised


def lock_catalogue(session: Session) -> None:
    """Let no other transaction write to the catalogue until this one ends.

    For writers whose rows must fit what is stored: two that read first and write then would both
    find that theirs do.
    """
    held = select(CatalogueState.id).where(CatalogueState.id == _ONLY_ROW).with_for_update()
    while session.scalar(held) is None:
        _add_first_row(session)


def _add_first_row(session: Session) -> None:
    try:
        with session.begin_nested():
            session.execute(
                insert(CatalogueState).values(
                    id=_ONLY_ROW, sequence=0, catalogue_id=uuid4(), complete_since=0
                )
            )
    except IntegrityError:
        return  # another transaction was first


def catalogue_sequence(session: Session) -> int:
    """Return the present number; 0 before the first change."""
    stored = session.scalar(select(CatalogueState.sequence).where(CatalogueState.id == _ONLY_ROW))
    return stored or 0


def catalogue_id(session: Session) -> str:
    """Return what tells this catalogue from those of other databases; empty before any change."""
    stored = session.scalar(
        select(CatalogueState.catalogue_id).where(CatalogueState.id == _ONLY_ROW)
    )
    return "" if stored is None else str(stored)


def mark_at(session: Session, sequence: int) -> str:
    """Return the mark of a change; empty where this database knows none."""
    stored = session.scalar(select(CatalogueMark.mark).where(CatalogueMark.sequence == sequence))
    return "" if stored is None else stored.hex


def catalogue_stand(session: Session) -> Stand:
    """Return the present number and its mark, in one state of the database."""
    sequence = catalogue_sequence(session)
    return Stand(sequence, mark_at(session, sequence))


def changes_since(session: Session, sequence: int) -> Changes:
    """Return what has changed since a number was read, in one state of the database.

    Args:
        session: one that sees a single state: `core.db.reading`.
        sequence: a number that `catalogue_sequence` gave; every change after it is meant.
    """
    state = _read_state(session)
    if state is None:
        return Changes(0, frozenset(), frozenset(), is_complete=sequence == 0)
    rows = session.execute(
        select(CatalogueChange.kind, CatalogueChange.provider_id)
        .where(CatalogueChange.sequence > sequence)
        .distinct()
    ).all()
    kinds = frozenset(ChangeKind(kind) for kind, _ in rows)
    return Changes(
        sequence=state.sequence,
        providers=frozenset(provider_id for _, provider_id in rows if provider_id is not None),
        kinds=kinds,
        is_complete=state.complete_since <= sequence <= state.sequence
        and ChangeKind.EVERYTHING not in kinds,
        mark=mark_at(session, sequence),
    )


def prune_changes(sessions: SessionFactory, *, up_to: int) -> int:
    """Forget the changes up to a number that nobody needs any more; return how many rows went.

    Whoever still stands before that number learns from `changes_since` that the log is not complete.
    In small transactions: no writer waits for long.
    """
    with transaction(sessions, at="index.pruned") as session:
        session.execute(
            update(CatalogueState)
            .where(CatalogueState.complete_since < up_to, CatalogueState.sequence >= up_to)
            .values(complete_since=up_to)
            .execution_options(synchronize_session=False)
        )
        kept = select(CatalogueState.complete_since).scalar_subquery()
        session.execute(
            delete(CatalogueMark)
            .where(CatalogueMark.sequence < kept)
            .execution_options(synchronize_session=False)
        )
    removed = 0
    while True:
        with reading(sessions) as session:
            state = _read_state(session)
            if state is None:
                return removed
            old = select(CatalogueChange.sequence).where(
                CatalogueChange.sequence <= state.complete_since
            )
            in_order = old.order_by(CatalogueChange.sequence, CatalogueChange.number)
            bound = session.scalar(in_order.offset(_PRUNED_AT_ONCE).limit(1))
        last = state.complete_since if bound is None else bound
        with transaction(sessions, at="index.changes_pruned") as session:
            gone = session.scalars(
                delete(CatalogueChange)
                .where(CatalogueChange.sequence <= last)
                .returning(CatalogueChange.sequence)
                .execution_options(synchronize_session=False)
            ).all()
        removed += len(gone)
        if bound is None:
            return removed


def _read_state(session: Session) -> Row[int, int] | None:
    return session.execute(
        select(CatalogueState.sequence, CatalogueState.complete_since).where(
            CatalogueState.id == _ONLY_ROW
        )
    ).one_or_none()


_RAISE = (
    update(CatalogueState)
    .where(CatalogueState.id == _ONLY_ROW)
    .values(sequence=CatalogueState.sequence + 1)
    .returning(CatalogueState.sequence)
    .execution_options(synchronize_session=False)
)
