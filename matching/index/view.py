"""The index as it stands now: a snapshot, what has changed since, and what is laid over both.

Rows of the snapshot whose provider changed are *gone*; those providers stand in a second, small
shard. What BM25 counts over everybody is the snapshot's counts less those of the gone rows plus
those of the second shard: whole numbers, so that a view equals one whose snapshot was built anew.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
from numpy.typing import NDArray

from matching.index.shard import VERIFIED, Shard, UInt8Array, UInt64Array, name_hash, sum_of_digests
from matching.jurisdictions.corridor import ProximityTable
from matching.sectors import SectorTree
from matching.text.tokens import stems
from matching.types import Candidate, IntArray

Counts = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How common words are among the pieces of evidence that judge rarity.

    Attributes:
        pieces: how many pieces judge: the verified ones, or all where none is verified.
        everything: how many there are in all.
        text_tokens, task_tokens: tokens in the texts and tasks of those that judge.
    """

    pieces: int
    everything: int
    text_tokens: int
    task_tokens: int

    @property
    def mean_text(self) -> float:
        """Mean length of a text in tokens, at least 1."""
        return max(self.text_tokens / self.pieces, 1.0) if self.pieces else 1.0

    @property
    def mean_task(self) -> float:
        """Mean length of a task in tokens, at least 1."""
        return max(self.task_tokens / self.pieces, 1.0) if self.pieces else 1.0


