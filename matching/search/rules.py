"""Hard rules on a shard: marks set from sorted lists, and one pass over the rows that have any.

Says what `matching.eligibility` says; tests hold the two against each other. Where sectors are asked
for, a row that no list marks is known to fall: what it falls under first follows from its flags alone,
and those are counted once for the shard.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from matching.eligibility import is_reserved
from matching.features.context import sectors_of
from matching.index.shard import Int32Array, Shard, UInt8Array
from matching.index.view import View
from matching.search.layout import Asked, Tables
from matching.search.marking import marking_of
from matching.search.passing import (
    CONFLICTED,
    EIGHT,
    EXCLUDED,
    FLAG_RULES,
    RULE_NAMES,
    Terms,
    add_alone,
    add_flags,
    broken_rule_bits,
    pass_rows,
)
from matching.sectors import SectorTree
from matching.types import IntArray, Query

# Rows that are gone through at a time; a multiple of eight.
BLOCK_ROWS = 32_768
_NONE_GONE = np.zeros(0, dtype=np.uint8)
_NONE_GONE.setflags(write=False)
_NOBODY_LACKS = np.zeros(0, dtype=np.uint8)
_SECTOR_RULE = RULE_NAMES.index("sector_covered")

Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Passed:
    """What the rules left of a shard.

    Attributes:
        rows: shape (r,), the providers that no rule removes, ascending.
        removed: shape (rules,), how many each rule was the first to remove.
        marks: shape (n,), what was found of each row (`layout`), and whether it is ruled out by name.
        pieces: how many pieces of evidence those who passed have.
    """

    rows: Int32Array
    removed: IntArray
    marks: UInt8Array
    pieces: int
    _count_alone: Callable[[], IntArray] = field(repr=False)

    @property
    def only(self) -> IntArray:
        """How many each rule removes that no other does: shape (rules,); counted when asked for."""
        return self._count_alone()


def _one_after_the_other(jobs: Sequence[Work]) -> None:
    for job in jobs:
        job()


def apply_rules(
    view: View,
    shard: Shard,
    gone: UInt8Array | None,
    query: Query,
    asked: Asked,
    tables: Tables,
    run: Callable[[Sequence[Work]], None] = _one_after_the_other,
) -> Passed:
    """Apply every rule to every provider of a shard.

    Args:
        view: what is searched.
        shard: the providers.
        gone: shape (n,), rows that do not hold, or None.
        query, asked, tables: the need.
        run: does jobs in any order, several at once or not; each reads some ten thousand rows.
    """
    size = shard.size
    # Whole words of eight rows; those beyond the last are never marked.
    words = np.zeros(-(-size // EIGHT), dtype=np.uint64)
    marks = words.view(np.uint8)[:size]
    for bit, ids in (
        (EXCLUDED, query.excluded_provider_ids),
        (CONFLICTED, query.conflicted_provider_ids),
    ):
        for provider_id in ids:
            at = shard.row_of(provider_id)
            if at is not None:
                marks[at] |= bit
    marking = marking_of(view, shard, query)
    terms = _terms(query, view.tree, asked, tables)
    rows = np.empty(size, dtype=np.int32)
    starts = range(0, max(size, 1), BLOCK_ROWS)
    # Of each block: how many passed, their pieces, what was removed, and the flags of who was seen.
    counts = np.zeros((len(starts), 2), dtype=np.int64)
    removed = np.zeros((len(starts), len(RULE_NAMES)), dtype=np.int64)
    seen = np.zeros((len(starts), len(FLAG_RULES)), dtype=np.int64)
    holding = _NONE_GONE if gone is None else gone

    def block(number: int) -> Work:
        def work() -> None:
            pass_rows(
                shard.profiles,
                shard.pieces.starts,
                shard.lists,
                marking,
                starts[number],
                min(starts[number] + BLOCK_ROWS, size),
                marks,
                words,
                holding,
                terms,
                rows,
                counts[number],
                removed[number],
                seen[number],
            )

        return work

    run([block(number) for number in range(len(starts))])
    end = int(counts[0, 0])
    if len(starts) > 1:
        for at, count in zip(starts[1:], counts[1:, 0].tolist(), strict=True):
            rows[end : end + count] = rows[at : at + count]
            end += count
        counts, removed, seen = (
            part.sum(axis=0, keepdims=True) for part in (counts, removed, seen)
        )
    return Passed(
        rows[:end],
        _with_unseen(view, shard, gone, removed[0], seen[0]) if terms.wants_sector else removed[0],
        marks,
        int(counts[0, 1]),
        lambda: _alone(shard, marks, holding, terms),
    )


def broken_rules(
    shard: Shard,
    row: int,
    passed: Passed,
    query: Query,
    tree: SectorTree,
    asked: Asked,
    tables: Tables,
) -> tuple[str, ...]:
    """Name every rule that removes one provider, in the order in which they are applied."""
    bits = broken_rule_bits(
        shard.profiles,
        row,
        passed.marks[row],
        _terms(query, tree, asked, tables),
    )
    return tuple(name for i, name in enumerate(RULE_NAMES) if bits >> i & 1)


def _terms(query: Query, tree: SectorTree, asked: Asked, tables: Tables) -> Terms:
    is_bound = any(is_reserved(code) for code in sectors_of(query, tree))
    is_required = query.languages_required and bool(query.languages_wanted)
    return Terms(
        wants_sector=asked.has_sectors,
        wants_practice=is_bound and asked.has_targets,
        today=asked.today,
        asked_place=tables.asked_place,
        lacks=tables.lacks if is_required else _NOBODY_LACKS,
    )


def _with_unseen(
    view: View, shard: Shard, gone: UInt8Array | None, removed: IntArray, seen: IntArray
) -> IntArray:
    """Add those who were not looked at, since no list marks them, to what the rules removed."""
    totals = cast(IntArray | None, shard.memo.get("flag_totals"))
    if totals is None:
        totals = shard.memo["flag_totals"] = _count_flags(shard.profiles.flags)
    unseen = totals - seen
    if gone is not None:
        lost = cast(IntArray | None, view.memo.get("flags_gone"))
        if lost is None:
            lost = view.memo["flags_gone"] = _count_flags(shard.profiles.flags[gone != 0])
        unseen = unseen - lost
    for which, rule in enumerate(FLAG_RULES):
        removed[rule if which else _SECTOR_RULE] += unseen[which]
    return removed


def _count_flags(flags: UInt8Array) -> IntArray:
    counted = np.zeros(len(FLAG_RULES), dtype=np.int64)
    add_flags(flags, counted)
    return counted


def _alone(shard: Shard, marks: UInt8Array, gone: UInt8Array, terms: Terms) -> IntArray:
    only = np.zeros(len(RULE_NAMES), dtype=np.int64)
    add_alone(shard.profiles, marks, gone, terms, only)
    return only
