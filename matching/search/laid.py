"""A need on a view: who passes the rules, and what everybody who does scores.

Rows are worked through in blocks by at most two threads, the caller's own and one more, and before
each block it is asked whether there is still time.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from threading import Lock, get_ident
from typing import cast

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
from matching.search.bounds import NO_BOUNDS, Bounds, bound_scores, rises
from matching.search.layout import Asked, Scratch, Steps, Tables
from matching.search.need import Tokens, ask, first_of, lay_tables
from matching.search.rules import RULE_NAMES, Passed, apply_rules
from matching.search.scoring import make_scratch
from matching.search.sweep import Places, sweep_places, sweep_rows
from matching.types import Float32Array, FloatArray, IntArray, Query

# Pieces of evidence in a block: what is worked out of them is half a megabyte.
BLOCK_PIECES = 8_192
# So many blocks are read before the time is looked at again: a few milliseconds.
BLOCKS_AT_ONCE = 8
# Below this much work a second thread costs more than it brings.
ALONE_PIECES = 20_000
# So few are scored as fast as it is worked out what they can score at most.
BOUNDED_ROWS = 3_000
_DAYS_KEPT = 8
_EMPTY = np.zeros(0, dtype=np.uint8)
_EMPTY.setflags(write=False)


class OutOfTime(RuntimeError):
    """The time given for a match has run out; nothing was found out about the need."""


@dataclass(frozen=True, slots=True)
class Half:
    """One of the shards of a view under a need.

    Attributes:
        shard: the columns.
        gone: shape (n,), rows that do not hold, or None.
        tables: the need, with the shares of homes.
        passed: who passed the rules.
        scores: shape (r,), theirs; minus infinity for who cannot be among the wanted.
    """

    shard: Shard
    gone: UInt8Array | None
    tables: Tables
    passed: Passed
    scores: FloatArray


@dataclass(frozen=True, slots=True)
class Laid:
    """A need laid on a view, and everybody who passed the rules scored.

    Attributes:
        query, view: what was laid on what.
        asked, tokens: the need for the kernels.
        halves: the shards.
        home_alike, home_of_size: shape (h,), shares by `View.homes`, as in `MatchContext`.
        work_of_homes: shape (h,), pieces of verified work in the targets.
    """

    query: Query
    view: View
    asked: Asked
    tokens: Tokens
    halves: tuple[Half, ...]
    home_alike: FloatArray
    home_of_size: FloatArray
    work_of_homes: IntArray

    @property
    def eligible(self) -> int:
        """How many providers no rule removes."""
        return sum(len(half.passed.rows) for half in self.halves)

    @property
    def removed(self) -> dict[str, int]:
        """How many providers each rule was the first to remove."""
        counts = sum((half.passed.removed for half in self.halves), np.zeros(len(RULE_NAMES), int))
        return dict(zip(RULE_NAMES, counts.tolist(), strict=True))

    @property
    def only(self) -> dict[str, int]:
        """How many providers each rule removes that no other does."""
        counts = sum((half.passed.only for half in self.halves), np.zeros(len(RULE_NAMES), int))
        return dict(zip(RULE_NAMES, counts.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works on one match: the thread that asks, and one more where there is an executor.

    Attributes:
        helpers: gives the second thread, or None.
        out_of_time: whether to give up.
    """

    helpers: Executor | None = None
    out_of_time: Callable[[], bool] = lambda: False

    def run(self, jobs: Sequence[Callable[[], None]], *, is_small: bool = False) -> None:
        """Do every job, in any order.

        Raises:
            OutOfTime: there is no time left; some jobs may not have been done.
        """
        left, lock = list(reversed(jobs)), Lock()

        def work() -> None:
            while True:
                if self.out_of_time():
                    raise OutOfTime("the time for this match has run out")
                with lock:
                    if not left:
                        return
                    job = left.pop()
                job()

        second: Future[None] | None = None
        if self.helpers is not None and len(jobs) > 1 and not is_small:
            second = self.helpers.submit(work)
        try:
            work()
        finally:
            # Whoever waits in the executor's queue finds nothing left; who works is waited for.
            with lock:
                left.clear()
            if second is not None and not second.cancel():
                second.result()