@dataclass(frozen=True, slots=True)
class View:
    """Everything that can be matched, immutable.

    Attributes:
        base: the snapshot.
        gone: shape (n,), 1 where a row of the snapshot no longer holds, or None where all do.
        extra: the providers that changed since, or None.
        tree: the sector list in force.
        region_of: the nearest region of each jurisdiction.
        proximity: how near jurisdictions are to each other, or None where that is not used.
        homes: the distinct home jurisdictions of both shards, None among them where one is unknown.
        counts: how common words are.
        version: a hash of everything that can be matched; equal supply gives equal versions.
        size: how many providers there are.
        memo: what matches worked out from the view and the sector list, for the next ones.
    """

    base: Shard
    gone: UInt8Array | None
    extra: Shard | None
    tree: SectorTree
    region_of: Mapping[str, str]
    proximity: ProximityTable | None = field(repr=False)
    homes: tuple[str | None, ...]
    counts: WordCounts
    version: str
    size: int
    _gone_words: Mapping[int, Counts] = field(repr=False)
    memo: dict[object, object] = field(init=False, repr=False, compare=False, default_factory=dict)

    def neighbours(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return the other jurisdictions in the nearest region of any of these."""
        return neighbours_of(self.region_of, codes)

    def shards(self) -> Iterator[tuple[Shard, UInt8Array | None]]:
        """Return the shards, each with the rows that no longer hold."""
        yield self.base, self.gone
        if self.extra is not None:
            yield self.extra, None

    def find(self, provider_id: str) -> tuple[int, int] | None:
        """Return where a provider stands, as the number of its shard and its row, or None."""
        if self.extra is not None:
            row = self.extra.row_of(provider_id)
            if row is not None:
                return 1, row
        row = self.base.row_of(provider_id)
        if row is None or (self.gone is not None and self.gone[row]):
            return None
        return 0, row

    def candidate(self, provider_id: str) -> Candidate | None:
        """Return a provider as matching sees it, or None."""
        found = self.find(provider_id)
        if found is None:
            return None
        number, row = found
        shard = self.base if number == 0 else self.extra
        return None if shard is None else shard.candidate(row)

    def frequencies(self, hashes: UInt64Array) -> IntArray:
        """Count the pieces that tokens stand in.

        Args:
            hashes: shape (s,), `name_hash` of each token.

        Returns:
            shape (s, 4): in how many texts and in how many tasks each stands, among those that judge
            rarity; and among all.
        """
        verified = np.zeros((len(hashes), 2), dtype=np.int64)
        everything = np.zeros((len(hashes), 2), dtype=np.int64)
        if self._gone_words:
            lost = [self._gone_words.get(each, (0, 0, 0, 0)) for each in hashes.tolist()]
            gone = np.array(lost, dtype=np.int64).reshape(-1, 4)
            verified -= gone[:, 0::2]
            everything -= gone[:, 1::2]
        for shard, _gone in self.shards():
            numbers = numbers_of(shard, hashes)
            is_held = numbers >= 0
            held = numbers[is_held]
            for column, counts in enumerate((shard.words.text_df[held], shard.words.task_df[held])):
                verified[is_held, column] += counts[:, 0]
                everything[is_held, column] += counts[:, 1]
        judged = everything if self.counts.pieces == self.counts.everything else verified
        return np.concatenate([judged, everything], axis=1)


def neighbours_of(region_of: Mapping[str, str], codes: Sequence[str]) -> tuple[str, ...]:
    """Return the other jurisdictions in the nearest region of any of these."""
    regions = {region_of[code] for code in codes if code in region_of}
    return tuple(
        code for code, region in region_of.items() if region in regions and code not in codes
    )


def numbers_of(shard: Shard, hashes: UInt64Array) -> IntArray:
    """Return the numbers of tokens in a shard's vocabulary, -1 for those that it lacks.

    Args:
        shard: whose vocabulary.
        hashes: shape (s,), `name_hash` of each token.
    """
    known = shard.words.hashes
    if not len(known):
        return np.full(len(hashes), -1, dtype=np.int64)
    places = np.searchsorted(known, hashes)
    places[known[np.minimum(places, len(known) - 1)] != hashes] = -1
    return places


def make_view(
    base: Shard,
    tree: SectorTree,
    region_of: Mapping[str, str] | None = None,
    *,
    proximity: ProximityTable | None = None,
    gone: Sequence[int] | IntArray = (),
    extra: Shard | None = None,
) -> View:
    """Lay changes, a sector list and treaties over a snapshot.

    Args:
        base: the snapshot.
        tree: the sector list in force.
        region_of: the nearest region of each jurisdiction, if known.
        proximity: how near jurisdictions are; without it nearness is unknown.
        gone: rows of the snapshot whose provider was changed or deleted.
        extra: the changed providers; none of them may stand in a row of the snapshot that holds.
    """
    rows = np.unique(np.asarray(gone, dtype=np.int64))
    if extra is not None and not extra.size:
        extra = None
    marks: UInt8Array | None = None
    if rows.size:
        marks = np.zeros(base.size, dtype=np.uint8)
        marks[rows] = 1
        marks.setflags(write=False)
    regions = dict(region_of or {})
    lost, words = _gone_words(base, rows)
    sizes = base.words.sizes - lost
    content = base.content - sum_of_digests(base.profiles.digests[rows])
    homes = dict.fromkeys(base.homes)
    if extra is not None:
        sizes = sizes + extra.words.sizes
        content += extra.content
        homes.update(dict.fromkeys(extra.homes))
    judges = 0 if sizes[0, 0] else 1
    digest = hashlib.sha256((content % (1 << 128)).to_bytes(16, "little"))
    digest.update(repr(sorted(tree.parents.items(), key=lambda item: item[0])).encode())
    digest.update(repr(sorted(regions.items())).encode())
    digest.update(b"" if proximity is None else proximity.version.encode())
    return View(
        base=base,
        gone=marks,
        extra=extra,
        tree=tree,
        region_of=regions,
        proximity=proximity,
        homes=tuple(homes),
        counts=WordCounts(
            int(sizes[judges, 0]), int(sizes[1, 0]), int(sizes[judges, 1]), int(sizes[judges, 2])
        ),
        version=digest.hexdigest()[:16],
        size=base.size - len(rows) + (extra.size if extra is not None else 0),
        _gone_words=words,
    )


def _gone_words(base: Shard, rows: IntArray) -> tuple[NDArray[np.int64], Mapping[int, Counts]]:
    """Count what gone rows no longer contribute: sizes (2, 3), and by token hash.

    What was counted for the rows of an earlier view of the same snapshot is kept and added to.
    """
    kept = base.memo.get("gone")
    known, lost, words = cast(
        tuple[frozenset[int], NDArray[np.int64], dict[int, Counts]],
        kept or (frozenset(), np.zeros((2, 3), dtype=np.int64), {}),
    )
    wanted = frozenset(rows.tolist())
    if not known <= wanted:
        known, lost, words = frozenset(), np.zeros((2, 3), dtype=np.int64), {}
    added = sorted(wanted - known)
    if added:
        lost, words = lost.copy(), dict(words)
        for row in added:
            _count_row(base, row, lost, words)
    base.memo["gone"] = (wanted, lost, words)
    return lost, words


def _count_row(base: Shard, row: int, lost: NDArray[np.int64], words: dict[int, Counts]) -> None:
    pieces = base.pieces
    provider_id = base.provider_id(row)
    for piece in base.pieces_of(row):
        is_verified = bool(pieces.flags[piece] & VERIFIED)
        size = (1, int(pieces.text_length[piece]), int(pieces.task_length[piece]))
        lost[1] += size
        if is_verified:
            lost[0] += size
        matter = base.matter(piece, provider_id)
        task = set(stems(matter.description.strip()))
        title = matter.title.strip()
        for token in task.union(stems(title)):
            in_task = bool(title) and token in task
            key = name_hash(token)
            text_v, text, task_v, task_all = words.get(key, (0, 0, 0, 0))
            words[key] = (
                text_v + is_verified,
                text + 1,
                task_v + (in_task and is_verified),
                task_all + in_task,
            )
