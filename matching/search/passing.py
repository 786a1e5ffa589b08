"""The one pass over rows that applies every rule, compiled."""

from typing import NamedTuple

import numpy as np

from matching.eligibility import RULES
from matching.index.shard import (
    KNOWS_NO_PLACE,
    NOT_ACCEPTING,
    PUBLISHED,
    STATES_QUALIFICATIONS,
    SUSPENDED,
    Int32Array,
    Lists,
    Profiles,
    UInt8Array,
    UInt64Array,
)
from matching.search.kernel import inlined, kernel
from matching.search.layout import COVERED, COVERED_RESERVED, PLACED, PRACTISES
from matching.search.marking import Marking, mark_rows
from matching.types import IntArray

RULE_NAMES = tuple(rule.name for rule in RULES)
# Marks of a row beside those of `layout`: it is ruled out by name.
EXCLUDED = 16
CONFLICTED = 32
# Rows with none of these marks fall where sectors are asked for: one look tells it of eight.
EIGHT = 8
_TELLING = COVERED | COVERED_RESERVED | EXCLUDED | CONFLICTED
_TELLING_OF_EIGHT = np.uint64(int.from_bytes(bytes([_TELLING] * EIGHT), "little"))

# Flags that shut a row out or let it in, and marks that say that there is more to be asked: only who is
# qualified in a target is placed there, so that nobody else can hold a credential that has run out.
_SHUTTING = SUSPENDED | PUBLISHED | NOT_ACCEPTING
_TO_BE_ASKED = EXCLUDED | CONFLICTED | PLACED

# What the flags of a row alone say: nothing against it, or the first rule under which it falls.
FLAG_RULES = (-1, *(RULE_NAMES.index(name) for name in ("published", "not_suspended", "capacity")))
_UNPUBLISHED, _SUSPENDED, _CAPACITY = 1, 2, 3


class Terms(NamedTuple):
    """What the rules ask of a row beside its marks.

    Attributes:
        wants_sector: whether sectors are asked for.
        wants_practice: whether some of them need a right to practise in the targets.
        today: ordinal of the day.
        asked_place: by jurisdiction, whether it is one of them.
        lacks: by list of languages, whether it is known to lack one that is required; empty where none
            is.
    """

    wants_sector: bool
    wants_practice: bool
    today: int
    asked_place: UInt8Array
    lacks: UInt8Array


@inlined
def _flag_rule(flags: int) -> int:
    if (flags & SUSPENDED) != 0:
        return _SUSPENDED
    if (flags & PUBLISHED) == 0:
        return _UNPUBLISHED
    return _CAPACITY if (flags & NOT_ACCEPTING) != 0 else 0


@kernel
def add_flags(flags: UInt8Array, out: IntArray) -> None:
    """Count rows by what their flags alone say.

    Args:
        flags: shape (n,).
        out: shape (4,), by place in `FLAG_RULES`; added to.
    """
    for row in range(flags.shape[0]):
        out[_flag_rule(flags[row])] += 1


@inlined
def _broken(profiles: Profiles, row: int, mark: int, terms: Terms) -> int:
    flags = profiles.flags[row]
    bits = 0
    if (flags & SUSPENDED) != 0:
        bits |= 2
    elif (flags & PUBLISHED) == 0:
        bits |= 1
    if (mark & EXCLUDED) != 0:
        bits |= 4
    if (mark & CONFLICTED) != 0:
        bits |= 8
    if (flags & NOT_ACCEPTING) != 0:
        bits |= 16
    covered = (mark & (COVERED | COVERED_RESERVED)) != 0
    if terms.wants_sector and not covered:
        bits |= 32
    is_bound = terms.wants_practice and covered and (mark & COVERED) == 0
    if is_bound and (mark & PRACTISES) == 0 and (flags & KNOWS_NO_PLACE) == 0:
        bits |= 64
    if (mark & PLACED) != 0 and (flags & STATES_QUALIFICATIONS) != 0:
        stated = holds = False
        for i in range(profiles.qualified_at[row], profiles.qualified_at[row + 1]):
            if terms.asked_place[profiles.qualified[i]] != 0:
                stated = True
                holds = holds or profiles.qualified_until[i] >= terms.today
        if stated and not holds:
            bits |= 128
    if terms.lacks.shape[0] and terms.lacks[profiles.languages[row]] != 0:
        bits |= 256
    return bits


