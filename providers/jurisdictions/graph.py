"""From the reference tables to what routes are planned from: one translation for both doors.

The database's revisions and the packaged files become the same rows, and the same rows become
`TreatyData`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.jurisdictions import types
from matching.text.folding import traditionalise
from matching.types import Sentence
from providers.jurisdictions.models import (
    BilateralAgreement,
    Cooperation,
    Desk,
    Institution,
    InstrumentRevision,
    Jurisdiction,
    LegalFamily,
    Membership,
    Named,
    Objection,
)
from providers.jurisdictions.queries import NODES, list_jurisdictions
from providers.jurisdictions.revisions import list_current
from providers.jurisdictions.schemas import RowStatus
from providers.jurisdictions.statements import RevisionT


@dataclass(frozen=True, slots=True)
class TreatyRows:
    """Rows of the reference tables, the newest revision of each statement."""

    jurisdictions: Sequence[Jurisdiction]
    legal_families: Sequence[LegalFamily]
    instruments: Sequence[InstrumentRevision]
    memberships: Sequence[Membership]
    agreements: Sequence[BilateralAgreement]
    objections: Sequence[Objection]
    institutions: Sequence[Institution]
    cooperations: Sequence[Cooperation]
    desks: Sequence[Desk]


def read_treaty_data(session: Session) -> types.TreatyData:
    """Return what routes are planned from, as the operators have it now."""
    return make_treaty_data(read_treaty_rows(session))


def read_treaty_rows(session: Session) -> TreatyRows:
    """Return the newest revision of every statement."""
    return TreatyRows(
        jurisdictions=list_jurisdictions(session),
        legal_families=session.scalars(select(LegalFamily)).all(),
        instruments=list_current(session, InstrumentRevision),
        memberships=list_current(session, Membership),
        agreements=list_current(session, BilateralAgreement),
        objections=list_current(session, Objection),
        institutions=list_current(session, Institution),
        cooperations=list_current(session, Cooperation),
        desks=list_current(session, Desk),
    )


def make_treaty_data(rows: TreatyRows) -> types.TreatyData:
    """Translate rows; what was retracted is left out, and so are regions and groups."""
    return types.TreatyData(
        nodes=tuple(_as_node(row) for row in rows.jurisdictions if row.kind in NODES),
        instruments=tuple(_as_instrument(row) for row in _standing(rows.instruments)),
        parties=tuple(_as_party(row) for row in _standing(rows.memberships)),
        agreements=tuple(_as_agreement(row) for row in _standing(rows.agreements)),
        objections=tuple(_as_objection(row) for row in _standing(rows.objections)),
        legal_families=tuple(_as_family(row) for row in rows.legal_families),
        desks=tuple(_as_desk(row) for row in _standing(rows.desks)),
        cooperations=tuple(_as_cooperation(row) for row in _standing(rows.cooperations)),
        institutions=tuple(_as_institution(row) for row in _standing(rows.institutions)),
    )


def _standing(rows: Iterable[RevisionT]) -> list[RevisionT]:
    return [row for row in rows if row.status != RowStatus.RETRACTED]


def _as_node(row: Jurisdiction) -> types.Node:
    return types.Node(
        code=row.code,
        name=Sentence(row.name_en, row.name_zh_hans, row.name_zh_hant),
        parent=row.parent_code,
        regions=tuple(code for code in row.regions if code.isdigit()),
        languages=tuple(row.languages),
        valid_to=row.valid_to,
        successor=row.successor_code,
    )


def _as_instrument(row: InstrumentRevision) -> types.Instrument:
    return types.Instrument(
        instrument_id=row.instrument_id,
        name=Sentence(row.name_en, row.name_zh_hans, traditionalise(row.name_zh_hans)),
        kind=row.kind,
        subject=row.subject,
        year=row.year,
        source_url=row.source_url,
        as_of=row.as_of,
    )


def _as_party(row: Membership) -> types.Party:
    return types.Party(
        instrument_id=row.instrument_id,
        jurisdiction=row.jurisdiction_code,
        status=row.status,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        is_verified=row.is_verified,
        note=row.note,
        source_url=row.source_url,
    )


def _as_agreement(row: BilateralAgreement) -> types.Agreement:
    return types.Agreement(
        kind=row.instrument_kind,
        a=row.a_code,
        b=row.b_code,
        status=row.status,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        is_verified=row.is_verified,
        note=row.note,
        source_url=row.source_url,
    )


def _as_objection(row: Objection) -> types.Objection:
    return types.Objection(
        instrument_id=row.instrument_id,
        a=row.objector_code,
        b=row.against_code,
        from_on=row.from_on,
        note=row.note,
        source_url=row.source_url,
    )


def _as_family(row: LegalFamily) -> types.LegalFamily:
    families = tuple(row.family_derived.split("+"))
    return types.LegalFamily(row.jurisdiction_code, row.family_primary, families)


def _as_desk(row: Desk) -> types.Desk:
    return types.Desk(
        desk_id=row.desk_id,
        name=_name_of(row),
        place=row.place_code,
        actions=tuple(row.actions),
        valid_from=row.valid_from,
        note=_note_of(row),
        source_url=row.source_url,
    )


def _as_cooperation(row: Cooperation) -> types.Cooperation:
    return types.Cooperation(
        cooperation_id=row.cooperation_id,
        name=_name_of(row),
        members=tuple(row.members),
        subject=row.subject,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        note=_note_of(row),
        source_url=row.source_url,
    )


def _as_institution(row: Institution) -> types.Institution:
    return types.Institution(
        institution_id=row.institution_id,
        name=_name_of(row),
        short_name=row.short_name,
        steps=tuple(row.steps),
        seat=row.seat_code,
        valid_from=row.valid_from,
        note=_note_of(row),
        source_url=row.source_url,
        is_listed_for_interim=row.is_listed_for_interim,
    )


def _name_of(row: Named) -> Sentence:
    return Sentence(row.name_en, row.name_zh_hans, row.name_zh_hant)


def _note_of(row: Named) -> Sentence:
    return Sentence(row.note_en, row.note_zh_hans, row.note_zh_hant)
