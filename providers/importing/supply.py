"""Providers and evidence: what their rows must refer to, and how they are stored."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matching.text.folding import fold
from matching.text.vectors import text_hash
from matching.types import evidence_text
from providers.importing.rows import EvidenceRow, ProviderRow
from providers.importing.spec import NumberedRow, RowProblem, RowsCheck, WriteContext, check_codes
from providers.jurisdictions.queries import NODES, known_jurisdiction_codes
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceSector,
    Provider,
    ProviderSector,
    ProviderStatus,
    SectorBasis,
)
from providers.sectors.queries import known_sector_codes

SUPPLY = uuid5(NAMESPACE_URL, "landbridge:supply")
_NAME_CHARACTERS = 300


def provider_id(source: str, source_ref: str) -> UUID:
    """Return the id that a provider of a source has in every database."""
    return uuid5(SUPPLY, f"provider:{source}:{source_ref}")


def evidence_id(source: str, matter_ref: str, of_provider: UUID) -> UUID:
    """Return the id of a provider's piece of evidence; partners in a matter have one each."""
    return uuid5(SUPPLY, f"evidence:{source}:{matter_ref}:{of_provider}")


def check_providers(session: Session, _source: str) -> RowsCheck[ProviderRow]:
    """Return the check that jurisdictions and sectors are those of the lists."""
    nodes = known_jurisdiction_codes(session, kinds=NODES)
    sectors = known_sector_codes(session)

    def check(rows: Sequence[NumberedRow[ProviderRow]]) -> list[RowProblem]:
        problems: list[RowProblem] = []
        for numbered in rows:
            row = numbered.row
            home = [row.home_jurisdiction] if row.home_jurisdiction else []
            for column, codes in (
                ("home_jurisdiction", home),
                ("qualified_in", list(row.qualified_in or ())),
                ("network_in", row.network_in or []),
            ):
                problems += check_codes(
                    numbered.row_no, column, codes, nodes, "jurisdiction of the list"
                )
            problems += check_codes(
                numbered.row_no, "sector_codes", row.sector_codes, sectors, "sector in force"
            )
        return problems

    return check


def check_evidence(session: Session, source: str) -> RowsCheck[EvidenceRow]:
    """Return the check that providers exist, and jurisdictions and sectors are those of the lists."""
    nodes = known_jurisdiction_codes(session, kinds=NODES)
    sectors = known_sector_codes(session)

    def check(rows: Sequence[NumberedRow[EvidenceRow]]) -> list[RowProblem]:
        references = {
            provider_id(source, row.row.provider_ref): row.row.provider_ref for row in rows
        }
        known = {references[key] for key in _existing_ids(session, references)}
        problems: list[RowProblem] = []
        for numbered in rows:
            row = numbered.row
            if row.provider_ref not in known:
                reason = f"is no provider of the source {source!r}: import the providers first"
                problems.append(
                    RowProblem(numbered.row_no, "provider_ref", row.provider_ref, reason)
                )
            if not row.title and not row.description:
                reason = "is empty, and so is the description: one of them says what was done"
                problems.append(RowProblem(numbered.row_no, "title", "", reason))
            problems += check_codes(
                numbered.row_no,
                "jurisdictions",
                row.jurisdictions,
                nodes,
                "jurisdiction of the list",
            )
            problems += check_codes(
                numbered.row_no, "sector_codes", row.sector_codes, sectors, "sector in force"
            )
        return problems

    return check


def _existing_ids(session: Session, ids: Iterable[UUID]) -> set[UUID]:
    return set(session.scalars(select(Provider.id).where(Provider.id.in_(list(ids)))))


def write_providers(session: Session, rows: Sequence[ProviderRow], context: WriteContext) -> int:
    """Store providers: new ones in bulk, others with a new version where the row differs."""
    by_id = {provider_id(context.source, row.source_ref): row for row in rows}
    found = {
        stored.id: stored
        for stored in session.scalars(select(Provider).where(Provider.id.in_(list(by_id))))
    }
    fresh: list[dict[str, Any]] = []  # Any: a column's value is of the column's type
    sectors: list[dict[str, Any]] = []  # Any: as above
    for key, row in by_id.items():
        if key in found:
            continue
        fresh.append(
            {
                "id": key,
                "source": context.source,
                "source_ref": row.source_ref,
                "status_reason": None,
                "version": 1,
                "created_at": context.now,
                "updated_at": context.now,
                **_provider_values(row, row.status or ProviderStatus.PUBLISHED),
            }
        )
        sectors += [_listed_under(key, code) for code in row.sector_codes]
    if fresh:
        session.execute(insert(Provider), fresh)
    if sectors:
        session.execute(insert(ProviderSector), sectors)
    changed = [
        key for key, stored in found.items() if _rewrite_provider(stored, by_id[key], context)
    ]
    context.providers.update(by_id.keys() - found.keys(), changed)
    return len(fresh) + len(changed)


