"""The providers that changed since a snapshot, as shards that are cheap to bring up to date.

They are kept in blocks by ranges of ids. A change builds only the blocks that it falls into, some
milliseconds each, and puts all blocks together. That second part grows with what changed before: an
eighth of a second for 5,000 providers with three pieces of evidence each, a quarter for 10,000, in
memory of the size of what they hold. A new snapshot, wanted once much has changed, begins anew.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.claims import MOST_CLAIMED
from matching.index.build import build_shard
from matching.index.merge import merged
from matching.index.shard import OVERCLAIMS, VERIFIED, Int8Array, Shard
from matching.index.view import View, make_view
from matching.sectors import SectorTree
from matching.types import Candidate, Matter
from providers.lists import ListsInForce
from providers.snapshot.reading import Supply

# Small enough to be built in some milliseconds; smaller ones would be more to put together.
BLOCK = 64


@dataclass(frozen=True, slots=True)
class Overlay:
    """A snapshot and what changed since; immutable.

    Attributes:
        base: the snapshot.
        changed: ids of all providers that changed, the deleted ones among them.
        gone: rows of the snapshot whose provider changed.
        blocks: shards over those that are left, of disjoint and ascending ranges of ids.
    """

    base: Shard
    changed: frozenset[str] = frozenset()
    gone: frozenset[int] = frozenset()
    blocks: tuple[Shard, ...] = ()

    def updated(
        self, changed: Collection[str], supply: Supply, *, encoder: str, tree: SectorTree
    ) -> "Overlay":
        """Return the overlay with some providers read anew.

        Args:
            changed: ids of the providers that changed.
            supply: those of them that are left; nobody else.
            encoder: version of the encoder that the vectors come from.
            tree: the sector list in force.
        """
        if not changed:
            return self
        groups: dict[int, set[str]] = {}
        starts = [block.provider_id(0) for block in self.blocks[1:]]
        for provider_id in changed:
            groups.setdefault(bisect_right(starts, provider_id), set()).add(provider_id)
        parts = _by_group(supply, starts)
        blocks: list[Shard] = []
        for number, block in enumerate(self.blocks or (None,)):
            read_anew = groups.get(number)
            if read_anew is None:
                if block is not None:
                    blocks.append(block)
                continue
            fresh = parts.get(number, _empty(supply.codes.shape[1]))
            kept = _kept(block, read_anew) if block is not None else _empty(fresh.codes.shape[1])
            blocks.extend(_built(join_supply((fresh, kept)), encoder=encoder, tree=tree))
        found = (self.base.row_of(each) for each in changed if each not in self.changed)
        return Overlay(
            self.base,
            self.changed | frozenset(changed),
            self.gone.union(row for row in found if row is not None),
            tuple(blocks),
        )

    def view(self, lists: ListsInForce) -> View:
        """Return the view of both, with the lists in force laid over it."""
        return make_view(
            self.base,
            lists.tree,
            lists.region_of,
            proximity=lists.proximity,
            gone=sorted(self.gone),
            extra=_together(self.blocks),
        )

    def under(self, tree: SectorTree, *, encoder: str) -> "Overlay":
        """Return the same supply under another sector list, which decides who claims too much.

        The columns themselves know no list. Providers of the snapshot whose claims are now believed
        or no longer so are taken up among the changed ones.
        """
        blocks = [
            built
            for block in self.blocks
            for built in _built(supply_of(block), encoder=encoder, tree=tree)
        ]
        rows = [row for row in _claiming_much(self.base) if row not in self.gone]
        claiming = supply_of(self.base, rows)
        judged = _together(_built(claiming, encoder=encoder, tree=tree))
        misjudged: set[str] = set()
        if judged is not None:
            before = self.base.profiles.flags[rows] & OVERCLAIMS
            now = judged.profiles.flags & OVERCLAIMS
            misjudged = {self.base.provider_id(rows[i]) for i in np.flatnonzero(before != now)}
        return replace(self, blocks=tuple(blocks)).updated(
            misjudged,
            supply_of(self.base, [row for row in rows if self.base.provider_id(row) in misjudged]),
            encoder=encoder,
            tree=tree,
        )


def supply_of(shard: Shard, rows: Iterable[int] | None = None) -> Supply:
    """Return the providers of a shard, or of some of its rows, as they were given to build it."""
    candidates: list[Candidate] = []
    matters: list[Matter] = []
    pieces: list[int] = []
    for row in range(shard.size) if rows is None else rows:
        candidate = shard.candidate(row)
        candidates.append(candidate)
        for piece in shard.pieces_of(row):
            matters.append(shard.matter(piece, candidate.provider_id))
            pieces.append(piece)
    codes = shard.pieces.codes[np.array(pieces, dtype=np.int64)]
    return join_supply([Supply(candidates, matters, codes)])


def join_supply(parts: Sequence[Supply]) -> Supply:
    """Put disjoint providers together; partners in a matter share it, as they do when read at once.

    Where parts tell of one matter, the codes of the first are kept.
    """
    first: dict[str, tuple[Matter, Int8Array]] = {}
    partners: dict[str, dict[str, str]] = {}
    for part in parts:
        for row, matter in enumerate(part.matters):
            first.setdefault(matter.matter_id, (matter, part.codes[row]))
            partners.setdefault(matter.matter_id, {}).update(matter.evidence_ids)
    return Supply(
        candidates=[candidate for part in parts for candidate in part.candidates],
        matters=[replace(matter, evidence_ids=partners[key]) for key, (matter, _) in first.items()],
        codes=np.array([codes for _, codes in first.values()], dtype=np.int8).reshape(
            len(first), parts[0].codes.shape[1]
        ),
    )


def _kept(block: Shard, read_anew: Collection[str]) -> Supply:
    rows = [row for row in range(block.size) if block.provider_id(row) not in read_anew]
    return supply_of(block, rows)


def _claiming_much(shard: Shard) -> list[int]:
    """Return the rows that may claim more than can be believed, whatever the list says."""
    per_set = np.diff(shard.sector_sets.at)
    codes = np.where(
        (shard.pieces.flags & VERIFIED) == 0,
        per_set[shard.pieces.sectors] if len(per_set) else 0,
        0,
    )
    total = np.concatenate([[0], np.cumsum(codes, dtype=np.int64)])
    claimed = total[shard.pieces.starts[1:]] - total[shard.pieces.starts[:-1]]
    listed = np.diff(shard.profiles.listed_at)
    rows: list[int] = np.flatnonzero(claimed + listed > MOST_CLAIMED).tolist()
    return rows


def _by_group(supply: Supply, starts: Sequence[str]) -> dict[int, Supply]:
    """Part providers by the block that they fall into; partners in a matter each take theirs."""
    candidates: dict[int, list[Candidate]] = {}
    for candidate in supply.candidates:
        group = bisect_right(starts, candidate.provider_id)
        candidates.setdefault(group, []).append(candidate)
    matters: dict[int, list[Matter]] = {}
    rows: dict[int, list[int]] = {}
    for row, matter in enumerate(supply.matters):
        partners: dict[int, dict[str, str]] = {}
        for provider_id, evidence_id in matter.evidence_ids.items():
            group = bisect_right(starts, provider_id)
            partners.setdefault(group, {})[provider_id] = evidence_id
        for group, evidence_ids in partners.items():
            matters.setdefault(group, []).append(replace(matter, evidence_ids=evidence_ids))
            rows.setdefault(group, []).append(row)
    return {
        group: Supply(found, matters.get(group, []), supply.codes[rows.get(group, [])])
        for group, found in candidates.items()
    }


def _built(supply: Supply, *, encoder: str, tree: SectorTree) -> list[Shard]:
    """Build providers as blocks: one, or several where they are too many for one."""
    if not supply.candidates:
        return []
    count = len(supply.candidates)
    if count <= 2 * BLOCK:
        parts = [supply]
    else:
        ids = sorted(candidate.provider_id for candidate in supply.candidates)
        parts = list(_by_group(supply, ids[BLOCK::BLOCK]).values())
        parts.sort(key=lambda part: min(c.provider_id for c in part.candidates))
    return [
        build_shard(part.candidates, part.matters, encoder=encoder, tree=tree, codes=part.codes)
        for part in parts
    ]


def _together(blocks: Sequence[Shard]) -> Shard | None:
    return merged(blocks) if blocks else None


def _empty(dimensions: int) -> Supply:
    return Supply([], [], np.zeros((0, dimensions), dtype=np.int8))
