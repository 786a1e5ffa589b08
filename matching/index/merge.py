"""Shards over ranges of ids put together: what one build over all of them would have given.

Array after array, so that the memory taken depends on how many distinct codes and tokens there are
and on the longest list by code, not on how large the whole becomes.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.index.columns import InvalidIndex
from matching.index.filing import starts_of
from matching.index.parts import DTYPES, Facts, Sink, assemble
from matching.index.shard import Int32Array, Sets, Shard, parts_of
from matching.types import IntArray

# So many bytes are handed on at a time.
_CHUNK_BYTES = 1 << 22

# Columns of numbers, and what they number.
_NUMBERS = {
    "profiles.home": "homes",
    "profiles.languages": "languages",
    "profiles.listed": "sectors",
    "profiles.qualified": "jurisdictions",
    "pieces.places": "place_sets",
    "pieces.sectors": "sector_sets",
}
# Columns that say where the lists in another begin.
_STARTS = {
    "profiles.listed_at",
    "profiles.qualified_at",
    "pieces.starts",
    "records.provider_at",
    "records.id_at",
    "records.piece_at",
}
# Columns of lists by code: which column says where they begin, and what the codes are.
_FILED = {
    "lists.shown": ("lists.shown_at", "shelves"),
    "lists.shown_from": ("lists.shown_at", "shelves"),
    "lists.listed": ("lists.listed_at", "sectors"),
    "lists.worked": ("lists.worked_at", "jurisdictions"),
    "lists.worked_from": ("lists.worked_at", "jurisdictions"),
    "lists.based": ("lists.based_at", "jurisdictions"),
    "lists.work": ("lists.work_at", "jurisdictions"),
}
_FILED_AT = dict(_FILED.values())
# Columns of lists by token, the longest of all: put together some tokens at a time.
_POSTED = {"postings.piece", "postings.text_count", "postings.task_count", "postings.kind"}
_POSTED_AT_ONCE = 1 << 22
# Columns of rows, which those of the shards before push on.
_ROWS = {"lists.shown", "lists.listed", "lists.unlisted", "lists.worked", "lists.based"}
_PIECES = {"lists.work"}

_Name = TypeVar("_Name")
_Whole = dict[_Name, int]
# Any: columns of every type pass through the same hands; `DTYPES` says which has which.
_Column = NDArray[Any]


class _Union(NamedTuple):
    """What the numbers of each shard become in the whole.

    Attributes:
        size: how many numbers there are in the whole.
        numbers: for each shard, shape (as many as it has,).
    """

    size: int
    numbers: list[Int32Array]


class _Collector:
    """Keeps arrays in memory."""

    def __init__(self) -> None:
        self.arrays: dict[str, _Column] = {}
        self._name = ""
        self._filled = 0

    def begin(self, name: str, dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> None:
        self.arrays[name] = np.empty(shape, dtype)
        self._name, self._filled = name, 0

    def write(self, rows: NDArray[np.generic]) -> None:
        self.arrays[self._name][self._filled : self._filled + len(rows)] = rows
        self._filled += len(rows)


def merged(shards: Sequence[Shard]) -> Shard:
    """Put shards together in memory; see `merge_shards`."""
    collector = _Collector()
    facts = merge_shards(shards, collector)
    return assemble(collector.arrays, facts)


def merge_shards(shards: Sequence[Shard], sink: Sink) -> Facts:
    """Put shards together and hand on the arrays of the whole.

    Args:
        shards: over disjoint ranges of ids, ascending; built with one encoder and sector list.
        sink: takes the arrays.

    Returns:
        What the whole holds beside its arrays.

    Raises:
        InvalidIndex: there are no shards, their ids overlap, or their vectors are of two kinds.
    """
    _require_fit(shards)
    merger = _Merger(shards)
    for name, dtype in DTYPES.items():
        shape, parts = merger.column(name)
        sink.begin(name, dtype, shape)
        for part in parts:
            sink.write(part)
    return merger.facts


def _require_fit(shards: Sequence[Shard]) -> None:
    if not shards:
        raise InvalidIndex("there are no shards to merge: build one over no providers instead")
    if len({shard.encoder for shard in shards}) > 1:
        raise InvalidIndex("the shards' vectors come from different encoders")
    if len({shard.dimensions for shard in shards if len(shard.pieces.flags)}) > 1:
        raise InvalidIndex("the shards' vectors differ in length")
    filled = [shard for shard in shards if shard.size]
    for before, after in pairwise(filled):
        if before.provider_id(before.size - 1) >= after.provider_id(0):
            raise InvalidIndex("the shards' ids overlap, or the shards are not in their order")


class _Merger:
    """The numbers of the whole, and each column in these numbers."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        self._columns: list[dict[str, _Column]] = [dict(parts_of(shard)) for shard in shards]
        self._rows = starts_of(np.array([shard.size for shard in shards]))
        self._pieces = starts_of(np.array([len(shard.pieces.flags) for shard in shards]))
        homes, to_homes = _united([shard.homes for shard in shards])
        languages, to_languages = _united([shard.languages for shard in shards])
        places, to_places = _united_codes([shard.jurisdictions for shard in shards])
        sectors, to_sectors = _united_codes([shard.sectors for shard in shards])
        place_sets, to_place_sets = _united_sets([s.place_sets for s in shards], to_places)
        sector_sets, to_sector_sets = _united_sets([s.sector_sets for s in shards], to_sectors)
        hashes = np.unique(np.concatenate([shard.words.hashes for shard in shards]))
        tokens = [np.searchsorted(hashes, shard.words.hashes).astype(np.int32) for shard in shards]
        self._unions = {
            "homes": to_homes,
            "languages": to_languages,
            "jurisdictions": to_places,
            "sectors": to_sectors,
            # One shelf for each sector, and one for what is filed under none.
            "shelves": _Union(
                to_sectors.size + 1,
                [np.append(n, np.int32(to_sectors.size)) for n in to_sectors.numbers],
            ),
            "place_sets": to_place_sets,
            "sector_sets": to_sector_sets,
            "tokens": _Union(len(hashes), tokens),
        }
        # Never shards times tokens: there may be thousands of shards, each with few of the tokens.
        self._posted = self._together("postings.at", self._unions["tokens"])
        self._small: dict[str, _Column] = {
            "place_sets.at": place_sets.at,
            "place_sets.code": place_sets.code,
            "sector_sets.at": sector_sets.at,
            "sector_sets.code": sector_sets.code,
            "postings.at": starts_of(self._posted),
            "words.hashes": hashes,
            "words.text_df": self._frequencies("words.text_df"),
            "words.task_df": self._frequencies("words.task_df"),
            "words.sizes": sum(
                (shard.words.sizes for shard in shards), np.zeros((2, 3), dtype=np.int64)
            ),
        }
        self.facts = Facts(
            jurisdictions=tuple(places),
            sectors=tuple(sectors),
            homes=tuple(homes),
            languages=tuple(languages),
            encoder=shards[0].encoder,
            content=sum(shard.content for shard in shards) % (1 << 128),
            providers=int(self._rows[-1]),
            pieces=int(self._pieces[-1]),
        )

    def column(self, name: str) -> tuple[tuple[int, ...], Iterator[_Column]]:
        """Return the shape of a column of the whole, and its rows in chunks."""
        if name in self._small:
            return self._small[name].shape, _chunks(self._small[name])
        if name in _FILED_AT:
            at = starts_of(self._together(name, self._unions[_FILED_AT[name]]))
            return at.shape, _chunks(at)
        if name in _POSTED:
            return (int(self._posted.sum()),), self._postings(name)
        if name in _FILED:
            filed = self._filed(name)
            return filed.shape, _chunks(filed)
        parts = [columns[name] for columns in self._columns]
        if name in _STARTS:
            return (sum(len(part) - 1 for part in parts) + 1,), _joined_starts(parts)
        # A shard without a piece may not know how long vectors are.
        shape = (sum(map(len, parts)), *max(part.shape[1:] for part in parts))
        return shape, self._renumbered(name, parts)

    def _renumbered(self, name: str, parts: Sequence[_Column]) -> Iterator[_Column]:
        for i, part in enumerate(parts):
            for rows in _chunks(part):
                if name in _NUMBERS:
                    yield self._unions[_NUMBERS[name]].numbers[i][rows]
                else:
                    yield self._pushed_on(name, i, rows)

    def _pushed_on(self, name: str, i: int, rows: _Column) -> _Column:
        if name in _ROWS:
            rows = rows + np.int32(self._rows[i])
        elif name in _PIECES:
            rows = rows + self._pieces[i]
        return rows

    def _together(self, at: str, union: _Union) -> IntArray:
        """Return how long the list of each code is in the whole: shape (union.size,)."""
        lengths = np.zeros(union.size, dtype=np.int64)
        for columns, numbers in zip(self._columns, union.numbers, strict=True):
            lengths[numbers] += np.diff(columns[at])
        return lengths

    def _filed(self, name: str) -> _Column:
        at, what = _FILED[name]
        union = self._unions[what]
        starts = starts_of(self._together(at, union))
        filled = starts[:-1].copy()
        filed: _Column = np.empty(int(starts[-1]), DTYPES[name])
        for i, columns in enumerate(self._columns):
            rows = self._pushed_on(name, i, columns[name])
            _append(filed, filled, union.numbers[i], columns[at], rows)
        return filed

    def _postings(self, name: str) -> Iterator[_Column]:
        """Return the lists of one token after another: both number tokens in the same order."""
        ends = np.cumsum(self._posted)
        first = 0
        while first < len(ends):
            before = int(ends[first - 1]) if first else 0
            last = max(int(np.searchsorted(ends, before + _POSTED_AT_ONCE)), first + 1)
            starts = starts_of(self._posted[first:last])
            filled = starts[:-1].copy()
            found: _Column = np.empty(int(starts[-1]), DTYPES[name])
            for i, columns in enumerate(self._columns):
                own = self._unions["tokens"].numbers[i]
                here = slice(*np.searchsorted(own, (first, last)).tolist())
                at = columns["postings.at"][here.start : here.stop + 1]
                rows = columns[name][int(at[0]) : int(at[-1])]
                if name == "postings.piece":
                    rows = rows + np.int32(self._pieces[i])
                _append(found, filled, own[here] - first, at - at[0], rows)
            yield found
            first = last

    def _frequencies(self, name: str) -> IntArray:
        union = self._unions["tokens"]
        total = np.zeros((union.size, 2), dtype=np.int64)
        for i, columns in enumerate(self._columns):
            total[union.numbers[i]] += columns[name]
        return total


