"""Whom the sorted lists of a shard mark for a need: who covers its sectors and practises in its targets."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matching.eligibility import is_reserved, must_be_known
from matching.features.context import sectors_of, targets_of
from matching.index.shard import OVERCLAIMS, Int32Array, Lists, Profiles, Shard, UInt8Array
from matching.index.view import View
from matching.search.kernel import inlined
from matching.search.layout import COVERED, COVERED_RESERVED, PLACED, PRACTISES
from matching.search.memo import remembered
from matching.sectors import SectorTree, branches_that_serve
from matching.types import IntArray, Query

# The lists that a stretch may lie in.
_SHOWN, _LISTED, _UNLISTED, _WORKED, _BASED = range(5)


class Marking(NamedTuple):
    """Stretches of the sorted lists of a shard and the marks that their rows get.

    Attributes:
        which: shape (s,), the list.
        first, end: shape (s,), where the stretch begins and ends in it.
        bit: shape (s,), the mark.
    """

    which: UInt8Array
    first: IntArray
    end: IntArray
    bit: UInt8Array


def marking_of(view: View, shard: Shard, query: Query) -> Marking:
    """Say who covers the sectors, practises in the targets or is placed there.

    Args:
        view: what is searched.
        shard: one of its shards.
        query: the need.
    """
    sectors, targets = sectors_of(query, view.tree), targets_of(query)

    def make() -> Marking:
        found = [one for code in sectors for one in _of_sector(view, shard, code)]
        found += [one for code in targets for one in _of_target(shard, code)]
        filled = [one for one in found if one[1] < one[2]]
        which, first, end, bit = zip(*filled, strict=True) if filled else ((), (), (), ())
        return Marking(
            np.array(which, dtype=np.uint8),
            np.array(first, dtype=np.int64),
            np.array(end, dtype=np.int64),
            np.array(bit, dtype=np.uint8),
        )

    return remembered(view, shard, ("marking", sectors, targets), make)


def _of_sector(view: View, shard: Shard, code: str) -> tuple[tuple[int, int, int, int], ...]:
    lists, tree = shard.lists, view.tree
    bit = COVERED_RESERVED if is_reserved(code) else COVERED

    def make() -> tuple[tuple[int, int, int, int], ...]:
        found = [
            (_SHOWN, int(lists.shown_at[filed]), int(lists.shown_at[filed + 1]), bit)
            for filed in _fitting(shard, tree, code)
        ]
        found += [
            (_LISTED, int(lists.listed_at[number]), int(lists.listed_at[number + 1]), bit)
            for number, offered in enumerate(shard.sectors)
            if offered in tree and tree.covers(code, offered)
        ]
        if not must_be_known(code):
            found.append((_UNLISTED, 0, len(lists.unlisted), bit))
        return tuple(found)

    return remembered(view, shard, ("marking", code), make)


def _of_target(shard: Shard, code: str) -> list[tuple[int, int, int, int]]:
    lists, number = shard.lists, shard.jurisdiction_of.get(code)
    if number is None:
        return []
    return [
        (_WORKED, int(lists.worked_at[number]), int(lists.worked_at[number + 1]), PRACTISES),
        (_BASED, int(lists.based_at[number]), int(lists.based_at[number + 1]), PRACTISES | PLACED),
    ]


def _fitting(shard: Shard, tree: SectorTree, code: str) -> Sequence[int]:
    """Number the sectors under which evidence shows a wanted one; the last list is of no sector."""
    serving = branches_that_serve(code)
    above = tree.ancestors(code)
    found = []
    for number, filed in enumerate(shard.sectors):
        if filed not in tree:
            # Of what is filed under a code that the list lacks, no sector is known.
            if not must_be_known(code):
                found.append(number)
            continue
        path = tree.ancestors(filed)
        if code in path or filed in above or not set(path).isdisjoint(serving):
            found.append(number)
    if not must_be_known(code):
        found.append(len(shard.sectors))
    return found


@inlined
def _from(rows: Int32Array, low: int, high: int, wanted: int) -> int:
    """Return the first place between `low` and `high` whose row is not smaller."""
    while low < high:
        middle = (low + high) >> 1
        if rows[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _mark_dated(
    marks: UInt8Array,
    rows: Int32Array,
    since: Int32Array,
    low: int,
    high: int,
    today: int,
    bit: int,
) -> None:
    for i in range(low, high):
        if since[i] < today:
            marks[rows[i]] |= np.uint8(bit)


@inlined
def mark_rows(
    profiles: Profiles,
    lists: Lists,
    marking: Marking,
    first_row: int,
    end_row: int,
    today: int,
    marks: UInt8Array,
) -> None:
    """Mark the rows of one block that the stretches hold."""
    for i in range(marking.bit.shape[0]):
        which, bit = marking.which[i], marking.bit[i]
        rows = lists.shown
        if which == _LISTED:
            rows = lists.listed
        elif which == _UNLISTED:
            rows = lists.unlisted
        elif which == _WORKED:
            rows = lists.worked
        elif which == _BASED:
            rows = lists.based
        low = _from(rows, marking.first[i], marking.end[i], first_row)
        high = _from(rows, low, marking.end[i], end_row)
        if which == _SHOWN:
            _mark_dated(marks, rows, lists.shown_from, low, high, today, bit)
        elif which == _WORKED:
            _mark_dated(marks, rows, lists.worked_from, low, high, today, bit)
        elif which == _LISTED:
            for j in range(low, high):
                if (profiles.flags[rows[j]] & OVERCLAIMS) == 0:
                    marks[rows[j]] |= np.uint8(bit)
        elif which == _UNLISTED:
            for j in range(low, high):
                if profiles.first_believed[rows[j]] >= today:
                    marks[rows[j]] |= np.uint8(bit)
        else:
            for j in range(low, high):
                marks[rows[j]] |= np.uint8(bit)
