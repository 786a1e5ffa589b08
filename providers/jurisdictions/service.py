"""Writes of the jurisdiction list and of the instruments, and the checks before them."""

from collections.abc import Callable, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5

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
from providers.jurisdictions.models import (
    BilateralAgreement,
    Instrument,
    Jurisdiction,
    LegalFamily,
    Membership,
    Objection,
)
from providers.jurisdictions.queries import NODES, known_jurisdiction_codes, list_jurisdictions
from providers.jurisdictions.schemas import (
    BilateralRow,
    InstrumentRow,
    JurisdictionRow,
    LegalFamilyRow,
    MembershipRow,
    ObjectionRow,
)

AGREEMENTS = uuid5(NAMESPACE_URL, "landbridge:bilateral-agreement")
UNVERIFIED = "UNVERIFIED"


def check_jurisdictions(session: Session, _source: str) -> RowsCheck[JurisdictionRow]:
    """Return the check of a list: parents and regions exist, and a name means one code only."""
    stored = list_jurisdictions(session)

    def check(rows: Sequence[NumberedRow[JurisdictionRow]]) -> list[RowProblem]:
        arriving = {numbered.row.code for numbered in rows}
        codes = arriving | {jurisdiction.code for jurisdiction in stored}
        known = {code: code for code in codes}
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
            problems += _check_names(numbered.row_no, row, owners)
        return problems

    return check


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
    """Store names, parents before their parts."""
    by_code = {row.code: row for row in rows}

    def depth(row: JurisdictionRow) -> int:
        levels, parent = 0, row.parent_code
        while parent in by_code and levels < len(by_code):
            levels, parent = levels + 1, by_code[parent].parent_code
        return levels

    changed = 0
    levels = sorted({depth(row) for row in rows})
    for level in levels:
        changed += upsert(
            session,
            Jurisdiction,
            [
                {
                    "code": row.code,
                    "kind": row.kind.value,
                    "parent_code": row.parent_code,
                    "name_en": row.name_en,
                    "name_zh_hans": row.name_zh_hans,
                    "name_zh_hant": row.name_zh_hant,
                    "aliases": {"en": row.aliases_en, "zh": row.aliases_zh},
                    "regions": row.regions,
                    "name_source": row.name_source,
                }
                for row in rows
                if depth(row) == level
            ],
        )
    return changed


def accept_rows(_session: Session, _source: str) -> RowsCheck[InstrumentRow]:
    """Return the check of a table that refers to nothing."""
    return lambda _rows: []


def check_parties(
    jurisdictions: Callable[[RowT], Mapping[str, str]],
    instrument: Callable[[RowT], str] | None = None,
) -> Callable[[Session, str], RowsCheck[RowT]]:
    """Make the check of a table that refers to jurisdictions and, perhaps, to an instrument.

    Args:
        jurisdictions: the codes of a row by column.
        instrument: the instrument id of a row.
    """

    def make_check(session: Session, _source: str) -> RowsCheck[RowT]:
        nodes = known_jurisdiction_codes(session, kinds=NODES)
        instruments = {key: key for key in session.scalars(select(Instrument.id))}

        def check(rows: Sequence[NumberedRow[RowT]]) -> list[RowProblem]:
            problems: list[RowProblem] = []
            for numbered in rows:
                codes = jurisdictions(numbered.row)
                for column, code in codes.items():
                    problems += check_codes(
                        numbered.row_no, column, [code], nodes, "jurisdiction of the list"
                    )
                if len(codes) == 2 and len(set(codes.values())) == 1:
                    reason = "is both parties"
                    problems.append(RowProblem(numbered.row_no, "b", codes["b"], reason))
                if instrument is not None:
                    problems += check_codes(
                        numbered.row_no,
                        "instrument_id",
                        [instrument(numbered.row)],
                        instruments,
                        "instrument that is stored",
                    )
            return problems

        return check

    return make_check


def write_instruments(
    session: Session, rows: Sequence[InstrumentRow], _context: WriteContext
) -> int:
    """Store treaties, arrangements and organisations."""
    return upsert(
        session,
        Instrument,
        [
            {"id": row.instrument_id, **row.model_dump(mode="json", exclude={"instrument_id"})}
            for row in rows
        ],
    )


def write_memberships(
    session: Session, rows: Sequence[MembershipRow], _context: WriteContext
) -> int:
    """Store parties; a note that says UNVERIFIED marks what no source was read for."""
    return upsert(
        session,
        Membership,
        [
            {
                "instrument_id": row.instrument_id,
                "jurisdiction_code": row.jurisdiction,
                "status": row.status.value,
                "in_force_from": row.in_force_from,
                "is_verified": UNVERIFIED not in row.note,
                "note": row.note,
                "source_url": row.source_url,
            }
            for row in rows
        ],
    )


def bilateral_key(row: BilateralRow) -> str:
    """What tells agreements apart: kind, unordered pair, note (a pair may have several)."""
    return "|".join((row.instrument_kind, *sorted((row.a, row.b)), row.note))


def write_bilateral(session: Session, rows: Sequence[BilateralRow], _context: WriteContext) -> int:
    """Store agreements between two jurisdictions."""
    return upsert(
        session,
        BilateralAgreement,
        [
            {
                "id": uuid5(AGREEMENTS, bilateral_key(row)),
                "instrument_kind": row.instrument_kind.value,
                "a_code": row.a,
                "b_code": row.b,
                "status": row.status.value,
                "in_force_from": row.in_force_from,
                "is_verified": UNVERIFIED not in row.note,
                "note": row.note,
                "source_url": row.source_url,
            }
            for row in rows
        ],
    )


def write_objections(session: Session, rows: Sequence[ObjectionRow], _context: WriteContext) -> int:
    """Store pairs of parties between which a convention is not applied."""
    return upsert(
        session,
        Objection,
        [
            {
                "instrument_id": row.instrument_id,
                "objector_code": row.a,
                "against_code": row.b,
                "effect": row.effect,
                "from_on": row.from_on,
                "note": row.note,
                "source_url": row.source_url,
            }
            for row in rows
        ],
    )


def write_legal_families(
    session: Session, rows: Sequence[LegalFamilyRow], _context: WriteContext
) -> int:
    """Store the families of law."""
    return upsert(
        session,
        LegalFamily,
        [
            {
                "jurisdiction_code": row.jurisdiction,
                "family_primary": row.family_primary,
                "family_derived": row.family_derived,
                "text": row.factbook_legal_system_text,
                "source_url": row.source_url,
            }
            for row in rows
        ],
    )
