"""Rows filed under codes: lists one after the other in one array, and where each begins."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from matching.index.shard import Int32Array, Sets
from matching.types import BoolArray, IntArray


def starts_of(lengths: IntArray) -> IntArray:
    """Return where lists of these lengths begin when they stand one after the other, and the end.

    Args:
        lengths: shape (n,).

    Returns:
        shape (n + 1,).
    """
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def entries_of(at: IntArray, lists: IntArray | Int32Array) -> tuple[IntArray, IntArray]:
    """Read some lists one after the other.

    Args:
        at: shape (k + 1,), where each list begins.
        lists: shape (n,), numbers of lists, in any order and more than once.

    Returns:
        For every entry its place among `lists`, and where it stands: both as long as the lists
        together.
    """
    lengths = at[lists + 1] - at[lists]
    place = np.repeat(np.arange(len(lists), dtype=np.int64), lengths)
    starts = starts_of(lengths)
    return place, np.arange(starts[-1], dtype=np.int64) + (at[lists] - starts[:-1])[place]


def number_lists(
    lists: Sequence[Iterable[str]], number_of: Mapping[str, int]
) -> tuple[IntArray, Int32Array]:
    """Write lists of codes as numbers, each ascending and without repetition.

    Returns:
        Where each list begins, shape (n + 1,), and the numbers.
    """
    numbers = [sorted({number_of[code] for code in codes}) for codes in lists]
    at = starts_of(np.array([len(found) for found in numbers], dtype=np.int64))
    flat = [number for found in numbers for number in found]
    return at, np.array(flat, dtype=np.int32)


def number_sets(
    lists: Sequence[tuple[str, ...]], number_of: Mapping[str, int]
) -> tuple[Int32Array, Sets]:
    """Write each distinct set of codes once.

    Returns:
        The number of each list's set, shape (n,), and the sets in the order in which they first
        appear.
    """
    number_of_list: dict[tuple[str, ...], int] = {}
    number_of_set: dict[frozenset[str], int] = {}
    for codes in lists:
        if codes not in number_of_list:
            number_of_list[codes] = number_of_set.setdefault(frozenset(codes), len(number_of_set))
    sets = Sets(*number_lists(list(number_of_set), number_of))
    return np.array([number_of_list[codes] for codes in lists], dtype=np.int32), sets


def file_rows(
    codes: IntArray | Int32Array, rows: IntArray, n_codes: int
) -> tuple[IntArray, Int32Array]:
    """File rows under codes: once each, ascending.

    Args:
        codes, rows: shape (k,), the pairs in any order, repeated ones among them.

    Returns:
        Where each code's list begins, shape (n_codes + 1,), and the rows.
    """
    at, filed, _earliest = file_earliest(codes, rows, np.zeros(len(rows), dtype=np.int32), n_codes)
    return at, filed


def file_earliest(
    codes: IntArray | Int32Array, rows: IntArray, days: Int32Array, n_codes: int
) -> tuple[IntArray, Int32Array, Int32Array]:
    """File rows under codes as `file_rows` does, each with the earliest of its days there.

    Args:
        days: shape (k,), the day that belongs to each pair.
    """
    order = np.lexsort((days, rows, codes))
    codes, rows, days = codes[order], rows[order], days[order]
    is_first = np.ones(len(rows), dtype=np.bool_)
    is_first[1:] = (codes[1:] != codes[:-1]) | (rows[1:] != rows[:-1])
    at = starts_of(np.bincount(codes[is_first], minlength=n_codes))
    return at, rows[is_first].astype(np.int32), days[is_first].astype(np.int32)


def more_than(
    most: int,
    claimed: tuple[IntArray, IntArray | Int32Array],
    shown: tuple[IntArray, IntArray | Int32Array],
    *,
    ancestors: Callable[[int], Iterable[int]],
    shape: tuple[int, int],
) -> BoolArray:
    """Mark the rows that claim more than so many codes which nothing shows.

    Args:
        claimed, shown: rows and codes as pairs, in any order, repeated ones among them.
        ancestors: the code itself and those above it; what is shown is shown for all of them.
        shape: how many rows and how many codes there are.

    Returns:
        shape (rows,).
    """
    n_rows, n_codes = shape
    above_at, above = _closed(n_codes, ancestors)
    place, entry = entries_of(above_at, shown[1])
    shown_keys = np.unique(shown[0][place] * n_codes + above[entry])
    claimed_keys = np.unique(claimed[0] * n_codes + claimed[1])
    unshown = np.setdiff1d(claimed_keys, shown_keys, assume_unique=True)
    result: BoolArray = np.bincount(unshown // max(n_codes, 1), minlength=n_rows) > most
    return result


def _closed(n_codes: int, ancestors: Callable[[int], Iterable[int]]) -> tuple[IntArray, IntArray]:
    lists = [list(ancestors(code)) for code in range(n_codes)]
    at = starts_of(np.array([len(found) for found in lists], dtype=np.int64))
    return at, np.array([above for found in lists for above in found], dtype=np.int64)
