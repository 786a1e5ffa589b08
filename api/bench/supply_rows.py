"""A chunk of made-up supply as the rows of our tables."""

import json
from typing import Any, NamedTuple

from matching.evaluation.bench.supply import SupplyChunk
from matching.text.folding import fold
from matching.text.vectors import text_hash
from matching.types import Candidate
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceKind,
    EvidenceSector,
    Provider,
    ProviderSector,
    ProviderStatus,
    SectorBasis,
    TextVector,
)

# As both databases read it, in text.
_WRITTEN_AT = "2026-01-01 00:00:00.000000"

# Values of many types, ready for a driver: they are written and not looked at again.
Row = tuple[Any, ...]


class TableRows(NamedTuple):
    """Rows of a table: `rows[i]` has a value for each of `columns`."""

    table: str
    columns: tuple[str, ...]
    rows: list[Row]


def as_rows(chunk: SupplyChunk, encoder: str) -> tuple[TableRows, ...]:
    """Return a chunk as rows, in the order in which tables refer to each other.

    Identifiers are written without hyphens and truths as 0 and 1, which SQLite stores and which
    PostgreSQL reads.
    """
    providers, listed = list[Row](), list[Row]()
    for candidate in chunk.candidates:
        key = _hex(candidate.provider_id)
        providers.append(_provider(key, candidate))
        listed += [(key, code, SectorBasis.LISTED.value) for code in candidate.sector_codes]
    evidence, places = list[Row](), list[Row]()
    sectors, vectors = list[Row](), list[Row]()
    scales = chunk.scales.tolist()
    for i, matter in enumerate(chunk.matters):
        ((provider_id, evidence_id),) = matter.evidence_ids.items()
        key, hashed = _hex(evidence_id), text_hash(matter.text)
        source, _, ref = matter.matter_id.partition(":")
        kind = EvidenceKind.STATEMENT if matter.is_statement else EvidenceKind.PAST_MATTER
        evidence.append(
            (
                key,
                _hex(provider_id),
                source,
                ref,
                kind.value,
                matter.title,
                matter.description,
                hashed,
                matter.dated_on and matter.dated_on.isoformat(),
                matter.amount_usd,
                matter.client,
                "{}",
                int(matter.is_verified),
            )
        )
        places += [(key, code) for code in matter.jurisdictions]
        sectors += [(key, code) for code in matter.sector_codes]
        vectors.append((encoder, hashed, chunk.codes[i].tobytes(), scales[i]))
    return (
        TableRows(Provider.__tablename__, _PROVIDER, providers),
        TableRows(ProviderSector.__tablename__, ("provider_id", "sector_code", "basis"), listed),
        TableRows(Evidence.__tablename__, _EVIDENCE, evidence),
        TableRows(EvidenceJurisdiction.__tablename__, ("evidence_id", "jurisdiction_code"), places),
        TableRows(EvidenceSector.__tablename__, ("evidence_id", "sector_code"), sectors),
        TableRows(
            TextVector.__tablename__, ("encoder_version", "text_hash", "codes", "scale"), vectors
        ),
    )


_PROVIDER = (
    "id",
    "source",
    "source_ref",
    "name",
    "name_folded",
    "kind",
    "home_jurisdiction",
    "city",
    "status",
    "languages",
    "qualified_in",
    "network_in",
    "is_accepting",
    "version",
    "created_at",
    "updated_at",
)
_EVIDENCE = (
    "id",
    "provider_id",
    "source",
    "matter_ref",
    "kind",
    "title",
    "description",
    "text_hash",
    "dated_on",
    "amount_usd",
    "client_ref",
    "labels",
    "is_verified",
)


def _provider(key: str, candidate: Candidate) -> Row:
    status = ProviderStatus.PUBLISHED if candidate.is_published else ProviderStatus.DRAFT
    if candidate.is_suspended:
        status = ProviderStatus.SUSPENDED
    qualified = candidate.qualified_in
    return (
        key,
        candidate.source,
        key,
        candidate.name,
        fold(candidate.name),
        candidate.kind,
        candidate.home_jurisdiction,
        candidate.city,
        status.value,
        _json(candidate.languages),
        _json(
            None
            if qualified is None
            else {code: last and last.isoformat() for code, last in qualified.items()}
        ),
        _json(candidate.network_in),
        None if candidate.is_accepting is None else int(candidate.is_accepting),
        1,
        _WRITTEN_AT,
        _WRITTEN_AT,
    )


def _hex(written: str) -> str:
    return written.replace("-", "")


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)