def lay(
    query: Query,
    query_vector: Float32Array,
    view: View,
    steps: Steps,
    crew: Crew,
    *,
    wanted: int | None = None,
    band: float = 0.0,
) -> Laid:
    """Lay a need on a view: translate it, apply the rules, and score who passes.

    Args:
        query: the need.
        query_vector: shape (d,) of length one, d as in the view; d may be 0.
        view: what is searched.
        steps: the ranker.
        crew: who works on it.
        wanted: how many of the best are sought; with None everybody is scored.
        band: how far below the last of these a score still matters.

    Raises:
        OutOfTime: there is no time left.
    """
    asked, tokens = ask(query, query_vector, view)
    halves: list[Half] = []
    for shard, gone in view.shards():
        tables = lay_tables(query, view, shard, asked, tokens)
        passed = apply_rules(shard, gone, query, view.tree, asked, tables)
        halves.append(Half(shard, gone, tables, passed, np.empty(len(passed.rows))))
    work = _add_up_work(query, view, asked, halves, steps, crew)
    alike, of_size, of_homes = _shares(query, view, asked, work)
    halves = [_with_shares(half, query, view, asked, alike, of_size) for half in halves]
    _score(halves, asked, steps, crew, wanted=wanted, band=band)
    return Laid(query, view, asked, tokens, tuple(halves), alike, of_size, of_homes)


def _add_up_work(
    query: Query, view: View, asked: Asked, halves: Sequence[Half], steps: Steps, crew: Crew
) -> list[FloatArray]:
    """Add up verified work in and around the targets by home: (4, h) for each half, in grains."""
    sums = [np.zeros((4, len(half.shard.homes))) for half in halves]
    jobs: list[Callable[[], None]] = []
    total, lock = 0, Lock()
    for half, found in zip(halves, sums, strict=True):
        places = _places(query, view, half)
        count = int((places.end - places.at).sum())
        total += count
        rooms = _Rooms(half, asked, steps)
        for first, end in _runs(half.shard) if count else ():
            jobs.append(_adding(half, asked, places, rooms, (first, end), found, lock))
    crew.run(jobs, is_small=total < ALONE_PIECES)
    return sums


def _score(
    halves: Sequence[Half],
    asked: Asked,
    steps: Steps,
    crew: Crew,
    *,
    wanted: int | None,
    band: float,
) -> None:
    """Write the scores of all halves."""
    bar = np.full(1, -np.inf)
    jobs: list[Callable[[], None]] = []
    pieces = 0
    is_used = wanted is not None and rises(steps)
    for half in halves:
        rows, starts = half.passed.rows, half.shard.pieces.starts
        pieces += int((starts[rows + 1] - starts[rows]).sum()) + len(rows)
        pays = is_used and len(rows) >= BOUNDED_ROWS
        bounds = bound_scores(asked, half.tables, steps) if pays else NO_BOUNDS
        rooms = _Rooms(half, asked, steps, wanted=wanted or 1)
        jobs.extend(
            _scoring(half, asked, steps, bounds, rooms, run, bar, band)
            for run in (_runs(half.shard) if len(rows) else ())
        )
    crew.run(jobs, is_small=pieces < ALONE_PIECES)


class _Rooms:
    """Room to work in for each thread, made when it first asks and kept for the match."""

    def __init__(self, half: Half, asked: Asked, steps: Steps, *, wanted: int = 1) -> None:
        self._half, self._asked, self._steps, self._wanted = half, asked, steps, wanted
        self._rooms: dict[int, Scratch] = {}

    def mine(self) -> Scratch:
        """Return the room of the thread that asks."""
        room = self._rooms.get(get_ident())
        if room is None:
            room = self._rooms[get_ident()] = make_scratch(
                _most_of_block(self._half.shard),
                self._asked,
                self._half.tables,
                self._steps,
                wanted=self._wanted,
            )
        return room


def _cuts(shard: Shard) -> IntArray:
    """Cut a shard into blocks of whole providers; return the rows at which they begin and end."""
    kept = shard.memo.get("cuts")
    if not isinstance(kept, np.ndarray):
        starts = shard.pieces.starts
        wanted = np.arange(0, int(starts[-1]) + 1, BLOCK_PIECES)
        kept = np.unique([0, shard.size, *np.searchsorted(starts[:-1], wanted).tolist()])
        shard.memo["cuts"] = kept
    return kept


def _most_of_block(shard: Shard) -> int:
    return int(np.diff(shard.pieces.starts[_cuts(shard)]).max(initial=1))


def _runs(shard: Shard) -> Iterator[tuple[int, int]]:
    """Return the first and the end of some blocks at a time."""
    blocks = len(_cuts(shard)) - 1
    for first in range(0, blocks, BLOCKS_AT_ONCE):
        yield first, min(first + BLOCKS_AT_ONCE, blocks)


def _adding(
    half: Half,
    asked: Asked,
    places: Places,
    rooms: _Rooms,
    run: tuple[int, int],
    sums: FloatArray,
    lock: Lock,
) -> Callable[[], None]:
    def work() -> None:
        shard, own = half.shard, np.zeros(sums.shape)
        sweep_places(
            shard.profiles,
            shard.pieces,
            shard.postings,
            _cuts(shard),
            *run,
            asked,
            half.tables,
            places,
            rooms.mine(),
            own,
        )
        with lock:
            np.add(sums, own, out=sums)

    return work


