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
    SAMPLE,
    SIZE_SHRINKAGE,
    WEIGHT_UNITS,
    shrunken,
    targets_of,
)
from matching.features.home import on_log_scale
from matching.index.levels import LEVELS, least_level
from matching.index.shard import Shard, UInt8Array
from matching.index.view import View
from matching.search import homes
from matching.search.ground import first_of, marked, neighbours_of
from matching.search.layout import Asked, Tables
from matching.search.memo import Kept
from matching.types import BoolArray, FloatArray, IntArray, Query

# Days whose sums over all work are kept.
_DAYS_KEPT = 8
_EMPTY = np.zeros(0, dtype=np.uint8)
_EMPTY.setflags(write=False)


class Work(NamedTuple):
    """The verified work in and around the targets of a need on its day, whatever its words.

    Attributes:
        of: what it hangs on beside the view.
        drawn: for each shard of the view the sample of it.
        times: shape (2,), for how many pieces one of the sample counts: in the targets, around them.
        seen: shape (2, h), by `View.homes`: how fresh the work in the targets is, in grains, and how
            many pieces it is.
    """

    of: tuple[object, ...]
    drawn: tuple[homes.Drawn, ...]
    times: FloatArray
    seen: FloatArray


def work_of(query: Query, view: View) -> Work:
    """Count the work in the targets, and draw the sample of it, and of that around where a value is given.

    The view keeps it: what needs have in common beside their words is asked for again and again.
    """
    targets = targets_of(query)
    around = neighbours_of(view, targets) if query.amount_usd is not None else ()
    kept = view.memo.get("work")
    if not isinstance(kept, Kept):
        kept = view.memo["work"] = Kept()
    today = query.on.toordinal()
    of = (targets, around, today)
    return kept.value(of, lambda: Work(of, *_find_work(view, *of)))


def _find_work(
    view: View, targets: tuple[str, ...], around: tuple[str, ...], today: int
) -> tuple[tuple[homes.Drawn, ...], FloatArray, FloatArray]:
    """Return what `Work` says of it, but what it hangs on."""
    places = [_places(shard, gone, targets, around) for shard, gone in view.shards()]
    levels = np.zeros((2, LEVELS), dtype=np.int64)
    seen = np.zeros((2, len(view.homes)))
    for (shard, _gone), lists in zip(view.shards(), places, strict=True):
        sums = np.zeros((2, len(shard.homes)))
        homes.count_work(shard.profiles, shard.pieces, lists, today, levels, sums)
        seen[:, _homes_of(view, shard)[0]] += sums
    least = np.array([least_level(counts, SAMPLE) for counts in levels.tolist()], dtype=np.int64)
    drawn = [
        _draw(shard, lists, today, least)
        for (shard, _gone), lists in zip(view.shards(), places, strict=True)
    ]
    return tuple(drawn), np.exp2(least).astype(np.float64), seen


def _draw(shard: Shard, places: homes.Places, today: int, least: IntArray) -> homes.Drawn:
    drawn = homes.Drawn(
        np.zeros(2 * SAMPLE, dtype=np.int64),
        np.zeros(2 * SAMPLE, dtype=np.int64),
        np.zeros(2 * SAMPLE, dtype=np.uint8),
    )
    count = homes.draw_work(shard.profiles, shard.pieces, places, today, least, drawn)
    order = np.argsort(drawn.piece[:count])
    return homes.Drawn(drawn.piece[order], drawn.home[order], drawn.where[order])


def _places(
    shard: Shard, gone: UInt8Array | None, targets: tuple[str, ...], around: tuple[str, ...]
) -> homes.Places:
    number_of = shard.jurisdiction_of
    found = [
        (number_of[code], where)
        for where, codes in ((homes.IN_TARGET, targets), (homes.AROUND, around))
        for code in codes
        if code in number_of
    ]
    code = np.array([number for number, _ in found], dtype=np.int64)
    return homes.Places(
        work=shard.lists.work,
        at=shard.lists.work_at[code],
        end=shard.lists.work_at[code + 1],
        code=code,
        where=np.array([where for _, where in found], dtype=np.uint8),
        first_of=first_of(shard.place_sets, marked(shard, targets), marked(shard, around)),
        gone=_EMPTY if gone is None else gone,
    )


def shares_of_homes(
    query: Query, view: View, asked: Asked, work: Work, near: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the shares of homes in work alike and of this size, and their pieces in the targets.

    Args:
        query, view, asked: the need and what is searched.
        work: the work there.
        near: for each shard shape (2, its homes), how near the sample comes, in grains.

    Returns:
        Each of shape (h,), by `View.homes`.
    """
    seen = np.zeros((2, len(view.homes)))
    for (shard, _gone), sums in zip(view.shards(), near, strict=True):
        seen[:, _homes_of(view, shard)[0]] += sums
    alike, sized = seen / WEIGHT_UNITS
    fresh = work.seen[homes.FRESH] / WEIGHT_UNITS
    there = shrunken(fresh, _overall(view, asked.today), HOME_SHRINKAGE)
    shares = shrunken(alike, there, ALIKE_SHRINKAGE)
    of_size = there if query.amount_usd is None else shrunken(sized, there, SIZE_SHRINKAGE)
    return shares, of_size, work.seen[homes.COUNT].astype(np.int64)


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
