"""What the alternatives hold of a provider: one document with its words and codes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matching.evaluation.bench.demand import Need
from matching.evaluation.bench.supply import SupplyChunk, SupplyMaker
from matching.sectors import SectorTree, branches_that_serve
from matching.types import Candidate, Matter

FETCHED = 200
# How a provider is filed that has done work of which the sector is unknown, or shows no sector.
UNKNOWN = "unknown"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Document:
    """A provider as a document; `row` is its place among all by id."""

    row: int
    words: str
    places: tuple[str, ...]
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """A need as filters and words: any of the places, any of the sectors, any of the words."""

    words: str
    places: tuple[str, ...]
    sectors: tuple[str, ...]


def documents(maker: SupplyMaker) -> Iterator[list[Document]]:
    """Make the documents of a supply, chunk by chunk; who may not be proposed has none."""
    tree = SectorTree(maker.material.parents)
    for number in range(maker.shape.chunks):
        yield list(_of_chunk(maker.chunk(number), maker.shape.rows_of(number), tree))


def _of_chunk(chunk: SupplyChunk, rows: range, tree: SectorTree) -> Iterator[Document]:
    of_provider: dict[str, list[Matter]] = {c.provider_id: [] for c in chunk.candidates}
    for matter in chunk.matters:
        (provider_id,) = matter.evidence_ids
        of_provider[provider_id].append(matter)
    for row, candidate in zip(rows, chunk.candidates, strict=True):
        is_open = candidate.is_published and candidate.is_accepting is not False
        if is_open:
            yield _document(row, candidate, of_provider[candidate.provider_id], tree)


def _document(row: int, candidate: Candidate, matters: list[Matter], tree: SectorTree) -> Document:
    places = {*(candidate.qualified_in or {}), *(candidate.network_in or ())}
    if candidate.home_jurisdiction:
        places.add(candidate.home_jurisdiction)
    sectors = set(candidate.sector_codes)
    for matter in matters:
        places.update(matter.jurisdictions)
        sectors.update(matter.sector_codes or (UNKNOWN,))
    closed = {above for code in sectors - {UNKNOWN} for above in tree.ancestors(code)}
    return Document(
        row=row,
        words=" \n".join(matter.text for matter in matters),
        places=tuple(sorted(places)),
        sectors=tuple(sorted(closed | sectors)) or (UNKNOWN,),
    )


def as_filters(need: Need) -> Filters:
    """Return a need as the alternatives ask for it.

    They filter by place where the need names some: to find everybody who might do the work, as the
    engine does, they would have to rank nearly all by words.
    """
    query = need.query
    sectors = {s for code in query.sector_codes for s in (code, *branches_that_serve(code))}
    return Filters(
        words=" ".join(dict.fromkeys(_WORD.findall(query.text.lower()))),
        places=query.target_jurisdictions,
        sectors=(*sorted(sectors), UNKNOWN) if sectors else (),
    )
