"""The few that are shown, laid out as a small index of their own, for everything that is said of them.

What is said of a provider rests on its own evidence and on what is known of the catalogue as a whole
(`matching.variants`), so the words, the worth of evidence and the changes of facts are worked out on a
context that holds those few alone and the aggregates of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from matching.claims import MOST_CLAIMED
from matching.features.context import DAYS_OF_YEAR, MatchContext
from matching.index.columns import Index, rows_by_code
from matching.index.shard import CLAIMANT, OVERCLAIMS, STATEMENT, UNDATED, VERIFIED, Sets, Shard
from matching.ranker.additive import AdditiveRanker
from matching.scoring import Scored
from matching.search.laid import Laid
from matching.search.layout import Steps
from matching.search.scoring import Details, detail_rows, make_details, make_scratch, near_pieces
from matching.sectors import SectorTree
from matching.text.bm25 import Bm25, build_bm25
from matching.types import Candidate, FloatArray, Matter
from matching.variants import Variant, score_variants

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


@dataclass(frozen=True, slots=True)
class Closeup:
    """A few providers of a view, in the order in which they were asked for.

    Attributes:
        context: the need laid on them alone; its matters are their pieces.
        scored: their scores and parts, as everybody's are made.
        places: (half, row) of each.
        first_piece: the piece of its shard at which each one's begin.
    """

    laid: Laid
    context: MatchContext
    scored: Scored
    places: tuple[tuple[int, int], ...]
    first_piece: tuple[int, ...]

    def scores_without(
        self, ranker: AdditiveRanker, steps: Steps, pairs: Sequence[tuple[int, int]]
    ) -> FloatArray:
        """Score providers each without one of its pieces: shape (pairs,).

        Args:
            ranker: what scores, `steps` the same as tables.
            steps: see there.
            pairs: (row, matter row) of the context.
        """
        index = self.context.index
        scores = np.zeros(len(pairs))
        # Whether a provider claims too much hangs on all of its pieces: that is decided anew.
        intricate = [i for i, (row, _) in enumerate(pairs) if self._may_overclaim(row)]
        if intricate:
            variants = [Variant(pairs[i][0], without=frozenset([pairs[i][1]])) for i in intricate]
            scores[intricate] = score_variants(self.context, ranker, variants)
        plain = sorted(set(range(len(pairs))).difference(intricate))
        for number in range(len(self.laid.halves)):
            here = [i for i in plain if self.places[pairs[i][0]][0] == number]
            rows = [self.places[pairs[i][0]][1] for i in here]
            without = [
                pairs[i][1] - int(index.starts[pairs[i][0]]) + self.first_piece[pairs[i][0]]
                for i in here
            ]
            scores[here] = _details(self.laid, number, rows, without, steps)[0]
        return scores

    def _may_overclaim(self, row: int) -> bool:
        number, place = self.places[row]
        shard = self.laid.halves[number].shard
        profiles = shard.profiles
        if profiles.flags[place] & OVERCLAIMS:
            return True
        index = self.context.index
        claimed = set(index.candidates[row].sector_codes)
        rows = index.evidence_of(row)
        for matter in rows[~index.is_verified[rows]].tolist():
            claimed.update(index.filed[matter])
        return len(claimed) > MOST_CLAIMED


def close_up(laid: Laid, places: Sequence[tuple[int, int]], steps: Steps) -> Closeup:
    """Lay a need on a few providers alone.

    Args:
        laid: the need on everybody.
        places: (half, row) of each.
        steps: the ranker.
    """
    view = laid.view
    candidates: list[Candidate] = []
    sources: list[tuple[Shard, int, str]] = []
    columns = []
    codes: list[tuple[str, ...]] = []
    filed: list[tuple[str, ...]] = []
    starts, first_piece = [0], []
    for number, row in places:
        half = laid.halves[number]
        shard, tables, pieces = half.shard, half.tables, half.shard.pieces
        candidate = _known(shard.candidate(row), view.tree)
        candidates.append(candidate)
        own = shard.pieces_of(row)
        first_piece.append(own.start)
        starts.append(starts[-1] + len(own))
        sources.extend((shard, piece, candidate.provider_id) for piece in own)
        here = slice(own.start, own.stop)
        place_sets, sector_sets = pieces.places[here], pieces.sectors[here]
        near = np.zeros((len(own), 3))
        room = make_scratch(max(len(own), 1), laid.asked, tables, steps)
        near_pieces(pieces, shard.postings, own.start, own.stop, laid.asked, tables, room, near)
        client = laid.asked.client
        columns.append(
            (
                pieces.dated[here].astype(np.int64),
                pieces.amounts[here],
                pieces.flags[here],
                near,
                tables.in_target[place_sets] > 0,
                tables.near_target[place_sets] > 0,
                tables.in_sector[sector_sets] > 0,
                (pieces.clients[here] == client) & (client != 0),
            )
        )
        codes.extend(_codes(shard.place_sets, place_sets.tolist(), shard.jurisdictions))
        filed.extend(_codes(shard.sector_sets, sector_sets.tolist(), shard.sectors))
    dated, amounts, flags, near, in_target, near_target, in_sector, for_client = (
        np.concatenate(parts) for parts in zip(*columns, strict=True)
    )
    counts = dated < laid.asked.today
    filed = [tuple(code for code in one if code in view.tree) for one in filed]
    place = {home: i for i, home in enumerate(view.homes)}
    scored = _all_details(laid, places, steps)
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
    context = MatchContext(
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
    return Closeup(laid, context, scored, tuple(places), tuple(first_piece))


def _known(candidate: Candidate, tree: SectorTree) -> Candidate:
    """Return a provider without the sectors that the list in force does not have."""
    if all(code in tree for code in candidate.sector_codes):
        return candidate
    known = tuple(code for code in candidate.sector_codes if code in tree)
    return replace(candidate, sector_codes=known)


def _flags(laid: Laid, number: int, row: int) -> int:
    return int(laid.halves[number].shard.profiles.flags[row])


def _codes(sets: Sets, chosen: Sequence[int], names: Sequence[str]) -> list[tuple[str, ...]]:
    return [
        tuple(names[code] for code in sets.code[int(sets.at[i]) : int(sets.at[i + 1])].tolist())
        for i in chosen
    ]


def _all_details(laid: Laid, places: Sequence[tuple[int, int]], steps: Steps) -> Scored:
    scores = np.empty(len(places))
    kept = make_details(len(places), steps)
    for number in range(len(laid.halves)):
        here = [i for i, (at, _row) in enumerate(places) if at == number]
        if not here:
            continue
        rows = [places[i][1] for i in here]
        scores[here], found = _details(laid, number, rows, [-1] * len(rows), steps)
        for whole, part in zip(kept, found, strict=True):
            whole[here] = part
    on_record = frozenset(np.flatnonzero(kept.on_record).tolist())
    return Scored(kept.features, kept.parts, scores, on_record)


def _details(
    laid: Laid, number: int, rows: Sequence[int], without: Sequence[int], steps: Steps
) -> tuple[FloatArray, Details]:
    half = laid.halves[number]
    scores, details = np.empty(len(rows)), make_details(len(rows), steps)
    detail_rows(
        half.shard.profiles,
        half.shard.pieces,
        half.shard.postings,
        np.array(rows, dtype=np.int32),
        np.array(without, dtype=np.int64),
        laid.asked,
        half.tables,
        steps,
        half.passed.marks,
        make_scratch(half.shard.most_pieces, laid.asked, half.tables, steps),
        scores,
        details,
    )
    return scores, details
