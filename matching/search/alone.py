"""The few that are shown, laid out as a small index of their own.

What is said of a provider rests on its own evidence and on what is known of the catalogue as a whole
(`matching.variants`), so changes of facts are worked out on a context that holds those few alone and
the aggregates of all.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

import numpy as np

from matching.features.context import DAYS_OF_YEAR, MatchContext
from matching.index.columns import NO_LEVELS, Index, rows_by_code
from matching.index.decoded import decoded
from matching.index.shard import CLAIMANT, OVERCLAIMS, STATEMENT, UNDATED, VERIFIED, Shard
from matching.search.laid import Laid
from matching.sectors import SectorTree
from matching.text.bm25 import Bm25, build_bm25
from matching.types import Candidate, FloatArray, Matter

_NO_WORDS: Bm25 = build_bm25([])


class ShownMatters(Sequence[Matter]):
    """The matters of a few providers, each read from its record when it is first asked for."""

    def __init__(self, sources: Sequence[tuple[Shard, int, str]]) -> None:
        """Take (shard, piece, provider id) of each matter."""
        self._sources = sources
        self._read: dict[int, Matter] = {}

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, row: int) -> Matter: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Matter, ...]: ...
    def __getitem__(self, row: int | slice) -> Matter | tuple[Matter, ...]:
        if isinstance(row, slice):
            return tuple(self[i] for i in range(*row.indices(len(self))))
        found = self._read.get(row)
        if found is None:
            shard, piece, provider_id = self._sources[row]
            found = self._read[row] = shard.matter(piece, provider_id)
        return found


def context_of(laid: Laid, places: Sequence[tuple[int, int]], near: FloatArray) -> MatchContext:
    """Lay a need on a few providers alone; their pieces are the matters, those of one side by side.

    Args:
        laid: the need on everybody.
        places: (half, row) of each.
        near: shape (e, 3), words, task and meaning of their pieces; 0 where one does not count.
    """
    view = laid.view
    candidates: list[Candidate] = []
    sources: list[tuple[Shard, int, str]] = []
    columns = []
    codes: list[tuple[str, ...]] = []
    filed: list[tuple[str, ...]] = []
    starts = [0]
    for number, row in places:
        half = laid.halves[number]
        shard, tables, pieces = half.shard, half.tables, half.shard.pieces
        read = decoded(shard)
        candidate = known(read.candidate(row), view.tree)
        candidates.append(candidate)
        own = shard.pieces_of(row)
        starts.append(starts[-1] + len(own))
        sources.extend((shard, piece, candidate.provider_id) for piece in own)
        here = slice(own.start, own.stop)
        place_sets, sector_sets = pieces.places[here], pieces.sectors[here]
        client = laid.asked.client
        columns.append(
            (
                pieces.dated[here].astype(np.int64),
                pieces.amounts[here],
                pieces.flags[here],
                tables.in_target[place_sets] > 0,
                tables.near_target[place_sets] > 0,
                tables.in_sector[sector_sets] > 0,
                (pieces.clients[here] == client) & (client != 0),
            )
        )
        codes.extend(map(read.places, place_sets.tolist()))
        filed.extend(map(read.sectors, sector_sets.tolist()))
    dated, amounts, flags, in_target, near_target, in_sector, for_client = (
        np.concatenate(parts) for parts in zip(*columns, strict=True)
    )
    counts = dated < laid.asked.today
    filed = [tuple(code for code in one if code in view.tree) for one in filed]
    place = {home: i for i, home in enumerate(view.homes)}
    evidence_at = np.array(starts, dtype=np.int64)
    is_verified = (flags & VERIFIED) > 0
    listings = dict.fromkeys(candidate.sector_codes for candidate in candidates)
    m = len(sources)
    blank = np.broadcast_to(np.zeros(1, dtype=np.float32), (m, view.base.dimensions))
    index = Index(
        candidates=tuple(candidates),
        matters=ShownMatters(sources),
        tree=view.tree,
        starts=evidence_at,
        matter_of=np.arange(m, dtype=np.int64),
        candidate_of=np.repeat(np.arange(len(places)), np.diff(evidence_at)),
        levels=NO_LEVELS,
        dated=dated,
        amounts=amounts,
        is_statement=(flags & STATEMENT) > 0,
        is_verified=is_verified,
        has_no_sector=np.array([not one for one in filed], dtype=np.bool_),
        listings=tuple(listings),
        listing_of=np.array(
            [list(listings).index(one.sector_codes) for one in candidates], dtype=np.int64
        ),
        homes=view.homes,
        home_of=np.array([place[one.home_jurisdiction] for one in candidates], dtype=np.int64),
        region_of=view.region_of,
        places=codes,
        filed=filed,
        vectors=blank,
        codes=blank.astype(np.int8),
        norms=np.zeros(m, dtype=np.float32),
        words=_NO_WORDS,
        tasks=_NO_WORDS,
        by_jurisdiction=rows_by_code(codes),
        by_sector=rows_by_code(
            [
                tuple(dict.fromkeys(up for c in one for up in view.tree.ancestors(c)))
                for one in filed
            ]
        ),
        by_exact_sector=rows_by_code(filed),
        by_client={},
        by_practice={},
        by_place={},
        practice_until={},
        claimants=np.array(
            [i for i, (n, row) in enumerate(places) if _flags(laid, n, row) & CLAIMANT], np.int64
        ),
        overclaims=np.array(
            [bool(_flags(laid, n, row) & OVERCLAIMS) for n, row in places], dtype=np.bool_
        ),
        version=view.version,
        row_of={one.provider_id: i for i, one in enumerate(candidates)},
        proximity=view.proximity,
    )
    age = (laid.asked.today - dated) / DAYS_OF_YEAR
    return MatchContext(
        query=laid.query,
        index=index,
        counts=counts,
        words=near[:, 0],
        task=near[:, 1],
        meaning=near[:, 2],
        in_target=in_target & counts,
        near_target=near_target & counts,
        in_sector=in_sector & counts,
        for_client=for_client & counts,
        age_years=np.where(dated == UNDATED, np.nan, age),
        home_alike=laid.home_alike,
        home_of_size=laid.home_of_size,
        work_of_homes=laid.work_of_homes,
    )


def known(candidate: Candidate, tree: SectorTree) -> Candidate:
    """Return a provider without the sectors that the list in force does not have."""
    if all(code in tree for code in candidate.sector_codes):
        return candidate
    known = tuple(code for code in candidate.sector_codes if code in tree)
    return replace(candidate, sector_codes=known)


def _flags(laid: Laid, number: int, row: int) -> int:
    return int(laid.halves[number].shard.profiles.flags[row])
