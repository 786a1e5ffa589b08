"""What is stored of a provider or a piece of evidence, as a value: compared, shown and put back.

Such a state is JSON, with everything that a row can say and what an import must not lose. Two
states are equal exactly if what is stored is the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.text.folding import fold
from matching.text.vectors import text_hash
from matching.types import evidence_text
from providers.importing.kinds import EVIDENCE, PROVIDERS
from providers.importing.rows import EvidenceRow, ProviderRow
from providers.importing.spec import AnySpec
from providers.importing.supply import evidence_id, provider_id
from providers.imports.models import State
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceKind,
    EvidenceSector,
    Provider,
    ProviderKind,
    ProviderSector,
    ProviderStatus,
    SectorBasis,
)

_CENT = Decimal("0.01")
_NAME_CHARACTERS = 300
# What a cell of several values holds where there are none; an empty cell means that nobody knows.
NONE_OF_THEM = ";"


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of table that can be confirmed and undone.

    Attributes:
        spec: its columns, and how its rows are read, checked and written.
        target: the id of what a row is about, given the source.
        load: the stored states by id; those that are not there are left out.
        want: what would be stored for a row, given what is stored or None.
        say: what the row itself says, before what its firm wrote is kept; otherwise as `want`.
        as_cells: a state as the cells of a row.
        restore: put a state back in place of what is stored; return the provider concerned.
        remove: take out what was new; return the provider concerned.
        model: where it is stored.
    """

    spec: AnySpec
    target: Callable[[Any, str], UUID]  # Any: the row schema of the kind, as in a spec
    load: Callable[[Session, Sequence[UUID]], dict[UUID, State]]
    want: Callable[[Any, State | None], State]
    say: Callable[[Any, State | None], State]
    as_cells: Callable[[State], dict[str, str]]
    restore: Callable[[Session, UUID, State, datetime], UUID]
    remove: Callable[[Session, UUID], UUID]
    model: type[Provider] | type[Evidence]


def state_of_provider(stored: Provider) -> State:
    """Return what is stored of a provider."""
    own = {"own_fields": stored.own_fields} if stored.own_fields else {}
    return own | {
        "name": stored.name,
        "kind": str(stored.kind),
        "home_jurisdiction": stored.home_jurisdiction,
        "city": stored.city,
        "status": str(stored.status),
        "status_reason": stored.status_reason,
        "languages": stored.languages,
        "qualified_in": stored.qualified_in,
        "network_in": stored.network_in,
        "is_accepting": stored.is_accepting,
        "listed_as": stored.listed_as,
        "sectors": {sector.sector_code: str(sector.basis) for sector in stored.sectors},
    }


def state_of_evidence(stored: Evidence) -> State:
    """Return what is stored of a piece of evidence."""
    return {
        "kind": str(stored.kind),
        "title": stored.title,
        "description": stored.description,
        "dated_on": None if stored.dated_on is None else stored.dated_on.isoformat(),
        "amount_usd": _say_amount(stored.amount_usd),
        "client_ref": stored.client_ref,
        "labels": stored.labels,
        "is_verified": stored.is_verified,
        "jurisdictions": sorted(place.jurisdiction_code for place in stored.jurisdictions),
        "sectors": sorted(sector.sector_code for sector in stored.sectors),
    }


def _say_amount(amount: Decimal | None) -> str | None:
    return None if amount is None else str(Decimal(amount).quantize(_CENT))


def _load_providers(session: Session, ids: Sequence[UUID]) -> dict[UUID, State]:
    stored = session.scalars(
        select(Provider).where(Provider.id.in_(ids)).execution_options(populate_existing=True)
    )
    return {provider.id: state_of_provider(provider) for provider in stored}


def _load_evidence(session: Session, ids: Sequence[UUID]) -> dict[UUID, State]:
    stored = session.scalars(
        select(Evidence).where(Evidence.id.in_(ids)).execution_options(populate_existing=True)
    )
    return {evidence.id: state_of_evidence(evidence) for evidence in stored}


def _want_provider(row: ProviderRow, stored: State | None) -> State:
    own = (stored or {}).get("own_fields", ())
    kept = {} if stored is None else {name: stored[name] for name in own}
    return _say_provider(row, stored) | kept | ({"own_fields": own} if own else {})


def _say_provider(row: ProviderRow, stored: State | None) -> State:
    status = row.status or (stored["status"] if stored else ProviderStatus.PUBLISHED)
    claimed = {
        code: basis
        for code, basis in (stored["sectors"] if stored else {}).items()
        if basis != SectorBasis.LISTED and code not in row.sector_codes
    }
    return {
        "name": row.name,
        "kind": row.kind.value,
        "home_jurisdiction": row.home_jurisdiction,
        "city": row.city,
        "status": str(status),
        "status_reason": stored["status_reason"] if stored else None,
        "languages": row.languages,
        "qualified_in": row.qualified_in,
        "network_in": row.network_in,
        "is_accepting": row.is_accepting,
        "listed_as": row.listed_as,
        "sectors": claimed | dict.fromkeys(row.sector_codes, SectorBasis.LISTED.value),
    }


def _want_evidence(row: EvidenceRow, _stored: State | None) -> State:
    return {
        "kind": row.kind.value,
        "title": row.title,
        "description": row.description,
        "dated_on": None if row.dated_on is None else row.dated_on.isoformat(),
        "amount_usd": _say_amount(row.amount_usd),
        "client_ref": row.client_ref,
        "labels": row.labels,
        "is_verified": row.is_verified,
        "jurisdictions": sorted(row.jurisdictions),
        "sectors": sorted(row.sector_codes),
    }


