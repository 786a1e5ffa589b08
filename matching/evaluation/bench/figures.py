"""Times of many matches as few figures: the median of rounds, as one round may meet another's work."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


class NoTimes(ValueError):
    """There is nothing to take figures of."""


@dataclass(frozen=True, slots=True)
class Times:
    """The half and the 99th hundredth of some times, in seconds, each the median of all rounds."""

    p50: float
    p99: float

    def as_dict(self) -> dict[str, float]:
        """Return the figures in milliseconds."""
        return {"p50_ms": round(self.p50 * 1e3, 4), "p99_ms": round(self.p99 * 1e3, 4)}


def times_of(rounds: Sequence[Sequence[float]]) -> Times:
    """Sum up rounds of times.

    Raises:
        NoTimes: a round is empty, or there is none.
    """
    if not rounds or not all(rounds):
        raise NoTimes("no times were taken: give more needs or more rounds")
    halves = [float(np.percentile(one, 50)) for one in rounds]
    ends = [float(np.percentile(one, 99)) for one in rounds]
    return Times(float(np.median(halves)), float(np.median(ends)))


def chosen(rounds: Sequence[Sequence[float]], is_wanted: Sequence[bool]) -> list[list[float]]:
    """Keep of each round the times of the needs that are wanted."""
    return [[t for t, keep in zip(one, is_wanted, strict=True) if keep] for one in rounds]


def spread_of(counts: Sequence[int]) -> dict[str, int]:
    """Return the least, the median and the greatest of some counts."""
    return {
        "min": int(min(counts)),
        "median": int(np.median(np.asarray(counts))),
        "max": int(max(counts)),
    }


def time_each(tasks: Sequence[Callable[[], object]], clock: Callable[[], float]) -> list[float]:
    """Run tasks one after another and return how long each took."""
    times = []
    for task in tasks:
        began = clock()
        task()
        times.append(clock() - began)
    return times
