"""The best of all scores, exactly, without sorting the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np

from matching.exposure import groups_of, need_key, share, turns_of
from matching.search.kernel import inlined, kernel
from matching.search.laid import Laid, OutOfTime
from matching.types import FloatArray, IntArray, SharedPlace

# So many of the best are looked for at first.
_LEAST = 64
# Room to collect them in, and more of it where that is not enough.
_ROOM = 16
_MORE = 8
# Scores that are looked at together.
_AT_ONCE = 32
# So many near-equals are looked at before the time is.
_ASKED = 4_096


@dataclass(frozen=True, slots=True)
class Place:
    """A provider at its place.

    Attributes:
        half, row: where it stands in the view.
        provider_id: its id.
        score: its score.
        shares: with how many it changes places, if with any.
    """

    half: int
    row: int
    provider_id: str
    score: float
    shares: SharedPlace | None


def first_places(
    laid: Laid, *, top: int, band: float, out_of_time: Callable[[], bool] = lambda: False
) -> tuple[Place, ...]:
    """Order those who passed as `matching.exposure.place` does, and return the first of them.

    Args:
        laid: the need, who passed its rules, and their scores.
        top: how many to return, at least 1.
        band: how near scores must lie for providers to take turns; 0 orders by score alone, ties by
            the smaller id.
        out_of_time: asked now and then whether to give up.

    Raises:
        OutOfTime: there is no time left.
    """
    size = sum(len(half.scores) for half in laid.halves)
    wanted = min(top, size)
    if not wanted:
        return ()
    scores = [half.scores for half in laid.halves]
    sought = max(_LEAST, 4 * wanted)
    while True:
        best, known = best_of(scores, sought)
        order = np.argsort(-known, kind="stable")
        best, falling = best[order], known[order]
        groups = groups_of(falling, band, top=wanted)
        # A group that ends before what was cut off is whole; so is the last one of all.
        if (groups and groups[-1][1] < len(best)) or len(best) < sought or len(best) == size:
            break
        sought *= 4
    if band == 0.0:
        last = best[falling >= falling[min(wanted, len(falling)) - 1]]
        found = [_place(laid, at) for at in last.tolist()]
        found.sort(key=lambda place: (-place.score, place.provider_id))
        return tuple(found[:wanted])
    need = need_key(laid.query)
    placed: list[Place] = []
    for first, end in groups:
        left = wanted - len(placed)
        members = best[first:end]
        if end - first == 1:
            placed.append(_place(laid, int(members[0])))
            continue
        placed.extend(
            take_turns(laid, members, first, left, band, need=need, out_of_time=out_of_time)
        )
    return tuple(placed)


def take_turns(
    laid: Laid,
    members: IntArray,
    first: int,
    count: int,
    band: float,
    *,
    out_of_time: Callable[[], bool],
    need: str | None = None,
) -> list[Place]:
    """Order a group of near-equals as of the day, and return the first of them.

    Args:
        laid: the need.
        members: where their scores stand among those of all halves, one after the other.
        first: how many places go before the group.
        count: how many to return.
        band: how near their scores lie.
        need: the need's key where it is known already.
        out_of_time: asked now and then whether to give up.

    Raises:
        OutOfTime: there is no time left.
    """
    if len(members) == 1:
        return [_place(laid, int(members[0]))]
    turn_of = turns_of(laid.query.on, need_key(laid.query) if need is None else need)

    def turns() -> Iterator[tuple[bytes, int]]:
        for number, at in enumerate(members.tolist()):
            if number % _ASKED == 0 and out_of_time():
                raise OutOfTime("the time for this match has run out")
            half, row = _row(laid, at)
            yield turn_of(laid.halves[half].shard.provider_id(row)), at

    shares = share(first + 1, len(members), band)
    return [_place(laid, at, shares) for _, at in nsmallest(count, turns())]


def above(scores: FloatArray, count: int) -> IntArray:
    """Return where the greatest scores stand: at least `count` of them if there are as many.

    All that equal the least of them are among them; who was left out, at minus infinity, is not.
    """
    return best_of([scores], count)[0]


def best_of(scores: Sequence[FloatArray], count: int) -> tuple[IntArray, FloatArray]:
    """Find the greatest of several lists of scores: at least `count` of them if there are as many.

    All that equal the least of them are among them; who was left out, at minus infinity, is not.

    Args:
        scores: the lists; a place counts on from one to the next.
        count: how many are sought, at least 1.

    Returns:
        Where they stand, ascending, and their scores.
    """
    room = _ROOM * count
    while True:
        least = np.full(count, -np.inf)
        at, value = np.empty(room, dtype=np.int64), np.empty(room)
        found = before = 0
        for some in scores:
            found = _collect(some, before, least, found, at, value)
            before += len(some)
        if found >= 0:
            break
        # So many are equal, or stood in rising order.
        room *= _MORE
    is_among = value[:found] >= least[0]
    return at[:found][is_among], value[:found][is_among]


@kernel
def _collect(
    scores: FloatArray, before: int, least: FloatArray, found: int, at: IntArray, value: FloatArray
) -> int:
    """Add where scores stand that were among the greatest so far when they were read.

    Args:
        scores: shape (n,).
        before: where the first of them stands.
        least: shape (count,), the greatest so far, as a heap with the least of them first; minus
            infinity for as many as there are not yet.
        found: how many were written before; below 0, if there was no room for them.
        at, value: shape (room,), where they stand and what they are; written.

    Returns:
        How many are written now; -1 if there was no room.
    """
    if found < 0:
        return -1
    bar = least[0]
    for first in range(0, scores.shape[0], _AT_ONCE):
        end = min(first + _AT_ONCE, scores.shape[0])
        # Most stretches hold none of them, which is told without a branch for each score.
        hits = 0
        for i in range(first, end):
            hits += scores[i] >= bar
        if hits == 0:
            continue
        for i in range(first, end):
            score = scores[i]
            if score < bar or score == -np.inf:
                continue
            if found == at.shape[0]:
                # Those that have been overtaken make room.
                kept = 0
                for j in range(found):
                    if value[j] >= bar:
                        at[kept], value[kept] = at[j], value[j]
                        kept += 1
                found = kept
                if 2 * found > at.shape[0]:
                    return -1
            at[found], value[found] = before + i, score
            found += 1
            if score > bar:
                _replace_least(least, score)
                bar = least[0]
    return found


@inlined
def _replace_least(least: FloatArray, score: float) -> None:
    """Put a score in the place of the least of a heap: the lesser of each pair comes up until it fits."""
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= least.shape[0]:
            break
        if child + 1 < least.shape[0] and least[child + 1] < least[child]:
            child += 1
        if least[child] >= score:
            break
        least[hole] = least[child]
        hole = child
    least[hole] = score


def _row(laid: Laid, at: int) -> tuple[int, int]:
    half = 0
    while at >= len(laid.halves[half].scores):
        at -= len(laid.halves[half].scores)
        half += 1
    return half, int(laid.halves[half].passed.rows[at])


def _place(laid: Laid, at: int, shares: SharedPlace | None = None) -> Place:
    half, row = _row(laid, at)
    before = sum(len(other.scores) for other in laid.halves[:half])
    score = float(laid.halves[half].scores[at - before])
    return Place(half, row, laid.halves[half].shard.provider_id(row), score, shares)
