"""Those who are shown, as plain values: all that is said of them is made from these.

A sentence looks at a dozen pieces of evidence, and for so few a list is far faster than an array.
So the need and each candidate are read once, from an index or from the columns of a shard, and the
pieces stand in the order in which they are cited.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from matching.citing import Quotation, quote
from matching.features.context import MatchContext, sectors_of, targets_of
from matching.features.jurisdiction import places_close_to
from matching.index.columns import Index
from matching.jurisdictions.corridor import ProximityTable
from matching.sectors import SectorTree
from matching.types import Candidate, IntArray, Query

# Marks of a piece: what it is, and what the need asks for that it shows.
COUNTED = 1
WORK = 2
VERIFIED = 4
IN_TARGET = 8
NEAR_TARGET = 16
IN_SECTOR = 32
FOR_CLIENT = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need, read once for all who are shown.

    Attributes:
        query, tree, proximity: as in the context.
        targets: where the work is to be done.
        sectors: the sectors that are asked for.
        region_of: the nearest region of each jurisdiction.
        regions: those of the targets.
        close_to: the targets that a jurisdiction is close to, and how near it is to each.
        log_amount: natural logarithm of 1 + US dollars, or None.
        has_words: whether the need has any text.
        work_in_targets: pieces of verified work in the targets, by whomever.
    """

    query: Query
    tree: SectorTree
    proximity: ProximityTable | None
    targets: tuple[str, ...]
    sectors: tuple[str, ...]
    region_of: Mapping[str, str]
    regions: frozenset[str]
    close_to: Mapping[str, tuple[tuple[str, float], ...]]
    log_amount: float | None
    has_words: bool
    work_in_targets: int

    @property
    def on(self) -> date:
        """The day of the match."""
        return self.query.on

    def is_around(self, code: str) -> bool:
        """Tell whether a jurisdiction lies in the region of a target, and is none itself."""
        return self.region_of.get(code) in self.regions and code not in self.targets


class Shown(NamedTuple):
    """A candidate under a need, with its pieces that count.

    A tuple, since ten are made for every match and a frozen class takes four times as long to make.

    Attributes:
        row: the candidate's row in its index.
        candidate: its profile.
        work_of_home: pieces of verified work in the targets by firms of its home.
        rows: the pieces that count, as rows of matters, nearest to the need first, then the latest,
            then the smaller row.
        marks: of each, the bits above.
        work: the places in these lists of those that are work.
        likeness: of each, words and meaning together, in [0, 1].
        dated: of each, the ordinal of its day, `UNDATED` where there is none.
        amounts: of each, natural logarithm of 1 + US dollars, NaN where unknown.
        places: of each, its jurisdictions; nothing where the need names no target.
        sectors: of each, the sectors it lies in, those above included; nothing where the need names
            none.
        quoted: returns what is shown of a row.
    """

    row: int
    candidate: Candidate
    work_of_home: int
    rows: Sequence[int]
    marks: Sequence[int]
    work: Sequence[int]
    likeness: Sequence[float]
    dated: Sequence[int]
    amounts: Sequence[float]
    places: Sequence[tuple[str, ...]]
    sectors: Sequence[frozenset[str]]
    quoted: Callable[[int], Quotation]

    def having(self, marks: int) -> list[int]:
        """Return the places in these lists of the pieces with all of some marks, nearest first."""
        return [at for at, own in enumerate(self.marks) if own & marks == marks]

    def targets_of(self, wanted: Wanted, chosen: Sequence[int]) -> tuple[str, ...]:
        """Return the targets that some pieces lie in, each of them in one at least."""
        if len(wanted.targets) == 1:
            return wanted.targets
        seen = self.places_of(chosen)
        return tuple([target for target in wanted.targets if target in seen])

    def places_of(self, chosen: Sequence[int]) -> set[str]:
        """Return every jurisdiction that one of some pieces concerns."""
        return set[str]().union(*[self.places[at] for at in chosen])

    def sectors_of(self, chosen: Sequence[int]) -> set[str]:
        """Return every sector that one of some pieces lies in, those above included."""
        return set[str]().union(*[self.sectors[at] for at in chosen])

    def quotation(self, at: int) -> Quotation:
        """Return what is shown of a piece."""
        return self.quoted(self.rows[at])


