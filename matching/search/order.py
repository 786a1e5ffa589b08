"""The best of all scores, exactly, without sorting the others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from heapq import nsmallest

import numpy as np

from matching.exposure import groups_of, need_key, share, turn
from matching.search.laid import Laid, OutOfTime
from matching.types import FloatArray, IntArray, SharedPlace

# A sample of every so many scores says where to cut; what is above the cut is then counted.
_SAMPLE = 64
_LEAST = 64
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
    everybody = np.concatenate([half.scores for half in laid.halves])
    wanted = min(top, len(everybody))
    if not wanted:
        return ()
    sought = max(_LEAST, 4 * wanted)
    while True:
        best = above(everybody, sought)
        falling = np.sort(everybody[best])[::-1]
        groups = groups_of(falling, band, top=wanted)
        # A group that ends before what was cut off is whole.
        if groups[-1][1] < len(best) or len(best) == len(everybody):
            break
        sought *= 4
    if band == 0.0:
        last = best[everybody[best] >= falling[wanted - 1]]
        found = [_place(laid, at) for at in last.tolist()]
        found.sort(key=lambda place: (-place.score, place.provider_id))
        return tuple(found[:wanted])
    placed: list[Place] = []
    for first, end in groups:
        members = best[(everybody[best] <= falling[first]) & (everybody[best] >= falling[end - 1])]
        placed.extend(
            take_turns(laid, members, first, wanted - len(placed), band, out_of_time=out_of_time)
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
) -> list[Place]:
    """Order a group of near-equals as of the day, and return the first of them.

    Args:
        laid: the need.
        members: where their scores stand among those of all halves, one after the other.
        first: how many places go before the group.
        count: how many to return.
        band: how near their scores lie.
        out_of_time: asked now and then whether to give up.

    Raises:
        OutOfTime: there is no time left.
    """
    need = need_key(laid.query)

    def turns() -> Iterator[tuple[bytes, int]]:
        for number, at in enumerate(members.tolist()):
            if number % _ASKED == 0 and out_of_time():
                raise OutOfTime("the time for this match has run out")
            half, row = _row(laid, at)
            yield turn(laid.query.on, need, laid.halves[half].shard.provider_id(row)), at

    shares = share(first + 1, len(members), band) if len(members) > 1 else None
    return [replace(_place(laid, at), shares=shares) for _, at in nsmallest(count, turns())]


def above(scores: FloatArray, count: int) -> IntArray:
    """Return where the greatest scores stand: at least `count` of them if there are as many.

    All that equal the least of them are among them.
    """
    if len(scores) <= 4 * count:
        return np.arange(len(scores), dtype=np.int64)
    known = np.flatnonzero(scores > -np.inf)
    if len(known) < count:
        return np.arange(len(scores), dtype=np.int64)
    if len(known) <= 4 * count:
        return known
    sample = np.sort(scores[known[::_SAMPLE]])
    at = len(sample) - 1 - 2 * (count // _SAMPLE + 1)
    if at > 0:
        found: IntArray = known[scores[known] >= sample[at]]
        if len(found) >= count:
            return found
    cut = np.partition(scores[known], len(known) - count)[len(known) - count]
    rest: IntArray = known[scores[known] >= cut]
    return rest


def _row(laid: Laid, at: int) -> tuple[int, int]:
    half = 0
    while at >= len(laid.halves[half].scores):
        at -= len(laid.halves[half].scores)
        half += 1
    return half, int(laid.halves[half].passed.rows[at])


def _place(laid: Laid, at: int) -> Place:
    half, row = _row(laid, at)
    before = sum(len(other.scores) for other in laid.halves[:half])
    score = float(laid.halves[half].scores[at - before])
    return Place(half, row, laid.halves[half].shard.provider_id(row), score, None)