@kernel
def broken_rule_bits(profiles: Profiles, row: int, mark: int, terms: Terms) -> int:
    """Return a bit for each rule that removes a provider, the first rule lowest."""
    return _broken(profiles, row, mark, terms)


@kernel
def pass_rows(
    profiles: Profiles,
    starts: IntArray,
    lists: Lists,
    marking: Marking,
    first_row: int,
    end_row: int,
    marks: UInt8Array,
    words: UInt64Array,
    gone: UInt8Array,
    terms: Terms,
    rows: Int32Array,
    counts: IntArray,
    removed: IntArray,
    seen: IntArray,
) -> None:
    """Mark a block of rows and write down who passes.

    Args:
        profiles, starts, lists: of the shard; `starts` those of the pieces.
        marking: what to mark.
        first_row, end_row: the block; it begins at a multiple of eight.
        marks: shape (n,), written; `words` is the same memory, eight rows at a time.
        gone: shape (n,), rows that do not hold, or empty.
        terms: the need.
        rows: shape (n,), from the block's first place on: who passes.
        counts: shape (2,), how many, and their pieces of evidence.
        removed: shape (rules,), added to for those who are looked at.
        seen: shape (4,), written where sectors are asked for: who is looked at, by what their flags say.
    """
    mark_rows(profiles, lists, marking, first_row, end_row, terms.today, marks)
    stop = _gather(first_row, end_row, marks, words, rows) if terms.wants_sector else end_row
    count = first_row
    pieces = unpublished = suspended = busy = 0
    has_gone = gone.shape[0] != 0
    lost = 0
    for i in range(first_row, stop):
        row = rows[i] if terms.wants_sector else i
        # An unsigned place needs no look at whether it counts from the end.
        at = np.uint64(row)
        if has_gone and gone[at] != 0:
            lost += 1
            continue
        mark = marks[at]
        flags = profiles.flags[at]
        if (
            (flags & _SHUTTING) == PUBLISHED
            and (mark & _TO_BE_ASKED) == 0
            and terms.lacks.shape[0] == 0
            and (not terms.wants_practice or (mark & COVERED) != 0)
        ):
            # Nearly everybody: no other rule has anything to ask of such a row.
            rows[np.uint64(count)] = row
            count += 1
            pieces += starts[at + np.uint64(1)] - starts[at]
            continue
        which = _flag_rule(flags)
        unpublished += which == _UNPUBLISHED
        suspended += which == _SUSPENDED
        busy += which == _CAPACITY
        bits = _broken(profiles, row, mark, terms)
        if bits == 0:
            rows[count] = row
            count += 1
            pieces += starts[row + 1] - starts[row]
            continue
        rule = 0
        while (bits >> rule) & 1 == 0:
            rule += 1
        removed[rule] += 1
    counts[0] = count - first_row
    counts[1] = pieces
    seen[_UNPUBLISHED], seen[_SUSPENDED], seen[_CAPACITY] = unpublished, suspended, busy
    seen[0] = (stop - first_row) - lost - unpublished - suspended - busy


@inlined
def _gather(
    first_row: int, end_row: int, marks: UInt8Array, words: UInt64Array, rows: Int32Array
) -> int:
    """Write the rows of a block that any telling mark stands on, from its first place on."""
    stop = first_row
    for word in range(first_row // EIGHT, (end_row + EIGHT - 1) // EIGHT):
        if (words[word] & _TELLING_OF_EIGHT) == 0:
            continue
        for row in range(word * EIGHT, min((word + 1) * EIGHT, end_row)):
            # Without a branch, which could not be foretold; what is not kept is written over.
            rows[np.uint64(stop)] = row
            stop += (marks[np.uint64(row)] & _TELLING) != 0
    return stop


@kernel
def add_alone(
    profiles: Profiles, marks: UInt8Array, gone: UInt8Array, terms: Terms, only: IntArray
) -> None:
    """Count by rule whom no other rule removes."""
    for row in range(marks.shape[0]):
        if gone.shape[0] and gone[row] != 0:
            continue
        bits = _broken(profiles, row, marks[row], terms)
        if bits == 0 or (bits & (bits - 1)) != 0:
            continue
        rule = 0
        while (bits >> rule) & 1 == 0:
            rule += 1
        only[rule] += 1