def _scoring(
    half: Half,
    asked: Asked,
    steps: Steps,
    bounds: Bounds,
    rooms: _Rooms,
    run: tuple[int, int],
    bar: FloatArray,
    band: float,
) -> Callable[[], None]:
    def work() -> None:
        shard = half.shard
        sweep_rows(
            shard.profiles,
            shard.pieces,
            shard.postings,
            _cuts(shard),
            *run,
            half.passed.rows,
            asked,
            half.tables,
            steps,
            bounds,
            half.passed.marks,
            rooms.mine(),
            bar,
            band,
            half.scores,
        )

    return work


def _places(query: Query, view: View, half: Half) -> Places:
    """List the verified work in the targets, and around them where a value is asked for."""
    shard = half.shard
    targets = targets_of(query)
    around = view.neighbours(targets) if query.amount_usd is not None else ()
    marks = [np.zeros(max(len(shard.jurisdictions), 1), dtype=np.uint8) for _ in range(2)]
    found: list[tuple[int, int]] = []
    for which, codes in enumerate((targets, around)):
        for code in codes:
            number = shard.jurisdiction_of.get(code)
            if number is not None:
                marks[which][number] = 1
                found.append((number, 1 - which))
    code_of = np.array([number for number, _ in found], dtype=np.int64)
    return Places(
        work=shard.lists.work,
        at=shard.lists.work_at[code_of],
        end=shard.lists.work_at[code_of + 1],
        code=code_of,
        is_target=np.array([is_target for _, is_target in found], dtype=np.uint8),
        first_of=first_of(shard.place_sets, *marks),
        gone=_EMPTY if half.gone is None else half.gone,
    )


def _shares(
    query: Query, view: View, asked: Asked, work: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the shares of homes in work alike and of this size, and their pieces in the targets."""
    place = {home: i for i, home in enumerate(view.homes)}
    overall = np.zeros(len(view.homes))
    seen = np.zeros((4, len(view.homes)))
    for (shard, gone), sums in zip(view.shards(), work, strict=True):
        at = np.array([place[home] for home in shard.homes], dtype=np.int64)
        np.add.at(overall, at, _fresh(shard, asked.today) - _lost(view, shard, gone, asked.today))
        for kind in range(4):
            np.add.at(seen[kind], at, sums[kind])
    overall = overall / WEIGHT_UNITS
    fresh, alike, sized = (seen[kind] / WEIGHT_UNITS for kind in range(3))
    overall /= max(float(overall.sum()), 1e-9)
    there = shrunken(fresh, overall, HOME_SHRINKAGE)
    shares = shrunken(alike, there, ALIKE_SHRINKAGE)
    of_size = there if query.amount_usd is None else shrunken(sized, there, SIZE_SHRINKAGE)
    return shares, of_size, seen[homes.COUNT].astype(np.int64)


def _with_shares(
    half: Half, query: Query, view: View, asked: Asked, alike: FloatArray, of_size: FloatArray
) -> Half:
    """Give a half the shares of homes, as the features that they are."""
    place = {home: i for i, home in enumerate(view.homes)}
    at = np.array([place[home] for home in half.shard.homes], dtype=np.int64)
    known = np.array([home is not None for home in half.shard.homes], dtype=np.bool_)
    known &= asked.has_targets and asked.has_words
    sized = known & (query.amount_usd is not None)
    features = [
        np.round(np.where(is_known, on_log_scale(shares)[at], np.nan), DIGITS).astype(np.float64)
        for is_known, shares in ((known, alike), (sized, of_size))
    ]
    tables = half.tables._replace(home_alike=features[0], home_of_size=features[1])
    return replace(half, tables=tables)


def _fresh(shard: Shard, today: int) -> FloatArray:
    """Add up by home how fresh the verified work is, in grains; a day's sums are kept."""
    days = cast(dict[int, FloatArray], shard.memo.setdefault("fresh", {}))
    kept = days.get(today)
    if kept is None:
        rows = np.arange(shard.size, dtype=np.int64)
        kept = _fresh_of(shard, rows, today)
        _keep(days, today, kept)
    return kept


def _lost(view: View, shard: Shard, gone: UInt8Array | None, today: int) -> FloatArray:
    """The same of the rows that do not hold; kept with the view."""
    if gone is None:
        return np.zeros(len(shard.homes))
    days = cast(dict[int, FloatArray], view.memo.setdefault("lost", {}))
    kept = days.get(today)
    if kept is None:
        kept = _fresh_of(shard, np.flatnonzero(gone), today)
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
