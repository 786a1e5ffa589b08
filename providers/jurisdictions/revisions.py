"""The revisions of statements: what holds, what held before, and what may be added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Generic
from uuid import UUID

from sqlalchemy import and_, func, inspect, select
from sqlalchemy.orm import Session

from providers.errors import ImportRefused
from providers.importing.spec import WriteContext
from providers.jurisdictions.models import Revision
from providers.jurisdictions.schemas import RowStatus
from providers.jurisdictions.statements import RevisionT, StatementKind, term_of

# Whose tables ship with the product. They do not undo what an operator said of the same thing.
PACKAGED_SOURCE = "landbridge"

_ABOUT_THE_REVISION = frozenset({"statement_id", "revision", "recorded_at", "recorded_from"})


def list_current(session: Session, model: type[RevisionT]) -> Sequence[RevisionT]:
    """Return the newest revision of every statement of a table, retracted ones included."""
    newest = (
        select(model.statement_id, func.max(model.revision).label("revision"))
        .group_by(model.statement_id)
        .subquery()
    )
    return session.scalars(
        select(model)
        .join(
            newest,
            and_(
                model.statement_id == newest.c.statement_id,
                model.revision == newest.c.revision,
            ),
        )
        .order_by(model.statement_id)
    ).all()


def list_history(
    session: Session, model: type[RevisionT], statement_id: UUID
) -> Sequence[RevisionT]:
    """Return every revision of a statement, the first one first."""
    return session.scalars(
        select(model).where(model.statement_id == statement_id).order_by(model.revision)
    ).all()


class Verdict(Enum):
    """What a row means for what is stored."""

    NEW = auto()
    SAME = auto()
    OVERLAPS = auto()
    NOTHING_TO_RETRACT = auto()
    DROPS_NOTE = auto()


@dataclass(frozen=True, slots=True)
class Judgement(Generic[RevisionT]):
    """A verdict, and the stored row that it rests on, if there is one."""

    verdict: Verdict
    stored: RevisionT | None = None


class Ledger(Generic[RevisionT]):
    """The statements of a table as a source finds them; rows are judged and entered one by one.

    In the order of the file, so that a row that ends or retracts a statement makes room for a
    later one, whatever batches the rows come in.
    """

    def __init__(self, session: Session, kind: StatementKind[RevisionT], source: str) -> None:
        self._kind = kind
        self._source = source
        self._facts = [
            column.key
            for column in inspect(kind.model).column_attrs
            if column.key not in _ABOUT_THE_REVISION
        ]
        self._current: dict[UUID, RevisionT] = {}
        self._of_party: dict[str, dict[UUID, RevisionT]] = {}
        for stored in list_current(session, kind.model):
            self._keep(stored)

    @property
    def _is_packaged(self) -> bool:
        return self._source == PACKAGED_SOURCE

    def judge(self, row: RevisionT) -> Judgement[RevisionT]:
        """Tell what a row would change."""
        key = self._kind.statement_id(row)
        stored = self._current.get(key)
        if stored is not None and (self._is_same(stored, row) or self._yields_to(stored)):
            return Judgement(Verdict.SAME, stored)
        if stored is None and row.status == RowStatus.RETRACTED and not self._is_packaged:
            return Judgement(Verdict.NOTHING_TO_RETRACT)
        if stored is not None and _drops_note(stored, row):
            return Judgement(Verdict.DROPS_NOTE, stored)
        other = self._find_overlap(key, row)
        if other is None:
            return Judgement(Verdict.NEW, stored)
        if self._yields_to(other):
            return Judgement(Verdict.SAME, other)
        return Judgement(Verdict.OVERLAPS, other)

    def enter(self, row: RevisionT, now: datetime) -> None:
        """Make a row the next revision of its statement."""
        key = self._kind.statement_id(row)
        stored = self._current.get(key)
        row.statement_id = key
        row.revision = 1 if stored is None else stored.revision + 1
        row.recorded_at = now
        row.recorded_from = self._source
        self._keep(row)

    def _keep(self, row: RevisionT) -> None:
        self._current[row.statement_id] = row
        if self._kind.party is not None:
            of_party = self._of_party.setdefault(self._kind.party(row), {})
            of_party[row.statement_id] = row

    def _find_overlap(self, key: UUID, row: RevisionT) -> RevisionT | None:
        term = term_of(row)
        if self._kind.party is None or term is None:
            return None
        for other_key, other in self._of_party.get(self._kind.party(row), {}).items():
            other_term = term_of(other)
            if other_key != key and other_term is not None and term.overlaps(other_term):
                return other
        return None

    def _yields_to(self, stored: RevisionT) -> bool:
        return self._is_packaged and stored.recorded_from != PACKAGED_SOURCE

    def _is_same(self, stored: RevisionT, row: RevisionT) -> bool:
        return all(getattr(stored, name) == getattr(row, name) for name in self._facts)


def record(
    session: Session,
    kind: StatementKind[RevisionT],
    rows: Sequence[RevisionT],
    context: WriteContext,
) -> int:
    """Store what rows say anew in the caller's transaction; return how many said anything new.

    Raises:
        ImportRefused: another process has stored since what a row contradicts.
    """
    ledger = Ledger(session, kind, context.source)
    fresh: list[RevisionT] = []
    for row in rows:
        judgement = ledger.judge(row)
        if judgement.verdict is Verdict.SAME:
            continue
        if judgement.verdict is not Verdict.NEW:
            raise ImportRefused(
                f"{kind.key(row)}: {explain(judgement)}; the tables changed since the file was "
                "checked: import it again"
            )
        ledger.enter(row, context.now)
        fresh.append(row)
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _drops_note(stored: Revision, row: Revision) -> bool:
    # Reservations, objections and doubts are said in notes: to lose them would make answers surer.
    is_retracted = row.status == RowStatus.RETRACTED
    return bool(getattr(stored, "note", "")) and not getattr(row, "note", "") and not is_retracted


def explain(judgement: Judgement[RevisionT]) -> str:
    """Say why a row cannot be stored."""
    if judgement.verdict is Verdict.DROPS_NOTE:
        note: str = getattr(judgement.stored, "note", "")
        return (
            f"is empty, while the row that it changes says {note[:120]!r}, which decides answers: "
            "repeat that, or write what holds now"
        )
    if judgement.verdict is Verdict.NOTHING_TO_RETRACT:
        return "is not stored, so there is nothing to retract: write the row as it was imported"
    stored: Revision | None = judgement.stored
    term = term_of(stored) if stored is not None else None
    return (
        f"overlaps with what is recorded already ({term}): end that row (in_force_to) or retract "
        "it (status retracted), in a row above this one or in an earlier file"
    )
