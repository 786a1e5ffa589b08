"""A need on a view: who passes the rules, and what everybody who does scores.

Rows are worked through in blocks by at most two threads, the caller's own and one more, and before
each block it is asked whether there is still time.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from threading import Lock, get_ident

import numpy as np

from matching.features.context import SAMPLE
from matching.index.shard import Shard, UInt8Array
from matching.index.view import View
from matching.search.bounds import NO_BOUNDS, bound_scores, bound_shares, rises
from matching.search.layout import Asked, Scratch, Steps, Tables
from matching.search.need import Tokens, ask, lay_tables
from matching.search.passing import RULE_NAMES
from matching.search.rows import sweep_rows
from matching.search.rules import Passed, apply_rules
from matching.search.sample import near_of
from matching.search.scoring import make_scratch
from matching.search.shares import add_shares, shares_of_homes, work_of
from matching.search.waiting import Waiting, make_waiting, score_waiting
from matching.types import Float32Array, FloatArray, IntArray, Query

# Pieces of evidence in a block: what is worked out of them is half a megabyte.
BLOCK_PIECES = 8_192
# So many blocks are read before the time is looked at again: a few milliseconds.
BLOCKS_AT_ONCE = 16
# Of so many pieces at most the likeness is kept until all blocks were gone over: six megabytes. Where there
# are more, the bar is high before the room is full.
WAITING_PIECES = 262_144
# Below this much work a second thread costs more than it brings.
ALONE_PIECES = 20_000


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

    @property
    def pieces(self) -> int:
        """How many pieces of evidence they have who passed the rules."""
        return self.passed.pieces + len(self.passed.rows)


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
        passed = apply_rules(view, shard, gone, query, asked, tables, crew.run)
        halves.append(Half(shard, gone, tables, passed, np.full(len(passed.rows), np.inf)))
    works = [_Work(half, asked, steps, wanted) for half in halves]
    there = work_of(query, view)
    near = [
        near_of(
            view, work.half.shard, drawn, there.of, there.times, asked, work.half.tables, work.room
        )
        for work, drawn in zip(works, there.drawn, strict=True)
    ]
    alike, of_size, of_homes = shares_of_homes(query, view, asked, there, near)
    for work in works:
        half = work.half
        work.take_shares(add_shares(half.tables, half.shard, query, view, asked, alike, of_size))
    _score(works, asked, steps, crew, band)
    halves = [work.half for work in works]
    return Laid(query, view, asked, tokens, tuple(halves), alike, of_size, of_homes)


class _Work:
    """A half under work, with room for each thread: made when it first asks, and kept for the match.

    Attributes:
        half: what is known of it so far.
        bounds: what its providers can score at most.
    """

    def __init__(self, half: Half, asked: Asked, steps: Steps, wanted: int | None) -> None:
        self.half = half
        self._asked, self._steps, self._wanted = asked, steps, wanted
        pays = wanted is not None and rises(steps)
        self.bounds = bound_scores(asked, half.tables, steps) if pays else NO_BOUNDS
        self._rooms: dict[int, Scratch] = {}

    @property
    def room(self) -> Scratch:
        """The room of the thread that asks."""
        room = self._rooms.get(get_ident())
        if room is None:
            room = self._rooms[get_ident()] = make_scratch(
                max(_most_pieces(self.half.shard), 2 * SAMPLE),
                self._asked,
                self.half.tables,
                self._steps,
                rows=_most_rows(self.half.shard),
                wanted=self._wanted or 1,
            )
        return room

    def take_shares(self, tables: Tables) -> None:
        """Go on with the shares of homes."""
        self.half = replace(self.half, tables=tables)
        if self.bounds.is_used:
            self.bounds = self.bounds._replace(shares=bound_shares(tables, self._steps))


def _score(works: Sequence[_Work], asked: Asked, steps: Steps, crew: Crew, band: float) -> None:
    """Write the scores of all halves."""
    bar = np.full(1, -np.inf)
    runs = [
        (work, first, end)
        for work in works
        for first, end in (_runs(work.half.shard) if len(work.half.passed.rows) else ())
    ]
    room = WAITING_PIECES // max(len(runs), 1)
    parts = [_Part(work, first, end, asked, steps, bar, band, room) for work, first, end in runs]
    is_small = sum(work.half.pieces for work in works) < ALONE_PIECES
    crew.run([part.sweep for part in parts], is_small=is_small)
    crew.run([part.score_waiting for part in parts if part.has_waiting], is_small=is_small)


def _cuts(shard: Shard) -> IntArray:
    """Cut a shard into blocks of whole providers; return the rows at which they begin and end."""
    kept = shard.memo.get("cuts")
    if not isinstance(kept, np.ndarray):
        starts = shard.pieces.starts
        wanted = np.arange(0, int(starts[-1]) + 1, BLOCK_PIECES)
        kept = np.unique([0, shard.size, *np.searchsorted(starts[:-1], wanted).tolist()])
        shard.memo["cuts"] = kept
    return kept


def _most_pieces(shard: Shard) -> int:
    return int(np.diff(shard.pieces.starts[_cuts(shard)]).max(initial=1))


def _most_rows(shard: Shard) -> int:
    return int(np.diff(_cuts(shard)).max(initial=1))


def _runs(shard: Shard) -> Iterator[tuple[int, int]]:
    """Return the first and the end of some blocks at a time: of a small shard, half of them."""
    blocks = len(_cuts(shard)) - 1
    step = min(BLOCKS_AT_ONCE, max((blocks + 1) // 2, 1))
    for first in range(0, blocks, step):
        yield first, min(first + step, blocks)


class _Part:
    """Some blocks of a half: first all parts are gone over, then those are scored who wait in each."""

    def __init__(
        self,
        work: _Work,
        first: int,
        end: int,
        asked: Asked,
        steps: Steps,
        bar: FloatArray,
        band: float,
        room: int,
    ) -> None:
        self._work, self._first, self._end = work, first, end
        self._asked, self._steps, self._bar, self._band = asked, steps, bar, band
        self._room = room
        self._waiting: Waiting | None = None

    @property
    def has_waiting(self) -> bool:
        """Whether anybody waits."""
        return self._waiting is not None and bool(self._waiting.filled[0])

    def sweep(self) -> None:
        """Go over the blocks."""
        work, half, shard = self._work, self._work.half, self._work.half.shard
        cuts, starts = _cuts(shard), shard.pieces.starts
        most = min(int(starts[cuts[self._end]] - starts[cuts[self._first]]), self._room)
        waiting = self._waiting = make_waiting(min(most, len(half.passed.rows)), most)
        sweep_rows(
            shard.profiles,
            shard.pieces,
            shard.postings,
            cuts,
            self._first,
            self._end,
            half.passed.rows,
            self._asked,
            half.tables,
            self._steps,
            work.bounds,
            half.passed.marks,
            work.room,
            self._bar,
            self._band,
            half.scores,
            waiting,
        )

    def score_waiting(self) -> None:
        """Score those who wait."""
        work, half, waiting = self._work, self._work.half, self._waiting
        if waiting is None:
            return
        score_waiting(
            half.shard.profiles,
            half.shard.pieces,
            waiting,
            half.passed.rows,
            self._asked,
            half.tables,
            self._steps,
            work.bounds,
            half.passed.marks,
            work.room._replace(near=waiting.near),
            self._bar,
            self._band,
            half.scores,
        )
        self._waiting = None