def _provider_values(row: ProviderRow, status: ProviderStatus) -> dict[str, Any]:
    # Any: as above.
    return {
        "name": row.name,
        "name_folded": fold(row.name)[:_NAME_CHARACTERS],
        "kind": row.kind.value,
        "home_jurisdiction": row.home_jurisdiction,
        "city": row.city,
        "status": status.value,
        "languages": row.languages,
        "qualified_in": row.qualified_in,
        "network_in": row.network_in,
        "is_accepting": row.is_accepting,
        "listed_as": row.listed_as,
    }


def _listed_under(key: UUID, code: str) -> dict[str, Any]:  # Any: as above
    return {"provider_id": key, "sector_code": code, "basis": SectorBasis.LISTED.value}


def _rewrite_provider(stored: Provider, row: ProviderRow, context: WriteContext) -> bool:
    # An empty status must not bring back a provider that operators suspended.
    values = _provider_values(row, row.status or ProviderStatus(stored.status))
    own = set(stored.own_fields or ())
    kept = tuple(sorted(name for name in own if getattr(stored, name) != values[name]))
    if kept:
        context.kept[row.source_ref] = kept
    own |= {"name_folded"} if "name" in own else set()
    is_changed = _assign(stored, {name: it for name, it in values.items() if name not in own})
    listed = {sector.sector_code for sector in stored.sectors if sector.basis == SectorBasis.LISTED}
    if listed != set(row.sector_codes):
        claimed = [sector for sector in stored.sectors if sector.basis != SectorBasis.LISTED]
        present = {sector.sector_code: sector for sector in stored.sectors}
        stored.sectors = [
            sector for sector in claimed if sector.sector_code not in row.sector_codes
        ]
        for code in row.sector_codes:
            sector = present.get(code) or ProviderSector(provider_id=stored.id, sector_code=code)
            sector.basis = SectorBasis.LISTED
            stored.sectors.append(sector)
        is_changed = True
    if is_changed:
        stored.version += 1
        stored.updated_at = context.now
    return is_changed


def write_evidence(session: Session, rows: Sequence[EvidenceRow], context: WriteContext) -> int:
    """Store evidence with its jurisdictions and sectors."""
    by_id = {
        evidence_id(
            context.source, row.matter_ref, provider_id(context.source, row.provider_ref)
        ): row
        for row in rows
    }
    found = {
        stored.id: stored
        for stored in session.scalars(select(Evidence).where(Evidence.id.in_(list(by_id))))
    }
    new = {key: row for key, row in by_id.items() if key not in found}
    if new:
        session.execute(
            insert(Evidence),
            [
                {
                    "id": key,
                    "provider_id": provider_id(context.source, row.provider_ref),
                    "source": context.source,
                    "matter_ref": row.matter_ref,
                    **_evidence_values(row),
                }
                for key, row in new.items()
            ],
        )
    places = [
        {"evidence_id": key, "jurisdiction_code": code}
        for key, row in new.items()
        for code in row.jurisdictions
    ]
    sectors = [
        {"evidence_id": key, "sector_code": code}
        for key, row in new.items()
        for code in row.sector_codes
    ]
    if places:
        session.execute(insert(EvidenceJurisdiction), places)
    if sectors:
        session.execute(insert(EvidenceSector), sectors)
    changed = [key for key in found if _rewrite_evidence(found[key], by_id[key])]
    context.providers.update(
        provider_id(context.source, by_id[key].provider_ref) for key in (*new, *changed)
    )
    return len(new) + len(changed)


def _evidence_values(row: EvidenceRow) -> dict[str, Any]:  # Any: as above
    return {
        "kind": row.kind.value,
        "title": row.title,
        "description": row.description,
        "text_hash": text_hash(evidence_text(row.title, row.description)),
        "dated_on": row.dated_on,
        "amount_usd": row.amount_usd,
        "client_ref": row.client_ref,
        "labels": row.labels,
        "is_verified": row.is_verified,
    }


def _rewrite_evidence(stored: Evidence, row: EvidenceRow) -> bool:
    is_changed = _assign(stored, _evidence_values(row))
    places = {place.jurisdiction_code: place for place in stored.jurisdictions}
    if set(places) != set(row.jurisdictions):
        stored.jurisdictions = [
            places.get(code) or EvidenceJurisdiction(evidence_id=stored.id, jurisdiction_code=code)
            for code in row.jurisdictions
        ]
        is_changed = True
    sectors = {sector.sector_code: sector for sector in stored.sectors}
    if set(sectors) != set(row.sector_codes):
        stored.sectors = [
            sectors.get(code) or EvidenceSector(evidence_id=stored.id, sector_code=code)
            for code in row.sector_codes
        ]
        is_changed = True
    return is_changed


def _assign(stored: Provider | Evidence, values: dict[str, Any]) -> bool:  # Any: as above
    differing = {name: value for name, value in values.items() if getattr(stored, name) != value}
    for name, value in differing.items():
        setattr(stored, name, value)
    return bool(differing)
