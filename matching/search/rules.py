"""Hard rules on a shard: marks set from sorted lists, then one pass over the rows.

Says what `matching.eligibility` says; tests hold the two against each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.eligibility import RULES, is_reserved, must_be_known
from matching.features.context import sectors_of, targets_of
from matching.index.shard import (
    KNOWS_NO_PLACE,
    NOT_ACCEPTING,
    OVERCLAIMS,
    PUBLISHED,
    STATES_QUALIFICATIONS,
    SUSPENDED,
    Int32Array,
    Profiles,
    Shard,
    UInt8Array,
)
from matching.search.kernel import kernel
from matching.search.layout import (
    COVERED,
    COVERED_RESERVED,
    PLACED,
    PRACTISES,
    Asked,
    Tables,
)
from matching.sectors import SectorTree, branches_that_serve
from matching.types import IntArray, Query

RULE_NAMES = tuple(rule.name for rule in RULES)
_GONE = len(RULE_NAMES)
_NONE_GONE = np.zeros(0, dtype=np.uint8)
_NONE_GONE.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Passed:
    """What the rules left of a shard.

    Attributes:
        rows: shape (r,), the providers that no rule removes, ascending.
        removed: shape (rules,), how many each rule was the first to remove.
        only: shape (rules,), how many each rule removes that no other does.
        marks: shape (n,), what was found of each row (`layout`).
        barred: rows that the need rules out by name, for later questions.
    """

    rows: Int32Array
    removed: IntArray
    only: IntArray
    marks: UInt8Array
    barred: UInt8Array


def apply_rules(
    shard: Shard,
    gone: UInt8Array | None,
    query: Query,
    tree: SectorTree,
    asked: Asked,
    tables: Tables,
) -> Passed:
    """Apply every rule to every provider of a shard.

    Args:
        shard: the providers.
        gone: shape (n,), rows that do not hold, or None.
        query, asked, tables: the need.
        tree: the sector list in force.
    """
    marks, bars = mark_rows(shard, query, tree, asked)
    rows = np.empty(shard.size, dtype=np.int32)
    removed = np.zeros(len(RULE_NAMES) + 1, dtype=np.int64)
    only = np.zeros(len(RULE_NAMES), dtype=np.int64)
    wanted = sectors_of(query, tree)
    count = _pass(
        shard.profiles,
        marks,
        bars,
        _NONE_GONE if gone is None else gone,
        bool(wanted),
        any(is_reserved(code) for code in wanted) and bool(targets_of(query)),
        asked,
        tables,
        rows,
        removed,
        only,
    )
    return Passed(rows[:count], removed[:-1], only, marks, bars)


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
    wanted = sectors_of(query, tree)
    bits = _broken(
        shard.profiles,
        row,
        passed.marks[row],
        passed.barred[row],
        bool(wanted),
        any(is_reserved(code) for code in wanted) and bool(targets_of(query)),
        asked,
        tables,
    )
    return tuple(name for i, name in enumerate(RULE_NAMES) if bits >> i & 1)


def mark_rows(
    shard: Shard, query: Query, tree: SectorTree, asked: Asked
) -> tuple[UInt8Array, UInt8Array]:
    """Mark who covers the sectors, practises in the targets or is placed there; and who is barred.

    Returns:
        Marks of shape (n,), and 1 for who is excluded, 2 for who has a conflict of interest.
    """
    lists, today = shard.lists, asked.today
    marks = np.zeros(shard.size, dtype=np.uint8)
    for code in sectors_of(query, tree):
        bit = COVERED_RESERVED if is_reserved(code) else COVERED
        for filed in _fitting(shard, tree, code):
            here = slice(int(lists.shown_at[filed]), int(lists.shown_at[filed + 1]))
            _mark_dated(marks, lists.shown[here], lists.shown_from[here], today, bit)
        for listed, offered in enumerate(shard.sectors):
            if offered in tree and tree.covers(code, offered):
                here = slice(int(lists.listed_at[listed]), int(lists.listed_at[listed + 1]))
                _mark_listed(marks, lists.listed[here], shard.profiles.flags, bit)
        if not must_be_known(code):
            _mark_unknown(marks, lists.unlisted, shard.profiles.first_believed, today, bit)
    for code in targets_of(query):
        number = shard.jurisdiction_of.get(code)
        if number is None:
            continue
        here = slice(int(lists.worked_at[number]), int(lists.worked_at[number + 1]))
        _mark_dated(marks, lists.worked[here], lists.worked_from[here], today, PRACTISES)
        here = slice(int(lists.based_at[number]), int(lists.based_at[number + 1]))
        marks[lists.based[here]] |= PRACTISES | PLACED
    bars = np.zeros(shard.size, dtype=np.uint8)
    for bit, ids in ((1, query.excluded_provider_ids), (2, query.conflicted_provider_ids)):
        for provider_id in ids:
            at = shard.row_of(provider_id)
            if at is not None:
                bars[at] |= bit
    return marks, bars


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


@kernel
def _mark_dated(
    marks: UInt8Array, rows: Int32Array, since: Int32Array, today: int, bit: int
) -> None:
    for i in range(rows.shape[0]):
        if since[i] < today:
            marks[rows[i]] |= np.uint8(bit)


@kernel
def _mark_listed(marks: UInt8Array, rows: Int32Array, flags: UInt8Array, bit: int) -> None:
    for i in range(rows.shape[0]):
        if (flags[rows[i]] & OVERCLAIMS) == 0:
            marks[rows[i]] |= np.uint8(bit)


@kernel
def _mark_unknown(
    marks: UInt8Array, rows: Int32Array, since: Int32Array, today: int, bit: int
) -> None:
    for i in range(rows.shape[0]):
        if since[rows[i]] >= today:
            marks[rows[i]] |= np.uint8(bit)


@kernel
def _broken(
    profiles: Profiles,
    row: int,
    mark: int,
    barred: int,
    wants_sector: bool,
    wants_practice: bool,
    asked: Asked,
    tables: Tables,
) -> int:
    """Return a bit for each rule that removes a provider, the first rule lowest."""
    flags = profiles.flags[row]
    bits = 0
    if (flags & SUSPENDED) != 0:
        bits |= 2
    elif (flags & PUBLISHED) == 0:
        bits |= 1
    if (barred & 1) != 0:
        bits |= 4
    if (barred & 2) != 0:
        bits |= 8
    if (flags & NOT_ACCEPTING) != 0:
        bits |= 16
    covered = (mark & (COVERED | COVERED_RESERVED)) != 0
    if wants_sector and not covered:
        bits |= 32
    is_bound = wants_practice and covered and (mark & COVERED) == 0
    if is_bound and (mark & PRACTISES) == 0 and (flags & KNOWS_NO_PLACE) == 0:
        bits |= 64
    if asked.has_targets and (flags & STATES_QUALIFICATIONS) != 0:
        stated = holds = False
        for i in range(profiles.qualified_at[row], profiles.qualified_at[row + 1]):
            if tables.asked_place[profiles.qualified[i]] != 0:
                stated = True
                holds = holds or profiles.qualified_until[i] >= asked.today
        if stated and not holds:
            bits |= 128
    if tables.lacks[profiles.languages[row]] != 0:
        bits |= 256
    return bits


@kernel
def _pass(
    profiles: Profiles,
    marks: UInt8Array,
    barred: UInt8Array,
    gone: UInt8Array,
    wants_sector: bool,
    wants_practice: bool,
    asked: Asked,
    tables: Tables,
    rows: Int32Array,
    removed: IntArray,
    only: IntArray,
) -> int:
    count = 0
    for row in range(marks.shape[0]):
        if gone.shape[0] and gone[row] != 0:
            removed[_GONE] += 1
            continue
        bits = _broken(
            profiles, row, marks[row], barred[row], wants_sector, wants_practice, asked, tables
        )
        if bits == 0:
            rows[count] = row
            count += 1
            continue
        rule = 0
        while (bits >> rule) & 1 == 0:
            rule += 1
        removed[rule] += 1
        if bits >> rule == 1:
            only[rule] += 1
    return count