def _cells_of_provider(state: State) -> dict[str, str]:
    listed = sorted(code for code, basis in state["sectors"].items() if basis == SectorBasis.LISTED)
    return {
        "name": state["name"],
        "kind": state["kind"],
        "home_jurisdiction": state["home_jurisdiction"] or "",
        "city": state["city"] or "",
        "status": state["status"],
        "languages": _join(state["languages"]),
        "qualified_in": _join_terms(state["qualified_in"]),
        "network_in": _join(state["network_in"]),
        "is_accepting": _say_switch(state["is_accepting"]),
        "listed_as": _join(state["listed_as"]),
        "sector_codes": ";".join(listed),
    }


def _cells_of_evidence(state: State) -> dict[str, str]:
    return {
        "kind": state["kind"],
        "title": state["title"],
        "description": state["description"],
        "jurisdictions": ";".join(state["jurisdictions"]),
        "sector_codes": ";".join(state["sectors"]),
        "dated_on": state["dated_on"] or "",
        "amount_usd": state["amount_usd"] or "",
        "client_ref": state["client_ref"] or "",
        "is_verified": _say_switch(state["is_verified"]),
        "labels": ";".join(f"{key}={value}" for key, value in sorted(state["labels"].items())),
    }


def _join(values: Iterable[str] | None) -> str:
    return "" if values is None else ";".join(values) or NONE_OF_THEM


def _join_terms(terms: Mapping[str, str | None] | None) -> str:
    if terms is None:
        return ""
    return _join(f"{code}:{day}" if day else code for code, day in sorted(terms.items()))


def _say_switch(value: bool | None) -> str:
    return "" if value is None else ("true" if value else "false")


def _restore_provider(session: Session, key: UUID, state: State, now: datetime) -> UUID:
    stored = session.get_one(Provider, key)
    stored.name = state["name"]
    stored.name_folded = fold(state["name"])[:_NAME_CHARACTERS]
    stored.kind = ProviderKind(state["kind"])
    stored.home_jurisdiction = state["home_jurisdiction"]
    stored.city = state["city"]
    stored.status = ProviderStatus(state["status"])
    stored.status_reason = state["status_reason"]
    stored.languages = state["languages"]
    stored.qualified_in = state["qualified_in"]
    stored.network_in = state["network_in"]
    stored.is_accepting = state["is_accepting"]
    stored.listed_as = state["listed_as"]
    stored.own_fields = state.get("own_fields")
    kept = {sector.sector_code: sector for sector in stored.sectors}
    stored.sectors = [
        kept.get(code) or ProviderSector(provider_id=key, sector_code=code)
        for code in state["sectors"]
    ]
    for sector in stored.sectors:
        sector.basis = SectorBasis(state["sectors"][sector.sector_code])
    # A version never goes back: whoever has read the one between must notice.
    stored.version += 1
    stored.updated_at = now
    return key


def _restore_evidence(session: Session, key: UUID, state: State, _now: datetime) -> UUID:
    stored = session.get_one(Evidence, key)
    stored.kind = EvidenceKind(state["kind"])
    stored.title = state["title"]
    stored.description = state["description"]
    stored.text_hash = text_hash(evidence_text(stored.title, stored.description))
    stored.dated_on = None if state["dated_on"] is None else date.fromisoformat(state["dated_on"])
    stored.amount_usd = None if state["amount_usd"] is None else Decimal(state["amount_usd"])
    stored.client_ref = state["client_ref"]
    stored.labels = state["labels"]
    stored.is_verified = state["is_verified"]
    places = {place.jurisdiction_code: place for place in stored.jurisdictions}
    stored.jurisdictions = [
        places.get(code) or EvidenceJurisdiction(evidence_id=key, jurisdiction_code=code)
        for code in state["jurisdictions"]
    ]
    sectors = {sector.sector_code: sector for sector in stored.sectors}
    stored.sectors = [
        sectors.get(code) or EvidenceSector(evidence_id=key, sector_code=code)
        for code in state["sectors"]
    ]
    return stored.provider_id


def _remove_provider(session: Session, key: UUID) -> UUID:
    session.delete(session.get_one(Provider, key))
    return key


def _remove_evidence(session: Session, key: UUID) -> UUID:
    stored = session.get_one(Evidence, key)
    session.delete(stored)
    return stored.provider_id


def _target_of_provider(row: ProviderRow, source: str) -> UUID:
    return provider_id(source, row.source_ref)


def _target_of_evidence(row: EvidenceRow, source: str) -> UUID:
    return evidence_id(source, row.matter_ref, provider_id(source, row.provider_ref))


SUBJECTS: Mapping[str, Subject] = {
    "providers": Subject(
        spec=PROVIDERS,
        target=_target_of_provider,
        load=_load_providers,
        want=_want_provider,
        say=_say_provider,
        as_cells=_cells_of_provider,
        restore=_restore_provider,
        remove=_remove_provider,
        model=Provider,
    ),
    "evidence": Subject(
        spec=EVIDENCE,
        target=_target_of_evidence,
        load=_load_evidence,
        want=_want_evidence,
        say=_want_evidence,
        as_cells=_cells_of_evidence,
        restore=_restore_evidence,
        remove=_remove_evidence,
        model=Evidence,
    ),
}


def say_changes(subject: Subject, before: State, after: State) -> dict[str, list[str]]:
    """Return each column that differs, with its cell before and after."""
    old, new = subject.as_cells(before), subject.as_cells(after)
    return {column: [old[column], new[column]] for column in new if old[column] != new[column]}