def _append(
    lists: _Column, filled: IntArray, numbers: Int32Array, at: IntArray, rows: _Column
) -> None:
    """Append a shard's lists to those of the whole.

    Args:
        lists: the lists of the whole, one after the other.
        filled: how far each of them is filled; moved on.
        numbers: shape (n,), distinct: which list of the whole each of the shard's belongs to.
        at: shape (n + 1,), where the shard's lists begin in `rows`.
        rows: the shard's lists.
    """
    lengths = np.diff(at)
    begins = filled[numbers]
    lists[np.arange(len(rows)) + np.repeat(begins - at[:-1], lengths)] = rows
    filled[numbers] = begins + lengths


def _united(
    names: Sequence[Sequence[_Name]], first: Iterable[_Name] = ()
) -> tuple[_Whole[_Name], _Union]:
    """Number names: some first, the others in the order in which they appear."""
    whole: _Whole[_Name] = {name: number for number, name in enumerate(first)}
    numbers = [
        np.array([whole.setdefault(name, len(whole)) for name in some], dtype=np.int32)
        for some in names
    ]
    return whole, _Union(len(whole), numbers)


def _united_codes(codes: Sequence[Sequence[str]]) -> tuple[_Whole[str], _Union]:
    """Number codes, ascending."""
    return _united(codes, sorted(set[str]().union(*codes)))


def _united_sets(sets: Sequence[Sets], codes: _Union) -> tuple[Sets, _Union]:
    """Number sets in the order in which they first appear, their codes as in the whole."""
    lists = [
        [
            tuple(numbers[some.code[start:end]].tolist())
            for start, end in zip(some.at[:-1].tolist(), some.at[1:].tolist(), strict=True)
        ]
        for some, numbers in zip(sets, codes.numbers, strict=True)
    ]
    whole, union = _united(lists)
    at = starts_of(np.array([len(found) for found in whole], dtype=np.int64))
    return Sets(at, np.array([code for found in whole for code in found], dtype=np.int32)), union


def _joined_starts(parts: Sequence[_Column]) -> Iterator[_Column]:
    yield np.zeros(1, dtype=np.int64)
    end = 0
    for part in parts:
        for rows in _chunks(part[1:]):
            yield rows + end
        end += int(part[-1])


def _chunks(rows: _Column) -> Iterator[_Column]:
    step = max(_CHUNK_BYTES // max(rows.itemsize * int(np.prod(rows.shape[1:])), 1), 1)
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
