"""Supply translated for matching: rows in, candidates and matters out."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from matching.types import Candidate, Matter
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceKind,
    EvidenceSector,
    Provider,
    ProviderSector,
    ProviderStatus,
)

# What a provider or a list says of itself, against records of work done.
STATEMENTS = frozenset({EvidenceKind.STATEMENT, EvidenceKind.CREDENTIAL})


def as_candidate(provider: Provider, sector_codes: Iterable[str]) -> Candidate:
    """Translate a provider; what is unknown in the row stays unknown."""
    qualified = provider.qualified_in
    return Candidate(
        provider_id=str(provider.id),
        name=provider.name,
        kind=str(provider.kind),  # read anew it is a plain string: equal rows, equal bytes
        home_jurisdiction=provider.home_jurisdiction,
        qualified_in=None
        if qualified is None
        else {
            code: date.fromisoformat(until) if until else None for code, until in qualified.items()
        },
        network_in=None if provider.network_in is None else tuple(sorted(provider.network_in)),
        sector_codes=tuple(sorted(sector_codes)),
        languages=None if provider.languages is None else tuple(sorted(provider.languages)),
        is_published=provider.status == ProviderStatus.PUBLISHED,
        is_suspended=provider.status == ProviderStatus.SUSPENDED,
        is_accepting=provider.is_accepting,
    )


def read_candidates(session: Session, known_sectors: Iterable[str]) -> list[Candidate]:
    """Return every provider as a candidate, with its sectors of the list in force."""
    known = set(known_sectors)
    sectors: dict[UUID, list[str]] = defaultdict(list)
    for provider_id, code in session.execute(
        select(ProviderSector.provider_id, ProviderSector.sector_code)
    ):
        if code in known:
            sectors[provider_id].append(code)
    providers = session.scalars(
        select(Provider).options(lazyload(Provider.sectors)).execution_options(yield_per=2000)
    )
    return [as_candidate(provider, sectors[provider.id]) for provider in providers]


def read_matters(session: Session, known_sectors: Iterable[str]) -> list[Matter]:
    """Return all evidence as matters: equal pieces of joint-venture partners become one."""
    known = set(known_sectors)
    places: dict[UUID, list[str]] = defaultdict(list)
    for evidence_id, code in session.execute(
        select(EvidenceJurisdiction.evidence_id, EvidenceJurisdiction.jurisdiction_code)
    ):
        places[evidence_id].append(code)
    sectors: dict[UUID, list[str]] = defaultdict(list)
    for evidence_id, code in session.execute(
        select(EvidenceSector.evidence_id, EvidenceSector.sector_code)
    ):
        if code in known:
            sectors[evidence_id].append(code)
    pieces = session.execute(
        select(
            Evidence.id,
            Evidence.provider_id,
            Evidence.source,
            Evidence.matter_ref,
            Evidence.text_hash,
            Evidence.kind,
            Evidence.title,
            Evidence.description,
            Evidence.dated_on,
            Evidence.client_ref,
            Evidence.amount_usd,
            Evidence.is_verified,
        ).order_by(Evidence.id)
    ).all()
    partners: dict[str, dict[str, str]] = defaultdict(dict)
    first: dict[str, int] = {}
    for position, piece in enumerate(pieces):
        facts = (
            piece.text_hash,
            sorted(places[piece.id]),
            sorted(sectors[piece.id]),
            piece.dated_on and piece.dated_on.isoformat(),
            piece.client_ref,
            None if piece.amount_usd is None else float(piece.amount_usd),
            piece.is_verified,
            piece.kind in STATEMENTS,
        )
        # Partners who tell the same matter otherwise have a matter each: nobody is shown with
        # another one's places, dates or amounts, nor are providers who number alike.
        told = hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
        matter_id = f"{piece.source}:{piece.matter_ref}:{told}"
        partners[matter_id][str(piece.provider_id)] = str(piece.id)
        first.setdefault(matter_id, position)
    return [
        Matter(
            matter_id=matter_id,
            evidence_ids=partners[matter_id],
            title=piece.title,
            description=piece.description,
            jurisdictions=tuple(sorted(places[piece.id])),
            sector_codes=tuple(sorted(sectors[piece.id])),
            dated_on=piece.dated_on,
            client=piece.client_ref,
            amount_usd=None if piece.amount_usd is None else float(piece.amount_usd),
            is_verified=piece.is_verified,
            is_statement=piece.kind in STATEMENTS,
        )
        for matter_id, piece in ((key, pieces[position]) for key, position in first.items())
    ]
