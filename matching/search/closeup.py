"""The few that are shown, read from the columns for everything that is said of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from matching.citing import Quotation
from matching.claims import MOST_CLAIMED
from matching.features.context import MatchContext
from matching.index.decoded import decoded
from matching.index.shard import OVERCLAIMS, VERIFIED
from matching.ranker.additive import AdditiveRanker
from matching.scoring import Scored
from matching.search.alone import context_of, known
from matching.search.detail import Found, make_found, read_rows, score_without
from matching.search.laid import Laid
from matching.search.layout import Scratch, Steps
from matching.search.scoring import make_details, make_scratch
from matching.shown import WORK, Shown, Wanted, read_need
from matching.types import Candidate, IntArray
from matching.variants import Variant, score_variants

_CANDIDATES_KEPT = 4_096
_SETS_KEPT = 16_384


@dataclass(frozen=True, slots=True)
class Closeup:
    """A few providers of a view, in the order in which they were asked for.

    Attributes:
        laid: the need on everybody.
        places: (half, row) of each.
        starts: shape (k + 1,), where the pieces of each begin among theirs.
        wanted: the need.
        shown: what is said of each is made from these.
        scored: their scores and parts, as everybody's are made.
    """

    laid: Laid
    places: tuple[tuple[int, int], ...]
    starts: IntArray
    wanted: Wanted
    shown: tuple[Shown, ...]
    scored: Scored
    _numbers: IntArray = field(repr=False)
    _found: Found = field(repr=False)
    _rooms: Mapping[int, Scratch] = field(repr=False)
    _memo: dict[str, MatchContext] = field(init=False, repr=False, default_factory=dict)

    @property
    def context(self) -> MatchContext:
        """The need laid on them alone, made when it is first asked for; its matters are their pieces."""
        found = self._memo.get("context")
        if found is None:
            found = self._memo["context"] = context_of(self.laid, self.places, self._found.near)
        return found

    def scores_without(
        self, ranker: AdditiveRanker, steps: Steps, pairs: Sequence[tuple[int, int]]
    ) -> list[float]:
        """Score providers each without one of its pieces.

        Args:
            ranker: what scores, `steps` the same as tables.
            steps: see there.
            pairs: (row, matter row) of the context.
        """
        if not pairs:
            return []
        scores = np.empty(len(pairs))
        numbers = np.array(pairs, dtype=np.int64)
        for number, room in self._rooms.items():
            half = self.laid.halves[number]
            score_without(
                half.shard.profiles,
                half.shard.pieces,
                self._numbers,
                number,
                self.starts,
                numbers,
                self._found.near,
                self.laid.asked,
                half.tables,
                steps,
                half.passed.marks,
                room,
                scores,
            )
        found: list[float] = scores.tolist()
        # Whether a provider claims too much hangs on all of its pieces: that is decided anew.
        claimants = np.flatnonzero(self._found.is_claimant).tolist()
        intricate = {row for row in claimants if self._may_overclaim(row)}
        if intricate:
            anew = [i for i, (row, _) in enumerate(pairs) if row in intricate]
            variants = [Variant(pairs[i][0], without=frozenset([pairs[i][1]])) for i in anew]
            left = score_variants(self.context, ranker, variants).tolist()
            for i, score in zip(anew, left, strict=True):
                found[i] = score
        return found

    def _may_overclaim(self, row: int) -> bool:
        number, place = self.places[row]
        shard = self.laid.halves[number].shard
        if shard.profiles.flags[place] & OVERCLAIMS:
            return True
        claimed, sectors = set(self.shown[row].candidate.sector_codes), decoded(shard).sectors
        for piece in shard.pieces_of(place):
            if not shard.pieces.flags[piece] & VERIFIED:
                claimed.update(sectors(int(shard.pieces.sectors[piece])))
        return len(claimed.intersection(self.wanted.tree.parents)) > MOST_CLAIMED


def close_up(laid: Laid, places: Sequence[tuple[int, int]], steps: Steps) -> Closeup:
    """Read a few providers for everything that is said of them.

    Args:
        laid: the need on everybody.
        places: (half, row) of each.
        steps: the ranker.
    """
    numbers = np.array(places, dtype=np.int64).reshape(-1, 2)
    counts = [len(laid.halves[number].shard.pieces_of(row)) for number, row in places]
    starts = np.zeros(len(places) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    found = make_found(len(places), int(starts[-1]), make_details(len(places), steps))
    most = max(counts, default=1)
    rooms: dict[int, Scratch] = {}
    for number in {number for number, _ in places}:
        half = laid.halves[number]
        room = rooms[number] = make_scratch(most, laid.asked, half.tables, steps)
        read_rows(
            half.shard.profiles,
            half.shard.pieces,
            half.shard.postings,
            numbers,
            number,
            starts,
            laid.asked,
            half.tables,
            steps,
            half.passed.marks,
            room,
            np.empty(most),
            found,
        )
    wanted = read_need(
        laid.query,
        laid.view.tree,
        laid.view.proximity,
        region_of=laid.view.region_of,
        work_of_homes=laid.work_of_homes,
    )
    on_record = frozenset(np.flatnonzero(found.details.on_record).tolist())
    return Closeup(
        laid,
        tuple(places),
        starts,
        wanted,
        _read(laid, places, starts.tolist(), wanted, found),
        Scored(found.details.features, found.details.parts, found.scores, on_record),
        numbers,
        found,
        rooms,
    )


def _read(
    laid: Laid,
    places: Sequence[tuple[int, int]],
    starts: Sequence[int],
    wanted: Wanted,
    found: Found,
) -> tuple[Shown, ...]:
    rows, marks, dated, place_sets, sector_sets = found.columns.tolist()
    likeness, amounts = found.values.tolist()
    ends = found.ends.tolist()
    work_of = dict(zip(laid.view.homes, laid.work_of_homes.tolist(), strict=True))
    readers = [_reader(laid, number) for number in range(len(laid.halves))]
    shown: list[Shown] = []
    for i, (number, row) in enumerate(places):
        read = readers[number]
        candidate, first_piece = read.candidate(row)
        here = slice(starts[i], ends[i])
        own = marks[here]
        shown.append(
            Shown(
                row=i,
                candidate=candidate,
                work_of_home=work_of[candidate.home_jurisdiction],
                rows=rows[here],
                marks=own,
                work=[at for at, mark in enumerate(own) if mark & WORK],
                likeness=likeness[here],
                dated=dated[here],
                amounts=amounts[here],
                places=list(map(read.places, place_sets[here])) if wanted.targets else [],
                sectors=list(map(read.sectors, sector_sets[here])) if wanted.sectors else [],
                quoted=_quoting(read.quotation, first_piece - starts[i]),
            )
        )
    return tuple(shown)


def _quoting(quotation: Callable[[int], Quotation], shift: int) -> Callable[[int], Quotation]:
    return lambda row: quotation(row + shift)


class _Reader(NamedTuple):
    """How to read a shard under the sector list in force; what was read of late is kept.

    Attributes:
        candidate: returns a provider by its row, and its first piece.
        quotation, places: as of `Decoded`.
        sectors: returns by number the sectors that a set lies in, those above included.
    """

    candidate: Callable[[int], tuple[Candidate, int]]
    quotation: Callable[[int], Quotation]
    places: Callable[[int], tuple[str, ...]]
    sectors: Callable[[int], frozenset[str]]


def _reader(laid: Laid, number: int) -> _Reader:
    """Return how to read a shard; the view keeps it."""
    key = ("reader", number)
    kept = laid.view.memo.get(key)
    if not isinstance(kept, _Reader):
        shard, tree = laid.halves[number].shard, laid.view.tree
        read, starts = decoded(shard), shard.pieces.starts
        kept = laid.view.memo[key] = _Reader(
            lru_cache(_CANDIDATES_KEPT)(
                lambda row: (known(read.candidate(row), tree), int(starts[row]))
            ),
            read.quotation,
            read.places,
            lru_cache(_SETS_KEPT)(lambda at: tree.lying_in(read.sectors(at))),
        )
    return kept
