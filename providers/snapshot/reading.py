"""Supply as the database holds it, in bulk: rows in, candidates, matters and vectors out.

Made for millions of rows: one statement for providers and one for evidence, plain values instead of
objects, ids as text. What belongs to a row (sectors, places, the vector of a text) is looked up by
the database for each row, because a join over a range of ids may make it read whole tables.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import (
    ColumnElement,
    Double,
    LargeBinary,
    Row,
    ScalarSelect,
    String,
    cast,
    func,
    null,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from matching.text.vectors import Int8Array
from matching.types import Candidate, Matter
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceKind,
    EvidenceSector,
    Provider,
    ProviderSector,
    ProviderStatus,
    TextVector,
)

log = structlog.get_logger()

# What a provider or a list says of itself, against records of work done.
STATEMENTS = frozenset({EvidenceKind.STATEMENT, EvidenceKind.CREDENTIAL})

_IDS_AT_ONCE = 500
_ROWS_AT_ONCE = 2000
_SEPARATOR = "\x1f"  # stands in no code

_AnyRow = Row[*tuple[Any, ...]]  # Any: a column's value is of the column's type


@dataclass(frozen=True, slots=True)
class IdRange:
    """Providers from one id to another, both included."""

    first: UUID
    last: UUID


Whose = IdRange | Collection[UUID] | None
"""A range of providers, some of them, or all."""


@dataclass(frozen=True, slots=True)
class Supply:
    """Some providers with their evidence.

    Attributes:
        candidates: n providers.
        matters: their pieces of evidence as m matters; equal pieces of these providers are one.
        codes: shape (m, d), the vectors of the matters' texts in eight bits, a row of zeros where a
            text has none yet; d is 0 where meaning is not used.
    """

    candidates: list[Candidate]
    matters: list[Matter]
    codes: Int8Array


def read_supply(
    session: Session,
    whose: Whose = None,
    *,
    encoder_version: str = "",
    dimensions: int = 0,
    known_sectors: Collection[str] | None = None,
) -> Supply:
    """Read providers with their evidence; ids that are not there are passed over.

    Args:
        session: one state of the database.
        whose: which providers.
        encoder_version: whose vectors to read; of no use where `dimensions` is 0.
        dimensions: length of a vector.
        known_sectors: leave out every other sector; without it all that are filed are read.
    """
    candidates: list[Candidate] = []
    gathered = _Matters(dimensions, known_sectors)
    for condition in _conditions(Provider.id, whose):
        candidates += _read_candidates(session, condition, known_sectors)
    for condition in _conditions(Evidence.provider_id, whose):
        for row in _evidence_rows(session, condition, encoder_version, dimensions):
            gathered.add(row)
    return Supply(candidates, gathered.matters, gathered.codes())


def read_candidates(
    session: Session, whose: Whose = None, *, known_sectors: Collection[str] | None = None
) -> list[Candidate]:
    """Read providers alone, as `read_supply` does."""
    return [
        candidate
        for condition in _conditions(Provider.id, whose)
        for candidate in _read_candidates(session, condition, known_sectors)
    ]


def read_matters(
    session: Session, whose: Whose = None, *, known_sectors: Collection[str] | None = None
) -> list[Matter]:
    """Read evidence alone, as `read_supply` does."""
    gathered = _Matters(0, known_sectors)
    for condition in _conditions(Evidence.provider_id, whose):
        for row in _evidence_rows(session, condition, "", 0):
            gathered.add(row)
    return gathered.matters


def _conditions(column: InstrumentedAttribute[UUID], whose: Whose) -> Iterator[ColumnElement[bool]]:
    if whose is None:
        yield true()
    elif isinstance(whose, IdRange):
        yield column.between(whose.first, whose.last)
    else:
        ids = sorted(set(whose))
        for start in range(0, len(ids), _IDS_AT_ONCE):
            yield column.in_(ids[start : start + _IDS_AT_ONCE])


def _read_candidates(
    session: Session, condition: ColumnElement[bool], known_sectors: Collection[str] | None
) -> Iterator[Candidate]:
    sectors = _joined(ProviderSector.sector_code, ProviderSector.provider_id == Provider.id)
    rows = session.execute(
        select(
            cast(Provider.id, String),
            Provider.name,
            Provider.kind,
            Provider.home_jurisdiction,
            Provider.qualified_in,
            Provider.network_in,
            Provider.languages,
            Provider.status,
            Provider.is_accepting,
            Provider.city,
            Provider.source,
            sectors,
        )
        .where(condition)
        .order_by(Provider.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for row in rows:
        (
            key,
            name,
            kind,
            home,
            qualified,
            network,
            spoken,
            status,
            accepting,
            city,
            source,
            filed,
        ) = row
        yield Candidate(
            provider_id=_dashed(key),
            name=name,
            kind=kind,
            home_jurisdiction=home,
            qualified_in=None
            if qualified is None
            else {
                code: date.fromisoformat(until) if until else None
                for code, until in qualified.items()
            },
            network_in=None if network is None else tuple(sorted(network)),
            sector_codes=_codes_in(filed, known_sectors),
            languages=None if spoken is None else tuple(sorted(spoken)),
            is_published=status == ProviderStatus.PUBLISHED,
            is_suspended=status == ProviderStatus.SUSPENDED,
            is_accepting=accepting,
            city=city,
            source=source,
        )


def _evidence_rows(
    session: Session, condition: ColumnElement[bool], encoder_version: str, dimensions: int
) -> Iterator[_AnyRow]:
    vector: ColumnElement[bytes | None] | ScalarSelect[bytes] = type_coerce(null(), LargeBinary)
    if dimensions:
        vector = (
            select(TextVector.codes)
            .where(
                TextVector.encoder_version == encoder_version,
                TextVector.text_hash == Evidence.text_hash,
            )
            .scalar_subquery()
        )
    yield from session.execute(
        select(
            cast(Evidence.id, String),
            cast(Evidence.provider_id, String),
            Evidence.source,
            Evidence.matter_ref,
            Evidence.kind,
            Evidence.title,
            Evidence.description,
            Evidence.dated_on,
            Evidence.client_ref,
            cast(Evidence.amount_usd, Double),
            Evidence.is_verified,
            _joined(
                EvidenceJurisdiction.jurisdiction_code,
                EvidenceJurisdiction.evidence_id == Evidence.id,
            ),
            _joined(EvidenceSector.sector_code, EvidenceSector.evidence_id == Evidence.id),
            vector,
        )
        .where(condition)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )


def _joined(column: InstrumentedAttribute[str], of_row: ColumnElement[bool]) -> ScalarSelect[str]:
    return select(func.aggregate_strings(column, _SEPARATOR)).where(of_row).scalar_subquery()


def _codes_in(joined: str | None, known: Collection[str] | None) -> tuple[str, ...]:
    if not joined:
        return ()
    codes = joined.split(_SEPARATOR)
    return tuple(sorted(codes if known is None else (code for code in codes if code in known)))


def _dashed(key: str) -> str:
    """Write an id as PostgreSQL does; SQLite keeps the digits alone."""
    if len(key) != 32:
        return key
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


class _Matters:
    """Gathers pieces of evidence into matters."""

    def __init__(self, dimensions: int, known_sectors: Collection[str] | None) -> None:
        self._dimensions = dimensions
        self._known = known_sectors
        self._partners: dict[str, dict[str, str]] = {}
        self._vectors: list[bytes] = []
        self._no_vector = bytes(dimensions)
        self._misfits = 0
        self.matters: list[Matter] = []

    def add(self, row: _AnyRow) -> None:
        """Take a row of evidence: a new matter, or a partner's piece of one that is there."""
        (key, owner, source, ref, kind, title, description) = row[:7]
        (dated, client, amount, is_verified, places, sectors, vector) = row[7:]
        jurisdictions, filed = _codes_in(places, None), _codes_in(sectors, None)
        is_statement = kind in STATEMENTS
        # Partners who tell the same matter otherwise have a matter each: nobody is shown with
        # another one's words, places, dates or amounts, nor are providers who number alike. Whatever
        # else is read beside it, a piece belongs to the same matter.
        facts = (
            title,
            description,
            jurisdictions,
            filed,
            None if dated is None else dated.toordinal(),
            client,
            amount,
            is_verified,
            is_statement,
        )
        told = hashlib.blake2b(repr(facts).encode(), digest_size=6).hexdigest()
        matter_id = f"{source}:{ref}:{told}"
        partners = self._partners.get(matter_id)
        if partners is not None:
            partners[_dashed(owner)] = _dashed(key)
            return
        partners = self._partners[matter_id] = {_dashed(owner): _dashed(key)}
        self._vectors.append(self._fitting(vector))
        self.matters.append(
            Matter(
                matter_id=matter_id,
                evidence_ids=partners,
                title=title,
                description=description,
                jurisdictions=jurisdictions,
                sector_codes=filed
                if self._known is None
                else tuple(code for code in filed if code in self._known),
                dated_on=dated,
                client=client,
                amount_usd=amount,
                is_verified=is_verified,
                is_statement=is_statement,
            )
        )

    def _fitting(self, vector: bytes | None) -> bytes:
        if not vector or len(vector) == self._dimensions:
            return vector or self._no_vector
        # One bad row must not keep everybody from being matched: words still find this text.
        self._misfits += 1
        return self._no_vector

    def codes(self) -> Int8Array:
        """Return the vectors of the matters: shape (m, d)."""
        if self._misfits:
            log.warning(
                "stored vectors are passed over",
                vectors=self._misfits,
                reason=f"they are not {self._dimensions} numbers long: delete the vectors of this "
                "encoder, and they are made anew",
            )
        found = np.frombuffer(b"".join(self._vectors), dtype=np.int8)
        return found.reshape(len(self.matters), self._dimensions)


def split_supply(
    session: Session, *, providers: int, pieces: int
) -> Sequence[tuple[IdRange, int, int]]:
    """Cut the ids into ranges that are bounded in size: each with how much it holds.

    Args:
        session: the state of the database.
        providers: most providers in a range.
        pieces: most pieces of evidence in a range of more than one provider.

    Returns:
        ranges, ascending and disjoint, with their numbers of providers and of pieces of evidence.
    """
    rows = session.execute(
        select(
            Provider.id,
            select(func.count())
            .where(Evidence.provider_id == Provider.id)
            .correlate(Provider)
            .scalar_subquery(),
        )
        .order_by(Provider.id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    ranges: list[tuple[IdRange, int, int]] = []
    first: UUID | None = None
    last: UUID | None = None
    held = weight = 0
    for key, count in rows:
        if (
            first is not None
            and last is not None
            and (held == providers or weight + count > pieces)
        ):
            ranges.append((IdRange(first, last), held, weight))
            first, held, weight = None, 0, 0
        first = first or key
        last = key
        held += 1
        weight += count
    if first is not None and last is not None:
        ranges.append((IdRange(first, last), held, weight))
    return ranges
