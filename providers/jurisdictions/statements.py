"""What makes two rows of the reference tables one statement, and a row of a file a revision of it.

The same functions serve the importer, which stores revisions, and the packaged tables, which are
read without a database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from matching.jurisdictions.types import Agreement
from providers.jurisdictions.models import (
    BilateralAgreement,
    Cooperation,
    Desk,
    Institution,
    InstrumentRevision,
    Membership,
    Named,
    Objection,
    Revision,
)
from providers.jurisdictions.schemas import (
    BilateralRow,
    CooperationRow,
    DeskRow,
    InstitutionRow,
    InstrumentRow,
    InstrumentStatus,
    MembershipRow,
    NamedRow,
    ObjectionRow,
    RowStatus,
)

STATEMENTS = uuid5(NAMESPACE_URL, "landbridge:statement")
UNVERIFIED = "UNVERIFIED"

RevisionT = TypeVar("RevisionT", bound=Revision)


@dataclass(frozen=True, slots=True)
class Term:
    """The days on which a statement says that something binds; None is open on that side."""

    first: date | None
    last: date | None

    def overlaps(self, other: "Term") -> bool:
        """Tell whether there is a day in both."""
        return _precedes(self.first, other.last) and _precedes(other.first, self.last)

    def __str__(self) -> str:
        first = self.first.isoformat() if self.first else "an unknown day"
        return f"{first} to {self.last.isoformat()}" if self.last else f"{first} on"


@dataclass(frozen=True, slots=True)
class StatementKind(Generic[RevisionT]):
    """A table of statements.

    Attributes:
        model: its revisions.
        key: what a statement is about, in words that never change.
        party: what may not be bound twice at a time, for statements with a term.
    """

    model: type[RevisionT]
    key: Callable[[RevisionT], str]
    party: Callable[[RevisionT], str] | None = None

    def statement_id(self, row: RevisionT) -> UUID:
        """Return the id of the statement that a row is a revision of."""
        return uuid5(STATEMENTS, f"{self.model.__tablename__}|{self.key(row)}")


def term_of(row: Revision) -> Term | None:
    """Return the days on which a row binds, None where it never does.

    A signature without a day binds on none, so the entry into force later does not contradict it.
    """
    if not isinstance(row, Membership | BilateralAgreement):
        return None
    if row.status == InstrumentStatus.RETRACTED:
        return None
    if row.in_force_from is None and row.status == InstrumentStatus.SIGNED:
        return None
    return Term(row.in_force_from, row.in_force_to)


def as_instrument(row: InstrumentRow) -> InstrumentRevision:
    """Make a revision of what is said of an instrument."""
    return InstrumentRevision(
        instrument_id=row.instrument_id,
        name_en=row.name_en,
        name_zh_hans=row.name_zh_hans,
        kind=row.kind.value,
        subject=row.subject.value,
        year=row.year,
        as_of=row.as_of,
        status=RowStatus.CURRENT.value,
        source_url=row.source_url,
    )


def as_membership(row: MembershipRow) -> Membership:
    """Make a revision of a party; a note that says UNVERIFIED marks what no source was read for."""
    return Membership(
        instrument_id=row.instrument_id,
        jurisdiction_code=row.jurisdiction,
        status=row.status.value,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        is_verified=UNVERIFIED not in row.note,
        note=row.note,
        source_url=row.source_url,
    )


def as_bilateral(row: BilateralRow) -> BilateralAgreement:
    """Make a revision of an agreement between two."""
    return BilateralAgreement(
        instrument_kind=row.instrument_kind.value,
        a_code=row.a,
        b_code=row.b,
        status=row.status.value,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        is_verified=UNVERIFIED not in row.note,
        note=row.note,
        source_url=row.source_url,
    )


def as_objection(row: ObjectionRow) -> Objection:
    """Make a revision of an objection."""
    return Objection(
        instrument_id=row.instrument_id,
        objector_code=row.a,
        against_code=row.b,
        effect=row.effect,
        from_on=row.from_on,
        note=row.note,
        status=row.status.value,
        source_url=row.source_url,
    )


def as_institution(row: InstitutionRow) -> Institution:
    """Make a revision of an institution."""
    made = Institution(
        institution_id=row.institution_id,
        short_name=row.short_name,
        steps=[step.value for step in row.steps],
        seat_code=row.seat,
        is_listed_for_interim=row.is_listed_for_interim,
    )
    return _named(made, row)


def as_cooperation(row: CooperationRow) -> Cooperation:
    """Make a revision of a cooperation."""
    made = Cooperation(
        cooperation_id=row.cooperation_id,
        members=list(row.members),
        subject=row.subject.value,
        valid_to=row.valid_to,
    )
    return _named(made, row)


def as_desk(row: DeskRow) -> Desk:
    """Make a revision of a desk."""
    made = Desk(
        desk_id=row.desk_id,
        place_code=row.place,
        actions=[action.value for action in row.actions],
    )
    return _named(made, row)


_NamedT = TypeVar("_NamedT", bound=Named)


def _named(made: _NamedT, row: NamedRow) -> _NamedT:
    made.name_en = row.name_en
    made.name_zh_hans = row.name_zh_hans
    made.name_zh_hant = row.name_zh_hant
    made.note_en = row.note_en
    made.note_zh_hans = row.note_zh_hans
    made.note_zh_hant = row.note_zh_hant
    made.valid_from = row.valid_from
    made.status = row.status.value
    made.source_url = row.source_url
    return made


def _party_of_membership(row: Membership) -> str:
    return f"{row.instrument_id}|{row.jurisdiction_code}"


def _party_of_bilateral(row: BilateralAgreement) -> str:
    """Return kind, unordered pair, and the instrument that the note names, else the note."""
    named = Agreement(
        kind=row.instrument_kind,
        a=row.a_code,
        b=row.b_code,
        status=row.status,
        in_force_from=None,
        is_verified=row.is_verified,
        note=row.note,
        source_url=row.source_url,
    ).instrument_id
    return "|".join((row.instrument_kind, *sorted((row.a_code, row.b_code)), named or row.note))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _precedes(first: date | None, last: date | None) -> bool:
    return first is None or last is None or first <= last


INSTRUMENTS = StatementKind(InstrumentRevision, lambda row: row.instrument_id)
MEMBERSHIPS = StatementKind(
    Membership,
    lambda row: f"{_party_of_membership(row)}|{_day(row.in_force_from)}",
    _party_of_membership,
)
BILATERAL = StatementKind(
    BilateralAgreement,
    lambda row: f"{_party_of_bilateral(row)}|{_day(row.in_force_from)}",
    _party_of_bilateral,
)
OBJECTIONS = StatementKind(
    Objection,
    lambda row: "|".join((row.instrument_id, *sorted((row.objector_code, row.against_code)))),
)
INSTITUTIONS = StatementKind(Institution, lambda row: row.institution_id)
COOPERATIONS = StatementKind(Cooperation, lambda row: row.cooperation_id)
DESKS = StatementKind(Desk, lambda row: row.desk_id)
