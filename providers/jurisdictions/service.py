"""Writes of the jurisdiction list and of what is known between them, and the checks before them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from providers.importing.spec import (
    NumberedRow,
    RowProblem,
    RowsCheck,
    RowT,
    WriteContext,
    check_codes,
)
from providers.importing.upsert import upsert
from providers.jurisdictions.models import Instrument, Jurisdiction, LegalFamily
from providers.jurisdictions.queries import NODES, known_jurisdiction_codes, list_jurisdictions
from providers.jurisdictions.revisions import Ledger, Verdict, explain, record
from providers.jurisdictions.schemas import InstrumentRow, JurisdictionRow, LegalFamilyRow
from providers.jurisdictions.statements import (
    INSTRUMENTS,
    RevisionT,
    StatementKind,
    as_instrument,
)

# The columns of a row that hold codes of jurisdictions, and those codes.
Places = Callable[[RowT], Mapping[str, Sequence[str]]]
# What a check enters is never stored.
_UNTIMED = datetime.min.replace(tzinfo=UTC)


def check_jurisdictions(session: Session, _source: str) -> RowsCheck[JurisdictionRow]:
    """Return the check of a list: parents and regions exist, and a name means one code only."""
    stored = list_jurisdictions(session)

    def check(rows: Sequence[NumberedRow[JurisdictionRow]]) -> list[RowProblem]:
        arriving = {numbered.row.code for numbered in rows}
        codes = arriving | {jurisdiction.code for jurisdiction in stored}
        known = {code: code for code in codes}
        successors = {row.code: row.successor_code for row in stored}
        successors |= {one.row.code: one.row.successor for one in rows if one.row.successor}
        owners = {
            name.casefold(): jurisdiction.code
            for jurisdiction in stored
            if jurisdiction.code not in arriving
            for name in (
                jurisdiction.name_en,
                jurisdiction.name_zh_hans,
                jurisdiction.name_zh_hant,
                *(alias for names in jurisdiction.aliases.values() for alias in names),
            )
        }
        problems: list[RowProblem] = []
        for numbered in rows:
            row = numbered.row
            parents = [row.parent_code] if row.parent_code else []
            problems += check_codes(
                numbered.row_no, "parent_code", parents, known, "code of the list"
            )
            problems += check_codes(
                numbered.row_no, "regions", row.regions, known, "code of the list"
            )
            problems += _check_successor(numbered.row_no, row, known, successors)
            problems += _check_names(numbered.row_no, row, owners)
        return problems

    return check


def _check_successor(
    row_no: int,
    row: JurisdictionRow,
    known: Mapping[str, str],
    successors: Mapping[str, str | None],
) -> list[RowProblem]:
    if row.successor is None:
        return []
    reached, code = {row.code}, row.successor
    while code not in reached:
        reached.add(code)
        following = successors.get(code)
        if following is None:
            return check_codes(row_no, "successor", [row.successor], known, "code of the list")
        code = following
    return [RowProblem(row_no, "successor", row.successor, f"leads back to {code}")]


def _check_names(row_no: int, row: JurisdictionRow, owners: dict[str, str]) -> list[RowProblem]:
    problems: list[RowProblem] = []
    columns: Mapping[str, Sequence[str]] = {
        "name_en": [row.name_en],
        "name_zh_hans": [row.name_zh_hans],
        "name_zh_hant": [row.name_zh_hant],
        "aliases_en": row.aliases_en,
        "aliases_zh": row.aliases_zh,
    }
    for column, names in columns.items():
        for name in names:
            if len(name) < 2:
                reason = "has one character and would be found inside other words"
                problems.append(RowProblem(row_no, column, name, reason, "leave it out"))
                continue
            owner = owners.setdefault(name.casefold(), row.code)
            if owner != row.code:
                reason = f"is a name of {owner} already"
                problems.append(RowProblem(row_no, column, name, reason, "leave it out of one"))
    return problems


def write_jurisdictions(
    session: Session, rows: Sequence[JurisdictionRow], _context: WriteContext
) -> int:
    """Store names, parents before their parts and successors before what they took in."""
    by_code = {row.code: row for row in rows}
    stored = {row.code: row for row in list_jurisdictions(session)}

    def depth(row: JurisdictionRow, behind: frozenset[str] = frozenset()) -> int:
        needed = {row.parent_code, row.successor} & (by_code.keys() - behind)
        seen = behind | {row.code}
        return max((1 + depth(by_code[code], seen) for code in needed if code), default=0)

    depths = {row.code: depth(row) for row in rows}
    return sum(
        upsert(
            session,
            Jurisdiction,
            [
                jurisdiction_columns(row, stored.get(row.code))
                for row in rows
                if depths[row.code] == level
            ],
        )
        for level in sorted(set(depths.values()))
    )


def jurisdiction_columns(
    row: JurisdictionRow, stored: Jurisdiction | None = None
) -> dict[str, object]:
    """Return the columns of a row of the list; what it leaves open is as it is stored."""
    return {
        "code": row.code,
        "kind": row.kind.value,
        "parent_code": row.parent_code,
        "name_en": row.name_en,
        "name_zh_hans": row.name_zh_hans,
        "name_zh_hant": row.name_zh_hant,
        "aliases": {"en": row.aliases_en, "zh": row.aliases_zh},
        "regions": row.regions,
        "languages": row.languages or (stored.languages if stored else []),
        "valid_to": row.valid_to or (stored.valid_to if stored else None),
        "successor_code": row.successor or (stored.successor_code if stored else None),
        "name_source": row.name_source,
    }


def check_instruments(session: Session, source: str) -> RowsCheck[InstrumentRow]:
    """Return the check of instruments, which refer to nothing."""
    return check_statements(INSTRUMENTS, as_instrument, lambda _row: {})(session, source)


def check_references(
    places: Places[RowT], instrument: Callable[[RowT], str] | None = None
) -> Callable[[Session, str], RowsCheck[RowT]]:
    """Make the check of a table that refers to jurisdictions and, perhaps, to an instrument.

    Args:
        places: the codes of a row by column.
        instrument: the instrument id of a row.
    """

    def make_check(session: Session, _source: str) -> RowsCheck[RowT]:
        check_row = _reference_check(session, places, instrument)
        return lambda rows: [problem for numbered in rows for problem in check_row(numbered)]

    return make_check


_COLUMNS = {
    Verdict.OVERLAPS: "in_force_from",
    Verdict.NOTHING_TO_RETRACT: "status",
    Verdict.DROPS_NOTE: "note",
}


def check_statements(
    kind: StatementKind[RevisionT],
    as_revision: Callable[[RowT], RevisionT],
    places: Places[RowT],
    instrument: Callable[[RowT], str] | None = None,
) -> Callable[[Session, str], RowsCheck[RowT]]:
    """Make the check of a table of statements: its references, and what is stored of them.

    The check keeps count of the rows that it has passed, so that what one row ends, a later one
    may say anew.
    """

    def make_check(session: Session, source: str) -> RowsCheck[RowT]:
        check_row = _reference_check(session, places, instrument)
        ledger = Ledger(session, kind, source)

        def check(rows: Sequence[NumberedRow[RowT]]) -> list[RowProblem]:
            problems: list[RowProblem] = []
            for numbered in rows:
                wrong = check_row(numbered)
                problems += wrong
                if wrong:
                    continue
                revision = as_revision(numbered.row)
                judgement = ledger.judge(revision)
                if judgement.verdict is Verdict.NEW:
                    ledger.enter(revision, _UNTIMED)
                elif judgement.verdict is not Verdict.SAME:
                    column = _COLUMNS[judgement.verdict]
                    key, reason = kind.key(revision), explain(judgement)
                    problems.append(RowProblem(numbered.row_no, column, key, reason))
            return problems

        return check

    return make_check


def _reference_check(
    session: Session, places: Places[RowT], instrument: Callable[[RowT], str] | None
) -> Callable[[NumberedRow[RowT]], list[RowProblem]]:
    nodes = known_jurisdiction_codes(session, kinds=NODES)
    instruments = {key: key for key in session.scalars(select(Instrument.id))}

    def check_row(numbered: NumberedRow[RowT]) -> list[RowProblem]:
        row_no, row = numbered.row_no, numbered.row
        problems: list[RowProblem] = []
        codes = places(row)
        for column, named in codes.items():
            problems += check_codes(row_no, column, named, nodes, "jurisdiction of the list")
        if "a" in codes and codes["a"] == codes["b"]:
            problems.append(RowProblem(row_no, "b", codes["b"][0], "is both parties"))
        if instrument is not None:
            problems += check_codes(
                row_no,
                "instrument_id",
                [instrument(row)],
                instruments,
                "instrument that is stored",
            )
        return problems

    return check_row


def write_statements(
    kind: StatementKind[RevisionT], as_revision: Callable[[RowT], RevisionT]
) -> Callable[[Session, Sequence[RowT], WriteContext], int]:
    """Make the writer of a table of statements: a row that differs becomes a new revision."""

    def write(session: Session, rows: Sequence[RowT], context: WriteContext) -> int:
        return record(session, kind, [as_revision(row) for row in rows], context)

    return write


def write_instruments(
    session: Session, rows: Sequence[InstrumentRow], context: WriteContext
) -> int:
    """Store treaties, arrangements and organisations."""
    upsert(session, Instrument, [{"id": row.instrument_id} for row in rows])
    return record(session, INSTRUMENTS, [as_instrument(row) for row in rows], context)


def write_legal_families(
    session: Session, rows: Sequence[LegalFamilyRow], _context: WriteContext
) -> int:
    """Store the families of law."""
    return upsert(session, LegalFamily, [legal_family_columns(row) for row in rows])


def legal_family_columns(row: LegalFamilyRow) -> dict[str, object]:
    """Return the columns of a family of law."""
    return {
        "jurisdiction_code": row.jurisdiction,
        "family_primary": row.family_primary,
        "family_derived": row.family_derived,
        "text": row.factbook_legal_system_text,
        "source_url": row.source_url,
    }
