"""The shares of homes in work like this: where it lies, what was seen of it, and the features it gives.

What the sweep adds up by home is brought together over the shards of a view and set beside all work.
"""

from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np

from matching.features.catalogue import DIGITS
from matching.features.context import (
    ALIKE_SHRINKAGE,
    HOME_SHRINKAGE,
    SIZE_SHRINKAGE,
    WEIGHT_UNITS,
    shrunken,
    targets_of,
)
from matching.features.home import on_log_scale
from matching.index.shard import Shard, UInt8Array
from matching.index.view import View
from matching.search import homes
from matching.search.ground import first_of, marked, neighbours_of
from matching.search.layout import Asked, Tables
from matching.search.memo import remembered
from matching.search.sweep import Places
from matching.types import BoolArray, FloatArray, IntArray, Query

# Days whose sums over all work are kept.
_DAYS_KEPT = 8
_EMPTY = np.zeros(0, dtype=np.uint8)
_EMPTY.setflags(write=False)


def work_places(query: Query, view: View, shard: Shard, gone: UInt8Array | None) -> Places:
    """List the verified work in the targets, and around them where a value is asked for.

    Args:
        query: the need.
        view: what is searched.
        shard: one of its shards.
        gone: shape (n,), rows that do not hold, or None.
    """
    targets = targets_of(query)
    around = neighbours_of(view, targets) if query.amount_usd is not None else ()
    stretches = remembered(
        view, shard, ("work", targets, around), lambda: _find_work(shard, targets, around)
    )
    return Places(
        work=shard.lists.work,
        at=stretches.at,
        end=stretches.end,
        code=stretches.code,
        is_target=stretches.is_target,
        first_of=stretches.first_of,
        gone=_EMPTY if gone is None else gone,
    )


class _Stretches(NamedTuple):
    """Those attributes of `Places` that many needs share."""

    at: IntArray
    end: IntArray
    code: IntArray
    is_target: UInt8Array
    first_of: IntArray


def _find_work(shard: Shard, targets: tuple[str, ...], around: tuple[str, ...]) -> _Stretches:
    number_of = shard.jurisdiction_of
    found = [
        (number_of[code], is_target)
        for is_target, codes in ((1, targets), (0, around))
        for code in codes
        if code in number_of
    ]
    code_of = np.array([number for number, _ in found], dtype=np.int64)
    return _Stretches(
        at=shard.lists.work_at[code_of],
        end=shard.lists.work_at[code_of + 1],
        code=code_of,
        is_target=np.array([is_target for _, is_target in found], dtype=np.uint8),
        first_of=first_of(shard.place_sets, marked(shard, targets), marked(shard, around)),
    )


def shares_of_homes(
    query: Query, view: View, asked: Asked, work: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the shares of homes in work alike and of this size, and their pieces in the targets.

    Args:
        query, view, asked: the need and what is searched.
        work: for each shard shape (4, its homes), what was added up, in grains.

    Returns:
        Each of shape (h,), by `View.homes`.
    """
    overall = _overall(view, asked.today)
    seen = np.zeros((4, len(view.homes)))
    for (shard, _gone), sums in zip(view.shards(), work, strict=True):
        seen[:, _homes_of(view, shard)[0]] += sums
    fresh, alike, sized = seen[:3] / WEIGHT_UNITS
    there = shrunken(fresh, overall, HOME_SHRINKAGE)
    shares = shrunken(alike, there, ALIKE_SHRINKAGE)
    of_size = there if query.amount_usd is None else shrunken(sized, there, SIZE_SHRINKAGE)
    return shares, of_size, seen[homes.COUNT].astype(np.int64)


def add_shares(
    tables: Tables,
    shard: Shard,
    query: Query,
    view: View,
    asked: Asked,
    alike: FloatArray,
    of_size: FloatArray,
) -> Tables:
    """Give the tables of a shard the shares of homes, as the features that they are.

    Args:
        tables: the need, by the numbers of the shard.
        shard: one of those of the view.
        query, view, asked: the need and what is searched.
        alike, of_size: shape (h,), by `View.homes`.
    """
    # Nobody knows any without targets or words, as the tables are laid out.
    if not (asked.has_targets and asked.has_words):
        return tables
    at, is_known = _homes_of(view, shard)
    tables = tables._replace(home_alike=_as_feature(alike[at], is_known))
    if query.amount_usd is None:
        return tables
    return tables._replace(home_of_size=_as_feature(of_size[at], is_known))


def _as_feature(shares: FloatArray, is_known: BoolArray) -> FloatArray:
    scaled = np.where(is_known, on_log_scale(shares), np.nan)
    rounded: FloatArray = np.round(scaled, DIGITS).astype(np.float64, copy=False)
    return rounded


def _homes_of(view: View, shard: Shard) -> tuple[IntArray, BoolArray]:
    """Return where the homes of a shard stand in `View.homes`, and which are known."""
    key = ("homes", shard is view.base)
    kept = cast(tuple[IntArray, BoolArray] | None, view.memo.get(key))
    if kept is None:
        place = {home: i for i, home in enumerate(view.homes)}
        at = np.array([place[home] for home in shard.homes], dtype=np.int64)
        known = np.array([home is not None for home in shard.homes], dtype=np.bool_)
        kept = view.memo[key] = (at, known)
    return kept


def _overall(view: View, today: int) -> FloatArray:
    """Return the shares of homes in all verified work, by how fresh it is: shape (h,)."""
    days = cast(dict[int, FloatArray], view.memo.setdefault("overall", {}))
    kept = days.get(today)
    if kept is None:
        kept = np.zeros(len(view.homes))
        for shard, gone in view.shards():
            fresh = _fresh(shard, today)
            if gone is not None:
                fresh = fresh - _fresh_of(shard, np.flatnonzero(gone), today)
            kept[_homes_of(view, shard)[0]] += fresh
        kept /= WEIGHT_UNITS
        kept /= max(float(kept.sum()), 1e-9)
        _keep(days, today, kept)
    return kept


def _fresh(shard: Shard, today: int) -> FloatArray:
    """Add up by home how fresh the verified work is, in grains; a day's sums are kept."""
    days = cast(dict[int, FloatArray], shard.memo.setdefault("fresh", {}))
    kept = days.get(today)
    if kept is None:
        kept = _fresh_of(shard, np.arange(shard.size, dtype=np.int64), today)
        _keep(days, today, kept)
    return kept


def _fresh_of(shard: Shard, rows: IntArray, today: int) -> FloatArray:
    found = np.zeros(len(shard.homes))
    homes.fresh_by_home(shard.profiles, shard.pieces, rows, today, found)
    return found


def _keep(days: dict[int, FloatArray], today: int, sums: FloatArray) -> None:
    if len(days) >= _DAYS_KEPT:
        days.clear()
    days[today] = sums