def read_need(
    query: Query,
    tree: SectorTree,
    proximity: ProximityTable | None,
    *,
    region_of: Mapping[str, str],
    work_of_homes: IntArray,
) -> Wanted:
    """Read a need for all who are shown.

    Args:
        query: the need.
        tree: the sector list.
        proximity: how near jurisdictions are, or None.
        region_of: the nearest region of each jurisdiction, where regions are known.
        work_of_homes: shape (h,), pieces of verified work in the targets by home.
    """
    targets = targets_of(query)
    amount = query.amount_usd
    return Wanted(
        query=query,
        tree=tree,
        proximity=proximity,
        targets=targets,
        sectors=sectors_of(query, tree),
        region_of=region_of,
        regions=frozenset([region_of[code] for code in targets if code in region_of]),
        close_to=_close_to(proximity, targets, query.on),
        log_amount=None if amount is None else float(np.log1p(max(amount, 0.0))),
        has_words=bool(query.text.strip()),
        work_in_targets=int(work_of_homes.sum()),
    )


@lru_cache(maxsize=1024)
def _close_to(
    proximity: ProximityTable | None, targets: tuple[str, ...], on: date
) -> Mapping[str, tuple[tuple[str, float], ...]]:
    close: dict[str, tuple[tuple[str, float], ...]] = {}
    for target in dict.fromkeys(targets):
        for code, near in places_close_to(proximity, target, on).items():
            if near > 0.0:
                close[code] = (*close.get(code, ()), (target, near))
    return close


def read_context(context: MatchContext) -> Wanted:
    """Read the need of a context."""
    index = context.index
    return read_need(
        context.query,
        index.tree,
        index.proximity,
        region_of=index.region_of,
        work_of_homes=context.work_of_homes,
    )


def read_candidate(context: MatchContext, row: int, *, on_record: bool) -> Shown:
    """Read a candidate of a context.

    Args:
        context: the need laid against the index.
        row: the candidate.
        on_record: whether it is taken at its verified evidence alone.
    """
    index = context.index
    rows = index.evidence_of(row)
    counts = context.counts[rows]
    rows = rows[counts & index.is_verified[rows]] if on_record else rows[counts]
    likeness = context.likeness[rows]
    rows = rows[np.lexsort((rows, -index.dated[rows], -likeness))]
    marks = np.full(len(rows), COUNTED)
    for mark, column in (
        (WORK, ~index.is_statement[rows]),
        (VERIFIED, index.is_verified[rows]),
        (IN_TARGET, context.in_target[rows]),
        (NEAR_TARGET, context.near_target[rows]),
        (IN_SECTOR, context.in_sector[rows]),
        (FOR_CLIENT, context.for_client[rows]),
    ):
        marks[column] |= mark
    in_order: list[int] = rows.tolist()
    bits: list[int] = marks.tolist()
    return Shown(
        row=row,
        candidate=index.candidates[row],
        work_of_home=int(context.work_of_homes[index.home_of[row]]),
        rows=in_order,
        marks=bits,
        work=[at for at, mark in enumerate(bits) if mark & WORK],
        likeness=context.likeness[rows].tolist(),
        dated=index.dated[rows].tolist(),
        amounts=index.amounts[rows].tolist(),
        places=[index.places[matter] for matter in in_order],
        sectors=[index.tree.lying_in(tuple(index.filed[matter])) for matter in in_order],
        quoted=_quoting(index, index.candidates[row].provider_id),
    )


def _quoting(index: Index, provider_id: str) -> Callable[[int], Quotation]:
    def quoted(matter_row: int) -> Quotation:
        matter = index.matters[matter_row]
        return quote(
            matter.evidence_ids[provider_id],
            matter.title,
            matter.description,
            jurisdictions=matter.jurisdictions,
            dated_on=matter.dated_on,
            amount_usd=matter.amount_usd,
        )

    return quoted
